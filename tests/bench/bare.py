"""Bare `sqlite3`: the same table and the same bytes, and nothing around them."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from cvsec_core.aggregates import door
from tests.bench import events, ours
from tests.bench.events import Commit
from tests.bench.measuring import timed

Row = tuple[str, int, str, bytes]

WAIT = 30
"""Seconds until a process gives up waiting for its turn."""

TABLE = """
CREATE TABLE IF NOT EXISTS stored_events (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (originator_id, originator_version)
)"""
COLUMNS = "originator_id, originator_version, topic, state"
INSERT = f"INSERT INTO stored_events ({COLUMNS}) VALUES (?, ?, ?, ?)"  # noqa: S608  # a constant
AFTER = f"SELECT {COLUMNS} FROM stored_events WHERE rowid > ? ORDER BY rowid"  # noqa: S608  # a constant
STREAM = (
    f"SELECT {COLUMNS} FROM stored_events WHERE originator_id = ? "  # noqa: S608  # a constant
    "ORDER BY originator_version"
)


def connected(folder: Path) -> sqlite3.Connection:
    """A connection to the folder's log that has each commit on the disk before it goes on."""
    connection = sqlite3.connect(folder / ours.FILE, timeout=WAIT, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(TABLE)
    return connection


def rows_of(commits: Sequence[Commit], folder: Path) -> list[list[Row]]:
    """The rows that our log makes of each commit, for the others to store the same bytes."""
    ours.append(commits, folder)
    every = iter(rows_after(folder, 0))
    return [[next(every) for _ in commit.entries] for commit in commits]


def rows_after(folder: Path, position: int) -> list[Row]:
    """What the folder's log holds above *position*."""
    with closing(connected(folder)) as connection:
        return connection.execute(AFTER, (position,)).fetchall()


def append(batches: Sequence[Sequence[Row]], folder: Path) -> list[float]:
    """Commit each batch of rows."""
    with closing(connected(folder)) as connection:
        return timed(_commits(connection, batches))


def append_to(prepared: Path, batch: Sequence[Row], folder: Path) -> list[float]:
    """Commit one batch of rows to a log that holds others already."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    return append([batch], folder)


def replay(prepared: Path, folder: Path) -> list[float]:
    """Read the one long stream as JSON."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    with closing(connected(folder)) as connection:
        return timed([partial(_load, connection, door.stream(events.door_name(0)))])


def _commits(
    connection: sqlite3.Connection, batches: Sequence[Sequence[Row]]
) -> Iterator[Callable[[], object]]:
    for batch in batches:
        yield partial(_commit, connection, batch)


def _commit(connection: sqlite3.Connection, batch: Sequence[Row]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(INSERT, batch)
    connection.execute("COMMIT")


def _load(connection: sqlite3.Connection, stream: str) -> list[object]:
    return [
        json.loads(part)
        for row in connection.execute(STREAM, (stream,))
        for part in row[3].split(b"\n")  # the event and its meta
    ]


# Invitations: as many rows as ours, of about the same size, chosen under the write lock.
STATE = bytes(450)
VERSION = "SELECT max(originator_version) FROM stored_events WHERE originator_id = ?"


def invite(folder: Path, count: int) -> list[str]:
    """Let there be so many invitations; returns the stream of each."""
    streams = [f"invitation-{at}" for at in range(count)]
    append([[(stream, 1, "issued", STATE) for stream in streams]], folder)
    return streams


@contextmanager
def scanning(folder: Path) -> Generator[Callable[[str], bool]]:
    """Let whoever comes first in."""
    with closing(connected(folder)) as connection:
        yield partial(_scan, connection)


def _scan(connection: sqlite3.Connection, stream: str) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    ((version,),) = connection.execute(VERSION, (stream,)).fetchall()
    first = version == 1
    rows = [(stream, version + 1, "redeemed" if first else "refused", STATE)]
    if first:
        rows.append((f"visit-of-{stream}", 1, "registered", STATE))
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
    return first
