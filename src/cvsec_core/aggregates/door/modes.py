"""The request that puts a door into a mode."""

from datetime import datetime

from cvsec_core.aggregates.door.events import (
    Cause,
    DoorCommandExpired,
    DoorEvent,
    ModeRequested,
    SwitchedOn,
)
from cvsec_core.aggregates.door.states import Registered, Wanted
from cvsec_core.values import DoorMode, Means


def mode_request(
    state: Registered,
    wanted: Wanted,
    cause: Cause,
    at: datetime,
    by: str | None = None,
) -> ModeRequested:
    """The request for what *wanted* comes to, and what must be switched off for it."""
    identity = state.identity
    keeps = switched_on_by(wanted.mode, wanted.means)
    return ModeRequested(
        identity.door,
        identity.device,
        identity.number,
        state.asked.requests + 1,
        wanted.mode,
        wanted.means,
        tuple(sorted(on for on in state.asked.switched_on if on not in keeps)),
        cause,
        by,
        at,
    )


def switched_on_by(mode: DoorMode, means: Means) -> frozenset[SwitchedOn]:
    """What stays switched on at the device of a door in that mode."""
    if mode == "LockedDown" and means == "lockdown":
        return frozenset({"lockdown"})
    if mode in {"Unlocked", "LockedOpen"}:
        return frozenset({"normal-open"})
    return frozenset()


def withdrawn(state: Registered, at: datetime) -> tuple[DoorEvent, ...]:
    """An unlock that was not handed out before the door was barred must not be after it."""
    return tuple(
        DoorCommandExpired(state.identity.door, item.request, item.kind, at)
        for item in state.asked.pending
        if item.kind == "unlock" and not item.sent
    )
