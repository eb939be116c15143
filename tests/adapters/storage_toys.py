"""Toy events and projections, small enough to see through, for the tests of storage."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal

from attrs import frozen

from cvsec_adapters.storage.codec import Codec
from cvsec_core.errors import Reason, Words
from cvsec_core.ids import CommandId, StreamId
from cvsec_core.ports import Entry, EventLog, Handled
from cvsec_core.recorded import Meta, Recorded
from cvsec_core.rows import Change, Drop, Patch, Projection, Put, Rows, Table, Tally

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@frozen
class BeadAdded:
    """A bead is put on a string."""

    bead: str
    colour: Literal["red", "blue"]
    at: datetime
    size: int = 1


@frozen
class BeadPainted:
    bead: str
    colour: Literal["red", "blue"]
    at: datetime


@frozen
class BeadLost:
    bead: str
    at: datetime


@frozen
class StringCut:
    """Nobody projects it."""

    at: datetime


@frozen
class TooLong(Reason):
    code: ClassVar[str] = "toy-too-long"
    says: ClassVar[Words] = Words("Too long.", "Demasiado largo.")
    advises: ClassVar[Words] = Words("Cut it.", "Córtelo.")
    beads: int


@frozen
class WrongColours(Reason):
    code: ClassVar[str] = "toy-wrong-colours"
    says: ClassVar[Words] = Words("Wrong colours.", "Colores erróneos.")
    advises: ClassVar[Words] = Words("Paint it.", "Píntelo.")
    colours: frozenset[str]
    since: datetime


@frozen
class BeadRefused:
    bead: str
    reasons: tuple[Reason, ...]
    at: datetime
    first: Reason | None = None


EVENTS = (BeadAdded, BeadPainted, BeadLost, StringCut, BeadRefused)
CODEC = Codec(EVENTS)


@frozen
class BeadRow:
    id: str
    position: int
    colour: Literal["red", "blue"]
    added_at: datetime
    note: str | None = None
    painted: bool = False
    tags: tuple[str, ...] = ()
    weight: float = 0.0


@frozen
class ColourTally:
    id: str
    label: str
    beads: int = 0
    size: int = 0


@frozen
class PassageRow:
    id: int
    bead: str
    at: datetime


def project_beads(recorded: Recorded, rows: Rows) -> Iterable[Change]:
    match recorded.event:
        case BeadAdded(bead, colour, at, size):
            yield Put(BeadRow(bead, recorded.position, colour, at, tags=(colour,)))
            yield Tally(ColourTally, colour, {"beads": 1, "size": size}, {"label": colour.title()})
        case BeadPainted(bead, colour):
            old = rows.get(BeadRow, bead)
            yield Patch(BeadRow, bead, {"colour": colour, "painted": True})
            if old is not None:
                yield Tally(ColourTally, old.colour, {"beads": -1}, {"label": old.colour.title()})
                yield Tally(ColourTally, colour, {"beads": 1}, {"label": colour.title()})
        case BeadLost(bead):
            old = rows.get(BeadRow, bead)
            yield Drop(BeadRow, bead)
            if old is not None:
                yield Tally(ColourTally, old.colour, {"beads": -1}, {"label": old.colour.title()})


def project_passages(recorded: Recorded, rows: Rows) -> Iterable[Change]:
    yield Put(PassageRow(recorded.position, recorded.event.bead, recorded.event.at))


BEADS = Projection(
    "beads",
    "boards",
    (Table(BeadRow, (("colour", "position"), ("position",), ("note", "id"))), Table(ColourTally)),
    (BeadAdded, BeadPainted, BeadLost),
    project_beads,
)
PASSAGES = Projection(
    "passages", "history", (Table(PassageRow, (("bead", "id"),)),), (BeadAdded,), project_passages
)
PROJECTIONS = (BEADS, PASSAGES)


class FoldedRows:
    """The dumbest views: dicts, and every change at once. What the real ones must be equal to."""

    def __init__(self) -> None:
        self.rows: dict[type, dict[Any, Any]] = {BeadRow: {}, ColourTally: {}, PassageRow: {}}

    def get(self, row: type, key: Any) -> Any:
        return self.rows[row].get(key)

    def fold(self, log: EventLog) -> "FoldedRows":
        for recorded in log.read_all(0, 1_000_000):
            self.take(recorded)
        return self

    def take(self, recorded: Recorded) -> None:
        for projection in PROJECTIONS:
            if type(recorded.event) in projection.handles:
                for change in list(projection.project(recorded, self)):
                    self.apply(change)

    def apply(self, change: Change) -> None:
        match change:
            case Put(row):
                self.rows[type(row)][row.id] = row
            case Drop(row, key):
                self.rows[row].pop(key, None)
            case Patch(row, key, fields):
                if key in self.rows[row]:
                    self._replace(row, key, dict(fields))
            case Tally(row, key, increments, start):
                if key not in self.rows[row]:
                    self.rows[row][key] = row(id=key, **start)
                standing = self.rows[row][key]
                self._replace(
                    row, key, {n: getattr(standing, n) + by for n, by in increments.items()}
                )

    def _replace(self, row: type, key: Any, fields: dict[str, Any]) -> None:
        values = {name: getattr(self.rows[row][key], name) for name in row.__annotations__}
        self.rows[row][key] = row(**{**values, **fields})

    def sorted(self, row: type) -> list[Any]:
        return [self.rows[row][key] for key in sorted(self.rows[row])]


def meta(seconds: float = 0, **more: Any) -> Meta:
    return Meta("guard", NOON + timedelta(seconds=seconds), **more)


def entries(stream: str, first: int, events: Sequence[Any], of: Meta | None = None) -> list[Entry]:
    of = of or meta()
    return [Entry(StreamId(stream), first + n, event, of) for n, event in enumerate(events)]


def bead(number: int, colour: Literal["red", "blue"] = "red") -> BeadAdded:
    return BeadAdded(f"bead-{number:05}", colour, NOON + timedelta(seconds=number), number % 7)


def append(
    log: EventLog,
    stream: str,
    events: Sequence[Any],
    command: str | None = None,
    seconds: float = 0,
) -> Sequence[Recorded]:
    """Append to the end of a stream, whatever stands there."""
    version = len(log.read(StreamId(stream)))
    handled = [Handled(CommandId(command), 0, len(events))] if command else []
    batch = entries(stream, version + 1, events, meta(seconds))
    return log.append(batch, {StreamId(stream): version}, handled)


def story(log: EventLog, beads: int) -> None:
    """A log with every kind of event: beads are added, painted, lost, and strings are cut."""
    for number in range(beads):
        name = f"bead-{number:05}"
        events: list[Any] = [bead(number, "red" if number % 3 else "blue")]
        if number % 2:
            events.append(BeadPainted(name, "blue", NOON))
        if number % 5 == 0:
            events.append(StringCut(NOON))
        if number % 7 == 0:
            events.append(BeadLost(name, NOON))
        append(log, f"string-{number % 10}", events, seconds=number)


@contextmanager
def somebody_else(*paths: Path) -> Iterator[None]:
    """Be somebody who may read these files and folders, but not write to them."""
    modes = {path: path.stat().st_mode for path in paths}
    for path in sorted(paths, key=lambda p: p.is_dir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    if is_root:  # root may write to anything
        for parent in paths[0].parents:
            if parent.stat().st_mode & 0o005 != 0o005:
                modes[parent] = parent.stat().st_mode
                parent.chmod(0o755)
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)
