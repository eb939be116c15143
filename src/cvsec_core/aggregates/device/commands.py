"""What may be asked of a device, and what may be reported about it."""

from datetime import datetime

from attrs import frozen

from cvsec_core.ids import DeviceId, DoorId, EventId, LevelId
from cvsec_core.values import Capability

ALL_CAPABILITIES: tuple[Capability, ...] = (
    "pulse",
    "normal-open",
    "lockdown",
    "cancel-alarm",
    "set-clock",
    "backfill",
)
"""What a controller can do unless it is said otherwise."""


@frozen
class RegisterDevice:
    """``device`` is the serial number; ``zone`` the name of its clock's zone
    in the IANA database, resolved by the caller.
    """

    device: DeviceId
    name: str
    area: str
    zone: str
    doors: int
    by: str
    at: datetime
    capabilities: tuple[Capability, ...] = ALL_CAPABILITIES


@frozen
class AttachDoor:
    device: DeviceId
    door: DoorId
    number: int
    at: datetime


@frozen
class MoveDevice:
    device: DeviceId
    area: str
    by: str
    at: datetime


@frozen
class ReportDeviceDescribed:
    """None: the device does not say."""

    device: DeviceId
    at: datetime
    model: str | None = None
    firmware: str | None = None
    capacity: int | None = None
    lockdown_blocks_exit: bool | None = None


@frozen
class ReportDeviceOnline:
    device: DeviceId
    at: datetime


@frozen
class ReportDeviceOffline:
    device: DeviceId
    at: datetime


@frozen
class ReportClockSkew:
    """``offset_s``: the device's clock less ours, in seconds."""

    device: DeviceId
    offset_s: float
    at: datetime


@frozen
class RequestClockSet:
    """``by``: None where it follows from what the device reported."""

    device: DeviceId
    by: str | None
    at: datetime


@frozen
class RequestBackfill:
    device: DeviceId
    first: int
    last: int
    by: str | None
    at: datetime


@frozen
class WithdrawBackfill:
    """The records from *first* on have come."""

    device: DeviceId
    first: int
    at: datetime


@frozen
class HandOutRights:
    """Tell the device a part of who may pass its doors; see `RightsHandedOut`."""

    device: DeviceId
    level: LevelId | None
    upto: int
    at: datetime
    removes: bool = False


@frozen
class ReportDeviceStarted:
    device: DeviceId
    at: datetime


@frozen
class ReportLifeSafetyOpened:
    """``cause`` is the record that told of it, so that each is heard once."""

    device: DeviceId
    cause: EventId
    at: datetime


@frozen
class ReportLifeSafetyOver:
    device: DeviceId
    at: datetime


@frozen
class ReportDeviceCommandSent:
    device: DeviceId
    request: int
    at: datetime


@frozen
class ReportDeviceCommandResult:
    """What the device answered: 0 or more is success."""

    device: DeviceId
    request: int
    code: int
    at: datetime


@frozen
class RetireDevice:
    device: DeviceId
    by: str
    at: datetime


DeviceCommand = (
    RegisterDevice
    | AttachDoor
    | MoveDevice
    | ReportDeviceDescribed
    | ReportDeviceOnline
    | ReportDeviceOffline
    | ReportClockSkew
    | RequestClockSet
    | RequestBackfill
    | WithdrawBackfill
    | HandOutRights
    | ReportDeviceStarted
    | ReportLifeSafetyOpened
    | ReportLifeSafetyOver
    | ReportDeviceCommandSent
    | ReportDeviceCommandResult
    | RetireDevice
)
