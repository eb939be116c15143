"""The questions that people ask of the rows."""

from datetime import timedelta

import pytest
from attrs import evolve as changed
from hypothesis import given, strategies as st

from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group
from cvsec_core.catalogue import EVENTS, PROJECTIONS
from cvsec_core.ids import AlarmId, DeviceId, DoorId, GroupId, StreamId
from cvsec_core.projections import (
    access_records,
    alarm_center,
    dashboard,
    device_journals,
    device_outbox,
    devices,
    door_board,
    lockdown_board,
)
from cvsec_core.recorded import Meta, Recorded
from cvsec_core.rows import Projection
from cvsec_core.site import Site
from cvsec_core.values import Period
from tests.core.places import (
    BACK,
    FRONT,
    GATE,
    GROUND,
    LOBBY,
    NOON,
    WHOLE,
    YARD,
    after,
    built,
    confirm,
    passages,
    told,
)
from tests.properties.bare_rows import BareRows
from tests.specification import on
from tests.strategies import EVENTS as ANY_EVENT

TODAY = Period(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
META = Meta("guard", NOON)


@pytest.fixture
def site() -> Site:
    return built()


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda p: p.name)
@given(data=st.data())
def test_a_projection_makes_nothing_of_what_it_does_not_handle(
    projection: Projection, data: st.DataObject
):
    kind = data.draw(st.sampled_from([e for e in EVENTS if e not in projection.handles]))
    recorded = Recorded(StreamId("any-thing"), 1, 1, META, data.draw(ANY_EVENT[kind]))
    assert list(projection.project(recorded, BareRows())) == []


# Devices and the dashboard.
def test_devices_are_listed_by_area_and_by_whether_they_are_online(site: Site):
    on(site).given(device.ReportDeviceOffline(YARD, NOON))

    def ids(area: str | None = None, *, online: bool | None = None) -> list[str]:
        return [row.id for row in site.query(devices.devices_in, area, online=online)]

    assert ids() == [LOBBY, YARD]
    assert ids("outside") == [YARD]
    assert ids(online=True) == [LOBBY]
    assert ids(online=False) == [YARD]
    assert ids("outside", online=True) == []


def test_a_device_row_is_what_its_device_said_of_itself(site: Site):
    on(site).given(
        device.ReportDeviceDescribed(LOBBY, NOON, "M2", "1.0"),
        device.ReportClockSkew(LOBBY, 4.0, NOON),
        door.RegisterDoor(DoorId("lobby-9"), LOBBY, 9, NOON),
    )
    (row,) = site.query(devices.devices_named, "lobb")
    assert (row.model, row.firmware, row.clock_offset_s, row.doors) == ("M2", "1.0", 4.0, 9)


def test_the_dashboard_counts_the_site_or_an_area(site: Site):
    on(site).given(
        device.ReportDeviceOffline(YARD, NOON),
        passages(told(1, 102)),
        alarm.AcknowledgeAlarm(AlarmId("door-lobby-1.1"), "seen", "guard", NOON),
    )
    assert site.query(dashboard.summary, TODAY) == dashboard.Dashboard(
        None, 2, 1, 1, 3, 0, 0, alarm_center.Counts(2, 2, 1, 1)
    )
    assert site.query(dashboard.summary, TODAY, "outside") == dashboard.Dashboard(
        "outside", 1, 0, 1, 1, 0, 0, alarm_center.Counts(1, 1, 1, 0)
    )


def test_a_retired_device_is_counted_no_more_and_its_alarms_are(site: Site):
    on(site).given(passages(told(1, 102)), device.RetireDevice(LOBBY, "guard", NOON))
    shown = site.query(dashboard.summary, TODAY, "ground floor")
    assert (shown.devices, shown.doors, shown.alarms.total) == (0, 0, 1)
    assert [item.row.id for item in site.query(door_board.doors)] == [GATE]


