"""All views at once: the groups are rebuilt in processes of their own, side by side."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.queues import SimpleQueue
from pathlib import Path

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


@frozen
class _Job:
    """What another process needs to know to rebuild one group."""

    group: Group
    log: Path
    codec: Codec
    base: Path
    projections: Sequence[Projection]
    log_cipher: Cipher | None
    views_cipher: Cipher | None


def rebuild_all(views: SqliteViews, log: EventLog, progress: Progress) -> None:
    """Rebuild every group, in parallel where that is possible and worth it.

    Args:
        views: whose rows to make again.
        log: the events to make them of.
        progress: called with the group, the position it has reached, and the head.

    Raises:
        RebuildRunningError: a rebuild of a group is at work already.
    """
    jobs = _jobs(views, log)
    if len(jobs) > 1 and log.head() >= WORTH_A_PROCESS:
        try:
            _in_processes(jobs, progress)
        except BrokenProcessPool:
            pass  # no process could be started, as within a program that is only half loaded
        else:
            return
    for group in views.groups:
        views.rebuild(group, log, partial(progress, group))


def _jobs(views: SqliteViews, log: EventLog) -> list[_Job]:
    """One job a group; none where other processes cannot see what this one sees."""
    if views.base_path is None or not isinstance(log, SqliteLog):
        return []
    return [
        _Job(
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


def _in_processes(jobs: Sequence[_Job], progress: Progress) -> None:
    # Not forked: a fork copies locks that other threads hold, and open databases.
    context = multiprocessing.get_context("spawn")
    reports: SimpleQueue[tuple[Group, int, int] | None] = context.SimpleQueue()
    with ProcessPoolExecutor(len(jobs), context, _remember, (reports,)) as pool:
        running = [pool.submit(_rebuild, job) for job in jobs]
        for future in running:
            future.add_done_callback(lambda _: reports.put(None))
        _pass_on(running, reports, progress)
        for future in running:
            future.result()


def _pass_on(
    running: Sequence[Future[None]],
    reports: "SimpleQueue[tuple[Group, int, int] | None]",
    progress: Progress,
) -> None:
    done = 0
    while done < len(running):
        report = reports.get()
        if report is None:
            done += 1
        else:
            progress(*report)


_reports: "SimpleQueue[tuple[Group, int, int] | None] | None" = None


def _remember(reports: "SimpleQueue[tuple[Group, int, int] | None]") -> None:
    global _reports  # noqa: PLW0603  # a queue cannot be handed over with a job
    _reports = reports


def _rebuild(job: _Job) -> None:
    """Runs in a process of its own."""
    import gc

    gc.disable()  # the process makes millions of small objects, none of them in a circle
    with SqliteLog(job.log, job.codec, cipher=job.log_cipher) as log:
        views = SqliteViews(job.base, job.projections, log, job.views_cipher)
        views.rebuild(job.group, log, lambda at, head: _report(job.group, at, head))
        views.close()


def _report(group: Group, at: int, head: int) -> None:
    if _reports is not None:
        _reports.put((group, at, head))
