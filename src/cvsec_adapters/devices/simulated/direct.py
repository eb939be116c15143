"""A controller attached to a site in the same process, without a byte in between."""

import logging
from datetime import datetime

from cvsec_adapters.devices.handing import bring_in, hand_out, hand_out_rights, outcomes
from cvsec_adapters.devices.listed import strangers
from cvsec_adapters.devices.reports import Sender, door_states, passages, sender, skew
from cvsec_adapters.devices.simulated.controller import Controller, Kept
from cvsec_adapters.devices.simulated.rights import Rights, SimulatedUser
from cvsec_core.aggregates import device
from cvsec_core.ports import Presence
from cvsec_core.projections.device_outbox import CommandRow
from cvsec_core.projections.device_rights import Chunk
from cvsec_core.site import Site

CAPACITY = 1000
"""How many people the simulated controller says it can hold."""

_log = logging.getLogger(__name__)


class DirectLine:
    """Lets *controller* and *site* talk to each other by calls."""

    def __init__(self, site: Site, presence: Presence, controller: Controller) -> None:
        """Attach *controller* to *site*, where it must be registered."""
        self._site, self._presence, self._controller = site, presence, controller

    def exchange(self, now: datetime) -> bool:
        """Tell the site everything, and do what it wants; see `DoorDriver`."""
        of = sender(self._site, self._controller.serial)
        if of is None or not self._controller.troubles.connected:
            return False
        try:
            self._controller.pass_time(now)
            self._tell(of, now)
            self._obey(of, now)
            self._learn(of, now)
        except Exception:  # noqa: BLE001  # whatever it was, the controller keeps its records
            _log.exception("What device %r told was not recorded", of.id)
            return False
        return True

    def _tell(self, of: Sender, now: datetime) -> None:
        controller, local = self._controller, self._controller.clock(now)
        told = [controller.undelivered(buffered=False), controller.undelivered(buffered=True)]
        words = (
            device.ReportDeviceDescribed(of.id, now, "Simulated", "1", CAPACITY),
            skew(of, local, now),
            *self._passages(of, told[0], now, backfilled=False),
            *self._passages(of, told[1], now, backfilled=True),
            *door_states(of, controller.axes(now), local, now),
        )
        bring_in(self._site, self._presence, of.id, words, now)
        if not controller.troubles.loses_acknowledgements:
            for kept in (*told[0], *told[1]):
                kept.delivered = True

    def _passages(
        self, of: Sender, told: list[Kept], now: datetime, *, backfilled: bool
    ) -> list[object]:
        times = 1 + self._controller.troubles.repeats
        records = [kept.record for kept in told for _ in range(times)]
        return [*passages(self._site, of, records, now, backfilled=backfilled)]

    def _obey(self, of: Sender, now: datetime) -> None:
        rows = hand_out(self._site, of.id, now, _steps)
        if self._controller.troubles.loses_commands:
            return
        results = [(row.position, 0, self._carry_out(row, of, now)) for row in rows]
        if not self._controller.troubles.loses_results:
            words = outcomes(self._site, of.id, results, now, _steps)
            bring_in(self._site, self._presence, of.id, words, now)

    def _learn(self, of: Sender, now: datetime) -> None:
        handed = hand_out_rights(self._site, of.id, now, lambda _: 1)
        if handed is None or self._controller.troubles.loses_commands:
            return
        position, chunk = handed
        code = self._controller.refuses
        if code is None:
            code = 0
            _take(self._controller.rights, chunk)
            if chunk.forgets:
                self._forget(of, now)
        if not self._controller.troubles.loses_results:
            words = outcomes(self._site, of.id, [(position, 0, code)], now, lambda _: 1)
            bring_in(self._site, self._presence, of.id, words, now)

    def _forget(self, of: Sender, now: datetime) -> None:
        """Take away whom it shall know no more."""
        rights = self._controller.rights
        for pin in strangers(self._site, of.id, rights.users, now):
            rights.remove(pin)

    def _carry_out(self, row: CommandRow, of: Sender, now: datetime) -> int:
        controller, number = self._controller, row.number
        match row.kind:
            case "unlock":
                return controller.pulse(number, row.seconds, now)
            case "cancel-alarm":
                return controller.cancel_alarm(number, now)
            case "clock":
                return controller.set_clock(now.astimezone(of.zone).replace(tzinfo=None), now)
            case "backfill":
                return controller.tell_again(row.first, row.last)
            case _:
                return self._set_mode(row, now)

    def _set_mode(self, row: CommandRow, now: datetime) -> int:
        """The device's first error, else 0. A lockdown comes first, so nobody slips in between."""
        controller, number = self._controller, row.number
        locked_down = row.mode == "LockedDown" and row.means == "lockdown"
        unlocked = row.mode in {"Unlocked", "LockedOpen"}
        lockdown = controller.lockdown(number, now, on=locked_down)
        opening = controller.normal_open(number, now, on=unlocked)
        locking = 0 if locked_down or unlocked else controller.lock(number, now)
        return min(lockdown, opening, locking)


def _take(rights: Rights, chunk: Chunk) -> None:
    """Keep what *chunk* tells of who may pass."""
    if chunk.hours:
        rights.holidays = dict(chunk.holidays)
    for hours in chunk.hours:
        rights.hours[hours.number] = (*hours.week, *hours.holidays)
    for pin in chunk.gone:
        rights.remove(pin)
    for pin, number in chunk.withdrawn:
        rights.withdraw(pin, number)
    for user in chunk.users:
        rights.users[user.pin] = SimulatedUser(user.card, user.name, user.start, user.end)
    for right in chunk.rights:
        rights.authorised[right.pin, right.hours] = frozenset(right.doors)


def _steps(row: CommandRow) -> int:
    """One step carries out anything but what the controller has no words for."""
    return 0 if row.mode in {"Blocked", "DoubleLocked"} else 1
