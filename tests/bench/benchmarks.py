"""What is measured: every row of the report, with all who take part in it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from attrs import frozen

from cvsec_core import Site
from tests.bench import bare, events, ours, stock
from tests.bench.measuring import Peer, Timings, interleaved, timed

NAMES = (
    "append-1", "append-100", "command", "replay", "catch-up", "rebuild", "lockdown-10k",
    "dashboard-1e4", "dashboard-1e6", "alarms-1e4", "alarms-1e6", "import-core",
)  # fmt: skip

Unit = Literal["events/s", "commands/s", "s", "ms"]
RATES: tuple[Unit, ...] = ("events/s", "commands/s")
DOORS = 100
"""So many doors report in turn, where each report is a commit."""


@frozen
class Scale:
    """How much is done. *runs* turns for each peer, except *rebuilds*, which take long."""

    runs: int = 5
    commits: int = 2_000
    batches: int = 100
    commands: int = 2_000
    stream: int = 10_000
    followed: int = 100_000
    doors: int = 10_000
    small: int = 10_000
    big: int = 1_000_000
    rebuilds: int = 5
    questions: int = 500
    starts: int = 5


FULL = Scale()
QUICK = Scale(commits=1_000, batches=50, commands=1_000, rebuilds=2, questions=200, starts=3)


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


def rows(scale: Scale, base: Path, say: Callable[[str], None]) -> list[Row]:
    """Every row, in the order of `NAMES`."""
    found: dict[str, Row] = {}
    for measure in (_append, _command, _replay, _catch_up, _lockdown, _import, _large):
        for row in measure(scale, base):
            say(f"{row.name}: {row.ours:,.4g} {row.unit}")
            found[row.name] = row
    return [found[name] for name in NAMES]


def _row(name: str, unit: Unit, taken: dict[str, Timings], each: float = 1, note: str = "") -> Row:
    """A row from the turns of ours and perhaps its peers; *each*: so many things an operation."""

    def figure(peer: str) -> float | None:
        if peer not in taken:
            return None
        if unit in RATES:
            return taken[peer].per_second * each
        return taken[peer].seconds * (1000 if unit == "ms" else 1)

    mine = taken["ours"]
    told = figure("ours")
    assert told is not None
    return Row(name, unit, told, figure("stock"), figure("bare"), mine.p50_ms, mine.p99_ms, note)


def _append(scale: Scale, base: Path) -> Iterator[Row]:
    singles = list(events.reports(DOORS, scale.commits))
    yield _row("append-1", "events/s", _appended(scale, base, singles))
    each = 100
    hundreds = list(events.deliveries(scale.batches, each))
    yield _row("append-100", "events/s", _appended(scale, base, hundreds), each)


def _appended(scale: Scale, base: Path, commits: list[events.Commit]) -> dict[str, Timings]:
    rows_ = bare.rows_of(commits, _made(base, f"rows-{len(commits)}"))
    return interleaved(
        base,
        scale.runs,
        {
            "ours": partial(ours.append, commits),
            "stock": partial(stock.append, commits),
            "bare": partial(bare.append, rows_),
        },
    )


def _command(scale: Scale, base: Path) -> Iterator[Row]:
    commits = list(events.reports(DOORS, scale.commands))
    rows_ = bare.rows_of(commits, _made(base, "rows-of-commands"))
    peers: dict[str, Peer] = {
        "ours": partial(ours.command, DOORS, scale.commands),
        "stock": partial(stock.command, DOORS, scale.commands),
        "bare": partial(bare.append, rows_),
    }
    yield _row("command", "commands/s", interleaved(base, scale.runs, peers))


def _replay(scale: Scale, base: Path) -> Iterator[Row]:
    kept, theirs = _made(base, "replay"), _made(base, "replay-stock")
    ours.append(list(events.reports(1, scale.stream)), kept, durability="normal")
    peers: dict[str, Peer] = {
        "ours": partial(ours.replay, kept),
        "stock": partial(stock.replay, theirs, stock.prepare_replay(scale.stream, theirs)),
        "bare": partial(bare.replay, kept),
    }
    yield _row("replay", "events/s", interleaved(base, scale.runs, peers), scale.stream)


def _catch_up(scale: Scale, base: Path) -> Iterator[Row]:
    log = _filled(base, "followed", scale.followed)
    taken = interleaved(base, scale.runs, {"ours": partial(ours.catch_up, log)})
    yield _row("catch-up", "events/s", taken, scale.followed)


def _lockdown(scale: Scale, base: Path) -> Iterator[Row]:
    mine, theirs, once = (_made(base, f"lockdown{more}") for more in ("", "-stock", "-once"))
    with ours.opened(mine, durability="normal") as site:
        events.group_doors(site, scale.doors)
        head = site.log.head()
    ours.lockdown(mine, once)
    batch = bare.rows_after(once, head)
    group = stock.prepare_lockdown(scale.doors, theirs)
    peers: dict[str, Peer] = {
        "ours": partial(ours.lockdown, mine),
        "stock": partial(stock.lockdown, theirs, group),
        "bare": partial(bare.append_to, mine, batch),
        "warm": partial(ours.lockdown, mine, warm=True),
    }
    taken = interleaved(base, scale.runs, peers)
    note = f"{len(batch):,} events; with the doors in memory {taken['warm'].seconds:.3f} s"
    yield _row("lockdown-10k", "s", taken, note=note)


def _import(scale: Scale, base: Path) -> Iterator[Row]:
    modules = {
        "nothing": "sys",
        "ours": "cvsec_core",
        "site": "cvsec_core.site",
        "stock": "eventsourcing.application",
    }
    peers: dict[str, Peer] = {
        name: partial(_imports, module, scale.starts) for name, module in modules.items()
    }
    taken = interleaved(base, scale.runs, peers)
    start = taken["nothing"].seconds
    over = {name: _beyond(timings, start) for name, timings in taken.items()}
    note = f"import cvsec_core.site {over['site'].p50_ms:.0f} ms; stock: its application"
    yield _row("import-core", "ms", {name: over[name] for name in ("ours", "stock")}, note=note)


def _imports(module: str, times: int, _folder: Path) -> list[float]:
    program = [sys.executable, "-c", f"import {module}"]
    return timed([partial(subprocess.run, program, check=True)] * times)


def _beyond(timings: Timings, start: float) -> Timings:
    """What is left when the interpreter's own start is taken off; never nothing at all."""
    return Timings(tuple(tuple(max(s - start, 1e-6) for s in run) for run in timings.runs))


