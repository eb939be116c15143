"""What has been seen of a device's day."""

from bisect import bisect_right
from datetime import datetime

from attrs import frozen

from cvsec_core.ids import DoorId

MARK = 6
"""Bytes of a line's hash that tell it from others with the same number."""


@frozen
class Run:
    """Numbers without a hole, from *first* on, each with its line's mark."""

    first: int
    marks: bytes

    @property
    def last(self) -> int:
        return self.first + len(self.marks) // MARK - 1

    def mark(self, index: int) -> bytes:
        at = (index - self.first) * MARK
        return self.marks[at : at + MARK]


@frozen
class Journal:
    """``runs`` are those of the epoch, in order; ``past`` those of the epochs before it;
    ``restarted``: the device has said that it started, so its numbers may begin again;
    ``released`` are the last openings by right; ``unknown`` are digests of what could
    not be read.
    """

    epoch: int = 0
    runs: tuple[Run, ...] = ()
    past: tuple[Run, ...] = ()
    unnumbered: bytes = b""
    restarted: bool = False
    gaps: tuple[tuple[int, int], ...] = ()
    released: tuple[tuple[DoorId, datetime], ...] = ()
    unknown: frozenset[str] = frozenset()


JournalState = Journal
INITIAL = Journal()


def run_with(runs: tuple[Run, ...], index: int) -> Run | None:
    """The run that holds the number, or None."""
    place = bisect_right(runs, index, key=first_of) - 1
    return runs[place] if place >= 0 and index <= runs[place].last else None


def first_of(run: Run) -> int:
    """The number that the run begins with, by which runs are in order."""
    return run.first
