"""What can be asked of a visit: all that the decision needs, the time included."""

from datetime import datetime

from attrs import frozen

from cvsec_core.errors import Reason
from cvsec_core.ids import InvitationId, PersonId, VisitId


@frozen
class RegisterVisit:
    visit: VisitId
    visitor: PersonId
    host: PersonId
    start: datetime
    end: datetime
    reason: str
    by: str
    at: datetime
    party: int = 1
    invitation: InvitationId | None = None
    pictures: tuple[str, ...] = ()
    objections: tuple[Reason, ...] = ()


@frozen
class CheckIn:
    """``tells_host``: the host has an address, and there is a mail server; it is filled in."""

    visit: VisitId
    by: str
    at: datetime
    objections: tuple[Reason, ...] = ()
    tells_host: bool = False


@frozen
class CheckOut:
    visit: VisitId
    by: str
    at: datetime


@frozen
class CancelVisit:
    visit: VisitId
    by: str
    at: datetime


@frozen
class AssumeCheckOut:
    visit: VisitId
    at: datetime


@frozen
class RecordNoShow:
    visit: VisitId
    at: datetime


VisitCommand = RegisterVisit | CheckIn | CheckOut | CancelVisit | AssumeCheckOut | RecordNoShow
