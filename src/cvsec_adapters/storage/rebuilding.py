"""All views at once: the groups are rebuilt in processes of their own, side by side."""

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import IO, cast

from attrs import frozen

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.ports import EventLog
from cvsec_core.rows import Group, Projection

WORTH_A_PROCESS = 20_000
"""Fewer events than this are projected before another process has started."""

Progress = Callable[[Group, int, int], None]

_log = logging.getLogger("cvsec")


@frozen
class Job:
    """What another process needs to know to rebuild one group."""

    group: Group
    log: Path
    codec: Codec
    base: Path
    projections: Sequence[Projection]
    log_cipher: Cipher | None
    views_cipher: Cipher | None

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Rebuild the group."""
        with SqliteLog(self.log, self.codec, cipher=self.log_cipher) as log:
            views = SqliteViews(self.base, self.projections, log, self.views_cipher)
            views.rebuild(self.group, log, progress)
            views.close()


# What a worker says, see `cvsec_adapters.storage.rebuild_worker`.
@frozen
class Reached:
    """So far it has come."""

    position: int
    head: int


@frozen
class Rebuilt:
    """It has done its job."""


@frozen
class Failed:
    """It has met an error, and where."""

    error: Exception
    trace: str


@frozen
class _Silent:
    """It says no more: if it has not said how it ended, it could not be started, or was killed."""


Said = Reached | Rebuilt | Failed
_Heard = SimpleQueue[tuple[Group, Said | _Silent]]


def rebuild_all(views: SqliteViews, log: EventLog, progress: Progress) -> None:
    """Rebuild every group, in parallel where that is possible and worth it.

    Args:
        views: whose rows to make again.
        log: the events to make them of.
        progress: called with the group, the position it has reached, and the head.

    Raises:
        RebuildRunningError: a rebuild of a group is at work already.
    """
    jobs, done = _jobs(views, log), set[Group]()
    if len(jobs) > 1 and log.head() >= WORTH_A_PROCESS and _python() is not None:
        done = _in_processes(jobs, progress)
    for group in views.groups:
        if group in done:
            views.follow(group, log, 0)  # switches to the new rows
        else:
            views.rebuild(group, log, partial(progress, group))


def _jobs(views: SqliteViews, log: EventLog) -> list[Job]:
    """One job a group; none where other processes cannot see what this one sees."""
    if views.base_path is None or not isinstance(log, SqliteLog):
        return []
    return [
        Job(
            group,
            log.path,
            log.codec,
            views.base_path,
            [p for p in views.projections if p.group == group],
            log.cipher,
            views.cipher,
        )
        for group in views.groups
    ]


def _python() -> str | None:
    """The interpreter; None within a program that embeds one: run again, that would be itself."""
    name = Path(sys.executable or "").name.lower()
    is_python = name.startswith(("python", "pypy")) and not getattr(sys, "frozen", False)
    return sys.executable if is_python else None


def _in_processes(jobs: Sequence[Job], progress: Progress) -> set[Group]:
    """The groups that were rebuilt, each in a process of its own."""
    heard: _Heard = SimpleQueue()
    with ExitStack() as workers:
        for job in jobs:
            workers.enter_context(_worker(job, heard))
        ends = _ends(heard, len(jobs), progress)
    for group, end in ends.items():
        if isinstance(end, Failed):
            end.error.add_note(f"In the process that rebuilt the {group} views:\n{end.trace}")
            raise end.error
    return {group for group, end in ends.items() if isinstance(end, Rebuilt)}


def _ends(heard: _Heard, running: int, progress: Progress) -> dict[Group, Rebuilt | Failed]:
    """How each worker ended that has said so."""
    ends: dict[Group, Rebuilt | Failed] = {}
    while running:
        match heard.get():
            case group, Reached(position, head):
                progress(group, position, head)
            case group, _Silent():
                running -= 1
                if group not in ends:
                    _log.info("The %s views are rebuilt in this process: no other could.", group)
            case group, end:
                ends[group] = end
    return ends


@contextmanager
def _worker(job: Job, heard: _Heard) -> Generator[None]:
    """A process that does *job*; what it says is put into *heard*."""
    try:
        process = _started()
    except OSError:
        heard.put((job.group, _Silent()))
        yield
        return
    told, said = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    listening = threading.Thread(target=_listen, args=(job.group, said, heard))
    with process:
        listening.start()
        try:
            _tell(told, job)
            yield
        except BaseException:
            process.kill()
            raise
        finally:
            listening.join()


def _started() -> "subprocess.Popen[bytes]":
    # Not `multiprocessing`: that runs the caller's main module again, which may be a script that
    # sends commands and does not ask for its name.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "cvsec_adapters.storage.rebuild_worker"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _tell(worker: IO[bytes], job: Job) -> None:
    """Hand the job over. A worker that gets none, as one of classes that it cannot import, ends."""
    with suppress(OSError, pickle.PicklingError, AttributeError, TypeError), worker:
        worker.write(pickle.dumps(job))


def _listen(group: Group, worker: IO[bytes], heard: _Heard) -> None:
    """Put what a worker says into *heard*, to its end."""
    with suppress(Exception):  # what is not understood was not said: then the job is done here
        while True:
            heard.put((group, pickle.load(worker)))  # noqa: S301  # a process of our own
    heard.put((group, _Silent()))
