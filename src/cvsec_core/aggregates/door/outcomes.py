"""What became of a request to a door's device."""

from datetime import datetime
from typing import assert_never

from cvsec_core.aggregates.door.commands import (
    DoorOutcome,
    ExpireDoorCommand,
    ReportDoorCommandResult,
    ReportDoorCommandSent,
)
from cvsec_core.aggregates.door.events import (
    DoorCommandApplied,
    DoorCommandExpired,
    DoorCommandIndeterminate,
    DoorCommandRejected,
    DoorCommandSent,
    DoorEvent,
    ModeStepApplied,
)
from cvsec_core.aggregates.door.sensing import next_alarm
from cvsec_core.aggregates.door.states import Pending, Registered, pending
from cvsec_core.ids import AlarmId


def decide_outcome(state: Registered, command: DoorOutcome) -> tuple[DoorEvent, ...]:
    """What became of the open request of that number; ``()`` where there is none."""
    item = pending(state, command.request)
    if item is None or command.at < item.asked_at:
        return ()  # settled, or told of a time before it was asked: it is about something else
    door, request, kind, at = command.door, item.request, item.kind, command.at
    match command:
        case ReportDoorCommandSent():
            return (DoorCommandSent(door, request, kind, at),) if _may_be_sent(item, at) else ()
        case ReportDoorCommandResult(code=code) if code < 0:
            device, alarm = state.identity.device, _alarm(state, item)
            return (DoorCommandRejected(door, request, kind, code, at, device, alarm),)
        case ReportDoorCommandResult() if not item.sent:
            return ()  # a result that nobody can have earned confirms nothing
        case ReportDoorCommandResult(step=step, steps=steps):
            if len(item.steps | {step}) < steps:
                return () if step in item.steps else (ModeStepApplied(door, request, step, at),)
            mode = state.wanted.mode if kind == "mode" else None
            ended = state.asked.rejected if kind == "mode" else None
            return (DoorCommandApplied(door, request, kind, mode, at, ended),)
        case ExpireDoorCommand():
            if item.not_after is None or at < item.not_after:
                return ()
            if item.sent:
                return (DoorCommandIndeterminate(door, request, kind, at),)
            return (DoorCommandExpired(door, request, kind, at),)
        case _:
            assert_never(command)


def _alarm(state: Registered, item: Pending) -> AlarmId | None:
    """A mode that is not taken is an alarm, once until it is taken."""
    if item.kind != "mode" or state.asked.rejected:
        return None
    return next_alarm(state.identity.door, state.sensed)


def _may_be_sent(item: Pending, at: datetime) -> bool:
    """A momentary command is handed out once and in time, or not at all; a mode any time."""
    return item.not_after is None or (not item.sent and at < item.not_after)
