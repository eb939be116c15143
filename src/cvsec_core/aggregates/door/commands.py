"""What may be asked of a door, and what may be reported about it."""

from datetime import datetime, timedelta

from attrs import field, frozen

from cvsec_core.aggregates.door.events import ReleaseCause
from cvsec_core.errors import Reason
from cvsec_core.ids import CredentialId, DeviceId, DoorId, GroupId, PersonId, StreamId
from cvsec_core.values import (
    Direction,
    ManualMode,
    Means,
    PassbackMode,
    Physical,
    Standing,
    WeeklySchedule,
)

MOMENTARY_LIFE = timedelta(seconds=10)
"""A momentary command that was not handed out by then never will be."""


@frozen
class RegisterDoor:
    door: DoorId
    device: DeviceId
    number: int
    at: datetime
    egress: bool = True
    means: Means = "lockdown"


@frozen
class SetDoorSchedule:
    """When the door stands unlocked in an ordinary week."""

    door: DoorId
    schedule: WeeklySchedule
    by: str
    at: datetime


@frozen
class ApplySchedule:
    """``zone`` is the one whose wall clock was looked at, ``schedule`` the one that was asked; the
    answer of another is not applied. None: whichever the door has.
    """

    door: DoorId
    unlocked: bool
    until: datetime | None
    at: datetime
    zone: str = "UTC"
    schedule: WeeklySchedule | None = None


@frozen
class SetLockdownMeans:
    door: DoorId
    means: Means
    at: datetime


@frozen
class SetAntiPassback:
    """``soft`` lets people pass and notes it, ``hard`` denies. None: a zone of the door's own."""

    door: DoorId
    mode: PassbackMode
    by: str
    at: datetime
    zone: str | None = None


@frozen
class RequestAccess:
    """Somebody is at the door, and its device asks whether to open.

    ``objections`` are what was wrong with what they showed. The decision is filled in: further
    objections, what is ``noted`` beside, the rule and its version.
    """

    door: DoorId
    person: PersonId | None
    credential: CredentialId | None
    at: datetime
    direction: Direction = "in"
    standing: Standing = field(factory=Standing)
    objections: tuple[Reason, ...] = ()
    noted: tuple[Reason, ...] = ()
    rule: str = ""
    version: int = 0
    duress: bool = False


@frozen
class RequestUnlock:
    """Unlock for *seconds*, once. ``objections`` are filled in by policies."""

    door: DoorId
    by: str
    at: datetime
    seconds: int = 5
    on_behalf_of: str | None = None
    objections: tuple[Reason, ...] = ()


@frozen
class RequestMode:
    door: DoorId
    mode: ManualMode
    by: str
    at: datetime
    objections: tuple[Reason, ...] = ()


@frozen
class EndManualMode:
    """Give the door back to its schedule."""

    door: DoorId
    by: str
    at: datetime


@frozen
class RequestAlarmCancel:
    """End the alarm at the device; it acknowledges nothing."""

    door: DoorId
    by: str
    at: datetime
    objections: tuple[Reason, ...] = ()


@frozen
class EngageLockdown:
    door: DoorId
    group: GroupId
    at: datetime


@frozen
class LiftLockdown:
    door: DoorId
    group: GroupId
    at: datetime


@frozen
class ReleaseDoorForLifeSafety:
    door: DoorId
    at: datetime
    cause: ReleaseCause = "person"


@frozen
class EndDoorRelease:
    """``cause``: for this one only; None: whoever opened it."""

    door: DoorId
    at: datetime
    cause: ReleaseCause | None = None


@frozen
class ReassertMode:
    """Ask again for the mode that the door is commanded to be in, as its device came back."""

    door: DoorId
    at: datetime


@frozen
class ReportDoorCommandSent:
    door: DoorId
    request: int
    at: datetime


@frozen
class ReportDoorCommandResult:
    """What the device answered: 0 or more is success. A mode may take several steps."""

    door: DoorId
    request: int
    code: int
    at: datetime
    step: int = 0
    steps: int = 1


@frozen
class ExpireDoorCommand:
    """The request's time is over."""

    door: DoorId
    request: int
    at: datetime


@frozen
class ReportDoorState:
    """What a report says of the door's axes; None: it does not speak of this one.

    ``at`` is the device's time, ``received_at`` ours: of two reports the latest received counts.
    ``edge``: it tells that something happened, not how things stand. ``journal`` is the stream of
    the device's day; from it is filled in ``released_at``, when the device last let the door be
    opened by right.
    """

    door: DoorId
    at: datetime
    received_at: datetime
    physical: Physical | None = None
    unlocked: bool | None = None
    forced: bool | None = None
    held_open: bool | None = None
    tamper: bool | None = None
    fault: bool | None = None
    duress: bool | None = None
    edge: bool = False
    journal: StreamId | None = None
    released_at: datetime | None = None


@frozen
class ReportEgressImpaired:
    door: DoorId
    code: int
    at: datetime


DoorReport = ReportDoorState | ReportEgressImpaired
DoorOutcome = ReportDoorCommandSent | ReportDoorCommandResult | ExpireDoorCommand
DoorRequest = RequestUnlock | RequestMode | RequestAlarmCancel
DoorHold = (
    EndManualMode
    | EngageLockdown
    | LiftLockdown
    | ReleaseDoorForLifeSafety
    | EndDoorRelease
    | ReassertMode
    | ApplySchedule
)
DoorSetting = SetDoorSchedule | SetLockdownMeans | SetAntiPassback
DoorCommand = (
    RegisterDoor | DoorSetting | DoorRequest | RequestAccess | DoorHold | DoorOutcome | DoorReport
)
