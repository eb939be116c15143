"""A database file made by us: opened where it is there, made where it is missing."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from cvsec_adapters.storage.connections import (
    Access,
    connect,
    immediate,
    into_wal,
    kind_of,
    openings,
)
from cvsec_adapters.storage.errors import NewerSchemaError, StorageUnavailableError


class Layout(NamedTuple):
    """What stands in a file. ``schema`` is kept in it as its ``user_version``; ``main`` is the
    table that tells it from other files; ``trouble`` is raised where it cannot be used.
    """

    tables: tuple[str, ...]
    schema: int
    main: str
    trouble: type[StorageUnavailableError]


def prepare(path: Path, layout: Layout, key: bytes | None) -> Access:
    """Make the tables where they are missing, and find out what may be done with the file.

    Raises:
        StorageUnavailableError: it is another program's, or cannot be made, in the layout's class.
        NewerSchemaError: a newer version of cvsec made it.
        sqlite3.Error: it cannot be opened.
    """
    attempts = openings(path, "create")
    for access in attempts:
        try:
            with closing(connect(path, access, key=key)) as connection:
                _check(path, layout, connection, may_create=access == "create")
        except sqlite3.OperationalError as error:
            if kind_of(error) not in ("read-only", "unreadable") or access == attempts[-1]:
                raise
        else:
            return "write" if access == "create" else access
    raise AssertionError(path)  # the last attempt returns or raises


def _check(path: Path, layout: Layout, connection: sqlite3.Connection, *, may_create: bool) -> None:
    found = _schema_of(connection)
    if found > layout.schema:
        raise NewerSchemaError(str(path), found, layout.schema)
    if found == layout.schema:
        connection.execute(f"SELECT 1 FROM {layout.main} LIMIT 1").fetchone()  # noqa: S608  # our name
    elif may_create:
        _create(path, layout, connection)
    else:
        raise layout.trouble(str(path), "read-only")


def _create(path: Path, layout: Layout, connection: sqlite3.Connection) -> None:
    into_wal(connection)
    with immediate(connection):
        if _schema_of(connection):
            return  # another process was faster
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            raise layout.trouble(str(path), "not-ours")
        for statement in layout.tables:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={layout.schema}")


def _schema_of(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