# Alarms.
@pytest.fixture
def alarmed(site: Site) -> Site:
    """Three alarms: a forced door, an offline device (acknowledged), a refused card."""
    on(site).given(
        passages(told(1, 102, at=after(1)), at=after(1)),
        device.ReportDeviceOffline(YARD, after(2)),
        passages(told(2, 23, 2, at=after(3)), at=after(3)),
        alarm.AcknowledgeAlarm(AlarmId("device-yard.1"), "no power", "guard", after(4)),
    )
    return site


FORCED, OFFLINE, DENIED = "door-lobby-1.1", "device-yard.1", "journal-lobby-2026-03-02.2"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [DENIED, OFFLINE, FORCED]),
        ({"state": "unacknowledged"}, [DENIED, FORCED]),
        ({"state": "acknowledged"}, [OFFLINE]),
        ({"level": "exception"}, [DENIED]),
        ({"level": "alarm"}, [OFFLINE, FORCED]),
        ({"device": LOBBY}, [DENIED, FORCED]),
        ({"area": "outside"}, [OFFLINE]),
        ({"area": "nowhere"}, []),
        ({"search": "FORCED"}, [FORCED]),
        ({"search": "forzada"}, [FORCED]),
        ({"search": "yard"}, [OFFLINE]),
        ({"search": "lobby"}, [DENIED, FORCED]),
        ({"search": "helicopter"}, []),
        ({"start": after(2)}, [DENIED, OFFLINE]),
        ({"end": after(2)}, [FORCED]),
        ({"start": after(2), "end": after(3)}, [OFFLINE]),
        ({"state": "unacknowledged", "search": "lobby", "level": "alarm"}, [FORCED]),
    ],
)
def test_alarms_are_found(alarmed: Site, wanted: dict[str, object], found: list[str]):
    page = alarmed.query(alarm_center.page, alarm_center.Filter(**wanted))
    assert [item.row.id for item in page.alarms] == found
    assert page.after is None


@pytest.mark.parametrize("wanted", [None, alarm_center.Filter(start=NOON)])
def test_alarms_are_turned_over_page_by_page(alarmed: Site, wanted: alarm_center.Filter | None):
    first = alarmed.query(alarm_center.page, wanted, limit=2)
    second = alarmed.query(alarm_center.page, wanted, after=first.after, limit=2)
    ids = [[item.row.id for item in page.alarms] for page in (first, second)]
    assert ids == [[DENIED, OFFLINE], [FORCED]]
    assert first.after is not None
    assert second.after is None


def test_an_alarm_is_told_with_its_device_as_it_is_today(alarmed: Site):
    on(alarmed).given(device.MoveDevice(YARD, "attic", "guard", NOON))
    one = alarmed.query(alarm_center.one, AlarmId(OFFLINE))
    assert one is not None
    assert (one.device_name, one.area) == ("Yard", "attic")
    assert (one.row.acknowledged_by, one.row.remark) == ("guard", "no power")
    assert alarmed.query(alarm_center.one, AlarmId("none")) is None


def test_an_alarm_of_a_device_that_was_never_registered_is_shown_all_the_same(site: Site):
    ghost = alarm.RaiseAlarm(AlarmId("g"), DeviceId("ghost"), None, 100, "alarm", NOON)
    on(site).given(ghost)
    (item,) = site.query(alarm_center.page).alarms
    assert (item.device_name, item.area) == ("ghost", "")


def test_remarks_stand_one_below_the_other_in_the_order_in_which_they_were_made(site: Site):
    name = AlarmId(FORCED)
    on(site).given(
        passages(told(1, 102)),
        alarm.AddRemark(name, "on my way", "guard", NOON),
        alarm.AcknowledgeAlarm(name, "a draught", "guard", NOON),
        alarm.AddRemark(name, "closed it", "guard", NOON),
    )
    one = site.query(alarm_center.one, name)
    assert one is not None
    assert one.row.remark == "on my way\na draught\nclosed it"


