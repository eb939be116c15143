"""What happens at a site of 20 devices with 10 doors each, day after day.

Of 100 events 70 are passages (five batches of 14, each from another device), 20 are state reports
(five doors are let open, open, close and lock), and 10 are about alarms: four are raised, three of
them return to normal and are acknowledged. A day has 10,000 events.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count as numbers, islice

from attrs import frozen

from cvsec_core import Asked, Event, Meta, Site
from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group, organisation
from cvsec_core.ids import AlarmId, DeviceId, DoorId, GroupId, StreamId, door_of
from cvsec_core.ports import Entry
from cvsec_core.vocabulary import TAMPER

DEVICES = 20
DOORS_EACH = 10
PERSONS = 5_000
BLOCK = 100
BLOCKS_A_DAY = 100
BATCHES, LINES = 5, 14
MOVING = 5
RAISED, SETTLED = 4, 3

BULK = 20_000
"""So many events are stored at once where only the result matters."""

ZONE = "Europe/Madrid"
SOMEBODY = "somebody"
GROUP = GroupId("everything")
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
OPENING = timedelta(hours=7)
BLOCK_LASTS = timedelta(minutes=7)
STEP = timedelta(seconds=4)


@frozen
class Commit:
    """What is appended at once, and the versions that it follows."""

    entries: Sequence[Entry]
    expected: Mapping[StreamId, int]


# Single streams, for what is measured without views.
def reports(doors: int, count: int) -> Iterator[Commit]:
    """*count* commits of one event: each door in turn opens, and in the next round closes."""
    for number in range(count):
        name, after = door_name(number % doors), number // doors
        at = MIDNIGHT + STEP * number
        stream = door.stream(name)
        entry = Entry(stream, after + 1, opened_or_closed(name, after + 1, at), Meta(name, at))
        yield Commit((entry,), {stream: after})


def opened_or_closed(name: DoorId, version: int, at: datetime) -> door.DoorOpened | door.DoorClosed:
    """The door has opened at odd versions, and closed at even ones."""
    return door.DoorOpened(name, at, at) if version % 2 else door.DoorClosed(name, None, at, at)


def deliveries(count: int, each: int, *, named: bool = True) -> Iterator[Commit]:
    """*count* commits of *each* passages, the devices in turn: what a terminal sends at once.

    *named*: somebody shows a card; else they leave by the exit button, and nothing is personal.
    """
    for number in range(count):
        name, after = _device(number % DEVICES), number // DEVICES * each
        at = MIDNIGHT + STEP * (number % 1000)
        stream = journal.stream(name, at.date().isoformat())
        meta = Meta(name, at)
        entries = (
            Entry(stream, index, passage(name, index, at, named=named), meta)
            for index in range(after + 1, after + each + 1)
        )
        yield Commit(tuple(entries), {stream: after})


def passage(
    name: DeviceId, index: int, at: datetime, *, named: bool = True
) -> journal.PassageRecorded:
    """Somebody passes a door of the device."""
    person = index * 7919 % PERSONS
    return journal.PassageRecorded(
        name,
        index,
        0,
        0,
        door_of(name, index % DOORS_EACH + 1),
        "out" if index % 2 else "in",
        "card",
        False,
        f"{index:012x}",
        at,
        at,
        f"{person}" if named else None,
        f"{70_000_000 + person}" if named else None,
    )


def door_name(number: int) -> DoorId:
    """The door of that number, counted from 0 over all devices."""
    return door_of(_device(number // DOORS_EACH), number % DOORS_EACH + 1)


# The mix.
def fill(site: Site, count: int) -> None:
    """Found the site, and let things happen there until its log has *count* events."""
    found(site, DEVICES, DOORS_EACH)
    versions = {r.stream: r.version for r in site.log.read_all(0, site.log.head())}
    going_on = happenings()
    while (missing := count - site.log.head()) > 0:
        commit = _commit(islice(going_on, min(missing, BULK)), versions)
        site.log.append(commit.entries, commit.expected)


def end_of(count: int) -> datetime:
    """A moment in the evening of the day on which a site comes to have *count* events."""
    days = max(0, count - 1) // (BLOCK * BLOCKS_A_DAY)
    return MIDNIGHT + timedelta(days=days, hours=20)


def happenings() -> Iterator[tuple[StreamId, Event, Meta]]:
    """What happens, without an end."""
    for block in numbers():
        day, since = divmod(block, BLOCKS_A_DAY)
        at = MIDNIGHT + timedelta(days=day) + OPENING + BLOCK_LASTS * since
        for batch in range(block * BATCHES, (block + 1) * BATCHES):
            yield from _batch(batch, at)
        for moving in range(block * MOVING, (block + 1) * MOVING):
            yield from _door_moves(moving, at + STEP * (moving % MOVING))
        for raised in range(RAISED):
            yield from _alarm(block * RAISED + raised, at, settled=raised < SETTLED)


def _batch(number: int, at: datetime) -> Iterator[tuple[StreamId, Event, Meta]]:
    name, first = _device(number % DEVICES), number // DEVICES * LINES + 1
    stream, meta = journal.stream(name, at.date().isoformat()), Meta(name, at)
    for index in range(first, first + LINES):
        yield stream, passage(name, index, at), meta


def _door_moves(number: int, at: datetime) -> Iterator[tuple[StreamId, Event, Meta]]:
    name = door_name(number * 7 % (DEVICES * DOORS_EACH))
    stream = door.stream(name)
    for event in (
        door.LockReleased(name, at, at),
        door.DoorOpened(name, at, at),
        door.DoorClosed(name, None, at, at),
        door.LockEngaged(name, at, at),
    ):
        yield stream, event, Meta(name, at)


def _alarm(number: int, at: datetime, *, settled: bool) -> Iterator[tuple[StreamId, Event, Meta]]:
    of_device, of_door = _device(number % DEVICES), door_of(_device(number % DEVICES), 1)
    name = AlarmId(f"{of_door}.{number}")
    stream = StreamId(f"{alarm.KIND}-{name}")
    raised = alarm.AlarmRaised(name, of_device, of_door, TAMPER, "alarm", None, at)
    yield stream, raised, Meta(of_device, at)
    if settled:
        seen = alarm.AlarmAcknowledged(name, of_device, at, SOMEBODY, None, "Seen.", at)
        yield stream, alarm.AlarmReturnedToNormal(name, at), Meta(of_device, at)
        yield stream, seen, Meta(SOMEBODY, at)


def _commit(some: Iterable[tuple[StreamId, Event, Meta]], versions: dict[StreamId, int]) -> Commit:
    """All of it as one commit; *versions* is brought up to date."""
    entries: list[Entry] = []
    expected: dict[StreamId, int] = {}
    for stream, event, meta in some:
        version = versions.get(stream, 0)
        expected.setdefault(stream, version)
        versions[stream] = version + 1
        entries.append(Entry(stream, version + 1, event, meta))
    return Commit(entries, expected)


# By command.
def found(site: Site, devices: int, doors: int) -> None:
    """Let there be an organisation and devices with *doors* doors each, all of them online."""
    names = [_device(number) for number in range(devices)]
    _all(
        site,
        organisation.FoundOrganisation("Bench", ZONE, "en", SOMEBODY, MIDNIGHT),
        *(
            device.RegisterDevice(
                name, f"Terminal {name}", f"area-{n % 4}", ZONE, doors, SOMEBODY, MIDNIGHT
            )
            for n, name in enumerate(names)
        ),
        *(device.ReportDeviceOnline(name, MIDNIGHT) for name in names),
    )


def group_doors(site: Site, doors: int) -> None:
    """Let there be a lockdown group of *doors* doors on 20 devices; each has opened and closed."""
    found(site, DEVICES, doors // DEVICES)
    names = [
        door_of(_device(number % DEVICES), number // DEVICES + 1)
        for number in range(doors // DEVICES * DEVICES)
    ]
    _all(site, *(door_report(name, 1, MIDNIGHT) for name in names))
    _all(site, *(door_report(name, 2, MIDNIGHT + STEP) for name in names))
    _all(site, lockdown_group.DefineLockdownGroup(GROUP, tuple(names), SOMEBODY, MIDNIGHT))


def door_report(name: DoorId, round_: int, at: datetime) -> door.ReportDoorState:
    """A report that is news: the door is open in odd rounds, and closed in even ones."""
    return door.ReportDoorState(name, at, at, "Open" if round_ % 2 else "Closed")


def _all(site: Site, *commands: object) -> None:
    for answer in site.handle_all([Asked(command) for command in commands]):
        answer.or_raise()


def _device(number: int) -> DeviceId:
    return DeviceId(f"T{number:04}")
