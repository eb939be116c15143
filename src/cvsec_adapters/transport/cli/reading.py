"""What people hand in by file."""

from typing import IO

from cvsec_core.values import invalid

LONGEST = 4096
"""Bytes that are looked at; no secret is longer."""


def secret_in(file: IO[bytes], name: str) -> str:
    """The one line that *file* holds, without its end.

    Raises:
        InvalidFieldError: it holds something else; *name* is the field that is said to be wrong.
    """
    content = file.read(LONGEST + 1)
    try:
        line = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        line = ""
    if not line or not line.isprintable() or len(content) > LONGEST:
        invalid(
            name,
            f"{len(content)} bytes",  # an error is no place for a secret
            "a file of one line in UTF-8",
            "un archivo de una línea en UTF-8",
        )
    return line
