"""A lockdown group: doors that are locked down together, in earnest or as a drill.

    Undefined --DefineLockdownGroup--> Safe --ActivateLockdown--> UnderLockdown
                                         ^------CancelLockdown---------'

A drill goes through the same steps and touches no door. A real lockdown may begin during a drill
and ends it; a drill cannot begin during a real lockdown.
"""

from datetime import datetime
from typing import assert_never

from attrs import define, evolve as changed, frozen

from cvsec_core.errors import CommandError, Reason, Refusal, Words
from cvsec_core.ids import DoorId, GroupId, StreamId
from cvsec_core.values import invalid, require_id

KIND = "lockdown"


# Events: stored for ever. Never change a field; add a new class.
@frozen
class LockdownGroupDefined:
    group: GroupId
    doors: tuple[DoorId, ...]
    by: str
    at: datetime


@frozen
class GroupDoorsChanged:
    """``under_lockdown``: a real lockdown is on, so that the change reaches the doors."""

    group: GroupId
    added: tuple[DoorId, ...]
    removed: tuple[DoorId, ...]
    under_lockdown: bool
    by: str
    at: datetime


@frozen
class LockdownActivated:
    group: GroupId
    doors: tuple[DoorId, ...]
    drill: bool
    reason: str
    by: str
    on_behalf_of: str | None
    at: datetime


@frozen
class LockdownActivationRefused(Refusal):
    group: GroupId
    drill: bool
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class LockdownCancelled:
    group: GroupId
    doors: tuple[DoorId, ...]
    drill: bool
    by: str
    on_behalf_of: str | None
    at: datetime


LockdownGroupEvent = (
    LockdownGroupDefined
    | GroupDoorsChanged
    | LockdownActivated
    | LockdownActivationRefused
    | LockdownCancelled
)


# Commands: all that the decision needs, the time included.
@frozen
class DefineLockdownGroup:
    group: GroupId
    doors: tuple[DoorId, ...]
    by: str
    at: datetime


@frozen
class ChangeGroupDoors:
    """From now on the group is these doors; during a lockdown added doors are locked down and
    removed ones are let go.
    """

    group: GroupId
    doors: tuple[DoorId, ...]
    by: str
    at: datetime


@frozen
class ActivateLockdown:
    group: GroupId
    by: str
    at: datetime
    drill: bool = False
    reason: str = ""
    on_behalf_of: str | None = None


@frozen
class CancelLockdown:
    group: GroupId
    by: str
    at: datetime
    on_behalf_of: str | None = None


LockdownGroupCommand = DefineLockdownGroup | ChangeGroupDoors | ActivateLockdown | CancelLockdown


# States: one class a place in the life of a group.
@frozen
class Undefined: ...


@frozen
class Safe:
    doors: tuple[DoorId, ...]


@frozen
class UnderLockdown:
    doors: tuple[DoorId, ...]
    drill: bool


LockdownGroupState = Undefined | Safe | UnderLockdown
INITIAL = Undefined()


# Reasons and errors: the rule that was broken.
@frozen
class RealLockdownOn(Reason):
    """A drill cannot begin during a real lockdown."""

    group: str

    code = "real-lockdown-on"
    says = Words(
        "{group} is under a real lockdown.", "{group} está bajo un bloqueo de emergencia real."
    )
    advises = Words(
        "Cancel the lockdown before you begin a drill.",
        "Levante el bloqueo antes de comenzar un simulacro.",
    )


@define
class LockdownGroupUnknownError(CommandError):
    """No such lockdown group is defined."""

    group: str

    code = "lockdown-group-unknown"
    says = Words("There is no lockdown group {group}.", "No existe el grupo de bloqueo {group}.")
    advises = Words(
        "Define it with `lockdown define`, or see `lockdown status`.",
        "Defínalo con `lockdown define` o vea `lockdown status`.",
    )


@define
class LockdownGroupTakenError(CommandError):
    """A group of this name is defined already, with other doors."""

    group: str

    code = "lockdown-group-taken"
    says = Words(
        "The lockdown group {group} exists with other doors.",
        "El grupo de bloqueo {group} ya existe con otras puertas.",
    )
    advises = Words(
        "Take another name, or change its doors.", "Use otro nombre o cambie sus puertas."
    )


