"""What is kept of a credential. Stored for ever: never change a field; add a new class."""

from datetime import datetime
from typing import Literal

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import CredentialId, DeviceId, DoorId, PersonId
from cvsec_core.values import personal

CredentialKind = Literal["card", "pin", "qr"]
DisableReason = Literal[
    "LockedOut", "Blocked", "Lost", "Stolen", "Damaged", "Destroyed", "Inactivity", "Expired",
    "RenewalNeeded",
]  # fmt: skip
"""Why a credential does not work for now, in ONVIF's words."""


@frozen
class CredentialIssued:
    """``number`` is a card's, ``digest`` a PIN's pseudonym; a PIN or a code is never stored.
    ``duress``: who shows it is being forced to.
    """

    credential: CredentialId
    person: PersonId
    kind: CredentialKind
    valid_from: datetime | None
    valid_until: datetime | None
    by: str
    at: datetime
    number: str | None = personal()
    digest: str | None = personal()
    duress: bool = False

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.person


@frozen
class CredentialSuspended:
    credential: CredentialId
    person: PersonId
    reason: DisableReason
    by: str
    at: datetime


@frozen
class CredentialRestored:
    credential: CredentialId
    person: PersonId
    by: str
    at: datetime


@frozen
class CredentialRevoked:
    credential: CredentialId
    person: PersonId
    by: str
    at: datetime


@frozen
class AntiPassbackReset:
    """Whatever its holder has entered and not left is forgiven."""

    credential: CredentialId
    person: PersonId
    by: str
    at: datetime


@frozen
class DynamicCodePresented:
    """A code was shown at a door for the first time; ``code`` is its number."""

    credential: CredentialId
    person: PersonId
    door: DoorId
    code: str
    at: datetime


@frozen
class DynamicCodeRefused(Refusal):
    credential: CredentialId
    person: PersonId
    door: DoorId
    code: str
    reasons: tuple[Reason, ...]
    at: datetime


@frozen
class DuressShown:
    """A device tells that somebody showed at a door what they show when they are forced to."""

    credential: CredentialId
    person: PersonId
    device: DeviceId
    door: DoorId
    received_at: datetime
    at: datetime
    late: bool = False


CredentialEvent = (
    CredentialIssued
    | CredentialSuspended
    | CredentialRestored
    | CredentialRevoked
    | AntiPassbackReset
    | DynamicCodePresented
    | DynamicCodeRefused
    | DuressShown
)
