"""What is known of a door: what it is, what it shall be, what was asked for, what is sensed."""

from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates.door.events import ReleaseCause, RequestKind, SwitchedOn
from cvsec_core.ids import AlarmId, DeviceId, DoorId, GroupId
from cvsec_core.values import (
    DoorAlarm,
    DoorMode,
    ManualMode,
    Means,
    PassbackMode,
    Physical,
    WeeklySchedule,
)


@frozen
class Unregistered: ...


@frozen
class Identity:
    """``egress``: people leave through this door, so nothing may take the exit away."""

    door: DoorId
    device: DeviceId
    number: int
    egress: bool


@frozen
class AntiPassback:
    """Whether somebody may enter the zone twice without leaving it."""

    mode: PassbackMode = "none"
    zone: str = ""


@frozen
class Wanted:
    """All that has a say in the mode. Life safety goes before lockdown, lockdown before what a
    person asked for, that before the schedule, and the schedule before the default.

    ``exit_blocked``: a lockdown was seen to take the exit away.
    """

    released: frozenset[ReleaseCause] = frozenset()
    holds: frozenset[GroupId] = frozenset()
    manual: ManualMode | None = None
    scheduled_open: bool = False
    schedule: WeeklySchedule | None = None
    means: Means = "lockdown"
    exit_blocked: bool = False

    @property
    def mode(self) -> DoorMode:
        """What the door is commanded to be."""
        if self.released:
            return "LockedOpen"
        if self.holds:
            return "LockedDown"
        if self.manual:
            return self.manual
        return "Unlocked" if self.scheduled_open else "Locked"


@frozen
class Pending:
    """A request without a result. ``steps`` are those that were carried out."""

    request: int
    kind: RequestKind
    asked_at: datetime
    not_after: datetime | None = None
    sent: bool = False
    steps: frozenset[int] = frozenset()
    seconds: int = 0
    undo: tuple[SwitchedOn, ...] = ()


@frozen
class Asked:
    """What the device was asked for: how often, what is open, which mode it last confirmed, what
    may be switched on there, until when the door may be open by an unlock, and since when a
    confirmed lockdown bars it. ``rejected`` is the
    alarm that the device would not take the mode asked for.
    """

    requests: int = 0
    pending: tuple[Pending, ...] = ()
    confirmed: DoorMode | None = None
    switched_on: frozenset[SwitchedOn] = frozenset()
    open_until: datetime | None = None
    barred_since: datetime | None = None
    rejected: AlarmId | None = None


@frozen
class Condition:
    """An alarm condition that holds, and since when."""

    alarm: AlarmId
    since: datetime


@frozen
class Sensed:
    """What the sensors said last. ``seen_at`` is when the last change was received."""

    physical: Physical = "Unknown"
    unlocked: bool | None = None
    seen_at: datetime | None = None
    alarm: DoorAlarm = "Normal"
    door_condition: Condition | None = None
    tamper: Condition | None = None
    fault: Condition | None = None
    duress: Condition | None = None
    alarms: int = 0


@frozen
class Registered:
    identity: Identity
    wanted: Wanted = Wanted()
    asked: Asked = Asked()
    sensed: Sensed = Sensed()
    passback: AntiPassback = AntiPassback()


DoorState = Unregistered | Registered
INITIAL = Unregistered()


def pending(state: Registered, request: int) -> Pending | None:
    """The open request of that number, or None."""
    return next((item for item in state.asked.pending if item.request == request), None)


def pending_mode(state: Registered) -> Pending | None:
    """The open request for a mode, or None; there is at most one."""
    return next((item for item in state.asked.pending if item.kind == "mode"), None)


def confirmed(state: Registered) -> bool:
    """Whether the device has confirmed the mode that the door is commanded to be in."""
    return state.asked.confirmed == state.wanted.mode and pending_mode(state) is None
