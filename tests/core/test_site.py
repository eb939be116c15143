"""What an embedding service holds: commands in, answers to questions out, and time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cvsec_adapters.wiring import memory_site, open_site, rebuild
from cvsec_core.aggregates import alarm, device, door, organisation
from cvsec_core.ids import AlarmId, StreamId
from cvsec_core.looking import GROUPS
from cvsec_core.ports import LogReader
from cvsec_core.projections import access_records, alarm_center, deadlines, device_outbox, devices
from cvsec_core.rows import Group, Is
from cvsec_core.rules.overdue import Calendar, overdue
from cvsec_core.site import Site
from cvsec_core.values import WEEK, Interval, Period, WeeklySchedule
from tests.core.places import (
    FRONT,
    LOBBY,
    NOON,
    YARD,
    Watch,
    after,
    built,
    confirm,
    door_of,
    furnished,
    passages,
    told,
)
from tests.specification import events_of, on

OFFICE_HOURS = WeeklySchedule((Interval(("mon", "tue", "wed", "thu", "fri"), 8 * 60, 18 * 60),))
UNLOCK = door.RequestUnlock(FRONT, "guard", NOON)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(watch: Watch) -> Site:
    return built(watch)


def founded(zone: str) -> organisation.FoundOrganisation:
    return organisation.FoundOrganisation("The school", zone, "en", "facility-manager", NOON)


# Questions.
def test_a_question_sees_what_was_just_written(site: Site):
    on(site).given(device.MoveDevice(LOBBY, "attic", "guard", NOON))
    assert [row.id for row in site.query(devices.devices_in, "attic")] == [LOBBY]
    on(site).given(device.MoveDevice(LOBBY, "cellar", "guard", NOON))
    assert site.query(devices.devices_in, "attic") == []


def test_a_question_brings_up_to_date_only_what_it_asks(site: Site):
    followed: list[Group] = []
    follow = site.views.follow

    def noted(group: Group, log: LogReader, upto: int) -> int:
        followed.append(group)
        return follow(group, log, upto)

    site.views.follow = noted  # type: ignore[method-assign]
    site.query(alarm_center.page)
    assert followed == ["boards"]
    site.query(access_records.page)
    assert followed == ["boards", "history"]
    site.drain()
    assert followed == ["boards", "history", *GROUPS]


def test_a_question_sees_the_log_as_it_was_when_it_was_asked(site: Site):
    upto: list[int] = []
    follow = site.views.follow

    def noted(group: Group, log: LogReader, to: int) -> int:
        upto.append(to)
        return follow(group, log, to)

    site.views.follow = noted  # type: ignore[method-assign]
    before = site.log.head()

    def both(views: object) -> None:
        alarm_center.page(views)
        site.handle(UNLOCK)
        access_records.page(views)

    site.query(both)
    assert upto == [before, before]


def test_every_way_to_ask_is_fresh(site: Site):
    def everything(views: object) -> tuple[object, ...]:
        return (
            views.get(devices.DeviceRow, LOBBY).name,
            len(views.select(devices.DeviceRow)),
            views.count(devices.DeviceRow, Is("online", value=True)),
            views.total(devices.DeviceRow, ("doors",)),
        )

    assert site.query(everything) == ("Lobby", 2, 2, (3,))


# Looking back.
def test_the_site_can_be_asked_what_was_known_at_a_moment(site: Site, watch: Watch):
    watch.now = after(10)
    on(site).given(passages(told(1, 102), at=after(10)))
    watch.now = after(20)
    on(site).given(alarm.AcknowledgeAlarm(AlarmId("door-lobby-1.1"), "seen", "guard", after(20)))

    stream = StreamId("alarm-door-lobby-1.1")
    states = [type(site.as_of(after(s)).state(stream)).__name__ for s in (9, 10, 19, 20, 99)]
    assert states == [
        "Unraised",
        "Unacknowledged",
        "Unacknowledged",
        "Acknowledged",
        "Acknowledged",
    ]
    day = Period(NOON - timedelta(days=1), NOON + timedelta(days=1))
    counts = [site.as_of(after(s)).query(alarm_center.counts, day) for s in (9, 10, 20)]
    assert [(c.total, c.unacknowledged, c.acknowledged) for c in counts] == [
        (0, 0, 0),
        (1, 1, 0),
        (1, 0, 1),
    ]


def test_before_the_first_event_nothing_was_known(site: Site):
    past = site.as_of(NOON - timedelta(days=1))
    assert past.position == 0
    assert past.query(devices.devices_in) == []
    assert past.state(device.stream(LOBBY)) == device.INITIAL


def test_looking_back_at_an_empty_site_finds_nothing():
    with memory_site(Watch()) as site:
        assert site.as_of(NOON).query(devices.devices_in) == []


def test_the_past_stays_as_it_was_while_the_site_goes_on(site: Site, watch: Watch):
    moment = site.as_of(NOON)
    watch.now = after(10)
    on(site).given(device.MoveDevice(LOBBY, "attic", "guard", after(10)))
    assert [row.area for row in moment.query(devices.devices_in)] == ["ground floor", "outside"]
    assert moment.state(device.stream(LOBBY)).profile.area == "ground floor"


# The day.
def test_an_unfounded_site_lives_by_utc(watch: Watch):
    site = memory_site(watch)
    assert site.today() == Period(
        datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("zone", "now", "start", "hours"),
    [
        ("Europe/Madrid", datetime(2026, 3, 2, 23, 30, tzinfo=UTC), (2, 23), 24),
        ("Europe/Madrid", datetime(2026, 3, 29, 12, tzinfo=UTC), (28, 23), 23),
        ("Europe/Madrid", datetime(2026, 10, 25, 12, tzinfo=UTC), (24, 22), 25),
        ("America/Santiago", datetime(2026, 9, 6, 12, tzinfo=UTC), (6, 4), 23),
        ("America/Havana", datetime(2026, 11, 1, 4, 30, tzinfo=UTC), (1, 4), 25),
        ("America/Havana", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), (1, 4), 25),
        ("Asia/Kathmandu", datetime(2026, 3, 2, 12, tzinfo=UTC), (1, 18), 24),
    ],
)
def test_today_is_the_calendar_day_of_the_organisation(
    watch: Watch, zone: str, now: datetime, start: tuple[int, int], hours: int
):
    site = memory_site(watch)
    on(site).given(founded(zone))
    watch.now = now
    today = site.today()
    assert (today.start.day, today.start.hour) == start
    assert today.end - today.start == timedelta(hours=hours)
    assert today.start <= now < today.end


# Deadlines.
def test_an_unlock_that_nobody_handed_out_expires(site: Site):
    on(site).given(UNLOCK)
    assert site.tick(after(9.9)) == ()
    (answer,) = site.tick(after(10))
    assert events_of(answer) == (door.DoorCommandExpired(FRONT, 1, "unlock", after(10)),)
    assert site.tick(after(10)) == ()


def test_an_unlock_that_was_handed_out_without_an_answer_is_indeterminate(site: Site):
    on(site).given(UNLOCK, door.ReportDoorCommandSent(FRONT, 1, after(1)))
    (answer,) = site.tick(after(10))
    assert events_of(answer) == (door.DoorCommandIndeterminate(FRONT, 1, "unlock", after(10)),)


def test_a_cancelled_alarm_that_nobody_handed_out_expires(site: Site):
    on(site).given(door.RequestAlarmCancel(FRONT, "guard", NOON))
    (answer,) = site.tick(after(10))
    assert events_of(answer) == (door.DoorCommandExpired(FRONT, 1, "cancel-alarm", after(10)),)


def test_a_shelf_ends(site: Site):
    name = AlarmId("door-lobby-1.1")
    on(site).given(
        passages(told(1, 102)), alarm.ShelveAlarm(name, after(60), "known", "guard", NOON)
    )
    assert site.tick(after(59)) == ()
    (answer,) = site.tick(after(60))
    assert events_of(answer) == (alarm.AlarmUnshelved(name, after(60)),)
    assert site.tick(after(61)) == ()


def test_a_rejected_mode_is_asked_for_again(site: Site):
    on(site).given(door.RequestMode(FRONT, "Unlocked", "guard", NOON))
    confirm(site, FRONT, code=-1)
    assert site.query(device_outbox.due, LOBBY, after(29)) == []
    assert site.tick(after(29)) == ()
    site.tick(after(30))
    (row,) = site.query(device_outbox.due, LOBBY, after(30))
    assert (row.mode, row.request) == ("Unlocked", 2)
    assert site.tick(after(31)) == ()


def test_a_rejected_locked_mode_is_asked_for_again(site: Site):
    """The door stands blocked, shall be locked, and its device did not do it."""
    on(site).given(door.RequestMode(FRONT, "Blocked", "guard", NOON))
    confirm(site, FRONT)
    on(site).given(door.RequestMode(FRONT, "Locked", "guard", NOON))
    confirm(site, FRONT, code=-1)
    site.tick(after(30))
    assert [r.mode for r in site.query(device_outbox.due, LOBBY, after(30))] == ["Locked"]


def test_a_rejected_locked_mode_is_not_due_for_ever(site: Site):
    on(site).given(door.RequestMode(FRONT, "Locked", "guard", NOON))
    confirm(site, FRONT, code=-1)
    site.tick(after(30))
    assert site.query(deadlines.due, after(31), "UTC") == []


def test_a_mode_that_was_asked_for_anew_meanwhile_is_not_asked_for_again(site: Site):
    on(site).given(door.RequestMode(FRONT, "Unlocked", "guard", NOON))
    confirm(site, FRONT, code=-1)
    on(site).given(door.RequestMode(FRONT, "Blocked", "guard", after(1)))
    assert site.tick(after(60)) == ()


def test_a_deadline_whose_subject_never_was_changes_nothing(site: Site):
    calendar = Calendar(NOON, "UTC", UTC)
    asked = [overdue("schedule", name, 0, calendar, site.state) for name in ("nowhere", FRONT)]
    assert asked == [None, None]


# Schedules.
def mode_at(site: Site, watch: Watch, moments: Sequence[datetime]) -> list[str]:
    """The door's mode after a tick at each moment."""
    modes = []
    for moment in moments:
        watch.now = moment
        site.tick(moment)
        modes.append(door_of(site, FRONT).wanted.mode)
    return modes


