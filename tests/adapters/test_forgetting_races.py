"""Whoever writes while somebody is forgotten comes before it or after it, never between."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from cvsec_adapters.desk import people, retention as desk_retention
from cvsec_adapters.desk.people import Details
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.desk.visits import WalkIn, check_in, check_out, register
from cvsec_adapters.wiring import desk_of
from cvsec_core.aggregates import credential, person, visit
from cvsec_core.aggregates.credential import IssueCredential
from cvsec_core.errors import CommandError
from cvsec_core.handling import Asked
from cvsec_core.ids import PersonId, VisitId
from cvsec_core.projections import directory, retention
from cvsec_core.site import Site
from tests.core.places import NOON, Watch
from tests.properties.a_life import opened

A_WHILE = 0.3
"""Seconds for the other process to write, if it may."""
NAMED = VisitId("visit")
COMES = Visitor("Guest", "One", "X1234567")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def sites(tmp_path: Path, watch: Watch) -> Iterator[tuple[Site, Site]]:
    """The same site, opened twice as by two processes."""
    with opened(tmp_path / "site.db", watch) as one, opened(tmp_path / "site.db", watch) as other:
        people.enroll(one, "1001", Details("Host", "One"), by="desk")
        yield one, other


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, place: ModuleType, name: str, act: Callable[[], object]
) -> threading.Thread:
    """Once the question *name* of *place* has been answered, somebody else acts."""

    def acting() -> None:
        # Whoever comes too late may be told so.
        try:
            act()
        except CommandError:
            return

    thread = threading.Thread(target=acting)
    asked = getattr(place, name)

    def answer(*args: object, **kwargs: object) -> object:
        told = asked(*args, **kwargs)
        if told and thread.ident is None:
            thread.start()
            thread.join(A_WHILE)
        return told

    monkeypatch.setattr(place, name, answer)
    return thread


@pytest.mark.parametrize("together", [False, True])
def test_a_card_that_is_issued_meanwhile_does_not_stay(
    sites: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch, *, together: bool
):
    site, other = sites
    who, card = site.person("1001"), site.new_card("4711")
    site.handle(IssueCredential(site.new_card("1"), who, "card", "desk", NOON, "1"))
    issue = IssueCredential(card, who, "card", "desk", NOON, "4711")
    thread = meanwhile(
        monkeypatch, directory, "credentials_of", lambda: other.handle(issue).or_raise()
    )
    forget = person.ForgetPerson(who, "officer", NOON)
    if together:
        site.handle_all([Asked(forget)])
    else:
        site.handle(forget)
    thread.join()
    assert site.state(person.stream(who)) == person.Forgotten()
    assert not isinstance(site.state(credential.stream(card)), credential.Active)


def a_visitor_of_long_ago(site: Site, watch: Watch) -> PersonId:
    now = site.clock()
    wish = WalkIn(COMES, "1001", now, now + timedelta(hours=1), "meeting", visit=VisitId("first"))
    register(desk_of(site), wish, by="desk").or_raise()
    check_in(site, VisitId("first"), by="desk")
    check_out(site, VisitId("first"), by="desk")
    watch.now = NOON + timedelta(days=40)
    return site.query(directory.people, search="Guest")[0].id


def comes_again(site: Site) -> None:
    now = site.clock()
    wish = WalkIn(COMES, "1001", now, now + timedelta(hours=1), "meeting", visit=NAMED)
    register(desk_of(site), wish, by="desk").or_raise()
    check_in(site, NAMED, by="desk").or_raise()


@pytest.mark.parametrize(
    "sweep",
    [
        lambda site: site.tick(site.clock()),
        lambda site: desk_retention.sweep(desk_of(site)),
    ],
    ids=["tick", "sweep"],
)
def test_a_visitor_who_comes_meanwhile_is_not_forgotten_while_here(
    sites: tuple[Site, Site],
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    sweep: Callable[[Site], object],
):
    site, other = sites
    who = a_visitor_of_long_ago(site, watch)
    thread = meanwhile(monkeypatch, retention, "due", lambda: comes_again(other))
    sweep(site)
    thread.join()
    here = site.state(visit.stream(NAMED))
    forgotten = site.state(person.stream(who)) == person.Forgotten()
    assert not (forgotten and isinstance(here, visit.CheckedIn) and here.plan.visitor == who)
