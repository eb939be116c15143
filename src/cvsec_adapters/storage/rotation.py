"""Another master key for a site: every file is encrypted anew, and every key in the vault wrapped.

    plan written --> each file in turn --> plan removed

The plan holds either key, wrapped under the other. So whoever has one of them can finish what was
begun, in the direction of the key that they have.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from attrs import frozen

from cvsec_adapters.storage.boxes import WrongKeyError, opened, shut
from cvsec_adapters.storage.connections import rekey, require_alone, translated
from cvsec_adapters.storage.errors import (
    LogUnavailableError,
    PicturesUnavailableError,
    StorageUnavailableError,
    VaultUnavailableError,
    ViewsUnavailableError,
)
from cvsec_adapters.storage.keys import Cipher, Purpose, pictures_path, vault_path
from cvsec_adapters.storage.vault import SqliteVault

_LABEL = b"another master key"


@frozen
class _Plan:
    """Either key, wrapped under the other."""

    old: bytes
    new: bytes


def rotate(database: Path, old: Cipher, new: Cipher, *, at_rest: bool) -> None:
    """Turn a closed site over to the key *new*. A crash leaves it so that either key opens it.

    Args:
        database: the log's file.
        old: what everything is encrypted with.
        new: what it will be encrypted with.
        at_rest: whether files are encrypted as a whole.

    Raises:
        StorageUnavailableError: a file is in use, or has another key. The next to open the site
            brings everything to the key that they give.
    """
    settle(database, old, at_rest=at_rest)
    _prove(database, old, at_rest=at_rest)
    plan = _Plan(
        shut(new.derived("rotation"), old.master, _LABEL),
        shut(old.derived("rotation"), new.master, _LABEL),
    )
    path = plan_path(database)
    with path.open("wb") as file:
        file.write(msgspec.json.encode(plan))
        file.flush()
        os.fsync(file.fileno())
    settle(database, new, at_rest=at_rest)


def settle(database: Path, cipher: Cipher, *, at_rest: bool) -> None:
    """Finish a rotation that was begun, so that everything has the key that is given.

    Raises:
        StorageUnavailableError: a file is in use, or the key is neither of the two.
    """
    path = plan_path(database)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    if other := _other(content, cipher, database):
        _turn(database, other, cipher, at_rest=at_rest)
    path.unlink()


def plan_path(database: Path) -> Path:
    """Where the plan of a rotation lies until it is done."""
    return database.with_name(f"{database.stem}.rotation")


def _other(content: bytes, cipher: Cipher, database: Path) -> Cipher | None:
    """The other key of the plan; None where it was not written to its end, so nothing was begun."""
    try:
        plan = msgspec.json.decode(content, type=_Plan)
    except msgspec.MsgspecError:
        return None
    for box in (plan.old, plan.new):
        try:
            return Cipher(opened(cipher.derived("rotation"), box, _LABEL))
        except WrongKeyError:
            continue
    raise LogUnavailableError(str(database), "wrong-key")


def _prove(database: Path, cipher: Cipher, *, at_rest: bool) -> None:
    """Begin nothing with a key that is not the right one, nor while others would go on with it."""
    vault = SqliteVault(vault_path(database), cipher, cipher if at_rest else None)
    try:
        vault.destroyed("")
    finally:
        vault.close()
    if not at_rest:  # else it is found out as the first file is encrypted anew
        with translated(database, LogUnavailableError):
            require_alone(database)


def _turn(database: Path, old: Cipher, new: Cipher, *, at_rest: bool) -> None:
    if at_rest:
        for path, purpose, trouble in _files(database):
            with translated(path, trouble):
                rekey(path, old.derived(purpose), new.derived(purpose))
    _rewrap(database, old, new, new if at_rest else None)


def _files(database: Path) -> Iterator[tuple[Path, Purpose, type[StorageUnavailableError]]]:
    yield database, "log", LogUnavailableError
    yield vault_path(database), "vault", VaultUnavailableError
    if (pictures := pictures_path(database)).exists():
        yield pictures, "pictures", PicturesUnavailableError
    for path in sorted(database.parent.glob(f"{_literally(database.stem)}.*.views.*.db")):
        yield path, "views", ViewsUnavailableError


def _literally(text: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text)


def _rewrap(database: Path, old: Cipher, new: Cipher, file: Cipher | None) -> None:
    """Wrap the vault's keys under *new*, unless they are."""
    for cipher in (new, old):
        vault = SqliteVault(vault_path(database), cipher, file)
        try:
            vault.rotate(new.master)
        except VaultUnavailableError as error:
            if error.kind != "wrong-key" or cipher is old:
                raise
        else:
            return
        finally:
            vault.close()