def test_a_door_follows_its_schedule(site: Site, watch: Watch):
    on(site).given(door.SetDoorSchedule(FRONT, OFFICE_HOURS, "guard", NOON))
    monday = NOON.replace(hour=0)
    hours = (12, 17.99, 18, 24 + 7.99, 24 + 8, 5 * 24 + 9, 7 * 24 + 8)
    modes = mode_at(site, watch, [monday + timedelta(hours=h) for h in hours])
    assert modes == [
        "Unlocked",
        "Unlocked",
        "Locked",
        "Locked",
        "Unlocked",
        "Locked",
        "Unlocked",
    ]


def test_a_schedule_that_never_changes_is_due_only_in_another_zone(site: Site):
    on(site).given(door.SetDoorSchedule(FRONT, WeeklySchedule(), "guard", NOON))
    site.tick(NOON)
    far = NOON + timedelta(days=400)
    assert site.query(deadlines.due, far, "UTC") == []
    for other in ("Africa/Abidjan", "UTC+1", "Zulu"):  # before it, beginning like it, after it
        (row,) = site.query(deadlines.due, NOON, other)
        assert (row.subject, row.due_at, row.zone) == (FRONT, deadlines.NEVER, "UTC")


def test_a_schedule_without_a_gap_holds_for_good(site: Site):
    always = WeeklySchedule((Interval(WEEK, 0, 1440),))
    on(site).given(door.SetDoorSchedule(FRONT, always, "guard", NOON))
    (answer,) = site.tick(NOON)
    assert events_of(answer)[0] == door.ScheduleApplied(FRONT, True, None, NOON)


