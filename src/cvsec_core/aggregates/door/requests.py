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
from cvsec_core.aggregates.door.modes import mode_request, withdrawn
from cvsec_core.aggregates.door.states import Registered
from cvsec_core.errors import Reason
from cvsec_core.values import ManualMode, invalid, require_choice

LONGEST_UNLOCK_S = 254
"""The range that door controllers share."""


def decide_request(state: Registered, command: DoorRequest) -> tuple[DoorEvent, ...]:
    """The request to the device, or the refusal with all its reasons.

    Raises:
        InvalidFieldError: a field is no good.
    """
    _check(command)
    reasons = (*_against(state, command), *command.objections)
    match command:
        case RequestUnlock(door, by, at, _, on_behalf_of):
            if reasons:
                return (UnlockRefused(door, by, on_behalf_of, reasons, at),)
            return (_unlock(state, command),)
        case RequestMode(door, mode, by, at):
            if reasons:
                return (ModeRefused(door, mode, by, reasons, at),)
            if state.wanted.mode == mode and state.wanted.manual == mode:
                return ()
            asked = mode_request(state, changed(state.wanted, manual=mode), "manual", at, by)
            return (*(withdrawn(state, at) if mode == "Blocked" else ()), asked)
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


def _check(command: DoorRequest) -> None:
    if isinstance(command, RequestMode):
        require_choice("mode", command.mode, ManualMode)
    if isinstance(command, RequestUnlock) and not 1 <= command.seconds <= LONGEST_UNLOCK_S:
        invalid(
            "seconds",
            command.seconds,
            f"1 to {LONGEST_UNLOCK_S} seconds",
            f"de 1 a {LONGEST_UNLOCK_S} segundos",
        )


def _unlock(state: Registered, command: RequestUnlock) -> UnlockRequested:
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
