"""How a door is set up, and what is learned about securing it."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.door.commands import (
    DoorSetting,
    ReportEgressImpaired,
    SetAntiPassback,
    SetDoorSchedule,
    SetLockdownMeans,
)
from cvsec_core.aggregates.door.events import (
    AntiPassbackSet,
    DoorEvent,
    DoorScheduleSet,
    LockdownMeansLearned,
)
from cvsec_core.aggregates.door.modes import mode_request
from cvsec_core.aggregates.door.sensing import impaired
from cvsec_core.aggregates.door.states import AntiPassback, Registered
from cvsec_core.values import Means, PassbackMode, require_choice, require_id

DOOR_ID_LIMIT = 72
"""A door's id is its device's, which may have 64 characters, and its number there; a zone's is no
longer."""


def decide_setting(state: Registered, command: DoorSetting) -> tuple[DoorEvent, ...]:
    """The setting, and the mode asked for in the new way where the door is under lockdown.

    Raises:
        InvalidFieldError: an interval of a schedule, a mode or a zone is no good.
    """
    match command:
        case SetDoorSchedule(door, schedule, by, at):
            for interval in schedule.intervals:
                interval.check()
            same = schedule == state.wanted.schedule
            return () if same else (DoorScheduleSet(door, schedule, by, at),)
        case SetLockdownMeans(door, means, at):
            means = _allowed(state, means)
            if means == state.wanted.means:
                return ()
            learned = LockdownMeansLearned(door, means, at)
            if state.wanted.mode != "LockedDown":
                return (learned,)
            after = changed(state.wanted, means=means)
            return (learned, mode_request(state, after, "lockdown", at))
        case SetAntiPassback(door, mode, by, at, zone):
            require_choice("mode", mode, PassbackMode)
            zone = zone or door
            require_id("zone", zone, DOOR_ID_LIMIT)
            same = state.passback == AntiPassback(mode, zone)
            return () if same else (AntiPassbackSet(door, mode, zone, by, at),)
        case _:
            assert_never(command)


def decide_impairment(state: Registered, command: ReportEgressImpaired) -> tuple[DoorEvent, ...]:
    """The alarm, and from now on the door is secured in a way that leaves the exit free."""
    if not state.identity.egress:
        return ()
    told = impaired(state, command)
    return (*told, *decide_setting(state, SetLockdownMeans(command.door, "relock", command.at)))


def _allowed(state: Registered, means: Means) -> Means:
    """The exit of a door that is no way out need not stay free; one that was seen blocked stays so
    whatever its device says of itself.
    """
    if not state.identity.egress:
        return "lockdown"
    return "relock" if state.wanted.exit_blocked else means
