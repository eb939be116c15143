"""What the sensors of a door say, and what its device says happened there."""

from datetime import datetime
from typing import Literal

from attrs import frozen

from cvsec_core.ids import AlarmId, DeviceId, DoorId

Mask = Literal["unlocked", "opened-by-right"]
"""Why a forced opening is none: the door stands unlocked, or somebody was just let through."""


@frozen
class DoorOpened:
    door: DoorId
    received_at: datetime
    at: datetime


@frozen
class DoorClosed:
    door: DoorId
    ends_alarm: AlarmId | None
    received_at: datetime
    at: datetime


@frozen
class DoorPositionLost:
    """The sensor cannot tell any more whether the door is open."""

    door: DoorId
    physical: Literal["Unknown", "Fault"]
    received_at: datetime
    at: datetime


@frozen
class LockEngaged:
    door: DoorId
    received_at: datetime
    at: datetime


@frozen
class LockReleased:
    door: DoorId
    received_at: datetime
    at: datetime


@frozen
class DoorForcedOpen:
    door: DoorId
    device: DeviceId
    alarm: AlarmId
    ends_alarm: AlarmId | None
    received_at: datetime
    at: datetime


@frozen
class ForcedOpenMasked:
    """The device called it forced, but the door was open by right."""

    door: DoorId
    mask: Mask
    received_at: datetime
    at: datetime


@frozen
class DoorHeldOpen:
    door: DoorId
    device: DeviceId
    alarm: AlarmId
    ends_alarm: AlarmId | None
    received_at: datetime
    at: datetime


@frozen
class DoorAlarmEnded:
    door: DoorId
    ends_alarm: AlarmId
    received_at: datetime
    at: datetime


@frozen
class TamperDetected:
    door: DoorId
    device: DeviceId
    alarm: AlarmId
    received_at: datetime
    at: datetime


@frozen
class TamperEnded:
    door: DoorId
    ends_alarm: AlarmId
    received_at: datetime
    at: datetime


@frozen
class FaultDetected:
    door: DoorId
    device: DeviceId
    alarm: AlarmId
    received_at: datetime
    at: datetime


@frozen
class FaultEnded:
    door: DoorId
    ends_alarm: AlarmId
    received_at: datetime
    at: datetime


@frozen
class DuressReported:
    door: DoorId
    device: DeviceId
    alarm: AlarmId
    received_at: datetime
    at: datetime


@frozen
class DuressEnded:
    door: DoorId
    received_at: datetime
    at: datetime


@frozen
class AlarmToldLate:
    """An event that tells of an alarm came after a newer report: an alarm, but not how the door
    stands now. ``code`` is the vocabulary's.
    """

    door: DoorId
    device: DeviceId
    alarm: AlarmId
    code: int
    received_at: datetime
    at: datetime


@frozen
class EgressImpaired:
    """Somebody asked to leave and the door stayed locked (``code`` is the device's)."""

    door: DoorId
    device: DeviceId
    alarm: AlarmId
    code: int
    at: datetime


DoorSensorEvent = (
    DoorOpened
    | DoorClosed
    | DoorPositionLost
    | LockEngaged
    | LockReleased
    | DoorForcedOpen
    | ForcedOpenMasked
    | DoorHeldOpen
    | DoorAlarmEnded
    | TamperDetected
    | TamperEnded
    | FaultDetected
    | FaultEnded
    | DuressReported
    | DuressEnded
    | AlarmToldLate
    | EgressImpaired
)
