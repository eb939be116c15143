"""What a command makes happen to a credential."""

from typing import assert_never

from cvsec_core.aggregates.credential.commands import (
    CredentialCommand,
    IssueCredential,
    PresentDynamicCode,
    ReportCredentialShown,
    ResetAntiPassback,
    RestoreCredential,
    RevokeCredential,
    SuspendCredential,
)
from cvsec_core.aggregates.credential.errors import (
    CodeExpired,
    CodeUsed,
    CredentialNotEnabled,
    CredentialRevokedError,
    CredentialTakenError,
    CredentialUnknownError,
)
from cvsec_core.aggregates.credential.events import (
    AntiPassbackReset,
    CredentialEvent,
    CredentialIssued,
    CredentialKind,
    CredentialRestored,
    CredentialRevoked,
    CredentialSuspended,
    DisableReason,
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
from cvsec_core.errors import Reason
from cvsec_core.ids import CredentialId, StreamId
from cvsec_core.values import invalid, require_choice, require_id, require_text

KIND = "credential"


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
        case ((RevokeCredential(person=str()) | ReportCredentialShown()), Unissued()):
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
        case ReportCredentialShown() as told, (Active() | Suspended() | Revoked()) as known:
            return _under_duress(known.issue, told)
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


def _under_duress(issue: Issue, told: ReportCredentialShown) -> tuple[DuressShown, ...]:
    """Whatever has become of the credential: who showed it is in need of help."""
    if not issue.duress:
        return ()
    about = (told.credential, issue.person, told.device, told.door)
    return (DuressShown(*about, told.received_at, told.at, told.late),)


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
