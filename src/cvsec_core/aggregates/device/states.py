"""What is known of a device: one class a place in its life."""

from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates.device.events import DeviceRequestKind
from cvsec_core.ids import AlarmId, DoorId, EventId
from cvsec_core.values import Capability


@frozen
class Unregistered: ...


@frozen
class OpenRequest:
    """A request without a result; ``first`` tells several backfills apart."""

    request: int
    kind: DeviceRequestKind
    asked_at: datetime
    first: int = 0


@frozen
class Profile:
    """What is known of a device, online or not.

    ``declared`` is with how many doors it was registered; ``measured_at`` when its clock was; of
    the ``open_requests`` a later one for the same thing replaces the earlier.
    """

    name: str
    area: str
    zone: str
    capabilities: tuple[Capability, ...]
    declared: int
    doors: tuple[DoorId, ...] = ()
    model: str | None = None
    firmware: str | None = None
    capacity: int | None = None
    lockdown_blocks_exit: bool = False
    offset_s: float | None = None
    measured_at: datetime | None = None
    started_at: datetime | None = None
    life_safety: EventId | None = None
    alarms: int = 0
    offline_alarm: AlarmId | None = None
    clock_alarm: AlarmId | None = None
    removal_alarm: AlarmId | None = None
    requests: int = 0
    open_requests: tuple[OpenRequest, ...] = ()


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
