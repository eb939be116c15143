"""State x command tables: a test a row, and one that fails where a pair has no row."""

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any, get_args

import pytest

from cvsec_core.errors import CommandError
from tests.specification import given

States = Mapping[str, Sequence[Any]]
"""By name: the events that lead there."""
Row = tuple[str, Any, Any]
"""A state, a command, and what comes out: events, or the class of an error."""


def cases(rows: Iterable[Row]) -> Any:
    """A test for each row."""
    rows = list(rows)
    ids = [f"{state}-{type(command).__name__}" for state, command, _ in rows]
    return pytest.mark.parametrize(("state", "command", "outcome"), rows, ids=ids)


def check(aggregate: ModuleType, history: Sequence[Any], command: Any, outcome: Any) -> None:
    """The outcome is as the row says."""
    result = given(aggregate, *history).when(command)
    if isinstance(outcome, type) and issubclass(outcome, CommandError):
        result.then_raises(outcome)
    else:
        result.then(*outcome)


def missing(states: States, commands: Any, rows: Iterable[Row]) -> set[tuple[str, str]]:
    """The pairs that no row speaks of."""
    told = {(state, type(command).__name__) for state, command, _ in rows}
    return {(state, command.__name__) for state in states for command in get_args(commands)} - told
