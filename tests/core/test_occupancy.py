"""Who is on site now, and how do we know?"""

from datetime import timedelta

import pytest

from cvsec_core.ids import PersonId, VisitId
from cvsec_core.projections import occupancy
from cvsec_core.projections.occupancy import PresenceRow
from cvsec_core.site import Site
from tests.core.guests import (
    GUEST,
    HOST,
    PUPIL,
    VISIT,
    check_in,
    check_out,
    forget,
    passed,
    peopled,
    register,
)
from tests.core.places import FRONT, NOON, Watch, after
from tests.specification import on


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(watch: Watch) -> Site:
    return peopled(watch)


def present(site: Site) -> list[PresenceRow]:
    return [item.row for item in site.query(occupancy.muster, site.clock())]


def test_whoever_passed_a_reader_is_where_they_went(site: Site):
    assert site.query(occupancy.inside, HOST) is None
    passed(site, HOST)
    assert present(site) == [PresenceRow(HOST, True, NOON, FRONT, "observed")]
    assert site.query(occupancy.inside, HOST) is True
    passed(site, HOST, 5, "out")
    assert present(site) == []
    assert site.query(occupancy.inside, HOST) is False


@pytest.mark.parametrize(
    ("who", "direction", "code"),
    [(HOST, None, 0), (None, "in", 0), (HOST, "in", 23), (HOST, "in", 27)],
)
def test_who_was_not_let_through_is_nowhere_else(
    site: Site, who: PersonId | None, direction: str | None, code: int
):
    passed(site, who, 0, direction, code=code)
    assert present(site) == []


def test_a_late_record_moves_nobody_who_was_seen_since(site: Site):
    passed(site, HOST, 60)
    passed(site, HOST, 30, "out", late=True)
    assert site.query(occupancy.inside, HOST) is True
    passed(site, PUPIL, 30, late=True)
    passed(site, HOST, 90, "out", late=True)
    assert present(site) == [PresenceRow(PUPIL, True, after(30), FRONT, "inferred")]


def test_a_visitor_is_inside_with_their_party_until_they_are_checked_out(site: Site):
    on(site).given(register(party=5), check_in(seconds=5))
    assert present(site) == [PresenceRow(GUEST, True, after(5), None, "observed", 5, (VISIT,))]
    passed(site, GUEST, 10)
    assert present(site) == [PresenceRow(GUEST, True, after(10), FRONT, "observed", 5, (VISIT,))]
    on(site).given(check_out(seconds=20))
    assert present(site) == []


def test_who_is_checked_out_of_one_of_two_visits_is_still_here_for_the_other(site: Site):
    other = VisitId("v-2")
    on(site).given(register(party=5), check_in(), register(other, party=2), check_in(other, 5))
    assert present(site) == [
        PresenceRow(GUEST, True, after(5), None, "observed", 5, (VISIT, other))
    ]
    on(site).given(check_out(seconds=10))
    assert present(site) == [PresenceRow(GUEST, True, after(5), None, "observed", 2, (other,))]
    on(site).given(check_out(other, 20))
    assert present(site) == []


def test_who_left_by_a_reader_and_comes_for_another_visit_is_here_for_that_alone(site: Site):
    other = VisitId("v-2")
    on(site).given(register(party=5), check_in())
    passed(site, GUEST, 5, "out")
    on(site).given(register(other), check_in(other, 10), check_out(seconds=20))
    assert present(site) == [PresenceRow(GUEST, True, after(10), None, "observed", 1, (other,))]
    on(site).given(check_out(other, 30))
    assert present(site) == []


def test_who_is_forgotten_on_two_visits_is_counted_until_checked_out_of_both(site: Site):
    other = VisitId("v-2")
    on(site).given(register(), check_in(), register(other), check_in(other), forget(GUEST))
    on(site).given(check_out(seconds=10))
    assert len(site.query(occupancy.muster, NOON + timedelta(days=2))) == 1
    on(site).given(check_out(other, 20))
    assert site.query(occupancy.muster, NOON) == []
    assert site.views.get(PresenceRow, GUEST) is None


def test_a_visitor_who_goes_out_and_comes_back_by_a_reader_is_one(site: Site):
    on(site).given(register(party=5), check_in())
    passed(site, GUEST, 10, "out")
    passed(site, GUEST, 20)
    assert present(site) == [PresenceRow(GUEST, True, after(20), FRONT, "observed", 1, (VISIT,))]


def test_an_assumed_check_out_says_so_and_never_hides_what_was_seen(site: Site, watch: Watch):
    def presence() -> PresenceRow | None:
        return site.views.get(PresenceRow, GUEST)

    on(site).given(register(), check_in())
    watch.now = NOON + timedelta(hours=6)
    site.tick(watch.now)
    site.drain()
    assert presence() == PresenceRow(GUEST, False, watch.now, None, "assumed")


def test_who_was_seen_to_leave_has_left_then(site: Site, watch: Watch):
    on(site).given(register(), check_in())
    passed(site, GUEST, 60, "out")
    watch.now = NOON + timedelta(hours=6)
    site.tick(watch.now)
    site.drain()
    seen = site.views.get(PresenceRow, GUEST)
    assert seen == PresenceRow(GUEST, False, after(60), FRONT, "observed")


def test_the_muster_tells_who_came_last_first_and_who_they_are(site: Site):
    passed(site, HOST)
    passed(site, PersonId("a stranger's card"), 30)
    on(site).given(register(), check_in(seconds=10))
    listed = site.query(occupancy.muster, site.clock())
    assert [item.row.id for item in listed] == ["a stranger's card", GUEST, HOST]
    assert [item.person and item.person.first_name for item in listed] == [None, "Guest", "Host"]


def test_who_is_forgotten_inside_is_counted_until_they_leave(site: Site):
    """Nobody is left behind in a fire for their privacy."""
    on(site).given(register(), check_in(), forget(GUEST))
    for moment in (NOON, NOON + timedelta(days=400)):
        (left,) = site.query(occupancy.muster, moment)
        assert (left.row.id, left.person) == (GUEST, None)
    on(site).given(check_out(seconds=60))
    assert site.query(occupancy.muster, NOON) == []
    assert site.views.get(PresenceRow, GUEST) is None


def test_who_works_here_and_is_forgotten_inside_is_counted_for_a_day(site: Site):
    """No reader can see them leave any more."""
    passed(site, HOST)
    on(site).given(forget(HOST))
    day = timedelta(days=1)
    (left,) = site.query(occupancy.muster, NOON + day - timedelta(seconds=1))
    assert (left.row.id, left.person) == (HOST, None)
    assert site.query(occupancy.muster, NOON + day) == []


def test_who_is_checked_out_and_comes_back_by_a_reader_is_on_no_visit(site: Site):
    on(site).given(register(), check_in())
    passed(site, GUEST, 10, "out")
    on(site).given(check_out(seconds=20))
    passed(site, GUEST, 30)
    on(site).given(forget(GUEST))
    assert len(site.query(occupancy.muster, NOON)) == 1
    assert site.query(occupancy.muster, NOON + timedelta(days=2)) == []


def test_who_is_forgotten_outside_leaves_no_row(site: Site):
    passed(site, HOST)
    passed(site, HOST, 5, "out")
    on(site).given(forget(HOST), forget(PUPIL))
    assert site.query(occupancy.inside, HOST) is None
    assert site.query(occupancy.inside, PUPIL) is None
