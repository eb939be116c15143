"""Two processes on one file, writing and following all the time."""

import os
import subprocess
import sys
from pathlib import Path

from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from tests.adapters.storage_toys import CODEC, PROJECTIONS, BeadRow, FoldedRows, PassageRow

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("CVSEC_SOAK_SECONDS", "60"))

WORKER = """
import sys, time
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.errors import StreamMovedError
from tests.adapters.storage_toys import *

folder, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
log = SqliteLog(f"{folder}/site.db", CODEC, "normal")
views = SqliteViews(f"{folder}/site.db", PROJECTIONS, log)
until, number, lost, stored = time.monotonic() + seconds, 0, 0, 0
while time.monotonic() < until:
    number += 1
    added = BeadAdded(f"{name}-{number % 500}", "red" if number % 2 else "blue", NOON, number % 7)
    # Every third event goes to a stream that the other process writes to as well.
    stream = "shared" if number % 3 == 0 else f"{name}-{number % 50}"
    try:
        stored += len(append(log, stream, [added], f"{name}-{number}", seconds=number))
    except StreamMovedError:
        lost += 1
    if number % 5 == 0:
        head = log.head()
        for group in views.groups:
            assert views.follow(group, log, head) >= head
        assert views.count(PassageRow) >= head
    if number % 400 == 0 and name == "one":
        views.rebuild("boards", log, lambda at, head: None)
print(stored, lost)
"""


def test_soak_two_processes_write_and_follow_and_no_event_is_skipped(tmp_path: Path):
    SqliteLog(tmp_path / "site.db", CODEC).close()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path), name, str(SECONDS)],
            env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    told = [worker.communicate(timeout=SECONDS + 120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], told
    assert "locked" not in "".join(err for _, err in told)
    stored = sum(int(out.split()[0]) for out, _ in told)
    with SqliteLog(tmp_path / "site.db", CODEC) as log:
        assert log.head() == stored
        views = SqliteViews(tmp_path / "site.db", PROJECTIONS, log)
        for group in views.groups:
            views.follow(group, log, log.head())
        model = FoldedRows().fold(log)
        for row in (BeadRow, PassageRow):
            assert views.select(row) == model.sorted(row)
        views.close()
