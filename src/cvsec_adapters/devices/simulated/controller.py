"""A door controller that exists only in memory: doors, readers, a clock and a memory of records.

It knows nothing of any line; what carries its words attaches to it. Time and chance are arguments,
so the same calls always give the same controller.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from attrs import define, field

from cvsec_adapters.devices.reports import Axes, Record
from cvsec_adapters.devices.simulated.doors import HELD_AFTER, STRIKE, SimulatedDoor
from cvsec_adapters.devices.simulated.rights import GRANTED, Rights
from cvsec_core.values import Direction
from cvsec_core.vocabulary import DEVICE_STARTED, FORCED_OPEN, HELD_OPEN, TAMPER

DONE = 0
FAILED = -12
"""The device could not carry the command out."""
NO_SUCH_DOOR = -10
"""The device cannot make sense of what the command is about."""
OPENED_REMOTELY, CLOSED_REMOTELY, CANCELLED, NORMAL_OPEN = 8, 9, 7, 205
DOOR_LOCKED, EXIT_LOCKED, EXIT = 63, 209, 202
LOCKED_DOWN, LOCKDOWN_LIFTED = 233, 234
BY_CARD, BY_ITSELF = "4", "200"
NOBODY = "0"


@define
class Troubles:
    """What can go wrong between a controller and the site; a line asks before each word.

    ``connected`` False: nothing gets through. ``loses_commands``: what is handed out never
    arrives. ``loses_results``: commands are carried out, and nobody hears of it.
    ``loses_acknowledgements``: records arrive, but the device does not learn that they did.
    ``repeats``: every record is sent so many times more. ``delayed``: records with these numbers
    are kept back until they are taken out.
    """

    connected: bool = True
    loses_commands: bool = False
    loses_results: bool = False
    loses_acknowledgements: bool = False
    repeats: int = 0
    delayed: set[int] = field(factory=set[int])


@define
class Kept:
    """A record in the controller's memory. ``buffered``: it happened, or was asked for again, when
    it could not be told live.
    """

    record: Record
    buffered: bool
    delivered: bool = False


class Controller:
    """A controller with *doors* doors, each with a reader, a sensor, a relay and an exit button."""

    def __init__(
        self,
        serial: str,
        doors: int = 1,
        *,
        zone: tzinfo = UTC,
        skew: timedelta = timedelta(),
        people: Mapping[str, str] | None = None,
        exit_dies_in_lockdown: Iterable[int] = (),
        deaf_to_lockdown: Iterable[int] = (),
    ) -> None:
        """Switch a controller on.

        Args:
            serial: its serial number.
            doors: how many doors it has.
            zone: the zone of its wall clock.
            skew: how far its clock is ahead of the true time.
            people: who is let in everywhere and always, by card; nobody tells it so.
            exit_dies_in_lockdown: the doors whose exit button a lockdown disables.
            deaf_to_lockdown: the doors that refuse to be locked down.
        """
        dead = set(exit_dies_in_lockdown)
        self.serial, self.zone, self.skew = serial, zone, skew
        self.people = dict(people or {})
        self.rights = Rights()
        self.deaf_to_lockdown = frozenset(deaf_to_lockdown)
        self.doors = {
            number: SimulatedDoor(number, exit_works=number not in dead)
            for number in range(1, doors + 1)
        }
        self.troubles = Troubles()
        self.refuses: int | None = None
        self.memory: list[Kept] = []
        self._index = 0

    def clock(self, now: datetime) -> datetime:
        """The time on the controller's wall clock, without a zone."""
        return (now + self.skew).astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    # What people do at its doors.
    def present(self, number: int, card: str, now: datetime, direction: Direction = "in") -> int:
        """Hold *card* to a reader; the event's code comes back. The door is not moved."""
        door = self.doors[number]
        person = self.people.get(card)
        code = GRANTED
        if person is None:
            person = self.rights.holder(card)
            code = self.rights.verdict(person, number, self.clock(now))
        if code == GRANTED and door.lockdown:
            code = DOOR_LOCKED
        if code == GRANTED:
            door.released_until = now + STRIKE
        self._record(code, number, now, person=person, card=card, direction=direction)
        return code

    def press_exit(self, number: int, now: datetime) -> int:
        """Press the exit button; the event's code comes back."""
        door = self.doors[number]
        code = EXIT_LOCKED if door.lockdown and not door.exit_works else EXIT
        if code == EXIT:
            door.exit_until = now + STRIKE
        self._record(code, number, now)
        return code

    def push_open(self, number: int, now: datetime) -> int:
        """Open the door, by force where it is locked; the event's code comes back."""
        door = self.doors[number]
        door.forced = not door.energised(now)
        door.open, door.opened_at = True, now
        code = FORCED_OPEN if door.forced else 200
        self._record(code, number, now)
        return code

    def close(self, number: int, now: datetime) -> None:
        """Close the door."""
        door = self.doors[number]
        door.open, door.opened_at, door.forced, door.held_open = False, None, False, False
        self._record(201, number, now)

    def tamper_with(self, number: int, now: datetime) -> None:
        """Open the housing of the door's reader."""
        self.doors[number].tamper = True
        self._record(TAMPER, number, now)

    def pass_time(self, now: datetime) -> None:
        """Let the controller's own timers run until *now*."""
        for door in self.doors.values():
            overdue = door.opened_at is not None and now - door.opened_at > HELD_AFTER
            if overdue and not door.held_open and not door.normal_open:
                door.held_open = True
                self._record(HELD_OPEN, door.number, now)

    # What befalls it.
    def restart(self, now: datetime, *, reset_numbers: bool = False, forgets: bool = False) -> None:
        """Lose power and come back: what was switched on is off, the memory stays, and the numbers
        go on unless *reset_numbers*; *forgets* who may pass as well, as after a reset.
        """
        if forgets:
            self.rights = Rights()
        for door in self.doors.values():
            door.switched_off()
        if reset_numbers:
            self._index = 0
        self._record(DEVICE_STARTED, 0, now)

    # What it is told.
    def pulse(self, number: int, seconds: int, now: datetime) -> int:
        """Release the lock for *seconds*; 0 where it was done, else the device's error."""
        if (error := self._objection(number)) is not None:
            return error
        if self.doors[number].lockdown:
            return FAILED
        self.doors[number].released_until = now + timedelta(seconds=seconds)
        self._record(OPENED_REMOTELY, number, now)
        return DONE

    def lock(self, number: int, now: datetime) -> int:
        """End a running pulse. A normal opening goes on."""
        if (error := self._objection(number)) is not None:
            return error
        self.doors[number].released_until = None
        self._record(CLOSED_REMOTELY, number, now)
        return DONE

    def normal_open(self, number: int, now: datetime, *, on: bool) -> int:
        """Let the door stand unlocked, or no more."""
        if (error := self._objection(number)) is not None:
            return error
        self.doors[number].normal_open = on
        if on:
            self._record(NORMAL_OPEN, number, now)
        return DONE

    def lockdown(self, number: int, now: datetime, *, on: bool) -> int:
        """Let nobody in any more, or lift that."""
        if (error := self._objection(number)) is not None:
            return error
        if on and number in self.deaf_to_lockdown:
            return FAILED
        self.doors[number].lockdown = on
        self._record(LOCKED_DOWN if on else LOCKDOWN_LIFTED, number, now)
        return DONE

    def cancel_alarm(self, number: int, now: datetime) -> int:
        """Fall silent about the door's alarms."""
        if (error := self._objection(number)) is not None:
            return error
        door = self.doors[number]
        door.forced = door.held_open = door.tamper = False
        self._record(CANCELLED, number, now)
        return DONE

    def set_clock(self, local: datetime, now: datetime) -> int:
        """Set the wall clock to *local*."""
        if self.refuses is not None:
            return self.refuses
        self.skew = local.replace(tzinfo=self.zone) - now
        return DONE

    def tell_again(self, first: int, last: int) -> int:
        """Send the records numbered *first* to *last* once more; how many there are."""
        if self.refuses is not None:
            return self.refuses
        wanted = [kept for kept in self.memory if first <= kept.record.index <= last]
        for kept in wanted:
            kept.buffered, kept.delivered = True, False
        return len(wanted)

    # What it tells.
    def undelivered(self, *, buffered: bool) -> list[Kept]:
        """The records still to be told, live ones or *buffered* ones, without those delayed."""
        return [
            kept
            for kept in self.memory
            if not kept.delivered
            and kept.buffered == buffered
            and kept.record.index not in self.troubles.delayed
        ]

    def axes(self, now: datetime) -> list[Axes]:
        """How its doors stand."""
        return [
            Axes(
                door.number,
                door.open,
                door.energised(now),
                door.forced,
                door.held_open,
                door.tamper,
                duress=False,
                fault=False,
            )
            for door in self.doors.values()
        ]

    def _objection(self, number: int) -> int | None:
        if self.refuses is not None:
            return self.refuses
        return None if number in self.doors else NO_SUCH_DOOR

    def _record(
        self,
        code: int,
        number: int,
        now: datetime,
        *,
        person: str | None = None,
        card: str | None = None,
        direction: Direction | None = None,
    ) -> None:
        self._index += 1
        verify = BY_CARD if card else BY_ITSELF
        record = Record(self._index, code, number, person, card, direction, verify, self.clock(now))
        self.memory.append(Kept(record, buffered=not self.troubles.connected))
