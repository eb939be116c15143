"""Which visitors has the site no reason any more to remember?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import invitation, person, visit
from cvsec_core.ids import PersonId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Between,
    Change,
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

SWEEP = 100
"""So many are forgotten at a time, so that nobody waits long for the log."""


@frozen
class VisitorRow:
    """``last_at`` is when they left last, or when the last of what is arranged with them ends;
    ``inside`` are the visits that they are here for.
    """

    id: PersonId
    last_at: datetime
    inside: tuple[str, ...] = ()
    present: bool = False
    blocked: bool = False


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes until when a visitor is remembered."""
    event = recorded.event
    match event:
        case person.PersonEnrolled(name, "visitor", at=at):
            yield Put(VisitorRow(name, at))
        case person.PersonForgotten(name):
            yield Drop(VisitorRow, name)
        case person.PersonBlocked(name) | person.PersonUnblocked(name):
            yield Patch(VisitorRow, name, {"blocked": isinstance(event, person.PersonBlocked)})
        case visit.VisitRegistered(visitor=name, end=end):
            yield from _until(rows, name, end)
        case invitation.InvitationIssued(guest=name, end=end):
            yield from _until(rows, name, end)
        case visit.VisitorCheckedIn(told, name, end=end):
            yield from _until(rows, name, end, came=told)
        case visit.VisitorCheckedOut(told, name, at=at):
            yield from _until(rows, name, at, left=told)
        case _:
            return


def _until(
    rows: Rows, name: PersonId, moment: datetime, *, came: str = "", left: str = ""
) -> Iterator[Change]:
    row = rows.get(VisitorRow, name)
    if row is None:
        return
    inside = tuple(told for told in row.inside if told not in (came, left))
    inside = (*inside, came) if came else inside
    fields: dict[str, Value] = {
        "last_at": max(row.last_at, moment),
        "inside": inside,
        "present": bool(inside),
    }
    yield Patch(VisitorRow, name, fields)


PROJECTION = Projection(
    "retention",
    "boards",
    (Table(VisitorRow, (("blocked", "present", "last_at"),)),),
    (
        person.PersonEnrolled,
        person.PersonForgotten,
        person.PersonBlocked,
        person.PersonUnblocked,
        visit.VisitRegistered,
        visit.VisitorCheckedIn,
        visit.VisitorCheckedOut,
        invitation.InvitationIssued,
    ),
    project,
)


def due(views: Views, before: datetime, limit: int = SWEEP) -> list[VisitorRow]:
    """The visitors who left before a moment, have nothing arranged, and are not on the blocklist;
    those who left first come first.
    """
    return views.select(
        VisitorRow,
        Is("blocked", False),  # noqa: FBT003  # the value asked for
        Is("present", False),  # noqa: FBT003
        Between("last_at", None, before),
        order=("last_at",),
        limit=limit,
    )


def count(views: Views, before: datetime) -> int:
    """How many there are in all."""
    return views.count(
        VisitorRow,
        Is("blocked", False),  # noqa: FBT003  # the value asked for
        Is("present", False),  # noqa: FBT003
        Between("last_at", None, before),
    )


def kept(views: Views, before: datetime) -> list[VisitorRow]:
    """The visitors who left before a moment and are remembered all the same: a block that forgets
    whom it is for blocks nobody.
    """
    return views.select(
        VisitorRow,
        Is("blocked", True),  # noqa: FBT003  # the value asked for
        Between("last_at", None, before),
        order=("last_at",),
    )
