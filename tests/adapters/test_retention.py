"""Visitors are forgotten when there is no reason any more to remember them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cvsec_adapters.desk import people, retention
from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.people import Details
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.desk.visits import WalkIn, check_in, check_out, register
from cvsec_adapters.wiring import desk_of
from cvsec_core.aggregates.person import Forgotten, stream
from cvsec_core.errors import InvalidFieldError
from cvsec_core.handling import SYSTEM
from cvsec_core.ids import PersonId, VisitId
from cvsec_core.projections import directory
from cvsec_core.site import Site
from tests.core.places import NOON, Watch
from tests.properties.a_life import opened, traces

DAY = timedelta(days=1)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(tmp_path: Path, watch: Watch) -> Iterator[Desk]:
    with opened(tmp_path / "site.db", watch) as site:
        people.enroll(site, "1001", Details("Host", "One"), by="desk")
        yield desk_of(site)


def comes(desk: Desk, number: int, *, leaves: bool = True) -> PersonId:
    """A visitor comes for an hour, and leaves."""
    name, now = VisitId(f"visit-{number}-{desk.site.clock():%m%d}"), desk.site.clock()
    who = Visitor("Zebulonia", f"Number{number}", f"ID{number}")
    wish = WalkIn(who, "1001", now, now + timedelta(hours=1), "meeting", visit=name)
    register(desk, wish, by="desk").or_raise()
    check_in(desk.site, name, by="desk")
    if leaves:
        check_out(desk.site, name, by="desk")
    return PersonId(
        desk.site.pseudonyms.known((("id-number", f"ID{number}"),))["id-number", f"ID{number}"]
    )


def forgotten(site: Site, *who: PersonId) -> list[bool]:
    return [isinstance(site.state(stream(name)), Forgotten) for name in who]


def test_a_visitor_is_forgotten_a_month_after_the_last_visit(
    desk: Desk, watch: Watch, tmp_path: Path
):
    site = desk.site
    once, again = comes(desk, 1), comes(desk, 2)
    watch.now = NOON + 20 * DAY
    comes(desk, 2)
    watch.now = NOON + 31 * DAY
    site.tick(watch.now)
    assert forgotten(site, once, again) == [False, False]  # the hour of the visit counts too
    watch.now += timedelta(hours=2)
    site.tick(watch.now)
    assert forgotten(site, once, again) == [True, False]
    (row,) = site.query(directory.forgotten)
    assert (row.id, row.by, row.forgotten_at) == (once, SYSTEM, watch.now)
    assert traces(tmp_path, ["Number1"]) == []
    watch.now = NOON + 52 * DAY
    site.tick(watch.now)
    assert forgotten(site, once, again) == [True, True]
    assert traces(tmp_path, ["Zebulonia"]) == []


def test_the_organisation_says_how_long(desk: Desk, watch: Watch):
    who = comes(desk, 1)
    assert retention.standing(desk.site) == retention.Retention(31, 0, ())
    retention.set_days(desk.site, 2, by="officer").or_raise()
    watch.now = NOON + 3 * DAY
    assert retention.standing(desk.site) == retention.Retention(2, 1, ())
    retention.set_days(desk.site, None, by="officer").or_raise()
    assert retention.standing(desk.site) == retention.Retention(None, 0, ())
    watch.now = NOON + 500 * DAY
    desk.site.tick(watch.now)
    assert retention.sweep(desk) == retention.Swept(0, 0, ())
    assert forgotten(desk.site, who) == [False]
    with pytest.raises(InvalidFieldError):
        retention.set_days(desk.site, 0, by="officer")


def test_who_is_here_or_expected_is_not_forgotten(desk: Desk, watch: Watch):
    site = desk.site
    here, expected = comes(desk, 1, leaves=False), comes(desk, 2)
    start, end = NOON + 20 * DAY, NOON + 40 * DAY
    later = WalkIn(Visitor("Zebulonia", "Number2", "ID2"), "1001", start, end, "meeting")
    register(desk, later, by="desk").or_raise()
    watch.now = NOON + 35 * DAY
    assert retention.sweep(desk).forgotten == 0
    assert forgotten(site, here, expected) == [False, False]
    check_out(site, VisitId("visit-1-0302"), by="desk")  # and only now the days count
    assert retention.sweep(desk).forgotten == 0
    watch.now = NOON + 67 * DAY
    assert retention.sweep(desk) == retention.Swept(1, 0, ())
    assert forgotten(site, here, expected) == [True, False]


def test_who_works_here_is_not_forgotten(desk: Desk, watch: Watch):
    watch.now = NOON + 500 * DAY
    assert retention.sweep(desk).forgotten == 0
    assert people.row(desk.site, "1001").first_name == "Host"


def test_the_blocklist_is_kept_and_told(desk: Desk, watch: Watch):
    who = comes(desk, 1)
    (row,) = desk.site.query(directory.names, (who,)).values()
    assert row.number
    people.block(desk.site, row.number, "stole a projector", by="guard")
    watch.now = NOON + 40 * DAY
    assert retention.sweep(desk) == retention.Swept(0, 0, (row.number,))
    assert retention.standing(desk.site).kept == (row.number,)
    people.unblock(desk.site, row.number, by="guard")
    assert retention.sweep(desk, by="officer") == retention.Swept(1, 0, ())
    (row,) = desk.site.query(directory.forgotten)
    assert row.by == "officer"


def test_a_sweep_forgets_some_at_a_time_and_is_gone_on_with(
    desk: Desk, watch: Watch, tmp_path: Path
):
    who = [comes(desk, number) for number in range(7)]
    watch.now = NOON + 40 * DAY
    assert retention.sweep(desk, most=3) == retention.Swept(3, 4, ())
    assert sum(forgotten(desk.site, *who)) == 3
    with opened(tmp_path / "site.db", watch) as later:  # as after a restart
        assert retention.sweep(desk_of(later), most=3) == retention.Swept(3, 1, ())
    assert retention.sweep(desk, most=3) == retention.Swept(1, 0, ())
    assert retention.sweep(desk, most=3) == retention.Swept(0, 0, ())
    assert all(forgotten(desk.site, *who))
