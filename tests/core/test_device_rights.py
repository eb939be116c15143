"""What devices are told of rights: hours as controllers keep them, and how far each was told."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from cvsec_core.aggregates import access_level, credential, device, organisation, person
from cvsec_core.ids import CredentialId, DeviceId, DoorId, LevelId, PersonId
from cvsec_core.projections import device_rights
from cvsec_core.projections.device_rights.hours import (
    KINDS,
    Kept,
    kept_hours,
    slots_of,
    week_of,
    written,
)
from cvsec_core.projections.device_rights.rows import DeviceRightsRow, FollowRow, PlaceRow
from cvsec_core.recorded import Meta, Recorded
from cvsec_core.rows import Put
from cvsec_core.site import Site
from cvsec_core.values import DAY_MINUTES, WEEK, Interval, WeeklySchedule
from tests.core.places import BACK, FRONT, GATE, LOBBY, NOON, YARD, after, built
from tests.specification import on
from tests.strategies import intervals

STAFF = LevelId("staff")
ALWAYS = WeeklySchedule((Interval(WEEK, 0, 1440),))
MONDAY = date(2026, 3, 2)
DAY = ((480, 1080),)


# Hours.
@given(st.lists(intervals, max_size=4), st.integers(0, 6), st.integers(0, DAY_MINUTES - 1))
def test_a_week_is_open_exactly_within_its_intervals(some: list[Interval], day: int, minute: int):
    week = week_of(map(written, some))
    is_open = any(WEEK[day] in i.days and i.start <= minute < i.end for i in some)
    assert any(start <= minute < end for start, end in week[day]) == is_open
    for spans in week:
        assert all(first[1] < then[0] for first, then in pairwise(spans))


@pytest.mark.parametrize(("intervals", "slots"), [(0, 1), (1, 1), (3, 1), (4, 2), (6, 2), (9, 2)])
def test_more_than_three_intervals_a_day_take_another_number(intervals: int, slots: int):
    hours = [written(Interval(("mon",), n * 60, n * 60 + 30)) for n in range(intervals)]
    assert slots_of(hours) == slots


def test_what_does_not_fit_is_closed():
    spans = tuple((n * 60, n * 60 + 30) for n in range(8))
    (first, second), _ = kept_hours([Kept(2, (spans, *[()] * 6), frozenset())], MONDAY)
    assert (first.number, first.week[0]) == (2, spans[:3])
    assert (second.number, second.week[0]) == (3, spans[3:6])


def kept(number: int, *holidays: date, week: Any = (DAY,) * 7) -> Kept:
    return Kept(number, week, frozenset(holidays))


def test_a_holiday_of_one_level_is_an_ordinary_day_of_another():
    tuesday = MONDAY.replace(day=3)
    told, calendar = kept_hours([kept(2, tuesday), kept(4)], MONDAY)
    assert calendar == {tuesday: 1}
    assert [hours.holidays[0] for hours in told] == [(), (), DAY, ()]


def test_holidays_that_are_over_are_not_told():
    assert kept_hours([kept(2, MONDAY)], MONDAY.replace(day=3))[1] == {}


def test_more_kinds_of_holidays_than_there_can_be_are_closed_for_all():
    days = [MONDAY.replace(day=day) for day in range(3, 11)]
    levels = [
        kept(2, *days[:4]),
        kept(4, *days[2:6]),
        kept(6, *days[6:], days[0]),
    ]
    told, calendar = kept_hours(levels, MONDAY)
    assert set(calendar.values()) == {1, 2, KINDS}
    assert all(hours.holidays[KINDS - 1] == () for hours in told)
    for day, kind in calendar.items():
        for level, hours in zip(levels, told[::2], strict=True):
            if hours.holidays[kind - 1]:
                assert level.on(day) == hours.holidays[kind - 1]


# How far a device was told.
@pytest.fixture
def site() -> Site:
    """Somebody with a card, whose level opens the lobby's doors."""
    who = PersonId("p")
    return (
        on(built())
        .given(
            person.EnrollPerson(
                who, "personnel", person.Particulars("Guest", number="7"), "me", NOON
            ),
            credential.IssueCredential(CredentialId("c"), who, "card", "me", NOON, number="4711"),
            access_level.DefineAccessLevel(STAFF, (FRONT, BACK), ALWAYS, "me", NOON),
            person.GrantAccess(who, STAFF, "me", NOON),
        )
        .site
    )


