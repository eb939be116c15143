"""Who comes today, who is here, who has left, and how was it in the month?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import person, visit
from cvsec_core.ids import PersonId, VisitId
from cvsec_core.projections import visitor_list
from cvsec_core.projections.visitor_list import Overview, VisitRow
from cvsec_core.site import Site
from cvsec_core.values import Period
from tests.core.guests import (
    GUEST,
    HOST,
    VISIT,
    check_in,
    check_out,
    enroll,
    forget,
    peopled,
    register,
)
from tests.core.places import NOON, Watch, after
from tests.specification import on

TODAY = Period(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
TOMORROW = Period(TODAY.end, TODAY.end + timedelta(days=1))
DAY = timedelta(days=1)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(watch: Watch) -> Site:
    return peopled(watch)


def row(site: Site, name: VisitId = VISIT) -> VisitRow:
    found = site.query(visitor_list.one, name)
    assert found is not None
    return found.row


def ids(visits: list[visitor_list.Visit]) -> list[str]:
    return [item.row.id for item in visits]


def many(site: Site, watch: Watch, *moments: datetime, visitor: PersonId = GUEST) -> None:
    """The visitor comes at each of the moments."""
    for moment in moments:
        watch.now = moment
        name = VisitId(f"{visitor}-{moment:%m%d%H%M}")
        end = moment + timedelta(hours=1)
        wish = changed(register(name), visitor=visitor, start=moment, end=end, at=moment)
        on(site).given(wish, visit.CheckIn(name, "desk", moment))
        on(site).given(visit.CheckOut(name, "desk", moment))


def newcomer(site: Site, name: str) -> PersonId:
    """One more visitor."""
    who = PersonId(name)
    particulars = person.Particulars(name.title(), "New")
    on(site).given(changed(enroll(GUEST), person=who, particulars=particulars))
    return who


# One visit.
def test_a_visit_is_shown_from_its_registration_to_its_end(site: Site):
    on(site).given(register(pictures=("0a",), party=2))
    shown = row(site)
    assert (shown.state, shown.reason, shown.party, shown.pictures) == (
        "expected",
        "meeting",
        2,
        ("0a",),
    )
    on(site).given(check_in(seconds=10))
    assert (row(site).state, row(site).checked_in_at) == ("checked-in", after(10))
    assert [open_.id for open_ in site.query(visitor_list.open_visits)] == [VISIT]
    on(site).given(check_out(seconds=20))
    shown = row(site)
    assert (shown.state, shown.checked_out_at, shown.assumed) == ("checked-out", after(20), False)
    assert site.query(visitor_list.open_visits) == []


def test_a_visit_that_was_cancelled_or_missed_says_so(site: Site, watch: Watch):
    missed = VisitId("v-2")
    on(site).given(register(), register(missed), visit.CancelVisit(VISIT, "desk", NOON))
    watch.now = after(3600)
    site.tick(watch.now)
    assert (row(site).state, row(site, missed).state) == ("cancelled", "no-show")


def test_a_check_out_that_nobody_saw_is_assumed(site: Site, watch: Watch):
    on(site).given(register(), check_in())
    watch.now = NOON + timedelta(hours=5)
    site.tick(watch.now)
    assert (row(site).state, row(site).assumed) == ("checked-out", True)


def test_a_visit_is_shown_with_its_people(site: Site):
    on(site).given(register())
    shown = site.query(visitor_list.one, VISIT)
    assert shown is not None
    assert shown.visitor is not None
    assert shown.host is not None
    assert (shown.visitor.first_name, shown.host.first_name) == ("Guest", "Host")
    assert site.query(visitor_list.one, VisitId("none")) is None


# The list.
def test_visits_are_found_by_day_name_and_state(site: Site, watch: Watch):
    other = newcomer(site, "smith")
    tomorrow = {"start": NOON + DAY, "end": NOON + DAY + timedelta(hours=1)}
    on(site).given(
        register(),
        changed(register(VisitId("v-2")), visitor=other),
        register(VisitId("v-3"), **tomorrow),
        check_in(VisitId("v-2")),
    )

    def found(**wanted: object) -> list[str]:
        return ids(site.query(visitor_list.page, **wanted))

    assert found() == ["v-3", "v-2", "v-1"]
    assert found(day=TODAY) == ["v-2", "v-1"]
    assert found(day=TOMORROW) == ["v-3"]
    assert found(search="SMI") == ["v-2"]
    assert found(search="guest", day=TODAY) == ["v-1"]
    assert found(search="helicopter") == []
    assert found(state="checked-in") == ["v-2"]
    assert found(limit=2) == ["v-3", "v-2"]
    assert found(after=(row(site, VisitId("v-2")).position,)) == ["v-1"]


def test_the_visits_to_come_of_somebody_are_found(site: Site):
    on(site).given(register(), register(VisitId("v-2")), check_in(VisitId("v-2")))
    for who in (HOST, GUEST):
        assert [item.id for item in site.query(visitor_list.expected, who)] == [VISIT]
    assert site.query(visitor_list.expected, PersonId("nobody")) == []


# The day.
def test_the_overview_counts_the_day(site: Site, watch: Watch):
    assert site.query(visitor_list.overview, TODAY) == Overview(0, 0, 0)
    later = {"start": NOON + DAY, "end": NOON + DAY + timedelta(hours=1)}
    on(site).given(
        *(register(VisitId(f"v-{number}")) for number in range(1, 5)),
        register(VisitId("v-9"), **later),
        check_in(VisitId("v-1")),
        check_in(VisitId("v-2")),
        check_out(VisitId("v-2")),
        visit.CancelVisit(VisitId("v-3"), "desk", NOON),
    )
    assert site.query(visitor_list.overview, TODAY) == Overview(3, 1, 2)
    assert site.query(visitor_list.overview, TOMORROW) == Overview(1, 1, 0)


def test_who_comes_the_day_before_is_todays_visitor(site: Site):
    later = {"start": TODAY.end, "end": TODAY.end + timedelta(hours=1)}
    on(site).given(register(**later), check_in())
    assert site.query(visitor_list.overview, TODAY) == Overview(1, 1, 1)


def test_the_flow_counts_whole_parties_by_the_sites_hours(site: Site, watch: Watch):
    madrid = ZoneInfo("Europe/Madrid")
    watch.now = NOON + timedelta(minutes=59)
    on(site).given(
        register(party=5),
        register(VisitId("v-2"), end=NOON + timedelta(hours=3)),
        check_in(seconds=59 * 60),
    )
    watch.now = NOON + timedelta(hours=1)
    on(site).given(check_in(VisitId("v-2"), seconds=3600))
    assert [(h, n) for h, n in enumerate(site.query(visitor_list.flow, TODAY, UTC)) if n] == [
        (12, 5),
        (13, 1),
    ]
    flow = site.query(visitor_list.flow, TODAY, madrid)
    assert len(flow) == 24
    assert [(hour, number) for hour, number in enumerate(flow) if number] == [(13, 5), (14, 1)]
    assert sum(site.query(visitor_list.flow, TOMORROW, madrid)) == 0


# The month.
def test_the_regulars_of_the_month_share_a_rank_where_they_came_as_often(site: Site, watch: Watch):
    people = [newcomer(site, f"visitor{number}") for number in range(1, 8)]
    start = NOON.replace(day=3)
    for who, times in zip(people, (5, 3, 3, 2, 2, 2, 1), strict=True):
        many(site, watch, *(start + timedelta(days=n) for n in range(times)), visitor=who)
    month = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    top = site.query(visitor_list.top_of, month)
    assert [(regular.rank, regular.visitor, regular.visits) for regular in top] == [
        (1, people[0], 5),
        (2, people[1], 3),
        (2, people[2], 3),
        (4, people[3], 2),
        (4, people[4], 2),
        (4, people[5], 2),
    ]
    assert top[0].name is not None
    assert len(site.query(visitor_list.top_of, month, 1)) == 1


def test_a_month_begins_and_ends_on_the_sites_clock(site: Site, watch: Watch):
    madrid = ZoneInfo("Europe/Madrid")
    month = Period(
        datetime(2026, 4, 1, tzinfo=madrid).astimezone(UTC),
        datetime(2026, 5, 1, tzinfo=madrid).astimezone(UTC),
    )
    edges = (month.start - timedelta(minutes=1), month.start, month.end - timedelta(minutes=1))
    many(site, watch, *edges, month.end)
    (regular,) = site.query(visitor_list.top_of, month)
    assert regular.visits == 2


# Who was forgotten.
def test_the_visits_of_somebody_forgotten_count_and_tell_nothing(site: Site):
    on(site).given(register(pictures=("0a",)), check_in(), check_out())
    before = site.query(visitor_list.overview, TODAY)
    month = Period(TODAY.start, TOMORROW.end)
    on(site).given(forget(GUEST))
    shown = site.query(visitor_list.one, VISIT)
    assert shown is not None
    assert (shown.visitor, shown.row.reason, shown.row.pictures) == (None, None, ())
    assert site.query(visitor_list.overview, TODAY) == before
    (regular,) = site.query(visitor_list.top_of, month)
    assert (regular.visits, regular.name) == (1, None)
    assert ids(site.query(visitor_list.page, search="guest")) == []
    assert site.query(visitor_list.flow, TODAY, UTC)[12] == 1


def test_the_visits_to_a_host_who_was_forgotten_stay_the_visitors(site: Site):
    on(site).given(register(pictures=("0a",)), forget(HOST))
    shown = site.query(visitor_list.one, VISIT)
    assert shown is not None
    assert (shown.host, shown.row.pictures) == (None, ("0a",))


def test_who_did_not_come_in_time_has_not_come_though_nobody_looked(site: Site):
    """A site that nobody serves has no clock that settles it."""
    later = {"start": NOON, "end": after(7200)}
    on(site).given(register(), register(VisitId("v-2"), **later), register(VisitId("v-3")))
    on(site).given(check_in(VisitId("v-3")))

    def found(state: str, now: datetime | None) -> list[str]:
        return ids(site.query(visitor_list.page, state=state, now=now))

    assert (found("expected", None), found("no-show", None)) == (["v-2", "v-1"], [])
    assert (found("expected", NOON), found("no-show", NOON)) == (["v-2", "v-1"], [])
    over = after(3600)
    assert (found("expected", over), found("no-show", over)) == (["v-2"], ["v-1"])
    assert found("checked-in", over) == ["v-3"]
    shown = {item.row.id: item.state(over) for item in site.query(visitor_list.page)}
    assert shown == {"v-1": "no-show", "v-2": "expected", "v-3": "checked-in"}
