"""What of the forgotten cannot be destroyed at once is destroyed later, in the same process."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cvsec_adapters.desk import people
from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.forgetting import forget, proof
from cvsec_adapters.desk.people import Details
from cvsec_adapters.storage import connections
from cvsec_adapters.storage.errors import (
    PicturesUnavailableError,
    StorageUnavailableError,
    VaultUnavailableError,
)
from cvsec_adapters.storage.keys import pictures_path, vault_path
from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.wiring import desk_of
from cvsec_core.aggregates import person
from cvsec_core.projections import directory
from tests.core.places import NOON, Watch
from tests.properties.a_life import opened

BROKEN = {
    "vault": (SqliteVault, "destroy", VaultUnavailableError),
    "pictures": (PictureStore, "forget", PicturesUnavailableError),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    with opened(path, Watch()) as site:
        for number in ("1001", "1002"):
            people.enroll(site, number, Details("Guest", "One"), by="desk", card=f"47{number}")
            desk_of(site).pictures.put(site.person(number), b"a face")
        site.drain()
        yield desk_of(site)


def fails_once(monkeypatch: pytest.MonkeyPatch, which: str) -> type[StorageUnavailableError]:
    """The next time that the file is to be written, somebody else has it locked."""
    place, name, error = BROKEN[which]
    works = getattr(place, name)

    def fail(*_: object) -> None:
        monkeypatch.setattr(place, name, works)
        raise error("the file", "busy")

    monkeypatch.setattr(place, name, fail)
    return error


def nothing_is_left(desk: Desk) -> list[bool]:
    rows = desk.site.query(directory.forgotten)
    return [proof(desk, row.position).left.is_nothing for row in rows]


@pytest.mark.parametrize("which", BROKEN)
def test_the_next_tick_destroys_what_could_not_be(
    desk: Desk, which: str, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(fails_once(monkeypatch, which)):
        forget(desk, "1001", by="officer")
    assert nothing_is_left(desk) == [False]
    desk.site.tick(NOON)
    assert nothing_is_left(desk) == [True]


def test_the_next_to_be_forgotten_takes_the_one_before_along(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(fails_once(monkeypatch, "vault")):
        forget(desk, "1001", by="officer")
    forget(desk, "1002", by="officer")
    assert nothing_is_left(desk) == [True, True]


def test_one_file_that_cannot_be_written_keeps_nothing_in_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    who = desk.site.person("1001")
    with pytest.raises(fails_once(monkeypatch, "vault")):
        forget(desk, "1001", by="officer")
    assert desk.pictures.names(who) == ()
    assert desk.site.views.get(directory.PersonRow, who) is None


def test_where_it_fails_again_the_tick_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with pytest.raises(fails_once(monkeypatch, "vault")):
        forget(desk, "1001", by="officer")
    fails_once(monkeypatch, "vault")
    assert desk.site.tick(NOON) == ()
    assert "could be destroyed" in caplog.text
    desk.site.tick(NOON)
    assert nothing_is_left(desk) == [True]


@pytest.mark.parametrize("where", [vault_path, pictures_path])
def test_what_a_reader_keeps_goes_as_soon_as_they_are_done(
    desk: Desk, path: Path, where: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.01)
    who, file = desk.site.person("1001"), where(path)
    table = "keys" if where is vault_path else "pictures"
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        asked = f"SELECT box FROM {table} WHERE subject = ?"  # noqa: S608  # our names
        reader.execute("BEGIN")
        (box,) = reader.execute(asked, (who,)).fetchone()
        forget(desk, "1001", by="officer")
        desk.site.tick(NOON)
        assert kept(file, box)
        reader.execute("COMMIT")
    desk.site.tick(NOON)
    assert not kept(file, box)


def kept(file: Path, box: bytes) -> bool:
    """Whether the file or its write-ahead log holds it."""
    return any(box in path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_a_start_after_a_crash_empties_what_the_file_keeps(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with opened(path, Watch()) as site:
        people.enroll(site, "1001", Details("Guest", "One"), by="desk")
        who = site.person("1001")
        reader = sqlite3.connect(vault_path(path))  # while it is open, nothing is emptied by itself
        (box,) = reader.execute("SELECT box FROM keys WHERE subject = ?", (who,)).fetchone()
        with monkeypatch.context() as patched:
            patched.setattr(SqliteVault, "truncate", crash)
            with pytest.raises(KeyboardInterrupt):
                site.handle(person.ForgetPerson(who, "officer", site.clock()))
        assert kept(vault_path(path), box)
    with closing(reader), opened(path, Watch()):
        assert not kept(vault_path(path), box)
