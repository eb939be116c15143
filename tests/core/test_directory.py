"""Who is known to the site, and which levels and credentials there are."""

from datetime import date

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import access_level, credential, person
from cvsec_core.ids import CredentialId, PersonId
from cvsec_core.projections import directory
from cvsec_core.projections.directory import ForgottenRow, LevelRow, PersonRow, told
from cvsec_core.site import Site
from cvsec_core.values import WEEK, Interval, WeeklySchedule
from tests.core.guests import (
    CARD,
    GUARDIAN,
    GUEST,
    HOST,
    NAMES,
    OTHER,
    PUPIL,
    STAFF,
    consent,
    enroll,
    forget,
    issue_card,
    link,
    peopled,
    staff_level,
    withdraw,
)
from tests.core.places import BACK, FRONT, NOON
from tests.specification import on

BY = ("reception", NOON)


@pytest.fixture
def site() -> Site:
    return peopled()


def row(site: Site, name: PersonId = HOST) -> PersonRow:
    found = site.query(directory.one, name)
    assert found is not None
    return found


# People.
@pytest.mark.parametrize(
    ("search", "kind", "found"),
    [
        (None, None, [HOST, PUPIL, GUARDIAN, GUEST, OTHER]),
        (None, "visitor", [GUEST]),
        ("", "personnel", [HOST, PUPIL, GUARDIAN, OTHER]),
        ("GUARD", None, [GUARDIAN, OTHER]),
        ("host one", None, [HOST]),
        ("phys", None, [HOST]),
        ("2001", None, [PUPIL]),
        ("guest", "personnel", []),
        ("helicopter", None, []),
    ],
)
def test_people_are_found(site: Site, search: str | None, kind: str | None, found: list[str]):
    rows = site.query(directory.people, search=search, kind=kind)
    assert [person.id for person in rows] == found


def test_people_are_turned_over_page_by_page_whether_they_have_a_number_or_not(site: Site):
    seen, after = list[str](), None
    while rows := site.query(directory.people, after=after, limit=2):
        seen += [person.id for person in rows]
        after = (rows[-1].place,)
    assert seen == [HOST, PUPIL, GUARDIAN, GUEST, OTHER]


def test_people_are_counted_by_kind(site: Site):
    kinds = (None, "visitor", "personnel", "administrator")
    assert [site.query(directory.count, kind) for kind in kinds] == [5, 1, 4, 0]


def test_a_person_is_shown_as_they_are_now(site: Site):
    assert (row(site).blocked, row(site).app_login, row(site).notifications) == (False, False, True)
    on(site).given(
        staff_level(),
        person.BlockPerson(HOST, "lost keys", *BY),
        person.EnableAppLogin(HOST, *BY),
        person.SwitchNotifications(HOST, False, *BY),
        person.GrantAccess(HOST, STAFF, *BY),
        person.CorrectPerson(HOST, changed(NAMES[HOST], last_name="Two"), *BY),
    )
    shown = row(site)
    assert (shown.blocked, shown.app_login, shown.notifications) == (True, True, False)
    assert (shown.levels, shown.last_name, shown.search) == (
        (STAFF,),
        "Two",
        "host two 1001 physics",
    )
    on(site).given(
        person.UnblockPerson(HOST, *BY),
        person.DisableAppLogin(HOST, *BY),
        person.WithdrawAccess(HOST, STAFF, *BY),
    )
    shown = row(site)
    assert (shown.blocked, shown.app_login, shown.levels) == (False, False, ())
    assert site.query(directory.one, PersonId("nobody")) is None
    assert list(site.query(directory.names, (HOST, PersonId("nobody")))) == [HOST]


def test_a_guardian_follows_wards_while_there_is_consent(site: Site):
    def wards(name: PersonId = GUARDIAN) -> list[str]:
        return [ward.id for ward in site.query(directory.wards, name)]

    assert wards() == wards(PersonId("nobody")) == []
    on(site).given(link(), link(OTHER))
    assert row(site, PUPIL).guardians == (GUARDIAN, OTHER)
    assert wards() == wards(OTHER) == [PUPIL]
    on(site).given(withdraw("guardian-feed"))
    assert (wards(), wards(OTHER)) == ([], [PUPIL])
    on(site).given(consent("guardian-feed"))
    assert wards() == []
    on(site).given(link(), withdraw("account"))
    assert wards() == wards(OTHER) == [PUPIL]


def test_an_address_is_the_same_in_capitals_and_the_blocklist_goes_first(site: Site):
    def having(address: str) -> list[str]:
        return [found.id for found in site.query(directory.with_email, address)]

    assert having("Guest@Example.ORG") == [GUEST]
    shared = changed(NAMES[HOST], email="GUEST@example.org")
    on(site).given(person.CorrectPerson(HOST, shared, *BY), person.BlockPerson(HOST, "theft", *BY))
    assert having("guest@example.org") == [HOST, GUEST]
    on(site).given(person.CorrectPerson(HOST, NAMES[HOST], *BY))
    assert having("guest@example.org") == [GUEST]


