"""What of a person counts at a door that no stream tells by itself: which anti-passback zones have
they entered and not left, and when are they expected?
"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import credential, door, journal, person
from cvsec_core.ids import DoorId, PersonId
from cvsec_core.projections.visitor_list import VisitRow
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Is, Projection, Put, Rows, Table, Views
from cvsec_core.values import Direction, Period, Standing
from cvsec_core.vocabulary import meaning


@frozen
class ZoneRow:
    """The anti-passback zone that a door leads into."""

    id: DoorId
    zone: str


@frozen
class StandingRow:
    """``inside`` are the zones that the person has entered and not left, as seen ``since``. Where
    it was a grant that moved them, ``question`` is what asked for it, and ``before`` the zones that
    they were inside of until then.
    """

    id: PersonId
    inside: tuple[str, ...]
    since: datetime
    question: str | None = None
    before: tuple[str, ...] = ()


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes who is inside of what."""
    event = recorded.event
    match event:
        case door.AntiPassbackSet(name, "none"):
            yield Drop(ZoneRow, name)
        case door.AntiPassbackSet(name, _, zone):
            yield Put(ZoneRow(name, zone))
        case door.AccessGranted(name, person=str() as who):
            yield from _let_pass(event, who, recorded.meta.correlation, rows)
        case journal.PassageRecorded(holder=holder, door=name, direction=direction):
            if holder and name and direction and meaning(event.code).decision == "granted":
                yield from _passed(event, holder, name, rows)
        case credential.AntiPassbackReset(person=name, at=at):
            yield Put(StandingRow(name, (), at))
        case person.PersonForgotten(name):
            yield Drop(StandingRow, name)
        case _:
            return


def _let_pass(
    event: door.AccessGranted, who: PersonId, question: str | None, rows: Rows
) -> Iterator[Change]:
    """Who is let in counts as inside at once: the device tells of it later."""
    zone, had = rows.get(ZoneRow, event.door), rows.get(StandingRow, who)
    if zone is None:
        return
    before = _inside(had, question)
    inside = _moved(before, zone.zone, event.direction)
    yield Put(StandingRow(who, inside, event.at, question, before))


def _passed(
    event: journal.PassageRecorded, holder: PersonId, name: DoorId, rows: Rows
) -> Iterator[Change]:
    """A late record moves nobody who was seen since."""
    zone, had = rows.get(ZoneRow, name), rows.get(StandingRow, holder)
    if zone is None or (event.late and had is not None and had.since >= event.at):
        return
    inside = _moved(had.inside if had else (), zone.zone, event.direction)
    yield Put(StandingRow(holder, inside, event.at))


def _moved(inside: tuple[str, ...], zone: str, direction: Direction | None) -> tuple[str, ...]:
    others = tuple(other for other in inside if other != zone)
    return (*others, zone) if direction == "in" else others


def _inside(row: StandingRow | None, question: str | None) -> tuple[str, ...]:
    """Where they are for who asks: a grant does not stand against the question that led to it."""
    if row is None:
        return ()
    return row.before if question is not None and row.question == question else row.inside


PROJECTION = Projection(
    "standing",
    "people",
    (Table(ZoneRow), Table(StandingRow)),
    (
        door.AntiPassbackSet,
        door.AccessGranted,
        journal.PassageRecorded,
        credential.AntiPassbackReset,
        person.PersonForgotten,
    ),
    project,
    revision=2,
)


def of(views: Views, who: PersonId, question: str | None = None) -> Standing:
    """How the person stands. A visitor is expected from the start of a visit, or from when they
    came before it, until it is planned to end.

    Args:
        views: what is asked.
        who: the person.
        question: what the question at a door is known again by. What it was granted before is not
            held against it, for a device that heard no answer asks again.
    """
    inside = _inside(views.get(StandingRow, who), question)
    visits = views.select(VisitRow, Is("visitor", who), order=("position",))
    return Standing(inside, tuple(map(_time, filter(_is_open, visits))))


def _is_open(row: VisitRow) -> bool:
    return row.state in {"expected", "checked-in"}


def _time(row: VisitRow) -> Period:
    return Period(min(row.start, row.checked_in_at or row.start), row.end)
