"""What is asked for because its time has come."""

from datetime import datetime, tzinfo
from typing import Any

from attrs import frozen

from cvsec_core.aggregates import alarm, door, invitation, visit
from cvsec_core.commit import Look
from cvsec_core.ids import AlarmId, DoorId, InvitationId, VisitId


@frozen
class Calendar:
    """The moment now, UTC, and the site's wall clock: its zone, and what that is called."""

    now: datetime
    name: str
    zone: tzinfo


def overdue(kind: str, subject: str, number: int, calendar: Calendar, look: Look) -> Any:
    """The command for a deadline that is reached; None where there is nothing to ask for.

    Args:
        kind: of the deadline, as `cvsec_core.projections.deadlines.DeadlineRow` has it.
        subject: whose it is.
        number: of the request that it ends, where it is one.
        calendar: now, and by which clock schedules change.
        look: the state of a stream.
    """
    now = calendar.now
    match kind:
        case "request":
            return door.ExpireDoorCommand(DoorId(subject), number, now)
        case "mode":
            return door.ReassertMode(DoorId(subject), now)
        case "invitation":
            return invitation.ExpireInvitation(InvitationId(subject), now)
        case "visit":
            return visit.RecordNoShow(VisitId(subject), now)
        case "check-out":
            return visit.AssumeCheckOut(VisitId(subject), now)
        case "shelf":
            return alarm.UnshelveAlarm(AlarmId(subject), now)
        case _:
            return _schedule(DoorId(subject), calendar, look)


def _schedule(name: DoorId, calendar: Calendar, look: Look) -> door.ApplySchedule | None:
    """What the door's schedule says on the site's wall clock, and until when."""
    state: door.DoorState = look(door.stream(name))
    if not isinstance(state, door.Registered) or state.wanted.schedule is None:
        return None
    schedule, now = state.wanted.schedule, calendar.now
    local = now.astimezone(calendar.zone).replace(tzinfo=None)
    until = schedule.next_change(now, calendar.zone)
    return door.ApplySchedule(name, schedule.covers(local), until, now, calendar.name, schedule)
