"""A journal: what one device says happened on one day of its own clock, each thing once.

    Blank --RecordPassages | RecordGap | RecordUnrecognised--> Kept

A device repeats what it is not sure to have delivered, sends late what it buffered, and starts its
numbers again after a restart. A record is the same when its number and its line agree.
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import reduce
from hashlib import blake2b
from typing import assert_never

from attrs import evolve as changed, frozen

from cvsec_core.ids import DeviceId, DoorId, StreamId, door_of
from cvsec_core.values import Direction, personal
from cvsec_core.vocabulary import DEVICE_STARTED, opens

KIND = "journal"
ISO_DATE = len("2026-01-31")
RAW_LIMIT = 4096
"""So many characters of an unrecognised line are kept; of the rest only length and hash."""
MARK = 6
"""Bytes of a line's hash that tell it from others with the same number."""
RELEASES_KEPT = 64
"""So many openings by right are remembered, to tell a forced opening from one of them."""
RUN = 1024
"""A run of numbers is cut at this length, so that adding to it stays cheap."""


# Events: stored for ever. Never change a field; add a new class.
@frozen
class PassageRecorded:
    """One record of a device. ``index`` is its number there, 0 where it has none; ``epoch`` counts
    how often the numbers began again that day; ``late``: it came after records that followed it,
    so it tells history and nothing about now. ``mark`` is its line's hash.
    """

    device: DeviceId
    index: int
    epoch: int
    code: int
    door: DoorId | None
    direction: Direction | None
    verify: str
    late: bool
    mark: str
    received_at: datetime
    at: datetime
    person: str | None = personal()
    card: str | None = personal()


@frozen
class GapFound:
    """The records from number *first* to *last* are missing."""

    device: DeviceId
    epoch: int
    first: int
    last: int
    at: datetime


@frozen
class GapFilled:
    """Everything that was missing from number *first* to *last* has come."""

    device: DeviceId
    first: int
    last: int
    at: datetime


@frozen
class UnrecognisedKept:
    """Something that could not be read. ``about`` says what it was; ``length`` and ``digest`` are
    of the whole, of which ``raw`` is the beginning.
    """

    device: DeviceId
    about: str
    length: int
    digest: str
    at: datetime
    raw: str = personal()


JournalEvent = PassageRecorded | GapFound | GapFilled | UnrecognisedKept


# Commands: all that the decision needs, the time included.
@frozen
class Line:
    """One record as the driver read it. ``text`` is the line itself, to know it again by."""

    index: int
    code: int
    number: int
    person: str | None
    card: str | None
    direction: Direction | None
    verify: str
    at: datetime
    text: str


@frozen
class RecordPassages:
    """What a device delivered of one day.

    ``at`` is when it was received. ``backfilled``: the device sent it from its memory, so it is
    history. ``cursor`` is the highest number known from the days before, None where none is.
    ``doors`` are the device's doors; they are filled in from its own stream.
    """

    device: DeviceId
    day: str
    lines: tuple[Line, ...]
    at: datetime
    backfilled: bool = False
    cursor: int | None = None
    doors: tuple[DoorId, ...] = ()


@frozen
class RecordGap:
    device: DeviceId
    day: str
    first: int
    last: int
    at: datetime


@frozen
class RecordUnrecognised:
    device: DeviceId
    day: str
    about: str
    raw: str
    length: int
    digest: str
    at: datetime


JournalCommand = RecordPassages | RecordGap | RecordUnrecognised


# States: what has been seen.
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
    """What of *command* is news; ``()`` where all of it was known."""
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
        run = _run_with(runs, first)
        if run is None:
            return False
        first = run.last + 1
    return True


def _is_known(state: Journal, index: int, mark: bytes) -> bool:
    if index == 0:
        return _holds(state.unnumbered, mark)
    run = _run_with(state.runs, index)
    if run is not None and run.mark(index) == mark:
        return True
    return any(run.first <= index <= run.last and run.mark(index) == mark for run in state.past)


def _begins_again(state: Journal, index: int, top: int) -> bool:
    """One number with two contents, or a lower number after the device said that it started."""
    return _run_with(state.runs, index) is not None or (state.restarted and index <= top)


def _top(state: Journal, cursor: int | None) -> int:
    return state.runs[-1].last if state.runs else (cursor or 0)


def _run_with(runs: tuple[Run, ...], index: int) -> Run | None:
    place = bisect_right(runs, index, key=_first) - 1
    return runs[place] if place >= 0 and index <= runs[place].last else None


def _first(run: Run) -> int:
    return run.first


def _holds(marks: bytes, mark: bytes) -> bool:
    place = marks.find(mark)
    while place % MARK > 0:
        place = marks.find(mark, place + 1)
    return place >= 0


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
    place = bisect_right(runs, index, key=_first)
    return (*runs[:place], Run(index, mark), *runs[place:])


def _released(
    released: tuple[tuple[DoorId, datetime], ...], event: PassageRecorded
) -> tuple[tuple[DoorId, datetime], ...]:
    if event.door is None or not opens(event.code):
        return released
    return (*released[1 - RELEASES_KEPT :], (event.door, event.at))
