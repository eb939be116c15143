"""Rebuilding in processes of their own, as an embedding program does it."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from attrs import evolve

from cvsec_adapters.storage import rebuilding
from cvsec_adapters.storage.errors import RebuildRunningError
from cvsec_adapters.storage.rebuilding import WORTH_A_PROCESS, rebuild_all
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Rows
from tests.adapters.storage_toys import (
    BEADS,
    CODEC,
    PASSAGES,
    PROJECTIONS,
    BeadRow,
    FoldedRows,
    PassageRow,
    append,
    bead,
    project_beads,
)

ROOT = Path(__file__).parents[2]

SCRIPT = """
import os, sys
sys.path[:0] = [{src!r}, {root!r}]  # known to this process only
with open("runs.txt", "a") as runs:
    print(os.getpid(), file=runs)
from cvsec_adapters.storage.rebuilding import rebuild_all
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from tests.adapters.storage_toys import *

def elsewhere(*_):
    raise AssertionError("rebuilt in the process of the script")

file = os.path.abspath("site.db")
with SqliteLog(file, CODEC, "normal") as log:
    append(log, "string", [bead(number) for number in range({events})])
    views = SqliteViews(file, PROJECTIONS, log)
    views.rebuild = elsewhere
    os.chdir("elsewhere")
    rebuild_all(views, log, lambda *_: None)
    print([log.generation(group) for group in views.groups], views.count(PassageRow))
"""

SITE = """
with open("runs.txt", "a") as runs:
    print("run", file=runs)
from cvsec_adapters import wiring
from tests.bench import events

with wiring.open_site("site.db", durability="normal") as site:
    events.fill(site, {events})
    wiring.rebuild(site, lambda *_: None)
    print([site.log.generation(group) for group in site.views.groups])
"""


def ran(folder: Path, script: str, *, path: str = "") -> str:
    """What a script without a guard prints, and that its body ran once."""
    (folder / "elsewhere").mkdir()
    (folder / "embed.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "embed.py"],
        cwd=folder,
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len((folder / "runs.txt").read_text().splitlines()) == 1
    return done.stdout.strip()


def test_the_body_of_a_script_without_a_guard_runs_once(tmp_path: Path):
    script = SCRIPT.format(src=str(ROOT / "src"), root=str(ROOT), events=WORTH_A_PROCESS)
    assert ran(tmp_path, script) == f"[2, 2] {WORTH_A_PROCESS}"


def test_the_body_of_a_script_that_embeds_a_site_runs_once(tmp_path: Path):
    script = SITE.format(events=WORTH_A_PROCESS)
    assert ran(tmp_path, script, path=f"{ROOT / 'src'}:{ROOT}").startswith("[2, 2")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteLog]:
    monkeypatch.setattr(rebuilding, "WORTH_A_PROCESS", 1)
    with SqliteLog(tmp_path / "site.db", CODEC, "normal") as log:
        append(log, "string", [bead(number) for number in range(100)])
        yield log


@pytest.fixture
def views(log: SqliteLog, tmp_path: Path) -> Iterator[SqliteViews]:
    views = SqliteViews(tmp_path / "site.db", PROJECTIONS, log)
    for group in views.groups:
        views.follow(group, log, log.head())
    yield views
    views.close()


def rebuilt(views: SqliteViews, log: SqliteLog) -> None:
    told: dict[str, int] = {}
    rebuild_all(views, log, lambda group, at, _: told.update({group: at}))
    assert told == dict.fromkeys(views.groups, log.head())
    assert [log.generation(group) for group in views.groups] == [2, 2]
    model = FoldedRows().fold(log)
    for row in (BeadRow, PassageRow):
        assert views.select(row) == model.sorted(row)


@pytest.mark.parametrize("program", ["/nowhere/python3", "/usr/sbin/uwsgi", ""])
def test_where_no_process_can_be_started_this_one_does_it(
    views: SqliteViews, log: SqliteLog, program: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "executable", program)
    rebuilt(views, log)


def test_a_process_that_cannot_import_our_classes_leaves_it_to_this_one(
    views: SqliteViews, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "path", [p for p in sys.path if Path(p or ".").resolve() != ROOT])
    rebuilt(views, log)


def test_what_another_process_cannot_be_told_this_one_does(log: SqliteLog):
    def within(recorded: Recorded, rows: Rows) -> Iterable[Change]:  # nobody can import it
        return project_beads(recorded, rows)

    views = SqliteViews(log.path, (evolve(BEADS, project=within), PASSAGES), log)
    rebuilt(views, log)
    views.close()


def test_the_error_of_a_process_is_raised_here(views: SqliteViews, log: SqliteLog):
    with views._groups["history"]._lock(), pytest.raises(RebuildRunningError) as error:
        rebuild_all(views, log, lambda *_: None)
    assert error.value.group == "history"
    assert "In the process" in error.value.__notes__[0]
    assert log.generation("boards") == 2


def test_where_the_watcher_fails_the_processes_end(views: SqliteViews, log: SqliteLog):
    def fail(*_: object) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        rebuild_all(views, log, fail)
    for group in views.groups:
        views.rebuild(group, log, lambda *_: None)
