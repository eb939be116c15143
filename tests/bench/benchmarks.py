"""What is measured: every row of the report, with all who take part in it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from cvsec_core import Site
from tests.bench import bare, events, ours, people, stock
from tests.bench.measuring import Peer, Timings, interleaved, timed
from tests.bench.rows import Row, Scale, made, row_of

NAMES = (
    "append-1", "append-100", "append-100-sealed", "append-100-at-rest", "command", "replay",
    "catch-up", "rebuild", "lockdown-10k", "dashboard-1e4", "dashboard-1e6", "alarms-1e4",
    "alarms-1e6", "import-core", "access-decision", "redeem-one", "redeem-many", "import-people",
    "forget",
)  # fmt: skip

DOORS = 100
"""So many doors report in turn, where each report is a commit."""


def rows(scale: Scale, base: Path, say: Callable[[str], None]) -> list[Row]:
    """Every row, in the order of `NAMES`."""
    found: dict[str, Row] = {}
    measures = (_append, _command, _replay, _catch_up, _lockdown, _import, _large, *people.MEASURES)
    for measure in measures:
        for row in measure(scale, base):
            say(f"{row.name}: {row.ours:,.4g} {row.unit}")
            found[row.name] = row
    return [found[name] for name in NAMES]


def _append(scale: Scale, base: Path) -> Iterator[Row]:
    singles = list(events.reports(DOORS, scale.commits))
    yield row_of("append-1", "events/s", _appended(scale, base, "singles", singles))
    each = 100
    hundreds = list(events.deliveries(scale.batches, each, named=False))
    yield row_of("append-100", "events/s", _appended(scale, base, "hundreds", hundreds), each)
    named = list(events.deliveries(scale.batches, each))
    taken = _appended(scale, base, "named", named)
    encrypted = taken | {"ours": taken["at-rest"]}
    yield row_of("append-100-sealed", "events/s", taken, each, note="the peers seal nothing")
    note = "the peers neither seal nor encrypt"
    yield row_of("append-100-at-rest", "events/s", encrypted, each, note=note)


def _appended(
    scale: Scale, base: Path, name: str, commits: list[events.Commit]
) -> dict[str, Timings]:
    rows_ = bare.rows_of(commits, made(base, f"rows-of-{name}"))
    peers: dict[str, Peer] = {
        "ours": partial(ours.append, commits),
        "stock": partial(stock.append, commits),
        "bare": partial(bare.append, rows_),
    }
    if name == "named":
        peers["at-rest"] = partial(ours.append, commits, privacy=ours.AT_REST)
    return interleaved(base, scale.runs, peers)


def _command(scale: Scale, base: Path) -> Iterator[Row]:
    commits = list(events.reports(DOORS, scale.commands))
    rows_ = bare.rows_of(commits, made(base, "rows-of-commands"))
    peers: dict[str, Peer] = {
        "ours": partial(ours.command, DOORS, scale.commands),
        "stock": partial(stock.command, DOORS, scale.commands),
        "bare": partial(bare.append, rows_),
    }
    yield row_of("command", "commands/s", interleaved(base, scale.runs, peers))


def _replay(scale: Scale, base: Path) -> Iterator[Row]:
    kept, theirs = made(base, "replay"), made(base, "replay-stock")
    ours.append(list(events.reports(1, scale.stream)), kept, durability="normal")
    peers: dict[str, Peer] = {
        "ours": partial(ours.replay, kept),
        "stock": partial(stock.replay, theirs, stock.prepare_replay(scale.stream, theirs)),
        "bare": partial(bare.replay, kept),
    }
    yield row_of("replay", "events/s", interleaved(base, scale.runs, peers), scale.stream)


def _catch_up(scale: Scale, base: Path) -> Iterator[Row]:
    log = _filled(base, "followed", scale.followed)
    taken = interleaved(base, scale.runs, {"ours": partial(ours.catch_up, log)})
    yield row_of("catch-up", "events/s", taken, scale.followed)


def _lockdown(scale: Scale, base: Path) -> Iterator[Row]:
    mine, theirs, once = (made(base, f"lockdown{more}") for more in ("", "-stock", "-once"))
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
    yield row_of("lockdown-10k", "s", taken, note=note)


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
    yield row_of("import-core", "ms", {name: over[name] for name in ("ours", "stock")}, note=note)


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
    yield row_of("rebuild", "events/s", {"ours": Timings(tuple(times))}, scale.big)
    ours.rebuild(small)
    pages = {"dashboard": ours.see_dashboard, "alarms": ours.see_alarms}
    sites = {"1e4": (small, scale.small), "1e6": (big, scale.big)}
    peers: dict[str, Peer] = {
        f"{page}-{size}": partial(_asked, sites[size], ask, scale.questions)
        for page, ask in pages.items()
        for size in sites
    }
    for name, timings in interleaved(base, scale.runs, peers).items():
        yield row_of(name, "ms", {"ours": timings})


def _asked(
    site: tuple[Path, int], ask: Callable[[Site], object], times: int, _folder: Path
) -> list[float]:
    folder, count = site
    return ours.questions(folder, events.end_of(count), ask, times)


def _filled(base: Path, name: str, count: int) -> Path:
    """A folder with the log of a site that has *count* events, and no views."""
    folder = made(base, name)
    with ours.opened(folder, durability="normal") as site:
        events.fill(site, count)
    return folder
