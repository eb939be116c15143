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
    of several visits at once the most; ``visits`` is what they were checked in for and are not
    checked out of, ``forgotten_at`` when they were forgotten.
    """

    id: PersonId
    inside: bool
    since: datetime
    door: DoorId | None
    provenance: str
    party: int = 1
    visits: tuple[str, ...] = ()
    forgotten_at: datetime | None = None


@frozen
class PartyRow:
    """How many came for a visit that somebody is checked in for."""

    id: VisitId
    party: int


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes who is on site."""
    event = recorded.event
    match event:
        case journal.PassageRecorded(holder=holder, direction=direction):
            if holder and direction and meaning(event.code).decision == "granted":
                yield from _passed(event, holder, rows)
        case visit.VisitorCheckedIn():
            yield from _checked_in(event, rows)
        case visit.VisitorCheckedOut(name, visitor, assumed, at=at):
            had = rows.get(PresenceRow, visitor)
            if had is not None:
                yield _checked_out(had, name, at, "assumed" if assumed else "observed", rows)
            yield Drop(PartyRow, name)
        case person.PersonForgotten(name, at=at):
            had = rows.get(PresenceRow, name)
            if had is not None:
                yield Put(changed(had, forgotten_at=at)) if had.inside else Drop(PresenceRow, name)
        case _:
            return


def _checked_in(event: visit.VisitorCheckedIn, rows: Rows) -> Iterator[Change]:
    """Who has left by a reader since is only here for what they come back for."""
    name, visitor, party = event.visit, event.visitor, event.party
    had = rows.get(PresenceRow, visitor)
    here_for = had.visits if had is not None and had.inside else ()
    most = max((party, *(_party(of, rows) for of in here_for)))
    visits = (*here_for, name)
    yield Put(PresenceRow(visitor, True, event.at, None, "observed", most, visits))  # noqa: FBT003
    yield Put(PartyRow(name, party))


def _checked_out(had: PresenceRow, name: VisitId, at: datetime, how: str, rows: Rows) -> Change:
    """Who is here for another visit stays. Who left by a reader has left then; who comes back by
    one is not on that visit any more.
    """
    rest = tuple(other for other in had.visits if other != name)
    if rest and had.inside:
        party = min(had.party, max(_party(of, rows) for of in rest))
        return Put(changed(had, visits=rest, party=party))
    if had.forgotten_at is not None:
        return Drop(PresenceRow, had.id)
    if had.inside:
        return Put(PresenceRow(had.id, False, at, None, how))  # noqa: FBT003
    return Put(changed(had, visits=rest))


def _party(name: str, rows: Rows) -> int:
    kept = rows.get(PartyRow, name)
    return 1 if kept is None else kept.party


def _passed(event: journal.PassageRecorded, holder: PersonId, rows: Rows) -> Iterator[Change]:
    """A late record moves nobody who was seen since; who moves about keeps their party."""
    had = rows.get(PresenceRow, holder)
    if event.late and had is not None and had.since >= event.at:
        return
    inside = event.direction == "in"
    party = had.party if had is not None and had.inside and inside else 1
    how = "inferred" if event.late else "observed"
    here_for = () if had is None else had.visits
    yield Put(PresenceRow(holder, inside, event.at, event.door, how, party, here_for))


PROJECTION = Projection(
    "occupancy",
    "people",
    (Table(PresenceRow, (("inside",),)), Table(PartyRow)),
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
    return forgotten_at is None or bool(row.visits) or now < forgotten_at + LEFT_BY


def inside(views: Views, name: PersonId) -> bool | None:
    """Whether the person is on site, None where that is not known."""
    row = views.get(PresenceRow, name)
    return row.inside if row else None
