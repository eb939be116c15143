"""Names that a row lists: one comes, one goes."""

from collections.abc import Iterator
from typing import Any

from cvsec_core.rows import Change, Patch, Rows


def joined(rows: Rows, table: type[Any], name: str, column: str, item: str) -> Iterator[Change]:
    """*item* stands in the list from now on, once; nothing where there is no such row."""
    row = rows.get(table, name)
    if row is not None:
        had: tuple[str, ...] = getattr(row, column)
        yield Patch(table, name, {column: tuple(dict.fromkeys((*had, item)))})


def parted(rows: Rows, table: type[Any], name: str, column: str, item: str) -> Iterator[Change]:
    """*item* stands in the list no more; nothing where there is no such row."""
    row = rows.get(table, name)
    if row is not None:
        had: tuple[str, ...] = getattr(row, column)
        yield Patch(table, name, {column: tuple(other for other in had if other != item)})
