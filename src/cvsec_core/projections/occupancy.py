"""Who is on site now, and how do we know?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import journal, person, visit
from cvsec_core.ids import DoorId, PersonId
from cvsec_core.projections.directory import PersonRow, names
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Is, Projection, Put, Rows, Table, Views
from cvsec_core.vocabulary import meaning


@frozen
class PresenceRow:
    """``provenance`` is ``observed`` (a reader saw them), ``inferred`` (told after the fact, by a
    record that came late) or ``assumed`` (nobody saw it). ``party`` is how many they are together.
    Who is forgotten stays in the count, and has no name, until they have left.
    """

    id: PersonId
    inside: bool
    since: datetime
    door: DoorId | None
    provenance: str
    party: int = 1


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes who is on site."""
    event = recorded.event
    match event:
        case journal.PassageRecorded(holder=holder, direction=direction):
            if holder and direction and meaning(event.code).decision == "granted":
                yield from _passed(event, holder, rows)
        case visit.VisitorCheckedIn(_, visitor, _, party, at=at):
            yield Put(PresenceRow(visitor, True, at, None, "observed", party))  # noqa: FBT003
        case visit.VisitorCheckedOut(_, visitor, assumed, at=at):
            had = rows.get(PresenceRow, visitor)
            if had is not None and had.inside:
                how = "assumed" if assumed else "observed"
                yield Put(PresenceRow(visitor, False, at, None, how))  # noqa: FBT003
        case person.PersonForgotten(name):
            had = rows.get(PresenceRow, name)
            if had is not None and not had.inside:
                yield Drop(PresenceRow, name)
        case _:
            return


def _passed(event: journal.PassageRecorded, holder: PersonId, rows: Rows) -> Iterator[Change]:
    """A late record moves nobody who was seen since; who moves about keeps their party."""
    had = rows.get(PresenceRow, holder)
    if event.late and had is not None and had.since >= event.at:
        return
    inside = event.direction == "in"
    party = had.party if had is not None and had.inside and inside else 1
    how = "inferred" if event.late else "observed"
    yield Put(PresenceRow(holder, inside, event.at, event.door, how, party))


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


def muster(views: Views) -> list[Present]:
    """Everybody who is on site, as far as is known, who came last first."""
    rows = views.select(PresenceRow, Is("inside", True))  # noqa: FBT003  # the value asked for
    known = names(views, tuple(row.id for row in rows))
    ordered = sorted(rows, key=lambda row: row.since, reverse=True)
    return [Present(row, known.get(row.id)) for row in ordered]


def inside(views: Views, name: PersonId) -> bool | None:
    """Whether the person is on site, None where that is not known."""
    row = views.get(PresenceRow, name)
    return row.inside if row else None
