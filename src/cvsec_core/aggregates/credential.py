"""A credential: something that shows who somebody is: a card, a PIN, a dynamic QR code.

    Unissued --IssueCredential--> Active <--Suspend…/Restore…--> Suspended
                                     '------RevokeCredential------' --> Revoked

A card's stream bears a pseudonym of its number, so that a card is one person's at a time. A
dynamic code is presented once: what was shown again, or to two doors, is refused and recorded.
"""

from datetime import datetime
from typing import Literal, assert_never

from attrs import define, evolve as changed, frozen

from cvsec_core.errors import CommandError, Reason, Refusal, Words
from cvsec_core.ids import CredentialId, DoorId, PersonId, StreamId
from cvsec_core.values import invalid, personal, require_choice, require_id, require_text

KIND = "credential"
CODES_KEPT = 64
"""So many of the last dynamic codes are remembered; older ones have run out long since."""

CredentialKind = Literal["card", "pin", "qr"]
DisableReason = Literal[
    "LockedOut", "Blocked", "Lost", "Stolen", "Damaged", "Destroyed", "Inactivity", "Expired",
    "RenewalNeeded",
]  # fmt: skip
"""Why a credential does not work for now, in ONVIF's words."""


# Events: stored for ever. Never change a field; add a new class.
@frozen
class CredentialIssued:
    """``number`` is a card's, ``digest`` a PIN's pseudonym; a PIN or a code is never stored.
    ``duress``: who shows it is being forced to.
    """

    credential: CredentialId
    person: PersonId
    kind: CredentialKind
    valid_from: datetime | None
    valid_until: datetime | None
    by: str
    at: datetime
    number: str | None = personal()
    digest: str | None = personal()
    duress: bool = False

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.person


@frozen
class CredentialSuspended:
    credential: CredentialId
    person: PersonId
    reason: DisableReason
    by: str
    at: datetime


@frozen
class CredentialRestored:
    credential: CredentialId
    person: PersonId
    by: str
    at: datetime


@frozen
class CredentialRevoked:
    credential: CredentialId
    person: PersonId
    by: str
    at: datetime


@frozen
class AntiPassbackReset:
    """Whatever its holder has entered and not left is forgiven."""

    credential: CredentialId
    person: PersonId
    by: str
    at: datetime


@frozen
class DynamicCodePresented:
    """A code was shown at a door for the first time; ``code`` is its number."""

    credential: CredentialId
    person: PersonId
    door: DoorId
    code: str
    at: datetime


@frozen
class DynamicCodeRefused(Refusal):
    credential: CredentialId
    person: PersonId
    door: DoorId
    code: str
    reasons: tuple[Reason, ...]
    at: datetime


CredentialEvent = (
    CredentialIssued
    | CredentialSuspended
    | CredentialRestored
    | CredentialRevoked
    | AntiPassbackReset
    | DynamicCodePresented
    | DynamicCodeRefused
)


# Commands: all that the decision needs, the time included.
@frozen
class IssueCredential:
    """None: valid from now, valid until it is revoked."""

    credential: CredentialId
    person: PersonId
    kind: CredentialKind
    by: str
    at: datetime
    number: str | None = None
    digest: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    duress: bool = False


@frozen
class SuspendCredential:
    credential: CredentialId
    reason: DisableReason
    by: str
    at: datetime


@frozen
class RestoreCredential:
    credential: CredentialId
    by: str
    at: datetime


@frozen
class RevokeCredential:
    """``person``: only where it is theirs, for a card may have gone to somebody else since."""

    credential: CredentialId
    by: str
    at: datetime
    person: PersonId | None = None


@frozen
class ResetAntiPassback:
    """Let the holder enter again, as nobody saw them leave."""

    credential: CredentialId
    by: str
    at: datetime


@frozen
class PresentDynamicCode:
    """``fresh``: its signature was right and its time not over, as an adapter has found."""

    credential: CredentialId
    door: DoorId
    code: str
    fresh: bool
    at: datetime


CredentialCommand = (
    IssueCredential
    | SuspendCredential
    | RestoreCredential
    | RevokeCredential
    | ResetAntiPassback
    | PresentDynamicCode
)


# States: one class a place in the life of a credential.
@frozen
class Unissued: ...


@frozen
class Issue:
    """What stays the same while a credential lives, and the codes that were shown."""

    person: PersonId
    kind: CredentialKind
    valid_from: datetime | None
    valid_until: datetime | None
    digest: str | None = None
    codes: tuple[str, ...] = ()
    duress: bool = False


@frozen
class Active:
    issue: Issue


@frozen
class Suspended:
    issue: Issue
    reason: DisableReason


@frozen
class Revoked:
    issue: Issue


CredentialState = Unissued | Active | Suspended | Revoked
INITIAL = Unissued()


# Reasons and errors: the rule that was broken.
@frozen
class CodeUsed(Reason):
    """A dynamic code is presented once."""

    code = "code-used"
    says = Words("This code has been used already.", "Este código ya se ha usado.")
    advises = Words("Show the code that the app shows now.", "Muestre el código actual de la app.")


@frozen
class CodeExpired(Reason):
    """A dynamic code lives for less than a minute."""

    code = "code-expired"
    says = Words("This code has run out.", "Este código ha caducado.")
    advises = Words("Show the code that the app shows now.", "Muestre el código actual de la app.")


