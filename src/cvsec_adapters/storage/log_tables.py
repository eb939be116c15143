"""The tables of an event log: how they are made, and the statements that an append is made of."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from cvsec_adapters.storage import batches
from cvsec_adapters.storage.errors import LogUnavailableError
from cvsec_adapters.storage.layouts import Layout
from cvsec_core.errors import StreamMovedError
from cvsec_core.ids import StreamId
from cvsec_core.ports import Entry, Handled

SCHEMA = 1
"""The number of the tables below; kept in the file as its ``user_version``."""

INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
    "VALUES (?, ?, ?, ?)"
)
_NEWEST = "SELECT max(rowid) FROM stored_events"
_ONE_STREAM = (
    f"SELECT max(originator_version), ({_NEWEST}) "  # noqa: S608  # a constant
    "FROM stored_events WHERE originator_id = ?"
)
_MOVED = (
    "SELECT e.key FROM json_each(?) AS e WHERE e.value != coalesce("
    "(SELECT max(originator_version) FROM stored_events WHERE originator_id = e.key), 0)"
)

# AUTOINCREMENT: without it the position of a deleted newest event is given again, and whoever has
# read that far never sees the event that takes its place.
_EVENTS = """
CREATE TABLE IF NOT EXISTS stored_events (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (originator_id, originator_version)
)"""
_COMMANDS = """
CREATE TABLE IF NOT EXISTS commands (
    id TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL
) WITHOUT ROWID"""
_GENERATIONS = """
CREATE TABLE IF NOT EXISTS view_generations (
    view_group TEXT PRIMARY KEY, generation INTEGER NOT NULL
) WITHOUT ROWID"""
# By the id, the vault of another site is known for what it is.
_SITE = (
    "CREATE TABLE site (id TEXT NOT NULL)",
    "INSERT INTO site SELECT lower(hex(randomblob(16)))",
)
TABLES = (_EVENTS, _COMMANDS, _GENERATIONS)
LAYOUT = Layout((*TABLES, *_SITE), SCHEMA, "stored_events", LogUnavailableError)


def insert(connection: sqlite3.Connection, rows: Sequence[tuple[str, int, str, bytes]]) -> int:
    """Insert events, one at least, and return the position of the last; the others stand right
    before it.
    """
    connection.executemany(INSERT, rows[:-1])
    # After executemany the cursor does not know the row, so the last one goes alone.
    return cast("int", connection.execute(INSERT, rows[-1]).lastrowid)


def check_unmoved(
    connection: sqlite3.Connection,
    entries: Sequence[Entry],
    expected: Mapping[StreamId, int],
    handled: Sequence[Handled],
) -> int | None:
    """The newest position, where every stream is as expected and no command was answered before.

    Raises:
        StreamMovedError: it is not so.
    """
    moved, newest = _moved(connection, expected)
    if moved:
        raise StreamMovedError(moved)
    for answer in handled:
        if connection.execute(
            "SELECT 1 FROM commands WHERE id = ?", (answer.command_id,)
        ).fetchone():
            raise StreamMovedError(batches.written(entries))
    return newest


def remember(connection: sqlite3.Connection, handled: Sequence[Handled], first: int) -> None:
    """Note which events answer a command; *first*: the position of the first of the batch."""
    connection.executemany(
        "INSERT INTO commands VALUES (?, ?, ?)",
        [(h.command_id, first + h.start, first + h.stop - 1) for h in handled if h.start < h.stop],
    )


def _moved(
    connection: sqlite3.Connection, expected: Mapping[StreamId, int]
) -> tuple[tuple[StreamId, ...], int | None]:
    """The streams that are not at the version expected, and the newest position of the log."""
    if len(expected) == 1:  # as with most commits: one statement for both
        ((stream, version),) = expected.items()
        found, newest = connection.execute(_ONE_STREAM, (stream,)).fetchone()
        return (() if (found or 0) == version else (stream,)), newest
    rows = connection.execute(_MOVED, (as_json(dict(expected)),)).fetchall()
    return tuple(row[0] for row in rows), connection.execute(_NEWEST).fetchone()[0]


def as_json(value: object) -> str:
    """Several values as the one that ``json_each`` takes apart."""
    return msgspec.json.encode(value).decode()
