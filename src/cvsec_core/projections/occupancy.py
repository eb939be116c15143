"""Who is on site now, and how do we know?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import evolve as changed, frozen

from cvsec_core.aggregates import journal, person, visit
from cvsec_core.ids import DoorId, PersonId, VisitId
from cvsec_core.projections.directory import PersonRow, names
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Is, Projection, Put, Rows, Table, Views
from cvsec_core.vocabulary import meaning

LEFT_BY = timedelta(days=1)
"""Who was forgotten while on site is counted for so long."""


@frozen
class PresenceRow:
    """``provenance`` is ``observed`` (a reader saw them), ``inferred`` (told after the fact, by a
    record that came late) or ``assumed`` (nobody saw it). ``party`` is how many they are together,
    ``visit`` what they were checked in for and are not checked out of, ``forgotten_at`` when they
    were forgotten.
    """

    id: PersonId
    inside: bool
    since: datetime
    door: DoorId | None
    provenance: str
    party: int = 1
    visit: VisitId | None = None
    forgotten_at: datetime | None = None


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes who is on site."""
    event = recorded.event
    match event:
        case journal.PassageRecorded(holder=holder, direction=direction):
            if holder and direction and meaning(event.code).decision == "granted":
                yield from _passed(event, holder, rows)
        case visit.VisitorCheckedIn(name, visitor, _, party, at=at):
            yield Put(PresenceRow(visitor, True, at, None, "observed", party, name))  # noqa: FBT003
        case visit.VisitorCheckedOut(name, visitor, assumed, at=at):
            had = rows.get(PresenceRow, visitor)
            if had is not None:
                yield _checked_out(had, name, at, "assumed" if assumed else "observed")
        case person.PersonForgotten(name, at=at):
            had = rows.get(PresenceRow, name)
            if had is not None:
                yield Put(changed(had, forgotten_at=at)) if had.inside else Drop(PresenceRow, name)
        case _:
            return


def _checked_out(had: PresenceRow, name: VisitId, at: datetime, how: str) -> Change:
    """Who left by a reader has left then; who comes back by one is not on that visit any more."""
    if had.forgotten_at is not None:
        return Drop(PresenceRow, had.id)
    if had.inside:
        return Put(PresenceRow(had.id, False, at, None, how))  # noqa: FBT003
    return Put(changed(had, visit=None if had.visit == name else had.visit))


def _passed(event: journal.PassageRecorded, holder: PersonId, rows: Rows) -> Iterator[Change]:
    """A late record moves nobody who was seen since; who moves about keeps their party."""
    had = rows.get(PresenceRow, holder)
    if event.late and had is not None and had.since >= event.at:
        return
    inside = event.direction == "in"
    party = had.party if had is not None and had.inside and inside else 1
    how = "inferred" if event.late else "observed"
    here_for = None if had is None else had.visit
    yield Put(PresenceRow(holder, inside, event.at, event.door, how, party, here_for))


PROJECTION = Projection(
    "occupancy",
    "people",
    (Table(PresenceRow, (("inside",),)),),
    (
        journal.PassageRecorded,
        visit.VisitorCheckedIn,
        visit.VisitorCheckedOut,
        person.PersonForgotten,
    ),
    project,
)


@frozen
class Present:
    """Somebody on site; ``person`` is None where nobody is enrolled under what was shown."""

    row: PresenceRow
    person: PersonRow | None


def muster(views: Views, now: datetime) -> list[Present]:
    """Everybody who is on site, as far as is known, who came last first.

    Who is forgotten inside stays in the count, without a name, until they are checked out. No
    reader can tell when somebody leaves who is known no more; without a visit they are assumed to
    have left after `LEFT_BY`.
    """
    inside = views.select(PresenceRow, Is("inside", True))  # noqa: FBT003  # the value asked for
    rows = [row for row in inside if _counts(row, now)]
    known = names(views, tuple(row.id for row in rows))
    ordered = sorted(rows, key=lambda row: row.since, reverse=True)
    return [Present(row, known.get(row.id)) for row in ordered]


def _counts(row: PresenceRow, now: datetime) -> bool:
    forgotten_at = row.forgotten_at
    return forgotten_at is None or row.visit is not None or now < forgotten_at + LEFT_BY


def inside(views: Views, name: PersonId) -> bool | None:
    """Whether the person is on site, None where that is not known."""
    row = views.get(PresenceRow, name)
    return row.inside if row else None