@frozen
class CredentialNotEnabled(Reason):
    """A suspended or revoked credential opens nothing."""

    reason: str

    code = "credential-not-enabled"
    says = Words(
        "The credential is disabled ({reason}).", "La credencial está inhabilitada ({reason})."
    )
    advises = Words("Restore it, or issue another one.", "Restáurela o emita otra credencial.")


@define
class CredentialUnknownError(CommandError):
    """No such credential was issued."""

    credential: str

    code = "credential-unknown"
    says = Words("There is no such credential.", "No existe esa credencial.")
    advises = Words("Issue one with `credentials issue`.", "Emita una con `credentials issue`.")


@define
class CredentialTakenError(CommandError):
    """A credential is one person's at a time, and for one time."""

    credential: str

    code = "credential-taken"
    says = Words(
        "This credential is issued already, to somebody else or for another time.",
        "Esta credencial ya está emitida, a otra persona o para otro periodo.",
    )
    advises = Words(
        "Revoke it first, or use another one.", "Revóquela antes o use otra credencial."
    )


@define
class CredentialRevokedError(CommandError):
    """A revoked credential does not come back; it is issued anew."""

    credential: str

    code = "credential-revoked"
    says = Words("This credential was revoked.", "Esta credencial fue revocada.")
    advises = Words("Issue it again.", "Emítala de nuevo.")


def stream_of(command: CredentialCommand) -> StreamId:
    """The stream of the credential that *command* is about."""
    return stream(command.credential)


def stream(credential: CredentialId) -> StreamId:
    """The stream of *credential*."""
    return StreamId(f"{KIND}-{credential}")


def decide(state: CredentialState, command: CredentialCommand) -> tuple[CredentialEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        CredentialUnknownError: it was never issued.
        CredentialTakenError: it is somebody else's, or theirs in another way.
        CredentialRevokedError: it was revoked.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case IssueCredential() as wish, Unissued() | Revoked():
            return (_issued(wish),)
        case IssueCredential() as wish, Active(issue) | Suspended(issue):
            if _terms(issue) != _terms(wish):
                raise CredentialTakenError(wish.credential)
            return ()
        case RevokeCredential(person=str()), Unissued():
            return ()
        case (_, Unissued()):
            raise CredentialUnknownError(command.credential)
        case RevokeCredential(), Revoked():
            return ()
        case ((SuspendCredential(credential) | RestoreCredential(credential)), Revoked()):
            raise CredentialRevokedError(credential)
        case SuspendCredential(credential, reason, by, at), Active(issue):
            require_choice("reason", reason, DisableReason)
            return (CredentialSuspended(credential, issue.person, reason, by, at),)
        case SuspendCredential(credential, reason, by, at), Suspended(issue, had):
            require_choice("reason", reason, DisableReason)
            same = reason == had
            return () if same else (CredentialSuspended(credential, issue.person, reason, by, at),)
        case RestoreCredential(credential, by, at), Suspended(issue):
            return (CredentialRestored(credential, issue.person, by, at),)
        case RestoreCredential(), Active():
            return ()
        case RevokeCredential(credential, by, at, person), Active(issue) | Suspended(issue):
            theirs = person in (None, issue.person)
            return (CredentialRevoked(credential, issue.person, by, at),) if theirs else ()
        case (
            ResetAntiPassback(credential, by, at),
            Active(issue) | Suspended(issue) | Revoked(issue),
        ):
            return (AntiPassbackReset(credential, issue.person, by, at),)
        case PresentDynamicCode() as shown, (Active() | Suspended() | Revoked()) as known:
            return (_presented(known, shown),)
        case _:
            assert_never(asked)


def _terms(issue: IssueCredential | Issue) -> tuple[object, ...]:
    return (issue.person, issue.kind, issue.valid_from, issue.valid_until, issue.duress)


def _issued(command: IssueCredential) -> CredentialIssued:
    require_id("credential", command.credential)
    require_choice("kind", command.kind, CredentialKind)
    if command.kind == "card":
        require_text("number", command.number or "")
    if command.kind == "pin":
        require_text("digest", command.digest or "", 1000)
    start, end = command.valid_from, command.valid_until
    if end is not None and end <= (start or command.at):
        invalid("valid_until", end.isoformat(), "a moment after the start", "un momento posterior")
    return CredentialIssued(
        command.credential,
        command.person,
        command.kind,
        start,
        end,
        command.by,
        command.at,
        command.number,
        command.digest,
        command.duress,
    )


def _presented(
    state: Active | Suspended | Revoked, shown: PresentDynamicCode
) -> DynamicCodePresented | DynamicCodeRefused:
    issue, reasons = state.issue, list[Reason]()
    if isinstance(state, Suspended):
        reasons.append(CredentialNotEnabled(state.reason))
    if isinstance(state, Revoked):
        reasons.append(CredentialNotEnabled("Revoked"))
    if shown.code in issue.codes:
        reasons.append(CodeUsed())
    if not shown.fresh:
        reasons.append(CodeExpired())
    about = (shown.credential, issue.person, shown.door, shown.code)
    if reasons:
        return DynamicCodeRefused(*about, tuple(reasons), shown.at)
    return DynamicCodePresented(*about, shown.at)


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
        case AntiPassbackReset() | DynamicCodeRefused():
            return state
        case _:
            assert_never(event)
