"""What follows from an event on other streams, in the same commit."""

import pytest

from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group, organisation
from cvsec_core.catalogue import AGGREGATES, EVENTS, RULES
from cvsec_core.handling import SYSTEM
from cvsec_core.ids import AlarmId, DeviceId, DoorId, StreamId
from cvsec_core.projections import alarm_center, device_outbox, lockdown_board
from cvsec_core.site import Site
from tests.core.places import (
    BACK,
    FRONT,
    GATE,
    GROUND,
    LOBBY,
    NOON,
    WHOLE,
    YARD,
    Watch,
    after,
    built,
    confirm,
    door_of,
    passages,
    told,
)
from tests.specification import events_of, on


@pytest.fixture
def site() -> Site:
    return built()


def types_of(events: tuple[object, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def alarms_of(site: Site) -> dict[str, alarm_center.AlarmRow]:
    return {item.row.id: item.row for item in site.query(alarm_center.page).alarms}


def test_every_reaction_is_to_an_event_that_there_is():
    assert set(RULES.reactions) <= set(EVENTS)
    commands = {command for aggregate in AGGREGATES for command in aggregate.commands}
    assert {*RULES.policies, *RULES.enrichments, *RULES.needs} <= commands


def test_a_device_brings_its_doors_and_knows_them(site: Site):
    cellar = DeviceId("cellar")
    on(site).when(
        device.RegisterDevice(cellar, "Cellar", "below", "UTC", 2, "guard", NOON)
    ).then_among_others(
        door.DoorRegistered(DoorId("cellar-1"), cellar, 1, True, NOON),
        door.DoorRegistered(DoorId("cellar-2"), cellar, 2, True, NOON),
        device.DoorAttached(cellar, DoorId("cellar-1"), 1, NOON),
        device.DoorAttached(cellar, DoorId("cellar-2"), 2, NOON),
    )
    assert site.state(device.stream(cellar)).profile.doors == ("cellar-1", "cellar-2")


def test_a_device_may_have_the_longest_id_that_there_can_be(site: Site):
    name = DeviceId("x" * 64)
    on(site).given(device.RegisterDevice(name, "Long", "below", "UTC", 1, "guard", NOON))
    assert len(site.state(device.stream(name)).profile.doors) == 1


def test_every_event_of_a_commit_names_its_cause_and_its_actor(site: Site):
    answer = site.handle(
        lockdown_group.ActivateLockdown(GROUND, "guard", NOON), command_id="c-1", correlation="k"
    )
    activated, *reactions = answer.events
    assert activated.meta.causation is None
    assert {r.meta.causation for r in reactions} == {activated.id}
    assert {r.meta.actor for r in answer.events} == {"guard"}
    assert {r.meta.command_id for r in answer.events} == {"c-1"}
    assert {r.meta.correlation for r in answer.events} == {"k"}


def test_what_nobody_asked_for_is_the_systems_own(site: Site):
    (first, *_) = site.handle(device.ReportDeviceOffline(LOBBY, NOON)).events
    assert first.meta.actor == SYSTEM


def test_lockdown_engages_every_door_and_cancelling_lifts_every_door(site: Site):
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    assert [door_of(site, n).wanted.mode for n in (FRONT, BACK, GATE)] == [
        "LockedDown",
        "LockedDown",
        "Locked",
    ]
    on(site).given(lockdown_group.CancelLockdown(GROUND, "guard", NOON))
    assert [door_of(site, n).wanted.mode for n in (FRONT, BACK)] == ["Locked", "Locked"]


def test_a_drill_touches_no_door(site: Site):
    on(site).when(lockdown_group.ActivateLockdown(GROUND, "guard", NOON, drill=True)).then(
        lockdown_group.LockdownActivated(GROUND, (FRONT, BACK), True, "", "guard", None, NOON)
    )
    on(site).when(lockdown_group.CancelLockdown(GROUND, "guard", NOON)).then(
        lockdown_group.LockdownCancelled(GROUND, (FRONT, BACK), True, "guard", None, NOON)
    )


def test_a_change_of_doors_reaches_them_during_a_real_lockdown(site: Site):
    on(site).given(
        lockdown_group.ActivateLockdown(GROUND, "guard", NOON),
        lockdown_group.ChangeGroupDoors(GROUND, (BACK, GATE), "guard", NOON),
    )
    assert [bool(door_of(site, n).wanted.holds) for n in (FRONT, BACK, GATE)] == [False, True, True]


def test_a_change_of_doors_reaches_none_in_a_drill(site: Site):
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON, drill=True))
    on(site).when(lockdown_group.ChangeGroupDoors(GROUND, (GATE,), "guard", NOON)).then(
        lockdown_group.GroupDoorsChanged(GROUND, (GATE,), (FRONT, BACK), False, "guard", NOON)
    )


