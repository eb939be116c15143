"""How a visit changes."""

from typing import assert_never

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


def evolve(state: VisitState, event: VisitEvent) -> VisitState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, VisitRegistered):
        return Expected(Plan(event.visitor, event.host, event.party, event.start, event.end))
    if isinstance(state, Unregistered):
        return state
    match event:
        case VisitorCheckedIn():
            return CheckedIn(state.plan)
        case VisitorCheckedOut():
            return CheckedOut(state.plan)
        case VisitCancelled():
            return Cancelled(state.plan)
        case NoShowRecorded():
            return NoShow(state.plan)
        case VisitRefused() | CheckInRefused() | CheckOutRefused():
            return state
        case _:
            assert_never(event)
