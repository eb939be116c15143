"""What is kept of a visit. Stored for ever: never change a field; add a new class."""

from datetime import datetime

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.values import personal


@frozen
class VisitRegistered:
    """``pictures`` are the names under which photographs are kept, each with what it shows before
    it: ``photo:``, ``plate:`` or ``goods:``.
    """

    visit: VisitId
    visitor: PersonId
    host: PersonId
    start: datetime
    end: datetime
    party: int
    invitation: InvitationId | None
    by: str
    at: datetime
    reason: str | None = personal()
    pictures: tuple[str, ...] | None = personal()

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.visitor


@frozen
class VisitRefused(Refusal):
    visit: VisitId
    visitor: PersonId
    host: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class VisitorCheckedIn:
    """So many came together; ``end`` is when the visit is planned to be over. ``tells_host``: the
    host is told by letter.
    """

    visit: VisitId
    visitor: PersonId
    host: PersonId
    party: int
    end: datetime
    by: str
    at: datetime
    tells_host: bool = False


@frozen
class CheckInRefused(Refusal):
    visit: VisitId
    visitor: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class VisitorCheckedOut:
    """``assumed``: nobody saw them leave; the day was over."""

    visit: VisitId
    visitor: PersonId
    assumed: bool
    by: str | None
    at: datetime


@frozen
class CheckOutRefused(Refusal):
    visit: VisitId
    visitor: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class VisitCancelled:
    visit: VisitId
    visitor: PersonId
    by: str
    at: datetime


@frozen
class NoShowRecorded:
    visit: VisitId
    visitor: PersonId
    at: datetime


VisitEvent = (
    VisitRegistered
    | VisitRefused
    | VisitorCheckedIn
    | CheckInRefused
    | VisitorCheckedOut
    | CheckOutRefused
    | VisitCancelled
    | NoShowRecorded
)
