"""Somebody stands at a door: what the site decides, what it keeps of it, and how it explains it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve as changed, frozen

from cvsec_core.aggregates import (
    access_level,
    alarm,
    credential,
    door,
    journal,
    lockdown_group,
    organisation,
    person,
    visit,
)
from cvsec_core.ids import CredentialId, DoorId, LevelId, PersonId, VisitId
from cvsec_core.projections import standing
from cvsec_core.rules.access import (
    NoAccessLevel,
    NotExpected,
    PassbackViolated,
    UnknownCredential,
    UnknownPerson,
    with_the_decision,
)
from cvsec_core.site import Site
from cvsec_core.values import WEEK, Interval, Period, Standing, WeeklySchedule
from tests.core.places import BACK, FRONT, GROUND, LOBBY, NOON, Watch, after, built
from tests.specification import on

SOMEBODY, GUEST, HOST = PersonId("somebody"), PersonId("guest"), PersonId("host")
CARD, FORCED, PHONE = CredentialId("card-1"), CredentialId("pin-1"), CredentialId("phone-1")
STAFF = LevelId("staff")
DAYTIME = WeeklySchedule((Interval(WEEK, 8 * 60, 18 * 60),))


@frozen
class Code:
    """A dynamic code as it was read."""

    credential: CredentialId
    code: str = "1-nonce"
    fresh: bool = True


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(watch: Watch) -> Site:
    """Somebody with a card, a duress PIN and a phone, whose level opens the lobby by day."""
    return (
        on(built(watch))
        .given(
            *(
                person.EnrollPerson(name, kind, person.Particulars(name), "reception", NOON)
                for name, kind in ((SOMEBODY, "personnel"), (HOST, "personnel"), (GUEST, "visitor"))
            ),
            access_level.DefineAccessLevel(STAFF, (FRONT, BACK), DAYTIME, "admin", NOON),
            *(person.GrantAccess(name, STAFF, "admin", NOON) for name in (SOMEBODY, GUEST)),
            credential.IssueCredential(CARD, SOMEBODY, "card", "admin", NOON, number="4711"),
            credential.IssueCredential(
                FORCED, SOMEBODY, "pin", "admin", NOON, digest="d", duress=True
            ),
            credential.IssueCredential(PHONE, SOMEBODY, "qr", "admin", NOON),
        )
        .site
    )


def events(site: Site, *kinds: type) -> list[Any]:
    return [r.event for r in site.log.read_all(0, 10_000) if isinstance(r.event, kinds)]


# Deciding.
def test_a_grant_is_recorded_with_its_rule(site: Site):
    decision = site.decide_at_door(FRONT, NOON, shown=CARD, actor="device:lobby")
    assert decision.granted
    (granted,) = events(site, door.AccessGranted)
    assert granted == door.AccessGranted(
        FRONT, LOBBY, SOMEBODY, CARD, "in", decision.rule, decision.version, (), NOON
    )
    assert site.log.read_all(site.log.head() - 1, 1)[0].meta.actor == "device:lobby"


def test_a_denial_is_recorded_with_every_reason(site: Site):
    site.handle(lockdown_group.ActivateLockdown(GROUND, "guard", NOON))
    site.handle(credential.SuspendCredential(CARD, "Lost", "guard", NOON))
    decision = site.decide_at_door(FRONT, NOON, shown=CARD)
    (denied,) = events(site, door.AccessDenied)
    assert denied.reasons == decision.reasons
    assert [reason.code for reason in denied.reasons] == [
        "under-lockdown",
        "credential-not-enabled",
    ]
    assert (denied.person, denied.credential) == (SOMEBODY, CARD)


def test_who_is_not_known_is_denied_and_recorded(site: Site):
    unknown = CredentialId("unknown")
    assert site.decide_at_door(FRONT, NOON, shown=unknown).reasons == (
        UnknownPerson(),
        UnknownCredential(),
        NoAccessLevel(FRONT),
    )
    assert not site.decide_at_door(FRONT, NOON).granted
    assert [denied.person for denied in events(site, door.AccessDenied)] == [None, None]


def test_at_a_door_that_there_is_not_nothing_is_decided(site: Site):
    nowhere = DoorId("nowhere-1")
    with pytest.raises(door.DoorUnknownError):
        site.decide_at_door(nowhere, NOON, code=Code(PHONE))
    with pytest.raises(door.DoorUnknownError):
        site.explain(SOMEBODY, nowhere, NOON)
    assert events(site, credential.DynamicCodePresented) == []


def test_duress_looks_like_a_grant_at_the_door_and_is_an_alarm_elsewhere(site: Site):
    ordinary = site.decide_at_door(FRONT, NOON, shown=CARD)
    assert site.decide_at_door(FRONT, NOON, shown=FORCED) == ordinary
    assert [raised.code for raised in events(site, alarm.AlarmRaised)] == [101]
    site.handle(person.WithdrawAccess(SOMEBODY, STAFF, "admin", NOON))
    assert not site.decide_at_door(FRONT, NOON, shown=FORCED).granted
    assert len(events(site, alarm.AlarmRaised)) == 2


def tells(site: Site, index: int, card: str, code: int = 0, *, late: bool = False) -> None:
    """A controller tells what it has decided by itself."""
    at = after(index)
    line = journal.Line(index, code, 1, None, card, "in", "4", at, f"{index}")
    wish = journal.RecordPassages(LOBBY, at.date().isoformat(), (line,), at, backfilled=late)
    site.handle(wish)


@pytest.fixture
def duress_card(site: Site) -> CredentialId:
    name = site.new_card("4799")
    issue = credential.IssueCredential(name, SOMEBODY, "card", "admin", NOON, number="4799")
    site.handle(changed(issue, duress=True))
    return name


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.usefixtures("duress_card")
def test_duress_is_an_alarm_also_where_a_controller_has_let_them_in(site: Site, *, late: bool):
    calm = site.new_card("4711")
    issue = credential.IssueCredential(calm, SOMEBODY, "card", "admin", NOON, number="4711")
    site.handle(issue)
    tells(site, 1, "4711", late=late)
    tells(site, 2, "6000", late=late)
    tells(site, 3, "4799", code=200, late=late)  # the door opened
    assert events(site, alarm.AlarmRaised, credential.DuressShown) == []
    tells(site, 4, "4799", late=late)
    (raised,) = events(site, alarm.AlarmRaised)
    assert (raised.code, raised.door, raised.level) == (101, FRONT, "alarm")
    assert raised.at == after(4)


@pytest.mark.usefixtures("duress_card")
def test_a_refusal_under_duress_is_an_alarm_also_where_a_controller_decided(site: Site):
    tells(site, 1, "4799", code=23)
    assert {raised.code for raised in events(site, alarm.AlarmRaised)} == {23, 101}


def test_a_passage_that_was_asked_about_is_one_alarm(site: Site, duress_card: CredentialId):
    assert site.decide_at_door(FRONT, NOON, shown=duress_card).granted
    tells(site, 4, "4799", code=222)
    tells(site, 5, "4799", code=101)
    assert len(events(site, alarm.AlarmRaised)) == 1
    tells(site, 90, "4799")
    assert len(events(site, alarm.AlarmRaised)) == 2


def test_a_dynamic_code_is_presented_once(site: Site):
    assert site.decide_at_door(FRONT, NOON, code=Code(PHONE)).granted
    again = site.decide_at_door(FRONT, NOON, code=Code(PHONE))
    assert again.reasons == (credential.CodeUsed(),)
    assert again.rule == "a_code_counts_once_and_in_time"
    stale = site.decide_at_door(FRONT, NOON, code=Code(PHONE, "2-nonce", fresh=False))
    assert stale.reasons == (credential.CodeExpired(),)
    unknown = site.decide_at_door(FRONT, NOON, code=Code(CredentialId("nobody-s")))
    assert UnknownCredential() in unknown.reasons
    assert len(events(site, credential.DynamicCodePresented)) == 1
    assert len(events(site, credential.DynamicCodeRefused)) == 2


def test_the_sites_zone_says_what_time_it_is(site: Site):
    evening = NOON.replace(hour=17, minute=30)
    assert site.decide_at_door(FRONT, evening, shown=CARD).granted
    site.handle(organisation.FoundOrganisation("Campus", "Europe/Madrid", "en", "admin", NOON))
    assert not site.decide_at_door(FRONT, evening, shown=CARD).granted


def test_a_zone_whose_rules_are_gone_counts_as_utc(site: Site):
    site.handle(organisation.FoundOrganisation("Campus", "Europe/Madrid", "en", "admin", NOON))

    def gone(name: str) -> Any:
        raise KeyError(name)

    wish = door.RequestAccess(FRONT, SOMEBODY, CARD, NOON.replace(hour=17, minute=30))
    assert with_the_decision(gone)(wish, site.state).objections == ()


# How people stand.
def passback(name: DoorId, mode: Any, zone: str | None = "lobby") -> door.SetAntiPassback:
    return door.SetAntiPassback(name, mode, "admin", NOON, zone)


@pytest.fixture
def known(site: Site) -> PersonId:
    """Somebody who is known by number, as a device tells of them."""
    name = site.newcomer(("number", "7"))
    on(site).given(
        person.EnrollPerson(name, "personnel", person.Particulars("Seven"), "reception", NOON),
        person.GrantAccess(name, STAFF, "admin", NOON),
        passback(FRONT, "hard"),
        passback(BACK, "soft"),
    )
    return name


def passed(site: Site, index: int, name: DoorId, direction: Any, *, late: bool = False) -> None:
    at = after(index)
    line = journal.Line(index, 0, int(name[-1]), "7", None, direction, "4", at, f"{index}")
    day = at.date().isoformat()
    site.handle(journal.RecordPassages(LOBBY, day, (line,), after(100), backfilled=late))


def test_nobody_enters_a_zone_twice_by_any_of_its_doors(site: Site, known: PersonId):
    passed(site, 1, FRONT, "in")
    violated = (PassbackViolated("lobby"),)
    assert site.decide_at_door(FRONT, after(100), who=known).reasons == violated
    soft = site.decide_at_door(BACK, after(100), who=known)
    assert (soft.granted, soft.noted) == (True, violated)
    assert events(site, door.AccessGranted)[-1].noted == violated
    assert site.decide_at_door(FRONT, after(100), who=known, direction="out").granted
    passed(site, 2, BACK, "out")
    assert site.decide_at_door(FRONT, after(100), who=known).granted


def test_a_late_record_moves_nobody_who_was_seen_since(site: Site, known: PersonId):
    passed(site, 9, FRONT, "in")
    passed(site, 5, FRONT, "out", late=True)
    assert site.query(standing.of, known).inside == ("lobby",)
    passed(site, 12, FRONT, "out", late=True)
    assert site.query(standing.of, known).inside == ()


def test_a_reset_lets_somebody_enter_again(site: Site, known: PersonId):
    on(site).given(credential.IssueCredential(CredentialId("c"), known, "qr", "admin", NOON))
    passed(site, 1, FRONT, "in")
    on(site).given(credential.ResetAntiPassback(CredentialId("c"), "guard", after(50)))
    assert site.decide_at_door(FRONT, after(100), who=known).granted


def test_a_reset_is_not_undone_by_what_is_told_late(site: Site, known: PersonId):
    on(site).given(credential.IssueCredential(CredentialId("c"), known, "qr", "admin", NOON))
    passed(site, 9, FRONT, "in")
    on(site).given(credential.ResetAntiPassback(CredentialId("c"), "guard", after(50)))
    passed(site, 5, FRONT, "in", late=True)
    assert site.decide_at_door(FRONT, after(100), who=known).granted


def test_who_was_let_in_is_inside_before_their_passage_is_told(site: Site, known: PersonId):
    assert site.decide_at_door(BACK, after(1), who=known).granted
    again = site.decide_at_door(FRONT, after(6), who=known)
    assert again.reasons == (PassbackViolated("lobby"),)
    assert site.decide_at_door(FRONT, after(11), who=known, direction="out").granted
    assert site.decide_at_door(FRONT, after(16), who=known).granted
    on(site).given(person.ForgetPerson(known, "admin", after(20)))
    assert site.query(standing.of, known).inside == ()


def test_who_was_refused_is_not_inside(site: Site, known: PersonId):
    site.handle(person.BlockPerson(known, "lost trust", "admin", NOON))
    assert not site.decide_at_door(FRONT, after(1), who=known).granted
    site.handle(person.UnblockPerson(known, "admin", NOON))
    assert site.decide_at_door(FRONT, after(6), who=known).granted


def test_a_question_that_is_asked_again_is_not_held_against_itself(site: Site, known: PersonId):
    def asks(second: int, question: str) -> bool:
        decision = site.decide_at_door(FRONT, after(second), who=known, question=question)
        return decision.granted

    assert [asks(1, "first"), asks(2, "first"), asks(3, "first")] == [True] * 3
    assert not asks(4, "second")
    passed(site, 5, FRONT, "in")
    assert not asks(6, "first")


def test_of_many_who_ask_at_once_with_one_card_one_is_let_in(site: Site, known: PersonId):
    with ThreadPoolExecutor(4) as readers:
        decided = list(
            readers.map(lambda _: site.decide_at_door(FRONT, after(1), who=known), range(12))
        )
    assert [decision.granted for decision in decided].count(True) == 1


def test_a_door_without_anti_passback_moves_nobody(site: Site, known: PersonId):
    on(site).given(passback(FRONT, "none"))
    passed(site, 1, FRONT, "in")
    assert site.query(standing.of, known) == Standing()


def test_a_zone_is_the_doors_own_unless_it_is_named(site: Site):
    on(site).when(passback(FRONT, "hard", None)).then(
        door.AntiPassbackSet(FRONT, "hard", FRONT, "admin", NOON)
    )
    on(site).when(passback(FRONT, "hard", None)).then()


def test_a_visitor_passes_while_a_visit_lasts(site: Site, watch: Watch):
    assert site.explain(GUEST, FRONT, NOON).reasons == (NotExpected(),)
    start, end = after(3600), after(7200)
    wish = visit.RegisterVisit(VisitId("v"), GUEST, HOST, start, end, "meeting", "reception", NOON)
    on(site).given(wish)
    assert site.query(standing.of, GUEST).visits == (Period(start, end),)
    (later, *_) = site.explain(GUEST, FRONT, NOON).alternatives
    assert (later.door, later.at) == (FRONT, start)
    on(site).given(visit.CheckIn(VisitId("v"), "reception", after(60)))
    assert site.decide_at_door(FRONT, after(60), who=GUEST).granted
    assert not site.decide_at_door(FRONT, end, who=GUEST).granted
    on(site).given(visit.CheckOut(VisitId("v"), "reception", after(90)))
    assert not site.decide_at_door(FRONT, after(91), who=GUEST).granted


# Explaining.
def test_an_explanation_records_nothing_and_tells_another_door(site: Site):
    site.handle(door.RequestMode(FRONT, "Blocked", "guard", NOON))
    head = site.log.head()
    decision = site.explain(SOMEBODY, FRONT, NOON, shown=CARD)
    assert decision.reasons == (door.DoorBlocked(FRONT),)
    assert [(other.door, other.at) for other in decision.alternatives] == [(BACK, NOON)]
    assert site.log.head() == head


def test_of_the_past_it_is_told_what_held_then(site: Site, watch: Watch):
    assert site.explain(SOMEBODY, FRONT, NOON).granted
    watch.now = NOON + timedelta(minutes=30)
    on(site).given(person.WithdrawAccess(SOMEBODY, STAFF, "admin", watch.now))
    assert site.explain(SOMEBODY, FRONT, NOON + timedelta(minutes=10)).granted
    assert not site.explain(SOMEBODY, FRONT, watch.now).granted


def test_of_a_visitor_in_the_past_it_is_told_when_they_were_expected(site: Site, watch: Watch):
    end, by = after(3600), "reception"
    wish = visit.RegisterVisit(VisitId("v"), GUEST, HOST, NOON, end, "meeting", by, NOON)
    on(site).given(wish)
    watch.now = after(7200)
    assert site.explain(GUEST, FRONT, after(60)).granted
    assert not site.explain(GUEST, FRONT, after(7200)).granted
