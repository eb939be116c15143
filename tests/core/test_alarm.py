"""An alarm: acknowledged once, back to normal by itself, in either order."""

from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import alarm
from cvsec_core.aggregates.alarm import (
    AcknowledgeAlarm,
    AcknowledgementRefused,
    AddRemark,
    AlarmAcknowledged,
    AlarmCommand,
    AlarmRaised,
    AlarmReturnedToNormal,
    AlarmShelved,
    AlarmUnknownError,
    AlarmUnshelved,
    AlreadyAcknowledged,
    RaiseAlarm,
    RemarkAdded,
    ReturnToNormal,
    ShelveAlarm,
    UnshelveAlarm,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import AlarmId, EventId
from tests.core.places import FRONT, LOBBY, NOON, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

NAME, CAUSE = AlarmId("lobby-1.1"), EventId("door-lobby-1@3")
RAISE = RaiseAlarm(NAME, LOBBY, FRONT, 102, "alarm", NOON, CAUSE)
RAISED = AlarmRaised(NAME, LOBBY, FRONT, 102, "alarm", CAUSE, NOON)
ACK = AcknowledgeAlarm(NAME, " a draught ", "guard", after(9), "head")
ACKED = AlarmAcknowledged(NAME, LOBBY, NOON, "guard", "head", "a draught", after(9))
REFUSED = AcknowledgementRefused(
    NAME, "guard", " a draught ", (AlreadyAcknowledged("guard"),), after(9)
)
REMARK = AddRemark(NAME, " closed by hand ", "guard", NOON)
REMARKED = RemarkAdded(NAME, "guard", "closed by hand", NOON)
NORMAL = ReturnToNormal(NAME, after(5))
RETURNED = AlarmReturnedToNormal(NAME, after(5))
SHELVE = ShelveAlarm(NAME, after(60), "known", "guard", NOON)
SHELVED = AlarmShelved(NAME, "guard", after(60), "known", NOON)
UNSHELVE = UnshelveAlarm(NAME, after(60))
UNSHELVED = AlarmUnshelved(NAME, after(60))

LIVES: dict[str, list[Any]] = {
    "unacknowledged": [RAISED],
    "acknowledged": [RAISED, ACKED],
    "returned, unacknowledged": [RAISED, RETURNED],
    "settled": [RAISED, ACKED, RETURNED],
}
STATES: dict[str, list[Any]] = {
    "unraised": [],
    **LIVES,
    **{f"{name}, shelved": [*life, SHELVED] for name, life in LIVES.items()},
}


def rows(name: str, *, active: bool, acknowledged: bool) -> list[Row]:
    """What an alarm answers: shelved or not makes no difference but to the shelf."""
    both: list[Row] = [
        (state, command, outcome)
        for state in (name, f"{name}, shelved")
        for command, outcome in (
            (RAISE, []),
            (ACK, [REFUSED] if acknowledged else [ACKED]),
            (REMARK, [REMARKED]),
            (NORMAL, [RETURNED] if active else []),
        )
    ]
    return [
        *both,
        (name, SHELVE, [SHELVED]),
        (name, UNSHELVE, []),
        (f"{name}, shelved", SHELVE, []),
        (f"{name}, shelved", UNSHELVE, [UNSHELVED]),
    ]


TABLE: list[Row] = [
    ("unraised", RAISE, [RAISED]),
    ("unraised", changed(RAISE, momentary=True), [RAISED, AlarmReturnedToNormal(NAME, NOON)]),
    *(
        ("unraised", command, AlarmUnknownError)
        for command in (ACK, REMARK, NORMAL, SHELVE, UNSHELVE)
    ),
    *rows("unacknowledged", active=True, acknowledged=False),
    *rows("acknowledged", active=True, acknowledged=True),
    *rows("returned, unacknowledged", active=False, acknowledged=False),
    *rows("settled", active=False, acknowledged=True),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(alarm, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, AlarmCommand, TABLE) == set()


def test_the_two_orders_lead_to_the_same_end():
    first = state_after(alarm, [RAISED, ACKED, RETURNED])
    assert first == state_after(alarm, [RAISED, RETURNED, ACKED])
    assert isinstance(first, alarm.Settled)


def test_acknowledging_and_returning_keep_the_shelf():
    for life in ([ACKED], [RETURNED], [ACKED, RETURNED], [RETURNED, ACKED, RETURNED]):
        assert state_after(alarm, [RAISED, SHELVED, *life]).facts.shelved_until == after(60)


def test_a_shelf_can_be_moved():
    later = ShelveAlarm(NAME, after(90), "still known", "guard", NOON)
    given(alarm, RAISED, SHELVED).when(later).then(
        AlarmShelved(NAME, "guard", after(90), "still known", NOON)
    )


@pytest.mark.parametrize("until", [NOON, after(-1)])
def test_a_shelf_ends_in_the_future(until: object):
    given(alarm, RAISED).when(changed(SHELVE, until=until)).then_raises(InvalidFieldError)


@pytest.mark.parametrize("remark", ["", "  \n ", "x" * 1001])
@pytest.mark.parametrize("command", [ACK, REMARK, SHELVE])
def test_a_remark_says_something_and_not_a_book(command: Any, remark: str):
    given(alarm, RAISED).when(changed(command, remark=remark)).then_raises(InvalidFieldError)


def test_a_remark_may_have_a_thousand_characters():
    given(alarm, RAISED).when(changed(REMARK, remark="x" * 1000)).then(
        RemarkAdded(NAME, "guard", "x" * 1000, NOON)
    )


def test_the_first_who_acknowledged_is_named_to_the_second():
    second = changed(ACK, by="reception")
    given(alarm, RAISED, ACKED).when(second).then_refused(AlreadyAcknowledged("guard"))


@pytest.mark.parametrize("event", [ACKED, REFUSED, REMARKED, RETURNED, SHELVED, UNSHELVED])
def test_what_is_told_of_no_alarm_folds_all_the_same(event: object):
    assert state_after(alarm, [event]) == alarm.INITIAL