def next_chunk(site: Site, name: DeviceId = LOBBY, seconds: float = 0) -> Any:
    head = site.log.head()
    return site.query(device_rights.next_chunk, name, after(seconds), site.zone(), head)


def hand_out(site: Site, name: DeviceId = LOBBY, seconds: float = 0) -> int:
    """Hand out what is next; the number of the request."""
    chunk = next_chunk(site, name, seconds)
    wish = device.HandOutRights(name, chunk.about, chunk.upto, after(seconds), chunk.removes)
    (recorded,) = site.handle(wish).events
    return recorded.event.request


def done(site: Site, request: int, name: DeviceId = LOBBY, code: int = 0) -> None:
    site.handle(device.ReportDeviceCommandResult(name, request, code, after(1)))


def settle(site: Site, name: DeviceId = LOBBY) -> None:
    while next_chunk(site, name) is not None:
        done(site, hand_out(site, name), name)


def test_hours_are_told_before_people(site: Site):
    assert next_chunk(site).about is None
    done(site, hand_out(site))
    chunk = next_chunk(site)
    assert chunk.about == STAFF
    assert [user.pin for user in chunk.users] == ["7"]
    assert [(right.hours, right.doors) for right in chunk.rights] == [(2, (1, 2))]
    done(site, hand_out(site))
    assert next_chunk(site) is None


def test_a_device_without_a_level_is_told_nothing(site: Site):
    assert next_chunk(site, YARD) is None
    assert next_chunk(site, DeviceId("nobody-s")) is None


def test_what_changed_while_it_was_told_is_told_again(site: Site):
    done(site, hand_out(site))
    request = hand_out(site)
    on(site).given(access_level.ChangeAccessLevel(STAFF, (FRONT,), ALWAYS, "me", NOON))
    done(site, request)
    done(site, hand_out(site))
    chunk = next_chunk(site)
    assert chunk.withdrawn == [("7", 2), ("7", 3)]
    assert [right.doors for right in chunk.rights] == [(1,)]


def test_an_outcome_of_what_was_told_before_the_device_began_anew_settles_nothing(site: Site):
    request = hand_out(site)
    on(site).given(device.ReportDeviceStarted(LOBBY, after(1)))
    done(site, request)
    assert next_chunk(site).about is None


def test_a_device_that_was_retired_is_told_nothing_more(site: Site):
    request = hand_out(site)
    on(site).given(device.RetireDevice(LOBBY, "me", NOON))
    done(site, request)
    on(site).given(
        device.ReportDeviceStarted(LOBBY, after(1)),
        organisation.SetDisplayOfPersonalData(("name",), "me", NOON),
        access_level.ChangeAccessLevel(STAFF, (FRONT, GATE), ALWAYS, "me", NOON),
    )
    assert next_chunk(site) is None
    assert next_chunk(site, YARD).about is None


def test_a_device_taken_out_of_a_level_follows_it_no_more(site: Site):
    settle(site)
    on(site).given(access_level.ChangeAccessLevel(STAFF, (GATE,), ALWAYS, "me", NOON))
    done(site, hand_out(site))
    assert next_chunk(site).gone == ["7"]
    settle(site)
    (row,) = site.query(lambda views: [views.get(DeviceRightsRow, LOBBY)])
    assert row is not None
    assert row.levels == ()


def test_of_whom_nothing_is_known_any_more_the_device_is_asked(site: Site):
    settle(site)
    on(site).given(person.ForgetPerson(PersonId("p"), "me", NOON, (CredentialId("c"),)))
    chunk = next_chunk(site)
    assert chunk.forgets
    assert (chunk.users, chunk.gone, chunk.withdrawn) == ([], [], [])


def test_a_page_that_is_refused_waits(site: Site):
    done(site, hand_out(site), code=-18)
    assert next_chunk(site) is None
    assert next_chunk(site, seconds=602) is not None


