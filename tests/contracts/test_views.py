"""What views promise, in memory and in files."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen

from cvsec_adapters.storage.errors import RebuildRunningError
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.rebuilding import rebuild_all
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.ports import EventLog
from cvsec_core.rows import (
    Among,
    Between,
    Condition,
    Contains,
    Drop,
    Either,
    Is,
    Patch,
    Projection,
    Put,
    Table,
    Tally,
)
from tests.adapters.storage_toys import (
    BEADS,
    CODEC,
    NOON,
    PASSAGES,
    PROJECTIONS,
    BeadAdded,
    BeadLost,
    BeadPainted,
    BeadRow,
    ColourTally,
    FoldedRows,
    PassageRow,
    StringCut,
    append,
    bead,
    somebody_else,
    story,
)

Opened = Callable[..., SqliteViews]


CIPHER = Cipher(b"a key of the tests, of 32 bytes.")


@pytest.fixture(params=["memory", "file", "encrypted"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def log_in(folder: Path, cipher: Cipher | None) -> SqliteLog:
    return SqliteLog(folder / "site.db", CODEC, "normal", cipher)


@pytest.fixture
def log(kind: str, tmp_path: Path) -> Iterator[EventLog]:
    cipher = CIPHER if kind == "encrypted" else None
    log = MemoryLog(CODEC) if kind == "memory" else log_in(tmp_path, cipher)
    yield log
    log.close()


@pytest.fixture
def opened(kind: str, log: Any, tmp_path: Path) -> Iterator[Opened]:
    with ExitStack() as stack:

        def open_views(projections: tuple[Projection, ...] = PROJECTIONS) -> SqliteViews:
            base = None if kind == "memory" else tmp_path / "site.db"
            cipher = CIPHER if kind == "encrypted" else None
            views = SqliteViews(base, projections, log, cipher)
            stack.callback(views.close)
            return views

        yield open_views


@pytest.fixture
def views(opened: Opened) -> SqliteViews:
    return opened()


@pytest.fixture(params=[None, CIPHER], ids=["plain", "encrypted"])
def cipher(request: pytest.FixtureRequest) -> Cipher | None:
    return request.param


@pytest.fixture
def file_log(tmp_path: Path, cipher: Cipher | None) -> Iterator[SqliteLog]:
    with log_in(tmp_path, cipher) as log:
        story(log, 60)
        yield log


def beside(log: SqliteLog, projections: tuple[Projection, ...] = PROJECTIONS) -> SqliteViews:
    return SqliteViews(log.path, projections, log, log.cipher)


def drain(views: SqliteViews, log: EventLog) -> SqliteViews:
    for group in views.groups:
        assert views.follow(group, log, log.head()) == log.head()
    return views


def assert_folded(views: SqliteViews, log: EventLog) -> None:
    """The rows are what the dumbest fold of the log makes of it."""
    model = FoldedRows().fold(log)
    for row in (BeadRow, ColourTally, PassageRow):
        assert views.select(row) == model.sorted(row)


def nothing(_: int, __: int) -> None:
    """Nobody watches the progress."""


# Following.
def test_new_views_stand_at_0_and_are_empty(views: SqliteViews):
    assert views.position("boards") == 0
    assert views.select(BeadRow) == []
    assert views.get(BeadRow, "x") is None
    assert views.count(BeadRow) == 0
    assert views.total(ColourTally, ("beads", "size")) == (0, 0)


def test_followed_views_are_the_fold_of_the_log(views: SqliteViews, log: EventLog):
    story(log, 60)
    assert_folded(drain(views, log), log)
    story(log, 0)
    append(log, "more", [bead(70), BeadPainted("bead-00001", "red", NOON)])
    assert_folded(drain(views, log), log)


def test_page_by_page_or_event_by_event_is_the_same(
    views: SqliteViews, log: EventLog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cvsec_adapters.storage.view_groups.PAGE", 3)
    story(log, 40)
    assert_folded(drain(views, log), log)


def test_events_that_nobody_projects_move_the_position(views: SqliteViews, log: EventLog):
    append(log, "s", [StringCut(NOON)] * 5)
    assert views.follow("boards", log, 5) == 5
    assert views.position("boards") == 5


def test_following_to_where_the_views_are_does_nothing(views: SqliteViews, log: EventLog):
    story(log, 3)
    drain(views, log)
    assert views.follow("boards", log, 1) == log.head()


def test_following_beyond_the_log_ends_at_its_head(views: SqliteViews, log: EventLog):
    story(log, 3)
    assert views.follow("boards", log, 1_000) == log.head()


def test_groups_have_positions_of_their_own(views: SqliteViews, log: EventLog):
    story(log, 3)
    views.follow("history", log, log.head())
    assert views.position("boards") == 0
    assert views.position("history") == log.head()


def test_a_projection_that_fails_changes_nothing(opened: Opened, log: EventLog):
    def fail(recorded: Any, rows: Any) -> list[Put]:
        if recorded.version == 2:
            raise LookupError(recorded.id)
        return [Put(PassageRow(recorded.position, recorded.event.bead, recorded.event.at))]

    views = opened((evolve(PASSAGES, project=fail),))
    append(log, "s", [bead(1), bead(2)])
    with pytest.raises(LookupError):
        views.follow("history", log, 2)
    assert views.position("history") == 0
    assert views.select(PassageRow) == []


def test_two_followers_project_every_event_once(opened: Opened, log: EventLog, kind: str):
    one = opened()
    other = one if kind == "memory" else opened()
    story(log, 100)
    threads = [threading.Thread(target=drain, args=(v, log)) for v in (one, other) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_folded(one, log)


@frozen
class Get:
    """The projection reads."""

    key: str


# Changes of one page, in every order that makes a difference.
CHANGES: dict[str, list[Any]] = {
    "a patch of a missing row does nothing": [Patch(ColourTally, "a", {"label": "x"})],
    "a tally makes a missing row": [Tally(ColourTally, "a", {"beads": 2}, {"label": "x"})],
    "the first start counts": [
        Tally(ColourTally, "a", {"beads": 2}, {"label": "x"}),
        Tally(ColourTally, "a", {"size": 3}, {"label": "y"}),
    ],
    "a patch after a tally": [
        Tally(ColourTally, "a", {"beads": 2}, {"label": "x"}),
        Patch(ColourTally, "a", {"label": "y"}),
    ],
    "a tally after a patch of a missing row": [
        Patch(ColourTally, "a", {"label": "y"}),
        Tally(ColourTally, "a", {"beads": 2}, {"label": "x"}),
    ],
    "a tally after a patch of a row": [
        Patch(ColourTally, "old", {"beads": 10}),
        Tally(ColourTally, "old", {"beads": 2}, {"label": "x"}),
    ],
    "a tally of a row": [Tally(ColourTally, "old", {"beads": -2}, {"label": "x"})],
    "a tally that could not make the row": [Tally(ColourTally, "old", {"beads": -2})],
    "a patch of a row, twice": [
        Patch(ColourTally, "old", {"beads": 1}),
        Patch(ColourTally, "old", {"size": 1}),
    ],
    "put, patch, tally": [
        Put(ColourTally("a", "x")),
        Patch(ColourTally, "a", {"label": "y"}),
        Tally(ColourTally, "a", {"beads": 2}),
    ],
    "put over a row": [Put(ColourTally("old", "x", 7))],
    "put, drop": [Put(ColourTally("a", "x")), Drop(ColourTally, "a")],
    "drop, patch, tally": [
        Drop(ColourTally, "old"),
        Patch(ColourTally, "old", {"label": "y"}),
        Tally(ColourTally, "old", {"beads": 2}, {"label": "z"}),
    ],
    "drop, put": [Drop(ColourTally, "old"), Put(ColourTally("old", "x"))],
    "drop of a missing row": [Drop(ColourTally, "a")],
    "what was read is changed": [Get("old"), Patch(ColourTally, "old", {"size": 9})],
    "a tally is read": [Tally(ColourTally, "a", {"beads": 2}, {"label": "x"}), Get("a")],
    "a patch of a missing row is read": [Patch(ColourTally, "a", {"beads": 2}), Get("a")],
    "a drop is read": [Drop(ColourTally, "old"), Get("old")],
    "a missing row is read": [Get("a"), Tally(ColourTally, "a", {"beads": 1}, {"label": "x"})],
}


@pytest.mark.parametrize("page", [1, 100])
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_page_of_changes_is_what_they_are_one_by_one(
    opened: Opened, log: EventLog, changes: list[Any], page: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cvsec_adapters.storage.view_groups.PAGE", page)
    steps = [Put(ColourTally("old", "before", 5, 5)), *changes]
    seen: list[Any] = []

    def project(recorded: Any, rows: Any) -> list[Any]:
        step = steps[recorded.position - 1]
        if isinstance(step, Get):
            seen.append(rows.get(ColourTally, step.key))
            return []
        return [step]

    append(log, "s", [bead(n) for n in range(len(steps))])
    views = drain(opened((evolve(BEADS, project=project),)), log)
    kept, seen = seen, []
    model = FoldedRows()
    for recorded in log.read_all(0, 100):
        for change in project(recorded, model):
            model.apply(change)
    assert views.select(ColourTally) == model.sorted(ColourTally)
    assert kept == seen


# Questions.
@pytest.fixture
def asked(views: SqliteViews, log: EventLog) -> SqliteViews:
    rows = [
        BeadRow("a", 1, "red", NOON, "Ángel_Núñez", painted=True, tags=("x", "y"), weight=0.5),
        BeadRow("b", 2, "blue", NOON + timedelta(seconds=1), "100 % Cotton"),
        BeadRow("c", 3, "red", NOON + timedelta(seconds=2), None),
        BeadRow("d", 4, "red", NOON + timedelta(microseconds=1), "angel"),
        BeadRow("e", 5, "blue", NOON - timedelta(days=30_000), "back\\slash"),
    ]

    def project(recorded: Any, _: Any) -> list[Put]:
        return [Put(rows[recorded.position - 1])]

    group = views._groups["boards"]
    group._handlers.clear()
    group._handlers[BeadAdded].append(project)
    append(log, "s", [bead(n) for n in range(5)])
    return drain(views, log)


def test_a_row_comes_back_as_it_was_put(asked: SqliteViews):
    row = asked.get(BeadRow, "a")
    assert row == BeadRow("a", 1, "red", NOON, "Ángel_Núñez", True, ("x", "y"), 0.5)
    assert row is not None
    assert row.painted is True
    assert row.added_at.tzinfo is not None


QUESTIONS: list[tuple[list[Condition], str]] = [
    ([], "abcde"),
    ([Is("colour", "red")], "acd"),
    ([Is("note", None)], "c"),
    ([Is("painted", True)], "a"),
    ([Is("tags", ("x", "y"))], "a"),
    ([Is("added_at", NOON)], "a"),
    ([Is("colour", "red"), Is("note", "angel")], "d"),
    ([Among("id", ("a", "e", "z"))], "ae"),
    ([Among("note", ("angel", None))], "cd"),
    ([Among("id", ())], ""),
    ([Between("added_at", NOON, NOON + timedelta(seconds=1))], "ad"),
    ([Between("position", 3, None)], "cde"),
    ([Between("position", None, 3)], "ab"),
    ([Between("position", None, None)], "abcde"),
    ([Contains("note", "ANGEL")], "d"),
    ([Contains("note", "ángel")], "a"),
    ([Contains("note", "NÚÑEZ")], "a"),
    ([Contains("note", "%")], "b"),
    ([Contains("note", "_")], "a"),
    ([Contains("note", "k\\s")], "e"),
    ([Contains("note", "'; DROP TABLE bead_row; --")], ""),
    ([Either((Among("colour", ("blue",)), Among("note", ("angel",))))], "bde"),
    ([Either((Among("colour", ("blue", "red")), Among("id", ("a",))))], "abcde"),
    ([Either((Among("note", (None, "angel")),)), Is("colour", "red")], "cd"),
    ([Either(())], ""),
    ([Either((Among("id", ()),))], ""),
    ([Either((Among("id", ("a", "b")),)), Either((Among("id", ("b", "c")),))], "b"),
    ([Either((Among("position", tuple(range(2, 200))),))], "bcde"),
]


@pytest.mark.parametrize(("where", "found"), QUESTIONS)
def test_a_question_finds_the_rows_for_which_every_condition_holds(
    asked: SqliteViews, where: list[Condition], found: str
):
    assert "".join(r.id for r in asked.select(BeadRow, *where)) == found
    assert asked.count(BeadRow, *where) == len(found)
    assert "".join(r.id for r in asked.select(BeadRow, *where, limit=3)) == found[:3]
    backwards = asked.select(BeadRow, *where, order=("position",), descending=True, limit=2)
    assert "".join(r.id for r in backwards) == found[::-1][:2]


@pytest.mark.parametrize("order", [("id",), ("colour", "id"), ("note", "id"), ("added_at",)])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "where", [(), (Either((Among("colour", ("red",)), Among("id", ("b", "c", "e")))),)]
)
def test_pages_put_together_are_the_whole(
    asked: SqliteViews, order: tuple[str, ...], descending: bool, where: tuple[Condition, ...]
):
    whole = asked.select(BeadRow, *where, order=order, descending=descending)
    paged, after = [], None
    while rows := asked.select(
        BeadRow, *where, order=order, descending=descending, after=after, limit=2
    ):
        paged += rows
        after = tuple(getattr(rows[-1], column) for column in order)
    assert paged == whole
    assert len(whole) == 5


def test_totals_add_up_columns(asked: SqliteViews):
    assert asked.total(BeadRow, ("position", "weight"), Is("colour", "red")) == (8, 0.5)
    assert asked.total(BeadRow, ("position",), Is("id", "z")) == (0,)


def test_a_name_that_is_no_field_gets_into_no_statement(asked: SqliteViews):
    for question in (
        lambda: asked.select(BeadRow, Is('id" OR 1 --', "x")),
        lambda: asked.select(BeadRow, order=("id; DROP TABLE bead_row",)),
        lambda: asked.count(BeadRow, Contains("nope", "x")),
        lambda: asked.total(BeadRow, ("count(*)",)),
    ):
        with pytest.raises(KeyError, match="no field"):
            question()


def test_a_row_class_of_another_site_is_not_known(asked: SqliteViews):
    with pytest.raises(KeyError):
        asked.get(BeadAdded, "x")


def test_rows_must_have_fields_that_can_be_kept(opened: Opened):
    @frozen
    class Odd:
        id: str
        when: timedelta

    @frozen
    class Keyless:
        name: str

    for row in (Odd, Keyless):
        with pytest.raises(TypeError):
            opened((evolve(BEADS, tables=(Table(row),)),))
    with pytest.raises(KeyError):
        opened((evolve(BEADS, tables=(Table(BeadRow, (("nope",),)),)),))
    with pytest.raises(ValueError, match="same name"):
        opened((BEADS, evolve(BEADS, name="again")))


# Rebuilding.
def test_rebuilt_rows_are_the_rows_that_were(views: SqliteViews, log: EventLog):
    story(log, 60)
    drain(views, log)
    told: list[tuple[int, int]] = []
    for group in views.groups:
        views.rebuild(group, log, lambda at, head: told.append((at, head)))
    assert told[-1] == (log.head(), log.head())
    assert_folded(views, log)
    append(log, "more", [bead(90), BeadLost("bead-00001", NOON)])
    assert_folded(drain(views, log), log)


def test_rebuilding_everything_in_processes_is_the_same(
    file_log: SqliteLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cvsec_adapters.storage.rebuilding.WORTH_A_PROCESS", 1)
    views = beside(file_log)
    drain(views, file_log)
    told: dict[str, int] = {}
    rebuild_all(views, file_log, lambda group, at, _: told.update({group: at}))
    assert told == dict.fromkeys(views.groups, file_log.head())
    assert {group: file_log.generation(group) for group in views.groups} == {
        "boards": 2,
        "history": 2,
    }
    assert_folded(views, file_log)
    views.close()


def test_rebuilding_everything_in_memory_needs_no_processes(views: SqliteViews, log: EventLog):
    story(log, 20)
    rebuild_all(views, log, lambda *_: None)
    assert_folded(views, log)


def test_a_second_rebuild_is_refused(opened: Opened, log: EventLog, kind: str):
    story(log, 10)
    views = drain(opened(), log)
    others = [views] if kind == "memory" else [views, opened()]
    refused: list[str] = []

    def meanwhile(_: int, __: int) -> None:
        for other in others:
            with pytest.raises(RebuildRunningError) as error:
                other.rebuild("boards", log, nothing)
            refused.append(error.value.message("es"))

    views.rebuild("boards", log, meanwhile)
    assert refused == ["Las vistas boards ya se están reconstruyendo."] * len(others)
    views.rebuild("boards", log, nothing)


def test_a_reader_meets_no_empty_answer_while_views_are_rebuilt(opened: Opened, log: EventLog):
    story(log, 50)
    rebuilt = drain(opened(), log)
    reader = rebuilt if rebuilt.base_path is None else opened()
    rows = len(reader.select(BeadRow))
    counts: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            counts.append(len(reader.select(BeadRow)))
            counts.append(reader.count(BeadRow))

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(5):
        rebuilt.rebuild("boards", log, nothing)
    stop.set()
    thread.join()
    assert set(counts) == {rows}


def test_a_query_stays_with_the_rows_that_it_has_followed(file_log: SqliteLog, tmp_path: Path):
    asked, rebuilt = (SqliteViews(tmp_path / "site.db", PROJECTIONS, file_log) for _ in "ab")
    drain(asked, file_log)
    group = asked._groups["boards"]
    rebuilt.rebuild("boards", file_log, nothing)
    assert_folded(asked, file_log)
    assert group._generation == 1
    drain(asked, file_log)
    assert group._generation == 2
    assert_folded(asked, file_log)
    asked.close()
    rebuilt.close()


def test_rows_that_are_gone_since_they_were_followed_are_found_in_the_new_ones(
    file_log: SqliteLog, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    asked, rebuilt = (SqliteViews(tmp_path / "site.db", PROJECTIONS, file_log) for _ in "ab")
    drain(asked, file_log)
    rebuilt.rebuild("boards", file_log, nothing)
    caplog.clear()
    file = asked._groups["boards"]._file
    assert file is not None
    file._close_idle()  # another connection finds no file
    assert_folded(asked, file_log)
    assert asked._groups["boards"]._generation == file_log.generation("boards") == 2
    assert not caplog.records
    asked.close()
    rebuilt.close()


def test_what_is_appended_during_a_rebuild_is_not_lost(views: SqliteViews, log: EventLog):
    story(log, 30)
    drain(views, log)
    more = iter(range(100, 103))

    def meanwhile(_: int, __: int) -> None:
        for number in more:
            append(log, "late", [bead(number)])
            drain(views, log)

    views.rebuild("boards", log, meanwhile)
    assert views.position("boards") == log.head()
    assert_folded(views, log)


# Files that are of no use.
def path_of(log: SqliteLog, folder: Path, group: str = "boards") -> Path:
    return folder / f"site.{group}.views.{log.generation(group)}.db"


def filled(log: SqliteLog, folder: Path) -> None:
    views = drain(beside(log), log)
    views.close()


def remade(log: SqliteLog, folder: Path, projections: tuple[Projection, ...] = PROJECTIONS) -> None:
    views = drain(beside(log, projections), log)
    assert_folded(views, log)
    views.close()


def test_a_missing_file_is_made_again(file_log: SqliteLog, tmp_path: Path):
    filled(file_log, tmp_path)
    path_of(file_log, tmp_path).unlink()
    remade(file_log, tmp_path)


def test_a_file_that_is_deleted_in_use_is_made_again(file_log: SqliteLog, tmp_path: Path):
    views = drain(beside(file_log), file_log)
    path_of(file_log, tmp_path).unlink()
    file = views._groups["boards"]._file
    assert file is not None
    file._close_idle()  # they still have the file
    assert_folded(views, file_log)
    views.close()


def test_a_rebuild_that_fails_changes_nothing(opened: Opened, log: EventLog):
    failing = False

    def project(recorded: Any, _: Any) -> list[Put]:
        if failing:
            raise LookupError(recorded.id)
        return [Put(PassageRow(recorded.position, "b", NOON))]

    views = opened((evolve(PASSAGES, project=project),))
    append(log, "s", [bead(1), bead(2)])
    drain(views, log)
    failing = True
    with pytest.raises(LookupError):
        views.rebuild("history", log, nothing)
    assert views.count(PassageRow) == 2
    failing = False
    views.rebuild("history", log, nothing)
    assert views.count(PassageRow) == 2


@pytest.mark.parametrize("content", [b"this is no database" * 100, b""], ids=["noise", "empty"])
def test_a_file_that_is_no_database_is_made_again(
    file_log: SqliteLog, tmp_path: Path, content: bytes
):
    filled(file_log, tmp_path)
    path_of(file_log, tmp_path).write_bytes(content)
    remade(file_log, tmp_path)


def test_a_file_that_says_nothing_of_itself_is_made_again(file_log: SqliteLog, tmp_path: Path):
    path = path_of(file_log, tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE something (x)")
    connection.close()
    remade(file_log, tmp_path)


def test_a_file_of_other_projections_is_made_again(
    file_log: SqliteLog, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    filled(file_log, tmp_path)
    remade(file_log, tmp_path, (evolve(BEADS, revision=2), PASSAGES))
    assert file_log.generation("boards") == 2
    assert file_log.generation("history") == 1
    assert not (tmp_path / "site.boards.views.1.db").exists()
    assert "boards views are made again from the log" in caplog.text


def test_a_file_that_becomes_damaged_in_use_is_made_again(file_log: SqliteLog, tmp_path: Path):
    views = drain(beside(file_log), file_log)
    path = path_of(file_log, tmp_path)
    file = views._groups["boards"]._file
    assert file is not None
    with file.alone() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file._close_idle()  # they know the rows by heart
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096))
    assert views.select(BeadRow) == FoldedRows().fold(file_log).sorted(BeadRow)
    assert_folded(views, file_log)
    views.close()


def test_views_that_cannot_be_written_answer_as_they_stand(tmp_path: Path, cipher: Cipher | None):
    with log_in(tmp_path, cipher) as log:
        story(log, 20)
        filled(log, tmp_path)
        expected = FoldedRows().fold(log).sorted(BeadRow)
        reached = log.head()
        append(log, "later", [bead(50)])
    with (
        somebody_else(tmp_path, *tmp_path.iterdir()),
        log_in(tmp_path, cipher) as log,
    ):
        views = beside(log)
        assert views.follow("boards", log, log.head()) == reached
        assert views.select(BeadRow) == expected
        assert views.position("boards") == reached < log.head()
        views.close()


def test_where_no_file_can_be_made_views_are_kept_in_memory(tmp_path: Path, cipher: Cipher | None):
    with log_in(tmp_path, cipher) as log:
        story(log, 20)
    with (
        somebody_else(tmp_path, *tmp_path.iterdir()),
        log_in(tmp_path, cipher) as log,
    ):
        views = drain(beside(log), log)
        assert_folded(views, log)
        views.close()


def test_a_view_file_under_a_read_only_file_answers_as_it_stands(
    tmp_path: Path, cipher: Cipher | None
):
    with log_in(tmp_path, cipher) as log:
        story(log, 20)
        views = drain(beside(log), log)
        reached = log.head()
        append(log, "later", [bead(50)])
        file = views._groups["boards"]._file
        assert file is not None
        with file.alone() as connection:
            connection.execute("PRAGMA query_only=ON")
        assert views.follow("boards", log, log.head()) == reached
        views.close()
