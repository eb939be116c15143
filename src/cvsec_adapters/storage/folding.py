"""Many changes as few writes: a page of changes becomes at most one write a row."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from attrs import define

from cvsec_adapters.storage.tables import RowTable, has_default
from cvsec_core.rows import Change, Drop, Key, Patch, Put, Tally, Value

R = TypeVar("R")

_GONE = object()
"""Pending: no row stands under this key."""


@define
class _Set:
    """Pending: these fields of a row, if there is one; the row itself has not been read."""

    fields: dict[str, Value]


@define
class _Add:
    """Pending: these increments of a row that has not been read."""

    increments: dict[str, int]
    start: Mapping[str, Value]


class Page:
    """The changes of a page over the rows of the tables; what a projection reads is both together.

    A pending row is the row itself, or, where it was not needed so far, only what happens to it.

    Args:
        tables: the tables of the group.
        connection: within a transaction that ends after `write`.
    """

    def __init__(
        self, tables: Mapping[type, RowTable[Any]], connection: sqlite3.Connection
    ) -> None:
        self._tables = tables
        self._connection = connection
        self._pending: dict[type, dict[Key, Any]] = {row: {} for row in tables}
        self._read: dict[type, dict[Key, Any]] = {row: {} for row in tables}
        self._apply: dict[type, Callable[[Any], None]] = {
            Put: self._put,
            Patch: self._patch,
            Drop: self._drop,
            Tally: self._tally,
        }

    def get(self, row: type[R], key: Key) -> R | None:
        """The row under *key* as it stands now, or None."""
        pending = self._pending[row].get(key)
        if pending is None:
            return self._standing(row, key)
        if pending is _GONE:
            return None
        if type(pending) is not row:
            pending = self._settled(row, key, pending)
        return None if pending is _GONE else cast("R", pending)

    def apply(self, change: Change) -> None:
        """Let a change happen, after all those before it."""
        self._apply[type(change)](change)

    def write(self) -> None:
        """Write every row that changed, once."""
        for row, pending in self._pending.items():
            if pending:
                _Writing(self._connection, self._tables[row]).write(pending)

    def _put(self, change: Put) -> None:
        row = change.row
        self._pending[type(row)][row.id] = row

    def _drop(self, change: Drop) -> None:
        self._pending[change.row][change.key] = _GONE

    def _patch(self, change: Patch) -> None:
        table, pending = self._tables[change.row], self._pending[change.row]
        standing: Any = self._known(change.row, change.key)
        if type(standing) is _Add:
            standing = self._settled(change.row, change.key, standing)
        if standing is None:
            for name in change.fields:
                table.column(name)
            pending[change.key] = _Set(dict(change.fields))
        elif type(standing) is _Set:
            standing.fields.update(change.fields)
        elif standing is not _GONE:
            pending[change.key] = table.changed(standing, change.fields)

    def _tally(self, change: Tally) -> None:
        table, pending = self._tables[change.row], self._pending[change.row]
        standing: Any = self._known(change.row, change.key)
        if standing is None and not addable(table, change):
            standing = self._standing(cast("type[Any]", change.row), change.key) or _GONE
        if type(standing) is _Set:
            standing = self._settled(change.row, change.key, standing)
        if standing is None:
            pending[change.key] = _Add(dict(change.increments), change.start)
        elif type(standing) is _Add:
            for name, by in change.increments.items():
                standing.increments[name] = standing.increments.get(name, 0) + by
        else:
            if standing is _GONE:
                standing = table.started(change.key, change.start)
            pending[change.key] = _added(table, standing, change.increments)

    def _known(self, row: type[Any], key: Key) -> Any:  # noqa: ANN401  # a row or what is pending
        """What is pending under the key, or the row where it was read already."""
        pending = self._pending[row].get(key)
        return self._read[row].get(key) if pending is None else pending

    def _standing(self, row: type[R], key: Key) -> R | None:
        """The row in the table; it is read once a page."""
        read = self._read[row]
        if key not in read:
            read[key] = one(self._connection, self._tables[row], key)
        return read[key]

    def _settled(self, row: type[Any], key: Key, pending: _Set | _Add) -> Any:  # noqa: ANN401  # a row or none
        """Read the row, and let happen to it what was pending."""
        table: RowTable[Any] = self._tables[row]
        standing: Any = self._standing(row, key)
        settled: Any = _GONE
        if isinstance(pending, _Add):
            standing = standing or table.started(key, pending.start)
            settled = _added(table, standing, pending.increments)
        elif standing is not None:
            settled = table.changed(standing, pending.fields)
        self._pending[row][key] = settled
        return settled


def one(connection: sqlite3.Connection, table: RowTable[R], key: Key) -> R | None:
    """The row under *key* in the table, or None."""
    found = connection.execute(
        f'SELECT {table.list} FROM "{table.name}" WHERE "id" = ?',  # noqa: S608  # names of our classes
        (key,),
    ).fetchall()
    return table.rows(found)[0] if found else None


def addable(table: RowTable[Any], change: Tally) -> bool:
    """Whether one statement can add to the row and make it where it is missing."""
    columns = table.columns
    return all(columns[name].default == 0 for name in change.increments) and all(
        name == "id" or name in change.start or has_default(column)
        for name, column in columns.items()
    )


def _added(table: RowTable[R], row: R, increments: Mapping[str, int]) -> R:
    return table.changed(row, {name: getattr(row, name) + by for name, by in increments.items()})


class _Writing:
    """Writes the pending changes of one table, those of one shape with one statement."""

    def __init__(self, connection: sqlite3.Connection, table: RowTable[Any]) -> None:
        self._connection = connection
        self._table = table
        self._batches: dict[str, list[Any]] = defaultdict(list)

    def write(self, pending: Mapping[Key, Any]) -> None:
        table = self._table
        marks = ", ".join("?" * len(table.columns))
        puts = self._batches[f'INSERT OR REPLACE INTO "{table.name}" VALUES ({marks})']  # noqa: S608  # our names
        gone = self._batches[f'DELETE FROM "{table.name}" WHERE "id" = ?']  # noqa: S608  # our names
        for key, change in pending.items():
            kind = cast("type[Any]", type(change))
            if kind is table.row:
                puts.append(table.values(change))
            elif change is _GONE:
                gone.append((key,))
            elif kind is _Add:
                self._add(key, change)
            else:
                self._set(key, change)
        for statement, rows in self._batches.items():
            if rows:
                self._connection.executemany(statement, rows)

    def _set(self, key: Key, change: _Set) -> None:
        columns = [self._table.columns[name] for name in change.fields]
        sets = ", ".join(f"{column.quoted} = ?" for column in columns)
        statement = f'UPDATE "{self._table.name}" SET {sets} WHERE "id" = ?'  # noqa: S608  # our names
        values = [c.stored(v) for c, v in zip(columns, change.fields.values(), strict=True)]
        self._batches[statement].append((*values, key))

    def _add(self, key: Key, change: _Add) -> None:
        start = {
            name: column.default
            for name, column in self._table.columns.items()
            if has_default(column)
        } | {"id": key, **change.start, **change.increments}
        names = ", ".join(f'"{name}"' for name in start)
        marks = ", ".join("?" * len(start))
        adds = ", ".join(f'"{name}" = "{name}" + excluded."{name}"' for name in change.increments)
        statement = (
            f'INSERT INTO "{self._table.name}" ({names}) VALUES ({marks}) '  # noqa: S608  # our names
            f'ON CONFLICT ("id") DO UPDATE SET {adds}'
        )
        self._batches[statement].append(
            [self._table.columns[name].stored(value) for name, value in start.items()]
        )
