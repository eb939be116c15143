"""What people may ask of a door, and what the door has against it."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.door.commands import (
    MOMENTARY_LIFE,
    DoorRequest,
    RequestAlarmCancel,
    RequestMode,
    RequestUnlock,
)
from cvsec_core.aggregates.door.errors import (
    DoorBlocked,
    DoorReleased,
    DoorUnderLockdown,
    EgressProtected,
)
from cvsec_core.aggregates.door.events import (
    AlarmCancelRefused,
    AlarmCancelRequested,
    DoorEvent,
    ModeRefused,
    UnlockRefused,
    UnlockRequested,
)
from cvsec_core.aggregates.door.modes import mode_request
from cvsec_core.aggregates.door.states import (
    Registered,
)
from cvsec_core.errors import Reason
from cvsec_core.values import ManualMode, invalid, require_choice


def decide_request(state: Registered, command: DoorRequest) -> tuple[DoorEvent, ...]:
    """The request to the device, or the refusal with all its reasons.

    Raises:
        InvalidFieldError: a field is no good.
    """
    reasons = (*_against(state, command), *command.objections)
    match command:
        case RequestUnlock(door, by, at, _, on_behalf_of):
            if reasons:
                return (UnlockRefused(door, by, on_behalf_of, reasons, at),)
            return (_unlock(state, command),)
        case RequestMode(door, mode, by, at):
            require_choice("mode", mode, ManualMode)
            if reasons:
                return (ModeRefused(door, mode, by, reasons, at),)
            if state.wanted.mode == mode and state.wanted.manual == mode:
                return ()
            return (mode_request(state, changed(state.wanted, manual=mode), "manual", at, by),)
        case RequestAlarmCancel(door, by, at):
            if reasons:
                return (AlarmCancelRefused(door, by, reasons, at),)
            identity, request = state.identity, state.asked.requests + 1
            return (
                AlarmCancelRequested(
                    door, identity.device, identity.number, request, by, at + MOMENTARY_LIFE, at
                ),
            )
        case _:
            assert_never(command)


def _unlock(state: Registered, command: RequestUnlock) -> UnlockRequested:
    if not 1 <= command.seconds <= 254:  # noqa: PLR2004  # the range that door controllers share
        invalid("seconds", command.seconds, "1 to 254 seconds", "de 1 a 254 segundos")
    return UnlockRequested(
        command.door,
        state.identity.device,
        state.identity.number,
        state.asked.requests + 1,
        command.seconds,
        command.by,
        command.on_behalf_of,
        command.at + MOMENTARY_LIFE,
        command.at,
    )


def _against(state: Registered, command: DoorRequest) -> tuple[Reason, ...]:
    """What the door itself has against it, lockdown first."""
    reasons: list[Reason] = []
    door, wanted = command.door, state.wanted
    if isinstance(command, RequestAlarmCancel):
        return ()
    if wanted.holds:
        reasons.append(DoorUnderLockdown(door, tuple(sorted(wanted.holds))))
    if isinstance(command, RequestMode) and wanted.released:
        reasons.append(DoorReleased(door))
    if (
        isinstance(command, RequestMode)
        and command.mode == "DoubleLocked"
        and state.identity.egress
    ):
        reasons.append(EgressProtected(door, command.mode))
    if isinstance(command, RequestUnlock) and wanted.mode == "Blocked":
        reasons.append(DoorBlocked(door))
    return tuple(reasons)
