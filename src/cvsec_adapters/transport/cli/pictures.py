"""QR codes as files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cvsec_adapters.desk import codes

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def qr_files(command: F) -> F:
    """--png and --svg."""
    png = click.option("--png", type=_FILE, help="Write a picture to this file.")
    svg = click.option("--svg", type=_FILE, help="Write a drawing to this file.")
    return png(svg(command))


def write_qr(text: str, png: Path | None, svg: Path | None) -> list[Path]:
    """Write the QR code of *text* to the files that somebody wants, and return them.

    Raises:
        OSError: a file cannot be written.
    """
    if png is not None:
        png.write_bytes(codes.png(text))
    if svg is not None:
        svg.write_text(codes.svg(text), encoding="utf-8")
    return [file for file in (png, svg) if file is not None]
