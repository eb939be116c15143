"""An invitation: open until it is redeemed once, withdrawn, or has run out."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import invitation
from cvsec_core.aggregates.invitation import (
    ExpireInvitation,
    InvitationClosedError,
    InvitationCommand,
    InvitationEarly,
    InvitationExpired,
    InvitationForged,
    InvitationIssued,
    InvitationOver,
    InvitationRedeemed,
    InvitationRefused,
    InvitationTakenBack,
    InvitationTakenError,
    InvitationUnknownError,
    InvitationUsed,
    InvitationWithdrawn,
    IssueInvitation,
    Open,
    Redeemed,
    RedeemInvitation,
    RedemptionRefused,
    WithdrawInvitation,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.rules.visiting import NoLongerKnown, VisitorBlocked
from cvsec_core.values import PARTY_LIMIT
from tests.core.places import NOON, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

INV, HOST, GUEST, V = InvitationId("i-1"), PersonId("host"), PersonId("guest"), VisitId("v-1")
END = after(3600)
ISSUE = IssueInvitation(INV, HOST, GUEST, "once", NOON, END, "meeting", "host", NOON, 2, "by bus")
WITHDRAW, EXPIRE = WithdrawInvitation(INV, "host", NOON), ExpireInvitation(INV, END)
SCAN = RedeemInvitation(INV, V, "once", after(60))

ISSUED = InvitationIssued(
    INV, HOST, GUEST, "once", NOON, END, 2, None, "host", NOON, "meeting", "by bus"
)
WITHDRAWN, EXPIRED = InvitationWithdrawn(INV, GUEST, "host", NOON), InvitationExpired(INV, END)
REDEEMED = InvitationRedeemed(INV, V, HOST, GUEST, NOON, END, 2, after(60), "meeting")


def refused(*reasons: Any) -> RedemptionRefused:
    return RedemptionRefused(INV, reasons, after(60))


STATES: dict[str, list[object]] = {
    "unissued": [],
    "open": [ISSUED],
    "redeemed": [ISSUED, REDEEMED],
    "withdrawn": [ISSUED, WITHDRAWN],
    "expired": [ISSUED, EXPIRED],
}
TABLE: list[Row] = [
    ("unissued", ISSUE, [ISSUED]),
    *(("unissued", command, InvitationUnknownError) for command in (WITHDRAW, EXPIRE, SCAN)),
    *((state, ISSUE, InvitationTakenError) for state in STATES if state != "unissued"),
    ("open", WITHDRAW, [WITHDRAWN]),
    ("open", EXPIRE, [EXPIRED]),
    ("open", ExpireInvitation(INV, NOON), []),
    ("open", SCAN, [REDEEMED]),
    ("redeemed", WITHDRAW, InvitationClosedError),
    ("redeemed", EXPIRE, []),
    ("redeemed", SCAN, [refused(InvitationUsed())]),
    ("withdrawn", WITHDRAW, []),
    ("withdrawn", EXPIRE, []),
    ("withdrawn", SCAN, [refused(InvitationTakenBack())]),
    ("expired", WITHDRAW, InvitationClosedError),
    ("expired", EXPIRE, []),
    ("expired", SCAN, [refused(InvitationOver())]),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(invitation, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, InvitationCommand, TABLE) == set()


@pytest.mark.parametrize(
    ("state", "own"),
    [
        ("open", ()),
        ("redeemed", (InvitationUsed(),)),
        ("withdrawn", (InvitationTakenBack(),)),
        ("expired", ()),
    ],
)
def test_every_reason_against_a_scan_is_told(state: str, own: tuple[Any, ...]):
    """A forged code, too late, of somebody who is on the blocklist."""
    worst = changed(SCAN, nonce="guessed", at=END, objections=(VisitorBlocked(),))
    given(invitation, *STATES[state]).when(worst).then_refused(
        InvitationForged(), *own, InvitationOver(), VisitorBlocked()
    )


@pytest.mark.parametrize(
    ("scan", "reason"),
    [
        (changed(SCAN, nonce="guessed"), InvitationForged()),
        (changed(SCAN, at=END), InvitationOver()),
        (changed(SCAN, at=NOON - timedelta(hours=12, microseconds=1)), InvitationEarly()),
        (changed(SCAN, objections=(VisitorBlocked(),)), VisitorBlocked()),
        (changed(SCAN, objections=(NoLongerKnown(),)), NoLongerKnown()),
    ],
)
def test_a_scan_that_is_refused_leaves_the_invitation_open(scan: RedeemInvitation, reason: Any):
    refusal = RedemptionRefused(INV, (reason,), scan.at)
    given(invitation, ISSUED).when(scan).then(refusal)
    given(invitation, ISSUED, refusal).when(SCAN).then(REDEEMED)


def test_it_admits_until_the_last_moment_and_shortly_before_the_first():
    last = changed(SCAN, at=END - timedelta(microseconds=1))
    given(invitation, ISSUED).when(last).then(changed(REDEEMED, at=last.at))
    early = changed(SCAN, at=NOON - timedelta(hours=12))
    given(invitation, ISSUED).when(early).then(changed(REDEEMED, at=early.at))


def test_every_reason_against_an_early_scan_is_told():
    worst = changed(SCAN, nonce="guessed", at=after(-86400), objections=(VisitorBlocked(),))
    given(invitation, ISSUED, WITHDRAWN).when(worst).then_refused(
        InvitationForged(), InvitationTakenBack(), InvitationEarly(), VisitorBlocked()
    )


def test_an_invitation_holds_a_month_at_most():
    longest = NOON + timedelta(days=31)
    given(invitation).when(changed(ISSUE, end=longest)).then(changed(ISSUED, end=longest))


def test_who_is_objected_to_is_not_invited_and_may_be_later():
    refusal = InvitationRefused(INV, HOST, (VisitorBlocked(),), "host", NOON)
    blocked = changed(ISSUE, objections=(VisitorBlocked(),))
    given(invitation).when(blocked).then(refusal)
    given(invitation, refusal).when(ISSUE).then(ISSUED)


def test_an_invitation_may_repeat_another_and_need_no_remark():
    again = changed(ISSUE, again=InvitationId("i-0"), remarks="")
    given(invitation).when(again).then(changed(ISSUED, again=InvitationId("i-0"), remarks=None))


def test_what_happened_is_what_is_known():
    assert state_after(invitation, [ISSUED]) == Open(ISSUED)
    assert state_after(invitation, [ISSUED, REDEEMED]) == Redeemed(ISSUED, V, after(60))
    assert state_after(invitation, [REDEEMED, WITHDRAWN]) == invitation.INITIAL


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"invitation": InvitationId("a|b")}, "invitation"),
        ({"reason": ""}, "reason"),
        ({"visitors": 0}, "visitors"),
        ({"visitors": PARTY_LIMIT + 1}, "visitors"),
        ({"end": NOON}, "end"),
        ({"start": NOON - timedelta(days=1), "end": NOON - timedelta(hours=1)}, "end"),
        ({"start": END, "end": END}, "end"),
        ({"end": NOON + timedelta(days=32)}, "end"),
        ({"remarks": "x" * 1001}, "remarks"),
    ],
    ids=lambda wrong: str(wrong)[:60],
)
@pytest.mark.parametrize("objections", [(), (VisitorBlocked(),)])
def test_nothing_is_issued_with_a_bad_field(
    wrong: dict[str, Any], field: str, objections: tuple[Any, ...]
):
    wish = changed(ISSUE, objections=objections, **wrong)
    error = given(invitation).when(wish).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field


@pytest.mark.parametrize("event", [ISSUED, REDEEMED])
def test_what_is_told_of_an_invitation_is_the_guests_own(event: Any):
    assert event.subject == GUEST
