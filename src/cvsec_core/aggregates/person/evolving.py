"""How a person changes by what happens to them."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.person.events import (
    AccessLevelGranted,
    AccessLevelWithdrawn,
    AppLoginDisabled,
    AppLoginEnabled,
    AppLoginRefused,
    ConsentRecorded,
    ConsentWithdrawn,
    GuardianLinked,
    NotificationsSwitched,
    PasswordSet,
    PersonalDataExported,
    PersonBlocked,
    PersonCorrected,
    PersonEnrolled,
    PersonEvent,
    PersonForgotten,
    PersonUnblocked,
    PolicyAccepted,
)
from cvsec_core.aggregates.person.states import Consent, Enrolled, Forgotten, PersonState


def evolve(state: PersonState, event: PersonEvent) -> PersonState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, PersonEnrolled):
        return Enrolled(event.kind, event.minor, event.particulars)
    if isinstance(event, PersonForgotten):
        return Forgotten()
    return _after(state, event) if isinstance(state, Enrolled) else state


def _after(known: Enrolled, event: PersonEvent) -> Enrolled:
    match event:
        case AccessLevelGranted(level=level):
            return changed(known, levels=known.levels | {level})
        case AccessLevelWithdrawn(level=level):
            return changed(known, levels=known.levels - {level})
        case PersonCorrected(particulars=particulars):
            return changed(known, particulars=particulars)
        case PersonBlocked() | PersonUnblocked():
            return changed(known, blocked=isinstance(event, PersonBlocked))
        case AppLoginEnabled() | AppLoginDisabled():
            return changed(known, app_login=isinstance(event, AppLoginEnabled))
        case PasswordSet(digest=digest):
            return changed(known, password=digest)
        case GuardianLinked(guardian=guardian):
            return changed(known, guardians=known.guardians | {guardian})
        case ConsentRecorded(purpose=purpose, guardian=guardian):
            return changed(known, consents=known.consents | {Consent(purpose, guardian)})
        case ConsentWithdrawn(purpose=purpose, guardian=guardian):
            return changed(known, consents=known.consents - {Consent(purpose, guardian)})
        case PolicyAccepted(version=version):
            return changed(known, policy=version)
        case NotificationsSwitched(on=on):
            return changed(known, notifications=on)
        case AppLoginRefused() | PersonalDataExported() | PersonEnrolled() | PersonForgotten():
            return known
        case _:
            assert_never(event)