def test_during_a_lockdown_the_schedule_goes_on_unseen(site: Site, watch: Watch):
    on(site).given(
        door.SetDoorSchedule(FRONT, OFFICE_HOURS, "guard", NOON),
        door.EngageLockdown(FRONT, "ground", NOON),
    )
    evening = NOON + timedelta(hours=8)
    assert mode_at(site, watch, [NOON, evening]) == ["LockedDown", "LockedDown"]
    on(site).given(door.LiftLockdown(FRONT, "ground", evening))
    assert door_of(site, FRONT).wanted.mode == "Locked"


def at_madrid(*wall: int, fold: int = 0) -> datetime:
    """A moment on Madrid's wall clock in 2026, UTC."""
    return datetime(2026, *wall, tzinfo=ZoneInfo("Europe/Madrid"), fold=fold).astimezone(UTC)


@pytest.mark.parametrize("day", [(3, 29), (10, 25)])
def test_office_hours_are_those_of_the_wall_clock_also_when_it_changes(
    site: Site, watch: Watch, day: tuple[int, int]
):
    """On both Sundays on which the clocks change in Madrid the door opens at eight by the wall."""
    sunday = WeeklySchedule((Interval(("sun",), 8 * 60, 10 * 60),))
    before = at_madrid(*day) - timedelta(hours=1)
    on(site).given(founded("Europe/Madrid"), door.SetDoorSchedule(FRONT, sunday, "guard", before))
    eight = at_madrid(*day, 8)
    moments = [before, eight - timedelta(minutes=1), eight, eight + timedelta(hours=2)]
    assert mode_at(site, watch, moments) == ["Locked", "Locked", "Unlocked", "Locked"]
    assert len(site.log.read(door.stream(FRONT))) == 7


