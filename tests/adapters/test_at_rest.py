"""Files are encrypted as a whole; whoever opens one the wrong way is told so, and loses nothing."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cvsec_adapters.desk import people
from cvsec_adapters.desk.people import Details
from cvsec_adapters.storage.connections import connect
from cvsec_adapters.storage.errors import (
    ExtraMissingError,
    LogUnavailableError,
    StorageUnavailableError,
    VaultUnavailableError,
)
from cvsec_adapters.storage.keys import Cipher, Privacy
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.storage.views import SqliteViews
from cvsec_adapters.wiring import desk_of, open_site
from tests.adapters.storage_toys import (
    CODEC,
    PROJECTIONS,
    BeadRow,
    FoldedRows,
    append,
    bead,
    story,
)
from tests.adapters.test_sqlite_two_processes import WORKER

ROOT = Path(__file__).parents[2]
CIPHER = Cipher(b"a key of the tests, of 32 bytes.")
OTHER = Cipher(b"another key of the tests, of 32.")
ENVIRONMENT = {"PYTHONPATH": ":".join(sys.path)}


def made(folder: Path, cipher: Cipher | None = CIPHER) -> Path:
    """A log with views and a vault; the path of the log."""
    path = folder / "site.db"
    with SqliteLog(path, CODEC, cipher=cipher) as log:
        story(log, 60)
        views = SqliteViews(path, PROJECTIONS, log, cipher)
        views.follow("boards", log, log.head())
        views.close()
    vault = SqliteVault(folder / "site.vault.db", CIPHER, cipher)
    vault.key("a")
    vault.close()
    return path


def test_nothing_in_any_file_can_be_read(tmp_path: Path):
    path = made(tmp_path)
    with SqliteLog(path, CODEC, cipher=CIPHER) as log:
        append(log, "string-x", [bead(1)])
        files = [file for file in tmp_path.iterdir() if not file.name.endswith("-shm")]
        assert path.with_name("site.db-wal") in files
        content = b"".join(file.read_bytes() for file in files)
    assert b"bead" not in content
    assert b"SQLite format" not in content
    assert b"CREATE TABLE" not in content


def test_every_file_has_a_key_of_its_own():
    purposes = ("log", "views", "vault", "pictures", "subject-keys", "rotation", "fingerprint")
    assert len({CIPHER.derived(purpose) for purpose in purposes} | {CIPHER.master}) == 8
    assert CIPHER.derived("log") != OTHER.derived("log")


def test_a_key_is_not_shown():
    for shown in (repr(CIPHER), repr(Privacy(CIPHER))):
        assert "key of the tests" not in shown


def open_log(folder: Path, cipher: Cipher | None) -> None:
    SqliteLog(folder / "site.db", CODEC, cipher=cipher).close()


def open_vault(folder: Path, cipher: Cipher | None) -> None:
    vault = SqliteVault(folder / "site.vault.db", CIPHER, cipher)
    try:
        vault.find("a")
    finally:
        vault.close()


WRONG_WAYS: dict[str, tuple[Cipher | None, Cipher | None]] = {
    "wrong-key": (CIPHER, OTHER),
    "plain": (None, CIPHER),
    "encrypted": (CIPHER, None),
}


@pytest.mark.parametrize("kind", WRONG_WAYS)
@pytest.mark.parametrize(
    ("opened", "trouble"),
    [(open_log, LogUnavailableError), (open_vault, VaultUnavailableError)],
    ids=["log", "vault"],
)
def test_a_file_opened_the_wrong_way_is_refused_and_stays(
    tmp_path: Path,
    kind: str,
    opened: Callable[[Path, Cipher | None], None],
    trouble: type[StorageUnavailableError],
):
    kept, tried = WRONG_WAYS[kind]
    made(tmp_path, kept)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(trouble) as error:
        opened(tmp_path, tried)
    assert error.value.kind == kind
    assert error.value.message("es") != error.value.message("en")
    assert error.value.next_step("es") != error.value.next_step("en")
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    opened(tmp_path, kept)


@pytest.mark.parametrize("left", [None, OTHER], ids=["plain", "other key"])
def test_views_left_by_other_settings_are_made_again(tmp_path: Path, left: Cipher | None):
    path = made(tmp_path)
    with SqliteLog(path, CODEC, cipher=CIPHER) as log:
        stale = SqliteViews(tmp_path / "stale.db", PROJECTIONS, log, left)
        stale.follow("boards", log, log.head())
        stale.close()
        (tmp_path / "stale.boards.views.1.db").replace(tmp_path / "site.boards.views.1.db")
        views = SqliteViews(path, PROJECTIONS, log, CIPHER)
        views.follow("boards", log, log.head())
        assert views.select(BeadRow) == FoldedRows().fold(log).sorted(BeadRow)
        views.close()


def test_a_damaged_file_is_still_damaged(tmp_path: Path):
    path = made(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(LogUnavailableError), SqliteLog(path, CODEC, cipher=CIPHER) as log:
        log.read_all(0, 1000)


def test_statements_that_fail_raise_the_errors_of_sqlite3(tmp_path: Path):
    with SqliteLog(tmp_path / "site.db", CODEC, cipher=CIPHER) as log:
        append(log, "s", [bead(1)])
        with closing(connect(log.path, key=CIPHER.derived("log"))) as connection:
            for statement, error in [
                ("INSERT INTO stored_events SELECT * FROM stored_events", sqlite3.IntegrityError),
                ("SELECT nothing", sqlite3.OperationalError),
                ("COMMIT", sqlite3.OperationalError),
            ]:
                with pytest.raises(error):
                    connection.execute(statement)
            connection.create_function("fails", 0, lambda: 1 / 0)
            with pytest.raises(sqlite3.OperationalError):
                connection.execute("SELECT fails()").fetchall()


@pytest.mark.parametrize(
    ("package", "module"), [("sqlcipher3", "sqlcipher3"), ("cryptography", "cryptography")]
)
def test_what_is_not_installed_is_named(tmp_path: Path, package: str, module: str):
    program = f"""
