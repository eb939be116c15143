"""What a command must pass that needs to be known of other streams: all reasons, and no guess."""

from hashlib import blake2b

import pytest

from cvsec_core.aggregates import device, door, journal, lockdown_group, organisation
from cvsec_core.errors import CommandError, InvalidFieldError
from cvsec_core.ids import DeviceId, DoorId, GroupId
from cvsec_core.site import Site
from tests.core.places import (
    BACK,
    FRONT,
    GATE,
    GROUND,
    LOBBY,
    NOON,
    YARD,
    after,
    built,
    door_of,
    passages,
    told,
)
from tests.specification import on

NOWHERE, NOBODY = DoorId("nowhere-1"), DeviceId("nobody")
UNLOCK = door.RequestUnlock(FRONT, "guard", NOON)
CANCEL = door.RequestAlarmCancel(FRONT, "guard", NOON)
OFFLINE = device.ReportDeviceOffline(LOBBY, NOON)


@pytest.fixture
def site() -> Site:
    return built()


@pytest.fixture
def plain() -> Site:
    """A site whose devices can do nothing at all."""
    return built(capabilities=())


@pytest.mark.parametrize("command", [UNLOCK, CANCEL])
def test_an_offline_device_is_asked_for_nothing_momentary(site: Site, command: object):
    on(site).given(OFFLINE).when(command).then_refused(device.DeviceOffline(LOBBY))


def test_a_device_that_was_retired_is_offline_too(site: Site):
    retired = device.RetireDevice(LOBBY, "guard", NOON)
    on(site).given(retired).when(UNLOCK).then_refused(device.DeviceOffline(LOBBY))


def test_a_mode_may_be_wished_of_an_offline_device(site: Site):
    on(site).given(OFFLINE, door.RequestMode(FRONT, "Unlocked", "guard", NOON))


@pytest.mark.parametrize(
    ("command", "capability"),
    [
        (UNLOCK, "pulse"),
        (CANCEL, "cancel-alarm"),
        (door.RequestMode(FRONT, "Unlocked", "guard", NOON), "normal-open"),
        (door.RequestMode(FRONT, "Blocked", "guard", NOON), "block"),
    ],
)
def test_a_device_is_asked_only_for_what_it_can_do(plain: Site, command: object, capability: str):
    on(plain).when(command).then_refused(device.CapabilityMissing(LOBBY, capability))


def test_every_device_can_lock_a_door(plain: Site):
    on(plain).given(door.RequestMode(FRONT, "Locked", "guard", NOON))


def test_all_reasons_are_gathered_and_lockdown_is_named_first(plain: Site):
    on(plain).given(OFFLINE, lockdown_group.ActivateLockdown(GROUND, "guard", NOON)).when(
        UNLOCK
    ).then_refused(
        door.DoorUnderLockdown(FRONT, (GROUND,)),
        device.DeviceOffline(LOBBY),
        device.CapabilityMissing(LOBBY, "pulse"),
    )
    on(plain).given(organisation.ReleaseForLifeSafety((FRONT,), "fire", "guard", NOON)).when(
        door.RequestMode(FRONT, "DoubleLocked", "guard", NOON)
    ).then_refused(
        door.DoorUnderLockdown(FRONT, (GROUND,)),
        door.DoorReleased(FRONT),
        door.EgressProtected(FRONT, "DoubleLocked"),
        device.CapabilityMissing(LOBBY, "block"),
    )