def test_a_shelved_alarm_is_hidden_and_still_counts(alarmed: Site):
    shelve = alarm.ShelveAlarm(AlarmId(FORCED), after(60), "known", "guard", after(5))
    on(alarmed).given(shelve)

    def shown(**wanted: bool) -> list[str]:
        page = alarmed.query(alarm_center.page, alarm_center.Filter(**wanted))
        return [item.row.id for item in page.alarms]

    assert shown() == [DENIED, OFFLINE]
    assert shown(with_shelved=True) == [DENIED, OFFLINE, FORCED]
    assert alarmed.query(alarm_center.counts, TODAY).unacknowledged == 2
    alarmed.tick(after(60))
    assert shown() == [DENIED, OFFLINE, FORCED]


def test_today_counts_by_when_it_happened(alarmed: Site):
    yesterday = Period(TODAY.start - timedelta(days=1), TODAY.start)
    assert alarmed.query(alarm_center.counts, TODAY).today == 3
    assert alarmed.query(alarm_center.counts, yesterday).today == 0
    assert alarmed.query(alarm_center.counts, TODAY, (YARD,)) == alarm_center.Counts(1, 1, 0, 1)


# Doors and lockdowns.
def test_doors_are_listed_by_device_and_number_page_by_page(site: Site):
    first = site.query(door_board.doors, limit=2)
    assert [item.row.id for item in first] == [FRONT, BACK]
    rest = site.query(door_board.doors, after=(LOBBY, 2), limit=2)
    assert [item.row.id for item in rest] == [GATE]
    outside = site.query(door_board.doors, area="outside")
    assert [(i.row.id, i.online, i.area) for i in outside] == [(GATE, True, "outside")]


def test_one_door_is_shown_with_its_axes(site: Site):
    on(site).given(
        door.ReportDoorState(FRONT, NOON, NOON, "Open", unlocked=True, tamper=True, fault=True)
    )
    one = site.query(door_board.one, FRONT)
    assert one is not None
    row = one.row
    assert (row.physical, row.lock, row.tamper, row.fault, row.alarm) == (
        "Open",
        "Unlocked",
        "TamperDetected",
        "FaultDetected",
        "Normal",
    )
    assert site.query(door_board.one, DoorId("none")) is None


def test_a_door_whose_sensor_is_lost_is_shown_as_such(site: Site):
    for physical in ("Open", "Fault"):
        on(site).given(door.ReportDoorState(FRONT, after(1), after(1), physical))
    shown = site.query(door_board.one, FRONT)
    assert shown is not None
    assert shown.row.physical == "Fault"


def test_a_lockdown_is_shown_with_its_proof(site: Site):
    on(site).given(
        lockdown_group.ActivateLockdown(GROUND, "guard", NOON, reason="stranger"),
        lockdown_group.ActivateLockdown(WHOLE, "guard", after(1)),
    )
    confirm(site, FRONT, after(3))
    status = site.query(lockdown_board.one, GROUND)
    assert status is not None
    assert (status.row.state, status.row.reason, status.row.by) == (
        "under-lockdown",
        "stranger",
        "guard",
    )
    assert status.unconfirmed == (BACK,)
    assert status.seconds_to_secure is None
    confirm(site, BACK, after(5))
    status = site.query(lockdown_board.one, GROUND)
    assert status is not None
    assert [(h.door, h.held_by, h.seconds_to_secure) for h in status.doors] == [
        (FRONT, (GROUND,), 3.0),
        (BACK, (GROUND, WHOLE), 5.0),
    ]
    assert (status.unconfirmed, status.seconds_to_secure) == ((), 5.0)


