"""A program that is killed at a given statement, between any two writes, while it works on views.

``storage_victim.py WHAT FOLDER`` forks a child a statement: the first child dies before its first
statement, the next one before its second, and so on, until one lives to the end. After each death
the parent finds out whether the views are still the fold of the log.
"""

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cvsec_adapters.storage import view_files
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from tests.adapters.storage_toys import (
    CODEC,
    PROJECTIONS,
    BeadRow,
    ColourTally,
    FoldedRows,
    append,
    bead,
    story,
)


class Fuse:
    """Kills this process before its n-th statement on a view file."""

    def __init__(self, left: int) -> None:
        self.left = left

    def burn(self, _: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def lay(self) -> None:
        connect = view_files.connect

        def watched(*how: Any) -> sqlite3.Connection:
            connection = connect(*how)
            connection.set_trace_callback(self.burn)
            return connection

        view_files.connect = watched


def follow(views: SqliteViews, log: SqliteLog) -> None:
    views.follow("boards", log, log.head())


def rebuild(views: SqliteViews, log: SqliteLog) -> None:
    views.rebuild("boards", log, lambda _, __: None)


def die(folder: Path, work: Callable[[SqliteViews, SqliteLog], None], statement: int) -> bool:
    """Let a child do the work until it dies; whether it did."""
    child = os.fork()
    if child == 0:
        Fuse(statement).lay()
        log = SqliteLog(folder / "site.db", CODEC, "normal")
        work(SqliteViews(folder / "site.db", PROJECTIONS, log), log)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("the child failed by itself")
    return os.WIFSIGNALED(status)


def sound(folder: Path) -> bool:
    """Whether the views, as they stand and when they have caught up, are the fold of the log."""
    with SqliteLog(folder / "site.db", CODEC) as log:
        views = SqliteViews(folder / "site.db", PROJECTIONS, log)
        model = FoldedRows()
        reached = views.position("boards")
        for recorded in log.read_all(0, reached):
            model.take(recorded)
        before = views.select(BeadRow) == model.sorted(BeadRow)
        views.follow("boards", log, log.head())
        model = FoldedRows().fold(log)
        after = [views.select(row) == model.sorted(row) for row in (BeadRow, ColourTally)]
        views.rebuild("boards", log, lambda _, __: None)
        rebuilt = [views.select(row) == model.sorted(row) for row in (BeadRow, ColourTally)]
        views.close()
        return before and all(after) and all(rebuilt)


def prepare(folder: Path) -> None:
    """Views that have followed a part of the log, and a log that has gone on."""
    folder.mkdir()
    with SqliteLog(folder / "site.db", CODEC, "normal") as log:
        story(log, 20)
        views = SqliteViews(folder / "site.db", PROJECTIONS, log)
        views.follow("boards", log, log.head())
        views.close()
        story(log, 0)
        append(log, "string-new", [bead(number) for number in range(30, 60)])


def main(what: str, folder: Path) -> int:
    work = {"follow": follow, "rebuild": rebuild}[what]
    prepare(folder / "original")
    statement, died = 0, True
    while died:
        statement += 1
        copy = folder / str(statement)
        shutil.copytree(folder / "original", copy)
        died = die(copy, work, statement)
        if not sound(copy):
            print(f"killed before statement {statement}: the views are wrong")  # noqa: T201
            return 1
        shutil.rmtree(copy)
    print(statement - 1)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
