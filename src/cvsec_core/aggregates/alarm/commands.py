"""What may be asked of an alarm."""

from datetime import datetime

from attrs import frozen

from cvsec_core.ids import AlarmId, DeviceId, DoorId, EventId
from cvsec_core.values import Level


@frozen
class RaiseAlarm:
    """``momentary``: the condition is over as it is told, as with a refused card."""

    alarm: AlarmId
    device: DeviceId
    door: DoorId | None
    code: int
    level: Level
    at: datetime
    cause: EventId | None = None
    momentary: bool = False


@frozen
class AcknowledgeAlarm:
    alarm: AlarmId
    remark: str
    by: str
    at: datetime
    on_behalf_of: str | None = None


@frozen
class AddRemark:
    alarm: AlarmId
    remark: str
    by: str
    at: datetime


@frozen
class ReturnToNormal:
    alarm: AlarmId
    at: datetime


@frozen
class ShelveAlarm:
    """Hide the alarm until a moment, for a stated cause."""

    alarm: AlarmId
    until: datetime
    remark: str
    by: str
    at: datetime


@frozen
class UnshelveAlarm:
    alarm: AlarmId
    at: datetime


AlarmCommand = (
    RaiseAlarm | AcknowledgeAlarm | AddRemark | ReturnToNormal | ShelveAlarm | UnshelveAlarm
)
