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
)
from tests.strategies import intervals

MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001  # a wall clock
walls = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001
schedules = st.lists(intervals, max_size=3).map(lambda some: WeeklySchedule(tuple(some)))


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
    assert evening.next_change(MONDAY + timedelta(minutes=1201)) == MONDAY + timedelta(days=1)


def test_two_intervals_that_meet_at_midnight_are_one():
    night = WeeklySchedule((Interval(("mon",), 1200, 1440), Interval(("tue",), 0, 300)))
    assert night.next_change(MONDAY + timedelta(hours=21)) == MONDAY + timedelta(days=1, hours=5)


def test_an_empty_or_a_full_week_never_changes():
    assert WeeklySchedule().next_change(MONDAY) is None
    assert WeeklySchedule((Interval(WEEK, 0, 1440),)).next_change(MONDAY) is None


def test_one_day_a_week_comes_round():
    only = WeeklySchedule((Interval(("mon",), 480, 1080),))
    evening = MONDAY + timedelta(hours=19)
    assert only.next_change(evening) == MONDAY + timedelta(days=7, hours=8)


@given(schedule=schedules, local=walls)
def test_until_the_next_change_the_answer_is_the_same(schedule: WeeklySchedule, local: datetime):
    """Found out the dumb way: minute by minute."""
    now, change = schedule.covers(local), schedule.next_change(local)
    minute = local.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(8 * 24 * 60):
        if minute == change or schedule.covers(minute) != now:
            break
        minute += timedelta(minutes=1)
    else:
        assert change is None
        return
    assert change == minute
    assert schedule.covers(minute) != now
