"""What a command from outside must pass that needs to be known of other streams.

A policy yields reasons; all of them are gathered, and `decide` adds its own. An unknown id is
an error: nothing is stored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from attrs import evolve as changed

from cvsec_core.aggregates import device, door, journal, lockdown_group, organisation
from cvsec_core.commit import Enrichment, Look, Policy
from cvsec_core.errors import Reason
from cvsec_core.ids import CredentialId, DeviceId, DoorId, PersonId, StreamId
from cvsec_core.ports import Name, Pseudonyms, Zones
from cvsec_core.values import Capability, invalid

MomentaryRequest = door.RequestUnlock | door.RequestAlarmCancel


def an_offline_device_is_asked_for_nothing_momentary(
    command: MomentaryRequest, look: Look
) -> Iterator[Reason]:
    """An unlock that cannot be delivered now must not be promised."""
    controller = _device_of(command, look)
    if controller and not isinstance(look(device.stream(controller)), device.Online):
        yield device.DeviceOffline(controller)


def a_device_is_asked_only_for_what_it_can_do(
    command: MomentaryRequest | door.RequestMode, look: Look
) -> Iterator[Reason]:
    """A capability that a device lacks is a refusal of its own."""
    controller = _device_of(command, look)
    needed = _capability(command)
    if controller is None or needed is None:
        return
    state: device.DeviceState = look(device.stream(controller))
    if (
        isinstance(state, device.Online | device.Offline)
        and needed not in state.profile.capabilities
    ):
        yield device.CapabilityMissing(controller, needed)


def _device_of(command: MomentaryRequest | door.RequestMode, look: Look) -> DeviceId | None:
    state: door.DoorState = look(door.stream(command.door))
    return state.identity.device if isinstance(state, door.Registered) else None


def _capability(command: MomentaryRequest | door.RequestMode) -> Capability | None:
    match command:
        case door.RequestUnlock():
            return "pulse"
        case door.RequestAlarmCancel():
            return "cancel-alarm"
        case door.RequestMode(mode="Unlocked"):
            return "normal-open"
        case door.RequestMode(mode="Blocked" | "DoubleLocked"):
            return "block"
        case _:
            return None


def a_group_is_made_of_registered_doors(
    command: lockdown_group.DefineLockdownGroup | lockdown_group.ChangeGroupDoors, look: Look
) -> Iterator[Reason]:
    """A lockdown must reach every door that it names.

    Raises:
        DoorUnknownError: one of them is not registered.
    """
    group: lockdown_group.LockdownGroupState = look(lockdown_group.stream(command.group))
    had = () if isinstance(group, lockdown_group.Undefined) else group.doors
    yield from _registered([name for name in command.doors if name not in set(had)], look)


def _with_the_doors_that_there_are(
    command: organisation.ReleaseForLifeSafety, look: Look
) -> organisation.ReleaseForLifeSafety:
    """A door that is unknown or retired must not keep the others shut.

    Raises:
        DoorUnknownError: none of them is there.
    """
    there = tuple(name for name in command.doors if _is_there(name, look))
    if command.doors and not there:
        raise door.DoorUnknownError(command.doors[0])
    missing = tuple(name for name in command.doors if name not in set(there))
    return changed(command, doors=there, missing=missing)


def _is_there(name: DoorId, look: Look) -> bool:
    state: door.DoorState = look(door.stream(name))
    if isinstance(state, door.Unregistered):
        return False
    return not isinstance(look(device.stream(state.identity.device)), device.Retired)


def _registered(doors: Sequence[DoorId], look: Look) -> Iterator[Reason]:
    for name in doors:
        state: door.DoorState = look(door.stream(name))
        if isinstance(state, door.Unregistered):
            raise door.DoorUnknownError(name)
        if isinstance(look(device.stream(state.identity.device)), device.Retired):
            raise device.DeviceRetiredError(state.identity.device)
    yield from ()


def _with_the_devices_doors(command: journal.RecordPassages, look: Look) -> journal.RecordPassages:
    """A passage names its door by number; the device knows which door that is.

    Raises:
        DeviceUnknownError: the device is not registered.
    """
    return changed(command, doors=_profile(command.device, look).doors)


def with_pseudonyms(pseudonyms: Pseudonyms) -> Enrichment:
    """Passages with their doors, and with the pseudonyms of the numbers and cards shown.

    What was shown of somebody who is forgotten is left out, and so is any way to find it out: a
    line is known again by a keyed hash.
    """

    def enriched(command: journal.RecordPassages, look: Look) -> journal.RecordPassages:
        whole = _with_the_devices_doors(command, look)
        shown = {("number", line.person) for line in whole.lines if line.person}
        shown |= {("card", line.card) for line in whole.lines if line.card}
        ids, key = pseudonyms.named(shown), pseudonyms.secret("lines")
        return changed(whole, lines=tuple(_named(line, ids, key) for line in whole.lines))

    return enriched


def _named(line: journal.Line, ids: Mapping[Name, str], key: bytes) -> journal.Line:
    holder, card = ids.get(("number", line.person or "")), ids.get(("card", line.card or ""))
    return changed(
        line,
        person=line.person if holder else None,
        card=line.card if card else None,
        holder=PersonId(holder) if holder else None,
        credential=CredentialId(card) if card else None,
        text=blake2b(line.text.encode(), key=key, digest_size=16).hexdigest(),
    )


def _from_a_known_device(
    command: journal.RecordUnrecognised | journal.RecordGap, look: Look
) -> journal.RecordUnrecognised | journal.RecordGap:
    """A journal belongs to a registered device.

    Raises:
        DeviceUnknownError: it is not.
    """
    _profile(command.device, look)
    return command


def with_a_keyed_digest(pseudonyms: Pseudonyms) -> Enrichment:
    """What could not be read is known again by a keyed hash: with any other, whoever guesses what
    it said could try.
    """

    def enriched(command: journal.RecordUnrecognised, look: Look) -> journal.RecordUnrecognised:
        _from_a_known_device(command, look)
        key = pseudonyms.secret("lines")
        return changed(
            command, digest=blake2b(command.digest.encode(), key=key, digest_size=16).hexdigest()
        )

    return enriched


def _profile(name: DeviceId, look: Look) -> device.Profile:
    state: device.DeviceState = look(device.stream(name))
    if isinstance(state, device.Unregistered):
        raise device.DeviceUnknownError(name)
    return state.profile


def _with_the_last_release(command: door.ReportDoorState, look: Look) -> door.ReportDoorState:
    """A forced opening needs that nobody was let through just before: the journal knows."""
    if not command.forced or command.journal is None:
        return command
    days: tuple[journal.JournalState, ...] = (
        look(journal.day_before(command.journal)),
        look(command.journal),
    )
    released = (
        at for day in days for name, at in day.released if name == command.door and at <= command.at
    )
    return changed(command, released_at=max(released, default=None))


def zone_policies(zones: Zones) -> Mapping[type[Any], tuple[Policy, ...]]:
    """The policies that need to know which time zones there are."""

    def a_zone_must_exist(
        command: organisation.FoundOrganisation | device.RegisterDevice, _look: Look
    ) -> Iterator[Reason]:
        try:
            zones(command.zone)
        except KeyError:
            invalid("zone", command.zone, "an IANA time zone", "una zona horaria IANA")
        yield from ()

    return {
        organisation.FoundOrganisation: (a_zone_must_exist,),
        device.RegisterDevice: (a_zone_must_exist,),
    }


POLICIES: Mapping[type, tuple[Policy, ...]] = {
    door.RequestUnlock: (
        an_offline_device_is_asked_for_nothing_momentary,
        a_device_is_asked_only_for_what_it_can_do,
    ),
    door.RequestAlarmCancel: (
        an_offline_device_is_asked_for_nothing_momentary,
        a_device_is_asked_only_for_what_it_can_do,
    ),
    door.RequestMode: (a_device_is_asked_only_for_what_it_can_do,),
    lockdown_group.DefineLockdownGroup: (a_group_is_made_of_registered_doors,),
    lockdown_group.ChangeGroupDoors: (a_group_is_made_of_registered_doors,),
}

ENRICHMENTS: Mapping[type, Enrichment] = {
    journal.RecordPassages: _with_the_devices_doors,
    journal.RecordUnrecognised: _from_a_known_device,
    journal.RecordGap: _from_a_known_device,
    door.ReportDoorState: _with_the_last_release,
    organisation.ReleaseForLifeSafety: _with_the_doors_that_there_are,
}


def _doors_of(command: Any) -> Sequence[StreamId]:
    return [door.stream(name) for name in command.doors]


def _device_stream(command: Any) -> Sequence[StreamId]:
    return (device.stream(command.device),)


NEEDS: Mapping[type, Callable[[Any], Sequence[StreamId]]] = {
    journal.RecordPassages: _device_stream,
    journal.RecordUnrecognised: _device_stream,
    journal.RecordGap: _device_stream,
    lockdown_group.DefineLockdownGroup: _doors_of,
    lockdown_group.ChangeGroupDoors: _doors_of,
    organisation.ReleaseForLifeSafety: _doors_of,
}
