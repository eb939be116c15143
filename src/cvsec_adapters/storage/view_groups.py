"""A group of projections: the file its rows live in, how it follows the log, how it is rebuilt."""

import gc
import logging
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from cvsec_adapters.storage import view_files
from cvsec_adapters.storage.connections import (
    BUSY_SECONDS,
    connect,
    into_wal,
    kind_at,
    kind_of,
    openings,
    translated,
    truncate_wal,
)
from cvsec_adapters.storage.errors import (
    Kind,
    LogUnavailableError,
    RebuildRunningError,
    ViewsUnavailableError,
)
from cvsec_adapters.storage.folding import Page
from cvsec_adapters.storage.tables import RowTable
from cvsec_adapters.storage.view_files import OtherRowsError, ViewFile
from cvsec_core.ports import LogReader
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Group, Projection, Rows

T = TypeVar("T")

PAGE = 2_000
"""How many events are projected in one transaction."""
BIG_PAGE = 20_000
"""The same while rebuilding, where nobody waits for the rows."""

_USELESS: tuple[Kind, ...] = ("damaged", "not-database", "wrong-key")
"""Troubles with a file that end when its rows are made again."""

_log = logging.getLogger("cvsec")

Project = Callable[[Recorded, Rows], Any]
Progress = Callable[[int, int], None]


class Generations(Protocol):
    """Where it is kept which generation of a group's views is the live one."""

    def generation(self, group: Group) -> int:
        """The live generation; 1 at first."""
        ...

    def set_generation(self, group: Group, generation: int) -> None:
        """Make another generation the live one.

        Raises:
            LogUnavailableError: it cannot be written.
        """
        ...


@runtime_checkable
class PagedLog(Protocol):
    """A log that can pass over events which nobody wants without decoding them."""

    def read_page(
        self, after: int, limit: int, wanted: frozenset[type]
    ) -> tuple[Sequence[Recorded], int]:
        """At most *limit* events of the classes *wanted*, and how far the log was read."""
        ...


