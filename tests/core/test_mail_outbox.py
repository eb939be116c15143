"""Which letters are due, and what became of the others?"""

from datetime import timedelta

import pytest

from cvsec_core.aggregates import invitation, mail
from cvsec_core.ids import InvitationId, MailId
from cvsec_core.projections import mail_outbox
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.site import Site
from tests.core.guests import GUEST, HOST, INVITATION, forget, invite, peopled
from tests.core.places import NOON, Watch, after
from tests.specification import on

FIRST, SECOND = MailId("invitation.i-1"), MailId("invitation.i-2")
SAID = "450 guest@example.org is busy"
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def site() -> Site:
    site = peopled(Watch(after(10**6)))
    on(site).given(invite())
    return site


def row(site: Site, name: MailId = FIRST) -> MailRow:
    (found,) = [letter for letter in site.query(mail_outbox.page) if letter.id == name]
    return found


def due(site: Site, seconds: float, limit: int = 100) -> list[str]:
    return [letter.id for letter in site.query(mail_outbox.due, after(seconds), limit)]


def claim(seconds: float = 0, name: MailId = FIRST) -> mail.ClaimMail:
    return mail.ClaimMail(name, "one", after(seconds))


def fail(seconds: float, *, temporary: bool = True) -> mail.ReportMailFailed:
    return mail.ReportMailFailed(FIRST, "one", SAID, temporary, after(seconds))


def test_a_letter_is_due_from_the_moment_it_is_queued(site: Site):
    assert due(site, -1) == []
    assert due(site, 0) == [FIRST]
    assert row(site) == MailRow(FIRST, row(site).position, "invitation", INVITATION, GUEST, "pending", NOON, NOON)  # fmt: skip  # noqa: E501


def test_what_is_claimed_is_due_again_when_the_claim_has_lapsed(site: Site):
    on(site).given(claim())
    assert (row(site).state, row(site).attempts) == ("claimed", 1)
    assert due(site, 119) == []
    assert due(site, 120) == [FIRST]


def test_what_was_sent_is_due_no_more(site: Site):
    on(site).given(claim(), mail.ReportMailSent(FIRST, "one", after(2)))
    shown = row(site)
    assert (shown.state, shown.sent_at, shown.attempts, shown.error) == ("sent", after(2), 1, None)
    assert due(site, 10**6) == []


def test_what_failed_is_due_after_a_while_and_says_why(site: Site):
    on(site).given(claim(), fail(1))
    shown = row(site)
    assert (shown.state, shown.attempts, shown.error) == ("pending", 1, SAID)
    assert (due(site, 60), due(site, 61)) == ([], [FIRST])
    on(site).given(claim(61), mail.ReportMailSent(FIRST, "one", after(62)))
    assert (row(site).attempts, row(site).error) == (2, None)


def test_what_is_given_up_is_seen_and_never_due(site: Site):
    on(site).given(claim(), fail(1, temporary=False))
    assert (row(site).state, row(site).error) == ("given-up", SAID)
    assert due(site, 10**6) == []
    assert [letter.id for letter in site.query(mail_outbox.page, "given-up")] == [FIRST]


def test_the_longest_due_goes_first(site: Site):
    on(site).given(invite(InvitationId("i-2"), at=after(5)), claim())
    assert due(site, 120) == [SECOND, FIRST]
    assert due(site, 120, 1) == [SECOND]


def test_letters_are_listed_by_state_page_by_page(site: Site):
    on(site).given(invite(InvitationId("i-2")), claim())

    def ids(state: str | None = None, **wanted: object) -> list[str]:
        return [letter.id for letter in site.query(mail_outbox.page, state, **wanted)]

    assert ids() == [SECOND, FIRST]
    assert ids("claimed") == [FIRST]
    assert ids(limit=1) == [SECOND]
    assert ids(after=(row(site, SECOND).position,)) == [FIRST]


def test_nothing_is_due_to_who_was_forgotten(site: Site):
    on(site).given(claim(), fail(1), forget(GUEST))
    assert site.query(mail_outbox.page) == []
    assert due(site, 10**6) == []
    on(site).given(claim(61))
    assert site.query(mail_outbox.page) == []


def test_a_guest_is_still_told_that_a_host_who_leaves_withdraws(site: Site):
    on(site).given(invitation.WithdrawInvitation(INVITATION, "host", after(1)), forget(HOST))
    assert due(site, 1) == [FIRST, "withdrawn.i-1"]


def test_several_letters_are_asked_for_at_once(site: Site):
    on(site).given(invite(InvitationId("i-2")))
    asked = (FIRST, MailId("none"), SECOND)
    assert [letter.id for letter in site.query(mail_outbox.several, asked)] == [SECOND, FIRST]
