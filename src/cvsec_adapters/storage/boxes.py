"""AES-256-GCM: what was put into a box is taken out only with its key and its label."""

import secrets
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from cvsec_adapters.storage.errors import ExtraMissingError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class WrongKeyError(ValueError):
    """The key or the label is another one, or the box was changed."""


class Lock:
    """Shuts and opens boxes under one *key*. Making one takes longer than using it.

    Raises:
        ExtraMissingError: the package that encrypts is not installed.
    """

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, key: bytes) -> None:
        gcm = _gcm()(key)
        self._encrypt, self._decrypt = gcm.encrypt, gcm.decrypt

    def shut(self, content: bytes, label: bytes) -> bytes:
        """A box: a nonce of its own, then *content* encrypted and bound to *label*."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self.encrypted(nonce, content, label)

    def encrypted(self, nonce: bytes, content: bytes, label: bytes) -> bytes:
        """The box without the *nonce*, which is of chance and used once."""
        return self._encrypt(nonce, content, label)

    def opened(self, box: bytes, label: bytes) -> bytes:
        """What is in the *box*.

        Raises:
            WrongKeyError: it does not open.
        """
        return self.decrypted(box[:NONCE_BYTES], box[NONCE_BYTES:], label)

    def decrypted(self, nonce: bytes, ciphertext: bytes, label: bytes) -> bytes:
        """What is in the box that these two make.

        Raises:
            WrongKeyError: it does not open.
        """
        try:
            return self._decrypt(nonce, ciphertext, label)
        except _invalid_tag() as error:
            raise WrongKeyError from error


def nonces(count: int) -> Iterator[bytes]:
    """So many nonces of chance."""
    whole = secrets.token_bytes(NONCE_BYTES * count)
    return (whole[at : at + NONCE_BYTES] for at in range(0, len(whole), NONCE_BYTES))


def shut(key: bytes, content: bytes, label: bytes) -> bytes:
    """A box under *key*, see `Lock.shut`.

    Raises:
        ExtraMissingError: the package that encrypts is not installed.
    """
    return Lock(key).shut(content, label)


def opened(key: bytes, box: bytes, label: bytes) -> bytes:
    """What is in the *box*.

    Raises:
        WrongKeyError: it does not open.
        ExtraMissingError: the package that decrypts is not installed.
    """
    return Lock(key).opened(box, label)


@cache
def _gcm() -> "type[AESGCM]":
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ModuleNotFoundError as error:
        raise ExtraMissingError("cryptography") from error
    return AESGCM


@cache
def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag

    return InvalidTag
