"""What of a delivery is news."""

from datetime import date, timedelta
from functools import reduce
from hashlib import blake2b
from typing import assert_never

from cvsec_core.aggregates.journal.commands import (
    JournalCommand,
    Line,
    RecordGap,
    RecordPassages,
    RecordUnrecognised,
)
from cvsec_core.aggregates.journal.events import (
    GapFilled,
    GapFound,
    JournalEvent,
    PassageRecorded,
    UnrecognisedKept,
)
from cvsec_core.aggregates.journal.evolving import evolve
from cvsec_core.aggregates.journal.states import MARK, Journal, JournalState, Run, run_with
from cvsec_core.ids import DeviceId, StreamId, door_of
from cvsec_core.values import invalid

RAW_LIMIT = 4096
"""So many characters of an unrecognised line are kept; of the rest only length and hash."""
ISO_DATE = len("2026-01-31")
KIND = "journal"


def stream_of(command: JournalCommand) -> StreamId:
    """The stream of the device's day that *command* is about."""
    return stream(command.device, command.day)


def stream(device: DeviceId, day: str) -> StreamId:
    """The stream of *device* on *day*, an ISO date of the device's clock."""
    return StreamId(f"{KIND}-{device}-{day}")


def day_before(of: StreamId) -> StreamId:
    """The stream of the same device on the day before."""
    prefix, day = of[:-ISO_DATE], date.fromisoformat(of[-ISO_DATE:])
    return StreamId(f"{prefix}{day - timedelta(days=1)}")


def decide(state: JournalState, command: JournalCommand) -> tuple[JournalEvent, ...]:
    """What of *command* is news; ``()`` where all of it was known.

    Raises:
        InvalidFieldError: the day is no date.
    """
    _check(command.day)
    match command:
        case RecordPassages():
            return _record(state, command)
        case RecordGap(device, _, first, last, at):
            known = (first, last) in state.gaps
            return () if known else (GapFound(device, state.epoch, first, last, at),)
        case RecordUnrecognised(device, _, about, raw, length, digest, at):
            if digest in state.unknown:
                return ()
            return (UnrecognisedKept(device, about, length, digest, at, raw[:RAW_LIMIT]),)
        case _:
            assert_never(command)


def _check(day: str) -> None:
    """The stream of a day is found by its name, and so is that of the day before."""
    try:
        day_before(stream(DeviceId(""), day))
    except (ValueError, OverflowError):
        invalid("day", day, "an ISO date", "una fecha ISO")


def _record(state: Journal, command: RecordPassages) -> tuple[JournalEvent, ...]:
    events: list[JournalEvent] = []
    for line in command.lines:
        mark = blake2b(line.text.encode(), digest_size=MARK).digest()
        for event in _news(state, command, line, mark):
            events.append(event)
            state = evolve(state, event)
        filled = _filled(state, command, line.index)
        events.extend(filled)
        state = reduce(evolve, filled, state)
    return tuple(events)


def _news(
    state: Journal, command: RecordPassages, line: Line, mark: bytes
) -> tuple[JournalEvent, ...]:
    if _is_known(state, line.index, mark):
        return ()
    top = _top(state, command.cursor)
    again = line.index > 0 and _begins_again(state, line.index, top)
    epoch = state.epoch + again
    late = command.backfilled or (not again and 0 < line.index < top)
    passage = PassageRecorded(
        command.device,
        line.index,
        epoch,
        line.code,
        door if (door := door_of(command.device, line.number)) in command.doors else None,
        line.direction,
        line.verify,
        late,
        mark.hex(),
        command.at,
        line.at,
        line.person,
        line.card,
        line.holder,
        line.credential,
    )
    if top and not again and line.index > top + 1:
        return (GapFound(command.device, epoch, top + 1, line.index - 1, command.at), passage)
    return (passage,)


def _filled(state: Journal, command: RecordPassages, index: int) -> tuple[GapFilled, ...]:
    """The gaps of which *index* was the last number missing."""
    return tuple(
        GapFilled(command.device, first, last, command.at)
        for first, last in state.gaps
        if first <= index <= last and _all_known(state.runs, first, last)
    )


def _all_known(runs: tuple[Run, ...], first: int, last: int) -> bool:
    while first <= last:
        run = run_with(runs, first)
        if run is None:
            return False
        first = run.last + 1
    return True


def _is_known(state: Journal, index: int, mark: bytes) -> bool:
    if index == 0:
        return _holds(state.unnumbered, mark)
    run = run_with(state.runs, index)
    if run is not None and run.mark(index) == mark:
        return True
    return any(run.first <= index <= run.last and run.mark(index) == mark for run in state.past)


def _begins_again(state: Journal, index: int, top: int) -> bool:
    """One number with two contents, or a lower number after the device said that it started."""
    return run_with(state.runs, index) is not None or (state.restarted and index <= top)


def _top(state: Journal, cursor: int | None) -> int:
    return state.runs[-1].last if state.runs else (cursor or 0)


def _holds(marks: bytes, mark: bytes) -> bool:
    place = marks.find(mark)
    while place > 0 and place % MARK:
        place = marks.find(mark, place + 1)
    return place >= 0
