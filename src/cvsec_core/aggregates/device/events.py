"""What happens to a device. Stored for ever: never change a field; add a new class."""

from datetime import datetime
from typing import Literal

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import AlarmId, DeviceId, DoorId, EventId, LevelId
from cvsec_core.values import Capability

DeviceRequestKind = Literal["clock", "backfill", "rights", "removal"]


@frozen
class DeviceRegistered:
    device: DeviceId
    name: str
    area: str
    zone: str
    doors: int
    capabilities: tuple[Capability, ...]
    by: str
    at: datetime


@frozen
class DoorAttached:
    device: DeviceId
    door: DoorId
    number: int
    at: datetime


@frozen
class DeviceMoved:
    device: DeviceId
    area: str
    by: str
    at: datetime


@frozen
class DeviceDescribed:
    """What the device says about itself. ``capacity`` is how many people it can hold."""

    device: DeviceId
    model: str | None
    firmware: str | None
    capacity: int | None
    lockdown_blocks_exit: bool
    doors: tuple[DoorId, ...]
    at: datetime


@frozen
class DeviceCameOnline:
    device: DeviceId
    doors: tuple[DoorId, ...]
    ends_alarm: AlarmId | None
    at: datetime


@frozen
class DeviceWentOffline:
    device: DeviceId
    doors: tuple[DoorId, ...]
    alarm: AlarmId
    at: datetime


@frozen
class ClockSkewMeasured:
    """``offset_s``: the device's clock less ours, in seconds."""

    device: DeviceId
    offset_s: float
    alarm: AlarmId | None
    ends_alarm: AlarmId | None
    at: datetime


@frozen
class ClockSetRequested:
    device: DeviceId
    request: int
    by: str | None
    at: datetime


@frozen
class BackfillRequested:
    """The records from number *first* to *last* are wanted again."""

    device: DeviceId
    request: int
    first: int
    last: int
    by: str | None
    at: datetime


@frozen
class BackfillWithdrawn:
    """What was missing has come another way."""

    device: DeviceId
    request: int
    first: int
    at: datetime


@frozen
class RightsHandedOut:
    """A part of who may pass its doors was told to the device: what changed about the holders of
    ``level`` up to the log position ``upto``, or, where it is None, the hours of every level.
    ``removes``: only what was taken from them.
    """

    device: DeviceId
    request: int
    level: LevelId | None
    upto: int
    at: datetime
    removes: bool = False


@frozen
class DeviceRequestRefused(Refusal):
    device: DeviceId
    kind: DeviceRequestKind
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class DeviceStarted:
    """The device began anew, and may have forgotten what its doors shall be."""

    device: DeviceId
    doors: tuple[DoorId, ...]
    at: datetime


@frozen
class LifeSafetyOpened:
    """The device opened all its doors for life safety."""

    device: DeviceId
    doors: tuple[DoorId, ...]
    cause: EventId
    at: datetime


@frozen
class LifeSafetyOver:
    device: DeviceId
    doors: tuple[DoorId, ...]
    at: datetime


@frozen
class DeviceCommandSent:
    """``first`` tells several backfills apart; 0 for any other request."""

    device: DeviceId
    request: int
    kind: DeviceRequestKind
    first: int
    at: datetime


@frozen
class DeviceCommandApplied:
    device: DeviceId
    request: int
    kind: DeviceRequestKind
    first: int
    at: datetime
    ends_alarm: AlarmId | None = None


@frozen
class DeviceCommandRejected:
    """``code``: what the device answered. ``alarm``: it would not take rights away."""

    device: DeviceId
    request: int
    kind: DeviceRequestKind
    first: int
    code: int
    at: datetime
    alarm: AlarmId | None = None


@frozen
class DeviceRetired:
    device: DeviceId
    ends_alarms: tuple[AlarmId, ...]
    by: str
    at: datetime


DeviceEvent = (
    DeviceRegistered
    | DoorAttached
    | DeviceMoved
    | DeviceDescribed
    | DeviceCameOnline
    | DeviceWentOffline
    | ClockSkewMeasured
    | ClockSetRequested
    | BackfillRequested
    | BackfillWithdrawn
    | RightsHandedOut
    | DeviceRequestRefused
    | DeviceStarted
    | LifeSafetyOpened
    | LifeSafetyOver
    | DeviceCommandSent
    | DeviceCommandApplied
    | DeviceCommandRejected
    | DeviceRetired
)
