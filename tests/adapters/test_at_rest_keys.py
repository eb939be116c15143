"""Where the master key comes from, and what is refused as one."""

import base64
import os
import threading
from pathlib import Path

import pytest

from cvsec_adapters.storage.errors import (
    KeyBesideDataError,
    KeyFileError,
    KeyFormatError,
    KeyMissingError,
)
from cvsec_adapters.storage.keys import Cipher, privacy_from, vault_path

KEY = bytes(range(32))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "site.db"


@pytest.mark.parametrize(
    "text",
    [
        KEY.hex(),
        KEY.hex().upper(),
        base64.b64encode(KEY).decode(),
        base64.urlsafe_b64encode(KEY).decode().rstrip("="),
        f" {KEY.hex()}\n",
    ],
)
def test_a_key_is_given_in_hex_or_base64(database: Path, text: str):
    assert privacy_from({"CVSEC_KEY": text}, database).cipher.master == KEY


@pytest.mark.parametrize("text", ["short", "x" * 64, "é" * 44, KEY.hex()[2:], "A" * 44, " "])
def test_what_is_no_key_is_refused_and_not_repeated(database: Path, text: str):
    with pytest.raises(KeyFormatError) as error:
        privacy_from({"CVSEC_KEY": text}, database)
    assert error.value.source == "CVSEC_KEY"
    assert text.strip() not in error.value.message() or not text.strip()
    assert error.value.message("es") != error.value.message("en")


def test_a_master_key_has_32_bytes():
    with pytest.raises(KeyFormatError):
        Cipher(b"short")


@pytest.mark.parametrize(("setting", "at_rest"), [("on", True), ("off", False)])
def test_encryption_at_rest_is_switched_off_explicitly(database: Path, setting: str, at_rest: bool):
    given = {"CVSEC_KEY": KEY.hex()}
    assert privacy_from(given, database).at_rest
    privacy = privacy_from({**given, "CVSEC_AT_REST": setting}, database)
    assert privacy.at_rest is at_rest
    assert privacy.files == (privacy.cipher if at_rest else None)


def test_a_setting_that_is_neither_on_nor_off_is_refused(database: Path):
    with pytest.raises(KeyFormatError, match="CVSEC_AT_REST"):
        privacy_from({"CVSEC_KEY": KEY.hex(), "CVSEC_AT_REST": "no"}, database)


def test_a_key_file_is_made_at_first_use_for_its_owner_alone(database: Path, tmp_path: Path):
    given = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    first = privacy_from(given, database)
    file = tmp_path / "config" / "cvsec" / "key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["key"]
    assert privacy_from(given, database) == first
    assert bytes.fromhex(file.read_text().strip()) == first.cipher.master


def test_two_who_need_the_first_key_get_the_same(database: Path, tmp_path: Path):
    given = {"CVSEC_KEY_FILE": str(tmp_path / "keys" / "site")}
    found: list[bytes] = []

    def ask() -> None:
        found.append(privacy_from(given, database).cipher.master)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({*found}) == 1


@pytest.mark.skipif(os.name != "posix", reason="rights are of another kind here")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(database: Path, tmp_path: Path, mode: int):
    file = tmp_path / "key"
    file.write_text(KEY.hex())
    file.chmod(mode)
    with pytest.raises(KeyFileError, match="others can read it") as error:
        privacy_from({"CVSEC_KEY_FILE": str(file)}, database)
    assert "600" in error.value.next_step("es")


def test_a_key_beside_the_database_is_refused(database: Path):
    file = database.with_name("key")
    for named in (file, database.parent / ".." / "data" / "key"):
        with pytest.raises(KeyBesideDataError):
            privacy_from({"CVSEC_KEY_FILE": str(named)}, database)
    assert not file.exists()


def test_no_new_key_is_made_for_a_site_that_has_one(database: Path, tmp_path: Path):
    vault_path(database).write_bytes(b"somebody's keys")
    file = tmp_path / "keys" / "site"
    with pytest.raises(KeyMissingError) as error:
        privacy_from({"CVSEC_KEY_FILE": str(file)}, database)
    assert str(file) in error.value.message("es")
    assert not file.exists()


def test_a_key_file_that_cannot_be_used_is_named(database: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    for file in (tmp_path / "file" / "key", tmp_path / "data"):
        with pytest.raises(KeyFileError) as error:
            privacy_from({"CVSEC_KEY_FILE": str(file)}, tmp_path / "elsewhere" / "site.db")
        assert str(file) in error.value.message()


def test_a_key_file_without_a_key_is_named(database: Path, tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("Dear Sir or Madam")
    file.chmod(0o600)
    with pytest.raises(KeyFormatError) as error:
        privacy_from({"CVSEC_KEY_FILE": str(file)}, database)
    assert error.value.source == str(file)