def test_an_offline_device_is_an_alarm_until_it_comes_back(site: Site):
    on(site).given(device.ReportDeviceOffline(LOBBY, NOON))
    (row,) = alarms_of(site).values()
    assert (row.id, row.code, row.active) == ("device-lobby.1", 700, True)
    on(site).given(device.ReportDeviceOnline(LOBBY, after(5)))
    assert not alarms_of(site)["device-lobby.1"].active


def test_a_device_that_comes_back_is_told_again_what_its_doors_shall_be(site: Site):
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    confirm(site, FRONT)
    confirm(site, BACK)
    on(site).given(
        device.ReportDeviceOffline(LOBBY, after(1)), device.ReportDeviceOnline(LOBBY, after(2))
    )
    due = site.query(device_outbox.due, LOBBY, after(2))
    assert [(row.door, row.mode) for row in due] == [(FRONT, "LockedDown"), (BACK, "LockedDown")]


def test_a_device_that_started_anew_is_told_again_what_its_doors_shall_be(site: Site):
    """It may be back before anybody missed it; its lockdown is gone all the same."""
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    confirm(site, FRONT)
    confirm(site, BACK)
    on(site).given(passages(told(1, 206, 0)))
    due = site.query(device_outbox.due, LOBBY, after(2))
    assert [(row.door, row.mode) for row in due] == [(FRONT, "LockedDown"), (BACK, "LockedDown")]


def test_a_device_that_tells_twice_that_it_started_is_told_once(site: Site):
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    on(site).when(device.ReportDeviceStarted(LOBBY, after(1))).then_among_others(
        device.DeviceStarted(LOBBY, (FRONT, BACK), after(1))
    )
    on(site).when(device.ReportDeviceStarted(LOBBY, after(1))).then_nothing()


def test_a_door_that_does_not_do_as_told_is_an_alarm_until_it_does(site: Site):
    on(site).given(door.RequestMode(FRONT, "Unlocked", "guard", NOON))
    confirm(site, FRONT, code=-1)
    (row,) = alarms_of(site).values()
    assert (row.code, row.door, row.active) == (704, FRONT, True)
    site.tick(after(30))
    confirm(site, FRONT, after(31), code=-1)
    assert [row.active for row in alarms_of(site).values()] == [True]
    site.tick(after(62))
    confirm(site, FRONT, after(63))
    assert [row.active for row in alarms_of(site).values()] == [False]


def test_an_alarm_that_was_overtaken_is_raised_and_is_over(site: Site):
    closed = door.ReportDoorState(FRONT, after(5), after(5), "Closed")
    on(site).given(closed)
    late = door.ReportDoorState(FRONT, after(4), after(4), tamper=True, edge=True)
    name = AlarmId("door-lobby-1.1")
    on(site).when(late).then(
        door.AlarmToldLate(FRONT, LOBBY, name, 100, after(4), after(4)),
        alarm.AlarmRaised(name, LOBBY, FRONT, 100, "alarm", "door-lobby-1@3", after(4)),
        alarm.AlarmReturnedToNormal(name, after(4)),
    )


