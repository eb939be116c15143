"""A site gets another master key; whatever happens on the way, either key opens it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cvsec_adapters.storage import rotation
from cvsec_adapters.storage.connections import opens, rekey
from cvsec_adapters.storage.errors import (
    LogUnavailableError,
    StorageUnavailableError,
    VaultUnavailableError,
)
from cvsec_adapters.storage.keys import Cipher, Privacy
from cvsec_adapters.storage.rotation import plan_path
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.wiring import desk_of, open_site, rotate_key
from tests.adapters.storage_toys import CODEC, append, bead
from tests.adapters.test_sealing_forgotten import KEPT, names, story

ROOT = Path(__file__).parents[2]
OLD = Cipher(b"a key of the tests, of 32 bytes.")
NEW = Cipher(b"another key of the tests, of 32.")
THIRD = Cipher(b"a key that nothing is kept with.")
NAMES = ["Zebulonia", "Wilhelmina", "Zebulonia"]


@pytest.fixture(params=[True, False], ids=["encrypted", "plain"])
def at_rest(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def path(tmp_path: Path, at_rest: bool) -> Path:
    path = tmp_path / "site [1].db"
    with open_site(path, privacy=Privacy(OLD, at_rest)) as site:
        story(site)
        desk_of(site).pictures.put(KEPT, b"a picture")
    return path


def assert_whole(path: Path, cipher: Cipher, at_rest: bool) -> None:
    with open_site(path, privacy=Privacy(cipher, at_rest)) as site:
        assert names(site) == NAMES
        pictures = desk_of(site).pictures
        assert [pictures.get(KEPT, name) for name in pictures.names(KEPT)] == [b"a picture"]
        site.drain()
    assert not plan_path(path).exists()


def test_after_a_rotation_only_the_new_key_opens(path: Path, at_rest: bool):
    rotate_key(path, Privacy(OLD, at_rest), NEW)
    with pytest.raises(StorageUnavailableError) as error:
        open_site(path, privacy=Privacy(OLD, at_rest))
    assert error.value.kind == "wrong-key"
    assert_whole(path, NEW, at_rest)


def test_a_rotation_keeps_the_views(path: Path, at_rest: bool, caplog: pytest.LogCaptureFixture):
    rotate_key(path, Privacy(OLD, at_rest), NEW)
    assert_whole(path, NEW, at_rest)
    assert "made again" not in caplog.text


def test_a_rotation_from_a_wrong_key_begins_nothing(path: Path, at_rest: bool):
    with pytest.raises(VaultUnavailableError) as error:
        rotate_key(path, Privacy(THIRD, at_rest), NEW)
    assert error.value.kind == "wrong-key"
    assert_whole(path, OLD, at_rest)


def test_a_site_in_use_is_not_rotated(path: Path, at_rest: bool):
    with open_site(path, privacy=Privacy(OLD, at_rest)) as site:
        with pytest.raises(LogUnavailableError) as error:
            rotate_key(path, Privacy(OLD, at_rest), NEW)
        assert error.value.kind == "busy"
        assert names(site) == NAMES
    assert_whole(path, OLD, at_rest)


def test_who_has_the_vault_open_with_the_old_key_wraps_nothing_under_it(tmp_path: Path):
    vault, other = (SqliteVault(tmp_path / "vault.db", OLD) for _ in range(2))
    vault.key("before")
    other.rotate(NEW.master)
    for attempt in (
        lambda: vault.key("after"),
        lambda: vault.find("before"),
        lambda: vault.named([("number", "1")]),
        lambda: vault.secret("another purpose"),
    ):
        with pytest.raises(VaultUnavailableError) as error:
            attempt()
        assert error.value.kind == "wrong-key"
    vault.close()
    assert other.key("before") != other.key("after")
    other.close()


@pytest.mark.parametrize("with_key", [OLD, NEW], ids=["old", "new"])
@pytest.mark.parametrize("after", range(7))
def test_interrupted_after_any_file_either_key_opens_it(
    path: Path, at_rest: bool, after: int, with_key: Cipher, monkeypatch: pytest.MonkeyPatch
):
    done: list[str] = []

    def step(name: str) -> None:
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(name)

    rewrap = SqliteVault.rotate
    with monkeypatch.context() as patched:

        def rekeyed(file: Path, old: bytes, new: bytes) -> None:
            step(file.name)
            rekey(file, old, new)

        def rewrapped(vault: SqliteVault, master: bytes) -> None:
            step("vault")
            rewrap(vault, master)

        patched.setattr(rotation, "rekey", rekeyed)
        patched.setattr(SqliteVault, "rotate", rewrapped)
        try:
            rotate_key(path, Privacy(OLD, at_rest), NEW)
        except KeyboardInterrupt:
            assert plan_path(path).exists()
        else:
            with_key = NEW
    assert_whole(path, with_key, at_rest)


def test_a_plan_that_was_not_written_to_its_end_began_nothing(path: Path, at_rest: bool):
    plan_path(path).write_bytes(b'{"old":"abc')
    assert_whole(path, OLD, at_rest)


def test_a_third_key_does_not_finish_a_rotation(path: Path, at_rest: bool, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_turn", lambda *_, **__: None)
        patched.setattr(Path, "unlink", lambda *_, **__: None)
        rotate_key(path, Privacy(OLD, at_rest), NEW)
    with pytest.raises(LogUnavailableError) as error:
        open_site(path, privacy=Privacy(THIRD, at_rest))
    assert error.value.kind == "wrong-key"
    assert_whole(path, OLD, at_rest)


REKEY = """
import sys
from pathlib import Path
from cvsec_adapters.storage.connections import rekey
from tests.adapters.test_at_rest_rotation import NEW, OLD
print("ready", flush=True)
rekey(Path(sys.argv[1]), OLD.derived("log"), NEW.derived("log"))
print("done", flush=True)
"""


def test_killed_while_a_file_is_encrypted_anew_it_has_one_key_or_the_other(tmp_path: Path):
    # Only how far the victim gets depends on time, not what is asserted.
    path = tmp_path / "site.db"
    with SqliteLog(path, CODEC, "normal", OLD) as log:
        append(log, "s", [bead(number) for number in range(20_000)])
    wait = 0.0
    for _ in range(12):
        victim = subprocess.Popen(
            [sys.executable, "-c", REKEY, str(path)],
            env={"PYTHONPATH": ":".join(sys.path)}, cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert victim.stdout is not None
        assert victim.stdout.readline() == "ready\n"
        try:
            victim.wait(wait)
        except subprocess.TimeoutExpired:
            victim.send_signal(signal.SIGKILL)
        victim.communicate()
        wait += 0.02
        (cipher,) = [cipher for cipher in (OLD, NEW) if opens(path, cipher.derived("log"))]
        with SqliteLog(path, CODEC, cipher=cipher) as log:
            assert len(log.read("s")) == 20_000
        rekey(path, NEW.derived("log"), OLD.derived("log"))
