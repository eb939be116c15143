"""What a command makes happen to a visit."""

from typing import assert_never

from cvsec_core.aggregates.visit.commands import (
    AssumeCheckOut,
    CancelVisit,
    CheckIn,
    CheckOut,
    RecordNoShow,
    RegisterVisit,
    VisitCommand,
)
from cvsec_core.aggregates.visit.errors import (
    NotCheckedIn,
    VisitClosedError,
    VisitEarly,
    VisitOver,
    VisitTakenError,
    VisitUnknownError,
)
from cvsec_core.aggregates.visit.events import (
    CheckInRefused,
    CheckOutRefused,
    NoShowRecorded,
    VisitCancelled,
    VisitEvent,
    VisitorCheckedIn,
    VisitorCheckedOut,
    VisitRefused,
    VisitRegistered,
)
from cvsec_core.aggregates.visit.states import (
    Cancelled,
    CheckedIn,
    CheckedOut,
    Expected,
    NoShow,
    Plan,
    Unregistered,
    VisitState,
)
from cvsec_core.errors import Reason
from cvsec_core.ids import StreamId, VisitId
from cvsec_core.values import is_early, require_id, require_party, require_stay, require_text

KIND = "visit"


def stream_of(command: VisitCommand) -> StreamId:
    """The stream of the visit that *command* is about."""
    return stream(command.visit)


def stream(visit: VisitId) -> StreamId:
    """The stream of *visit*."""
    return StreamId(f"{KIND}-{visit}")


def decide(state: VisitState, command: VisitCommand) -> tuple[VisitEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        VisitUnknownError: the visit is not registered.
        VisitTakenError: it is registered already.
        VisitClosedError: it is to be cancelled, and is no longer expected.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case RegisterVisit() as wish, Unregistered():
            return (_registered(wish),)
        case (
            RegisterVisit(visit),
            Expected() | CheckedIn() | CheckedOut() | Cancelled() | NoShow(),
        ):
            raise VisitTakenError(visit)
        case (_, Unregistered()):
            raise VisitUnknownError(command.visit)
        case CheckIn() as arrival, Expected(plan) | NoShow(plan):
            return (_checked_in(arrival, plan),)
        case CheckIn(), CheckedIn():
            return ()
        case CheckIn(visit, by, at) as arrival, CheckedOut(plan) | Cancelled(plan):
            reasons = (VisitOver(), *_against(arrival, plan))
            return (CheckInRefused(visit, plan.visitor, reasons, by, at),)
        case CheckOut(visit, by, at), CheckedIn(plan):
            return (VisitorCheckedOut(visit, plan.visitor, False, by, at),)  # noqa: FBT003  # in the event's order
        case CheckOut(), CheckedOut():
            return ()
        case CheckOut(visit, by, at), Expected(plan) | Cancelled(plan) | NoShow(plan):
            return (CheckOutRefused(visit, plan.visitor, (NotCheckedIn(),), by, at),)
        case AssumeCheckOut(visit, at), CheckedIn(plan):
            gone = VisitorCheckedOut(visit, plan.visitor, True, None, at)  # noqa: FBT003
            return (gone,) if at >= plan.end else ()
        case AssumeCheckOut(), Expected() | CheckedOut() | Cancelled() | NoShow():
            return ()
        case CancelVisit(visit, by, at), Expected(plan):
            return (VisitCancelled(visit, plan.visitor, by, at),)
        case CancelVisit(), Cancelled():
            return ()
        case CancelVisit(visit), CheckedIn() | CheckedOut() | NoShow():
            raise VisitClosedError(visit)
        case RecordNoShow(visit, at), Expected(plan):
            return (NoShowRecorded(visit, plan.visitor, at),) if at >= plan.end else ()
        case RecordNoShow(), CheckedIn() | CheckedOut() | Cancelled() | NoShow():
            return ()
        case _:
            assert_never(asked)


def _registered(command: RegisterVisit) -> VisitRegistered | VisitRefused:
    require_id("visit", command.visit)
    require_text("reason", command.reason)
    require_party("party", command.party)
    require_stay(command.start, command.end, command.at)
    if command.objections:
        return VisitRefused(
            command.visit,
            command.visitor,
            command.host,
            command.objections,
            command.by,
            command.at,
        )
    return VisitRegistered(
        command.visit,
        command.visitor,
        command.host,
        command.start,
        command.end,
        command.party,
        command.invitation,
        command.by,
        command.at,
        command.reason,
        command.pictures or None,
    )


def _checked_in(arrival: CheckIn, plan: Plan) -> VisitorCheckedIn | CheckInRefused:
    """Whoever stands at the desk has come, however late: who is inside must be known."""
    visit, by, at = arrival.visit, arrival.by, arrival.at
    if reasons := _against(arrival, plan):
        return CheckInRefused(visit, plan.visitor, reasons, by, at)
    return VisitorCheckedIn(
        visit, plan.visitor, plan.host, plan.party, plan.end, by, at, arrival.tells_host
    )


def _against(arrival: CheckIn, plan: Plan) -> tuple[Reason, ...]:
    early = (VisitEarly(),) if is_early(plan.start, arrival.at) else ()
    return (*early, *arrival.objections)