# Taken away first.
WHO, CARD = PersonId("p"), CredentialId("c")
BLOCK = person.BlockPerson(WHO, "lost trust", "me", NOON)


@pytest.mark.parametrize(
    ("happens", "gone"),
    [
        (BLOCK, ["7"]),
        (person.WithdrawAccess(WHO, STAFF, "me", NOON), ["7"]),
        (credential.SuspendCredential(CARD, "Lost", "me", NOON), ["7"]),
        (credential.RevokeCredential(CARD, "me", NOON), ["7"]),
        (person.ForgetPerson(WHO, "me", NOON, (CARD,)), []),
    ],
)
def test_what_is_taken_from_somebody_goes_before_all_that_waits(
    site: Site, happens: object, gone: list[str]
):
    on(site).given(happens)
    chunk = next_chunk(site)
    assert (chunk.removes, chunk.gone, chunk.forgets) == (True, gone, not gone)
    assert (chunk.users, chunk.rights) == ([], [])
    done(site, hand_out(site))
    assert next_chunk(site).about is None  # the hours, as if nothing had been


def test_a_removal_waits_for_no_answer_about_anything_else(site: Site):
    done(site, hand_out(site))
    page = hand_out(site)
    on(site).given(BLOCK)
    removal = hand_out(site)
    assert next_chunk(site) is None  # it has some time to answer
    done(site, page)
    assert next_chunk(site) is None
    done(site, removal)
    chunk = next_chunk(site)
    assert (chunk.removes, chunk.gone) == (False, ["7"])
    done(site, hand_out(site))
    assert next_chunk(site) is None


def test_a_removal_without_an_outcome_is_told_again(site: Site):
    on(site).given(BLOCK)
    hand_out(site)
    assert next_chunk(site, seconds=59) is None
    assert next_chunk(site, seconds=60).removes


def test_a_removal_does_not_wait_where_a_page_was_refused(site: Site):
    done(site, hand_out(site), code=-18)
    on(site).given(BLOCK)
    done(site, hand_out(site))
    assert next_chunk(site, seconds=600) is None
    assert next_chunk(site, seconds=601).about is None


def test_a_removal_that_is_refused_is_told_again_soon_and_the_rest_goes_on(site: Site):
    on(site).given(BLOCK)
    done(site, hand_out(site), code=-18)
    assert next_chunk(site).about is None
    assert not next_chunk(site, seconds=30).removes
    assert next_chunk(site, seconds=31).removes


def test_a_device_that_began_anew_is_told_only_the_removals_that_it_did_not_confirm(site: Site):
    on(site).given(BLOCK)
    request = hand_out(site)
    on(site).given(device.ReportDeviceStarted(LOBBY, NOON))
    done(site, request)
    assert next_chunk(site).removes
    done(site, hand_out(site))
    on(site).given(device.ReportDeviceStarted(LOBBY, after(1)))
    assert not next_chunk(site).removes


def test_a_device_has_nothing_to_take_away_from_before_it_followed_the_level(site: Site):
    on(site).given(BLOCK, access_level.ChangeAccessLevel(STAFF, (FRONT, GATE), ALWAYS, "me", NOON))
    assert not next_chunk(site, YARD).removes
    on(site).given(credential.RevokeCredential(CARD, "me", NOON))
    assert next_chunk(site, YARD).removes


def test_other_doors_of_a_level_take_nothing_from_what_is_to_be_removed(site: Site):
    settle(site)
    on(site).given(BLOCK, access_level.ChangeAccessLevel(STAFF, (FRONT,), ALWAYS, "me", NOON))
    assert next_chunk(site).removes


def test_who_loses_a_card_and_has_another_passes_by_that_at_once(site: Site):
    other = credential.IssueCredential(CredentialId("d"), WHO, "card", "me", NOON, number="4712")
    settle(site)
    on(site).given(other, credential.RevokeCredential(CARD, "me", NOON))
    chunk = next_chunk(site)
    assert chunk.removes
    assert [user.card for user in chunk.users] == ["4712"]
    assert (chunk.gone, chunk.withdrawn, chunk.rights) == ([], [], [])


