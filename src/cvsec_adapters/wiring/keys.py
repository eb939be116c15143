"""Tells and changes the key of a site."""

import os
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.errors import VaultPresentError
from cvsec_adapters.storage.keys import (
    Cipher,
    Privacy,
    cipher_in,
    key_source,
    privacy_from,
    vault_path,
)
from cvsec_adapters.storage.rotation import rotate
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_core.catalogue import EVENTS


def rotate_key(path: str | PathLike[str], old: Privacy, new: Cipher) -> None:
    """Turn the closed site at *path* over to another master key; a crash on the way leaves it so
    that `open_site` opens it with either.

    Raises:
        StorageUnavailableError: a file is in use, or *old* is not its key.
    """
    rotate(Path(path), old.cipher, new, at_rest=old.at_rest)


class KeyInUse(NamedTuple):
    """Where the master key of a site comes from, and what tells it from others. ``at_rest``: files
    are encrypted as a whole.
    """

    source: str
    fingerprint: str
    at_rest: bool


def key_in_use(path: Path) -> KeyInUse:
    """The key that the environment gives to the site at *path*.

    Raises:
        CommandError: the environment does not say which key to use.
    """
    privacy = privacy_from(os.environ, path)
    return KeyInUse(key_source(os.environ), privacy.cipher.fingerprint, privacy.at_rest)


def new_vault(path: Path) -> Path:
    """Make an empty vault for the log at *path*, whose own is lost for good. Nobody whom the log
    knows is known any more; doors, lockdowns and alarms are as they were.

    Returns:
        Where the vault lies.

    Raises:
        VaultPresentError: there is a vault.
        LogUnavailableError: the log cannot be opened.
        CommandError: the environment does not say which key to use.
    """
    privacy = privacy_from(os.environ, path)
    vault = SqliteVault(vault_path(path), privacy.cipher, privacy.files)
    if vault.path.exists():
        raise VaultPresentError(str(vault.path))
    with SqliteLog(path, Codec(EVENTS), cipher=privacy.files) as log:
        vault.belong_to(log.identity())
    vault.close()
    return vault.path


def change_key(path: Path, file: Path) -> KeyInUse:
    """Turn the closed site at *path* over from the key that the environment gives to the one in
    *file*, which is made where it is missing.

    Raises:
        StorageUnavailableError: a file is in use, or has another key than the environment gives.
        CommandError: the environment does not say which key it has, or the new one is no good.
    """
    old, new = privacy_from(os.environ, path), cipher_in(file, path)
    rotate_key(path, old, new)
    return KeyInUse(str(file), new.fingerprint, old.at_rest)
