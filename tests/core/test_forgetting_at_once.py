"""Forgetting people in one step: what is arranged with them ends in the same commit."""

import pytest

from cvsec_core.aggregates import credential, invitation, mail, person, visit
from cvsec_core.aggregates.person import Forgotten, PersonUnknownError
from cvsec_core.errors import CommandError
from cvsec_core.handling import SYSTEM
from cvsec_core.ids import CredentialId, InvitationId, PersonId, VisitId
from cvsec_core.projections import directory, retention
from cvsec_core.site import Site
from tests.core.guests import (
    CARD,
    GUEST,
    HOST,
    INVITATION,
    OTHER,
    VISIT,
    check_in,
    check_out,
    invite,
    issue_card,
    peopled,
    register,
)
from tests.core.places import NOON, Watch, after
from tests.specification import on

BY = ("officer", NOON)
DAY = 86_400


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(watch: Watch) -> Site:
    return peopled(watch)


def state(site: Site, who: PersonId) -> person.PersonState:
    return site.state(person.stream(who))


def test_what_is_arranged_with_them_ends_in_one_commit(site: Site):
    on(site).given(issue_card(), invite(), register(), register(VisitId("v-2")), check_in())
    head = site.log.head()
    (answer,) = site.forget((HOST,), *BY)
    (forgotten, _) = (recorded.event for recorded in answer.or_raise().events)
    assert forgotten == person.PersonForgotten(HOST, (CARD,), *BY)
    news = [recorded.event for recorded in site.log.read_all(head, 20)]
    assert [type(event) for event in news] == [
        invitation.InvitationWithdrawn,
        mail.MailQueued,
        visit.VisitCancelled,
        person.PersonForgotten,
        credential.CredentialRevoked,
    ]
    assert len({recorded.meta.recorded_at for recorded in site.log.read_all(head, 20)}) == 1
    assert isinstance(site.state(visit.stream(VISIT)), visit.CheckedIn)


def test_of_who_is_forgotten_no_state_tells(site: Site):
    on(site).given(invite(reason="an ocarina"), register(reason="an ocarina"))
    assert "ocarina" in str(site.state(invitation.stream(INVITATION)))
    site.forget((GUEST,), *BY)
    assert "ocarina" not in str(site.state(invitation.stream(INVITATION)))


def test_a_card_that_went_to_somebody_else_stays_theirs(site: Site):
    on(site).given(issue_card(), credential.RevokeCredential(CARD, *BY), issue_card(CARD, OTHER))
    (answer,) = site.forget((HOST,), *BY)
    assert answer.events[0].event == person.PersonForgotten(HOST, (), *BY)
    assert isinstance(site.state(credential.stream(CARD)), credential.Active)


def test_of_several_each_has_an_answer(site: Site):
    nobody = PersonId("nobody")
    answers = site.forget((HOST, nobody, GUEST, HOST), *BY, actor="officer")
    assert [isinstance(answer.error, PersonUnknownError) for answer in answers] == [
        False,
        True,
        False,
    ]
    assert state(site, HOST) == state(site, GUEST) == Forgotten()
    assert site.forget((), *BY) == ()


def test_what_fails_on_the_way_leaves_the_site_as_it_was(site: Site):
    with pytest.raises(CommandError):
        site.forget((HOST,), *BY, actor="somebody else")[0].or_raise()
    assert isinstance(state(site, HOST), person.Enrolled)
    with pytest.raises(TypeError):
        site.forget((HOST,), "officer", None)  # pyright: ignore[reportArgumentType]
    assert isinstance(state(site, HOST), person.Enrolled)


# Visitors whom there is no reason any more to remember.
def test_visitors_are_forgotten_by_the_clock(site: Site, watch: Watch):
    on(site).given(register(), check_in(), check_out(seconds=60))
    watch.now = after(31 * DAY)
    assert site.tick(watch.now) == ()
    watch.now = after(31 * DAY + 3601)
    (answer,) = site.tick(watch.now)
    assert answer.events[0].event == person.PersonForgotten(GUEST, (), SYSTEM, watch.now)
    assert site.tick(watch.now) == ()
    assert [row.id for row in site.query(directory.forgotten)] == [GUEST]


def test_blocked_visitors_and_those_who_are_here_are_not(site: Site, watch: Watch):
    on(site).given(person.BlockPerson(GUEST, "a theft", *BY))
    watch.now = after(40 * DAY)
    before = site.remembered_until(watch.now)
    assert before is not None
    assert site.query(retention.due, before) == []
    assert [row.id for row in site.query(retention.kept, before)] == [GUEST]
    on(site).given(person.UnblockPerson(GUEST, *BY))
    assert [row.id for row in site.query(retention.due, before)] == [GUEST]
    assert site.query(retention.count, before) == 1


def test_an_invitation_counts_until_its_end(site: Site, watch: Watch):
    on(site).given(invite(InvitationId("i-9"), end=after(20 * DAY)))
    watch.now = after(50 * DAY)
    site.tick(watch.now)
    assert isinstance(state(site, GUEST), person.Enrolled)
    watch.now = after(52 * DAY)
    site.tick(watch.now)
    assert state(site, GUEST) == Forgotten()


def test_visits_of_others_change_nothing(site: Site):
    on(site).given(visit.RegisterVisit(VISIT, OTHER, HOST, NOON, after(60), "meeting", *BY))
    assert site.query(lambda views: views.get(retention.VisitorRow, OTHER)) is None
    on(site).given(issue_card(CredentialId("c-2"), GUEST))
    site.forget((OTHER,), *BY)
    assert isinstance(site.state(visit.stream(VISIT)), visit.Cancelled)


def test_a_command_that_names_no_credential_takes_them_all_the_same(site: Site):
    on(site).given(issue_card())
    answer = site.handle(person.ForgetPerson(HOST, *BY))
    assert answer.events[0].event == person.PersonForgotten(HOST, (CARD,), *BY)
