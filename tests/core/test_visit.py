"""A visit: expected, checked in, checked out; or cancelled, or nobody came."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import visit
from cvsec_core.aggregates.visit import (
    AssumeCheckOut,
    CancelVisit,
    CheckIn,
    CheckInRefused,
    CheckOut,
    CheckOutRefused,
    Expected,
    NoShowRecorded,
    NotCheckedIn,
    Plan,
    RecordNoShow,
    RegisterVisit,
    VisitCancelled,
    VisitClosedError,
    VisitCommand,
    VisitEarly,
    VisitOver,
    VisitRefused,
    VisitRegistered,
    VisitTakenError,
    VisitUnknownError,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.rules.visiting import NoLongerKnown, VisitorBlocked
from cvsec_core.values import PARTY_LIMIT
from tests.core.places import NOON, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

V, GUEST, HOST = VisitId("v-1"), PersonId("guest"), PersonId("host")
END = after(3600)
BY, OVER = ("desk", NOON), ("desk", END)

REGISTER = RegisterVisit(V, GUEST, HOST, NOON, END, "meeting", *BY, party=3)
ENTER, LEAVE = CheckIn(V, *BY), CheckOut(V, *OVER)
CANCEL, ASSUME, MISS = CancelVisit(V, *BY), AssumeCheckOut(V, END), RecordNoShow(V, END)

REGISTERED = VisitRegistered(V, GUEST, HOST, NOON, END, 3, None, *BY, "meeting", None)
ENTERED = visit.VisitorCheckedIn(V, GUEST, HOST, 3, END, *BY)
LEFT = visit.VisitorCheckedOut(V, GUEST, False, *OVER)
ASSUMED = visit.VisitorCheckedOut(V, GUEST, True, None, END)
CANCELLED, MISSED = VisitCancelled(V, GUEST, *BY), NoShowRecorded(V, GUEST, END)
NOT_IN = CheckOutRefused(V, GUEST, (NotCheckedIn(),), *OVER)
TOO_LATE = CheckInRefused(V, GUEST, (VisitOver(),), *BY)

STATES: dict[str, list[object]] = {
    "unregistered": [],
    "expected": [REGISTERED],
    "checked in": [REGISTERED, ENTERED],
    "checked out": [REGISTERED, ENTERED, LEFT],
    "cancelled": [REGISTERED, CANCELLED],
    "no show": [REGISTERED, MISSED],
}
TABLE: list[Row] = [
    ("unregistered", REGISTER, [REGISTERED]),
    *(
        ("unregistered", command, VisitUnknownError)
        for command in (ENTER, LEAVE, CANCEL, ASSUME, MISS)
    ),
    *((state, REGISTER, VisitTakenError) for state in STATES if state != "unregistered"),
    ("expected", ENTER, [ENTERED]),
    ("expected", LEAVE, [NOT_IN]),
    ("expected", CANCEL, [CANCELLED]),
    ("expected", ASSUME, []),
    ("expected", MISS, [MISSED]),
    ("expected", RecordNoShow(V, NOON), []),
    ("checked in", ENTER, []),
    ("checked in", LEAVE, [LEFT]),
    ("checked in", CANCEL, VisitClosedError),
    ("checked in", ASSUME, [ASSUMED]),
    ("checked in", AssumeCheckOut(V, NOON), []),
    ("checked in", MISS, []),
    ("checked out", ENTER, [TOO_LATE]),
    ("checked out", LEAVE, []),
    ("checked out", CANCEL, VisitClosedError),
    ("checked out", ASSUME, []),
    ("checked out", MISS, []),
    ("cancelled", ENTER, [TOO_LATE]),
    ("cancelled", LEAVE, [NOT_IN]),
    ("cancelled", CANCEL, []),
    ("cancelled", ASSUME, []),
    ("cancelled", MISS, []),
    ("no show", ENTER, [ENTERED]),
    ("no show", LEAVE, [NOT_IN]),
    ("no show", CANCEL, VisitClosedError),
    ("no show", ASSUME, []),
    ("no show", MISS, []),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(visit, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, VisitCommand, TABLE) == set()


def test_who_is_objected_to_is_not_registered_and_may_be_later():
    blocked = changed(REGISTER, objections=(VisitorBlocked(),))
    refusal = VisitRefused(V, GUEST, HOST, (VisitorBlocked(),), *BY)
    given(visit).when(blocked).then(refusal)
    given(visit, refusal).when(REGISTER).then(REGISTERED)


def test_who_is_objected_to_is_not_checked_in_and_every_reason_is_told():
    blocked = changed(ENTER, objections=(VisitorBlocked(), NoLongerKnown()))
    given(visit, REGISTERED).when(blocked).then_refused(VisitorBlocked(), NoLongerKnown())
    given(visit, *STATES["checked out"]).when(blocked).then_refused(
        VisitOver(), VisitorBlocked(), NoLongerKnown()
    )


@pytest.mark.parametrize("refusal", [NOT_IN, TOO_LATE])
def test_a_refusal_changes_nothing(refusal: object):
    assert state_after(visit, [REGISTERED, refusal]) == Expected(Plan(GUEST, HOST, 3, NOON, END))


def test_what_was_never_registered_stays_so():
    assert state_after(visit, [ENTERED, LEFT]) == visit.INITIAL


def test_who_stands_at_the_desk_is_checked_in_a_little_early_or_however_late():
    soon = NOON + timedelta(hours=12)
    planned = changed(REGISTERED, start=soon, end=soon + timedelta(hours=1))
    given(visit, planned).when(ENTER).then(changed(ENTERED, end=planned.end))
    late = CheckIn(V, "desk", END + timedelta(hours=2))
    given(visit, REGISTERED, MISSED).when(late).then(changed(ENTERED, at=late.at))


def test_who_comes_more_than_half_a_day_early_is_not_checked_in_and_every_reason_is_told():
    later = NOON + timedelta(hours=12, microseconds=1)
    planned = changed(REGISTERED, start=later, end=later + timedelta(hours=1))
    refusal = CheckInRefused(V, GUEST, (VisitEarly(),), *BY)
    given(visit, planned).when(ENTER).then(refusal)
    given(visit, planned, refusal).when(CheckIn(V, "desk", later)).then(
        changed(ENTERED, end=planned.end, at=later)
    )
    blocked = changed(ENTER, objections=(VisitorBlocked(),))
    given(visit, planned).when(blocked).then_refused(VisitEarly(), VisitorBlocked())
    given(visit, planned, CANCELLED).when(blocked).then_refused(
        VisitOver(), VisitEarly(), VisitorBlocked()
    )


def test_a_visit_takes_a_month_at_most():
    longest = NOON + timedelta(days=31)
    given(visit).when(changed(REGISTER, end=longest)).then(changed(REGISTERED, end=longest))


def test_a_visit_from_an_invitation_keeps_it_and_its_pictures():
    wish = changed(REGISTER, invitation=InvitationId("i-1"), pictures=("0a", "0b"))
    given(visit).when(wish).then(
        changed(REGISTERED, invitation=InvitationId("i-1"), pictures=("0a", "0b"))
    )


def test_a_start_may_lie_in_the_past_and_an_end_may_not():
    begun = changed(REGISTER, start=NOON - timedelta(hours=2))
    given(visit).when(begun).then(changed(REGISTERED, start=begun.start))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"visit": VisitId("two words")}, "visit"),
        ({"reason": " "}, "reason"),
        ({"reason": "a\nb"}, "reason"),
        ({"party": 0}, "party"),
        ({"party": -1}, "party"),
        ({"party": PARTY_LIMIT + 1}, "party"),
        ({"end": NOON}, "end"),
        ({"start": NOON - timedelta(days=1), "end": NOON - timedelta(hours=1)}, "end"),
        ({"start": END, "end": END}, "end"),
        ({"end": NOON + timedelta(days=32)}, "end"),
    ],
    ids=str,
)
@pytest.mark.parametrize("objections", [(), (VisitorBlocked(),)])
def test_nothing_is_registered_with_a_bad_field(
    wrong: dict[str, Any], field: str, objections: tuple[Any, ...]
):
    wish = changed(REGISTER, objections=objections, **wrong)
    error = given(visit).when(wish).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field


def test_what_is_told_of_a_visit_is_the_visitors_own():
    assert REGISTERED.subject == GUEST
