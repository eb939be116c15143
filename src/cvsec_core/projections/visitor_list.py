"""Who comes today, who is here, who has left, and how was it in the month?"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from attrs import frozen

from cvsec_core.aggregates import person, visit
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.projections.directory import PersonRow, names
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Among,
    Between,
    Change,
    Condition,
    Contains,
    Drop,
    Is,
    Patch,
    Projection,
    Put,
    Rows,
    Table,
    Value,
    Views,
)
from cvsec_core.values import Period

MOMENT = timedelta(microseconds=1)


@frozen
class VisitRow:
    """``state`` is ``expected``, ``checked-in``, ``checked-out``, ``cancelled`` or ``no-show``. Of
    a visitor who was forgotten there is neither reason nor picture; the visit still counts.
    """

    id: VisitId
    position: int
    visitor: PersonId
    host: PersonId
    start: datetime
    end: datetime
    reason: str | None
    party: int
    state: str
    invitation: InvitationId | None
    registered_at: datetime
    pictures: tuple[str, ...] = ()
    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None
    assumed: bool = False


@frozen
class VisitsRow:
    """The visits of somebody, to be found when they are forgotten."""

    id: PersonId
    visits: tuple[str, ...]


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes its visit."""
    event = recorded.event
    match event:
        case visit.VisitRegistered():
            yield Put(_registered(event, recorded.position))
            had = rows.get(VisitsRow, event.visitor)
            visits = (*(had.visits if had else ()), event.visit)
            yield Put(VisitsRow(event.visitor, visits))
        case visit.VisitorCheckedIn(name, at=at):
            yield Patch(VisitRow, name, {"state": "checked-in", "checked_in_at": at})
        case visit.VisitorCheckedOut(name, _, assumed, at=at):
            fields = {"state": "checked-out", "checked_out_at": at, "assumed": assumed}
            yield Patch(VisitRow, name, fields)
        case visit.VisitCancelled(name):
            yield Patch(VisitRow, name, {"state": "cancelled"})
        case visit.NoShowRecorded(name):
            yield Patch(VisitRow, name, {"state": "no-show"})
        case person.PersonForgotten(name):
            theirs = rows.get(VisitsRow, name)
            for told in theirs.visits if theirs else ():
                yield Patch(VisitRow, told, {"reason": None, "pictures": ()})
            yield Drop(VisitsRow, name)
        case _:
            return


def _registered(event: visit.VisitRegistered, position: int) -> VisitRow:
    return VisitRow(
        event.visit,
        position,
        event.visitor,
        event.host,
        event.start,
        event.end,
        event.reason,
        event.party,
        "expected",
        event.invitation,
        event.at,
        event.pictures or (),
    )


PROJECTION = Projection(
    "visitor-list",
    "people",
    (
        Table(
            VisitRow,
            (
                ("start", "position"),
                ("state", "position"),
                ("visitor", "position"),
                ("host", "position"),
                ("position",),
                ("checked_in_at",),
            ),
        ),
        Table(VisitsRow),
    ),
    (
        visit.VisitRegistered,
        visit.VisitorCheckedIn,
        visit.VisitorCheckedOut,
        visit.VisitCancelled,
        visit.NoShowRecorded,
        person.PersonForgotten,
    ),
    project,
)


@frozen
class Visit:
    """A visit as people see it; who was forgotten has no name."""

    row: VisitRow
    visitor: PersonRow | None
    host: PersonRow | None

    def state(self, now: datetime) -> str:
        """Its state: who was expected until now did not come, whether somebody looked or not."""
        over = self.row.state == "expected" and self.row.end <= now
        return "no-show" if over else self.row.state


@frozen
class Overview:
    """The visits of a day: all that are or were expected or came, who is still here, whoever came
    when, and who came.
    """

    today: int
    not_checked_out: int
    checked_in: int


def overview(views: Views, today: Period) -> Overview:
    """Today's visits at a glance."""
    planned = views.select(VisitRow, Between("start", today.start, today.end))
    came = views.select(VisitRow, Between("checked_in_at", today.start, today.end))
    todays = {row.id for row in planned if row.state != "cancelled"} | {row.id for row in came}
    here = views.count(VisitRow, Is("state", "checked-in"))
    return Overview(len(todays), here, len(came))


