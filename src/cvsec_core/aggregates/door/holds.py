"""What a lockdown, life safety, a schedule or a device that came back makes of the mode."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.door.commands import (
    ApplySchedule,
    DoorHold,
    EndDoorRelease,
    EndManualMode,
    EngageLockdown,
    LiftLockdown,
    ReassertMode,
    ReleaseDoorForLifeSafety,
)
from cvsec_core.aggregates.door.events import (
    Cause,
    DoorEvent,
    DoorReleasedForLifeSafety,
    DoorReleaseEnded,
    LockdownEngaged,
    LockdownLifted,
    ManualModeEnded,
    ScheduleApplied,
)
from cvsec_core.aggregates.door.modes import mode_request, withdrawn
from cvsec_core.aggregates.door.states import (
    Registered,
    Wanted,
    confirmed,
    pending_mode,
)


def decide_hold(state: Registered, command: DoorHold) -> tuple[DoorEvent, ...]:
    """Who now has a say in the mode, and the request for it where it is another."""
    wanted = state.wanted
    match command:
        case EngageLockdown(door, group, at):
            if group in wanted.holds:
                return ()
            holds = wanted.holds | {group}
            had = wanted.mode == "LockedDown" and confirmed(state)
            engaged = LockdownEngaged(door, group, tuple(sorted(holds)), had, at)
            after = changed(wanted, holds=holds, manual=None)
            return (*withdrawn(state, at), engaged, *_shifted(state, after, "lockdown", command))
        case LiftLockdown(door, group, at):
            if group not in wanted.holds:
                return ()
            holds = wanted.holds - {group}
            lifted = LockdownLifted(door, group, tuple(sorted(holds)), at)
            return (lifted, *_shifted(state, changed(wanted, holds=holds), "release", command))
        case EndManualMode(door, by, at):
            if wanted.manual is None:
                return ()
            ended = ManualModeEnded(door, by, at)
            return (ended, *_shifted(state, changed(wanted, manual=None), "schedule", command))
        case ReleaseDoorForLifeSafety(door, at, cause):
            if cause in wanted.released:
                return ()
            after = changed(wanted, released=wanted.released | {cause}, manual=None)
            released = DoorReleasedForLifeSafety(door, cause, at)
            return (released, *_shifted(state, after, "life-safety", command))
        case EndDoorRelease(door, at, cause):
            over = wanted.released if cause is None else wanted.released & {cause}
            if not over:
                return ()
            left = wanted.released - over
            ended = DoorReleaseEnded(door, tuple(sorted(over)), tuple(sorted(left)), at)
            after = changed(wanted, released=left)
            return (ended, *_shifted(state, after, "release", command))
        case ApplySchedule(schedule=other) if other not in (None, wanted.schedule):
            return ()
        case ApplySchedule(door, unlocked, until, at, zone):
            after = changed(wanted, scheduled_open=unlocked)
            applied = ScheduleApplied(door, unlocked, until, at, zone)
            return (applied, *_shifted(state, after, "schedule", command))
        case ReassertMode(_, at):
            return (mode_request(state, wanted, "reassert", at),) if _worth(state) else ()
        case _:
            assert_never(command)


def _shifted(
    state: Registered, after: Wanted, cause: Cause, command: DoorHold
) -> tuple[DoorEvent, ...]:
    """The request for the new mode, where it is another: never blindly what was before."""
    if after.mode == state.wanted.mode:
        return ()
    return (mode_request(state, after, cause, command.at),)


def _worth(state: Registered) -> bool:
    """Whether the device has to be told again: a locked door with nothing switched on need not."""
    return (
        state.wanted.mode != "Locked"
        or bool(state.asked.switched_on)
        or pending_mode(state) is not None
        or state.asked.rejected is not None
    )