def stream_of(command: LockdownGroupCommand) -> StreamId:
    """The stream of the group that *command* is about."""
    return stream(command.group)


def stream(group: GroupId) -> StreamId:
    """The stream of *group*."""
    return StreamId(f"{KIND}-{group}")


def decide(
    state: LockdownGroupState, command: LockdownGroupCommand
) -> tuple[LockdownGroupEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        LockdownGroupUnknownError: the group is not defined.
        LockdownGroupTakenError: it is defined with other doors.
        InvalidFieldError: the name or the list of doors is no good.
    """
    asked = command, state
    match asked:
        case DefineLockdownGroup(group, doors, by, at), Undefined():
            require_id("group", group)
            return (LockdownGroupDefined(group, _checked(doors), by, at),)
        case DefineLockdownGroup(group, doors), Safe(had) | UnderLockdown(had):
            if set(doors) != set(had):
                raise LockdownGroupTakenError(group)
            return ()
        case (
            ChangeGroupDoors(group) | ActivateLockdown(group) | CancelLockdown(group),
            Undefined(),
        ):
            raise LockdownGroupUnknownError(group)
        case ChangeGroupDoors() as wish, Safe(had):
            return _change(wish, had, under_lockdown=False)
        case ChangeGroupDoors() as wish, UnderLockdown(had, drill):
            return _change(wish, had, under_lockdown=not drill)
        case ActivateLockdown() as wish, Safe(doors):
            return (_activate(wish, doors),)
        case ActivateLockdown(drill=False) as wish, UnderLockdown(doors, drill=True):
            return (_activate(wish, doors),)
        case ActivateLockdown(group, by, at, drill=True), UnderLockdown(drill=False):
            return (LockdownActivationRefused(group, True, (RealLockdownOn(group),), by, at),)  # noqa: FBT003  # positional, as the fields stand
        case ActivateLockdown(), UnderLockdown():
            return ()
        case CancelLockdown(), Safe():
            return ()
        case CancelLockdown(group, by, at, on_behalf_of), UnderLockdown(doors, drill):
            return (LockdownCancelled(group, doors, drill, by, on_behalf_of, at),)
        case _:
            assert_never(asked)


def _activate(command: ActivateLockdown, doors: tuple[DoorId, ...]) -> LockdownActivated:
    return LockdownActivated(
        command.group,
        doors,
        command.drill,
        command.reason,
        command.by,
        command.on_behalf_of,
        command.at,
    )


def _change(
    command: ChangeGroupDoors, had: tuple[DoorId, ...], *, under_lockdown: bool
) -> tuple[LockdownGroupEvent, ...]:
    wanted = _checked(command.doors)
    added, removed = _without(wanted, had), _without(had, wanted)
    if not (added or removed):
        return ()
    return (
        GroupDoorsChanged(command.group, added, removed, under_lockdown, command.by, command.at),
    )


def _checked(doors: tuple[DoorId, ...]) -> tuple[DoorId, ...]:
    if not doors:
        invalid("doors", (), "at least one door", "al menos una puerta")
    return tuple(dict.fromkeys(doors))


def _without(doors: tuple[DoorId, ...], others: tuple[DoorId, ...]) -> tuple[DoorId, ...]:
    gone = frozenset(others)
    return tuple(door for door in doors if door not in gone)


def evolve(state: LockdownGroupState, event: LockdownGroupEvent) -> LockdownGroupState:
    """The state after *event*; never refuses, for it has happened."""
    match event:
        case LockdownGroupDefined(doors=doors):
            return Safe(doors)
        case GroupDoorsChanged(added=added, removed=removed):
            if isinstance(state, Undefined):
                return state
            return changed(state, doors=(*_without(state.doors, removed), *added))
        case LockdownActivated(doors=doors, drill=drill):
            return UnderLockdown(doors, drill)
        case LockdownCancelled(doors=doors):
            return Safe(doors)
        case LockdownActivationRefused():
            return state
        case _:
            assert_never(event)
