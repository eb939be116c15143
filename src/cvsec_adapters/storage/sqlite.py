"""The event log in one SQLite file: the embedded default."""

import sqlite3
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, cast

import msgspec
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

from cvsec_adapters.storage import batches
from cvsec_adapters.storage.batches import Watcher
from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.connections import (
    BUSY_SECONDS,
    Access,
    Synchronous,
    connect,
    roll_back,
    row_class,
    translated,
    truncate_wal,
)
from cvsec_adapters.storage.errors import LogUnavailableError
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.layouts import Layout, prepare
from cvsec_core.errors import StreamMovedError
from cvsec_core.ids import CommandId, StreamId
from cvsec_core.ports import Entry, Handled
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Group

SCHEMA = 1
"""The number of the tables below; kept in the file as its ``user_version``."""

Durability = Literal["full", "normal"]
"""``full``: what was answered survives a power cut. ``normal``: it survives the end of the process;
a power cut may take the last commits, but never a part of one."""

POLL_SECONDS = 0.05
"""How often `SqliteLog.wait` looks for what other processes wrote."""

_SYNCHRONOUS: dict[Durability, Synchronous] = {"full": "FULL", "normal": "NORMAL"}
_CONNECTIONS = 64  # more threads than this at one time wait for each other
_COLUMNS = "rowid, originator_id, originator_version, topic, state"
_INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
    "VALUES (?, ?, ?, ?)"
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
TABLES = (_EVENTS, _COMMANDS, _GENERATIONS)
_LAYOUT = Layout(TABLES, SCHEMA, "stored_events", LogUnavailableError)


