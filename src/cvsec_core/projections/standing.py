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
from cvsec_core.values import Period, Standing
from cvsec_core.vocabulary import meaning


@frozen
class ZoneRow:
    """The anti-passback zone that a door leads into."""

    id: DoorId
    zone: str


@frozen
class StandingRow:
    """``inside`` are the zones that the person has entered and not left, as seen ``since``."""

    id: PersonId
    inside: tuple[str, ...]
    since: datetime


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes who is inside of what."""
    event = recorded.event
    match event:
        case door.AntiPassbackSet(name, "none"):
            yield Drop(ZoneRow, name)
        case door.AntiPassbackSet(name, _, zone):
            yield Put(ZoneRow(name, zone))
        case journal.PassageRecorded(holder=holder, door=name, direction=direction):
            if holder and name and direction and meaning(event.code).decision == "granted":
                yield from _passed(event, holder, name, rows)
        case credential.AntiPassbackReset(person=name) | person.PersonForgotten(name):
            yield Drop(StandingRow, name)
        case _:
            return


def _passed(
    event: journal.PassageRecorded, holder: PersonId, name: DoorId, rows: Rows
) -> Iterator[Change]:
    """A late record moves nobody who was seen since."""
    zone, had = rows.get(ZoneRow, name), rows.get(StandingRow, holder)
    if zone is None or (event.late and had is not None and had.since >= event.at):
        return
    others = [other for other in (had.inside if had else ()) if other != zone.zone]
    inside = (*others, zone.zone) if event.direction == "in" else tuple(others)
    yield Put(StandingRow(holder, inside, event.at))


PROJECTION = Projection(
    "standing",
    "people",
    (Table(ZoneRow), Table(StandingRow)),
    (
        door.AntiPassbackSet,
        journal.PassageRecorded,
        credential.AntiPassbackReset,
        person.PersonForgotten,
    ),
    project,
)


def of(views: Views, who: PersonId) -> Standing:
    """How the person stands. A visitor is expected from the start of a visit, or from when they
    came before it, until it is planned to end.
    """
    row = views.get(StandingRow, who)
    visits = views.select(VisitRow, Is("visitor", who), order=("position",))
    return Standing(row.inside if row else (), tuple(map(_time, filter(_is_open, visits))))


def _is_open(row: VisitRow) -> bool:
    return row.state in {"expected", "checked-in"}


def _time(row: VisitRow) -> Period:
    return Period(min(row.start, row.checked_in_at or row.start), row.end)
