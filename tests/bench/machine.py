"""Where the figures come from: the machine, its disk, and a folder to work in."""

import os
import platform
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench.measuring import timed

IN_MEMORY = ("tmpfs", "ramfs")
BLOCK = 4096


@contextmanager
def work_folder() -> Generator[Path]:
    """A folder on a disk, not in memory where that can be avoided; gone at the end."""
    candidates = [Path(tempfile.gettempdir()), Path("/var/tmp"), Path.cwd()]  # noqa: S108  # made safely below
    on_disk = [
        place for place in candidates if place.is_dir() and filesystem(place) not in IN_MEMORY
    ]
    with tempfile.TemporaryDirectory(prefix="cvsec-bench-", dir=(on_disk or candidates)[0]) as made:
        yield Path(made)


def facts(folder: Path) -> dict[str, object]:
    """What a reader of the figures has to know about the machine."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "filesystem": filesystem(folder),
        "fsync_4k_ms": round(fsync_ms(folder), 3),
        "load": load(),
    }


def fsync_ms(folder: Path, times: int = 200) -> float:
    """How many milliseconds it takes until another 4 KiB are on the disk: the median."""
    with (folder / "fsync").open("wb", buffering=0) as file:

        def write() -> None:
            file.write(bytes(BLOCK))
            os.fsync(file.fileno())

        return median(timed([write] * times)) * 1000


def load() -> float | None:
    """How many processes wanted a core in the last minute, this one among them; None: not told."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def filesystem(folder: Path) -> str:
    """The kind of file system the folder is on; ``unknown`` where the system does not tell."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    fields = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    kinds = {Path(point): kind for _, point, kind, *_ in fields}
    folder = folder.resolve()
    return next((kinds[place] for place in (folder, *folder.parents) if place in kinds), "unknown")
