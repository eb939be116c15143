"""How a journal grows."""

from bisect import bisect_right
from datetime import datetime
from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.journal.events import (
    GapFilled,
    GapFound,
    JournalEvent,
    PassageRecorded,
    UnrecognisedKept,
)
from cvsec_core.aggregates.journal.states import MARK, Journal, JournalState, Run, first_of
from cvsec_core.ids import DoorId
from cvsec_core.vocabulary import DEVICE_STARTED, opens

RUN = 1024
"""A run of numbers is cut at this length, so that adding to it stays cheap."""


RELEASES_KEPT = 64
"""So many openings by right are remembered, to tell a forced opening from one of them."""


def evolve(state: JournalState, event: JournalEvent) -> JournalState:
    """The state after *event*; never refuses, for it has happened."""
    match event:
        case PassageRecorded():
            return _after_passage(state, event)
        case GapFound(first=first, last=last):
            return changed(state, gaps=(*state.gaps, (first, last)))
        case GapFilled(first=first, last=last):
            return changed(state, gaps=tuple(gap for gap in state.gaps if gap != (first, last)))
        case UnrecognisedKept(digest=digest):
            return changed(state, unknown=state.unknown | {digest})
        case _:
            assert_never(event)


def _after_passage(state: Journal, event: PassageRecorded) -> Journal:
    mark = bytes.fromhex(event.mark)
    runs, past, unnumbered = state.runs, state.past, state.unnumbered
    if event.epoch > state.epoch:
        runs, past = (), (*past, *runs)
    if event.index:
        runs = _with(runs, event.index, mark)
    else:
        unnumbered += mark
    return Journal(
        max(state.epoch, event.epoch),
        runs,
        past,
        unnumbered,
        event.code == DEVICE_STARTED or (state.restarted and event.epoch == state.epoch),
        state.gaps,
        _released(state.released, event),
        state.unknown,
    )


def _with(runs: tuple[Run, ...], index: int, mark: bytes) -> tuple[Run, ...]:
    if runs and runs[-1].last == index - 1:
        tail = runs[-1]
        if len(tail.marks) < RUN * MARK:
            return (*runs[:-1], Run(tail.first, tail.marks + mark))
        return (*runs, Run(index, mark))
    place = bisect_right(runs, index, key=first_of)
    return (*runs[:place], Run(index, mark), *runs[place:])


def _released(
    released: tuple[tuple[DoorId, datetime], ...], event: PassageRecorded
) -> tuple[tuple[DoorId, datetime], ...]:
    if event.door is None or not opens(event.code):
        return released
    return (*released[1 - RELEASES_KEPT :], (event.door, event.at))
