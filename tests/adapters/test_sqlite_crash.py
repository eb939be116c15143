"""A process that is killed at any moment leaves views that are right, if perhaps not up to date."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("work", "fewest"), [("follow", 10), ("rebuild", 20)])
def test_killed_between_any_two_statements_the_views_are_the_fold_of_the_log(
    tmp_path: Path, work: str, fewest: int
):
    victim = subprocess.run(
        [sys.executable, ROOT / "tests/adapters/storage_victim.py", work, tmp_path],
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert victim.returncode == 0, victim.stdout + victim.stderr
    assert int(victim.stdout) >= fewest
