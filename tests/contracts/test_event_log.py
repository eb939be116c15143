"""What every event log promises, asked of each of them."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from uuid import uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.popo import POPOApplicationRecorder

from cvsec_adapters.storage.connections import connect
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_core.errors import StreamMovedError
from cvsec_core.ids import CommandId, StreamId
from cvsec_core.ports import Entry, EventLog, Handled
from tests.adapters.storage_toys import CODEC, NOON, StringCut, append, bead, entries, meta

# The cases for ciphers, which are not ours, want pycryptodome as soon as the module is imported.
with patch.dict("sys.modules", {"eventsourcing.cipher": SimpleNamespace(AESCipher=None)}):
    from eventsourcing.tests.persistence import ApplicationRecorderTestCase

Open = Callable[[], EventLog]
A, B, C = StreamId("string-a"), StreamId("string-b"), StreamId("string-c")


FILES = ["full", "normal", "encrypted"]
CIPHER = Cipher(b"a key of the tests, of 32 bytes.")


def in_file(kind: str, folder: Path) -> SqliteLog:
    if kind == "encrypted":
        return SqliteLog(folder / "site.db", CODEC, cipher=CIPHER)
    return SqliteLog(folder / "site.db", CODEC, "full" if kind == "full" else "normal")


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def reopen(file: str, tmp_path: Path) -> Iterator[Callable[[], SqliteLog]]:
    opened: list[SqliteLog] = []

    def reopened() -> SqliteLog:
        opened.append(in_file(file, tmp_path))
        return opened[-1]

    yield reopened
    for log in opened:
        log.close()


@pytest.fixture(params=["memory", *FILES])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    log = MemoryLog(CODEC) if request.param == "memory" else in_file(request.param, tmp_path)
    yield log
    log.close()


def test_an_empty_log_has_head_0_and_no_events(log: EventLog):
    assert log.head() == 0
    assert list(log.read_all(0, 10)) == []
    assert list(log.read(A)) == []
    assert list(log.read_many([A, B])) == []
    assert list(log.streams_after(0)) == []
    assert log.answered(CommandId("c")) is None


def test_what_was_appended_is_read_back(log: EventLog):
    of = meta(1, command_id="c", correlation="k", causation="x@1")
    appended = log.append(entries(A, 1, [bead(1), bead(2)], of), {A: 0})
    assert [(r.stream, r.version, r.position, r.meta, r.event) for r in appended] == [
        (A, 1, 1, of, bead(1)),
        (A, 2, 2, of, bead(2)),
    ]
    assert list(log.read(A)) == list(log.read_all(0, 10)) == list(appended)
    assert log.head() == 2


def test_a_stream_is_read_after_a_version(log: EventLog):
    append(log, A, [bead(n) for n in range(5)])
    assert [r.version for r in log.read(A, 3)] == [4, 5]
    assert list(log.read(A, 5)) == []


def test_several_streams_are_read_each_together_and_in_order(log: EventLog):
    append(log, A, [bead(1)])
    append(log, B, [bead(2)])
    append(log, A, [bead(3)])
    append(log, C, [bead(4)])
    found = [(r.stream, r.version) for r in log.read_many([B, A, A, StreamId("string-none")])]
    assert sorted(found) == [(A, 1), (A, 2), (B, 1)]
    assert found.index((A, 2)) == found.index((A, 1)) + 1


def test_the_log_is_read_in_pages(log: EventLog):
    append(log, A, [bead(n) for n in range(5)])
    assert [r.position for r in log.read_all(0, 2)] == [1, 2]
    assert [r.position for r in log.read_all(2, 10)] == [3, 4, 5]


def test_the_streams_written_to_are_named_once(log: EventLog):
    append(log, A, [bead(1), bead(2)])
    append(log, B, [bead(3)])
    append(log, B, [bead(4)])
    assert sorted(log.streams_after(0)) == [A, B]
    assert list(log.streams_after(2)) == [B]
    assert list(log.streams_after(4)) == []


def test_several_streams_are_written_in_one_commit(log: EventLog):
    batch = [*entries(A, 1, [bead(1)]), *entries(B, 1, [bead(2)]), *entries(A, 2, [bead(3)])]
    assert [r.position for r in log.append(batch, {A: 0, B: 0})] == [1, 2, 3]


def test_a_late_writer_adds_nothing(log: EventLog):
    append(log, A, [bead(1)])
    batch = [*entries(B, 1, [bead(2)]), *entries(A, 1, [bead(3)])]
    with pytest.raises(StreamMovedError) as refused:
        log.append(batch, {A: 0, B: 0})
    assert refused.value.streams == (A,)
    assert log.head() == 1
    assert list(log.read(B)) == []


def test_a_stream_that_was_only_read_must_not_have_moved(log: EventLog):
    append(log, A, [bead(1)])
    with pytest.raises(StreamMovedError) as refused:
        log.append(entries(B, 1, [bead(2)]), {A: 0, B: 0})
    assert refused.value.streams == (A,)
    assert log.head() == 1
    log.append(entries(B, 1, [bead(2)]), {A: 1, B: 0})
    assert log.head() == 2


def test_a_stream_cannot_be_ahead_of_itself(log: EventLog):
    with pytest.raises(StreamMovedError):
        log.append(entries(A, 4, [bead(1)]), {A: 3})
    assert log.head() == 0


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        (entries(A, 2, [bead(1)]), {A: 0}),
        ([*entries(A, 1, [bead(1)]), *entries(A, 3, [bead(2)])], {A: 0}),
        (entries(A, 1, [bead(1)]), {}),
        ([*entries(A, 1, [bead(1)]), *entries(A, 1, [bead(2)])], {A: 0}),
    ],
    ids=["gap before", "gap within", "nothing expected", "one version twice"],
)
def test_a_batch_that_would_leave_a_gap_is_refused(log: EventLog, batch: list[Entry], expected):
    with pytest.raises(ValueError, match="string-a"):
        log.append(batch, expected)
    assert log.head() == 0


def test_an_answer_must_lie_within_the_batch(log: EventLog):
    with pytest.raises(ValueError, match="answered"):
        log.append(entries(A, 1, [bead(1)]), {A: 0}, [Handled(CommandId("c"), 0, 2)])


def test_an_empty_batch_stores_nothing(log: EventLog):
    assert list(log.append([], {A: 0}, [Handled(CommandId("c"), 0, 0)])) == []
    assert log.head() == 0
    assert log.answered(CommandId("c")) is None


def test_commands_of_one_commit_get_each_its_own_answer(log: EventLog):
    append(log, A, [bead(0)])
    log.append(
        entries(A, 2, [bead(1), bead(2), bead(3)]),
        {A: 1},
        [
            Handled(CommandId("x"), 0, 1),
            Handled(CommandId("y"), 1, 3),
            Handled(CommandId("z"), 3, 3),
        ],
    )
    assert [r.event for r in log.answered(CommandId("x")) or ()] == [bead(1)]
    assert [r.event for r in log.answered(CommandId("y")) or ()] == [bead(2), bead(3)]
    assert log.answered(CommandId("z")) is None


def test_a_command_is_not_answered_twice(log: EventLog):
    append(log, A, [bead(1)], "c")
    with pytest.raises(StreamMovedError):
        append(log, B, [bead(2)], "c")
    assert log.head() == 1


def test_recorded_at_never_runs_backwards(log: EventLog):
    append(log, A, [bead(1)], seconds=10)
    (late,) = append(log, B, [bead(2)], seconds=5)
    batch = [*entries(A, 2, [bead(3)], meta(20)), *entries(A, 3, [bead(4)], meta(15))]
    log.append(batch, {A: 1})
    assert late.meta.recorded_at == NOON + timedelta(seconds=10)
    seconds = [(r.meta.recorded_at - NOON).total_seconds() for r in log.read_all(0, 10)]
    assert seconds == [10, 10, 20, 20]


def test_a_wait_ends_at_once_where_there_is_more(log: EventLog):
    append(log, A, [bead(1)])
    assert log.wait(0, timeout=60) == 1


def test_a_wait_ends_after_its_time(log: EventLog):
    assert log.wait(0, timeout=0.01) == 0


def test_an_append_wakes_who_waits(log: EventLog):
    reached: list[int] = []
    waiting = threading.Thread(target=lambda: reached.append(log.wait(0, timeout=60)))
    waiting.start()
    append(log, A, [bead(1)])
    waiting.join(timeout=60)
    assert reached == [1]


def test_within_exclusive_nobody_else_appends(log: EventLog):
    order: list[str] = []

    def other() -> None:
        append(log, B, [bead(2)])
        order.append("other")

    writer = threading.Thread(target=other)
    with log.exclusive(), log.exclusive():
        writer.start()
        append(log, A, [bead(1)])
        writer.join(timeout=0.1)
        assert [r.event for r in log.read(A)] == [bead(1)]
        assert log.head() == 1
        order.append("mine")
    writer.join(timeout=60)
    assert order == ["mine", "other"]
    assert [r.stream for r in log.read_all(0, 10)] == [A, B]


def test_a_refused_append_within_exclusive_leaves_the_others(log: EventLog):
    with log.exclusive():
        append(log, A, [bead(1)])
        with pytest.raises(StreamMovedError):
            log.append(entries(A, 1, [bead(2)]), {A: 0})
        append(log, A, [bead(3)])
    assert [r.event for r in log.read(A)] == [bead(1), bead(3)]


def test_what_was_appended_within_exclusive_stays_though_the_block_raises(log: EventLog):
    def block() -> None:
        with log.exclusive():
            append(log, A, [bead(1)])
            raise KeyError(A)

    with pytest.raises(KeyError):
        block()
    assert log.head() == 1
    append(log, A, [bead(2)])


def test_many_threads_lose_nothing(log: EventLog):
    def write(stream: str) -> None:
        for number in range(20):
            append(log, stream, [bead(number), StringCut(NOON)])

    threads = [threading.Thread(target=write, args=(f"string-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r.position for r in log.read_all(0, 1000)] == list(range(1, 321))
    assert [r.version for r in log.read(StreamId("string-3"))] == list(range(1, 41))


def test_everything_is_there_after_opening_again(reopen: Open):
    with reopen() as log:
        append(log, A, [bead(1)], "c", seconds=10)
    with reopen() as log:
        assert [r.event for r in log.answered(CommandId("c")) or ()] == [bead(1)]
        with pytest.raises(StreamMovedError):
            append(log, B, [bead(2)], "c")
        (late,) = append(log, B, [bead(2)], seconds=5)
        assert late.position == 2
        assert late.meta.recorded_at == NOON + timedelta(seconds=10)


def test_another_writer_is_seen_at_once(reopen: Open):
    one, other = reopen(), reopen()
    append(one, A, [bead(1)], seconds=10)
    (late,) = append(other, A, [bead(2)], seconds=5)
    assert late.meta.recorded_at == NOON + timedelta(seconds=10)
    with pytest.raises(StreamMovedError):
        one.append(entries(A, 2, [bead(3)]), {A: 1})
    assert one.head() == other.head() == 2


def test_a_position_is_never_used_twice(reopen: Open, file: str, tmp_path: Path):
    with reopen() as log:
        append(log, A, [bead(1), bead(2)])
    key = CIPHER.derived("log") if file == "encrypted" else None
    with closing(connect(tmp_path / "site.db", key=key)) as connection:
        connection.execute("DELETE FROM stored_events WHERE rowid = 2")
    with reopen() as log:
        (again,) = log.append(entries(A, 2, [bead(3)]), {A: 1})
        assert again.position == 3


OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.adapters.storage_toys import append, bead
from tests.contracts.test_event_log import in_file
with in_file(sys.argv[1], Path(sys.argv[2])) as log:
    print("ready", flush=True)
    sys.stdin.readline()
    append(log, "string-b", [bead(2)])
    print("done", flush=True)
"""