def test_a_device_without_a_lockdown_has_its_doors_relocked():
    plain = built(capabilities=())
    on(plain).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    due = plain.query(device_outbox.due, LOBBY, NOON)
    assert [(row.mode, row.means) for row in due] == [("LockedDown", "relock")] * 2


def test_a_clock_that_is_off_is_an_alarm_and_is_set(site: Site):
    on(site).when(device.ReportClockSkew(LOBBY, 31.0, NOON)).then(
        device.ClockSkewMeasured(LOBBY, 31.0, AlarmId("device-lobby.1"), None, NOON),
        alarm.AlarmRaised(
            AlarmId("device-lobby.1"), LOBBY, None, 701, "exception", "device-lobby@5", NOON
        ),
        device.ClockSetRequested(LOBBY, 1, None, NOON),
    )
    on(site).when(device.ReportClockSkew(LOBBY, 0.5, NOON)).then(
        device.ClockSkewMeasured(LOBBY, 0.5, None, AlarmId("device-lobby.1"), NOON),
        alarm.AlarmReturnedToNormal(AlarmId("device-lobby.1"), NOON),
    )


def test_a_removal_that_is_not_taken_is_an_alarm_until_it_is(site: Site):
    name = AlarmId("device-lobby.1")
    hand_out = device.HandOutRights(LOBBY, None, 1, NOON, removes=True)
    on(site).given(hand_out)
    on(site).when(device.ReportDeviceCommandResult(LOBBY, 1, -18, NOON)).then(
        device.DeviceCommandRejected(LOBBY, 1, "removal", 0, -18, NOON, name),
        alarm.AlarmRaised(name, LOBBY, None, 705, "alarm", "device-lobby@6", NOON),
    )
    on(site).given(hand_out)
    on(site).when(device.ReportDeviceCommandResult(LOBBY, 2, 0, NOON)).then(
        device.DeviceCommandApplied(LOBBY, 2, "removal", 0, NOON, name),
        alarm.AlarmReturnedToNormal(name, NOON),
    )


def test_doors_learn_how_to_be_secured_from_what_the_device_says_of_itself(site: Site):
    on(site).when(
        device.ReportDeviceDescribed(LOBBY, NOON, lockdown_blocks_exit=True)
    ).then_among_others(
        door.LockdownMeansLearned(FRONT, "relock", NOON),
        door.LockdownMeansLearned(BACK, "relock", NOON),
    )


def test_a_gap_is_asked_for(site: Site):
    on(site).given(passages(told(1, 0)))
    on(site).when(passages(told(5, 0))).then_among_others(
        journal.GapFound(LOBBY, 0, 2, 4, NOON),
        device.BackfillRequested(LOBBY, 1, 2, 4, None, NOON),
    )


def test_every_gap_is_asked_for_until_its_records_came(site: Site):
    on(site).given(passages(told(1, 0), told(5, 0), told(9, 0)))
    asked = [(r.first, r.last) for r in site.query(device_outbox.due, LOBBY, NOON)]
    assert asked == [(2, 4), (6, 8)]


def test_a_retired_device_still_tells_what_happened(site: Site):
    """A report from the world is never refused, for it has happened."""
    on(site).given(device.RetireDevice(LOBBY, "guard", NOON), passages(told(1, 0)))
    answer = site.handle(passages(told(5, 0)))
    assert types_of(events_of(answer)) == ["GapFound", "PassageRecorded"]


# What devices report of doors.
def test_a_live_report_about_a_door_goes_to_the_door(site: Site):
    on(site).when(passages(told(1, 200))).then_among_others(door.DoorOpened(FRONT, NOON, NOON))
    on(site).when(passages(told(2, 201))).then_among_others(
        door.DoorClosed(FRONT, None, NOON, NOON)
    )


