"""What stands for somebody: ids that tell nothing, and marks that tell no name."""

import base64
import hashlib
import hmac
import secrets

from cvsec_core.ports import Name

_MARK_BYTES = 20
_ID_BYTES = 20


def mark_of(key: bytes, name: Name) -> str:
    """A keyed hash by which a name is found."""
    return hmac.digest(key, "\0".join(name).encode(), hashlib.sha256)[:_MARK_BYTES].hex()


def new_ids(count: int) -> list[str]:
    """Ids of chance, 160 bits each; base 32 makes whole letters of them."""
    letters = base64.b32encode(secrets.token_bytes(_ID_BYTES * count)).decode().lower()
    width = _ID_BYTES * 8 // 5
    return [letters[start : start + width] for start in range(0, len(letters), width)]
