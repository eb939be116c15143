"""QR codes as files and on the terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cvsec_adapters.desk import codes

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def qr_files(command: F) -> F:
    """--png and --svg."""
    png = click.option("--png", type=_FILE, help="Save the code as a picture.")
    svg = click.option("--svg", type=_FILE, help="Save the code as a drawing.")
    return png(svg(command))


def save(text: str, png: Path | None, svg: Path | None) -> None:
    """Write the QR code of *text* to the files that somebody wants.

    Raises:
        OSError: a file cannot be written.
    """
    if png is not None:
        png.write_bytes(codes.png(text))
    if svg is not None:
        svg.write_text(codes.svg(text), encoding="utf-8")


def drawn(text: str) -> str:
    """The QR code of *text* in characters."""
    return codes.terminal(text)
