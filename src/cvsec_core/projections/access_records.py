"""What was recorded at the doors, by whom, and how was it decided?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import asdict, frozen

from cvsec_core.aggregates import journal, person
from cvsec_core.ids import CredentialId, DeviceId, DoorId, PersonId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Among,
    Between,
    Change,
    Condition,
    Cursor,
    Drop,
    Is,
    Projection,
    Put,
    Rows,
    Table,
    Views,
    newest,
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
    holder: PersonId | None
    credential: CredentialId | None
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


@frozen
class ShownRow:
    """The number or card behind a pseudonym, as it was shown at a door."""

    id: str
    shown: str


@frozen
class Record(RecordRow):
    """A record as people see it: who was forgotten has neither number nor card."""

    person: str | None
    card: str | None


def project(recorded: Recorded, _rows: Rows) -> Iterator[Change]:
    """The row of a passage, and what was shown."""
    event = recorded.event
    if isinstance(event, person.PersonForgotten):
        for name in (event.person, *event.credentials):
            yield Drop(ShownRow, name)
    elif isinstance(event, journal.PassageRecorded):
        if event.holder and event.person:
            yield Put(ShownRow(event.holder, event.person))
        if event.credential and event.card:
            yield Put(ShownRow(event.credential, event.card))
        yield Put(
            RecordRow(
                recorded.position,
                event.device,
                event.door,
                event.code,
                event.holder,
                event.credential,
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
            (("door", "id"), ("holder", "id"), ("occurred_at", "id")),
        ),
        Table(ShownRow, (("shown",),)),
    ),
    (journal.PassageRecorded, person.PersonForgotten),
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

    records: tuple[Record, ...]
    after: Cursor | None


def page(
    views: Views,
    wanted: Filter | None = None,
    *,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """The newest records first: in the order in which they were recorded, or, where a time is
    asked for, in that in which they occurred.
    """
    wanted = wanted or Filter()
    timed = wanted.start is not None or wanted.end is not None
    order = ("occurred_at", "id") if timed else ("id",)
    rows, cursor = newest(
        views, RecordRow, *_conditions(views, wanted), order=order, after=after, limit=limit
    )
    return Page(tuple(_shown(views, rows)), cursor)


def one(views: Views, position: int) -> Record | None:
    """The record at that log position, or None."""
    row = views.get(RecordRow, position)
    return next(_shown(views, [row])) if row else None


def shown(views: Views, names: tuple[str, ...]) -> dict[str, str]:
    """The numbers and cards behind these pseudonyms, of those that were shown at a door."""
    return {row.id: row.shown for row in views.select(ShownRow, Among("id", names))}


def _shown(views: Views, rows: list[RecordRow]) -> Iterator[Record]:
    wanted = {name for row in rows for name in (row.holder, row.credential) if name}
    seen = shown(views, tuple(wanted))
    for row in rows:
        told = asdict(row, recurse=False)
        holder, card = seen.get(row.holder or ""), seen.get(row.credential or "")
        yield Record(**told, person=holder, card=card)


def _conditions(views: Views, wanted: Filter) -> Iterator[Condition]:
    if wanted.door is not None:
        yield Is("door", wanted.door)
    if wanted.person is not None:
        holders = views.select(ShownRow, Is("shown", wanted.person))
        yield Among("holder", tuple(row.id for row in holders))
    if wanted.start is not None or wanted.end is not None:
        yield Between("occurred_at", wanted.start, wanted.end)
