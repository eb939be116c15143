"""An invitation: a host's word that a guest may come, redeemed once for the whole party.

    Unissued --IssueInvitation--> Open --RedeemInvitation--> Redeemed
                                   |--WithdrawInvitation--> Withdrawn
                                   '--ExpireInvitation----> Expired

Whoever scans it again, or too late, or after it was withdrawn, is told so, and it is recorded.
"""

from cvsec_core.aggregates.invitation.commands import (
    ExpireInvitation,
    InvitationCommand,
    IssueInvitation,
    RedeemInvitation,
    WithdrawInvitation,
)
from cvsec_core.aggregates.invitation.deciding import (
    KIND,
    LONGEST_REMARK,
    decide,
    stream,
    stream_of,
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
from cvsec_core.aggregates.invitation.evolving import (
    evolve,
)
from cvsec_core.aggregates.invitation.states import (
    INITIAL,
    Expired,
    InvitationState,
    Open,
    Redeemed,
    Unissued,
    Withdrawn,
)

__all__ = [
    "INITIAL",
    "KIND",
    "LONGEST_REMARK",
    "ExpireInvitation",
    "Expired",
    "InvitationClosedError",
    "InvitationCommand",
    "InvitationEarly",
    "InvitationEvent",
    "InvitationExpired",
    "InvitationForged",
    "InvitationIssued",
    "InvitationOver",
    "InvitationRedeemed",
    "InvitationRefused",
    "InvitationState",
    "InvitationTakenBack",
    "InvitationTakenError",
    "InvitationUnknownError",
    "InvitationUsed",
    "InvitationWithdrawn",
    "IssueInvitation",
    "Open",
    "RedeemInvitation",
    "Redeemed",
    "RedemptionRefused",
    "Unissued",
    "WithdrawInvitation",
    "Withdrawn",
    "decide",
    "evolve",
    "stream",
    "stream_of",
]