def test_a_clock_that_cannot_be_set_is_a_refusal_for_who_asks(plain: Site):
    """A capability that a device lacks is its own refusal, not silence."""
    answer = plain.handle(device.RequestClockSet(LOBBY, "guard", NOON))
    assert [r.reasons for r in answer.refusals] == [(device.CapabilityMissing(LOBBY, "set-clock"),)]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (door.RequestUnlock(NOWHERE, "guard", NOON), door.DoorUnknownError),
        (door.RequestAlarmCancel(NOWHERE, "guard", NOON), door.DoorUnknownError),
        (door.RequestMode(NOWHERE, "Locked", "guard", NOON), door.DoorUnknownError),
        (
            lockdown_group.DefineLockdownGroup(GroupId("new"), (FRONT, NOWHERE), "guard", NOON),
            door.DoorUnknownError,
        ),
        (
            lockdown_group.ChangeGroupDoors(GROUND, (FRONT, NOWHERE), "guard", NOON),
            door.DoorUnknownError,
        ),
        (
            organisation.ReleaseForLifeSafety((NOWHERE,), "fire", "guard", NOON),
            door.DoorUnknownError,
        ),
        (passages(told(1, 0), device=NOBODY), device.DeviceUnknownError),
        (journal.RecordGap(NOBODY, "2026-03-02", 1, 2, NOON), device.DeviceUnknownError),
        (
            journal.RecordUnrecognised(NOBODY, "2026-03-02", "line", "?", 1, "d", NOON),
            device.DeviceUnknownError,
        ),
    ],
)
def test_what_is_not_known_is_an_error_and_nothing_is_stored(
    site: Site, command: object, error: type[CommandError]
):
    head = site.log.head()
    on(site).when(command).then_raises(error)
    assert site.log.head() == head


def test_a_group_is_made_of_doors_that_still_have_a_device(site: Site):
    on(site).given(device.RetireDevice(LOBBY, "guard", NOON))
    group = lockdown_group.DefineLockdownGroup(GroupId("new"), (FRONT,), "guard", NOON)
    on(site).when(group).then_raises(device.DeviceRetiredError)


def test_a_retired_device_does_not_keep_the_other_doors_shut(site: Site):
    """In a fire every door that can be opened is opened."""
    on(site).given(
        device.RetireDevice(LOBBY, "guard", NOON),
        organisation.ReleaseForLifeSafety((FRONT, GATE), "fire", "guard", NOON),
    )
    assert door_of(site, GATE).wanted.mode == "LockedOpen"


def test_a_door_that_there_is_not_is_named_and_keeps_no_other_shut(site: Site):
    release = organisation.ReleaseForLifeSafety((NOWHERE, GATE), "fire", "guard", NOON)
    on(site).when(release).then_among_others(
        organisation.LifeSafetyReleaseBegun((GATE,), "fire", "guard", NOON, (NOWHERE,)),
        door.DoorReleasedForLifeSafety(GATE, "person", NOON),
    )


@pytest.mark.parametrize(
    "command",
    [
        organisation.FoundOrganisation("School", "Mars/Olympus", "en", "guard", NOON),
        device.RegisterDevice(DeviceId("new"), "New", "attic", "Mars/Olympus", 1, "guard", NOON),
    ],
)
def test_a_time_zone_is_one_that_there_is(site: Site, command: object):
    on(site).when(command).then_raises(InvalidFieldError)


def test_a_passage_names_its_door_by_the_number_at_its_device(site: Site):
    on(site).when(passages(told(1, 0, 1), told(2, 0, 2), told(3, 0, 3), told(4, 0, 0), at=NOON))
    doors = [r.event.door for r in site.log.read("journal-lobby-2026-03-02")]
    assert doors == [FRONT, BACK, None, None]


def test_a_gap_and_an_unreadable_line_of_a_known_device_are_kept(site: Site):
    on(site).when(journal.RecordGap(YARD, "2026-03-02", 3, 4, NOON)).then_among_others(
        journal.GapFound(YARD, 0, 3, 4, NOON)
    )
    unread = journal.RecordUnrecognised(YARD, "2026-03-02", "line", "?!", 2, "d", NOON)
    (recorded,) = site.handle(unread).events
    kept = recorded.event
    assert isinstance(kept, journal.UnrecognisedKept)
    assert kept == journal.UnrecognisedKept(YARD, "line", 2, kept.digest, NOON, "?!")
    key = site.pseudonyms.secret("lines")
    assert kept.digest == blake2b(b"d", key=key, digest_size=16).hexdigest()
    assert site.handle(unread).events == ()


def test_only_a_forced_opening_asks_the_journal_who_was_let_through(site: Site):
    on(site).given(passages(told(1, 0)))
    plain_report = door.ReportDoorState(FRONT, after(1), after(1), "Open")
    on(site).when(plain_report).then(door.DoorOpened(FRONT, after(1), after(1)))
    forced = door.ReportDoorState(FRONT, after(2), after(2), "Open", forced=True)
    on(site).when(forced).then_among_others(
        door.DoorForcedOpen(FRONT, LOBBY, "door-lobby-1.1", None, after(2), after(2))
    )
