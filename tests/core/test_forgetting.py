"""Whoever is forgotten is told of by no event and no row, and views made again are those kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_adapters.storage.views import SqliteViews
from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import credential, invitation, mail, person, visit
from cvsec_core.catalogue import PROJECTIONS
from cvsec_core.ids import CredentialId, InvitationId, MailId, PersonId, VisitId
from cvsec_core.looking import GROUPS
from cvsec_core.projections import access_records, directory, notification_center
from cvsec_core.site import Site
from tests.core.guests import (
    CARD,
    GUARDIAN,
    GUEST,
    HOST,
    NAMES,
    PUPIL,
    STAFF,
    check_in,
    check_out,
    enroll,
    forget,
    happened,
    invite,
    issue_card,
    link,
    passed,
    peopled,
    register,
    scan,
)
from tests.core.places import FRONT, LOBBY, NOON, Watch, after, furnished, passages, told
from tests.properties.rows_of import all_rows
from tests.specification import on

BY = ("reception", NOON)
LETTER = MailId("invitation.i-1")
SECRET = "xyzzy"
"""It stands in everything personal that anybody writes below."""


def secretly(site: Site) -> None:
    """Everything that can be told of somebody is told of the guest, the host and the pupil."""
    for who in (GUEST, HOST, PUPIL):
        secrets = person.Particulars(*(f"{SECRET}-{number}" for number in range(7)))
        named = changed(secrets, number=NAMES[who].number)
        on(site).given(person.CorrectPerson(who, named, *BY))
    on(site).given(
        link(),
        changed(link(), guardian=HOST, consent=SECRET),
        person.RecordConsent(HOST, "account", SECRET, *BY),
        person.SetPassword(HOST, SECRET, *BY),
        person.BlockPerson(HOST, SECRET, *BY),
        issue_card(number=SECRET),
        credential.IssueCredential(CredentialId("pin-1"), HOST, "pin", *BY, digest=SECRET),
        invite(reason=SECRET, remarks=SECRET),
        invite(InvitationId("i-2"), reason=SECRET),
        mail.ClaimMail(LETTER, "one", NOON),
        mail.ReportMailFailed(LETTER, "one", f"450 {SECRET} is busy", True, after(1)),
        mail.ClaimMail(LETTER, "one", after(90)),
        mail.ReportMailFailed(LETTER, "one", f"550 no {SECRET} here", False, after(91)),
        scan(),
        register(VisitId("v-2"), reason=SECRET, pictures=(f"photo:{SECRET}",)),
        check_in(VisitId("v-2")),
        check_out(VisitId("v-2")),
        invitation.WithdrawInvitation(InvitationId("i-2"), "host", NOON),
        visit.CancelVisit(VisitId("v-1"), "desk", NOON),
    )
    for who in (GUEST, HOST, PUPIL):
        passed(site, who)
        passed(site, who, 5, "out")


def spoken(site: Site) -> Iterator[str]:
    """Every event and every row, as text."""
    site.drain()
    yield from (repr(recorded) for recorded in site.log.read_all(0, site.log.head()))
    yield from (repr(row) for rows in all_rows(site.views).values() for row in rows)


def rebuilt(site: Site) -> dict[str, list[Any]]:
    views = SqliteViews(None, PROJECTIONS, site.log)
    for group in GROUPS:
        views.follow(group, site.log, site.log.head())
    return all_rows(views)


@pytest.fixture
def site() -> Site:
    site = peopled(Watch(after(100)))
    secretly(site)
    return site


def test_nothing_personal_is_told_of_somebody_forgotten(site: Site):
    assert any(SECRET in text for text in spoken(site))
    for who in (GUEST, HOST, PUPIL):
        on(site).given(forget(who, *((CARD, CredentialId("pin-1")) if who == HOST else ())))
    assert [text for text in spoken(site) if SECRET in text] == []


@pytest.mark.parametrize("gone", [(GUEST,), (HOST,), (PUPIL,), (GUARDIAN,), tuple(NAMES)])
def test_views_made_again_are_those_that_were_kept(site: Site, gone: tuple[PersonId, ...]):
    site.drain()
    assert rebuilt(site) == all_rows(site.views)
    for who in gone:
        on(site).given(forget(who, *((CARD, CredentialId("pin-1")) if who == HOST else ())))
    site.drain()
    assert rebuilt(site) == all_rows(site.views)


def test_every_stream_of_the_forgotten_still_folds(site: Site):
    streams = {recorded.stream for recorded in site.log.read_all(0, site.log.head())}
    before = {stream: type(site.state(stream)) for stream in streams}
    for who in NAMES:
        on(site).given(forget(who))
    gone = {person.stream(who) for who in NAMES}
    gone |= {stream for stream in streams if stream.startswith("credential-")}  # revoked with them
    after_it = {stream: type(site.as_of(after(10**6)).state(stream)) for stream in streams}
    assert {s: kind for s, kind in after_it.items() if s not in gone} == {
        s: kind for s, kind in before.items() if s not in gone
    }
    assert {after_it[stream] for stream in gone} == {person.Forgotten, credential.Revoked}


@pytest.mark.parametrize(
    "event",
    [
        person.GuardianLinked(PUPIL, HOST, *BY),
        person.ConsentRecorded(PUPIL, "guardian-feed", *BY, None, HOST),
        person.ConsentWithdrawn(PUPIL, "guardian-feed", *BY, HOST),
        person.AccessLevelWithdrawn(PUPIL, STAFF, *BY),
        person.NotificationsSwitched(PUPIL, False, *BY),
        person.PersonCorrected(PUPIL, *BY, None),
        person.PersonForgotten(PUPIL, (CARD,), *BY),
    ],
    ids=lambda event: type(event).__name__,
)
def test_who_has_no_row_gets_none_by_what_happens_to_them(event: Any):
    site = memory_site(Watch())
    happened(site, person.stream(PUPIL), event)
    assert site.query(directory.one, PUPIL) is None
    assert site.query(notification_center.messages, PUPIL) == []


# Access records.
def test_the_records_of_somebody_forgotten_stand_without_number_and_card():
    site = furnished(memory_site(Watch()))
    ids = site.pseudonyms.named((("number", "1001"), ("card", "4711")))
    who = PersonId(ids["number", "1001"])
    card = CredentialId(ids["card", "4711"])
    seen = changed(told(1, 0), person="1001", card="4711")
    on(site).given(changed(enroll(HOST), person=who), passages(seen))
    (record,) = site.query(access_records.page).records
    assert (record.person, record.card, record.holder) == ("1001", "4711", who)
    on(site).given(forget(who, card))
    (record,) = site.query(access_records.page).records
    assert (record.person, record.card) == (None, None)
    assert (record.door, record.device, record.occurred_at) == (FRONT, LOBBY, NOON)
    asked = access_records.Filter(person="1001")
    assert site.query(access_records.page, asked).records == ()
    assert site.query(access_records.one, record.id) == record
