"""A row of the report, and how much is done for it."""

from pathlib import Path
from typing import Literal

from attrs import frozen

from tests.bench.measuring import Timings

Unit = Literal["events/s", "commands/s", "scans/s", "people/s", "s", "ms", "µs"]
RATES: tuple[Unit, ...] = ("events/s", "commands/s", "scans/s", "people/s")
IN_A_SECOND: dict[Unit, float] = {"s": 1, "ms": 1e3, "µs": 1e6}


@frozen
class Scale:
    """How much is done. *runs* turns for each peer, except *rebuilds*, *contests* and *imports*,
    which take long.
    """

    runs: int = 5
    commits: int = 2_000
    batches: int = 400
    commands: int = 2_000
    stream: int = 10_000
    followed: int = 100_000
    doors: int = 10_000
    small: int = 10_000
    big: int = 1_000_000
    rebuilds: int = 5
    questions: int = 500
    starts: int = 5
    decisions: int = 20_000
    contests: int = 5
    processes: int = 4
    invitations: int = 200
    scans: int = 400
    imports: int = 5
    people: int = 50_000
    known: int = 100_000
    forgotten: int = 30


FULL = Scale()
QUICK = Scale(
    commits=1_000,
    batches=200,
    commands=1_000,
    rebuilds=2,
    questions=200,
    starts=3,
    decisions=5_000,
    contests=3,
    invitations=100,
    scans=200,
    imports=3,
    people=10_000,
    known=20_000,
    forgotten=10,
)


@frozen
class Row:
    """A row of the report. What a peer cannot do in a way that compares is None."""

    name: str
    unit: Unit
    ours: float
    stock: float | None
    bare: float | None
    p50_ms: float
    p99_ms: float | None
    note: str = ""

    def faster_than(self, peer: float | None) -> float | None:
        """How many times as fast as the peer ours is."""
        if peer is None:
            return None
        return self.ours / peer if self.unit in RATES else peer / self.ours


def row_of(
    name: str,
    unit: Unit,
    taken: dict[str, Timings],
    each: float = 1,
    *,
    note: str = "",
    latencies: Timings | None = None,
) -> Row:
    """A row from the turns of ours and perhaps its peers.

    Args:
        name: the row's.
        unit: of its figures.
        taken: the turns.
        each: so many things an operation.
        note: what a reader has to know.
        latencies: how long one waited for ours, where operations went on side by side.
    """

    def figure(peer: str) -> float | None:
        if peer not in taken:
            return None
        if unit in RATES:
            return taken[peer].per_second * each
        return taken[peer].seconds * IN_A_SECOND[unit]

    waited = latencies or taken["ours"]
    told = figure("ours")
    assert told is not None
    return Row(
        name, unit, told, figure("stock"), figure("bare"), waited.p50_ms, waited.p99_ms, note
    )


def made(base: Path, name: str) -> Path:
    """A new folder below *base*."""
    folder = base / name
    folder.mkdir()
    return folder
