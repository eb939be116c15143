"""A lockdown group: safe or under lockdown, in earnest or as a drill."""

import pytest

from cvsec_core.aggregates import lockdown_group
from cvsec_core.aggregates.lockdown_group import (
    ActivateLockdown,
    CancelLockdown,
    ChangeGroupDoors,
    DefineLockdownGroup,
    GroupDoorsChanged,
    LockdownActivated,
    LockdownActivationRefused,
    LockdownCancelled,
    LockdownGroupCommand,
    LockdownGroupDefined,
    LockdownGroupTakenError,
    LockdownGroupUnknownError,
    RealLockdownOn,
    UnderLockdown,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import GroupId
from tests.core.places import BACK, FRONT, GATE, GROUND, NOON
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

DOORS = (FRONT, BACK)
DEFINE = DefineLockdownGroup(GROUND, DOORS, "guard", NOON)
DEFINED = LockdownGroupDefined(GROUND, DOORS, "guard", NOON)
CHANGE = ChangeGroupDoors(GROUND, (BACK, GATE), "guard", NOON)
REAL = ActivateLockdown(GROUND, "guard", NOON, reason="stranger", on_behalf_of="head")
DRILL = ActivateLockdown(GROUND, "guard", NOON, drill=True)
CANCEL = CancelLockdown(GROUND, "guard", NOON, "head")


def activated(*, drill: bool) -> LockdownActivated:
    reason, other = ("", None) if drill else ("stranger", "head")
    return LockdownActivated(GROUND, DOORS, drill, reason, "guard", other, NOON)


def changed(*, under_lockdown: bool) -> GroupDoorsChanged:
    return GroupDoorsChanged(GROUND, (GATE,), (FRONT,), under_lockdown, "guard", NOON)


def cancelled(*, drill: bool) -> LockdownCancelled:
    return LockdownCancelled(GROUND, DOORS, drill, "guard", "head", NOON)


REFUSED = LockdownActivationRefused(GROUND, True, (RealLockdownOn(GROUND),), "guard", NOON)
STATES = {
    "undefined": [],
    "safe": [DEFINED],
    "drill": [DEFINED, activated(drill=True)],
    "real": [DEFINED, activated(drill=False)],
}
TABLE: list[Row] = [
    ("undefined", DEFINE, [DEFINED]),
    ("undefined", CHANGE, LockdownGroupUnknownError),
    ("undefined", REAL, LockdownGroupUnknownError),
    ("undefined", CANCEL, LockdownGroupUnknownError),
    ("safe", DEFINE, []),
    ("safe", CHANGE, [changed(under_lockdown=False)]),
    ("safe", REAL, [activated(drill=False)]),
    ("safe", DRILL, [activated(drill=True)]),
    ("safe", CANCEL, []),
    ("drill", DEFINE, []),
    ("drill", CHANGE, [changed(under_lockdown=False)]),
    ("drill", REAL, [activated(drill=False)]),
    ("drill", DRILL, []),
    ("drill", CANCEL, [cancelled(drill=True)]),
    ("real", DEFINE, []),
    ("real", CHANGE, [changed(under_lockdown=True)]),
    ("real", REAL, []),
    ("real", DRILL, [REFUSED]),
    ("real", CANCEL, [cancelled(drill=False)]),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(lockdown_group, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, LockdownGroupCommand, TABLE) == set()


def test_a_group_of_that_name_with_other_doors_is_another_group():
    other = DefineLockdownGroup(GROUND, (FRONT,), "guard", NOON)
    given(lockdown_group, DEFINED).when(other).then_raises(LockdownGroupTakenError)


def test_the_order_of_the_doors_does_not_make_another_group():
    same = DefineLockdownGroup(GROUND, (BACK, FRONT), "guard", NOON)
    given(lockdown_group, DEFINED).when(same).then_nothing()


@pytest.mark.parametrize("name", ["", "two words", "a|b", "a@b", "x" * 65])
def test_a_group_has_a_name_that_can_be_an_id(name: str):
    wrong = DefineLockdownGroup(GroupId(name), DOORS, "guard", NOON)
    given(lockdown_group).when(wrong).then_raises(InvalidFieldError)


def test_a_group_has_a_door():
    none = DefineLockdownGroup(GROUND, (), "guard", NOON)
    given(lockdown_group).when(none).then_raises(InvalidFieldError)
    given(lockdown_group, DEFINED).when(ChangeGroupDoors(GROUND, (), "guard", NOON)).then_raises(
        InvalidFieldError
    )


def test_a_door_named_twice_is_one_door():
    twice = DefineLockdownGroup(GROUND, (FRONT, FRONT), "guard", NOON)
    given(lockdown_group).when(twice).then(LockdownGroupDefined(GROUND, (FRONT,), "guard", NOON))


def test_a_change_to_the_same_doors_is_none():
    same = ChangeGroupDoors(GROUND, (BACK, FRONT), "guard", NOON)
    given(lockdown_group, DEFINED).when(same).then_nothing()


def test_a_lockdown_after_a_change_is_of_the_doors_since_then():
    given(lockdown_group, DEFINED, changed(under_lockdown=False)).when(DRILL).then(
        LockdownActivated(GROUND, (BACK, GATE), True, "", "guard", None, NOON)
    )


def test_a_refused_drill_changes_nothing():
    before = STATES["real"]
    assert state_after(lockdown_group, [*before, REFUSED]) == UnderLockdown(DOORS, drill=False)


def test_a_change_of_a_group_that_there_is_not_folds_all_the_same():
    assert state_after(lockdown_group, [changed(under_lockdown=True)]) == lockdown_group.INITIAL