@pytest.mark.parametrize(
    ("code", "event"),
    [
        (102, door.DoorForcedOpen),
        (28, door.DoorHeldOpen),
        (100, door.TamperDetected),
    ],
)
def test_a_lasting_condition_is_an_alarm_of_its_door(site: Site, code: int, event: type):
    answer = site.handle(passages(told(1, code)))
    assert any(isinstance(e, event) for e in events_of(answer))
    row = alarms_of(site)["door-lobby-1.1"]
    assert (row.code, row.door, row.active) == (code, FRONT, True)


@pytest.mark.parametrize("code", [23, 27, 107])
def test_any_other_exception_is_an_alarm_that_is_over_as_it_is_told(site: Site, code: int):
    on(site).given(passages(told(1, code)))
    row = alarms_of(site)["journal-lobby-2026-03-02.1"]
    assert (row.code, row.door, row.active, row.state) == (code, FRONT, False, "unacknowledged")


def test_a_late_report_is_history_and_changes_no_door(site: Site):
    on(site).given(passages(told(1, 102), backfilled=True))
    assert door_of(site, FRONT).sensed == door.Registered(door_of(site, FRONT).identity).sensed
    assert not alarms_of(site)["journal-lobby-2026-03-02.1"].active


def test_a_report_about_no_known_door_is_kept_and_its_alarm_too(site: Site):
    on(site).given(passages(told(1, 102, 9)))
    assert alarms_of(site)["journal-lobby-2026-03-02.1"].door is None


def test_an_ordinary_passage_is_no_alarm(site: Site):
    on(site).given(passages(told(1, 0), told(2, 26), told(3, 9999)))
    assert alarms_of(site) == {}


def test_a_closed_door_is_normal_again(site: Site):
    on(site).given(passages(told(1, 102)), passages(told(2, 201)))
    assert not alarms_of(site)["door-lobby-1.1"].active


def test_a_new_condition_replaces_the_one_before(site: Site):
    on(site).given(passages(told(1, 102)), passages(told(2, 28)))
    assert {name: row.active for name, row in alarms_of(site).items()} == {
        "door-lobby-1.1": False,
        "door-lobby-1.2": True,
    }
    on(site).given(passages(told(3, 102)))
    assert [row.active for _, row in sorted(alarms_of(site).items())] == [False, False, True]


def test_every_axis_raises_and_ends_its_own_alarm(site: Site):
    def report(at: int, **axes: bool) -> door.ReportDoorState:
        return door.ReportDoorState(FRONT, after(at), after(at), "Open", **axes)

    on(site).given(report(1, forced=True, tamper=True, fault=True, duress=True))
    assert {row.code: row.active for row in alarms_of(site).values()} == {
        102: True,
        100: True,
        703: True,
        101: False,
    }
    on(site).given(
        report(2, forced=False, held_open=False, tamper=False, fault=False, duress=False)
    )
    assert not any(row.active for row in alarms_of(site).values())


def test_two_alarms_never_share_a_name(site: Site):
    """The alarms of device lobby-1 and those of door 1 of device lobby are not the same."""
    twin = DeviceId("lobby-1")
    on(site).given(
        device.RegisterDevice(twin, "Lift", "ground floor", "UTC", 1, "guard", NOON),
        device.ReportDeviceOnline(twin, NOON),
        device.ReportDeviceOffline(twin, NOON),
        passages(told(1, 102)),
    )
    assert sorted(row.code for row in alarms_of(site).values()) == [102, 700]


@pytest.mark.parametrize("code", [101, 103])
def test_duress_is_an_alarm_of_its_door_that_is_over_as_it_is_told(site: Site, code: int):
    on(site).given(passages(told(1, code)))
    row = alarms_of(site)["door-lobby-1.1"]
    assert (row.code, row.active, row.state) == (101, False, "unacknowledged")


