"""What programs read: JSON on stdout and cursors on stderr."""

import json
from typing import Any

import click


def write_json(shape: Any) -> None:  # noqa: ANN401  # anything that JSON can hold
    """Print *shape* as JSON, indented for people who look at it."""
    click.echo(json.dumps(shape, indent=2, ensure_ascii=False))


def write_line(shape: Any) -> None:  # noqa: ANN401
    """Print *shape* as one line of JSON."""
    click.echo(json.dumps(shape, ensure_ascii=False))


def write_cursor(cursor: str | None) -> None:
    """Say where the next page begins; nothing where this was the last."""
    if cursor is not None:
        click.echo(f"next: {cursor}", err=True)


def printable(text: str) -> str:
    r"""*text* without what could take over a terminal: devices write what they like.

    >>> printable("card\x1b[2J 1")
    'card?[2J 1'
    """
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
