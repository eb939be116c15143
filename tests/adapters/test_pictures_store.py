"""Pictures are kept sealed, and go with whom they show."""

import shutil
from pathlib import Path

import pytest

from cvsec_adapters.storage.errors import (
    KeyDestroyedError,
    PicturesUnavailableError,
    StorageUnavailableError,
)
from cvsec_adapters.storage.keys import Cipher, Privacy, pictures_path
from cvsec_adapters.storage.memory_vault import MemoryVault
from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.wiring import back_up, desk_of, memory_site, open_site, rotate_key
from cvsec_core.aggregates.person import EnrollPerson, ForgetPerson, Particulars
from cvsec_core.ids import PersonId
from cvsec_core.site import Site

CIPHER = Cipher(b"a key of the tests, of 32 bytes.")
OTHER = Cipher(b"another key of the tests, of 32.")
PLAIN = Privacy(CIPHER, at_rest=False)
PICTURE = b"\xff\xd8 the pixels of a face" * 50


@pytest.fixture(params=["memory", "file", "encrypted file"])
def store(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "memory":
        vault, path, file = MemoryVault(), None, None
    else:
        file = CIPHER if request.param == "encrypted file" else None
        vault, path = SqliteVault(tmp_path / "v.db", CIPHER, file), tmp_path / "p.db"
    store = PictureStore(path, vault, file)
    store.vault_of_test = vault  # pyright: ignore[reportAttributeAccessIssue]
    yield store
    store.close()
    vault.close()


def test_what_was_put_is_got(store: PictureStore):
    name = store.put("visitor", PICTURE)
    assert store.get("visitor", name) == PICTURE
    assert store.names("visitor") == (name,)


def test_a_picture_is_kept_once(store: PictureStore):
    first, other = store.put("visitor", PICTURE), store.put("visitor", b"a plate")
    assert store.put("visitor", PICTURE) == first
    assert store.names("visitor") == (first, other)


def test_a_name_tells_nothing_of_the_picture(store: PictureStore):
    assert store.put("visitor", PICTURE) != store.put("other visitor", PICTURE)


def test_a_picture_is_only_got_as_whose_it_is(store: PictureStore):
    name = store.put("visitor", PICTURE)
    store.put("other visitor", b"another face")
    assert store.get("other visitor", name) is None
    assert store.get("visitor", "no such name") is None
    assert store.get("nobody", name) is None


def test_a_picture_can_be_dropped(store: PictureStore):
    name = store.put("visitor", PICTURE)
    store.drop("visitor", name)
    assert store.get("visitor", name) is None
    store.drop("visitor", name)


def test_the_forgotten_have_no_pictures_and_get_none(store: PictureStore):
    vault: MemoryVault | SqliteVault = store.vault_of_test  # pyright: ignore[reportAttributeAccessIssue]
    name, kept = store.put("visitor", PICTURE), store.put("other visitor", PICTURE)
    vault.destroy("visitor")
    assert store.get("visitor", name) is None
    assert store.forget(("visitor",)) == 1
    assert store.forget(("visitor",)) == 0
    assert store.names("visitor") == ()
    with pytest.raises(KeyDestroyedError):
        store.put("visitor", PICTURE)
    assert store.get("other visitor", kept) == PICTURE


def test_without_pictures_there_is_no_file(tmp_path: Path):
    store = PictureStore(tmp_path / "p.db", MemoryVault())
    assert store.get("visitor", "name") is None
    assert store.names("visitor") == ()
    assert store.forget(("visitor",)) == 0
    store.drop("visitor", "name")
    store.back_up(tmp_path / "copy.db")
    store.close()
    assert not list(tmp_path.iterdir())


def test_a_store_can_be_used_again_after_it_was_closed(tmp_path: Path):
    store = PictureStore(tmp_path / "p.db", MemoryVault())
    name = store.put("visitor", PICTURE)
    store.close()
    assert store.get("visitor", name) == PICTURE
    store.close()


def test_with_plain_files_a_picture_is_sealed_all_the_same(tmp_path: Path):
    store = PictureStore(tmp_path / "p.db", MemoryVault())
    store.put("visitor", PICTURE)
    assert b"pixels" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    store.close()


def test_a_changed_picture_is_not_shown(tmp_path: Path):
    vault = MemoryVault()
    store = PictureStore(tmp_path / "p.db", vault)
    name = store.put("visitor", PICTURE)
    with store._using() as connection:  # somebody with a hex editor
        connection.execute("UPDATE pictures SET box = substr(box, 1, 40)")
    with pytest.raises(PicturesUnavailableError, match="damaged"):
        store.get("visitor", name)
    store.close()


def with_picture(path: Path, privacy: Privacy) -> tuple[PersonId, str]:
    """A site with a visitor of whom there is a picture."""
    with open_site(path, privacy=privacy) as site:
        visitor = enrolled(site)
        return visitor, desk_of(site).pictures.put(visitor, PICTURE)


def enrolled(site: Site) -> PersonId:
    visitor = site.newcomer(("number", "V-1"))
    particulars = Particulars("Guest", "One", number="V-1")
    site.handle(EnrollPerson(visitor, "visitor", particulars, "desk", site.clock()))
    return visitor


def picture_of(path: Path, privacy: Privacy, visitor: PersonId, name: str) -> bytes | None:
    with open_site(path, privacy=privacy) as site:
        return desk_of(site).pictures.get(visitor, name)


@pytest.mark.parametrize("privacy", [Privacy(CIPHER), PLAIN])
def test_forgetting_somebody_deletes_their_pictures(tmp_path: Path, privacy: Privacy):
    path = tmp_path / "site.db"
    visitor, name = with_picture(path, privacy)
    assert picture_of(path, privacy, visitor, name) == PICTURE
    with open_site(path, privacy=privacy) as site:
        site.handle(ForgetPerson(visitor, "officer", site.clock()))
        assert desk_of(site).pictures.names(visitor) == ()


def test_a_site_in_memory_has_pictures_too():
    with memory_site() as site:
        visitor = enrolled(site)
        pictures = desk_of(site).pictures
        name = pictures.put(visitor, PICTURE)
        assert desk_of(site).pictures.get(visitor, name) == PICTURE
        site.handle(ForgetPerson(visitor, "officer", site.clock()))
        assert pictures.get(visitor, name) is None


@pytest.mark.parametrize("privacy", [Privacy(CIPHER), PLAIN])
def test_a_backup_holds_the_pictures(tmp_path: Path, privacy: Privacy):
    path = tmp_path / "site.db"
    visitor, name = with_picture(path, privacy)
    with open_site(path, privacy=privacy) as site:
        back_up(site, tmp_path / "copy")
    assert picture_of(tmp_path / "copy" / "site.db", privacy, visitor, name) == PICTURE


@pytest.mark.parametrize("at_rest", [True, False])
def test_another_master_key_opens_the_pictures(tmp_path: Path, *, at_rest: bool):
    path, old, new = tmp_path / "site.db", Privacy(CIPHER, at_rest), Privacy(OTHER, at_rest)
    visitor, name = with_picture(path, old)
    rotate_key(path, old, OTHER)
    assert picture_of(path, new, visitor, name) == PICTURE
    with pytest.raises(StorageUnavailableError):
        open_site(path, privacy=old).close()


def test_older_pictures_that_come_back_are_deleted_again(tmp_path: Path):
    path = tmp_path / "site.db"
    visitor, _ = with_picture(path, PLAIN)
    shutil.copy(pictures_path(path), tmp_path / "older")
    with open_site(path, privacy=PLAIN) as site:
        site.handle(ForgetPerson(visitor, "officer", site.clock()))
    for _ in range(2):
        open_site(path, privacy=PLAIN).close()
    shutil.copy(tmp_path / "older", pictures_path(path))
    with open_site(path, privacy=PLAIN) as site:
        assert desk_of(site).pictures.names(visitor) == ()