import sys
sys.modules["{module}"] = None
from tests.adapters.test_at_rest import *
try:
    SqliteLog(sys.argv[1], CODEC, cipher=CIPHER)
except ExtraMissingError as error:
    print(error.package, error, error.next_step())
SqliteLog(sys.argv[1], CODEC).close()
"""
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "site.db")],
        env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.startswith(f"{package} ")
    assert "cvsec[privacy]" in told
    assert ExtraMissingError(package).message("es") != ExtraMissingError(package).message("en")


# Crashes and crowds.
CRASH = """
import sys
from functools import partial
from pathlib import Path
from tests.adapters import storage_victim as victim
from tests.adapters.test_at_rest import CIPHER
victim.SqliteLog = partial(victim.SqliteLog, cipher=CIPHER)
victim.SqliteViews = partial(victim.SqliteViews, cipher=CIPHER)
sys.exit(victim.main(sys.argv[1], Path(sys.argv[2])))
"""


@pytest.mark.parametrize(("work", "fewest"), [("follow", 10), ("rebuild", 20)])
def test_killed_between_any_two_statements_encrypted_views_are_the_fold_of_the_log(
    tmp_path: Path, work: str, fewest: int
):
    victim = subprocess.run(
        [sys.executable, "-c", CRASH, work, str(tmp_path)],
        env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert victim.returncode == 0, victim.stdout + victim.stderr
    assert int(victim.stdout) >= fewest


def test_two_processes_write_and_follow_one_encrypted_log(tmp_path: Path):
    seconds = 5
    worker = WORKER.replace('CODEC, "normal")', 'CODEC, "normal", CIPHER)')
    worker = worker.replace("PROJECTIONS, log)", "PROJECTIONS, log, CIPHER)")
    worker = "from tests.adapters.test_at_rest import CIPHER\n" + worker
    assert worker.count("CIPHER") == 3
    open_log(tmp_path, CIPHER)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", worker, str(tmp_path), name, str(seconds)],
            env=ENVIRONMENT, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in workers]
    assert [process.returncode for process in workers] == [0, 0], told
    stored = sum(int(out.split()[0]) for out, _ in told)
    with SqliteLog(tmp_path / "site.db", CODEC, cipher=CIPHER) as log:
        assert log.head() == stored
        views = SqliteViews(tmp_path / "site.db", PROJECTIONS, log, CIPHER)
        views.follow("boards", log, log.head())
        assert views.select(BeadRow) == FoldedRows().fold(log).sorted(BeadRow)
        views.close()


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_every_file_is_its_owners_alone(tmp_path: Path):
    privacy = Privacy(CIPHER, at_rest=False)
    with open_site(tmp_path / "site.db", privacy=privacy) as site:
        people.enroll(site, "1001", Details("Host"), by="administrator")
        desk_of(site).pictures.put(site.person("1001"), b"a picture")
        site.drain()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) > 6
    assert set(modes.values()) == {0o600}
