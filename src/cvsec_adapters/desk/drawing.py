"""Ids drawn by chance: short enough to be read out, too many to be met twice."""

import base64
import secrets


def drawn() -> str:
    """10 letters and digits without 0 and 1, which read like O and I."""
    return base64.b32encode(secrets.token_bytes(6)).decode().rstrip("=").lower()
