"""The event log in one SQLite file: the embedded default."""

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from cvsec_adapters.storage import batches, log_tables
from cvsec_adapters.storage.batches import Watcher
from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.connections import Synchronous, connect, translated, truncate_wal
from cvsec_adapters.storage.errors import LogUnavailableError
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.layouts import prepare
from cvsec_adapters.storage.log_tables import as_json
from cvsec_adapters.storage.recorder import Datastore, SqliteRecorder
from cvsec_adapters.storage.writer import Newest, Writer
from cvsec_core.ids import CommandId, StreamId
from cvsec_core.ports import Entry, Handled
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Group

Durability = Literal["full", "normal"]
"""``full``: what was answered survives a power cut. ``normal``: it survives the end of the process;
a power cut may take the last commits, but never a part of one."""

POLL_SECONDS = 0.05
"""How often `SqliteLog.wait` looks for what other processes wrote."""

_SYNCHRONOUS: dict[Durability, Synchronous] = {"full": "FULL", "normal": "NORMAL"}
_COLUMNS = "rowid, originator_id, originator_version, topic, state"


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
            access = prepare(self.path, log_tables.LAYOUT, key)
            synchronous = _SYNCHRONOUS[durability]
            self._writer = Writer(self.path, access, synchronous, key)
            self._tail = connect(self.path, access, key=key)
            self._tail_lock = threading.Lock()
            self.datastore = Datastore(self.path, access, synchronous, key)
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
        with self._writer.transaction() as connection:
            newest = log_tables.check_unmoved(connection, entries, expected, handled)
            stamps = list(self.codec.stamped(entries, self._recorded_at(connection, newest)))
            if not entries:
                return []
            last = log_tables.insert(
                connection,
                [
                    (entry[0], entry[1], name, body + stamp + seal)
                    for entry, (name, body, seal), (_, stamp) in zip(
                        entries, bodies, stamps, strict=True
                    )
                ],
            )
            first = last - len(entries) + 1
            if handled:
                log_tables.remember(connection, handled, first)
            self._writer.newest = Newest(last, stamps[-1][0].recorded_at)
            recorded = [
                Recorded(stream, version, position, meta, event)
                for position, ((stream, version, event, _), (meta, _)) in enumerate(
                    zip(entries, stamps, strict=True), first
                )
            ]
            self._writer.news += recorded
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
                (as_json(list(streams)),),
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
                (after, head, as_json(sorted(self.codec.names(wanted))), limit),
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
        if self._writer.own is not None:
            return self._rows("SELECT max(rowid) FROM stored_events")[0][0] or 0
        return self._glance("SELECT max(rowid) FROM stored_events") or 0

    def wait(self, after: int, timeout: float) -> int:
        """The head, as soon as it is above *after* or when *timeout* seconds have passed.

        What this process appends is seen at once, what another appends within `POLL_SECONDS`.
        """
        deadline = time.monotonic() + timeout
        with self._writer.committed:
            while (head := self.head()) <= after and (left := deadline - time.monotonic()) > 0:
                self._writer.committed.wait(min(left, POLL_SECONDS))
            return head

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the write lock: until the end nobody else appends, in this process or another.

        What the same thread reads and appends meanwhile goes through the same transaction, which is
        committed at the end; what was appended stays, even where the block raises.
        """
        return self._writer.exclusive()

    def watch(self, watcher: Watcher) -> None:
        """Have *watcher* told of what this process appends, right after it has been committed.

        The thread that appended tells it, and holds no lock meanwhile.
        """
        self._writer.watchers.append(watcher)

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
        with self._writer.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO view_generations VALUES (?, ?)", (group, generation)
            )

    def identity(self) -> str:
        """What tells this site from others; drawn by chance when the log was made."""
        ((identity,),) = self._rows("SELECT id FROM site")
        return identity

    def close(self) -> None:
        """Close every connection; the log is of no use afterwards."""
        with self._tail_lock:
            self._tail.close()
        self._writer.close()
        self.datastore.close()
        self.codec.close()

    def truncate(self) -> bool:
        """Empty the write-ahead log, so that nothing overwritten stays in it.

        Returns:
            False where somebody reads for so long that it could not be emptied.
        """
        with translated(self.path, LogUnavailableError), self._tail_lock:
            return truncate_wal(self._tail)

    def back_up(self, path: Path) -> None:
        """Write a copy to a new file at *path*, encrypted as this one, while others go on.

        Raises:
            LogUnavailableError: it cannot be written.
        """
        with translated(path, LogUnavailableError), self.datastore.reading() as connection:
            connection.execute("VACUUM INTO ?", (str(path),))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _recorded_at(self, connection: sqlite3.Connection, position: int | None) -> datetime | None:
        """When the newest event was recorded; only read where somebody else wrote it."""
        known = self._writer.newest
        if known is not None and known.position == position:
            return known.recorded_at
        row = connection.execute(
            "SELECT state FROM stored_events WHERE rowid = ?", (position,)
        ).fetchone()
        return None if row is None else self.codec.recorded_at(row[0])

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        with translated(self.path, LogUnavailableError):
            own = self._writer.own
            if own is not None:
                return own.execute(sql, values).fetchall()
            with self.datastore.reading() as connection:
                return connection.execute(sql, values).fetchall()

    def _glance(self, sql: str, *values: object) -> int | None:
        """One number, from a connection that is kept for such questions."""
        with translated(self.path, LogUnavailableError), self._tail_lock:
            row = self._tail.execute(sql, values).fetchone()
            return None if row is None else row[0]
