"""A file that cannot be used as an event log is refused with words that help."""

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from cvsec_adapters.storage.errors import LogUnavailableError, NewerSchemaError
from cvsec_adapters.storage.sqlite import SqliteLog
from tests.adapters.storage_toys import CODEC, NOON, append, bead, entries, somebody_else


def refused(path: Path, kind: str) -> None:
    with pytest.raises(LogUnavailableError) as error:
        SqliteLog(path, CODEC)
    assert error.value.kind == kind
    assert str(path) in error.value.message("en")
    assert error.value.message("es") != error.value.message("en")
    assert error.value.next_step("es") != error.value.next_step("en")


def test_a_folder_is_no_log(tmp_path: Path):
    refused(tmp_path, "is-folder")


def test_a_log_is_not_made_in_a_folder_that_does_not_exist(tmp_path: Path):
    refused(tmp_path / "missing" / "site.db", "no-folder")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    refused(path, "not-database")
    assert path.read_text().startswith("Dear Sir")


def test_the_database_of_another_program_is_left_alone(tmp_path: Path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    refused(path, "not-ours")


def test_a_log_of_a_newer_version_is_left_alone(tmp_path: Path):
    path = tmp_path / "site.db"
    SqliteLog(path, CODEC).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(NewerSchemaError) as error:
        SqliteLog(path, CODEC)
    assert "99" in error.value.message("es")
    assert "newer version" in error.value.message()


def test_a_log_that_cannot_be_written_is_read(tmp_path: Path):
    path = tmp_path / "a log with a % and ? in its name.db"
    with SqliteLog(path, CODEC) as log:
        append(log, "s", [bead(1)], "c")
    with somebody_else(tmp_path, path), SqliteLog(path, CODEC) as log:
        assert [r.event for r in log.read_all(0, 10)] == [bead(1)]
        assert log.answered("c")
        with pytest.raises(LogUnavailableError) as error:
            append(log, "s", [bead(2)])
        assert error.value.kind == "read-only"
        assert log.head() == 1


def test_a_log_that_somebody_else_writes_is_read(tmp_path: Path):
    path = tmp_path / "site.db"
    with SqliteLog(path, CODEC) as writer:
        append(writer, "s", [bead(1)])
        with somebody_else(tmp_path, *tmp_path.iterdir()), SqliteLog(path, CODEC) as log:
            assert log.head() == 1
            with pytest.raises(LogUnavailableError):
                append(log, "s", [bead(2)])


def test_a_log_is_not_made_where_nothing_can_be_written(tmp_path: Path):
    with somebody_else(tmp_path):
        refused(tmp_path / "site.db", "read-only")


def test_a_full_disk_stores_nothing(tmp_path: Path):
    with SqliteLog(tmp_path / "site.db", CODEC) as log:
        append(log, "s", [bead(1)])
        with log._writer.transaction() as connection:
            connection.execute("PRAGMA max_page_count=1")  # the disk ends here
        with pytest.raises(LogUnavailableError) as error:
            append(log, "s", [bead(number) for number in range(1000)], "c")
        assert error.value.kind == "full"
        with log._writer.transaction() as connection:
            connection.execute("PRAGMA max_page_count=100000")  # somebody tidied up
        assert log.head() == 1
        assert log.answered("c") is None
        append(log, "s", [bead(2)], "c")
        assert [r.event for r in log.read("s")] == [bead(1), bead(2)]


def test_a_disk_that_is_full_within_exclusive_stores_nothing(tmp_path: Path):
    def both() -> None:
        with log.exclusive():
            with pytest.raises(LogUnavailableError):
                append(log, "s", [bead(number) for number in range(1000)], seconds=9)
            with pytest.raises(LogUnavailableError):  # what came before is undone, so this as well
                append(log, "s", [bead(2)])

    with SqliteLog(tmp_path / "site.db", CODEC) as log:
        append(log, "s", [bead(1)], seconds=5)
        with log._writer.transaction() as connection:
            connection.execute("PRAGMA max_page_count=1")  # the disk ends here
        with pytest.raises(LogUnavailableError) as error:
            both()
        assert error.value.kind == "full"
        with log._writer.transaction() as connection:
            connection.execute("PRAGMA max_page_count=100000")  # somebody tidied up
        (later,) = append(log, "s", [bead(2)])
        assert (later.position, later.meta.recorded_at) == (2, NOON + timedelta(seconds=5))


def test_an_append_that_is_interrupted_leaves_a_log_of_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def interrupted() -> None:
        raise KeyboardInterrupt

    with SqliteLog(tmp_path / "site.db", CODEC) as log:
        with monkeypatch.context() as patched:
            patched.setattr(log._writer, "_commit", interrupted)
            with pytest.raises(KeyboardInterrupt):
                append(log, "s", [bead(1)])
        assert log.head() == 0
        append(log, "s", [bead(1)])
        assert log.head() == 1


def test_closing_waits_for_who_reads(tmp_path: Path):
    log = SqliteLog(tmp_path / "site.db", CODEC)
    append(log, "s", [bead(number) for number in range(5000)])
    reading = threading.Event()
    told: list[LogUnavailableError] = []

    def read() -> None:
        try:
            while len(log.read("s")) == 5000:
                reading.set()
        except LogUnavailableError as error:
            told.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    reading.wait(60)
    log.close()
    for thread in threads:
        thread.join(60)
    assert len(told) == 4


def test_what_is_missing_of_a_closed_log_is_said(tmp_path: Path):
    log = SqliteLog(tmp_path / "site.db", CODEC)
    log.close()
    with pytest.raises(LogUnavailableError):
        log.head()
    with pytest.raises(LogUnavailableError):
        log.read("s")
    with pytest.raises(LogUnavailableError):
        log.append(entries("s", 1, [bead(1)]), {"s": 0})
