"""One class a place in the life of an invitation."""

from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates.invitation.events import InvitationIssued
from cvsec_core.ids import VisitId


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