@pytest.mark.parametrize(
    "told",
    [
        device.ReportDeviceStarted(LOBBY, after(6)),
        door.ReportDoorState(FRONT, after(6), after(6), unlocked=True),
    ],
)
def test_a_lockdown_is_not_proven_by_what_was_before(site: Site, told: object):
    """A device that began anew may have forgotten it; a lock that is open does not bar a door."""
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    confirm(site, FRONT, after(3))
    confirm(site, BACK, after(5))
    on(site).given(told)
    status = site.query(lockdown_board.one, GROUND)
    assert status is not None
    assert FRONT in status.unconfirmed
    assert [h.confirmed for h in status.doors if h.door == FRONT] == [False]
    assert status.seconds_to_secure is None


def test_a_lock_is_shown_beside_the_lockdown_that_it_secures(site: Site):
    on(site).given(
        lockdown_group.ActivateLockdown(GROUND, "guard", NOON),
        door.ReportDoorState(FRONT, after(1), after(1), unlocked=False),
    )
    confirm(site, FRONT, after(3))
    status = site.query(lockdown_board.one, GROUND)
    assert status is not None
    assert [(h.door, h.lock, h.confirmed) for h in status.doors] == [
        (FRONT, "Locked", True),
        (BACK, "Unknown", False),
    ]


def test_safe_groups_drills_and_groups_that_there_are_not(site: Site):
    on(site).given(lockdown_group.ActivateLockdown(GROUND, "guard", NOON, drill=True))
    assert [(s.row.id, s.row.state, s.doors) for s in site.query(lockdown_board.status)] == [
        (GROUND, "drill", ()),
        (WHOLE, "safe", ()),
    ]
    assert site.query(lockdown_board.one, GroupId("none")) is None


def test_a_hold_whose_beginning_is_not_known_is_left_alone():
    rows = BareRows()
    for position, event in enumerate(
        (
            door.LockdownEngaged(FRONT, GROUND, (GROUND, WHOLE), False, NOON),
            door.DoorCommandApplied(FRONT, 1, "mode", "LockedDown", NOON),
        )
    ):
        stream = StreamId(f"door-{FRONT}")
        rows.project(PROJECTIONS, Recorded(stream, position + 1, position + 1, META, event))
    assert [row.id for row in rows.all_rows(PROJECTIONS)["HoldRow"]] == ["ground|lobby-1"]


# Records and journals.
@pytest.fixture
def visited(site: Site) -> Site:
    """Three records, of which the last received is the first that occurred."""
    on(site).given(
        passages(changed(told(1, 0, at=after(10)), person="p-1"), at=after(10)),
        passages(told(2, 23, 2, at=after(20)), at=after(20)),
        passages(told(5, 0, 1, at=after(5)), at=after(30)),
    )
    return site


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [5, 2, 1]),
        ({"door": FRONT}, [5, 1]),
        ({"person": "p-1"}, [1]),
        ({"start": after(6)}, [2, 1]),
        ({"start": NOON}, [2, 1, 5]),
        ({"end": after(20)}, [1, 5]),
        ({"door": BACK, "person": "p-1"}, []),
    ],
)
def test_records_are_found(visited: Site, wanted: dict[str, object], found: list[int]):
    page = visited.query(access_records.page, access_records.Filter(**wanted))
    assert [row.index for row in page.records] == found


@pytest.mark.parametrize("wanted", [None, access_records.Filter(start=NOON)])
def test_records_are_turned_over_page_by_page(visited: Site, wanted: access_records.Filter | None):
    first = visited.query(access_records.page, wanted, limit=2)
    second = visited.query(access_records.page, wanted, after=first.after, limit=2)
    everything = visited.query(access_records.page, wanted)
    assert first.records + second.records == everything.records
    assert (second.after, everything.after) == (None, None)


def test_one_record_says_what_it_means(visited: Site):
    newest = visited.query(access_records.page, limit=1).records[0]
    one = visited.query(access_records.one, newest.id)
    assert one == newest
    assert one.meaning.named() == "Verified, door opened"
    assert visited.query(access_records.one, 10_000) is None


