"""Timing: peers take turns, so that whatever else the machine does slows all of them alike."""

import gc
import shutil
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter

from attrs import frozen

Peer = Callable[[Path], list[float]]
"""Does its work in an empty folder and returns how many seconds each operation took."""

ENOUGH_FOR_P99 = 100


def timed(operations: Iterable[Callable[[], object]]) -> list[float]:
    """How many seconds each operation took; what it takes to make the next one is not timed."""
    gc.collect()
    seconds: list[float] = []
    for operation in operations:
        begun = perf_counter()
        operation()
        seconds.append(perf_counter() - begun)
    return seconds


@frozen
class Timings:
    """The seconds of every operation, run by run."""

    runs: tuple[tuple[float, ...], ...]

    @property
    def per_second(self) -> float:
        """Operations a second: the median of the runs."""
        return median(len(run) / sum(run) for run in self.runs)

    @property
    def seconds(self) -> float:
        """How long an operation takes: the median of the runs' medians."""
        return median(median(run) for run in self.runs)

    @property
    def p50_ms(self) -> float:
        """Half of all operations take no longer, in milliseconds."""
        return median(self._all()) * 1000

    @property
    def p99_ms(self) -> float | None:
        """99 of 100 operations take no longer; None where there were too few to tell."""
        every = sorted(self._all())
        return every[len(every) * 99 // 100] * 1000 if len(every) >= ENOUGH_FOR_P99 else None

    def _all(self) -> list[float]:
        return list(chain.from_iterable(self.runs))


def interleaved(base: Path, runs: int, peers: Mapping[str, Peer]) -> dict[str, Timings]:
    """Let the peers take turns, *runs* times, each turn in a folder of its own below *base*."""
    taken: dict[str, list[tuple[float, ...]]] = {name: [] for name in peers}
    folder = base / "turn"
    for _ in range(runs):
        for name, peer in peers.items():
            folder.mkdir()
            taken[name].append(tuple(peer(folder)))
            shutil.rmtree(folder)
    return {name: Timings(tuple(some)) for name, some in taken.items()}
