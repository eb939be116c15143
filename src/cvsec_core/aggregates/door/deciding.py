"""What a command makes happen to a door."""

from typing import assert_never

from cvsec_core.aggregates.door.commands import (
    ApplySchedule,
    DoorCommand,
    EndDoorRelease,
    EndManualMode,
    EngageLockdown,
    ExpireDoorCommand,
    LiftLockdown,
    ReassertMode,
    RegisterDoor,
    ReleaseDoorForLifeSafety,
    ReportDoorCommandResult,
    ReportDoorCommandSent,
    ReportDoorState,
    ReportEgressImpaired,
    RequestAccess,
    RequestAlarmCancel,
    RequestMode,
    RequestUnlock,
    SetAntiPassback,
    SetDoorSchedule,
    SetLockdownMeans,
)
from cvsec_core.aggregates.door.errors import DoorUnknownError
from cvsec_core.aggregates.door.events import DoorEvent, DoorRegistered
from cvsec_core.aggregates.door.holds import decide_hold
from cvsec_core.aggregates.door.outcomes import decide_outcome
from cvsec_core.aggregates.door.passing import decide_passing
from cvsec_core.aggregates.door.requests import decide_request
from cvsec_core.aggregates.door.sensing import sensed
from cvsec_core.aggregates.door.settings import DOOR_ID_LIMIT, decide_impairment, decide_setting
from cvsec_core.aggregates.door.states import DoorState, Registered, Unregistered
from cvsec_core.ids import DoorId, StreamId, door_of
from cvsec_core.values import invalid, require_id

KIND = "door"


def stream_of(command: DoorCommand) -> StreamId:
    """The stream of the door that *command* is about."""
    return stream(command.door)


def stream(door: DoorId) -> StreamId:
    """The stream of *door*."""
    return StreamId(f"{KIND}-{door}")


def decide(state: DoorState, command: DoorCommand) -> tuple[DoorEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        DoorUnknownError: the door is not registered.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case RegisterDoor(door, device, number, at, egress, means), Unregistered():
            if door != door_of(device, number):
                invalid("door", door, door_of(device, number), door_of(device, number))
            require_id("door", door, DOOR_ID_LIMIT)
            return (DoorRegistered(door, device, number, egress, at, means),)
        case RegisterDoor(), Registered():
            return ()
        case (_, Unregistered()):
            raise DoorUnknownError(command.door)
        case ReportDoorState() as report, Registered() as known:
            return sensed(known, report)
        case ReportEgressImpaired() as report, Registered() as known:
            return decide_impairment(known, report)
        case (
            (ReportDoorCommandSent() | ReportDoorCommandResult() | ExpireDoorCommand()) as outcome,
            Registered() as known,
        ):
            return decide_outcome(known, outcome)
        case (
            (RequestUnlock() | RequestMode() | RequestAlarmCancel()) as wish,
            Registered() as known,
        ):
            return decide_request(known, wish)
        case (
            (
                EndManualMode()
                | EngageLockdown()
                | LiftLockdown()
                | ReleaseDoorForLifeSafety()
                | EndDoorRelease()
                | ReassertMode()
                | ApplySchedule()
            ) as hold,
            Registered() as known,
        ):
            return decide_hold(known, hold)
        case (
            (SetDoorSchedule() | SetLockdownMeans() | SetAntiPassback()) as setting,
            Registered() as known,
        ):
            return decide_setting(known, setting)
        case RequestAccess() as wish, Registered() as known:
            return decide_passing(known, wish)
        case _:
            assert_never(asked)
