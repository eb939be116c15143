"""An invitation: a host's word that a guest may come, redeemed once for the whole party.

    Unissued --IssueInvitation--> Open --RedeemInvitation--> Redeemed
                                   |--WithdrawInvitation--> Withdrawn
                                   '--ExpireInvitation----> Expired

Whoever scans it again, or too late, or after it was withdrawn, is told so, and it is recorded.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Refusal, Words
from cvsec_core.ids import InvitationId, PersonId, StreamId, VisitId
from cvsec_core.values import invalid, personal, require_id, require_party, require_text

KIND = "invitation"
LONGEST_REMARK = 1000


# Events: stored for ever. Never change a field; add a new class.
@frozen
class InvitationIssued:
    """``guest`` is a person of kind visitor; ``nonce`` is what the token proves to carry."""

    invitation: InvitationId
    host: PersonId
    guest: PersonId
    nonce: str
    start: datetime
    end: datetime
    visitors: int
    again: InvitationId | None
    by: str
    at: datetime
    reason: str | None = personal()
    remarks: str | None = personal()

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.guest


@frozen
class InvitationRefused(Refusal):
    invitation: InvitationId
    host: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class InvitationWithdrawn:
    invitation: InvitationId
    guest: PersonId
    by: str
    at: datetime


@frozen
class InvitationExpired:
    invitation: InvitationId
    at: datetime


@frozen
class InvitationRedeemed:
    invitation: InvitationId
    visit: VisitId
    host: PersonId
    guest: PersonId
    start: datetime
    end: datetime
    visitors: int
    at: datetime
    reason: str | None = personal()

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.guest


@frozen
class RedemptionRefused(Refusal):
    invitation: InvitationId
    reasons: tuple[Reason, ...]
    at: datetime


InvitationEvent = (
    InvitationIssued
    | InvitationRefused
    | InvitationWithdrawn
    | InvitationExpired
    | InvitationRedeemed
    | RedemptionRefused
)


# Commands: all that the decision needs, the time included.
@frozen
class IssueInvitation:
    """``again``: the earlier invitation that this one repeats."""

    invitation: InvitationId
    host: PersonId
    guest: PersonId
    nonce: str
    start: datetime
    end: datetime
    reason: str
    by: str
    at: datetime
    visitors: int = 1
    remarks: str = ""
    again: InvitationId | None = None
    objections: tuple[Reason, ...] = ()


@frozen
class WithdrawInvitation:
    invitation: InvitationId
    by: str
    at: datetime


@frozen
class ExpireInvitation:
    invitation: InvitationId
    at: datetime


@frozen
class RedeemInvitation:
    """``nonce`` is the one that the token carried, its signature found right by an adapter."""

    invitation: InvitationId
    visit: VisitId
    nonce: str
    at: datetime
    objections: tuple[Reason, ...] = ()


InvitationCommand = IssueInvitation | WithdrawInvitation | ExpireInvitation | RedeemInvitation


# States: one class a place in the life of an invitation.
@frozen
class Unissued: ...


@frozen
class Open:
    issued: InvitationIssued


@frozen
class Redeemed:
    issued: InvitationIssued
    visit: VisitId
    at: datetime


@frozen
class Withdrawn:
    issued: InvitationIssued


@frozen
class Expired:
    issued: InvitationIssued


InvitationState = Unissued | Open | Redeemed | Withdrawn | Expired
INITIAL = Unissued()


# Reasons and errors: the rule that was broken.
@frozen
class InvitationUsed(Reason):
    """An invitation admits once."""

    code = "invitation-used"
    says = Words("This invitation has been used already.", "Esta invitación ya se ha usado.")
    advises = Words("Ask the host for a new one.", "Pida una nueva al anfitrión.")


@frozen
class InvitationOver(Reason):
    """An invitation admits until its end."""

    code = "invitation-expired"
    says = Words("This invitation has run out.", "Esta invitación ha caducado.")
    advises = Words("Ask the host for a new one.", "Pida una nueva al anfitrión.")


@frozen
class InvitationTakenBack(Reason):
    """A host may change their mind."""

    code = "invitation-withdrawn"
    says = Words("This invitation was withdrawn.", "Esta invitación fue retirada.")
    advises = Words("Ask the host.", "Pregunte al anfitrión.")


@frozen
class InvitationForged(Reason):
    """A token carries what was written into it when the invitation was issued."""

    code = "invitation-forged"
    says = Words("This is not the code that was sent.", "Este no es el código que se envió.")
    advises = Words("Show the code from the letter.", "Muestre el código de la carta.")


@define
class InvitationUnknownError(CommandError):
    """No such invitation was issued."""

    invitation: str

    code = "invitation-unknown"
    says = Words("There is no invitation {invitation}.", "No existe la invitación {invitation}.")
    advises = Words("See `invitations list`.", "Vea `invitations list`.")


@define
class InvitationTakenError(CommandError):
    """An invitation is issued once."""

    invitation: str

    code = "invitation-taken"
    says = Words(
        "The invitation {invitation} was issued before.", "La invitación {invitation} ya se emitió."
    )
    advises = Words("Issue it under another id.", "Emítala con otro id.")


@define
class InvitationClosedError(CommandError):
    """What was redeemed, withdrawn or has run out cannot be withdrawn."""

    invitation: str

    code = "invitation-closed"
    says = Words(
        "The invitation {invitation} is no longer open.",
        "La invitación {invitation} ya no está abierta.",
    )
    advises = Words("See `invitations list`.", "Vea `invitations list`.")


def stream_of(command: InvitationCommand) -> StreamId:
    """The stream of the invitation that *command* is about."""
    return stream(command.invitation)


def stream(invitation: InvitationId) -> StreamId:
    """The stream of *invitation*."""
    return StreamId(f"{KIND}-{invitation}")


def decide(state: InvitationState, command: InvitationCommand) -> tuple[InvitationEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        InvitationUnknownError: it was never issued.
        InvitationTakenError: it was issued before.
        InvitationClosedError: it is to be withdrawn, and is no longer open.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case IssueInvitation() as wish, Unissued():
            return (_issued(wish),)
        case IssueInvitation(invitation), Open() | Redeemed() | Withdrawn() | Expired():
            raise InvitationTakenError(invitation)
        case (
            (
                WithdrawInvitation(invitation)
                | ExpireInvitation(invitation)
                | RedeemInvitation(invitation)
            ),
            Unissued(),
        ):
            raise InvitationUnknownError(invitation)
        case WithdrawInvitation(invitation, by, at), Open(issued):
            return (InvitationWithdrawn(invitation, issued.guest, by, at),)
        case WithdrawInvitation(), Withdrawn():
            return ()
        case WithdrawInvitation(invitation), Redeemed() | Expired():
            raise InvitationClosedError(invitation)
        case ExpireInvitation(invitation, at), Open(issued):
            return (InvitationExpired(invitation, at),) if at >= issued.end else ()
        case ExpireInvitation(), Redeemed() | Withdrawn() | Expired():
            return ()
        case RedeemInvitation() as scan, (Open() | Redeemed() | Withdrawn() | Expired()) as known:
            return (_scanned(scan, known),)
        case _:
            assert_never(asked)


def _issued(command: IssueInvitation) -> InvitationIssued | InvitationRefused:
    require_id("invitation", command.invitation)
    require_text("reason", command.reason)
    if command.end <= max(command.start, command.at):
        invalid(
            "end",
            command.end.isoformat(),
            "a moment to come, after the start",
            "un momento futuro, posterior al inicio",
        )
    require_party("visitors", command.visitors)
    if len(command.remarks) > LONGEST_REMARK:
        invalid(
            "remarks",
            f"{len(command.remarks)} characters",
            f"at most {LONGEST_REMARK} characters",
            f"un máximo de {LONGEST_REMARK} caracteres",
        )
    if command.objections:
        return InvitationRefused(
            command.invitation, command.host, command.objections, command.by, command.at
        )
    return InvitationIssued(
        command.invitation,
        command.host,
        command.guest,
        command.nonce,
        command.start,
        command.end,
        command.visitors,
        command.again,
        command.by,
        command.at,
        command.reason,
        command.remarks or None,
    )


def _scanned(
    scan: RedeemInvitation, state: Open | Redeemed | Withdrawn | Expired
) -> InvitationRedeemed | RedemptionRefused:
    """Who comes before the start is expected from then on: a scan lets nobody in, a check-in
    does.
    """
    issued = state.issued
    reasons = (*_against(scan, state), *scan.objections)
    if reasons:
        return RedemptionRefused(scan.invitation, reasons, scan.at)
    return InvitationRedeemed(
        scan.invitation,
        scan.visit,
        issued.host,
        issued.guest,
        issued.start,
        issued.end,
        issued.visitors,
        scan.at,
        issued.reason,
    )


def _against(
    scan: RedeemInvitation, state: Open | Redeemed | Withdrawn | Expired
) -> Iterator[Reason]:
    if scan.nonce != state.issued.nonce:
        yield InvitationForged()
    if isinstance(state, Redeemed):
        yield InvitationUsed()
    if isinstance(state, Withdrawn):
        yield InvitationTakenBack()
    if isinstance(state, Expired) or scan.at >= state.issued.end:
        yield InvitationOver()


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
