"""Who is forgotten leaves nothing in any file, whatever old copies come back."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cvsec_adapters.storage.errors import KeyDestroyedError
from cvsec_adapters.storage.keys import Cipher, Privacy, vault_path
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.wiring import memory_site, open_site
from cvsec_core.aggregates import person
from cvsec_core.aggregates.person import (
    BlockPerson,
    CorrectPerson,
    EnrollPerson,
    ForgetPerson,
    Forgotten,
    Particulars,
)
from cvsec_core.ids import PersonId
from cvsec_core.site import Site

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRIVACY = Privacy(Cipher(b"a key of the tests, of 32 bytes."), at_rest=False)
GONE, KEPT = PersonId("ps-gone"), PersonId("ps-kept")
SECRETS = (b"Zebulonia", b"Quuxworth", b"zq@example.org", b"Xylophone")
OTHERS = b"Wilhelmina"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


@pytest.fixture
def site(path: Path) -> Iterator[Site]:
    with opened(path) as site:
        story(site)
        yield site


def opened(path: Path) -> Site:
    return open_site(path, privacy=PRIVACY, clock=lambda: NOON)


def story(site: Site) -> None:
    """Two people are enrolled; one of them is blocked and corrected."""
    given = Particulars("Zebulonia", "Quux", email="zq@example.org")
    site.handle(EnrollPerson(GONE, "personnel", given, "me", NOON))
    site.handle(EnrollPerson(KEPT, "personnel", Particulars("Wilhelmina"), "me", NOON))
    site.handle(BlockPerson(GONE, "played the Xylophone", "me", NOON))
    site.handle(CorrectPerson(GONE, Particulars("Zebulonia", "Quuxworth"), "me", NOON))
    site.drain()


def forget(site: Site) -> None:
    site.handle(ForgetPerson(GONE, "me", NOON))


def everything(path: Path) -> bytes:
    files = [file for file in path.parent.iterdir() if file.is_file()]
    return b"".join(file.read_bytes() for file in files)


def traces(path: Path) -> list[bytes]:
    content = everything(path)
    return [secret for secret in SECRETS if secret in content]


def names(site: Site) -> list[str | None]:
    """The first name in each event that is about somebody's particulars."""
    return [
        event.particulars and event.particulars.first_name
        for event in (recorded.event for recorded in site.log.read_all(0, 100))
        if isinstance(event, person.PersonEnrolled | person.PersonCorrected)
    ]


def test_the_log_and_the_vault_never_hold_what_is_personal(site: Site, path: Path):
    files = [path, *path.parent.glob("site.db-*"), *path.parent.glob("site.vault.db*")]
    assert len(files) > 4
    content = b"".join(file.read_bytes() for file in files)
    assert not [secret for secret in (*SECRETS, OTHERS) if secret in content]
    assert names(site) == ["Zebulonia", "Wilhelmina", "Zebulonia"]


def test_who_is_forgotten_leaves_nothing_in_any_file(site: Site, path: Path):
    forget(site)
    assert traces(path) == []
    site.drain()
    assert traces(path) == []
    assert names(site) == [None, "Wilhelmina", None]


def test_the_log_still_folds_and_its_counts_stand(site: Site):
    head = site.log.head()
    forget(site)
    assert site.log.head() == head + 1
    assert site.state(person.stream(GONE)) == Forgotten()
    kept = site.state(person.stream(KEPT))
    assert kept.particulars == Particulars("Wilhelmina")


def test_another_process_does_not_know_the_forgotten_either(site: Site, path: Path):
    with opened(path) as other:
        assert names(other) == ["Zebulonia", "Wilhelmina", "Zebulonia"]
        forget(site)
        assert names(other) == [None, "Wilhelmina", None]


def test_in_memory_it_is_the_same():
    with memory_site(lambda: NOON) as site:
        story(site)
        forget(site)
        assert names(site) == [None, "Wilhelmina", None]


def test_a_crash_before_the_key_was_destroyed_is_made_good_at_the_next_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with opened(path) as site:
        story(site)
        with monkeypatch.context() as patched:
            patched.setattr(SqliteVault, "destroy", crash)
            with pytest.raises(KeyboardInterrupt):
                forget(site)
        assert names(site) == ["Zebulonia", "Wilhelmina", "Zebulonia"]
    with opened(path) as site:
        assert names(site) == [None, "Wilhelmina", None]
        assert traces(path) == []


def test_an_old_vault_brings_nothing_back(path: Path, tmp_path: Path):
    with opened(path) as site:
        story(site)
    shutil.copy(vault_path(path), tmp_path / "kept")
    with opened(path) as site:
        forget(site)
    shutil.copy(tmp_path / "kept", vault_path(path))
    (tmp_path / "kept").unlink()
    with opened(path) as site:
        assert names(site) == [None, "Wilhelmina", None]
        assert traces(path) == []


def test_an_old_log_shows_nothing_of_the_forgotten(path: Path, tmp_path: Path):
    with opened(path) as site:
        story(site)
    shutil.copy(path, tmp_path / "kept")
    with opened(path) as site:
        forget(site)
    (tmp_path / "kept").replace(path)
    with opened(path) as site:
        assert names(site) == [None, "Wilhelmina", None]
        with pytest.raises(KeyDestroyedError):
            site.handle(CorrectPerson(GONE, Particulars("Zebulonia"), "me", NOON))
        forget(site)


def test_a_log_is_looked_through_from_where_it_was_left(path: Path, monkeypatch):
    monkeypatch.setattr("cvsec_adapters.storage.forgetting.PAGE", 1)
    with opened(path) as site:
        story(site)
        forget(site)
    asked: list[int] = []
    read_page = SqliteLog.read_page

    def watched(log: SqliteLog, after: int, limit: int, wanted: frozenset[type]):
        if wanted == {person.PersonForgotten}:
            asked.append(after)
        return read_page(log, after, limit, wanted)

    monkeypatch.setattr(SqliteLog, "read_page", watched)
    opened(path).close()
    first, asked[:] = asked[0], []
    opened(path).close()
    assert first == 0
    assert asked == []
    shutil.copy(path, path.with_name("copy"))  # an older log, shorter than what was noted
    vault = SqliteVault(vault_path(path), PRIVACY.cipher)
    vault.set_forgotten_upto(1000)
    vault.close()
    opened(path).close()
    assert asked[0] == 0


def test_without_the_vault_nothing_personal_is_known(path: Path):
    with opened(path) as site:
        story(site)
        log = site.log
        assert isinstance(log, SqliteLog)
        identity = log.identity()
    vault_path(path).unlink()
    empty = SqliteVault(vault_path(path), PRIVACY.cipher, PRIVACY.files)
    empty.belong_to(identity)
    empty.close()
    with opened(path) as site:
        assert names(site) == [None, None, None]
        assert site.log.head() == 4


def test_a_watcher_is_told_when_the_whole_commit_stands(path: Path):
    with opened(path) as site:
        assert isinstance(site.log, SqliteLog)
        heads: list[int] = []
        site.log.watch(lambda news: heads.append(news[-1].position))
        with site.log.exclusive():
            story(site)
            assert heads == []
        assert heads == [4]
