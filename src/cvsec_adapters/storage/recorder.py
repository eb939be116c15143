"""The recorder of `eventsourcing` over our tables, and the pool of connections behind it."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    StoredEvent,
)
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from cvsec_adapters.storage.connections import (
    BUSY_SECONDS,
    Access,
    Synchronous,
    connect,
    row_class,
)
from cvsec_adapters.storage.errors import LogUnavailableError
from cvsec_adapters.storage.log_tables import INSERT, TABLES, insert

_CONNECTIONS = 64  # more threads than this at one time wait for each other


class SqliteRecorder(SQLiteApplicationRecorder):
    """The recorder of `eventsourcing` with our tables, where no position is used twice."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.insert_events_statement = INSERT

    def construct_create_table_statements(self) -> list[str]:
        """The tables of a log."""
        return list(TABLES)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: object
    ) -> Sequence[int]:
        rows = [
            (str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events
        ]
        if not rows:
            return []
        last = insert(c.sqlite_cursor.connection, rows)
        return list(range(last - len(rows) + 1, last + 1))


class _Connection(SQLiteConnection):
    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself, whose rows are plain tuples."""
        return self._sqlite_conn

    def cursor(self) -> SQLiteCursor:
        """A cursor for the recorder's own queries, which name their columns."""
        cursor = self._sqlite_conn.cursor()
        cursor.row_factory = row_class(self._sqlite_conn)  # pyright: ignore[reportAttributeAccessIssue]  # the stub lacks it
        return SQLiteCursor(cursor)

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor]:
        """A transaction; one that writes has the write lock from its beginning."""
        with _Transaction(self, commit=commit) as cursor, cursor:
            yield cursor


class _Transaction(SQLiteTransaction):
    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor


class _Pool(SQLiteConnectionPool):
    def __init__(
        self, path: Path, access: Access, synchronous: Synchronous, key: bytes | None
    ) -> None:
        super().__init__(
            db_name=str(path), pool_size=_CONNECTIONS, max_overflow=0, pool_timeout=BUSY_SECONDS
        )
        self._access: Access = access
        self._path = path
        self._synchronous: Synchronous = synchronous
        self._key = key
        self._ending = False

    def get_connection(
        self, timeout: float | None = None, *, is_writer: bool | None = None
    ) -> SQLiteConnection:
        """A connection for this thread alone."""
        if self._ending:
            raise ConnectionPoolClosedError
        return super().get_connection(timeout, is_writer=is_writer)

    def close(self) -> None:
        """Close every connection as soon as nobody uses it."""
        # Closed under a statement that another thread is running, SQLite takes the process down.
        self._ending = True
        with self._put_condition:
            self._put_condition.wait_for(lambda: not self._in_use, BUSY_SECONDS)
            self._in_use.clear()  # whoever still has one keeps it
        super().close()

    def _create_connection(self) -> _Connection:
        connection = connect(self._path, self._access, self._synchronous, self._key)
        return _Connection(connection, self.max_age)


class Datastore(SQLiteDatastore):
    """The file of a log, as the recorder wants it, and connections to read it with."""

    def __init__(
        self, path: Path, access: Access, synchronous: Synchronous, key: bytes | None = None
    ) -> None:
        super().__init__(str(path), originator_id_type="text")
        self.pool = _Pool(path, access, synchronous, key)
        self._path = path

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """A connection for this thread alone.

        Raises:
            LogUnavailableError: there are too many at work, or the log was closed.
        """
        try:
            with self.get_connection(commit=False) as pooled:
                yield cast("_Connection", pooled).raw
        except (ConnectionUnavailableError, ConnectionPoolClosedError) as error:
            raise LogUnavailableError(str(self._path), "busy") from error
