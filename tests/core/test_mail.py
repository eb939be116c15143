"""A mail: one worker at a time, again after a while, and given up in the end."""

from datetime import timedelta

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import mail
from cvsec_core.aggregates.mail import (
    ATTEMPTS,
    BACK_OFF,
    CLAIM_LIFE,
    Claimed,
    ClaimMail,
    GivenUp,
    MailClaimed,
    MailCommand,
    MailFailed,
    MailGivenUp,
    MailQueued,
    MailSent,
    MailUnknownError,
    Pending,
    QueueMail,
    ReportMailFailed,
    ReportMailSent,
    Sent,
)
from cvsec_core.ids import MailId, PersonId
from tests.core.places import NOON, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

M, WHO = MailId("invitation.i-1"), PersonId("guest")
LAPSED = NOON + CLAIM_LIFE
SAID = "450 guest@example.org is busy"

QUEUE = QueueMail(M, "invitation", "i-1", WHO, NOON)
CLAIM, CLAIM_LAPSED = ClaimMail(M, "one", NOON), ClaimMail(M, "two", LAPSED)
SENT = ReportMailSent(M, "one", after(1))
FAILED = ReportMailFailed(M, "one", SAID, True, after(1))
FAILED_FOR_GOOD = changed(FAILED, temporary=False)

QUEUED = MailQueued(M, "invitation", "i-1", WHO, NOON)


def claimed(attempt: int = 1, by: str = "one", at: float = 0) -> MailClaimed:
    return MailClaimed(M, by, attempt, after(at) + CLAIM_LIFE, after(at))


def failed(attempt: int = 1) -> MailFailed:
    again = after(1 + BACK_OFF[attempt - 1])
    return MailFailed(M, WHO, attempt, again, after(1), SAID)


GONE = MailSent(M, after(1))
GIVEN_UP = MailGivenUp(M, WHO, 1, after(1), SAID)

STATES: dict[str, list[object]] = {
    "unwritten": [],
    "pending": [QUEUED],
    "failed once": [QUEUED, claimed(), failed()],
    "claimed": [QUEUED, claimed()],
    "sent": [QUEUED, claimed(), GONE],
    "given up": [QUEUED, claimed(), GIVEN_UP],
}
TABLE: list[Row] = [
    ("unwritten", QUEUE, [QUEUED]),
    *(("unwritten", command, MailUnknownError) for command in (CLAIM, SENT, FAILED)),
    *((state, QUEUE, []) for state in STATES if state != "unwritten"),
    ("pending", CLAIM, [claimed()]),
    ("pending", changed(CLAIM, at=after(-1)), []),
    ("failed once", CLAIM, []),
    ("failed once", changed(CLAIM, at=after(61)), [claimed(2, at=61)]),
    *((state, report, []) for state in ("pending", "failed once") for report in (SENT, FAILED)),
    ("claimed", CLAIM, []),
    ("claimed", changed(CLAIM_LAPSED, at=LAPSED - timedelta(microseconds=1)), []),
    ("claimed", CLAIM_LAPSED, [claimed(2, "two", CLAIM_LIFE.total_seconds())]),
    ("claimed", SENT, [GONE]),
    ("claimed", changed(SENT, worker="two"), []),
    ("claimed", FAILED, [failed()]),
    ("claimed", changed(FAILED, worker="two"), []),
    ("claimed", FAILED_FOR_GOOD, [GIVEN_UP]),
    *((state, c, []) for state in ("sent", "given up") for c in (CLAIM_LAPSED, SENT, FAILED)),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(mail, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, MailCommand, TABLE) == set()


@pytest.mark.parametrize("attempt", range(1, ATTEMPTS))
def test_each_failure_is_followed_by_a_longer_wait(attempt: int):
    given(mail, QUEUED, claimed(attempt)).when(FAILED).then(failed(attempt))


def test_after_the_last_attempt_a_mail_is_given_up():
    last = claimed(ATTEMPTS)
    given(mail, QUEUED, last).when(FAILED).then(changed(GIVEN_UP, attempt=ATTEMPTS))
    unheard_of = MailGivenUp(M, WHO, ATTEMPTS, LAPSED, None)
    given(mail, QUEUED, last).when(CLAIM_LAPSED).then(unheard_of)


def test_a_worker_that_always_dies_does_not_send_for_ever():
    state, claims = state_after(mail, [QUEUED]), 0
    at = NOON
    while not isinstance(state, GivenUp):
        for event in mail.decide(state, ClaimMail(M, "dying", at)):
            state = mail.evolve(state, event)
            claims += isinstance(event, MailClaimed)
        at += CLAIM_LIFE
    assert claims == ATTEMPTS


def test_a_claim_that_lapsed_counts_until_somebody_else_takes_it():
    late = changed(SENT, at=LAPSED)
    given(mail, QUEUED, claimed()).when(late).then(MailSent(M, LAPSED))
    taken = [QUEUED, claimed(), claimed(2, "two", 120)]
    given(mail, *taken).when(late).then_nothing()


def test_what_happened_is_what_is_known():
    assert state_after(mail, STATES["pending"]) == Pending(WHO, 0, NOON)
    assert state_after(mail, STATES["claimed"]) == Claimed(WHO, 1, "one", LAPSED)
    assert state_after(mail, STATES["failed once"]) == Pending(WHO, 1, after(61))
    assert state_after(mail, STATES["sent"]) == Sent()
    assert state_after(mail, STATES["given up"]) == GivenUp()
    assert state_after(mail, [claimed()]) == mail.INITIAL


@pytest.mark.parametrize("event", [failed(), GIVEN_UP])
def test_what_a_server_says_is_the_recipients_own(event: MailFailed | MailGivenUp):
    """It often repeats the address."""
    assert event.subject == WHO
