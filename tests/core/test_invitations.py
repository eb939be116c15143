"""Which invitations were issued, what became of them, and of their letters?"""

import pytest

from cvsec_core.aggregates import invitation, mail
from cvsec_core.ids import InvitationId, MailId, PersonId
from cvsec_core.projections import invitations
from cvsec_core.site import Site
from tests.core.guests import GUEST, HOST, INVITATION, NONCE, VISIT, forget, invite, peopled, scan
from tests.core.places import NOON, Watch, after
from tests.specification import on

SECOND, THIRD, FOURTH = (InvitationId(f"i-{number}") for number in (2, 3, 4))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(watch: Watch) -> Site:
    return peopled(watch)


def shown(site: Site, name: InvitationId = INVITATION) -> invitations.Invitation:
    found = site.query(invitations.one, name)
    assert found is not None
    return found


def test_an_invitation_is_shown_with_its_guest_and_its_letter(site: Site):
    on(site).given(invite(visitors=2, remarks="by bus"), invite(SECOND, again=INVITATION))
    first = shown(site)
    assert (first.row.nonce, first.row.reason, first.row.visitors) == (NONCE, "meeting", 2)
    assert (first.row.start, first.row.end, first.row.state) == (NOON, after(3600), "open")
    assert first.guest is not None
    assert first.guest.email == "guest@example.org"
    assert first.mail is not None
    assert first.mail.state == "pending"
    assert shown(site, SECOND).row.again == INVITATION
    assert site.query(invitations.one, InvitationId("none")) is None


def test_its_state_follows_what_becomes_of_it(site: Site, watch: Watch):
    on(site).given(
        invite(),
        invite(SECOND),
        invite(THIRD),
        invite(FOURTH, end=after(7200)),
        scan(),
        invitation.WithdrawInvitation(SECOND, "host", NOON),
    )
    watch.now = after(3600)
    site.tick(watch.now)
    states = [shown(site, name).row.state for name in (INVITATION, SECOND, THIRD, FOURTH)]
    assert states == ["redeemed", "withdrawn", "expired", "open"]
    assert shown(site).row.visit == VISIT


def test_a_refused_scan_changes_no_row(site: Site):
    on(site).given(invite())
    before = shown(site)
    on(site).when(scan(nonce="guessed"))
    assert shown(site) == before


def test_a_host_sees_their_own_the_newest_first(site: Site):
    on(site).given(invite(), invite(SECOND), invite(THIRD))

    def ids(host: PersonId | None, **wanted: object) -> list[str]:
        return [item.row.id for item in site.query(invitations.of_host, host, **wanted)]

    assert ids(HOST) == ids(None) == [THIRD, SECOND, INVITATION]
    assert ids(HOST, limit=1) == [THIRD]
    assert ids(HOST, after=(shown(site, SECOND).row.position,)) == [INVITATION]
    assert ids(GUEST) == []


def test_the_letter_is_shown_as_it_stands(site: Site):
    on(site).given(
        invite(),
        mail.ClaimMail(MailId("invitation.i-1"), "one", NOON),
        mail.ReportMailSent(MailId("invitation.i-1"), "one", after(1)),
    )
    letter = shown(site).mail
    assert letter is not None
    assert (letter.state, letter.attempts, letter.sent_at) == ("sent", 1, after(1))


def test_the_open_ones_of_somebody_are_found(site: Site):
    on(site).given(invite(), invite(SECOND), scan())
    for who in (HOST, GUEST):
        assert [row.id for row in site.query(invitations.open_of, who)] == [SECOND]
    assert site.query(invitations.open_of, PersonId("nobody")) == []


def test_of_a_guest_who_was_forgotten_an_invitation_tells_nothing(site: Site):
    on(site).given(invite(), invite(SECOND), forget(GUEST))
    for name in (INVITATION, SECOND):
        left = shown(site, name)
        assert (left.guest, left.mail, left.row.reason) == (None, None, None)
    assert len(site.query(invitations.of_host, HOST)) == 2


def test_a_host_who_was_forgotten_leaves_the_guests_invitation_as_it_was(site: Site):
    on(site).given(invite(), forget(HOST))
    left = shown(site)
    assert left.guest is not None
    assert (left.row.reason, left.mail is None) == ("meeting", False)


def test_what_ran_out_has_run_out_though_nobody_looked(site: Site):
    on(site).given(invite(), invite(SECOND), scan())
    over = after(3600)
    assert [shown(site, name).state(NOON) for name in (INVITATION, SECOND)] == ["redeemed", "open"]
    assert [shown(site, name).state(over) for name in (INVITATION, SECOND)] == [
        "redeemed",
        "expired",
    ]
