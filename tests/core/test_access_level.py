"""An access level: which doors, in which hours, except on which days."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import access_level
from cvsec_core.aggregates.access_level import (
    AccessLevelChanged,
    AccessLevelCommand,
    AccessLevelDefined,
    AccessLevelTakenError,
    AccessLevelUnknownError,
    ChangeAccessLevel,
    DefineAccessLevel,
    Defined,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import LevelId
from cvsec_core.values import Interval, WeeklySchedule
from tests.core.places import BACK, FRONT, NOON
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

L, BY = LevelId("labs"), ("admin", NOON)
DAY = WeeklySchedule((Interval(("mon",), 480, 1080),))
NIGHT = WeeklySchedule((Interval(("mon",), 1200, 1440), Interval(("tue",), 0, 300)))
HOLIDAY = (date(2026, 12, 25),)

DEFINE = DefineAccessLevel(L, (FRONT, BACK), DAY, *BY, HOLIDAY)
CHANGE = ChangeAccessLevel(L, (FRONT,), NIGHT, *BY)
DEFINED = AccessLevelDefined(L, (FRONT, BACK), DAY, HOLIDAY, *BY)
CHANGED = AccessLevelChanged(L, (FRONT,), NIGHT, (), *BY)

STATES: dict[str, list[object]] = {
    "undefined": [],
    "defined": [DEFINED],
    "changed": [DEFINED, CHANGED],
}
TABLE: list[Row] = [
    ("undefined", DEFINE, [DEFINED]),
    ("undefined", CHANGE, AccessLevelUnknownError),
    ("defined", DEFINE, []),
    ("defined", changed(DEFINE, doors=(BACK, FRONT, BACK)), []),
    ("defined", CHANGE, [CHANGED]),
    ("changed", DEFINE, AccessLevelTakenError),
    ("changed", CHANGE, []),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(access_level, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, AccessLevelCommand, TABLE) == set()


def test_each_change_is_a_revision():
    assert state_after(access_level, [DEFINED, CHANGED]) == Defined(
        frozenset({FRONT}), NIGHT, frozenset(), revision=2
    )


@pytest.mark.parametrize(
    "other", [{"doors": (FRONT,)}, {"hours": NIGHT}, {"holidays": ()}], ids=lambda o: next(iter(o))
)
def test_a_name_belongs_to_one_level(other: dict[str, Any]):
    again = changed(DEFINE, **other)
    error = given(access_level, DEFINED).when(again).then_raises(AccessLevelTakenError)
    assert error.message() == "The access level labs exists with other doors or hours."


@pytest.mark.parametrize("first", [DEFINE, CHANGE])
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"doors": ()}, "doors"),
        ({"hours": WeeklySchedule((Interval(("mon",), 600, 600),))}, "interval"),
        ({"hours": WeeklySchedule((Interval(("mon",), 600, 1441),))}, "interval"),
        ({"hours": WeeklySchedule((Interval(("someday",), 0, 60),))}, "days"),  # type: ignore[arg-type]
        ({"hours": WeeklySchedule((Interval((), 0, 60),))}, "days"),
    ],
)
def test_a_level_has_doors_and_hours_that_there_are(
    first: AccessLevelCommand, wrong: dict[str, Any], field: str
):
    history = [] if isinstance(first, DefineAccessLevel) else [DEFINED]
    outcome = given(access_level, *history).when(changed(first, **wrong))
    error = outcome.then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field


@pytest.mark.parametrize("name", ["", "two words", "a|b", "a@b", "x" * 65])
def test_a_name_is_an_id(name: str):
    wrong = changed(DEFINE, level=LevelId(name))
    given(access_level).when(wrong).then_raises(InvalidFieldError)
