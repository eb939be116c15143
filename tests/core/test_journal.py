"""A journal: what a device says happened on one day, each thing once, in its own order."""

from hashlib import blake2b
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import journal
from cvsec_core.aggregates.journal import (
    GapFilled,
    GapFound,
    JournalCommand,
    Line,
    PassageRecorded,
    RecordGap,
    RecordPassages,
    RecordUnrecognised,
    UnrecognisedKept,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import StreamId
from tests.core.places import BACK, FRONT, LOBBY, NOON, after, told
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

DAY = "2026-03-02"
DOORS = (FRONT, BACK)


def record(*lines: Line, backfilled: bool = False, cursor: int | None = None) -> RecordPassages:
    return RecordPassages(LOBBY, DAY, lines, after(5), backfilled, cursor, DOORS)


def passage(line: Line, *, epoch: int = 0, late: bool = False) -> PassageRecorded:
    mark = blake2b(line.text.encode(), digest_size=6).hexdigest()
    door = {1: FRONT, 2: BACK}.get(line.number)
    return PassageRecorded(
        LOBBY, line.index, epoch, line.code, door, line.direction, line.verify, late, mark,
        after(5), line.at, line.person, line.card,
    )  # fmt: skip


LINE = told(4, 0)
GAP, FOUND = RecordGap(LOBBY, DAY, 1, 3, NOON), GapFound(LOBBY, 0, 1, 3, NOON)
ODD = RecordUnrecognised(LOBBY, DAY, "line", "?!", 2, "abc", NOON)
KEPT = UnrecognisedKept(LOBBY, "line", 2, "abc", NOON, "?!")
STATES: dict[str, list[Any]] = {"blank": [], "kept": [passage(LINE), FOUND, KEPT]}
TABLE: list[Row] = [
    ("blank", record(LINE), [passage(LINE)]),
    ("blank", GAP, [FOUND]),
    ("blank", ODD, [KEPT]),
    ("kept", record(LINE), []),
    ("kept", GAP, []),
    ("kept", ODD, []),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(journal, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, JournalCommand, TABLE) == set()


def story(*commands: Any) -> list[Any]:
    """All events of *commands*, one after another."""
    events: list[Any] = []
    for command in commands:
        events += journal.decide(state_after(journal, events), command)
    return events


def summary(*commands: Any) -> list[Any]:
    """Index, epoch and whether it is late of each passage, and the gaps that were found."""
    return [
        (e.index, e.epoch, e.late) if isinstance(e, PassageRecorded) else (e.first, e.last)
        for e in story(*commands)
        if not isinstance(e, GapFilled)
    ]


def test_a_stream_is_a_device_and_a_day():
    assert journal.stream_of(GAP) == StreamId("journal-lobby-2026-03-02")


def test_the_same_record_counts_once_in_one_delivery_and_in_two():
    assert summary(record(LINE, LINE), record(LINE, told(5, 0))) == [(4, 0, False), (5, 0, False)]


def test_records_without_a_number_are_told_apart_by_their_line():
    one, two = told(0, 0, text="a"), told(0, 0, text="b")
    assert story(record(one, two, one), record(two)) == [passage(one), passage(two)]


def test_a_line_is_known_again_among_many():
    """Whatever the bytes of their marks are."""
    lines = [told(0, 0, text=f"line {n}") for n in range(300)]
    assert len(story(record(*lines), record(*lines))) == 300


def test_a_mark_that_lies_across_two_others_is_not_one_of_them():
    line = told(0, 0)
    mark = passage(line).mark
    across = [changed(passage(line), mark=m) for m in ("0" * 6 + mark[:6], mark[6:] + "0" * 6)]
    given(journal, *across).when(record(line)).then(passage(line))


def test_a_number_that_comes_after_higher_ones_is_late():
    assert summary(record(told(1, 0)), record(told(5, 0)), record(told(3, 0))) == [
        (1, 0, False),
        (2, 4),
        (5, 0, False),
        (3, 0, True),
    ]


def test_what_a_device_sent_from_its_memory_is_late():
    assert summary(record(LINE, backfilled=True)) == [(4, 0, True)]


def test_a_gap_is_filled_by_the_last_of_what_was_missing():
    events = story(record(told(1, 0)), record(told(4, 0)), record(told(3, 0)), record(told(2, 0)))
    assert events[1] == GapFound(LOBBY, 0, 2, 3, after(5))
    assert events[-1] == GapFilled(LOBBY, 2, 3, after(5))
    assert state_after(journal, events).gaps == ()
    assert [type(e).__name__ for e in events[3:]] == [
        "PassageRecorded",
        "PassageRecorded",
        "GapFilled",
    ]


def test_the_day_before_is_another_stream_of_the_same_device():
    first = journal.stream(LOBBY, "2026-03-01")
    assert journal.day_before(first) == "journal-lobby-2026-02-28"


@pytest.mark.parametrize("day", ["", "today", "2026-02-30", "0001-01-01"])
def test_a_day_is_an_iso_date_that_has_a_day_before_it(day: str):
    given(journal).when(changed(record(LINE), day=day)).then_raises(InvalidFieldError)


def test_a_gap_is_found_where_numbers_are_missing_also_over_midnight():
    assert summary(record(told(8, 0), cursor=5)) == [(6, 7), (8, 0, False)]
    assert summary(record(told(6, 0), cursor=5)) == [(6, 0, False)]
    assert summary(record(told(4, 0), cursor=5)) == [(4, 0, True)]
    assert summary(record(told(8, 0))) == [(8, 0, False)]


def test_one_number_with_two_contents_means_that_the_numbers_began_again():
    again = told(4, 0, text="another")
    assert summary(record(LINE), record(again), record(LINE), record(again)) == [
        (4, 0, False),
        (4, 1, False),
    ]


def test_after_a_start_a_lower_number_means_that_the_numbers_began_again():
    start = told(9, 206, 0)
    assert summary(record(told(8, 0), start), record(told(1, 0), told(2, 0))) == [
        (8, 0, False),
        (9, 0, False),
        (1, 1, False),
        (2, 1, False),
    ]


def test_without_a_start_a_lower_number_is_late():
    assert summary(record(told(8, 0)), record(told(1, 0))) == [(8, 0, False), (1, 0, True)]


def test_a_start_counts_for_one_beginning():
    commands = (
        record(told(8, 0), told(9, 206, 0)),
        record(told(1, 0), told(5, 0)),
        record(told(3, 0)),
    )
    assert summary(*commands)[-1] == (3, 1, True)


def test_what_was_told_before_the_numbers_began_again_is_still_known():
    old = record(told(8, 0), told(9, 206, 0))
    assert story(old, record(told(1, 0)), old)[3:] == []


def test_long_runs_are_cut_and_known_all_the_same():
    lines = [told(n, 0) for n in range(1, 2 * journal.RUN + 10)]
    events = story(record(*lines))
    state = state_after(journal, events)
    assert [run.first for run in state.runs] == [1, journal.RUN + 1, 2 * journal.RUN + 1]
    assert journal.decide(state, record(lines[0], lines[journal.RUN], lines[-1])) == ()


def test_a_hole_is_filled_from_either_side():
    commands = [record(told(n, 0)) for n in (1, 5, 2, 4, 3)]
    events = story(*commands)
    assert story(*commands, *commands) == events
    runs = state_after(journal, events).runs
    assert [run.first for run in runs] == sorted(run.first for run in runs)


def test_a_door_is_named_where_the_device_has_one_of_that_number():
    events = story(record(told(1, 0, 1), told(2, 0, 2), told(3, 0, 3), told(4, 0, 0)))
    assert [e.door for e in events] == [FRONT, BACK, None, None]


def test_the_last_openings_by_right_are_remembered():
    lines = [told(n, 0 if n % 2 else 200, at=after(n)) for n in range(1, 201)]
    state = state_after(journal, story(record(*lines, told(201, 0, 0))))
    assert len(state.released) == journal.RELEASES_KEPT
    assert state.released[-1] == (FRONT, after(199))


def test_of_what_could_not_be_read_the_beginning_is_kept():
    raw = "x" * 5000
    (kept,) = story(RecordUnrecognised(LOBBY, DAY, "table", raw, 5000, "d", NOON))
    assert (len(kept.raw), kept.length, kept.digest) == (journal.RAW_LIMIT, 5000, "d")


@pytest.mark.parametrize("index", [-1, -7])
def test_a_negative_number_is_kept_like_any_other(index: int):
    """A device may say anything; it is kept once, and is no reason to fail."""
    line = told(index, 0)
    assert len(story(record(line), record(line))) == 1
