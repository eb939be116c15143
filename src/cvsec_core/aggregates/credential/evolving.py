"""How a credential changes."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.credential.events import (
    AntiPassbackReset,
    CredentialEvent,
    CredentialIssued,
    CredentialRestored,
    CredentialRevoked,
    CredentialSuspended,
    DuressShown,
    DynamicCodePresented,
    DynamicCodeRefused,
)
from cvsec_core.aggregates.credential.states import (
    Active,
    CredentialState,
    Issue,
    Revoked,
    Suspended,
    Unissued,
)

CODES_KEPT = 64
"""So many of the last dynamic codes are remembered; older ones have run out long since."""


def evolve(state: CredentialState, event: CredentialEvent) -> CredentialState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, CredentialIssued):
        shown = () if isinstance(state, Unissued) else state.issue.codes
        times = (event.valid_from, event.valid_until)
        return Active(Issue(event.person, event.kind, *times, event.digest, shown, event.duress))
    if isinstance(state, Unissued):
        return state
    match event:
        case CredentialSuspended(reason=reason):
            return Suspended(state.issue, reason)
        case CredentialRestored():
            return Active(state.issue)
        case CredentialRevoked():
            return Revoked(state.issue)
        case DynamicCodePresented(code=code):
            codes = (*state.issue.codes[1 - CODES_KEPT :], code)
            return changed(state, issue=changed(state.issue, codes=codes))
        case AntiPassbackReset() | DynamicCodeRefused() | DuressShown():
            return state
        case _:
            assert_never(event)