@pytest.fixture
def other(tmp_path: Path, file: str, reopen: Open) -> Iterator[subprocess.Popen[str]]:
    """A process that appends one event to the same file when a line is written to it."""
    reopen()  # makes the file
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, file, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": "src:."},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.communicate(timeout=60)


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_another_process_wakes_who_waits(reopen: Open, other: subprocess.Popen[str]):
    log = reopen()
    tell(other)
    assert log.wait(0, timeout=60) == 1


def test_within_exclusive_no_other_process_appends(reopen: Open, other: subprocess.Popen[str]):
    log = reopen()
    with log.exclusive():
        tell(other)
        assert log.wait(0, timeout=0.3) == 0
        append(log, A, [bead(1)])
    assert log.wait(1, timeout=60) == 2
    assert [r.stream for r in log.read_all(0, 10)] == [A, B]


class RecorderCases(ApplicationRecorderTestCase):
    """The cases that `eventsourcing` ships for recorders, with text for stream ids."""

    def new_originator_id(self) -> str:
        return str(uuid4())


class TestSqliteRecorder(RecorderCases):
    cipher: Cipher | None = None

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> Iterator[None]:
        self.log = SqliteLog(tmp_path / "site.db", CODEC, cipher=self.cipher)
        yield
        self.log.close()

    def create_recorder(self) -> ApplicationRecorder:
        return self.log.recorder

    def test_a_subscription_is_not_offered(self) -> None:
        # Followers wait with `SqliteLog.wait`, which also sees what other processes write; so the
        # optional cases on subscriptions do not apply.
        with pytest.raises(NotImplementedError):
            self.create_recorder().subscribe()


class TestEncryptedRecorder(TestSqliteRecorder):
    cipher = CIPHER


class TestMemoryRecorder(RecorderCases):
    def create_recorder(self) -> ApplicationRecorder:
        return POPOApplicationRecorder()

    def test_subscriptions(self) -> None:
        self.optional_test_insert_subscribe()


del RecorderCases, ApplicationRecorderTestCase
