"""The rows that people see, in SQLite files beside the log: one file a group of projections."""

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, cast

from cvsec_adapters.storage import questions
from cvsec_adapters.storage.folding import one
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.questions import Question, Sql
from cvsec_adapters.storage.tables import RowTable
from cvsec_adapters.storage.view_groups import Generations, ViewGroup
from cvsec_core.ports import EventLog, LogReader
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Condition, Group, Key, Projection, Value

R = TypeVar("R")


class SqliteViews:
    """A `ViewStore` over SQLite files named ``<stem of the log>.<group>.views.<generation>.db``.

    A file that is missing, damaged or made by other projections is made again from the log. Where
    no file can be written the rows are kept in memory.

    Args:
        base_path: the log's file; None to keep every row in memory.
        projections: what is projected; a row class belongs to one of them.
        generations: where the number of the live generation is kept: the log.
        cipher: what the files are encrypted with, or None where they are plain.

    Raises:
        ValueError: two projections have tables of the same name in one group.
    """

    def __init__(
        self,
        base_path: str | PathLike[str] | None,
        projections: Iterable[Projection],
        generations: Generations,
        cipher: Cipher | None = None,
    ) -> None:
        self.cipher = cipher
        key = None if cipher is None else cipher.derived("views")
        self.base_path = None if base_path is None else Path(base_path)
        self.projections = tuple(projections)
        self.generations = generations
        groups: list[Group] = [projection.group for projection in self.projections]
        self._groups: dict[Group, ViewGroup] = {
            group: ViewGroup(
                group,
                self.base_path,
                [p for p in self.projections if p.group == group],
                generations,
                key,
            )
            for group in dict.fromkeys(groups)
        }
        self._homes: dict[type, tuple[ViewGroup, RowTable[Any]]] = {
            row: (group, table)
            for group in self._groups.values()
            for row, table in group.tables.items()
        }

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that the projections belong to."""
        return tuple(self._groups)

    def get(self, row: type[R], key: Key) -> R | None:
        """The row under *key*, or None."""
        group, table = self._home(row)
        return group.ask(lambda connection: one(connection, table, key))

    def select(
        self,
        row: type[R],
        *where: Condition,
        order: tuple[str, ...] = ("id",),
        descending: bool = False,
        after: tuple[Value, ...] | None = None,
        limit: int | None = None,
    ) -> list[R]:
        """The rows for which every condition holds; see `cvsec_core.rows.Views`.

        Raises:
            KeyError: a condition or the order names a field that the row does not have.
        """
        group, table = self._home(row)
        sql = questions.select(table, Question(where, order, descending, after, limit))
        return table.rows(self._found(group, sql))

    def count(self, row: type[Any], *where: Condition) -> int:
        """How many rows there are."""
        group, table = self._home(row)
        return self._found(group, questions.count(table, where))[0][0]

    def total(self, row: type[Any], columns: tuple[str, ...], *where: Condition) -> tuple[int, ...]:
        """The sum of each column over the rows; 0 where there are none."""
        group, table = self._home(row)
        return self._found(group, questions.total(table, columns, where))[0]

    def position(self, group: Group) -> int:
        """The log position that the group's rows stand at."""
        return self._groups[group].position() if group in self._groups else 0

    def follow(self, group: Group, log: LogReader, upto: int) -> int:
        """Project the log up to *upto* at least; see `cvsec_core.ports.ViewStore`."""
        return self._groups[group].follow(log, upto) if group in self._groups else upto

    def rebuild(self, group: Group, log: EventLog, progress: Callable[[int, int], None]) -> None:
        """Make the group's rows again beside those in use, then switch.

        Raises:
            RebuildRunningError: another rebuild of the group is at work.
        """
        if group in self._groups:
            self._groups[group].rebuild(log, progress)

    def repeat(self, events: Sequence[Recorded]) -> None:
        """Let *events*, which are in the log, change the rows once more.

        Raises:
            ViewsUnavailableError: a file cannot be written.
        """
        for group in self._groups.values():
            group.repeat(events)

    def truncate(self) -> bool:
        """Leave nothing overwritten in any file.

        Returns:
            False where somebody reads for so long that something may have stayed.
        """
        return min([group.truncate() for group in self._groups.values()], default=True)

    def close(self) -> None:
        """Close every file."""
        for group in self._groups.values():
            group.close()

    def _home(self, row: type[R]) -> tuple[ViewGroup, RowTable[R]]:
        return cast("tuple[ViewGroup, RowTable[R]]", self._homes[row])

    @staticmethod
    def _found(group: ViewGroup, sql: Sql) -> list[Any]:
        return group.ask(lambda connection: connection.execute(*sql).fetchall())