def test_what_was_missing_and_came_is_not_asked_for_any_more(site: Site):
    on(site).given(passages(told(1, 0), told(4, 0)))
    assert [row.kind for row in site.query(device_outbox.due, LOBBY, NOON)] == ["backfill"]
    on(site).given(passages(told(2, 0)))
    on(site).when(passages(told(3, 0))).then_among_others(
        journal.GapFilled(LOBBY, 2, 3, NOON), device.BackfillWithdrawn(LOBBY, 1, 2, NOON)
    )
    assert site.query(device_outbox.due, LOBBY, NOON) == []


def test_what_was_missing_may_come_after_its_device_was_retired(site: Site):
    on(site).given(
        passages(told(1, 0), told(3, 0)),
        device.RetireDevice(LOBBY, "guard", NOON),
        passages(told(2, 0)),
    )


def test_the_alarms_of_a_retired_device_are_over(site: Site):
    on(site).given(
        device.ReportClockSkew(LOBBY, 99.0, NOON),
        device.ReportDeviceOffline(LOBBY, NOON),
        device.RetireDevice(LOBBY, "guard", NOON),
    )
    assert [row.active for row in alarms_of(site).values()] == [False, False]


# Life safety.
def test_a_device_that_opened_for_fire_opens_all_its_doors(site: Site):
    on(site).given(passages(told(1, 210, 0)))
    modes = [door_of(site, n).wanted.mode for n in (FRONT, BACK, GATE)]
    assert modes == ["LockedOpen", "LockedOpen", "Locked"]
    assert site.state(organisation.STREAM).by_devices == (FRONT, BACK)
    on(site).given(passages(told(2, 4000, 0)))
    assert [door_of(site, n).wanted.mode for n in (FRONT, BACK)] == ["Locked", "Locked"]
    assert site.state(organisation.STREAM).by_devices == ()


def test_a_fire_that_people_declared_over_can_be_reported_again(site: Site):
    on(site).given(
        passages(told(1, 210, 0)),
        organisation.EndLifeSafetyRelease("guard", NOON),
        passages(told(2, 210, 0)),
    )
    assert [door_of(site, n).wanted.mode for n in (FRONT, BACK)] == ["LockedOpen", "LockedOpen"]


def test_life_safety_opens_every_door_and_its_end_reaches_every_door(site: Site):
    release = organisation.ReleaseForLifeSafety((FRONT, GATE), "fire", "guard", NOON)
    on(site).given(release)
    assert [door_of(site, n).wanted.mode for n in (FRONT, BACK, GATE)] == [
        "LockedOpen",
        "Locked",
        "LockedOpen",
    ]
    on(site).given(organisation.EndLifeSafetyRelease("guard", NOON))
    assert [door_of(site, n).wanted.mode for n in (FRONT, BACK, GATE)] == ["Locked"] * 3


def test_life_safety_goes_before_lockdown_and_lockdown_is_back_after_it(site: Site):
    on(site).given(
        lockdown_group.ActivateLockdown(GROUND, "guard", NOON),
        organisation.ReleaseForLifeSafety((FRONT,), "fire", "guard", NOON),
    )
    assert door_of(site, FRONT).wanted.mode == "LockedOpen"
    on(site).given(organisation.EndLifeSafetyRelease("guard", NOON))
    assert door_of(site, FRONT).wanted.mode == "LockedDown"


@pytest.mark.parametrize("code", [210, 6000])
def test_a_door_that_its_device_opened_for_fire_is_open_for_life_safety(site: Site, code: int):
    on(site).given(passages(told(1, code)))
    assert door_of(site, FRONT).wanted.mode == "LockedOpen"
    on(site).given(passages(told(2, 4000)))
    assert door_of(site, FRONT).wanted.mode == "Locked"


def test_people_can_end_what_a_fire_report_began(site: Site):
    on(site).given(passages(told(1, 210)), organisation.EndLifeSafetyRelease("guard", NOON))
    assert door_of(site, FRONT).wanted.mode == "Locked"


