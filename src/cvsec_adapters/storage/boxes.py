"""AES-256-GCM: what was put into a box is taken out only with its key and its label."""

import secrets
from functools import cache
from typing import TYPE_CHECKING

from cvsec_adapters.storage.errors import ExtraMissingError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class WrongKeyError(ValueError):
    """The key or the label is another one, or the box was changed."""


def shut(key: bytes, content: bytes, label: bytes) -> bytes:
    """A box: a nonce of its own, then *content* encrypted under *key* and bound to *label*.

    Raises:
        ExtraMissingError: the package that encrypts is not installed.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _gcm()(key).encrypt(nonce, content, label)


def opened(key: bytes, box: bytes, label: bytes) -> bytes:
    """What is in the *box*.

    Raises:
        WrongKeyError: it does not open.
        ExtraMissingError: the package that decrypts is not installed.
    """
    gcm = _gcm()
    try:
        return gcm(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], label)
    except _invalid_tag() as error:
        raise WrongKeyError from error


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
