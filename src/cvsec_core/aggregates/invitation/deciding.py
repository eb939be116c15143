"""What a command makes happen to an invitation."""

from collections.abc import Iterator
from typing import assert_never

from cvsec_core.aggregates.invitation.commands import (
    ExpireInvitation,
    InvitationCommand,
    IssueInvitation,
    RedeemInvitation,
    WithdrawInvitation,
)
from cvsec_core.aggregates.invitation.errors import (
    InvitationClosedError,
    InvitationEarly,
    InvitationForged,
    InvitationOver,
    InvitationTakenBack,
    InvitationTakenError,
    InvitationUnknownError,
    InvitationUsed,
)
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
from cvsec_core.errors import Reason
from cvsec_core.ids import InvitationId, StreamId
from cvsec_core.values import (
    invalid,
    is_early,
    require_id,
    require_party,
    require_stay,
    require_text,
)

KIND = "invitation"
LONGEST_REMARK = 1000


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
    require_stay(command.start, command.end, command.at)
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
    """Who comes shortly before the start is expected from then on: a scan lets nobody in, a
    check-in does.
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
    if is_early(state.issued.start, scan.at):
        yield InvitationEarly()
    if isinstance(state, Expired) or scan.at >= state.issued.end:
        yield InvitationOver()