def test_one_level_of_two_is_taken_by_its_hours(site: Site):
    night = LevelId("night")
    on(site).given(
        access_level.DefineAccessLevel(night, (FRONT,), ALWAYS, "me", NOON),
        person.GrantAccess(WHO, night, "me", NOON),
    )
    settle(site)
    on(site).given(person.WithdrawAccess(WHO, night, "me", NOON))
    chunk = next_chunk(site)
    assert (chunk.removes, chunk.about, chunk.withdrawn) == (True, night, [("7", 4), ("7", 5)])


def test_many_removals_are_told_a_page_at_a_time(site: Site):
    settle(site)
    for number in range(device_rights.PAGE + 1):
        name = PersonId(f"q{number}")
        named = person.Particulars("Guest", number=f"Q{number}")
        on(site).given(
            person.EnrollPerson(name, "personnel", named, "me", NOON),
            person.GrantAccess(name, STAFF, "me", NOON),
            person.BlockPerson(name, "lost trust", "me", NOON),
        )
    pages: list[list[str]] = []
    while (chunk := next_chunk(site)).removes:
        pages.append(chunk.gone)
        done(site, hand_out(site))
    assert [len(page) for page in pages] == [device_rights.PAGE, 1]
    assert len({*pages[0], *pages[1]}) == device_rights.PAGE + 1


def test_a_removal_told_to_a_device_that_was_retired_changes_nothing(site: Site):
    on(site).given(BLOCK)
    request = hand_out(site)
    on(site).given(device.RetireDevice(LOBBY, "me", NOON))
    done(site, request)
    assert next_chunk(site) is None


# Whom a device may know.
def stays(site: Site, *ids: PersonId, name: DeviceId = LOBBY) -> frozenset[PersonId]:
    return site.query(device_rights.who_stays, name, ids, after(1), site.zone())


def test_who_may_pass_a_door_of_the_device_stays_and_nobody_else(site: Site):
    assert stays(site, WHO, PersonId("nobody")) == {WHO}
    assert stays(site, WHO, name=YARD) == frozenset()
    on(site).given(BLOCK)
    assert stays(site, WHO) == frozenset()


def test_who_was_enrolled_since_somebody_was_forgotten_stays_once_the_device_was_told(site: Site):
    other, anew = PersonId("o"), PersonId("q")

    def enrolled(who: PersonId, number: str, seconds: float) -> list[object]:
        named, at = person.Particulars("Guest", number=number), after(seconds)
        card = CredentialId(f"c-{who}")
        return [
            person.EnrollPerson(who, "personnel", named, "me", at),
            credential.IssueCredential(card, who, "card", "me", at, number=f"47{number}"),
            person.GrantAccess(who, STAFF, "me", at),
        ]

    on(site).given(*enrolled(other, "8", 0))
    settle(site)
    on(site).given(person.ForgetPerson(WHO, "me", after(1), (CARD,)), *enrolled(anew, "7", 1))
    assert stays(site, other, anew) == {other}
    settle(site)
    assert stays(site, other, anew) == {other, anew}


# Large levels.
class Counted(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, other)


def test_a_level_of_many_devices_is_not_looked_through_once_for_each():
    many = 300
    places = {
        name: PlaceRow(DoorId(name), DeviceId(Counted(f"{name}-device")), 1)
        for name in (Counted(f"door-{number}") for number in range(many))
    }

    class Doors:
        def get(self, row: type[Any], key: Any) -> Any:
            return places.get(key) if row is PlaceRow else None

    doors = (*map(DoorId, places), DoorId("nowhere"))
    defined = access_level.AccessLevelDefined(STAFF, doors, ALWAYS, (), "me", NOON)
    happened = Recorded(access_level.stream(STAFF), 1, 1, Meta("me", NOON), defined)
    Counted.comparisons = 0
    told = list(device_rights.PROJECTION.project(happened, Doors()))
    assert len([put for put in told if isinstance(put, Put) and type(put.row) is FollowRow]) == many
    assert Counted.comparisons < 10 * many
