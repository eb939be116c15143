"""What can be asked of a credential: all that the decision needs, the time included."""

from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates.credential.events import CredentialKind, DisableReason
from cvsec_core.ids import CredentialId, DeviceId, DoorId, PersonId


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


@frozen
class ReportCredentialShown:
    """A device tells that it was shown at a door. ``late``: it tells history."""

    credential: CredentialId
    device: DeviceId
    door: DoorId
    at: datetime
    received_at: datetime
    late: bool = False


CredentialCommand = (
    IssueCredential
    | SuspendCredential
    | RestoreCredential
    | RevokeCredential
    | ResetAntiPassback
    | PresentDynamicCode
    | ReportCredentialShown
)