def page(  # each is a way to narrow the list
    views: Views,
    *,
    day: Period | None = None,
    search: str | None = None,
    state: str | None = None,
    now: datetime | None = None,
    after: tuple[Value, ...] | None = None,
    limit: int | None = 50,
) -> list[Visit]:
    """The newest visits first: of a day, of visitors whose name contains *search*, in a state.

    Args:
        views: where.
        day: those that begin in this period.
        search: what the visitor's name contains.
        state: the state that they are in.
        now: who is expected until before this did not come; None: as was last recorded.
        after: the position of the last visit already seen.
        limit: at most so many.
    """
    where = list[Condition]()
    if day is not None:
        where.append(Between("start", day.start, day.end))
    if search:
        found = views.select(PersonRow, Contains("search", search.casefold()))
        where.append(Among("visitor", tuple(row.id for row in found)))
    rows = [
        row
        for among in _in_state(state, now)
        for row in views.select(
            VisitRow, *where, *among, order=("position",), descending=True, after=after, limit=limit
        )
    ]
    rows = sorted(rows, key=lambda row: -row.position)[:limit]
    known = names(views, tuple({name for row in rows for name in (row.visitor, row.host)}))
    return [Visit(row, known.get(row.visitor), known.get(row.host)) for row in rows]


def _in_state(state: str | None, now: datetime | None) -> tuple[tuple[Condition, ...], ...]:
    """The conditions of those in a state, each of them by itself enough."""
    match state:
        case None:
            return ((),)
        case "expected" if now:
            return ((Is("state", state), Between("end", now + MOMENT, None)),)
        case "no-show" if now:
            over = (Is("state", "expected"), Between("end", None, now + MOMENT))
            return ((Is("state", state),), over)
        case _:
            return ((Is("state", state),),)


def one(views: Views, name: VisitId) -> Visit | None:
    """The visit of that id, or None."""
    row = views.get(VisitRow, name)
    if row is None:
        return None
    return Visit(row, views.get(PersonRow, row.visitor), views.get(PersonRow, row.host))


def open_visits(views: Views) -> list[VisitRow]:
    """Who is checked in and not out, the longest first."""
    return views.select(VisitRow, Is("state", "checked-in"), order=("position",))


def expected(views: Views, who: PersonId) -> list[VisitRow]:
    """The visits by somebody or to them that are still to come."""
    return [
        row
        for column in ("visitor", "host")
        for row in views.select(VisitRow, Is(column, who), order=("position",))
        if row.state == "expected"
    ]


def flow(views: Views, today: Period, zone: tzinfo) -> tuple[int, ...]:
    """How many visitors came in each hour of the site's day, whole parties: 24 numbers."""
    hours = Counter[int]()
    rows = views.select(VisitRow, Between("checked_in_at", today.start, today.end))
    for came, party in [(row.checked_in_at, row.party) for row in rows if row.checked_in_at]:
        hours[came.astimezone(zone).hour] += party
    return tuple(hours[hour] for hour in range(24))


@frozen
class Regular:
    """A visitor of the month and how often they came; ``rank`` is shared by equals."""

    rank: int
    visitor: PersonId
    name: PersonRow | None
    visits: int


def top_of(views: Views, month: Period, places: int = 5) -> list[Regular]:
    """The visitors who came most often in the month: those of the first *places* ranks, and where
    several share the last rank, all of them.
    """
    came = Counter(
        row.visitor
        for row in views.select(VisitRow, Between("checked_in_at", month.start, month.end))
    )
    ordered = sorted(came.items(), key=lambda item: (-item[1], item[0]))
    ranks = dict[int, int]()
    for place, (_, visits) in enumerate(ordered, 1):
        ranks.setdefault(visits, place)
    first = [(name, visits) for name, visits in ordered if ranks[visits] <= places]
    known = names(views, tuple(name for name, _ in first))
    return [Regular(ranks[visits], name, known.get(name), visits) for name, visits in first]
