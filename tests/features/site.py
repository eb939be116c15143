"""A small site in memory, its devices, and the clock on the wall: what the steps act on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from attrs import evolve as changed

from cvsec_adapters.desk import Desk
from cvsec_adapters.email.outbox import MemoryMailer
from cvsec_adapters.tokens.passwords import Passwords
from cvsec_adapters.wiring import desk_of, memory_site
from cvsec_core import Answer, CommandError
from cvsec_core.aggregates import device, door, journal
from cvsec_core.errors import Told
from cvsec_core.ids import DeviceId, DoorId, door_of
from cvsec_core.projections import access_records, alarm_center, device_outbox, door_board
from cvsec_core.values import Capability, Direction

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERYTHING: tuple[Capability, ...] = (*device.ALL_CAPABILITIES, "block")


class World:
    """Doors are called by their place: the lobby door is the first door of the lobby terminal.
    People are called by their role, or by name; ``people`` has the number of each.
    """

    def __init__(self) -> None:
        self.now = MONDAY
        self.site = memory_site(lambda: self.now)
        self.told: tuple[Told, ...] = ()
        self.doors: dict[str, DoorId] = {}
        self.numbers: dict[str, int] = {}
        self.behind = timedelta()
        self.sent: journal.RecordPassages | None = None
        self.skipped = 0
        self.shown: Any = None
        self.people: dict[str, str] = {}
        self.code = ""
        self.mailer = MemoryMailer()

    # People.
    def do(self, command: Any, actor: str | None = None) -> None:
        """Somebody asks for *command* and is told what came of it."""
        try:
            answer = self.site.handle(command, actor=actor)
        except CommandError as error:
            self.told = (error,)
        else:
            self.told = _reasons(answer)

    @cached_property
    def desk(self) -> Desk:
        """The desk of the site, whose passwords take no time."""
        passwords = Passwords(PasswordHasher.from_parameters(CHEAPEST))
        return changed(desk_of(self.site), passwords=passwords)

    def at_desk(self, act: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Somebody asks for *act* at the desk and is told what came of it."""
        try:
            came = act(*args, **more)
        except CommandError as error:
            self.told = (error,)
            return None
        self.told = _reasons(came) if isinstance(came, Answer) else ()
        return came

    def codes(self) -> list[str]:
        """What somebody was told last, by code."""
        return [told.code for told in self.told]

    # Time.
    def pass_time(self, span: timedelta) -> None:
        self.move_to(self.now + span)

    def move_to(self, moment: datetime) -> None:
        self.now = moment
        self.site.tick(moment)

    def clock(self, time: str) -> datetime:
        """Today at that time, such as 09:30."""
        hour, _, minute = time.partition(":")
        return self.now.replace(hour=int(hour), minute=int(minute))

    # Doors and devices.
    def door(self, place: str) -> DoorId:
        return self.doors.get(place, door_of(self.device(place), 1))

    def device(self, place: str) -> DeviceId:
        return DeviceId(place)

    def set_up(
        self,
        place: str,
        area: str = "Entrance",
        doors: int = 1,
        capabilities: tuple[Capability, ...] = EVERYTHING,
        named: str | None = None,
    ) -> None:
        name = f"{named or place} terminal"
        command = device.RegisterDevice(
            self.device(place), name, area, "UTC", doors, "administrator", self.now, capabilities
        )
        self.do(command)

    def online(self, place: str) -> None:
        self.do(device.ReportDeviceOnline(self.device(place), self.now))

    def offline(self, place: str) -> None:
        self.do(device.ReportDeviceOffline(self.device(place), self.now))

    # What a device is told, and what it answers.
    def orders(self, place: str) -> list[device_outbox.CommandRow]:
        return self.site.query(device_outbox.due, self.device(place), self.now)

    def hand_out(self, place: str) -> list[device_outbox.CommandRow]:
        orders = self.orders(place)
        for order in orders:
            assert order.door is not None
            self.do(door.ReportDoorCommandSent(order.door, order.request, self.now))
        return orders

    def answer(self, place: str, code: int = 0) -> None:
        for order in self.hand_out(place):
            assert order.door is not None
            self.do(door.ReportDoorCommandResult(order.door, order.request, code, self.now))

    # What a device records.
    def records(
        self,
        place: str,
        code: int,
        card: str | None = None,
        *,
        who: str | None = None,
        way: Direction = "in",
        backfilled: bool = False,
    ) -> None:
        index = self.numbers[place] = self.numbers.get(place, 0) + 1
        self.record(place, index, code, card, who=who, way=way, backfilled=backfilled)

    def record(
        self,
        place: str,
        index: int,
        code: int,
        card: str | None = None,
        *,
        who: str | None = None,
        way: Direction = "in",
        backfilled: bool = False,
    ) -> None:
        at = self.now - self.behind
        text = f"{index} {code} {card} {who} {at.isoformat()}"
        line = journal.Line(index, code, 1, who, card, way, "card", at, text)
        self.sent = journal.RecordPassages(
            self.device(place), at.date().isoformat(), (line,), self.now, backfilled
        )
        self.do(self.sent)

    def skip(self, place: str) -> None:
        self.numbers[place] = self.skipped = self.numbers.get(place, 0) + 1

    # What everybody sees.
    def row(self, place: str) -> door_board.DoorRow:
        seen = self.site.query(door_board.one, self.door(place))
        assert seen is not None
        return seen.row

    def alarms(self, wanted: alarm_center.Filter | None = None) -> list[alarm_center.Alarm]:
        return list(self.site.query(alarm_center.page, wanted).alarms)

    def alarm(self) -> alarm_center.AlarmRow:
        return self.alarms(alarm_center.Filter(with_shelved=True))[0].row

    def newest(self) -> access_records.RecordRow:
        return self.site.query(access_records.page).records[0]

    def history(self, place: str, kind: type) -> list[Any]:
        events = [recorded.event for recorded in self.site.log.read(door.stream(self.door(place)))]
        return [event for event in events if isinstance(event, kind)]


def _reasons(answer: Answer) -> tuple[Told, ...]:
    return tuple(reason for refusal in answer.refusals for reason in refusal.reasons)


SPANS = {"second": "seconds", "minute": "minutes", "hour": "hours"}


def span(number: int, unit: str) -> timedelta:
    """So many seconds, minutes or hours."""
    return timedelta(**{SPANS[unit.removesuffix("s")]: number})


def mode(words: str) -> str:
    """The mode that the words name: Locked down is LockedDown."""
    return words.title().replace(" ", "")


def places(words: str) -> list[str]:
    """The places in "the lobby door and the gate door"."""
    return [word.split()[1] for word in words.split(" and ")]
