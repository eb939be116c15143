"""What commands about people, invitations and visits must pass, and what follows from them."""

from datetime import datetime
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import (
    access_level,
    credential,
    door,
    invitation,
    mail,
    organisation,
    person,
    visit,
)
from cvsec_core.errors import CommandError, InvalidFieldError
from cvsec_core.handling import SYSTEM
from cvsec_core.ids import CredentialId, DoorId, InvitationId, LevelId, MailId, PersonId, VisitId
from cvsec_core.projections import mail_outbox, visitor_list
from cvsec_core.rules.visiting import MailNotConfiguredError, NoLongerKnown, VisitorBlocked
from cvsec_core.site import Site
from tests.core.guests import (
    CARD,
    GUARDIAN,
    GUEST,
    HOST,
    INVITATION,
    MAIL,
    OTHER,
    PUPIL,
    STAFF,
    VISIT,
    check_in,
    check_out,
    enroll,
    forget,
    invite,
    issue_card,
    link,
    peopled,
    register,
    scan,
    staff_level,
)
from tests.core.places import NOON, Watch, after
from tests.specification import on

BLOCK = person.BlockPerson(GUEST, "threats", "reception", NOON)
UNBLOCK = person.UnblockPerson(GUEST, "reception", NOON)
NOBODY = PersonId("nobody")
GRANT_MOON = person.GrantAccess(HOST, LevelId("moon"), "admin", NOON)


@pytest.fixture
def site() -> Site:
    return peopled()


