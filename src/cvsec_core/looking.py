"""Looking at a site: as it is, and as it was known at a moment."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from attrs import frozen

from cvsec_core.catalogue import AGGREGATES, PROJECTIONS
from cvsec_core.commit import fold_all
from cvsec_core.ids import StreamId
from cvsec_core.ports import EventLog, ViewStore
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Condition, Group, Key, Value, Views

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

GROUPS: Final[tuple[Group, ...]] = ("boards", "history", "people")
_GROUP_OF: Final[Mapping[type, Group]] = {
    table.row: projection.group for projection in PROJECTIONS for table in projection.tables
}


class Fresh:
    """Views that are brought up to the head, group by group, as a query first touches one."""

    def __init__(self, log: EventLog, views: ViewStore) -> None:
        self._log, self._views = log, views
        self._head: int | None = None
        self._drained = set[Group]()

    def get(self, row: type[T], key: Key) -> T | None:
        return self._ready(row).get(row, key)

    def select(  # as the port has it
        self,
        row: type[T],
        *where: Condition,
        order: tuple[str, ...] = ("id",),
        descending: bool = False,
        after: tuple[Value, ...] | None = None,
        limit: int | None = None,
    ) -> list[T]:
        return self._ready(row).select(
            row, *where, order=order, descending=descending, after=after, limit=limit
        )

    def count(self, row: type, *where: Condition) -> int:
        return self._ready(row).count(row, *where)

    def total(self, row: type, columns: tuple[str, ...], *where: Condition) -> tuple[int, ...]:
        return self._ready(row).total(row, columns, *where)

    def _ready(self, row: type) -> ViewStore:
        group = _GROUP_OF[row]
        if group not in self._drained:
            if self._head is None:
                self._head = self._log.head()
            self._views.follow(group, self._log, self._head)
            self._drained.add(group)
        return self._views


@frozen
class Moment:
    """The site as it was known at a position of the log."""

    log: EventLog
    position: int
    scratch: Callable[[], ViewStore]

    def state(self, stream: StreamId) -> Any:
        """The state that one stream had."""
        by_kind = {aggregate.kind: aggregate for aggregate in AGGREGATES}
        events = [r for r in self.log.read(stream) if r.position <= self.position]
        return fold_all(by_kind, (stream,), events)[stream][1]

    def query(
        self, question: Callable[Concatenate[Views, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The answer that *question* would have had."""
        views = self.scratch()
        try:
            past = _Until(self.log, self.position)
            for group in GROUPS:
                views.follow(group, past, self.position)
            return question(views, *args, **kwargs)
        finally:
            views.close()


def known_at(moment: datetime, log: EventLog, scratch: Callable[[], ViewStore]) -> Moment:
    """What *log* had recorded until *moment*, and nothing else."""
    return Moment(log, bisect_right(_Positions(log), moment), scratch)


class _Until:
    """A log that ends at a position; only what a view needs of it."""

    def __init__(self, log: EventLog, position: int) -> None:
        self._log, self._position = log, position

    def read_all(self, after: int, limit: int) -> Sequence[Recorded]:
        return self._log.read_all(after, max(0, min(limit, self._position - after)))

    def head(self) -> int:
        return self._position


class _Positions(Sequence[datetime]):
    """When each position was recorded, for a binary search; it never runs backwards."""

    def __init__(self, log: EventLog) -> None:
        self._log, self._head = log, log.head()

    def __len__(self) -> int:
        return self._head

    def __getitem__(self, index: Any) -> Any:
        (recorded,) = self._log.read_all(index, 1)
        return recorded.meta.recorded_at
