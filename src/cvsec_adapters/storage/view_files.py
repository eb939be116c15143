"""One generation of a group's rows: an SQLite file, or memory where no file can be had."""

import hashlib
import sqlite3
import threading
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlite_utils

from cvsec_adapters.storage.connections import Access, connect, immediate, into_wal
from cvsec_adapters.storage.questions import FOLDS
from cvsec_adapters.storage.tables import RowTable
from cvsec_core.rows import Projection

FORMAT = 1
"""Raised when the tables are made in another way: every view file is then made again."""


class OtherRowsError(Exception):
    """The file holds the rows of other projections, or of none."""


def fingerprint(projections: Sequence[Projection], tables: Mapping[type, RowTable[Any]]) -> str:
    """What a file must have been made with to be of use: the tables, and how rows are projected."""
    made_with = (
        FORMAT,
        sorted((p.name, p.revision, sorted(e.__name__ for e in p.handles)) for p in projections),
        sorted((table.shape for table in tables.values()), key=str),
    )
    return hashlib.sha256(repr(made_with).encode()).hexdigest()


class ViewFile:
    """Connections to one generation. Readers have their own; there is one writer at a time.

    Args:
        path: the file, or None for memory.
        access: what may be done with it.
        key: what it is encrypted with, or None where it is plain.
    """

    def __init__(
        self, path: Path | None, access: Access = "write", key: bytes | None = None
    ) -> None:
        self.path = path
        self._key = key
        self.access: Access = access
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._writer = threading.RLock()
        self._connection = self._connect()

    @property
    def is_writable(self) -> bool:
        """Whether rows can change."""
        return self.access in ("create", "write")

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """A connection to read with."""
        if self.path is None:  # memory is one connection; its writer is not to be looked over
            with self._writer:
                yield self._connection
            return
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            self._idle.append(connection)
            if self._closed:
                self._close_idle()

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """A transaction that nobody else writes beside, in this process or another."""
        with self._writer, immediate(self._connection):
            yield self._connection

    @contextmanager
    def alone(self) -> Generator[sqlite3.Connection]:
        """The writer's connection, without a transaction."""
        with self._writer:
            yield self._connection

    def position(self) -> int:
        """The log position that the rows stand at."""
        with self.reading() as connection:
            return position(connection)

    def close(self) -> None:
        """Close what is not in use; a reader at work closes its own when it has done."""
        self._closed = True
        self._close_idle()
        with self._writer:
            self._connection.close()

    def _connect(self) -> sqlite3.Connection:
        if self.path is None:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        else:
            connection = connect(self.path, self.access, "NORMAL", self._key)
            # What was dropped because somebody is forgotten shall not stay on a free page.
            connection.execute("PRAGMA secure_delete=ON").fetchall()
        connection.create_function(FOLDS, 1, _folded, deterministic=True)
        return connection

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


def _folded(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def position(connection: sqlite3.Connection) -> int:
    """The log position that the rows of this connection's file stand at."""
    return connection.execute("SELECT position FROM _state").fetchone()[0]


def set_position(connection: sqlite3.Connection, reached: int) -> None:
    """Note the log position of the rows, within the transaction that changes them."""
    connection.execute("UPDATE _state SET position = ?", (reached,))


def check(connection: sqlite3.Connection, mark: str) -> None:
    """Check that the file holds the rows that are asked for.

    Raises:
        OtherRowsError: it does not.
        sqlite3.Error: it is no database, or damaged.
    """
    if is_blank(connection):
        raise OtherRowsError("it is empty")
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_state'").fetchone():
        raise OtherRowsError("it does not say what it holds")
    if connection.execute("SELECT fingerprint FROM _state").fetchone() != (mark,):
        raise OtherRowsError("it was made by other projections")


def is_blank(connection: sqlite3.Connection) -> bool:
    """Whether nothing at all is in the file."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def create(
    file: ViewFile, tables: Mapping[type, RowTable[Any]], mark: str, *, indexes: bool = True
) -> None:
    """Make the tables in an empty file; nothing happens where another process was faster."""
    if file.path is not None and indexes:
        with file.alone() as connection:
            into_wal(connection)
    with file.writing() as connection:
        if not is_blank(connection):
            return
        database = sqlite_utils.Database(
            connection, recursive_triggers=False, execute_plugins=False
        )
        for table in tables.values():
            table.create(database)
            if indexes:
                table.create_indexes(database)
        database.table("_state").insert({"position": 0, "fingerprint": mark}, strict=True)


def index(file: ViewFile, tables: Mapping[type, RowTable[Any]]) -> None:
    """Make the indexes of a file that was filled without them."""
    with file.writing() as connection:
        database = sqlite_utils.Database(
            connection, recursive_triggers=False, execute_plugins=False
        )
        for table in tables.values():
            table.create_indexes(database)
