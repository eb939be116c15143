"""An access level: doors, and the hours in which who holds the level may pass them.

    Undefined --DefineAccessLevel--> Defined --ChangeAccessLevel--> Defined

Who holds a level stands with the person (`person.GrantAccess`), so that a level of fifty thousand
people stays as quick as one of five.
"""

from datetime import date, datetime
from typing import assert_never

from attrs import define, frozen

from cvsec_core.errors import CommandError, Words
from cvsec_core.ids import DoorId, LevelId, StreamId
from cvsec_core.values import WeeklySchedule, invalid, require_id

KIND = "level"


# Events: stored for ever. Never change a field; add a new class.
@frozen
class AccessLevelDefined:
    level: LevelId
    doors: tuple[DoorId, ...]
    hours: WeeklySchedule
    holidays: tuple[date, ...]
    by: str
    at: datetime


@frozen
class AccessLevelChanged:
    level: LevelId
    doors: tuple[DoorId, ...]
    hours: WeeklySchedule
    holidays: tuple[date, ...]
    by: str
    at: datetime


AccessLevelEvent = AccessLevelDefined | AccessLevelChanged


# Commands: all that the decision needs, the time included.
@frozen
class DefineAccessLevel:
    """``holidays`` are days, by the site's calendar, on which nobody passes by this level."""

    level: LevelId
    doors: tuple[DoorId, ...]
    hours: WeeklySchedule
    by: str
    at: datetime
    holidays: tuple[date, ...] = ()


@frozen
class ChangeAccessLevel:
    level: LevelId
    doors: tuple[DoorId, ...]
    hours: WeeklySchedule
    by: str
    at: datetime
    holidays: tuple[date, ...] = ()


AccessLevelCommand = DefineAccessLevel | ChangeAccessLevel


# States: one class a place in the life of a level.
@frozen
class Undefined: ...


@frozen
class Defined:
    """``revision`` counts its changes, so that a decision can name the one it was made by."""

    doors: frozenset[DoorId]
    hours: WeeklySchedule
    holidays: frozenset[date]
    revision: int = 1


AccessLevelState = Undefined | Defined
INITIAL = Undefined()


# Reasons and errors: the rule that was broken.
@define
class AccessLevelUnknownError(CommandError):
    """No such access level is defined."""

    level: str

    code = "access-level-unknown"
    says = Words("There is no access level {level}.", "No existe el nivel de acceso {level}.")
    advises = Words(
        "Define it with `levels define`, or see `levels list`.",
        "Defínalo con `levels define` o vea `levels list`.",
    )


@define
class AccessLevelTakenError(CommandError):
    """A level of this name is defined already, with other doors or hours."""

    level: str

    code = "access-level-taken"
    says = Words(
        "The access level {level} exists with other doors or hours.",
        "El nivel de acceso {level} ya existe con otras puertas u horas.",
    )
    advises = Words("Take another name, or change the level.", "Use otro nombre o cambie el nivel.")


def stream_of(command: AccessLevelCommand) -> StreamId:
    """The stream of the level that *command* is about."""
    return stream(command.level)


def stream(level: LevelId) -> StreamId:
    """The stream of *level*."""
    return StreamId(f"{KIND}-{level}")


def decide(state: AccessLevelState, command: AccessLevelCommand) -> tuple[AccessLevelEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        AccessLevelUnknownError: the level is not defined.
        AccessLevelTakenError: it is defined with other doors or hours.
        InvalidFieldError: the name, the doors or the hours are no good.
    """
    asked = command, state
    match asked:
        case DefineAccessLevel(level, doors, hours, by, at, holidays), Undefined():
            require_id("level", level)
            _check(command)
            return (AccessLevelDefined(level, doors, hours, holidays, by, at),)
        case DefineAccessLevel(level) as wish, Defined() as known:
            if not _same(known, wish):
                raise AccessLevelTakenError(level)
            return ()
        case ChangeAccessLevel(level), Undefined():
            raise AccessLevelUnknownError(level)
        case ChangeAccessLevel(level, doors, hours, by, at, holidays) as wish, Defined() as known:
            _check(wish)
            if _same(known, wish):
                return ()
            return (AccessLevelChanged(level, doors, hours, holidays, by, at),)
        case _:
            assert_never(asked)


def _check(command: AccessLevelCommand) -> None:
    if not command.doors:
        invalid("doors", (), "at least one door", "al menos una puerta")
    for interval in command.hours.intervals:
        interval.check()


def _same(known: Defined, command: AccessLevelCommand) -> bool:
    wanted = (frozenset(command.doors), command.hours, frozenset(command.holidays))
    return wanted == (known.doors, known.hours, known.holidays)


def evolve(state: AccessLevelState, event: AccessLevelEvent) -> AccessLevelState:
    """The state after *event*; never refuses, for it has happened."""
    revision = state.revision + 1 if isinstance(state, Defined) else 1
    match event:
        case AccessLevelDefined() | AccessLevelChanged():
            doors, holidays = frozenset(event.doors), frozenset(event.holidays)
            return Defined(doors, event.hours, holidays, revision)
        case _:
            assert_never(event)
