"""The organisation: its name, time zone and language, and whether life safety has opened doors.

    Unfounded --FoundOrganisation--> Founded

An unfounded site works, on UTC and in English. Life safety works in both states.
"""

from datetime import datetime
from typing import assert_never

from attrs import define, evolve as changed, frozen

from cvsec_core.errors import CommandError, Locale, Words
from cvsec_core.ids import DoorId, StreamId
from cvsec_core.values import invalid, require_choice, require_text

KIND = "organisation"
STREAM = StreamId(f"{KIND}-site")


# Events: stored for ever. Never change a field; add a new class.
@frozen
class OrganisationFounded:
    name: str
    zone: str
    locale: Locale
    by: str
    at: datetime


@frozen
class LifeSafetyReleaseBegun:
    """``missing`` were asked for too, and there are no such doors."""

    doors: tuple[DoorId, ...]
    reason: str
    by: str
    at: datetime
    missing: tuple[DoorId, ...] = ()


@frozen
class LifeSafetyReleaseEnded:
    doors: tuple[DoorId, ...]
    by: str
    at: datetime


@frozen
class DeviceReleaseBegun:
    """A device opened a door for life safety by itself."""

    door: DoorId
    at: datetime


@frozen
class DeviceReleaseEnded:
    door: DoorId
    at: datetime


OrganisationEvent = (
    OrganisationFounded
    | LifeSafetyReleaseBegun
    | LifeSafetyReleaseEnded
    | DeviceReleaseBegun
    | DeviceReleaseEnded
)


# Commands: all that the decision needs, the time included.
@frozen
class FoundOrganisation:
    """``zone`` is an IANA name that the caller has resolved."""

    name: str
    zone: str
    locale: Locale
    by: str
    at: datetime


@frozen
class ReleaseForLifeSafety:
    """Open these doors for life safety; it goes before every lockdown.

    ``missing`` are those of them that there are not; they are filled in, and keep no other door
    shut.
    """

    doors: tuple[DoorId, ...]
    reason: str
    by: str
    at: datetime
    missing: tuple[DoorId, ...] = ()


@frozen
class EndLifeSafetyRelease:
    """End what people and devices opened, wherever it is still open."""

    by: str
    at: datetime


@frozen
class ReportDeviceRelease:
    door: DoorId
    at: datetime


@frozen
class ReportDeviceReleaseEnded:
    door: DoorId
    at: datetime


OrganisationCommand = (
    FoundOrganisation
    | ReleaseForLifeSafety
    | EndLifeSafetyRelease
    | ReportDeviceRelease
    | ReportDeviceReleaseEnded
)


# States: one class a place in the life of an organisation.
@frozen
class Unfounded:
    """``released`` were opened for life safety by people, ``by_devices`` by their devices."""

    released: tuple[DoorId, ...] = ()
    by_devices: tuple[DoorId, ...] = ()


@frozen
class Founded:
    name: str
    zone: str
    locale: Locale
    released: tuple[DoorId, ...] = ()
    by_devices: tuple[DoorId, ...] = ()


OrganisationState = Unfounded | Founded
INITIAL = Unfounded()


# Reasons and errors: the rule that was broken.
@define
class OrganisationFoundedError(CommandError):
    """A site has one organisation, founded once."""

    name: str

    code = "organisation-founded"
    says = Words("This site belongs to {name} already.", "Este sitio ya pertenece a {name}.")
    advises = Words(
        "Use another database for another site.", "Use otra base de datos para otro sitio."
    )


def stream_of(_command: OrganisationCommand) -> StreamId:
    """The one stream that there is."""
    return STREAM


def decide(state: OrganisationState, command: OrganisationCommand) -> tuple[OrganisationEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        OrganisationFoundedError: another organisation has been founded here.
        InvalidFieldError: the name is no good, or no door is named.
    """
    asked = command, state
    match asked:
        case FoundOrganisation(name, zone, locale, by, at), Unfounded():
            require_text("name", name)
            require_choice("locale", locale, Locale)
            return (OrganisationFounded(name, zone, locale, by, at),)
        case FoundOrganisation(name, zone, locale), Founded(had, at_zone, speaks):
            if (name, zone, locale) != (had, at_zone, speaks):
                raise OrganisationFoundedError(had)
            return ()
        case ReleaseForLifeSafety(doors, reason, by, at, missing), Unfounded() | Founded():
            if not doors:
                invalid("doors", (), "at least one door", "al menos una puerta")
            new = tuple(door for door in dict.fromkeys(doors) if door not in state.released)
            return (LifeSafetyReleaseBegun(new, reason, by, at, missing),) if new else ()
        case EndLifeSafetyRelease(by, at), Unfounded() | Founded():
            doors = tuple(dict.fromkeys((*state.released, *state.by_devices)))
            return (LifeSafetyReleaseEnded(doors, by, at),) if doors else ()
        case ReportDeviceRelease(door, at), Unfounded() | Founded():
            return () if door in state.by_devices else (DeviceReleaseBegun(door, at),)
        case ReportDeviceReleaseEnded(door, at), Unfounded() | Founded():
            return (DeviceReleaseEnded(door, at),) if door in state.by_devices else ()
        case _:
            assert_never(asked)


def evolve(state: OrganisationState, event: OrganisationEvent) -> OrganisationState:
    """The state after *event*; never refuses, for it has happened."""
    match event:
        case OrganisationFounded(name, zone, locale):
            return Founded(name, zone, locale, state.released, state.by_devices)
        case LifeSafetyReleaseBegun(doors):
            return changed(state, released=(*state.released, *doors))
        case LifeSafetyReleaseEnded():
            return changed(state, released=(), by_devices=())
        case DeviceReleaseBegun(door=door):
            return changed(state, by_devices=(*state.by_devices, door))
        case DeviceReleaseEnded(door=door):
            kept = tuple(other for other in state.by_devices if other != door)
            return changed(state, by_devices=kept)
        case _:
            assert_never(event)