def test_a_device_has_told_its_story_so_far(visited: Site):
    cursor = visited.query(device_journals.cursor, LOBBY)
    assert cursor is not None
    assert (cursor.highest, cursor.epoch) == (5, 0)
    assert visited.query(device_journals.cursor, YARD) is None
    (gap,) = visited.query(device_journals.gaps, LOBBY)
    assert (gap.first, gap.last, gap.missing) == (3, 4, 2)


def test_a_story_that_begins_again_on_a_new_day_is_followed(site: Site):
    """Else the first record of each day to come would be taken for a late one."""
    next_day = NOON + timedelta(days=1)
    on(site).given(passages(told(100, 0)))
    begun = [told(1, 206, 0, next_day), told(2, 0, 1, next_day)]
    on(site).given(passages(*begun, at=next_day, cursor=100))
    cursor = site.query(device_journals.cursor, LOBBY)
    assert cursor is not None
    assert (cursor.highest, cursor.stream) == (2, "journal-lobby-2026-03-03")


def test_a_gap_counts_down_until_it_is_filled(visited: Site):
    on(visited).given(passages(told(3, 0), at=after(40)))
    assert [gap.missing for gap in visited.query(device_journals.gaps, LOBBY)] == [1]
    on(visited).given(passages(told(4, 0), at=after(41)))
    assert visited.query(device_journals.gaps, LOBBY) == []


def test_a_record_that_was_given_up_may_still_come(visited: Site):
    """A late one that lies in no gap changes no gap."""
    on(visited).given(passages(told(1, 0, text="another"), at=after(40)))
    assert len(visited.query(device_journals.gaps, LOBBY)) == 1


def test_what_could_not_be_read_is_shown_newest_first(site: Site):
    for name, digest in ((LOBBY, "a"), (YARD, "b")):
        on(site).given(journal.RecordUnrecognised(name, "2026-03-02", "line", "?", 1, digest, NOON))
    shown = [row.device for row in site.query(device_journals.unrecognised)]
    assert shown == [YARD, LOBBY]
    assert [r.device for r in site.query(device_journals.unrecognised, LOBBY)] == [LOBBY]
    assert len(site.query(device_journals.unrecognised, limit=1)) == 1


# What devices shall be told.
def test_a_device_is_told_in_the_order_in_which_it_was_asked(site: Site):
    on(site).given(
        door.RequestUnlock(FRONT, "guard", NOON),
        door.RequestMode(BACK, "Unlocked", "guard", NOON),
        device.RequestClockSet(LOBBY, "guard", NOON),
    )
    due = site.query(device_outbox.due, LOBBY, NOON)
    assert [row.kind for row in due] == ["unlock", "mode", "clock"]
    for row in due:
        assert site.query(device_outbox.by_position, row.position) == row
    assert site.query(device_outbox.by_position, 10_000) is None


def test_a_wish_is_told_again_where_no_answer_came(site: Site):
    on(site).given(
        door.RequestMode(BACK, "Unlocked", "guard", NOON),
        door.ReportDoorCommandSent(BACK, 1, NOON),
        device.RequestClockSet(LOBBY, "guard", NOON),
        device.ReportDeviceCommandSent(LOBBY, 1, NOON),
    )
    assert site.query(device_outbox.due, LOBBY, after(29)) == []
    assert [r.kind for r in site.query(device_outbox.due, LOBBY, after(30))] == ["mode", "clock"]


@pytest.mark.parametrize("code", [0, -1])
def test_what_a_device_has_answered_is_told_no_more(site: Site, code: int):
    on(site).given(
        device.RequestClockSet(LOBBY, "guard", NOON),
        device.RequestBackfill(LOBBY, 1, 2, "guard", NOON),
        device.ReportDeviceCommandResult(LOBBY, 1, code, NOON),
    )
    assert [row.kind for row in site.query(device_outbox.due, LOBBY, NOON)] == ["backfill"]
