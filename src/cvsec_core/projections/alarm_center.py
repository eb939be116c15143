"""Which alarms are there, which still need somebody, and how many were there today?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core import vocabulary
from cvsec_core.aggregates import alarm
from cvsec_core.ids import AlarmId, DeviceId, DoorId
from cvsec_core.projections.devices import DeviceRow, devices_in, devices_named
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Among,
    Between,
    Change,
    Condition,
    Cursor,
    Either,
    Is,
    Patch,
    Projection,
    Put,
    Rows,
    Table,
    Tally,
    Views,
    newest,
)
from cvsec_core.values import Level, Period, quarter_of


@frozen
class AlarmRow:
    """``state`` is ``unacknowledged`` or ``acknowledged``; whether the condition holds is
    ``active``.
    """

    id: AlarmId
    position: int
    device: DeviceId
    door: DoorId | None
    code: int
    level: Level
    raised_at: datetime
    active: bool
    state: str
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    remark: str | None = None
    shelved_until: datetime | None = None


@frozen
class AlarmTally:
    """The alarms of one device that were raised in one UTC quarter-hour."""

    id: str
    device: DeviceId
    quarter: datetime
    total: int = 0
    unacknowledged: int = 0
    acknowledged: int = 0


@frozen
class AlarmTotal:
    """All alarms that one device ever raised."""

    id: DeviceId
    total: int = 0
    unacknowledged: int = 0
    acknowledged: int = 0


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes the alarms and their tallies."""
    event = recorded.event
    match event:
        case alarm.AlarmRaised(name, device, door, code, level, _, at):
            yield Put(
                AlarmRow(
                    name,
                    recorded.position,
                    device,
                    door,
                    code,
                    level,
                    at,
                    active=True,
                    state="unacknowledged",
                )
            )
            yield from _tallied(device, at, {"total": 1, "unacknowledged": 1})
        case alarm.AlarmAcknowledged(name, device, raised_at, by, _, remark, at):
            yield Patch(
                AlarmRow,
                name,
                {
                    "state": "acknowledged",
                    "acknowledged_by": by,
                    "acknowledged_at": at,
                    "remark": _remarks(rows, name) + remark,
                },
            )
            yield from _tallied(device, raised_at, {"unacknowledged": -1, "acknowledged": 1})
        case alarm.RemarkAdded(name, _, remark):
            yield Patch(AlarmRow, name, {"remark": _remarks(rows, name) + remark})
        case alarm.AlarmReturnedToNormal(name):
            yield Patch(AlarmRow, name, {"active": False})
        case alarm.AlarmShelved(name, _, until):
            yield Patch(AlarmRow, name, {"shelved_until": until})
        case alarm.AlarmUnshelved(name):
            yield Patch(AlarmRow, name, {"shelved_until": None})
        case _:
            return


def _remarks(rows: Rows, name: AlarmId) -> str:
    """What was remarked so far, for the next remark to stand below."""
    had = rows.get(AlarmRow, name)
    return f"{had.remark}\n" if had and had.remark else ""


def _tallied(device: DeviceId, raised_at: datetime, by: dict[str, int]) -> Iterator[Change]:
    quarter = quarter_of(raised_at)
    key = f"{device}|{quarter:%Y%m%d%H%M}"
    yield Tally(AlarmTally, key, by, {"device": device, "quarter": quarter})
    yield Tally(AlarmTotal, device, by)


PROJECTION = Projection(
    "alarm-center",
    "boards",
    (
        Table(
            AlarmRow,
            (
                ("position",),
                ("state", "position"),
                ("level", "position"),
                ("device", "position"),
                ("code", "position"),
                ("raised_at", "position"),
            ),
        ),
        Table(AlarmTally, (("quarter",),)),
        Table(AlarmTotal),
    ),
    (
        alarm.AlarmRaised,
        alarm.AlarmAcknowledged,
        alarm.RemarkAdded,
        alarm.AlarmReturnedToNormal,
        alarm.AlarmShelved,
        alarm.AlarmUnshelved,
    ),
    project,
)


@frozen
class Counts:
    """``total`` is always the sum of the other two, today's and those of all time alike."""

    today: int
    total: int
    unacknowledged: int
    acknowledged: int


def counts(views: Views, today: Period, devices: tuple[DeviceId, ...] | None = None) -> Counts:
    """Alarms by occurrence today, and all by state; of *devices* only, where given."""
    of_devices = () if devices is None else (Among("device", devices),)
    (raised,) = views.total(
        AlarmTally, ("total",), Between("quarter", today.start, today.end), *of_devices
    )
    by_id = () if devices is None else (Among("id", devices),)
    return Counts(
        raised, *views.total(AlarmTotal, ("total", "unacknowledged", "acknowledged"), *by_id)
    )


@frozen
class Filter:
    """What to show; None: whatever.

    ``search`` is looked for in names of events and devices. Shelved alarms are hidden unless they
    are asked for.
    """

    state: str | None = None
    level: Level | None = None
    search: str | None = None
    device: DeviceId | None = None
    area: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    with_shelved: bool = False


@frozen
class Alarm:
    """An alarm as people see it; the device's name and area are those of today."""

    row: AlarmRow
    device_name: str
    area: str


@frozen
class Page:
    """Some alarms, the newest first, and where to go on (None: that was all)."""

    alarms: tuple[Alarm, ...]
    after: Cursor | None


def page(
    views: Views,
    wanted: Filter | None = None,
    *,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """The newest alarms first: in the order in which they were recorded, or, where a time is asked
    for, in that in which they were raised.
    """
    wanted = wanted or Filter()
    timed = wanted.start is not None or wanted.end is not None
    order = ("raised_at", "position") if timed else ("position",)
    rows, cursor = newest(
        views, AlarmRow, *_conditions(views, wanted), order=order, after=after, limit=limit
    )
    devices = {row.device for row in rows}
    named = {row.id: row for row in views.select(DeviceRow, Among("id", tuple(devices)))}
    return Page(tuple(_shown(row, named.get(row.device)) for row in rows), cursor)


def one(views: Views, name: AlarmId) -> Alarm | None:
    """The alarm of that id, or None."""
    row = views.get(AlarmRow, name)
    return _shown(row, views.get(DeviceRow, row.device)) if row else None


def _shown(row: AlarmRow, device: DeviceRow | None) -> Alarm:
    return Alarm(row, device.name if device else row.device, device.area if device else "")


def _conditions(views: Views, wanted: Filter) -> Iterator[Condition]:
    for column in ("state", "level", "device"):
        value = getattr(wanted, column)
        if value is not None:
            yield Is(column, value)
    if not wanted.with_shelved:
        yield Is("shelved_until", None)
    if wanted.area is not None:
        yield Among("device", tuple(row.id for row in devices_in(views, wanted.area)))
    if wanted.start is not None or wanted.end is not None:
        yield Between("raised_at", wanted.start, wanted.end)
    if wanted.search:
        named = tuple(row.id for row in devices_named(views, wanted.search))
        codes = vocabulary.search(wanted.search)
        yield Either((Among("device", named), Among("code", codes)))
