"""Anything that could be asked or could have happened: one strategy a command and an event.

The pools are small on purpose, so that ids, people and moments collide. A field's strategy follows
from its type, and from its name where the type says too little (a number of a door, a code).
"""

from datetime import UTC, date, datetime, timedelta
from types import UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from attrs import fields
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cvsec_core.aggregates import device, door, journal
from cvsec_core.catalogue import AGGREGATES
from cvsec_core.errors import Reason
from cvsec_core.ids import AlarmId, DeviceId, DoorId, EventId, GroupId, StreamId, door_of
from cvsec_core.values import WEEK, Interval

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DEVICE_NAMES = (DeviceId("atrium"), DeviceId("dock"))
DOOR_NAMES = tuple(door_of(name, number) for name in DEVICE_NAMES for number in (1, 2))
GROUP_NAMES = (GroupId("east"), GroupId("west"), GroupId("all"))
ALARM_NAMES = (AlarmId("atrium.1"), AlarmId("dock.1"), AlarmId("atrium-1.1"))
PEOPLE = ("guard", "reception", "facility-manager")
DAYS = ("2026-03-02", "2026-03-03")
CODES = (0, 5, 8, 23, 26, 27, 28, 36, 100, 101, 102, 200, 201, 202, 206, 209, 210, 4000, 6000, 9999)

moments: SearchStrategy[datetime] = st.one_of(
    st.integers(0, 30).map(lambda seconds: START + timedelta(seconds=seconds)),
    st.integers(0, 48 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
)
texts = st.sampled_from(("a line", "Two words", "Ñandú", "x" * 40))


def reasons() -> SearchStrategy[Reason]:
    """Any reason of the core for a refusal."""
    return st.one_of(*map(made, all_reasons()))


def all_reasons() -> list[type[Reason]]:
    """Every reason that the core gives."""
    return _core_leaves(Reason)


def _core_leaves(base: type) -> list[Any]:
    """The classes of the core below *base*; attrs leaves each class that it was given, too."""
    found = [s for s in base.__subclasses__() if "__attrs_attrs__" in vars(s)]
    below = [leaf for sub in found for leaf in _core_leaves(sub)]
    return [s for s in found if s.__module__.startswith("cvsec_core.")] + below


def made(record: type) -> SearchStrategy[Any]:
    """Any instance of an attrs class."""
    hints = get_type_hints(record)
    numbers = {name: NUMBERED[name] for name in NUMBERED if hints.get(name) is int}
    told = NAMED | numbers | SPECIAL.get(record, {})
    return st.builds(
        record,
        **{
            f.name: told[f.name] if f.name in told else typed(hints[f.name]) for f in fields(record)
        },
    )


def typed(kind: Any) -> SearchStrategy[Any]:
    """Any value of an annotated type."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, NewType):
        return st.sampled_from(
            (kind(f"{kind.__name__[:3].lower()}-a"), kind(f"{kind.__name__[:3].lower()}-b"))
        )
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if a is type(None) else typed(a) for a in arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(typed(arguments[0]), max_size=3, unique=True).map(tuple)
    if origin is tuple:
        return st.tuples(*map(typed, arguments))
    return made(kind)


PLAIN: dict[Any, SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(0, 6),
    float: st.sampled_from((-120.0, -31.0, -4.0, 0.0, 0.5, 6.0, 30.0, 45.5, 120.0)),
    str: texts,
    datetime: moments,
    date: st.sampled_from((START.date(), START.date() + timedelta(days=1))),
    DeviceId: st.sampled_from(DEVICE_NAMES),
    DoorId: st.sampled_from(DOOR_NAMES),
    GroupId: st.sampled_from(GROUP_NAMES),
    AlarmId: st.sampled_from(ALARM_NAMES),
    EventId: st.sampled_from((EventId("journal-atrium-2026-03-02@1"), EventId("door-dock-1@4"))),
    StreamId: st.sampled_from((journal.stream(DEVICE_NAMES[0], DAYS[0]),)),
}
intervals = st.builds(
    lambda days, start, length: Interval(days, start, min(start + length, 1440)),
    st.lists(st.sampled_from(WEEK), min_size=1, max_size=7, unique=True).map(tuple),
    st.integers(0, 1439),
    st.integers(1, 600),
)
PLAIN[Interval] = intervals
PLAIN[Reason] = st.deferred(reasons)
NAMED: dict[str, SearchStrategy[Any]] = {
    "by": st.sampled_from(PEOPLE),
    "on_behalf_of": st.none() | st.sampled_from(PEOPLE),
    "zone": st.sampled_from(("UTC", "Europe/Madrid", "America/New_York")),
    "area": st.sampled_from(("lobby", "yard")),
    "day": st.sampled_from(DAYS),
    "mark": st.integers(0, 5).map(lambda n: f"{n:012x}"),
    "objections": st.just(()),
    "name": texts,
}
NUMBERED: dict[str, SearchStrategy[Any]] = {
    "number": st.integers(1, 3),
    "code": st.sampled_from(CODES),
    "epoch": st.integers(0, 2),
}
SPECIAL: dict[type, dict[str, SearchStrategy[Any]]] = {
    device.RegisterDevice: {"doors": st.integers(1, 2)},
    device.DeviceRegistered: {"doors": st.integers(1, 2)},
    door.RequestUnlock: {"seconds": st.sampled_from((1, 5, 254))},
    door.ReportDoorCommandResult: {
        "code": st.sampled_from((-1, 0, 7)),
        "step": st.integers(0, 2),
        "steps": st.integers(1, 3),
    },
    device.ReportDeviceCommandResult: {"code": st.sampled_from((-1, 0, 7))},
    journal.Line: {"index": st.integers(0, 8), "text": st.sampled_from(("a", "b", "c", "d"))},
    journal.RecordPassages: {
        "cursor": st.none() | st.integers(0, 4),
        "doors": st.just(DOOR_NAMES),
        "lines": st.lists(st.deferred(lambda: made(journal.Line)), max_size=5).map(tuple),
    },
}

COMMANDS: dict[type, SearchStrategy[Any]] = {
    command: made(command) for aggregate in AGGREGATES for command in aggregate.commands
}
"""Any command of each type."""
EVENTS: dict[type, SearchStrategy[Any]] = {
    event: made(event) for aggregate in AGGREGATES for event in aggregate.events
}
"""Any event of each type."""


def commands_of(kind: str) -> SearchStrategy[Any]:
    """Any command of the aggregate of that kind."""
    (found,) = (aggregate for aggregate in AGGREGATES if aggregate.kind == kind)
    return st.one_of(*(COMMANDS[command] for command in found.commands))


def histories_of(kind: str, max_size: int = 8) -> SearchStrategy[list[Any]]:
    """Any events of the aggregate of that kind, likely or not, in any order."""
    (found,) = (aggregate for aggregate in AGGREGATES if aggregate.kind == kind)
    event = st.one_of(*(EVENTS[event] for event in found.events))
    begun = st.just(()) if len(found.events) < 2 else EVENTS[found.events[0]].map(lambda e: (e,))
    return st.builds(
        lambda first, rest: [*first, *rest], st.just(()) | begun, st.lists(event, max_size=max_size)
    )
