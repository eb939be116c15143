"""What is known of a device: one class a place in its life."""

from attrs import frozen

from cvsec_core.aggregates.device.events import (
    DeviceRequestKind,
)
from cvsec_core.ids import AlarmId, DoorId
from cvsec_core.values import Capability


@frozen
class Unregistered: ...


@frozen
class Profile:
    """What is known of a device, online or not.

    ``open_requests`` are the requests without a result, with their kind; a later one of a kind
    replaces the earlier.
    """

    name: str
    area: str
    zone: str
    capabilities: tuple[Capability, ...]
    doors: tuple[DoorId, ...] = ()
    model: str | None = None
    firmware: str | None = None
    capacity: int | None = None
    lockdown_blocks_exit: bool = False
    offset_s: float | None = None
    alarms: int = 0
    offline_alarm: AlarmId | None = None
    clock_alarm: AlarmId | None = None
    requests: int = 0
    open_requests: tuple[tuple[int, DeviceRequestKind], ...] = ()


@frozen
class Offline:
    profile: Profile


@frozen
class Online:
    profile: Profile


@frozen
class Retired:
    profile: Profile


DeviceState = Unregistered | Offline | Online | Retired
INITIAL = Unregistered()
