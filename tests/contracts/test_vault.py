"""What every vault promises, asked of each of them."""

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvsec_adapters.storage.errors import (
    KeyDestroyedError,
    KeyFormatError,
    VaultUnavailableError,
)
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.memory_vault import MemoryVault
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_core.ports import Vault
from tests.adapters.storage_toys import somebody_else

ROOT = Path(__file__).parents[2]
CIPHER = Cipher(b"a key of the tests, of 32 bytes.")
OTHER = Cipher(b"another key of the tests, of 32.")
Open = Callable[[], SqliteVault]


def in_file(kind: str, folder: Path, cipher: Cipher = CIPHER) -> SqliteVault:
    file = cipher if kind == "encrypted" else None
    return SqliteVault(folder / "site.vault.db", cipher, file)


CARD = ("card", "1")


def id_of(vault: Vault, number: str) -> str:
    return vault.named([("card", number)])[("card", number)]


@pytest.fixture(params=["plain", "encrypted"])
def file(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def reopen(file: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[SqliteVault] = []

    def reopened() -> SqliteVault:
        opened.append(in_file(file, tmp_path))
        return opened[-1]

    yield reopened
    for vault in opened:
        vault.close()


@pytest.fixture(params=["memory", "plain", "encrypted"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    made = MemoryVault() if request.param == "memory" else in_file(request.param, tmp_path)
    yield made
    made.close()


def test_a_key_is_made_at_first_use_and_stays_the_same(vault: Vault):
    assert vault.find("a") is None
    key = vault.key("a")
    assert len(key) == 32
    assert vault.key("a") == vault.find("a") == key
    assert vault.key("b") != key


def test_keys_are_made_and_found_together(vault: Vault):
    key = vault.key("a")
    keys = vault.keys(["a", "b", "c"])
    assert keys["a"] == key
    assert len({*keys.values()}) == 3
    assert vault.found(["a", "b", "nobody"]) == {"a": key, "b": keys["b"]}
    assert vault.keys([]) == vault.found([]) == {}


def test_a_destroyed_key_is_never_made_again(vault: Vault):
    vault.key("a")
    kept = vault.key("b")
    vault.destroy("a")
    vault.destroy("a")
    assert vault.destroyed("a")
    assert not vault.destroyed("b")
    assert not vault.destroyed("nobody")
    assert vault.find("a") is None
    assert vault.found(["a", "b"]) == vault.keys(["a", "b"]) == {"b": kept}
    with pytest.raises(KeyDestroyedError) as error:
        vault.key("a")
    assert error.value.subject == "a"
    assert error.value.message("es") != error.value.message("en")


def test_several_are_destroyed_at_once(vault: Vault):
    ids = vault.named([("number", "1"), ("card", "2"), ("number", "3")])
    gone, card, kept = ids.values()
    vault.keys((gone, card, kept))
    assert (vault.names_of(gone), vault.names_of(card), vault.names_of("nobody")) == (1, 1, 0)
    vault.destroy(gone, card)
    assert (vault.names_of(gone), vault.names_of(card), vault.names_of(kept)) == (0, 0, 1)
    assert [vault.destroyed(subject) for subject in (gone, card, kept)] == [True, True, False]
    vault.destroy()


def test_who_never_had_a_key_can_be_destroyed(vault: Vault):
    vault.destroy("a")
    assert vault.destroyed("a")
    assert vault.keys(["a"]) == {}


def test_an_id_is_the_same_for_the_same_name_and_tells_nothing(vault: Vault):
    names = [("email", "a@example.org"), ("phone", "a@example.org"), ("email", "á@example.org")]
    assert vault.known(names) == {}
    ids = vault.named(names)
    assert vault.named(names) == vault.renamed(names) == vault.known(names) == ids
    assert len({*ids.values(), *vault.named([("card", "a")]).values()}) == 4
    for id_ in ids.values():
        assert len(id_) >= 20
        assert id_.isascii()
        assert id_.isalnum()


def test_who_is_forgotten_has_no_name_and_may_come_back_as_somebody_else(vault: Vault):
    old = id_of(vault, "1")
    other = id_of(vault, "2")
    vault.destroy(old)
    assert vault.known([CARD]) == vault.named([CARD]) == {}
    new = vault.renamed([CARD])[CARD]
    assert new not in (old, other)
    assert vault.named([CARD]) == vault.known([CARD]) == {CARD: new}
    assert id_of(vault, "2") == other


def test_several_names_may_mean_one_and_are_forgotten_together(vault: Vault):
    mail, number = ("email", "a@example.org"), ("id-number", "1")
    first = vault.named([mail])[mail]
    assert vault.shared(first, [number]) == vault.known([number]) == {number: first}
    assert vault.shared("another", [number]) == {number: first}
    vault.destroy(first)
    assert vault.known([mail, number]) == {}
    assert vault.shared(first, [number]) == {}
    assert vault.shared("another", [number]) == {number: "another"}


def test_a_secret_is_one_for_each_purpose(vault: Vault):
    made = vault.secret("tokens")
    assert len(made) == 32
    assert vault.secret("tokens") == made
    assert vault.secret("lines") != made


def test_ids_of_two_sites_have_nothing_in_common(tmp_path: Path):
    (tmp_path / "other").mkdir()
    vaults = [MemoryVault(), in_file("plain", tmp_path), in_file("plain", tmp_path / "other")]
    assert len({id_of(vault, "1") for vault in vaults}) == 3
    for vault in vaults:
        vault.close()


def test_another_master_key_changes_no_key(vault: Vault):
    key, name, secret = vault.key("a"), id_of(vault, "1"), vault.secret("tokens")
    vault.destroy("b")
    vault.rotate(OTHER.master)
    assert vault.secret("tokens") == secret
    assert vault.key("a") == key
    assert id_of(vault, "1") == name
    assert vault.destroyed("b")
    vault.key("c")


def test_many_threads_agree_on_the_keys(vault: Vault):
    seen: list[dict[str, bytes]] = []

    def ask() -> None:
        seen.append({f"s{n}": vault.key(f"s{n}") for n in range(30)})

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert all(keys == seen[0] for keys in seen)


# In a file.
def test_everything_is_there_after_opening_again(reopen: Open):
    vault = reopen()
    key, name, secret = vault.key("a"), id_of(vault, "1"), vault.secret("tokens")
    vault.destroy("b")
    vault.set_forgotten_upto(7)
    vault.close()
    again = reopen()
    assert again.secret("tokens") == secret
    assert again.key("a") == vault.key("a") == key
    assert id_of(again, "1") == name
    assert again.destroyed("b")
    assert again.forgotten_upto() == 7


def test_who_another_forgot_has_no_name_here(reopen: Open):
    one, other = reopen(), reopen()
    old = id_of(one, "1")
    assert id_of(other, "1") == old
    one.destroy(old)
    assert other.known([CARD]) == {}


def test_what_another_destroyed_is_not_known_any_more(reopen: Open):
    one, other = reopen(), reopen()
    key = one.key("a")
    assert other.key("a") == key
    one.destroy("a")
    assert other.find("a") is None
    assert other.keys(["a"]) == {}


def test_a_key_that_is_not_at_hand_is_read_again(reopen: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cvsec_adapters.storage.vault.KEYS_KNOWN", 2)
    vault = reopen()
    keys = vault.keys(["a", "b", "c", "d"])
    assert len(vault._known) == 2
    assert {name: vault.key(name) for name in "abcd"} == keys


OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.contracts.test_vault import in_file
vault = in_file(sys.argv[1], Path(sys.argv[2]))
keys = {f"s{number}": vault.key(f"s{number}").hex() for number in range(100)}
assert {name: key.hex() for name, key in vault.keys(keys).items()} == keys
print("\\n".join(keys.values()))
"""


def test_two_processes_agree_on_the_keys(file: str, tmp_path: Path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, file, str(tmp_path)],
            env={"PYTHONPATH": ":".join(sys.path)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = {process.communicate(timeout=60)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    assert len(told) == 1
    assert len(told.pop().split()) == 100


def test_the_file_alone_tells_no_key(reopen: Open, tmp_path: Path):
    vault = reopen()
    keys = vault.keys([f"s{n}" for n in range(50)]).values()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not any(key in content for key in keys)
    assert CIPHER.master not in content
    assert CIPHER.derived("subject-keys") not in content


def test_of_a_destroyed_key_not_even_the_wrapping_is_left(tmp_path: Path):
    vault = in_file("plain", tmp_path)
    vault.keys([f"s{n}" for n in range(50)])
    with vault._using() as connection:
        box = connection.execute("SELECT box FROM keys WHERE subject = 's7'").fetchone()[0]
    assert any(box in path.read_bytes() for path in tmp_path.iterdir())
    vault.destroy("s7")
    assert vault.truncate()
    assert not any(box in path.read_bytes() for path in tmp_path.iterdir())
    vault.close()


def test_a_wrong_key_is_said_and_changes_nothing(file: str, reopen: Open, tmp_path: Path):
    vault = reopen()
    key = vault.key("a")
    vault.close()
    wrong = in_file(file, tmp_path, OTHER)
    for attempt in (lambda: wrong.key("b"), lambda: id_of(wrong, "1")):
        with pytest.raises(VaultUnavailableError) as error:
            attempt()
        assert error.value.kind == "wrong-key"
    wrong.close()
    again = reopen()
    assert again.key("a") == key
    assert again.find("b") is None


def test_a_rotated_vault_opens_with_the_new_key_only(tmp_path: Path):
    vault = in_file("plain", tmp_path)
    key = vault.key("a")
    vault.rotate(OTHER.master)
    vault.close()
    old, new = in_file("plain", tmp_path), in_file("plain", tmp_path, OTHER)
    with pytest.raises(VaultUnavailableError):
        old.find("a")
    assert new.find("a") == key
    new.close()


def test_a_rotation_to_no_key_is_refused(reopen: Open):
    vault = reopen()
    key = vault.key("a")
    with pytest.raises(KeyFormatError):
        vault.rotate(b"short")
    assert vault.key("a") == key


def test_a_vault_that_cannot_be_written_finds_keys_and_makes_none(reopen: Open, tmp_path: Path):
    vault = reopen()
    key = vault.key("a")
    vault.close()
    with somebody_else(tmp_path, *tmp_path.iterdir()):
        reader = reopen()
        assert reader.find("a") == key
        for attempt in (lambda: reader.key("b"), lambda: reader.destroy("a")):
            with pytest.raises(VaultUnavailableError) as error:
                attempt()
            assert error.value.kind == "read-only"
        reader.close()


def test_a_vault_crosses_to_another_process_as_what_opens_it(reopen: Open):
    vault = reopen()
    again = pickle.loads(pickle.dumps(vault))  # noqa: S301  # our own bytes
    assert again.key("a") == vault.key("a")
    again.close()


def test_a_database_of_another_kind_is_left_alone(tmp_path: Path):
    (tmp_path / "site.vault.db").write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(VaultUnavailableError) as error:
        in_file("plain", tmp_path).key("a")
    assert error.value.kind == "not-database"