class SqliteRecorder(SQLiteApplicationRecorder):
    """The recorder of `eventsourcing` with our tables, where no position is used twice."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.insert_events_statement = _INSERT

    def construct_create_table_statements(self) -> list[str]:
        """The tables of a log."""
        return list(TABLES)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: object
    ) -> Sequence[int]:
        rows = [
            (str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events
        ]
        last = insert(c.sqlite_cursor.connection, rows)
        return list(range(last - len(rows) + 1, last + 1))


def insert(connection: sqlite3.Connection, rows: Sequence[tuple[str, int, str, bytes]]) -> int:
    """Insert events and return the position of the last; the others stand right before it."""
    connection.executemany(_INSERT, rows)
    # The cursor's own lastrowid is that of an earlier statement after executemany.
    return connection.execute("SELECT last_insert_rowid()").fetchone()[0]


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


class _Datastore(SQLiteDatastore):
    def __init__(
        self, path: Path, access: Access, synchronous: Synchronous, key: bytes | None
    ) -> None:
        super().__init__(str(path), originator_id_type="text")
        self.pool = _Pool(path, access, synchronous, key)


class _Newest(NamedTuple):
    """The last event of the log, as far as this process knows."""

    position: int
    recorded_at: datetime | None


class SqliteLog:
    """An `EventLog` in the SQLite file at *path*, which is made where it is missing.

    A file that cannot be written can still be read. Threads may share a log; several processes
    may open the same file.

    Args:
        path: the file.
        codec: turns events into bytes; it is closed with the log.
        durability: what a power cut leaves.
        cipher: what the file is encrypted with, or None where it is plain.

    Raises:
        LogUnavailableError: the file cannot be opened, is no event log, or has another key.
        NewerSchemaError: a newer version of cvsec made it.
        ExtraMissingError: there is a cipher, but what encrypts is not installed.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        codec: Codec,
        durability: Durability = "full",
        cipher: Cipher | None = None,
    ) -> None:
        self.path = Path(path)
        self.codec = codec
        self.durability: Durability = durability
        self.cipher = cipher
        key = None if cipher is None else cipher.derived("log")
        with translated(self.path, LogUnavailableError):
            access = prepare(self.path, _LAYOUT, key)
            # The write lock of this process; SQLite's own, between processes, is not fair.
            self._turn = threading.RLock()
            self._holder: int | None = None
            self._held: sqlite3.Connection | None = None
            self._reached: _Newest | None = None
            self._newest = _Newest(-1, None)
            self._written = threading.Condition()
            self._news: list[Recorded] = []
            self._watchers: list[Watcher] = []
            self._tail = connect(self.path, access, key=key)
            self._tail_lock = threading.Lock()
            self.datastore = _Datastore(self.path, access, _SYNCHRONOUS[durability], key)
            self.recorder = SqliteRecorder(self.datastore)

    def append(
        self,
        entries: Sequence[Entry],
        expected: Mapping[StreamId, int],
        handled: Sequence[Handled] = (),
    ) -> Sequence[Recorded]:
        """Store *entries*; see `cvsec_core.ports.EventLog`."""
        batches.check(entries, expected, handled)
        bodies = self.codec.sealed(entries)
        with self._writing() as connection:
            self._refuse(connection, entries, expected, handled)
            newest = self._last(connection)
            stamps = list(self.codec.stamped(entries, newest.recorded_at))
            if not entries:
                return []
            last = insert(
                connection,
                [
                    (entry[0], entry[1], name, body + stamp + seal)
                    for entry, (name, body, seal), (_, stamp) in zip(
                        entries, bodies, stamps, strict=True
                    )
                ],
            )
            first = last - len(entries) + 1
            connection.executemany(
                "INSERT INTO commands VALUES (?, ?, ?)",
                [
                    (h.command_id, first + h.start, first + h.stop - 1)
                    for h in handled
                    if h.start < h.stop
                ],
            )
            self._reached = _Newest(last, stamps[-1][0].recorded_at)
            recorded = [
                Recorded(stream, version, position, meta, event)
                for position, ((stream, version, event, _), (meta, _)) in enumerate(
                    zip(entries, stamps, strict=True), first
                )
            ]
            self._news += recorded
        return recorded

    def read(self, stream: StreamId, after: int = 0) -> Sequence[Recorded]:
        """The events of *stream* whose version is above *after*, oldest first."""
        return self.codec.decode(
            self._rows(
                f"SELECT {_COLUMNS} FROM stored_events "  # noqa: S608  # a constant
                "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version",
                (stream, after),
            )
        )

    def read_many(self, streams: Sequence[StreamId]) -> Sequence[Recorded]:
        """The events of several streams: each stream's own together, oldest first."""
        return self.codec.decode(
            self._rows(
                f"SELECT {_COLUMNS} FROM stored_events "  # noqa: S608  # a constant
                "WHERE originator_id IN (SELECT value FROM json_each(?)) "
                "ORDER BY originator_id, originator_version",
                (_json(list(streams)),),
            )
        )

    def read_all(self, after: int, limit: int) -> Sequence[Recorded]:
        """At most *limit* events whose position is above *after*, in order."""
        return self.codec.decode(
            self._rows(
                f"SELECT {_COLUMNS} FROM stored_events WHERE rowid > ? ORDER BY rowid LIMIT ?",  # noqa: S608
                (after, limit),
            )
        )

    def read_page(
        self, after: int, limit: int, wanted: frozenset[type]
    ) -> tuple[Sequence[Recorded], int]:
        """At most *limit* events of the classes *wanted*, and how far the log was read.

        The others are passed over where they lie, without being decoded.
        """
        head = self.head()
        found = self.codec.decode(
            self._rows(
                f"SELECT {_COLUMNS} FROM stored_events WHERE rowid > ? AND rowid <= ? "  # noqa: S608
                "AND topic IN (SELECT value FROM json_each(?)) ORDER BY rowid LIMIT ?",
                (after, head, _json(sorted(self.codec.names(wanted))), limit),
            )
        )
        return found, found[-1].position if len(found) == limit else max(head, after)

    def streams_after(self, position: int) -> Sequence[StreamId]:
        """The streams written to above *position*, each once."""
        rows = self._rows(
            "SELECT DISTINCT originator_id FROM stored_events WHERE rowid > ?", (position,)
        )
        return [row[0] for row in rows]

    def head(self) -> int:
        """The newest position; 0 where the log is empty."""
        if self._is_mine():
            return self._rows("SELECT max(rowid) FROM stored_events")[0][0] or 0
        return self._glance("SELECT max(rowid) FROM stored_events") or 0

    def wait(self, after: int, timeout: float) -> int:
        """The head, as soon as it is above *after* or when *timeout* seconds have passed.

        What this process appends is seen at once, what another appends within `POLL_SECONDS`.
        """
        deadline = time.monotonic() + timeout
        with self._written:
            while (head := self.head()) <= after and (left := deadline - time.monotonic()) > 0:
                self._written.wait(min(left, POLL_SECONDS))
            return head

    @contextmanager
    def exclusive(self) -> Generator[None]:
        """Hold the write lock: until the end nobody else appends, in this process or another.

        What the same thread reads and appends meanwhile goes through the same transaction, which is
        committed at the end; what was appended stays, even where the block raises.
        """
        if self._is_mine():
            yield
            return
        news: list[Recorded] = []
        try:
            with (
                self._turn_taken(),
                translated(self.path, LogUnavailableError),
                self._connection(write=True) as connection,
            ):
                connection.execute("BEGIN IMMEDIATE")
                self._held, self._holder = connection, threading.get_ident()
                try:
                    yield
                finally:
                    self._held = self._holder = None
                    self._news, told = [], self._news
                    self._end(connection)
                    news = told
        finally:
            for watcher in self._watchers if news else ():
                watcher(news)

    def watch(self, watcher: Watcher) -> None:
        """Have *watcher* told of what this process appends, right after it has been committed.

        The thread that appended tells it, and holds no lock meanwhile.
        """
        self._watchers.append(watcher)

    def answered(self, command_id: CommandId) -> Sequence[Recorded] | None:
        """The events that *command_id* led to, or None where it is not known."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM stored_events JOIN commands "  # noqa: S608  # a constant
            "ON stored_events.rowid BETWEEN commands.first AND commands.last "
            "WHERE commands.id = ? ORDER BY stored_events.rowid",
            (command_id,),
        )
        return self.codec.decode(rows) if rows else None

    def generation(self, group: Group) -> int:
        """Which generation of the group's views is the live one."""
        return (
            self._glance("SELECT generation FROM view_generations WHERE view_group = ?", group) or 1
        )

    def set_generation(self, group: Group, generation: int) -> None:
        """Make another generation of the group's views the live one.

        Raises:
            LogUnavailableError: the log cannot be written.
        """
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO view_generations VALUES (?, ?)", (group, generation)
            )

    def close(self) -> None:
        """Close every connection; the log is of no use afterwards."""
        with self._tail_lock:
            self._tail.close()
        self.datastore.close()
        self.codec.close()

    def truncate(self) -> bool:
        """Empty the write-ahead log, so that nothing overwritten stays in it.

        Returns:
            False where somebody reads for so long that it could not be emptied.
        """
        with translated(self.path, LogUnavailableError), self._turn_taken(), self._tail_lock:
            return truncate_wal(self._tail)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _refuse(
        self,
        connection: sqlite3.Connection,
        entries: Sequence[Entry],
        expected: Mapping[StreamId, int],
        handled: Sequence[Handled],
    ) -> None:
        moved = connection.execute(_MOVED, (_json(dict(expected)),)).fetchall()
        if moved:
            raise StreamMovedError(tuple(row[0] for row in moved))
        for answer in handled:
            if connection.execute(
                "SELECT 1 FROM commands WHERE id = ?", (answer.command_id,)
            ).fetchone():
                raise StreamMovedError(batches.written(entries))

    def _last(self, connection: sqlite3.Connection) -> _Newest:
        """The newest event; only read where somebody else wrote it."""
        known = self._reached or self._newest
        position = connection.execute("SELECT max(rowid) FROM stored_events").fetchone()[0]
        if position is None or position == known.position:
            return known
        state = connection.execute(
            "SELECT state FROM stored_events WHERE rowid = ?", (position,)
        ).fetchone()[0]
        return _Newest(position, self.codec.recorded_at(state))

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        """A transaction with the write lock; within `exclusive` a part of its transaction."""
        with self.exclusive():
            connection = cast("sqlite3.Connection", self._held)
            reached, told = self._reached, len(self._news)
            connection.execute("SAVEPOINT batch")
            try:
                yield connection
            except BaseException:
                self._reached = reached
                del self._news[told:]
                if connection.in_transaction:
                    connection.execute("ROLLBACK TO batch")
                raise
            finally:
                if connection.in_transaction:
                    connection.execute("RELEASE batch")

    def _end(self, connection: sqlite3.Connection) -> None:
        """Commit, and only then let others know of it."""
        reached, self._reached = self._reached, None
        if not connection.in_transaction:  # SQLite has undone it all, as it does on a full disk
            raise LogUnavailableError(str(self.path), "full")
        try:
            connection.execute("COMMIT")
        except BaseException:
            roll_back(connection)
            raise
        if reached is not None:
            self._newest = reached
            with self._written:
                self._written.notify_all()

    @contextmanager
    def _turn_taken(self) -> Generator[None]:
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise LogUnavailableError(str(self.path), "busy")
        try:
            yield
        finally:
            self._turn.release()

    def _is_mine(self) -> bool:
        """Whether this thread is within `exclusive`, and has to read its own uncommitted events."""
        return self._holder == threading.get_ident()

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        with translated(self.path, LogUnavailableError):
            if self._is_mine() and self._held is not None:
                return self._held.execute(sql, values).fetchall()
            with self._connection() as connection:
                return connection.execute(sql, values).fetchall()

    def _glance(self, sql: str, *values: object) -> int | None:
        """One number, from a connection that is kept for such questions."""
        with translated(self.path, LogUnavailableError), self._tail_lock:
            row = self._tail.execute(sql, values).fetchone()
            return None if row is None else row[0]

    @contextmanager
    def _connection(self, *, write: bool = False) -> Generator[sqlite3.Connection]:
        try:
            with self.datastore.get_connection(commit=write) as pooled:
                yield cast("_Connection", pooled).raw
        except (ConnectionUnavailableError, ConnectionPoolClosedError) as error:
            raise LogUnavailableError(str(self.path), "busy") from error


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