def test_a_device_does_not_end_the_release_that_people_began(site: Site):
    on(site).given(
        organisation.ReleaseForLifeSafety((FRONT,), "fire", "guard", NOON), passages(told(1, 4000))
    )
    assert door_of(site, FRONT).wanted.mode == "LockedOpen"


def test_a_door_that_is_no_longer_open_for_life_safety_can_be_released_again(site: Site):
    release = organisation.ReleaseForLifeSafety((FRONT,), "fire", "guard", NOON)
    on(site).given(release, passages(told(1, 4000)), release)
    assert door_of(site, FRONT).wanted.mode == "LockedOpen"


def test_a_door_released_for_life_safety_is_not_shown_as_secured(site: Site):
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    confirm(site, FRONT)
    confirm(site, BACK)
    on(site).given(organisation.ReleaseForLifeSafety((FRONT,), "fire", "guard", NOON))
    status = site.query(lockdown_board.one, GROUND)
    assert status is not None
    assert status.unconfirmed == (FRONT,)


# The way out.
def test_an_exit_that_did_not_open_is_an_alarm_and_a_lesson(site: Site):
    on(site).given(passages(told(1, 209)))
    assert door_of(site, FRONT).wanted.means == "relock"
    assert [row.code for row in alarms_of(site).values()] == [702]


def test_what_an_impaired_exit_taught_outlives_what_the_device_says_of_itself(site: Site):
    on(site).given(
        passages(told(1, 209)), device.ReportDeviceDescribed(LOBBY, NOON, firmware="2.0")
    )
    assert door_of(site, FRONT).wanted.means == "relock"


# Forced open.
def test_an_opening_after_a_grant_is_by_right(site: Site):
    on(site).given(passages(told(1, 0, at=after(0)), at=after(1)))
    on(site).when(passages(told(2, 102, at=after(15)), at=after(16))).then_among_others(
        door.ForcedOpenMasked(FRONT, "opened-by-right", after(16), after(15))
    )


def test_an_opening_long_after_a_grant_is_forced(site: Site):
    on(site).given(passages(told(1, 0)), passages(told(2, 102, at=after(16)), at=after(16)))
    assert door_of(site, FRONT).sensed.alarm == "DoorForcedOpen"


def test_a_grant_just_before_midnight_counts_just_after_it():
    watch = Watch()
    site = built(watch)
    before = NOON.replace(hour=23, minute=59, second=58)
    past = before.replace(day=3, hour=0, minute=0, second=3)
    watch.now = past
    on(site).given(passages(told(1, 0, at=before), at=before))
    on(site).given(passages(told(2, 102, at=past), at=past))
    assert door_of(site, FRONT).sensed.alarm == "Normal"


def test_an_opening_after_a_remote_unlock_is_by_right(site: Site):
    on(site).given(
        door.RequestUnlock(FRONT, "guard", NOON),
        door.ReportDoorCommandSent(FRONT, 1, NOON),
        door.ReportDoorCommandResult(FRONT, 1, 0, NOON),
        passages(told(1, 102, at=after(10)), at=after(10)),
    )
    assert door_of(site, FRONT).sensed.alarm == "Normal"


def test_a_door_may_be_in_two_groups_and_stays_locked_down_until_both_let_go(site: Site):
    on(site).given(
        lockdown_group.ActivateLockdown(GROUND, "guard", NOON),
        lockdown_group.ActivateLockdown(WHOLE, "guard", NOON),
        lockdown_group.CancelLockdown(GROUND, "guard", NOON),
    )
    assert door_of(site, BACK).wanted.holds == {WHOLE}
    assert door_of(site, BACK).wanted.mode == "LockedDown"
    assert site.state(StreamId(f"door-{GATE}")).wanted.mode == "LockedDown"
    assert site.state(device.stream(YARD)).profile.doors == (GATE,)
