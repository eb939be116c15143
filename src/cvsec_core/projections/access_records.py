"""What was recorded at the doors, by whom, and how was it decided?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import journal
from cvsec_core.ids import DeviceId, DoorId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Between,
    Change,
    Condition,
    Is,
    Projection,
    Put,
    Rows,
    Table,
    Views,
)
from cvsec_core.values import Direction
from cvsec_core.vocabulary import Meaning, meaning


@frozen
class RecordRow:
    """``id`` is the log position; ``index`` the record's number at its device."""

    id: int
    device: DeviceId
    door: DoorId | None
    code: int
    person: str | None
    card: str | None
    direction: Direction | None
    verify: str
    index: int
    late: bool
    occurred_at: datetime
    received_at: datetime

    @property
    def meaning(self) -> Meaning:
        """What its code means."""
        return meaning(self.code)


def project(recorded: Recorded, _rows: Rows) -> Iterator[Change]:
    """The row of a passage."""
    event = recorded.event
    if isinstance(event, journal.PassageRecorded):
        yield Put(
            RecordRow(
                recorded.position,
                event.device,
                event.door,
                event.code,
                event.person,
                event.card,
                event.direction,
                event.verify,
                event.index,
                event.late,
                event.at,
                event.received_at,
            )
        )


PROJECTION = Projection(
    "access-records",
    "history",
    (
        Table(
            RecordRow,
            (("door", "id"), ("person", "id"), ("occurred_at", "id")),
        ),
    ),
    (journal.PassageRecorded,),
    project,
)


@frozen
class Filter:
    """What to show; None: whatever. The time is that of occurrence."""

    door: DoorId | None = None
    person: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@frozen
class Page:
    """Some records, the newest first, and where to go on (None: that was all)."""

    records: tuple[RecordRow, ...]
    after: tuple[datetime | int, ...] | None


def page(
    views: Views,
    wanted: Filter | None = None,
    *,
    after: tuple[datetime | int, ...] | None = None,
    limit: int = 50,
) -> Page:
    """The newest records first: in the order in which they were recorded, or, where a time is
    asked for, in that in which they occurred.
    """
    wanted = wanted or Filter()
    timed = wanted.start is not None or wanted.end is not None
    rows = views.select(
        RecordRow,
        *_conditions(wanted),
        order=("occurred_at", "id") if timed else ("id",),
        descending=True,
        after=after,
        limit=limit + 1,
    )
    cursor = None
    if len(rows) > limit:
        last = rows[limit - 1]
        cursor = (last.occurred_at, last.id) if timed else (last.id,)
    return Page(tuple(rows[:limit]), cursor)


def one(views: Views, position: int) -> RecordRow | None:
    """The record at that log position, or None."""
    return views.get(RecordRow, position)


def _conditions(wanted: Filter) -> Iterator[Condition]:
    for column in ("door", "person"):
        value = getattr(wanted, column)
        if value is not None:
            yield Is(column, value)
    if wanted.start is not None or wanted.end is not None:
        yield Between("occurred_at", wanted.start, wanted.end)