class ViewGroup:
    """The rows of one group.

    Args:
        group: its name.
        base_path: the log's file, or None for memory.
        projections: those of this group.
        generations: where the number of the live generation is kept.
        key: what the files are encrypted with, or None where they are plain.
    """

    def __init__(
        self,
        group: Group,
        base_path: Path | None,
        projections: Sequence[Projection],
        generations: Generations,
        key: bytes | None = None,
    ) -> None:
        self._key = key
        self.name: Group = group
        self.tables = _tables(projections)
        self._mark = view_files.fingerprint(projections, self.tables)
        self._handlers: dict[type, list[Project]] = defaultdict(list)
        for projection in projections:
            for event in projection.handles:
                self._handlers[event].append(projection.project)
        self._wanted = frozenset(self._handlers)
        self._base = base_path
        self._generations = generations
        self._opening = threading.RLock()
        self._rebuilding = threading.Lock()
        self._file: ViewFile | None = None
        self._generation = 0
        self._log: LogReader | None = None

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What *question* finds in the live rows."""
        while True:
            file = self._live()
            try:
                with file.reading() as connection:
                    return question(connection)
            except sqlite3.Error as error:
                self._recover(file, error)

    def position(self) -> int:
        """The log position that the live rows stand at."""
        return self.ask(view_files.position)

    def follow(self, log: LogReader, upto: int) -> int:
        """Project the log up to *upto* at least, and return the new position."""
        self._log = log
        while True:
            file = self._current()
            try:
                reached = file.position()
                if reached >= upto or not file.is_writable:
                    return reached
                if self._page(file, log, upto) <= reached:
                    return reached  # the log has no more
            except sqlite3.Error as error:
                if kind_of(error) == "read-only":
                    return file.position()
                self._recover(file, error)

    def rebuild(self, log: LogReader, progress: Progress) -> None:
        """Make the rows again beside those in use, then switch to the new ones."""
        if not self._rebuilding.acquire(blocking=False):
            raise RebuildRunningError(self.name)
        try:
            if self._base is None or self._current().path is None:
                self._rebuild_in_memory(log, progress)
            else:
                with self._lock():
                    self._rebuild_file(log, progress)
        finally:
            self._rebuilding.release()

    def repeat(self, events: Sequence[Recorded]) -> None:
        """Let *events* change the rows once more, wherever these stand now."""
        file = self._current()
        if not file.is_writable:
            return
        with (
            translated(file.path or Path(self.name), ViewsUnavailableError),
            file.writing() as connection,
        ):
            self._apply(connection, events)

    def truncate(self) -> bool:
        """Empty the write-ahead log of the live file, so that nothing overwritten stays in it.

        Returns:
            False where somebody reads for so long that it could not be emptied.
        """
        file = self._current()
        if file.path is None or not file.is_writable:
            return True
        try:
            with file.alone() as connection:
                return truncate_wal(connection)
        except sqlite3.Error as error:
            raise ViewsUnavailableError(str(file.path), kind_of(error)) from error

    def close(self) -> None:
        """Close the file."""
        with self._opening:
            if self._file is not None:
                self._file.close()
                self._file = None

    # Following.
    def _page(self, file: ViewFile, log: LogReader, upto: int) -> int:
        """Project one page; where another was faster, up to what is wanted, none."""
        with file.writing() as connection:
            reached = view_files.position(connection)
            if reached >= upto:
                return reached
            with _uncollected():
                return self._project(connection, log, reached, PAGE)

    def _project(
        self, connection: sqlite3.Connection, log: LogReader, after: int, limit: int
    ) -> int:
        """Rows and position after one more page; within a transaction."""
        events, reached = self._read(log, after, limit)
        self._apply(connection, events)
        if reached > after:
            view_files.set_position(connection, reached)
        return reached

    def _apply(self, connection: sqlite3.Connection, events: Sequence[Recorded]) -> None:
        page, handlers = Page(self.tables, connection), self._handlers
        for recorded in events:
            for project in handlers.get(type(recorded.event), ()):
                changes: list[Change] = list(project(recorded, page))
                for change in changes:
                    page.apply(change)
        page.write()

    def _read(self, log: LogReader, after: int, limit: int) -> tuple[Sequence[Recorded], int]:
        if isinstance(log, PagedLog):
            return log.read_page(after, limit, self._wanted)
        events = log.read_all(after, limit)
        return events, events[-1].position if events else after

    # The live file.
    def _live(self) -> ViewFile:
        """The generation that was the live one when the log was last followed. So all statements of
        a query meet the same one, and none of them asks the log for it.
        """
        file = self._file
        return self._current() if file is None else file

    def _current(self) -> ViewFile:
        """The live generation. Another process may have switched: that is looked up every time."""
        file = self._file
        if file is not None and (
            self._base is None or file.path is None or self._generation == self._number()
        ):
            return file
        with self._opening:
            return self._opened()

    def _number(self) -> int:
        return self._generations.generation(self.name)

    def _opened(self) -> ViewFile:
        retired, number = self._file, self._generation
        if self._base is None:
            self._file = self._file or self._in_memory()
            return self._file
        while self._file is None or self._generation != self._number():
            self._generation = self._number()
            self._file = self._open(self._generation)
        if retired is not None and retired is not self._file:
            retired.close()
            self._sweep(number)
        return self._file

    def _open(self, number: int) -> ViewFile | None:
        """The file of a generation, or None where another generation has become the live one."""
        path = self._path(number)
        try:
            if not path.exists():
                if number != self._number():
                    return None
                _log.info("The %s views are made from the log: %s is missing.", self.name, path)
                return self._created(path)
            return self._checked(path)
        except (sqlite3.Error, OtherRowsError) as error:
            if isinstance(error, sqlite3.Error) and kind_of(error) not in (*_USELESS,):
                return self._without_file(path, error)
            return self._replaced(number, error)

    def _created(self, path: Path) -> ViewFile:
        with closing(ViewFile(path, "create", self._key)) as file:
            view_files.create(file, self.tables, self._mark)
        return ViewFile(path, key=self._key)

    def _checked(self, path: Path) -> ViewFile:
        for access in openings(path):
            try:
                with closing(connect(path, access, key=self._key)) as connection:
                    blank = access == "write" and view_files.is_blank(connection)
                    if not blank:
                        view_files.check(connection, self._mark)
            except sqlite3.OperationalError as error:
                if (
                    kind_of(error) not in ("read-only", "unreadable")
                    or access == openings(path)[-1]
                ):
                    raise
            else:
                # Blank: whoever was making it has not come to the tables.
                return self._created(path) if blank else ViewFile(path, access, self._key)
        raise AssertionError(path)  # the last access returns or raises

    def _without_file(self, path: Path, error: sqlite3.Error) -> ViewFile:
        if kind_at(path, error) not in ("read-only", "unreadable"):
            raise ViewsUnavailableError(str(path), kind_at(path, error)) from error
        _log.warning("The %s views are kept in memory: %s cannot be used.", self.name, path)
        return self._in_memory()

    def _in_memory(self) -> ViewFile:
        file = ViewFile(None)
        view_files.create(file, self.tables, self._mark)
        return file

    def _recover(self, file: ViewFile, error: sqlite3.Error) -> None:
        """After an error of SQLite: go on with another file, or raise it in our words."""
        if self._file is not file or self._current() is not file:
            return  # another generation is the live one
        kind = kind_of(error)
        if file.path is None or (kind not in _USELESS and file.path.exists()):
            raise ViewsUnavailableError(str(file.path), kind) from error
        with self._opening:
            if self._file is file:
                self._file = self._replaced(self._generation, error)
                file.close()
        if self._log is not None:
            self.follow(self._log, self._log.head())

    def _replaced(self, number: int, why: Exception) -> ViewFile | None:
        """A new, empty generation in place of a file that is of no use."""
        _log.warning("The %s views are made again from the log: %s.", self.name, why)
        try:
            with self._lock(patient=True):
                if self._number() != number:
                    return None  # another process has seen to it
                self._remove(number + 1)
                file = self._created(self._path(number + 1))
                self._generations.set_generation(self.name, number + 1)
        except (LogUnavailableError, sqlite3.OperationalError):
            _log.warning("The %s views are kept in memory: nothing can be written.", self.name)
            return self._in_memory()
        self._generation = number + 1
        self._sweep(number)
        return file

    # Rebuilding.
    def _rebuild_in_memory(self, log: LogReader, progress: Progress) -> None:
        file, live = self._in_memory(), self._current()
        self._fill(file, log, progress)
        with self._caught_up(file, live, log):
            self._file = file
        live.close()

    def _rebuild_file(self, log: LogReader, progress: Progress) -> None:
        number = self._number() + 1
        self._remove(number)
        self._build(self._path(number), log, progress)
        with (
            closing(ViewFile(self._path(number), key=self._key)) as file,
            self._caught_up(file, self._current(), log),
        ):
            self._generations.set_generation(self.name, number)
        self._current()
        self._sweep(number - 1)

    @contextmanager
    def _caught_up(self, file: ViewFile, live: ViewFile, log: LogReader) -> Generator[None]:
        """The moment to switch: nobody sees rows go back in time, for the live ones stand still."""
        with live.writing() as connection:
            upto = view_files.position(connection)
            while file.position() < upto:
                self._page(file, log, upto)
            yield

    def _build(self, path: Path, log: LogReader, progress: Progress) -> None:
        """Fill a new file as fast as can be, and make it durable; a crash leaves nothing of use."""
        with closing(ViewFile(path, "create", self._key)) as file:
            with file.alone() as connection:
                for setting in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
                    connection.execute(f"PRAGMA {setting}").fetchall()
                connection.execute("PRAGMA cache_size=-262144")  # KiB
            view_files.create(file, self.tables, self._mark, indexes=False)
            self._fill(file, log, progress)
            view_files.index(file, self.tables)
            self._fill(file, log, progress)
        _flush(path)
        with closing(connect(path, key=self._key)) as connection:
            into_wal(connection)

    def _fill(self, file: ViewFile, log: LogReader, progress: Progress) -> None:
        with file.alone() as connection:  # while building nobody else gets one
            head, reached = log.head(), view_files.position(connection)
        while reached < head:
            with file.writing() as connection, _uncollected():
                reached = self._project(connection, log, reached, BIG_PAGE)
            head = max(head, reached)
            progress(reached, head)

    # Files.
    def _path(self, number: int) -> Path:
        return self._beside(f"{number}.db")

    def _beside(self, ending: str) -> Path:
        if self._base is None:
            raise AssertionError("views in memory have no files")
        return self._base.with_name(f"{self._base.stem}.{self.name}.views.{ending}")

    def _sweep(self, newest: int) -> None:
        """Remove the generations up to *newest*: they are retired for ever.

        A process that still reads one keeps what it has open until its next question; where the
        system does not allow that (Windows), the file stays until the next sweep.
        """
        for number in range(max(1, newest - 8), newest + 1):
            self._remove(number)

    def _remove(self, number: int) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                self._beside(f"{number}.db{ending}").unlink(missing_ok=True)

    @contextmanager
    def _lock(self, *, patient: bool = False) -> Generator[None]:
        """Be the only one who makes a generation. The lock ends with the process that holds it."""
        deadline = time.monotonic() + (BUSY_SECONDS if patient else 0)
        with closing(
            sqlite3.connect(self._beside("lock"), timeout=0, isolation_level=None)
        ) as lock:
            while True:
                try:
                    lock.execute("BEGIN EXCLUSIVE")
                except sqlite3.OperationalError as error:
                    if kind_of(error) != "busy":
                        raise
                    if time.monotonic() >= deadline:
                        raise RebuildRunningError(self.name) from error
                    time.sleep(0.05)
                else:
                    break
            yield


@contextmanager
def _uncollected() -> Generator[None]:
    """No garbage collection meanwhile: of the many rows that a page makes, none is in a circle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _flush(path: Path) -> None:
    """Have the file on the disk, not only in the memory of the system."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _tables(projections: Sequence[Projection]) -> dict[type, RowTable[Any]]:
    tables = {table.row: RowTable[Any](table) for p in projections for table in p.tables}
    names = {table.name for table in tables.values()}
    if len(names) < sum(len(p.tables) for p in projections):
        raise ValueError("two tables of a group have the same name")
    return tables
