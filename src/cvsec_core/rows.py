"""Rows: what a projection may do to them and what a query may ask of them.

A row is a frozen attrs class. Its first field is called ``id`` and is its key; the others are
``str``, ``int``, ``float``, ``bool``, ``datetime`` (UTC), ``tuple[str, ...]``, or one of these or
None.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from attrs import frozen

from cvsec_core.recorded import Recorded

R = TypeVar("R")
Value = str | int | float | bool | datetime | tuple[str, ...] | None
Key = str | int


# Changes: what a projection makes of one event.
@frozen
class Put:
    """This row stands now, whatever stood under its key."""

    row: Any


@frozen
class Patch:
    """These fields of the row change; nothing happens where there is no such row."""

    row: type
    key: Key
    fields: Mapping[str, Value]


@frozen
class Drop:
    """No row stands under this key any more."""

    row: type
    key: Key


@frozen
class Tally:
    """Add to counters; a missing row starts from its class's defaults, with the given key fields.

    ``start`` gives the fields that are no counters, used only where the row is new.
    """

    row: type
    key: Key
    increments: Mapping[str, int]
    start: Mapping[str, Value] = {}


Change = Put | Patch | Drop | Tally


# Conditions: what a query asks for; all of them must hold.
@frozen
class Is:
    """The column equals the value; None means that it is empty."""

    column: str
    value: Value


@frozen
class Among:
    """The column equals one of the values."""

    column: str
    values: tuple[Value, ...]


@frozen
class Between:
    """``low <= column < high``; None leaves a side open."""

    column: str
    low: Value
    high: Value


@frozen
class Contains:
    """The text stands somewhere in the column, in upper or lower case."""

    column: str
    text: str


@frozen
class Either:
    """At least one of these holds. Answered by walking one index an alternative, so each column
    should have an index that ends in the order asked for.
    """

    alternatives: tuple[Among, ...]


Condition = Is | Among | Between | Contains | Either


class Rows(Protocol):
    """The rows of one projection as they stand before the event at hand."""

    def get(self, row: type[R], key: Key) -> R | None:
        """The row under *key*, or None."""
        ...


class Views(Protocol):
    """What a query may ask. Never stale: see ``cvsec_core.site``."""

    def get(self, row: type[R], key: Key) -> R | None:
        """The row under *key*, or None."""
        ...

    def select(  # one question, all of it optional but the table
        self,
        row: type[R],
        *where: Condition,
        order: tuple[str, ...] = ("id",),
        descending: bool = False,
        after: tuple[Value, ...] | None = None,
        limit: int | None = None,
    ) -> list[R]:
        """The rows for which every condition holds, in *order*.

        Args:
            after: the values of the *order* columns in the last row already seen (keyset paging).
            limit: at most so many rows; None for all.
        """
        ...

    def count(self, row: type, *where: Condition) -> int:
        """How many rows there are."""
        ...

    def total(self, row: type, columns: tuple[str, ...], *where: Condition) -> tuple[int, ...]:
        """The sum of each column over the rows; 0 where there are none."""
        ...


Cursor = tuple[Any, ...]
"""The values of the *order* columns in the last row of a page."""


def newest(
    views: Views,
    row: type[R],
    *where: Condition,
    order: tuple[str, ...],
    after: Cursor | None,
    limit: int,
) -> tuple[list[R], Cursor | None]:
    """At most *limit* rows, the last of *order* first, and where to go on (None: that was all)."""
    rows = views.select(row, *where, order=order, descending=True, after=after, limit=limit + 1)
    more = len(rows) > limit
    last = tuple(getattr(rows[limit - 1], column) for column in order) if more else None
    return rows[:limit], last


# A projection: one question, its tables, and how an event changes them.
Group = Literal["boards", "history", "people"]


@frozen
class Table:
    """The rows of one class; each index is a tuple of column names."""

    row: type
    indexes: tuple[tuple[str, ...], ...] = ()


@frozen
class Projection:
    """One question that is answered from rows.

    Raise ``revision`` when ``project`` makes other rows of the same events: the views of its group
    are then rebuilt at the next start.
    """

    name: str
    group: Group
    tables: tuple[Table, ...]
    handles: tuple[type, ...]
    project: Callable[[Recorded, Rows], Iterable[Change]]
    revision: int = 1
