"""How an invitation changes."""

from typing import assert_never

from cvsec_core.aggregates.invitation.events import (
    InvitationEvent,
    InvitationExpired,
    InvitationIssued,
    InvitationRedeemed,
    InvitationRefused,
    InvitationWithdrawn,
    RedemptionRefused,
)
from cvsec_core.aggregates.invitation.states import (
    Expired,
    InvitationState,
    Open,
    Redeemed,
    Unissued,
    Withdrawn,
)


def evolve(state: InvitationState, event: InvitationEvent) -> InvitationState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, InvitationIssued):
        return Open(event)
    if isinstance(state, Unissued):
        return state
    match event:
        case InvitationRedeemed(visit=visit, at=at):
            return Redeemed(state.issued, visit, at)
        case InvitationWithdrawn():
            return Withdrawn(state.issued)
        case InvitationExpired():
            return Expired(state.issued)
        case InvitationRefused() | RedemptionRefused():
            return state
        case _:
            assert_never(event)
