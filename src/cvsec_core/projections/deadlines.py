"""What has to happen at a given time, unless something else happens first?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from attrs import frozen

from cvsec_core.aggregates import alarm, door, invitation, visit
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Between, Change, Drop, Projection, Put, Rows, Table, Views

OVERSTAY = timedelta(hours=4)
"""Who is still checked in so long after the planned end is assumed to have left."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""When a schedule that does not change is due."""
FIRST = "\1"
"""Below every zone, and above the lack of one."""
ASK_AGAIN = timedelta(seconds=30)
"""A mode that a device rejected is asked for again after so long."""


@frozen
class DeadlineRow:
    """``kind`` is ``request`` (a momentary command expires), ``schedule`` (a door's schedule
    changes), ``mode`` (a rejected mode is asked for again), ``shelf`` (it ends), ``invitation``
    (it runs out), ``visit`` (nobody came) or ``check-out`` (nobody was seen to leave); ``number``
    is the request's.
    """

    id: str
    due_at: datetime
    kind: str
    subject: str
    number: int = 0
    zone: str = ""


def project(recorded: Recorded, _rows: Rows) -> Iterator[Change]:
    """How one event changes what will be due."""
    event = recorded.event
    match event:
        case door.UnlockRequested(name, request=request, not_after=due) | door.AlarmCancelRequested(
            name, request=request, not_after=due
        ):
            yield Put(DeadlineRow(f"request|{name}|{request}", due, "request", name, request))
        case door.DoorScheduleSet(name, at=at):
            yield Put(DeadlineRow(f"schedule|{name}", at, "schedule", name))
        case door.ScheduleApplied(name, _, until, zone=zone):
            due_at = until or NEVER
            yield Put(DeadlineRow(f"schedule|{name}", due_at, "schedule", name, zone=zone))
        case door.DoorCommandRejected(name, kind="mode", at=at):
            yield Put(DeadlineRow(f"mode|{name}", at + ASK_AGAIN, "mode", name))
        case door.ModeRequested(name) | door.DoorCommandApplied(name, kind="mode"):
            yield Drop(DeadlineRow, f"mode|{name}")
        case (
            door.DoorCommandApplied(name, request)
            | door.DoorCommandRejected(name, request)
            | door.DoorCommandExpired(name, request)
            | door.DoorCommandIndeterminate(name, request)
        ):
            yield Drop(DeadlineRow, f"request|{name}|{request}")
        case alarm.AlarmShelved(name, _, until):
            yield Put(DeadlineRow(f"shelf|{name}", until, "shelf", name))
        case alarm.AlarmUnshelved(name):
            yield Drop(DeadlineRow, f"shelf|{name}")
        case _:
            yield from _visiting(event)


def _visiting(event: object) -> Iterator[Change]:
    match event:
        case invitation.InvitationIssued(name, end=end):
            yield Put(DeadlineRow(f"invitation|{name}", end, "invitation", name))
        case (
            invitation.InvitationRedeemed(name)
            | invitation.InvitationWithdrawn(name)
            | invitation.InvitationExpired(name)
        ):
            yield Drop(DeadlineRow, f"invitation|{name}")
        case visit.VisitRegistered(name, end=end):
            yield Put(DeadlineRow(f"visit|{name}", end, "visit", name))
        case visit.VisitorCheckedIn(name, end=end, at=at):
            gone_by = max(end, at) + OVERSTAY
            yield Put(DeadlineRow(f"visit|{name}", gone_by, "check-out", name))
        case (
            visit.VisitorCheckedOut(name) | visit.VisitCancelled(name) | visit.NoShowRecorded(name)
        ):
            yield Drop(DeadlineRow, f"visit|{name}")
        case _:
            return


PROJECTION = Projection(
    "deadlines",
    "boards",
    (Table(DeadlineRow, (("due_at",), ("zone",))),),
    (
        door.UnlockRequested,
        door.AlarmCancelRequested,
        door.DoorScheduleSet,
        door.ScheduleApplied,
        door.ModeRequested,
        door.DoorCommandApplied,
        door.DoorCommandRejected,
        door.DoorCommandExpired,
        door.DoorCommandIndeterminate,
        alarm.AlarmShelved,
        alarm.AlarmUnshelved,
        invitation.InvitationIssued,
        invitation.InvitationRedeemed,
        invitation.InvitationWithdrawn,
        invitation.InvitationExpired,
        visit.VisitRegistered,
        visit.VisitorCheckedIn,
        visit.VisitorCheckedOut,
        visit.VisitCancelled,
        visit.NoShowRecorded,
    ),
    project,
)


def due(views: Views, now: datetime, zone: str, limit: int = 500) -> list[DeadlineRow]:
    """What is due at *now*, the longest overdue first, and the schedules that were looked up on
    the wall clock of another zone than the site's.
    """
    overdue = Between("due_at", None, now + timedelta(microseconds=1))
    rows = views.select(DeadlineRow, overdue, order=("due_at",), limit=limit)
    found = {row.id: row for row in rows}
    for other in (Between("zone", FIRST, zone), Between("zone", f"{zone}\0", None)):
        for row in views.select(DeadlineRow, other, limit=limit):
            found.setdefault(row.id, row)
    return list(found.values())