def test_a_start_that_the_clock_skips_is_the_moment_at_which_it_skips(site: Site, watch: Watch):
    """On 29 March the wall clock goes from 01:59 to 03:00; a door to open at 02:15 opens then."""
    sunday = WeeklySchedule((Interval(("sun",), 2 * 60 + 15, 5 * 60),))
    before = at_madrid(3, 29, 1, 30)
    on(site).given(founded("Europe/Madrid"), door.SetDoorSchedule(FRONT, sunday, "guard", before))
    assert mode_at(site, watch, [before, at_madrid(3, 29, 3, 0)]) == ["Locked", "Unlocked"]


@pytest.mark.parametrize("minute", range(0, 180, 15))
def test_ticking_twice_at_one_moment_applies_a_schedule_once(site: Site, watch: Watch, minute: int):
    """Also in the hour that the wall clock shows twice, on 25 October."""
    sunday = WeeklySchedule((Interval(("sun",), 2 * 60 + 20, 2 * 60 + 40),))
    now = at_madrid(10, 25, 1, 45) + timedelta(minutes=minute)
    on(site).given(founded("Europe/Madrid"), door.SetDoorSchedule(FRONT, sunday, "guard", now))
    watch.now = now
    site.tick(now)
    head = site.log.head()
    site.tick(now)
    assert site.log.head() == head


@pytest.mark.parametrize(("hour", "fold"), [(2, 0), (2, 1)])
def test_a_door_closes_at_the_minute_that_its_schedule_names(
    site: Site, watch: Watch, hour: int, fold: int
):
    sunday = WeeklySchedule((Interval(("sun",), 0, 2 * 60 + 40),))
    opened = at_madrid(10, 25, 1, 45)
    on(site).given(founded("Europe/Madrid"), door.SetDoorSchedule(FRONT, sunday, "guard", opened))
    inside = at_madrid(10, 25, hour, 39, fold=fold)
    assert mode_at(site, watch, [opened, inside])[-1] == "Unlocked"


def test_a_schedule_follows_the_organisations_zone_from_when_it_is_founded(
    site: Site, watch: Watch
):
    """At noon UTC it is past seven in the evening in Kolkata's working day, and the door knows."""
    day = WeeklySchedule((Interval(("mon",), 8 * 60, 17 * 60),))
    on(site).given(door.SetDoorSchedule(FRONT, day, "guard", NOON))
    assert mode_at(site, watch, [NOON]) == ["Unlocked"]
    on(site).given(founded("Asia/Kolkata"))
    assert mode_at(site, watch, [after(1)]) == ["Locked"]


# Files.
def test_a_site_in_a_file_goes_on_where_it_was(tmp_path: Path):
    with open_site(tmp_path / "site.db", clock=Watch()) as site:
        furnished(site)
        on(site).given(UNLOCK)
    with open_site(tmp_path / "site.db", clock=Watch()) as site:
        assert door_of(site, FRONT).asked.requests == 1
        assert [r.request for r in site.query(device_outbox.due, LOBBY, NOON)] == [1]
        assert [row.id for row in site.query(devices.devices_in)] == [LOBBY, YARD]


def test_a_rebuild_sends_nothing_again(site: Site):
    on(site).given(UNLOCK, door.ReportDoorCommandSent(FRONT, 1, NOON))
    assert site.query(device_outbox.due, LOBBY, NOON) == []
    rebuild(site, lambda *_: None)
    assert site.query(device_outbox.due, LOBBY, NOON) == []
