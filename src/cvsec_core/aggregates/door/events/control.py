"""What is wanted of a door, what its device was asked for, and what became of it."""

from datetime import datetime
from typing import Literal

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import AlarmId, DeviceId, DoorId, GroupId
from cvsec_core.values import DoorMode, ManualMode, Means, PassbackMode, WeeklySchedule

RequestKind = Literal["unlock", "cancel-alarm", "mode"]
Cause = Literal["manual", "lockdown", "release", "life-safety", "schedule", "reassert"]
"""Why a mode is asked for. ``release``: a lockdown or a life-safety release has ended."""
SwitchedOn = Literal["lockdown", "normal-open"]
"""What may still be switched on at the device from an earlier mode."""
ReleaseCause = Literal["person", "device"]
"""Who opened a door for life safety."""


@frozen
class DoorRegistered:
    door: DoorId
    device: DeviceId
    number: int
    egress: bool
    at: datetime
    means: Means = "lockdown"


@frozen
class DoorScheduleSet:
    door: DoorId
    schedule: WeeklySchedule
    by: str
    at: datetime


@frozen
class ScheduleApplied:
    """What the schedule says from now on by the wall clock of *zone*, and until when (None: for
    good).
    """

    door: DoorId
    unlocked: bool
    until: datetime | None
    at: datetime
    zone: str = "UTC"


@frozen
class LockdownMeansLearned:
    door: DoorId
    means: Means
    at: datetime


@frozen
class AntiPassbackSet:
    """``zone`` is what nobody enters twice without leaving it; doors may share one."""

    door: DoorId
    mode: PassbackMode
    zone: str
    by: str
    at: datetime


# Requests to the device, and what became of them.
@frozen
class UnlockRequested:
    door: DoorId
    device: DeviceId
    number: int
    request: int
    seconds: int
    by: str
    on_behalf_of: str | None
    not_after: datetime
    at: datetime


@frozen
class UnlockRefused(Refusal):
    door: DoorId
    by: str
    on_behalf_of: str | None
    reasons: tuple[Reason, ...]
    at: datetime


@frozen
class AlarmCancelRequested:
    door: DoorId
    device: DeviceId
    number: int
    request: int
    by: str
    not_after: datetime
    at: datetime


@frozen
class AlarmCancelRefused(Refusal):
    door: DoorId
    by: str
    reasons: tuple[Reason, ...]
    at: datetime


@frozen
class ModeRequested:
    """The door shall be in this mode. ``undo`` names what may still be on at the device and must
    go off; ``means`` is how a door under lockdown is secured.
    """

    door: DoorId
    device: DeviceId
    number: int
    request: int
    mode: DoorMode
    means: Means
    undo: tuple[SwitchedOn, ...]
    cause: Cause
    by: str | None
    at: datetime


@frozen
class ModeRefused(Refusal):
    door: DoorId
    mode: ManualMode
    by: str
    reasons: tuple[Reason, ...]
    at: datetime


@frozen
class DoorCommandSent:
    door: DoorId
    request: int
    kind: RequestKind
    at: datetime


@frozen
class ModeStepApplied:
    """One of the steps that establish a mode has been carried out; others are not answered yet."""

    door: DoorId
    request: int
    step: int
    at: datetime


@frozen
class DoorCommandApplied:
    """``mode`` is what the device has now confirmed, None for a momentary command; ``ends_alarm``
    the alarm that it would not.
    """

    door: DoorId
    request: int
    kind: RequestKind
    mode: DoorMode | None
    at: datetime
    ends_alarm: AlarmId | None = None


@frozen
class DoorCommandRejected:
    """``code``: what the device answered. The first time that it would not take a mode is an
    ``alarm``.
    """

    door: DoorId
    request: int
    kind: RequestKind
    code: int
    at: datetime
    device: DeviceId | None = None
    alarm: AlarmId | None = None


@frozen
class DoorCommandExpired:
    """It was never handed out, and never will be."""

    door: DoorId
    request: int
    kind: RequestKind
    at: datetime


@frozen
class DoorCommandIndeterminate:
    """It was handed out, and nobody can say what became of it."""

    door: DoorId
    request: int
    kind: RequestKind
    at: datetime


# Lockdown and life safety.
@frozen
class LockdownEngaged:
    """The group holds the door, beside the others in ``holds``. ``confirmed``: the device had
    confirmed the lockdown before, for another group.
    """

    door: DoorId
    group: GroupId
    holds: tuple[GroupId, ...]
    confirmed: bool
    at: datetime


@frozen
class LockdownLifted:
    """The group holds the door no more; those in ``holds`` still do."""

    door: DoorId
    group: GroupId
    holds: tuple[GroupId, ...]
    at: datetime


@frozen
class DoorReleasedForLifeSafety:
    door: DoorId
    cause: ReleaseCause
    at: datetime


@frozen
class DoorReleaseEnded:
    """``left`` are the causes for which the door stays open."""

    door: DoorId
    ended: tuple[ReleaseCause, ...]
    left: tuple[ReleaseCause, ...]
    at: datetime


@frozen
class ManualModeEnded:
    """The door follows its schedule again."""

    door: DoorId
    by: str
    at: datetime


DoorControlEvent = (
    DoorRegistered
    | DoorScheduleSet
    | ScheduleApplied
    | LockdownMeansLearned
    | AntiPassbackSet
    | UnlockRequested
    | UnlockRefused
    | AlarmCancelRequested
    | AlarmCancelRefused
    | ModeRequested
    | ModeRefused
    | DoorCommandSent
    | ModeStepApplied
    | DoorCommandApplied
    | DoorCommandRejected
    | DoorCommandExpired
    | DoorCommandIndeterminate
    | LockdownEngaged
    | LockdownLifted
    | DoorReleasedForLifeSafety
    | DoorReleaseEnded
    | ManualModeEnded
)
