"""Small values: lines of text, ids, windows, quarters of an hour and weeks."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from attrs import fields, frozen
from hypothesis import given, strategies as st

from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import DeviceId, StreamId, door_of
from cvsec_core.recorded import Meta, Recorded, event_id
from cvsec_core.values import (
    QUARTER,
    WEEK,
    Interval,
    WeeklySchedule,
    opening_window,
    personal,
    quarter_of,
    require_choice,
    require_id,
    require_text,
    spanning,
)
from tests.strategies import intervals

MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001  # a wall clock
ZONES = ("UTC", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns")
CLOCKS_ARE_SET = [
    datetime(2026, month, day)  # noqa: DTZ001  # a wall clock
    for month, day in ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1))
]
schedules = st.lists(intervals, max_size=3).map(lambda some: WeeklySchedule(tuple(some)))


def utc(hours: int, minutes: int = 0) -> datetime:
    """So long after the beginning of that Monday, UTC."""
    return MONDAY.replace(tzinfo=UTC) + timedelta(hours=hours, minutes=minutes)


@pytest.mark.parametrize("text", ["a", "ñ", "two words", "x" * 100])
def test_a_line_of_text_is_a_line_of_text(text: str):
    require_text("name", text)


@pytest.mark.parametrize("text", ["", " ", "\n", "a\nb", "a\x00", "x" * 101])
def test_what_is_no_line_of_text_is_named(text: str):
    with pytest.raises(InvalidFieldError, match="name: expected a line of 1 to 100 characters"):
        require_text("name", text)


@pytest.mark.parametrize("text", ["a", "ñ-1", "A.b_c", "x" * 64])
def test_an_id_is_an_id(text: str):
    require_id("device", text)


@pytest.mark.parametrize("text", ["", " ", "a b", "a|b", "a@b", "a\tb", "a\u00a0b", "x" * 65])
def test_what_is_no_id_is_named(text: str):
    with pytest.raises(InvalidFieldError, match="device: expected 1 to 64 characters"):
        require_id("device", text)


def test_a_choice_is_one_of_those_that_there_are():
    require_choice("locale", "es", Literal["en", "es"])
    with pytest.raises(InvalidFieldError, match="locale: expected one of en, es, got 'fr'"):
        require_choice("locale", "fr", Literal["en", "es"])


def test_a_personal_field_says_so():
    @frozen
    class Card:
        number: str = personal()

    assert fields(Card).number.metadata == {"personal": True}


def test_what_spans_midnight_is_two_intervals():
    assert spanning(("fri",), 480, 1080) == (Interval(("fri",), 480, 1080),)
    night = Interval(("sat", "sun"), 1320, 1440), Interval(("mon", "sun"), 0, 360)
    assert spanning(("sat", "sun"), 1320, 360) == night
    assert spanning(("mon",), 1320, 0) == (Interval(("mon",), 1320, 1440),)
    assert spanning(("mon",), 0, 0) == (Interval(("mon",), 0, 1440),)


def test_an_unlock_lasts_five_seconds_longer_than_its_pulse():
    assert opening_window(5) == timedelta(seconds=10)


def test_a_door_is_named_after_its_device():
    assert door_of(DeviceId("lobby"), 2) == "lobby-2"


def test_an_event_is_named_after_its_stream_and_version():
    stream = StreamId("door-lobby-1")
    meta = Meta("guard", MONDAY.replace(tzinfo=UTC))
    assert Recorded(stream, 3, 9, meta, meta).id == "door-lobby-1@3" == event_id(stream, 3)


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_a_quarter_of_an_hour_holds_its_moments(moment: datetime):
    start = quarter_of(moment)
    assert start.minute % 15 == start.second == start.microsecond == 0
    assert start <= moment
    assert moment - start < QUARTER


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])
def test_every_zones_day_begins_on_a_quarter_of_an_hour(zone: str):
    midnight = datetime(2026, 3, 2, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert quarter_of(midnight) == midnight


def test_an_interval_holds_its_start_and_not_its_end():
    office = Interval(("mon",), 480, 1080)
    at = [MONDAY + timedelta(minutes=m) for m in (479, 480, 1079, 1080)]
    assert [office.covers(moment) for moment in at] == [False, True, True, False]
    assert not office.covers(MONDAY + timedelta(days=1, hours=9))


def test_an_interval_may_last_until_midnight():
    evening = WeeklySchedule((Interval(("mon",), 1200, 1440),))
    assert evening.covers(MONDAY + timedelta(minutes=1439))
    assert evening.next_change(utc(20, 1), UTC) == utc(24)


def test_two_intervals_that_meet_at_midnight_are_one():
    night = WeeklySchedule((Interval(("mon",), 1200, 1440), Interval(("tue",), 0, 300)))
    assert night.next_change(utc(21), UTC) == utc(24 + 5)


@pytest.mark.parametrize("zone", ZONES)
def test_an_empty_or_a_full_week_never_changes(zone: str):
    assert WeeklySchedule().next_change(utc(0), ZoneInfo(zone)) is None
    assert WeeklySchedule((Interval(WEEK, 0, 1440),)).next_change(utc(0), ZoneInfo(zone)) is None


def test_one_day_a_week_comes_round():
    only = WeeklySchedule((Interval(("mon",), 480, 1080),))
    assert only.next_change(utc(19), UTC) == utc(7 * 24 + 8)


def test_a_schedule_is_that_of_the_wall_clock_of_a_zone():
    office = WeeklySchedule((Interval(("mon",), 480, 1080),))
    assert office.next_change(utc(0), ZoneInfo("Asia/Kolkata")) == utc(2, 30)


@pytest.mark.parametrize("weeks", range(3))
def test_an_interval_that_the_clock_skips_comes_round_a_week_later(weeks: int):
    """On 29 March Madrid's clock goes from 01:59 to 03:00."""
    night = WeeklySchedule((Interval(("sun",), 2 * 60 + 15, 2 * 60 + 45),))
    madrid = ZoneInfo("Europe/Madrid")
    after = datetime(2026, 3, 15, 3, tzinfo=madrid) + timedelta(weeks=weeks)
    opens = (22, 3), (5, 4), (5, 4)
    day, month = opens[weeks]
    expected = datetime(2026, month, day, 2, 15, tzinfo=madrid).astimezone(UTC)
    assert night.next_change(after.astimezone(UTC), madrid) == expected


def around_clock_changes() -> st.SearchStrategy[datetime]:
    """Any moment of 2026; half of them in the week before the clocks are set somewhere."""
    anywhere = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001
    before = st.builds(
        lambda change, minutes: change + timedelta(days=1, minutes=-minutes),
        st.sampled_from(CLOCKS_ARE_SET),
        st.integers(0, 3 * 24 * 60),
    )
    return (anywhere | before).map(lambda moment: moment.replace(tzinfo=UTC))


@given(schedule=schedules, at=around_clock_changes(), zone=st.sampled_from(ZONES))
def test_until_the_next_change_the_answer_is_the_same(
    schedule: WeeklySchedule, at: datetime, zone: str
):
    """Found out the dumb way: minute by minute."""
    there = ZoneInfo(zone)

    def covers(moment: datetime) -> bool:
        return schedule.covers(moment.astimezone(there).replace(tzinfo=None))

    now, change = covers(at), schedule.next_change(at, there)
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(8 * 24 * 60):
        if minute == change or covers(minute) != now:
            break
        minute += timedelta(minutes=1)
    else:
        assert change is None or change > minute
        return
    assert change == minute
    assert covers(minute) != now
