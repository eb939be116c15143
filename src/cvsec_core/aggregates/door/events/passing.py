"""What was decided for a device that asked whether somebody may pass."""

from datetime import datetime

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import CredentialId, DeviceId, DoorId, PersonId
from cvsec_core.values import Direction


@frozen
class AccessGranted:
    """``rule`` is what granted it; ``noted`` are rules that were broken without denying it. A grant
    under duress is the same as any other; its alarm is an event of its own.
    """

    door: DoorId
    device: DeviceId
    person: PersonId | None
    credential: CredentialId | None
    direction: Direction
    rule: str
    version: int
    noted: tuple[Reason, ...]
    at: datetime


@frozen
class AccessDenied(Refusal):
    """``rule`` is the policy of the first reason."""

    door: DoorId
    device: DeviceId
    person: PersonId | None
    credential: CredentialId | None
    direction: Direction
    rule: str
    version: int
    reasons: tuple[Reason, ...]
    noted: tuple[Reason, ...]
    at: datetime


DoorPassingEvent = AccessGranted | AccessDenied
