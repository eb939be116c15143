"""The one connection of a process that writes to a log; its threads take turns at it."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cvsec_adapters.storage.batches import Watcher
from cvsec_adapters.storage.connections import (
    BUSY_SECONDS,
    Access,
    Synchronous,
    connect,
    kind_at,
    roll_back,
    translated,
)
from cvsec_adapters.storage.errors import LogUnavailableError
from cvsec_core.recorded import Recorded


class Newest(NamedTuple):
    """The event that was appended last."""

    position: int
    recorded_at: datetime


class Writer:
    """Transactions with the write lock from their beginning, one at a time.

    Args:
        path: the log's file.
        access: what may be done with it.
        synchronous: what a commit waits for.
        key: what the file is encrypted with, or None where it is plain.
    """

    def __init__(
        self, path: Path, access: Access, synchronous: Synchronous, key: bytes | None = None
    ) -> None:
        self.newest: Newest | None = None
        """What was appended last here; None where that is not known, or was undone."""
        self.committed = threading.Condition()
        """Notified of each commit."""
        self.news: list[Recorded] = []
        """What was appended and is not committed yet."""
        self.watchers: list[Watcher] = []
        """Are told of what was committed, by the thread that did it, when it holds no lock."""
        self._committed: list[Recorded] = []
        self._path = path
        self._connection = connect(path, access, synchronous, key)
        # SQLite has a lock of its own, between processes, but that is not fair.
        self._lock = threading.Lock()
        self._holder: int | None = None

    @property
    def own(self) -> sqlite3.Connection | None:
        """The connection, for the thread that is within `exclusive`: nobody else sees so far what
        it has appended.
        """
        return self._connection if self._holder == threading.get_ident() else None

    @contextmanager
    def exclusive(self) -> Generator[None]:
        """A transaction that is committed at the end, even where the block raises."""
        if self.own is not None:
            yield
            return
        with self._turn():
            try:
                yield
            finally:
                self._commit()

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """A transaction, undone where the block raises; within `exclusive` a part of that one."""
        if self.own is not None:
            with self._part():
                yield self._connection
            return
        with self._turn():
            yield self._connection
            self._commit()

    def close(self) -> None:
        """Close the connection as soon as nobody uses it."""
        # Closed under a statement that another thread is running, SQLite takes the process down.
        if self._lock.acquire(timeout=BUSY_SECONDS):
            self._connection.close()
            self._lock.release()

    @contextmanager
    def _turn(self) -> Generator[None]:
        """A transaction of this thread; the watchers are told of it afterwards."""
        told: list[Recorded] = []
        try:
            with self._alone(told):
                yield
        finally:
            for watcher in self.watchers if told else ():
                watcher(told)

    @contextmanager
    def _alone(self, told: list[Recorded]) -> Generator[None]:
        """A transaction; what is committed comes into *told*, and all else is undone."""
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise LogUnavailableError(str(self._path), "busy")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._holder = threading.get_ident()
            yield
        except sqlite3.Error as error:
            self._undo()
            raise LogUnavailableError(str(self._path), kind_at(self._path, error)) from error
        except BaseException:
            self._undo()
            raise
        finally:
            told += self._committed
            self._committed = []
            self._holder = None
            self._lock.release()

    @contextmanager
    def _part(self) -> Generator[None]:
        """A part of the transaction, which can be undone without the rest."""
        connection, told = self._connection, len(self.news)
        self._check_begun()
        with translated(self._path, LogUnavailableError):
            connection.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                self.newest = None
                del self.news[told:]
                if connection.in_transaction:
                    connection.execute("ROLLBACK TO part")
                raise
            finally:
                if connection.in_transaction:
                    connection.execute("RELEASE part")

    def _commit(self) -> None:
        """Commit, and only then let others know of it."""
        self._check_begun()
        self._connection.execute("COMMIT")
        self._committed, self.news = self.news, []
        with self.committed:
            self.committed.notify_all()

    def _check_begun(self) -> None:
        """SQLite may have undone it all by itself, as it does on a full disk."""
        if not self._connection.in_transaction:
            raise LogUnavailableError(str(self._path), "full")

    def _undo(self) -> None:
        self.newest = None
        self.news = []
        with suppress(sqlite3.Error):  # it was closed
            roll_back(self._connection)
