"""The dumbest views that could be right: a dict a table, each change applied as it comes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from attrs import evolve

from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Key, Patch, Projection, Put, Tally


class BareRows:
    def __init__(self) -> None:
        self.tables: dict[type, dict[Key, Any]] = defaultdict(dict)

    def get(self, row: type, key: Key) -> Any:
        """The row under *key*, or None."""
        return self.tables[row].get(key)

    def project(self, projections: Iterable[Projection], recorded: Recorded) -> None:
        """What every projection makes of one event."""
        for projection in projections:
            if isinstance(recorded.event, projection.handles):
                for change in list(projection.project(recorded, self)):
                    self.apply(change)

    def apply(self, change: Change) -> None:
        """One change, at once."""
        match change:
            case Put(row):
                self.tables[type(row)][row.id] = row
            case Patch(row, key, fields):
                if key in self.tables[row]:
                    self.tables[row][key] = evolve(self.tables[row][key], **fields)
            case Drop(row, key):
                self.tables[row].pop(key, None)
            case Tally(row, key, increments, start):
                had = self.tables[row].get(key) or row(id=key, **start)
                added = {name: getattr(had, name) + by for name, by in increments.items()}
                self.tables[row][key] = evolve(had, **added)

    def all_rows(self, projections: Iterable[Projection]) -> dict[str, list[Any]]:
        """The rows of every table, by the name of their class, in the order of their keys."""
        return {
            table.row.__name__: [row for _, row in sorted(self.tables[table.row].items())]
            for projection in projections
            for table in projection.tables
        }