# What must be there already.
@pytest.mark.parametrize(
    ("command", "error"),
    [
        (changed(staff_level(), doors=(DoorId("moon-1"),)), door.DoorUnknownError),
        (GRANT_MOON, access_level.AccessLevelUnknownError),
        (issue_card(of=NOBODY), person.PersonUnknownError),
        (link(NOBODY), person.PersonUnknownError),
        (changed(invite(), host=NOBODY), person.PersonUnknownError),
        (changed(invite(), guest=NOBODY), person.PersonUnknownError),
        (changed(register(), host=NOBODY), person.PersonUnknownError),
        (changed(register(), visitor=NOBODY), person.PersonUnknownError),
        (scan(), invitation.InvitationUnknownError),
        (check_in(), visit.VisitUnknownError),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_a_command_names_is_there(site: Site, command: Any, error: type[CommandError]):
    head = site.log.head()
    on(site).when(command).then_raises(error)
    assert site.log.head() == head


def test_a_level_of_doors_that_there_are_is_defined_changed_and_granted(site: Site):
    change = access_level.ChangeAccessLevel(
        STAFF, (DoorId("moon-1"),), staff_level().hours, "a", NOON
    )
    on(site).given(staff_level(), person.GrantAccess(HOST, STAFF, "admin", NOON))
    on(site).when(change).then_raises(door.DoorUnknownError)
    assert site.state(person.stream(HOST)).levels == {STAFF}


def test_a_guardian_is_of_age_and_somebody_else(site: Site):
    small = changed(enroll(OTHER), person=PersonId("sibling"), minor=True)
    on(site).given(small)
    for guardian in (PersonId("sibling"), PUPIL):
        error = on(site).when(link(guardian)).then_raises(InvalidFieldError)
        assert isinstance(error, InvalidFieldError)
        assert error.field == "guardian"
    on(site).given(link())


def test_only_a_policy_that_is_published_is_accepted(site: Site):
    on(site).given(organisation.PublishPolicy(2, "dpo", NOON))
    for version in (0, -1, 3):
        accept = person.AcceptPolicy(HOST, version, NOON)
        on(site).when(accept).then_raises(InvalidFieldError)
    on(site).given(person.AcceptPolicy(HOST, 1, NOON), person.AcceptPolicy(HOST, 2, NOON))
    assert site.state(person.stream(HOST)).policy == 2


# Invitations.
def test_without_a_mail_server_nobody_is_invited_and_nothing_is_stored():
    site = memory_site(Watch())
    on(site).given(enroll(HOST), enroll(GUEST))
    head = site.log.head()
    error = on(site).when(invite()).then_raises(MailNotConfiguredError)
    assert (error.code, site.log.head()) == ("mail-not-configured", head)
    on(site).given(MAIL, invite())


def test_without_an_address_nobody_is_invited(site: Site):
    nameless = changed(enroll(OTHER), kind="visitor", person=PersonId("no-address"))
    on(site).given(nameless)
    head = site.log.head()
    wish = changed(invite(), guest=PersonId("no-address"))
    error = on(site).when(wish).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert (error.field, site.log.head()) == ("email", head)


def test_an_invitation_is_sent_by_letter_and_its_withdrawal_too(site: Site):
    on(site).when(invite()).then_among_others(
        mail.MailQueued(MailId("invitation.i-1"), "invitation", INVITATION, GUEST, NOON)
    )
    withdraw = invitation.WithdrawInvitation(INVITATION, "host", after(1))
    told = mail.MailQueued(
        MailId("withdrawn.i-1"), "invitation-withdrawn", INVITATION, GUEST, after(1)
    )
    on(site).when(withdraw).then(
        invitation.InvitationWithdrawn(INVITATION, GUEST, "host", after(1)), told
    )


def test_a_redeemed_invitation_is_a_visit_of_the_whole_party(site: Site):
    on(site).given(invite(visitors=4))
    on(site).when(scan(60)).then(
        invitation.InvitationRedeemed(
            INVITATION, VISIT, HOST, GUEST, NOON, after(3600), 4, after(60), "meeting"
        ),
        visit.VisitRegistered(
            VISIT, GUEST, HOST, NOON, after(3600), 4, INVITATION, SYSTEM, after(60), "meeting", None
        ),
    )
    on(site).when(check_in(seconds=60)).then(
        visit.VisitorCheckedIn(VISIT, GUEST, HOST, 4, after(3600), "desk", after(60))
    )


def test_a_scan_for_a_visit_that_there_is_already_redeems_nothing(site: Site):
    on(site).given(invite(), register())
    head = site.log.head()
    on(site).when(scan()).then_raises(visit.VisitTakenError)
    assert site.log.head() == head
    on(site).when(scan(to="v-2")).then_among_others()


# The blocklist.
def test_who_is_on_the_blocklist_is_neither_invited_nor_registered(site: Site):
    on(site).given(BLOCK)
    on(site).when(invite()).then_refused(VisitorBlocked())
    on(site).when(register()).then_refused(VisitorBlocked())
    assert site.query(visitor_list.page) == []
    assert site.query(mail_outbox.page) == []


def test_who_comes_on_the_blocklist_meanwhile_is_let_in_by_nothing(site: Site):
    on(site).given(invite(), register(), BLOCK)
    on(site).when(scan(to="v-2")).then_refused(VisitorBlocked())
    on(site).when(check_in()).then_refused(VisitorBlocked())
    on(site).given(UNBLOCK, scan(to="v-2"), check_in())


def test_every_reason_is_told_to_who_is_on_the_blocklist_with_a_used_code(site: Site):
    on(site).given(invite(), scan(), BLOCK)
    on(site).when(scan(5)).then_refused(invitation.InvitationUsed(), VisitorBlocked())
    on(site).when(scan(5, nonce="guessed")).then_refused(
        invitation.InvitationForged(), invitation.InvitationUsed(), VisitorBlocked()
    )


def test_a_host_on_the_blocklist_may_leave(site: Site):
    """Nobody is kept in."""
    on(site).given(register(), check_in(), BLOCK, check_out())


# Who was forgotten.
@pytest.mark.parametrize("who", [HOST, GUEST])
def test_an_invitation_by_or_for_somebody_forgotten_admits_nobody(site: Site, who: PersonId):
    on(site).given(invite(), forget(who))
    on(site).when(scan()).then_refused(NoLongerKnown())
    assert isinstance(site.state(invitation.stream(INVITATION)), invitation.Open)


def test_a_visitor_who_was_forgotten_comes_as_somebody_new(site: Site):
    on(site).given(register(), forget(GUEST))
    on(site).when(check_in()).then_refused(NoLongerKnown())


def test_a_visitor_whose_host_was_forgotten_is_checked_in_all_the_same(site: Site):
    on(site).given(register(), forget(HOST), check_in())


def test_a_visitor_who_is_forgotten_inside_can_still_leave(site: Site):
    on(site).given(register(), check_in(), forget(GUEST), check_out())


@pytest.mark.parametrize("command", [invite(), register(), link(GUEST), issue_card(of=GUEST)])
def test_nothing_new_is_arranged_with_somebody_forgotten(site: Site, command: Any):
    on(site).given(forget(GUEST))
    on(site).when(command).then_raises(person.PersonUnknownError)


def test_forgetting_somebody_revokes_their_credentials_and_nobody_elses(site: Site):
    spare, lent = CredentialId("card-2"), CredentialId("card-3")
    on(site).given(
        issue_card(),
        issue_card(spare),
        issue_card(lent),
        credential.RevokeCredential(lent, "reception", NOON),
        issue_card(lent, GUARDIAN),
    )
    on(site).when(forget(HOST, CARD, spare, lent)).then(
        person.PersonForgotten(HOST, (CARD, spare, lent), "dpo", NOON),
        credential.CredentialRevoked(CARD, HOST, "dpo", NOON),
        credential.CredentialRevoked(spare, HOST, "dpo", NOON),
    )
    assert isinstance(site.state(credential.stream(lent)), credential.Active)


# What is due.
def test_what_runs_out_is_settled_by_the_clock():
    watch = Watch()
    site = peopled(watch)
    missed, stayed = register(), changed(register(), visit="v-2")
    on(site).given(invite(), missed, stayed, check_in(stayed.visit))

    def ticked(seconds: float) -> list[Any]:
        watch.now = after(seconds)
        return [r.event for answer in site.tick(watch.now) for r in answer.events]

    assert ticked(3599) == []
    over = after(3600)
    assert ticked(3600) == [
        invitation.InvitationExpired(INVITATION, over),
        visit.NoShowRecorded(VISIT, GUEST, over),
    ]
    gone = 3600 + 4 * 3600
    assert ticked(gone - 1) == []
    assert ticked(gone) == [visit.VisitorCheckedOut(stayed.visit, GUEST, True, None, after(gone))]
    assert ticked(gone + 3600) == []


def test_who_comes_late_is_assumed_gone_a_while_after():
    watch = Watch()
    site = peopled(watch)
    on(site).given(register())
    site.tick(after(3600))
    watch.now = after(7200)
    on(site).given(check_in(seconds=7200))
    assert site.tick(after(7200 + 4 * 3600 - 1)) == ()
    (answer,) = site.tick(after(7200 + 4 * 3600))
    assert [type(r.event) for r in answer.events] == [visit.VisitorCheckedOut]


def test_what_was_settled_is_due_no_more(site: Site):
    on(site).given(
        invite(),
        invite(InvitationId("i-2")),
        scan(),
        invitation.WithdrawInvitation(InvitationId("i-2"), "host", NOON),
        check_in(),
        check_out(),
        register(VisitId("v-2")),
        visit.CancelVisit(VisitId("v-2"), "desk", NOON),
    )
    assert site.tick(after(10**6)) == ()


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (invite(start=datetime(2026, 3, 2, 13)), "start"),  # noqa: DTZ001  # what is tried
        (invite(end=datetime(2026, 3, 2, 13)), "end"),  # noqa: DTZ001
        (register(start=datetime(2026, 3, 2, 13)), "start"),  # noqa: DTZ001
        (changed(issue_card(), valid_from=datetime(2026, 3, 2, 13)), "valid_from"),  # noqa: DTZ001
        (changed(issue_card(), valid_until=datetime(2026, 3, 3, 13)), "valid_until"),  # noqa: DTZ001
    ],
    ids=lambda value: str(value)[:20],
)
def test_every_moment_has_a_zone(site: Site, command: Any, field: str):
    error = on(site).when(command).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field
