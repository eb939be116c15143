"""A credential: one person's at a time, suspended and restored, and a code that is shown once."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import credential
from cvsec_core.aggregates.credential import (
    CODES_KEPT,
    AntiPassbackReset,
    CodeExpired,
    CodeUsed,
    CredentialCommand,
    CredentialIssued,
    CredentialNotEnabled,
    CredentialRestored,
    CredentialRevoked,
    CredentialRevokedError,
    CredentialSuspended,
    CredentialTakenError,
    CredentialUnknownError,
    DuressShown,
    DynamicCodePresented,
    DynamicCodeRefused,
    Issue,
    IssueCredential,
    PresentDynamicCode,
    ReportCredentialShown,
    ResetAntiPassback,
    RestoreCredential,
    RevokeCredential,
    SuspendCredential,
    Suspended,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import CredentialId, PersonId
from tests.core.places import BACK, FRONT, LOBBY, NOON, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

C, HOLDER, OTHER = CredentialId("card-1"), PersonId("student"), PersonId("teacher")
BY = ("reception", NOON)
LATER = NOON + timedelta(days=30)

ISSUE = IssueCredential(C, HOLDER, "card", *BY, number="4711", valid_until=LATER)
ISSUE_TO_OTHER = changed(ISSUE, person=OTHER)
SUSPEND, LOSE = SuspendCredential(C, "Lost", *BY), SuspendCredential(C, "Stolen", *BY)
RESTORE, REVOKE = RestoreCredential(C, *BY), RevokeCredential(C, *BY)
RESET = ResetAntiPassback(C, *BY)
SHOW = PresentDynamicCode(C, FRONT, "n-1", True, NOON)
SHOW_LATE = changed(SHOW, fresh=False)
OPENED = ReportCredentialShown(C, LOBBY, FRONT, NOON, after(5))

ISSUED = CredentialIssued(C, HOLDER, "card", None, LATER, *BY, "4711", None)
ISSUED_TO_OTHER = changed(ISSUED, person=OTHER)
SUSPENDED, LOST = (
    CredentialSuspended(C, HOLDER, "Lost", *BY),
    CredentialSuspended(C, HOLDER, "Stolen", *BY),
)
RESTORED, REVOKED = CredentialRestored(C, HOLDER, *BY), CredentialRevoked(C, HOLDER, *BY)
FORGIVEN = AntiPassbackReset(C, HOLDER, *BY)
SHOWN = DynamicCodePresented(C, HOLDER, FRONT, "n-1", NOON)


def refused(*reasons: Any) -> DynamicCodeRefused:
    return DynamicCodeRefused(C, HOLDER, FRONT, "n-1", reasons, NOON)


STATES: dict[str, list[object]] = {
    "unissued": [],
    "active": [ISSUED],
    "suspended": [ISSUED, SUSPENDED],
    "revoked": [ISSUED, REVOKED],
}
TABLE: list[Row] = [
    ("unissued", ISSUE, [ISSUED]),
    *(
        ("unissued", command, CredentialUnknownError)
        for command in (SUSPEND, RESTORE, REVOKE, RESET, SHOW)
    ),
    ("active", ISSUE, []),
    ("active", ISSUE_TO_OTHER, CredentialTakenError),
    ("active", SUSPEND, [SUSPENDED]),
    ("active", RESTORE, []),
    ("active", REVOKE, [REVOKED]),
    ("active", SHOW, [SHOWN]),
    ("active", SHOW_LATE, [refused(CodeExpired())]),
    ("suspended", ISSUE, []),
    ("suspended", ISSUE_TO_OTHER, CredentialTakenError),
    ("suspended", SUSPEND, []),
    ("suspended", LOSE, [LOST]),
    ("suspended", RESTORE, [RESTORED]),
    ("suspended", REVOKE, [REVOKED]),
    ("suspended", SHOW, [refused(CredentialNotEnabled("Lost"))]),
    ("revoked", ISSUE, [ISSUED]),
    ("revoked", ISSUE_TO_OTHER, [ISSUED_TO_OTHER]),
    ("revoked", SUSPEND, CredentialRevokedError),
    ("revoked", RESTORE, CredentialRevokedError),
    ("revoked", REVOKE, []),
    ("revoked", SHOW, [refused(CredentialNotEnabled("Revoked"))]),
    *((state, RESET, [FORGIVEN]) for state in STATES if state != "unissued"),
    *((state, OPENED, []) for state in STATES),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(credential, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, CredentialCommand, TABLE) == set()


def test_a_code_is_shown_once():
    given(credential, ISSUED, SHOWN).when(SHOW).then(refused(CodeUsed()))
    elsewhere = changed(SHOW, door=BACK)
    given(credential, ISSUED, SHOWN).when(elsewhere).then_refused(CodeUsed())
    another = changed(SHOW, code="n-2")
    given(credential, ISSUED, SHOWN).when(another).then(changed(SHOWN, code="n-2"))


def test_a_code_that_is_refused_may_not_be_shown_later_either_but_is_not_used_up():
    assert state_after(credential, [ISSUED, refused(CodeExpired())]) == state_after(
        credential, [ISSUED]
    )


def test_every_reason_against_a_code_is_told():
    shown = [ISSUED, SHOWN, SUSPENDED]
    given(credential, *shown).when(SHOW_LATE).then_refused(
        CredentialNotEnabled("Lost"), CodeUsed(), CodeExpired()
    )


def test_a_code_stays_used_when_the_credential_is_issued_anew():
    given(credential, ISSUED, SHOWN, REVOKED, ISSUED).when(SHOW).then_refused(CodeUsed())


def test_only_the_last_codes_are_remembered():
    shown = [changed(SHOWN, code=f"n-{number}") for number in range(CODES_KEPT + 3)]
    codes = state_after(credential, [ISSUED, *shown]).issue.codes
    assert len(codes) == CODES_KEPT
    assert (codes[0], codes[-1]) == ("n-3", f"n-{CODES_KEPT + 2}")


def test_what_happened_is_what_is_known():
    pin = CredentialIssued(C, HOLDER, "pin", NOON, None, *BY, None, "$argon2id$1")
    assert state_after(credential, [pin, SUSPENDED]) == Suspended(
        Issue(HOLDER, "pin", NOON, None, "$argon2id$1"), "Lost"
    )
    assert state_after(credential, [SUSPENDED, SHOWN]) == credential.INITIAL


@pytest.mark.parametrize("since", [(), (SUSPENDED,), (REVOKED,)], ids=len)
@pytest.mark.parametrize("late", [False, True])
def test_what_opens_a_door_under_duress_says_so_whatever_became_of_it(
    since: tuple[Any, ...], *, late: bool
):
    issued = changed(ISSUED, duress=True)
    shown = DuressShown(C, HOLDER, LOBBY, FRONT, after(5), NOON, late)
    given(credential, issued, *since).when(changed(OPENED, late=late)).then(shown)
    assert state_after(credential, [issued, *since, shown]) == state_after(
        credential, [issued, *since]
    )


def test_a_card_that_went_to_somebody_else_is_not_taken_from_them():
    """Whoever had it once is forgotten, and their cards are revoked."""
    theirs = changed(REVOKE, person=HOLDER)
    history = [ISSUED, REVOKED, ISSUED_TO_OTHER]
    given(credential, *history).when(theirs).then_nothing()
    given(credential, ISSUED).when(theirs).then(REVOKED)
    given(credential).when(theirs).then_nothing()


@pytest.mark.parametrize(
    "other", [{"kind": "qr"}, {"valid_from": NOON}, {"valid_until": None}], ids=str
)
def test_a_credential_is_not_issued_for_another_time_meanwhile(other: dict[str, Any]):
    again = changed(ISSUE, **other)
    given(credential, ISSUED).when(again).then_raises(CredentialTakenError)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"credential": CredentialId("")}, "credential"),
        ({"kind": "tattoo"}, "kind"),
        ({"number": None}, "number"),
        ({"number": "47\n11"}, "number"),
        ({"kind": "pin"}, "digest"),
        ({"valid_until": NOON}, "valid_until"),
        ({"valid_from": LATER, "valid_until": LATER}, "valid_until"),
    ],
    ids=str,
)
def test_nothing_is_issued_with_a_bad_field(wrong: dict[str, Any], field: str):
    error = given(credential).when(changed(ISSUE, **wrong)).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field


def test_a_code_and_a_pin_need_no_number():
    code = IssueCredential(C, HOLDER, "qr", *BY, valid_from=after(60))
    given(credential).when(code).then(
        CredentialIssued(C, HOLDER, "qr", after(60), None, *BY, None, None)
    )
    pin = IssueCredential(C, HOLDER, "pin", *BY, digest="$argon2id$1")
    given(credential).when(pin).then(
        CredentialIssued(C, HOLDER, "pin", None, None, *BY, None, "$argon2id$1")
    )


def test_a_reason_for_suspending_is_one_that_there_is():
    wrong = changed(SUSPEND, reason="Boredom")
    for state in ("active", "suspended"):
        given(credential, *STATES[state]).when(wrong).then_raises(InvalidFieldError)
