"""What can be asked of an invitation: all that the decision needs, the time included."""

from datetime import datetime

from attrs import frozen

from cvsec_core.errors import Reason
from cvsec_core.ids import InvitationId, PersonId, VisitId


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
