"""How far has each device told its story, what is missing of it, and what could not be read?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import evolve as changed, frozen

from cvsec_core.aggregates import journal
from cvsec_core.ids import DeviceId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Is, Patch, Projection, Put, Rows, Table, Views


@frozen
class CursorRow:
    """The highest record number of a device since its numbers last began, the stream that it
    stands in, and the numbers at which open gaps begin.
    """

    id: DeviceId
    stream: str
    epoch: int
    highest: int
    gaps: tuple[str, ...] = ()


@frozen
class GapRow:
    """Records that a device has and we have not; ``missing`` counts down as they come."""

    id: str
    device: DeviceId
    first: int
    last: int
    found_at: datetime
    missing: int


@frozen
class UnrecognisedRow:
    """What could not be read: its beginning, and of the whole the length and the hash."""

    id: int
    device: DeviceId
    about: str
    length: int
    digest: str
    raw: str | None
    received_at: datetime


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes cursors, gaps and what could not be read."""
    event = recorded.event
    match event:
        case journal.PassageRecorded(index=index) if index:
            yield from _moved(recorded, event, rows)
        case journal.GapFound():
            yield from _opened(recorded, event, rows)
        case journal.UnrecognisedKept(device, about, length, digest, at, raw):
            yield Put(UnrecognisedRow(recorded.position, device, about, length, digest, raw, at))
        case _:
            return


def _moved(recorded: Recorded, event: journal.PassageRecorded, rows: Rows) -> Iterator[Change]:
    row = rows.get(CursorRow, event.device)
    if row is None:
        yield Put(CursorRow(event.device, recorded.stream, event.epoch, event.index))
    elif _goes_on(recorded, event, row):
        yield Put(CursorRow(row.id, recorded.stream, event.epoch, event.index, row.gaps))
    elif event.late:
        yield from _filled(event, row, rows)


def _goes_on(recorded: Recorded, event: journal.PassageRecorded, row: CursorRow) -> bool:
    """Whether it is the device's newest record, by number or because numbers began again."""
    if row.stream != recorded.stream:
        return event.index > row.highest or not event.late
    return event.epoch > row.epoch or (event.epoch == row.epoch and event.index > row.highest)


def _opened(recorded: Recorded, event: journal.GapFound, rows: Rows) -> Iterator[Change]:
    missing = event.last - event.first + 1
    key = f"{event.device}|{event.first}"
    yield Put(GapRow(key, event.device, event.first, event.last, event.at, missing))
    row = rows.get(CursorRow, event.device) or CursorRow(event.device, recorded.stream, 0, 0)
    yield Put(changed(row, gaps=(*row.gaps, key)))


def _filled(event: journal.PassageRecorded, row: CursorRow, rows: Rows) -> Iterator[Change]:
    for key in row.gaps:
        gap = rows.get(GapRow, key)
        if gap is None or not gap.first <= event.index <= gap.last:
            continue
        if gap.missing > 1:
            yield Patch(GapRow, key, {"missing": gap.missing - 1})
        else:
            yield Drop(GapRow, key)
            yield Put(changed(row, gaps=tuple(other for other in row.gaps if other != key)))


PROJECTION = Projection(
    "device-journals",
    "history",
    (Table(CursorRow), Table(GapRow, (("device",),)), Table(UnrecognisedRow, (("device", "id"),))),
    (journal.PassageRecorded, journal.GapFound, journal.UnrecognisedKept),
    project,
)


def cursor(views: Views, device: DeviceId) -> CursorRow | None:
    """How far the device has told its story, or None."""
    return views.get(CursorRow, device)


def gaps(views: Views, device: DeviceId) -> list[GapRow]:
    """What is still missing of the device's records."""
    return views.select(GapRow, Is("device", device))


def unrecognised(
    views: Views, device: DeviceId | None = None, limit: int = 50
) -> list[UnrecognisedRow]:
    """What could not be read, the newest first."""
    where = () if device is None else (Is("device", device),)
    return views.select(UnrecognisedRow, *where, order=("id",), descending=True, limit=limit)