# Levels.
def test_levels_are_listed_by_name_with_their_revision(site: Site):
    on(site).given(staff_level())
    nights = WeeklySchedule((Interval(("sat", "sun"), 0, 1440),))
    labs = access_level.DefineAccessLevel("labs", (FRONT,), nights, "admin", NOON)
    change = access_level.ChangeAccessLevel(
        STAFF, (BACK,), nights, "admin", NOON, (date(2026, 12, 25),)
    )
    on(site).given(labs, change)
    assert site.query(directory.levels) == [
        LevelRow("labs", (FRONT,), ("sat,sun 00:00-24:00",), ()),
        LevelRow(STAFF, (BACK,), ("sat,sun 00:00-24:00",), ("2026-12-25",), 2),
    ]


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(WEEK, 480, 1080), "mon-sun 08:00-18:00"),
        (Interval(("fri", "mon", "tue", "wed", "thu"), 0, 1440), "mon-fri 00:00-24:00"),
        (Interval(("mon", "tue"), 1, 61), "mon,tue 00:01-01:01"),
        (Interval(("mon", "wed", "fri"), 0, 1), "mon,wed,fri 00:00-00:01"),
        (Interval(("sun",), 1439, 1440), "sun 23:59-24:00"),
    ],
)
def test_hours_are_told_as_people_write_them(interval: Interval, text: str):
    assert told(interval) == text


# Credentials.
def test_the_credentials_of_a_person_are_shown_with_how_they_stand(site: Site):
    code = CredentialId("code-1")
    on(site).given(issue_card(), credential.IssueCredential(code, HOST, "qr", *BY))
    on(site).given(credential.SuspendCredential(CARD, "Lost", *BY))

    def shown() -> list[tuple[str, str, str | None, str | None]]:
        rows = site.query(directory.credentials_of, HOST)
        return [(row.id, row.state, row.number, row.reason) for row in rows]

    assert row(site).credentials == (CARD, code)
    assert shown() == [(CARD, "suspended", "4711", "Lost"), (code, "active", None, None)]
    assert site.query(directory.cards, (HOST, GUEST)) == {HOST: ("4711",), GUEST: ()}
    on(site).given(credential.RestoreCredential(CARD, *BY), credential.RevokeCredential(code, *BY))
    assert shown() == [(CARD, "active", "4711", None), (code, "revoked", None, "Revoked")]
    on(site).given(credential.RevokeCredential(CARD, *BY))
    assert site.query(directory.cards, (HOST,)) == {HOST: ()}
    assert site.query(directory.credential_of, CredentialId("none")) is None


# Who was forgotten.
def test_of_somebody_forgotten_there_is_only_the_proof(site: Site):
    on(site).given(issue_card(), forget(HOST, CARD))
    assert site.query(directory.one, HOST) is None
    assert site.query(directory.credentials_of, HOST) == []
    assert site.query(directory.people, search="host") == []
    (row,) = site.query(directory.forgotten)
    assert row == ForgottenRow(HOST, row.position, "dpo", NOON)
    (recorded,) = site.log.read_all(row.position - 1, 1)
    assert recorded.event == person.PersonForgotten(HOST, (CARD,), "dpo", NOON)


def test_a_card_that_went_to_somebody_else_stays_theirs(site: Site):
    on(site).given(
        issue_card(),
        credential.RevokeCredential(CARD, *BY),
        issue_card(of=GUARDIAN),
        forget(HOST, CARD),
    )
    (kept,) = site.query(directory.credentials_of, GUARDIAN)
    assert (kept.id, kept.state, kept.number) == (CARD, "active", "4711")


def test_somebody_forgotten_is_nobodys_guardian_and_nobodys_ward(site: Site):
    on(site).given(link(), link(OTHER), forget(GUARDIAN))
    assert (row(site, PUPIL).guardians, row(site, PUPIL).feed_to) == ((OTHER,), (OTHER,))
    on(site).given(forget(PUPIL))
    assert row(site, OTHER).wards == ()


def test_who_was_never_shown_is_forgotten_all_the_same(site: Site):
    again = changed(enroll(HOST), person=PersonId("gone"))
    on(site).given(again, forget(PersonId("gone")))
    assert site.query(directory.count) == 5


def test_an_account_ends_when_the_last_guardian_who_consents_to_it_is_forgotten(site: Site):
    on(site).given(link(), link(OTHER), person.EnableAppLogin(PUPIL, *BY))
    on(site).given(forget(GUARDIAN))
    assert row(site, PUPIL).app_login
    on(site).given(forget(OTHER))
    assert not row(site, PUPIL).app_login
    state: person.Enrolled = site.state(person.stream(PUPIL))
    assert (state.app_login, state.consents) == (False, frozenset())
    refused = site.handle(person.EnableAppLogin(PUPIL, *BY)).refusals
    assert [refusal.reasons for refusal in refused] == [(person.ConsentMissing("account"),)]


def test_a_pupil_and_their_guardian_are_forgotten_together(site: Site):
    on(site).given(link())
    answers = site.forget((PUPIL, GUARDIAN), "dpo", NOON)
    assert [answer.error for answer in answers] == [None, None]
    assert site.query(directory.wards, GUARDIAN) == []
