"""Tells and changes the key of a site."""

import os
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from cvsec_adapters.storage.keys import (
    Cipher,
    Privacy,
    cipher_in,
    key_source,
    privacy_from,
)
from cvsec_adapters.storage.rotation import rotate


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
