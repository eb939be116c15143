"""What a door makes of the decision about somebody who wants to pass."""

from cvsec_core.aggregates.door.commands import RequestAccess
from cvsec_core.aggregates.door.events import (
    AccessDenied,
    AccessGranted,
    DoorEvent,
    DuressReported,
)
from cvsec_core.aggregates.door.sensing import next_alarm
from cvsec_core.aggregates.door.states import Registered


def decide_passing(state: Registered, command: RequestAccess) -> tuple[DoorEvent, ...]:
    """The decision as it is recorded, and where they are under duress its alarm beside it."""
    door, device = command.door, state.identity.device
    about = (door, device, command.person, command.credential, command.direction)
    rule = (command.rule, command.version)
    decided = (
        AccessDenied(*about, *rule, command.objections, command.noted, command.at)
        if command.objections
        else AccessGranted(*about, *rule, command.noted, command.at)
    )
    if not command.duress:
        return (decided,)
    alarm = next_alarm(door, state.sensed)
    return (decided, DuressReported(door, device, alarm, command.at, command.at))
