"""What is kept of an invitation. Stored for ever: never change a field; add a new class."""

from datetime import datetime

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.values import personal


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