def _large(scale: Scale, base: Path) -> Iterator[Row]:
    """The rows that need the big log, which is made once. Its views come from the rebuild."""
    big, small = _filled(base, "big", scale.big), _filled(base, "small", scale.small)
    times = [tuple(ours.rebuild(big)) for _ in range(scale.rebuilds)]
    yield _row("rebuild", "events/s", {"ours": Timings(tuple(times))}, scale.big)
    ours.rebuild(small)
    pages = {"dashboard": ours.see_dashboard, "alarms": ours.see_alarms}
    sites = {"1e4": (small, scale.small), "1e6": (big, scale.big)}
    peers: dict[str, Peer] = {
        f"{page}-{size}": partial(_asked, sites[size], ask, scale.questions)
        for page, ask in pages.items()
        for size in sites
    }
    for name, timings in interleaved(base, scale.runs, peers).items():
        yield _row(name, "ms", {"ours": timings})


def _asked(
    site: tuple[Path, int], ask: Callable[[Site], object], times: int, _folder: Path
) -> list[float]:
    folder, count = site
    return ours.questions(folder, events.end_of(count), ask, times)


def _filled(base: Path, name: str, count: int) -> Path:
    """A folder with the log of a site that has *count* events, and no views."""
    folder = _made(base, name)
    with ours.opened(folder, durability="normal") as site:
        events.fill(site, count)
    return folder


def _made(base: Path, name: str) -> Path:
    folder = base / name
    folder.mkdir()
    return folder
