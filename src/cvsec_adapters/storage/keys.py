"""The keys of a site: one master key, and what is derived from it for each purpose."""

import base64
import binascii
import os
import secrets
import stat
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from cvsec_adapters.storage.errors import (
    ExtraMissingError,
    KeyBesideDataError,
    KeyFileError,
    KeyFormatError,
    KeyMissingError,
)
from cvsec_core.errors import Words

KEY_BYTES = 32
"""AES-256."""

Purpose = Literal["log", "views", "vault", "pictures", "subject-keys", "rotation", "fingerprint"]

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@frozen
class Cipher:
    """What everything of a site is encrypted with. ``master`` is 32 bytes of pure chance."""

    master: bytes = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if len(self.master) != KEY_BYTES:
            raise KeyFormatError("master")

    def derived(self, purpose: Purpose) -> bytes:
        """A key for one purpose, which tells nothing of the others (HKDF-SHA-256, RFC 5869).

        Raises:
            ExtraMissingError: the package that derives it is not installed.
        """
        return _derived(self.master, purpose)

    @property
    def fingerprint(self) -> str:
        """By which people tell one key from another; it tells nothing of the key.

        Raises:
            ExtraMissingError: the package that derives it is not installed.
        """
        return self.derived("fingerprint")[:8].hex()


@frozen
class Privacy:
    """How a site keeps what is personal. ``at_rest``: its files are encrypted as a whole."""

    cipher: Cipher
    at_rest: bool = True

    @property
    def files(self) -> Cipher | None:
        """What the files are encrypted with, or None where they are plain."""
        return self.cipher if self.at_rest else None


def privacy_from(environ: Mapping[str, str], database: Path) -> Privacy:
    """What the environment says; a key file is made with the database where neither is there.

    ``CVSEC_KEY`` is the master key (hex or base64), ``CVSEC_KEY_FILE`` a file that holds it, in the
    user's configuration directory unless said otherwise; ``CVSEC_AT_REST=off`` leaves files plain.

    Raises:
        KeyFormatError: the key is not 32 bytes, or the setting neither on nor off.
        KeyFileError: the key file cannot be read or made, or others can read it.
        KeyBesideDataError: the key file lies beside the database.
        KeyMissingError: there is a vault, but no key to it.
    """
    at_rest = environ.get("CVSEC_AT_REST", "on")
    if at_rest not in ("on", "off"):
        raise KeyFormatError("CVSEC_AT_REST")
    return Privacy(Cipher(_master(environ, database)), at_rest == "on")


def vault_path(database: Path) -> Path:
    """Where the vault of the site in *database* lies."""
    return database.with_name(f"{database.stem}.vault.db")


def pictures_path(database: Path) -> Path:
    """Where the pictures of the site in *database* lie, if there are any."""
    return database.with_name(f"{database.stem}.pictures.db")


def key_source(environ: Mapping[str, str]) -> str:
    """Where the key comes from: ``CVSEC_KEY``, or the path of its file."""
    return "CVSEC_KEY" if environ.get("CVSEC_KEY") else str(_key_file(environ))


def cipher_in(file: Path, database: Path) -> Cipher:
    """The key in *file*, which is made where it is missing.

    Raises:
        KeyFormatError: the key is not 32 bytes.
        KeyFileError: the file cannot be read or made, or others can read it.
        KeyBesideDataError: it lies beside the database.
    """
    if file.absolute().parent.resolve() == database.absolute().parent.resolve():
        raise KeyBesideDataError(str(file))
    try:
        if not os.path.lexists(file):
            _make(file)
        return Cipher(_parsed(str(file), _read(file)))
    except OSError as error:
        raise KeyFileError(str(file), error.strerror or str(error)) from error


def _master(environ: Mapping[str, str], database: Path) -> bytes:
    if given := environ.get("CVSEC_KEY"):
        return _parsed("CVSEC_KEY", given)
    file = _key_file(environ)
    if not os.path.lexists(file) and vault_path(database).exists():
        raise KeyMissingError(str(file), str(database))
    return cipher_in(file, database).master


def _key_file(environ: Mapping[str, str]) -> Path:
    named = environ.get("CVSEC_KEY_FILE")
    return Path(named) if named else _configuration(environ) / "cvsec" / "key"


def _configuration(environ: Mapping[str, str]) -> Path:
    """Where this system keeps a user's settings."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def _make(file: Path) -> None:
    """Make a key file that never stands there half written, nor twice."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w") as out:
            out.write(f"{secrets.token_hex(KEY_BYTES)}\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass  # another process was faster
    finally:
        draft.unlink()


def _read(file: Path) -> str:
    if os.name == "posix" and file.stat().st_mode & _OTHERS:
        raise KeyFileError(str(file), Words("others can read it", "otros pueden leerlo"))
    return file.read_text(encoding="ascii", errors="replace")


def _parsed(source: str, text: str) -> bytes:
    """The key in hex or base64."""
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else _base64(text)
    except (ValueError, binascii.Error) as error:
        raise KeyFormatError(source) from error
    if len(key) != KEY_BYTES:
        raise KeyFormatError(source)
    return key


def _base64(text: str) -> bytes:
    text = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


@lru_cache(maxsize=64)
def _derived(master: bytes, purpose: Purpose) -> bytes:
    try:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    except ModuleNotFoundError as error:
        raise ExtraMissingError("cryptography") from error
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"cvsec {purpose}".encode()).derive(master)
