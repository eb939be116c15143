"""What is there to tell somebody: their own passages, and those of the people they guard?"""

import pytest

from cvsec_core.aggregates import person
from cvsec_core.ids import PersonId
from cvsec_core.projections import notification_center
from cvsec_core.projections.notification_center import NotificationRow
from cvsec_core.site import Site
from tests.core.guests import (
    GUARDIAN,
    HOST,
    OTHER,
    PUPIL,
    consent,
    forget,
    link,
    passed,
    peopled,
    withdraw,
)
from tests.core.places import FRONT, NOON, after
from tests.specification import on


@pytest.fixture
def site() -> Site:
    return peopled()


def switch(name: PersonId, *, on: bool) -> person.SwitchNotifications:
    return person.SwitchNotifications(name, on, "reception", NOON)


def told(site: Site, name: PersonId) -> list[tuple[str, int]]:
    """About whom, and how many seconds after noon."""
    return [
        (row.about, int((row.occurred_at - NOON).total_seconds()))
        for row in site.query(notification_center.messages, name)
    ]


def test_everybody_is_told_of_their_own_passages(site: Site):
    passed(site, HOST, 5)
    (message,) = site.query(notification_center.messages, HOST)
    assert message == NotificationRow(
        message.id, site.log.head(), HOST, HOST, 0, FRONT, "in", False, after(5)
    )
    passed(site, HOST, 3, "out", code=23, late=True)
    newest, _ = site.query(notification_center.messages, HOST)
    assert (newest.code, newest.direction, newest.late) == (23, "out", True)
    assert told(site, PUPIL) == []


@pytest.mark.parametrize("nobody", [None, PersonId("a stranger's card")])
def test_nobody_is_told_of_a_stranger(site: Site, nobody: PersonId | None):
    passed(site, nobody)
    assert site.query(notification_center.messages, PersonId("a stranger's card")) == []


def test_messages_are_turned_over_page_by_page(site: Site):
    for seconds in (1, 2, 3):
        passed(site, HOST, seconds)
    first = site.query(notification_center.messages, HOST, limit=2)
    rest = site.query(notification_center.messages, HOST, after=(first[-1].position,), limit=2)
    assert [row.occurred_at for row in (*first, *rest)] == [after(3), after(2), after(1)]


def test_who_has_switched_it_off_is_told_nothing_until_they_switch_it_on(site: Site):
    on(site).given(switch(HOST, on=False))
    passed(site, HOST, 1)
    on(site).given(switch(HOST, on=True))
    passed(site, HOST, 2)
    assert told(site, HOST) == [(HOST, 2)]


# Guardians.
def test_guardians_are_told_as_it_happens_while_there_is_consent(site: Site):
    passed(site, PUPIL, 1)
    on(site).given(link(), link(OTHER))
    passed(site, PUPIL, 2)
    on(site).given(withdraw("guardian-feed"), consent("guardian-feed"))
    passed(site, PUPIL, 3)
    on(site).given(link())
    passed(site, PUPIL, 4, "out")
    assert told(site, GUARDIAN) == [(PUPIL, 4), (PUPIL, 2)]
    assert told(site, OTHER) == [(PUPIL, 4), (PUPIL, 3), (PUPIL, 2)]
    assert told(site, PUPIL) == [(PUPIL, seconds) for seconds in (4, 3, 2, 1)]


def test_consent_to_an_account_is_none_to_a_feed(site: Site):
    on(site).given(link(), withdraw("guardian-feed"), withdraw("account"), consent("account"))
    passed(site, PUPIL)
    assert told(site, GUARDIAN) == []


def test_each_reader_has_a_switch_of_their_own(site: Site):
    on(site).given(link(), link(OTHER), switch(GUARDIAN, on=False), switch(PUPIL, on=False))
    passed(site, PUPIL, 1)
    assert (told(site, PUPIL), told(site, GUARDIAN), told(site, OTHER)) == ([], [], [(PUPIL, 1)])


# Who was forgotten.
def test_no_message_about_somebody_forgotten_is_left(site: Site):
    on(site).given(link())
    passed(site, PUPIL, 1)
    passed(site, GUARDIAN, 2)
    on(site).given(forget(PUPIL))
    passed(site, PUPIL, 3)
    assert (told(site, PUPIL), told(site, GUARDIAN)) == ([], [(GUARDIAN, 2)])


def test_no_message_to_somebody_forgotten_is_left_and_none_comes(site: Site):
    on(site).given(link(), link(OTHER))
    passed(site, PUPIL, 1)
    on(site).given(forget(GUARDIAN))
    passed(site, PUPIL, 2)
    assert told(site, GUARDIAN) == []
    assert told(site, OTHER) == told(site, PUPIL) == [(PUPIL, 2), (PUPIL, 1)]


def test_a_guardian_may_be_forgotten_after_their_ward(site: Site):
    on(site).given(link())
    passed(site, PUPIL, 1)
    on(site).given(forget(PUPIL), forget(GUARDIAN))
    assert site.views.select(NotificationRow) == []
