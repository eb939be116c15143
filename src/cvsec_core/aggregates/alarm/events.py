"""What happens to an alarm. Stored for ever: never change a field; add a new class."""

from datetime import datetime

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import AlarmId, DeviceId, DoorId, EventId
from cvsec_core.values import Level


@frozen
class AlarmRaised:
    alarm: AlarmId
    device: DeviceId
    door: DoorId | None
    code: int
    level: Level
    cause: EventId | None
    at: datetime


@frozen
class AlarmAcknowledged:
    alarm: AlarmId
    device: DeviceId
    raised_at: datetime
    by: str
    on_behalf_of: str | None
    remark: str
    at: datetime


@frozen
class AcknowledgementRefused(Refusal):
    alarm: AlarmId
    by: str
    remark: str
    reasons: tuple[Reason, ...]
    at: datetime


@frozen
class RemarkAdded:
    alarm: AlarmId
    by: str
    remark: str
    at: datetime


@frozen
class AlarmReturnedToNormal:
    alarm: AlarmId
    at: datetime


@frozen
class AlarmShelved:
    alarm: AlarmId
    by: str
    until: datetime
    remark: str
    at: datetime


@frozen
class AlarmUnshelved:
    alarm: AlarmId
    at: datetime


AlarmEvent = (
    AlarmRaised
    | AlarmAcknowledged
    | AcknowledgementRefused
    | RemarkAdded
    | AlarmReturnedToNormal
    | AlarmShelved
    | AlarmUnshelved
)
