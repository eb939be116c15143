"""Builds a running site from its parts: the only module that knows them all."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.rebuilding import rebuild_all
from cvsec_adapters.storage.sqlite import Durability, SqliteLog
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.catalogue import EVENTS, PROJECTIONS
from cvsec_core.ports import Clock, EventLog
from cvsec_core.recorded import Event
from cvsec_core.rows import Group
from cvsec_core.site import Site


def now() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


def zone(name: str) -> tzinfo:
    """The time zone of an IANA name.

    Raises:
        KeyError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError) as error:
        raise KeyError(name) from error


def open_site(
    path: str | PathLike[str], *, durability: Durability = "full", clock: Clock = now
) -> Site:
    """The site whose log is the SQLite file at *path*, which is made where it is missing. Its views
    lie beside it.

    Raises:
        LogUnavailableError: the file cannot be opened, or is no event log.
        NewerSchemaError: a newer version of cvsec made it.
    """
    log = SqliteLog(path, _codec(), durability)
    return _site(log, SqliteViews(Path(path), PROJECTIONS, log), clock)


def memory_site(clock: Clock = now) -> Site:
    """A site that is gone when the program ends."""
    log = MemoryLog(_codec())
    return _site(log, SqliteViews(None, PROJECTIONS, log), clock)


def rebuild(site: Site, progress: Callable[[Group, int, int], None]) -> None:
    """Make all views of *site* again from its log, beside those in use.

    Args:
        progress: called with the group, the position reached and the head.

    Raises:
        RebuildRunningError: a rebuild is at work already.
    """
    assert isinstance(site.views, SqliteViews)  # noqa: S101  # every site is made here
    rebuild_all(site.views, site.log, progress)


class ViewFile(NamedTuple):
    """How far a group of views is, and where it lies; no path: in memory."""

    group: Group
    position: int
    head: int
    generation: int
    path: Path | None


def view_files(site: Site) -> list[ViewFile]:
    """Every group of views of *site*, without bringing it up to date."""
    views, log = site.views, site.log
    assert isinstance(views, SqliteViews)  # noqa: S101  # every site is made here
    head = log.head()
    return [_view_file(views, group, head) for group in views.groups]


def _view_file(views: SqliteViews, group: Group, head: int) -> ViewFile:
    position, generation = views.position(group), views.generations.generation(group)
    base = views.base_path
    path = base and base.with_name(f"{base.stem}.{group}.views.{generation}.db")
    return ViewFile(group, position, head, generation, path if path and path.exists() else None)


def stored(event: Event) -> tuple[str, dict[str, Any]]:
    """The name under which *event* is stored, and its fields as they are stored."""
    name, body = _codec().encode(event)
    return name, msgspec.json.decode(body)


@cache
def _codec() -> Codec:
    return Codec(EVENTS)


def _site(log: EventLog, views: SqliteViews, clock: Clock) -> Site:
    return Site(log, views, clock, zone, _scratch)


def _scratch() -> SqliteViews:
    """Views in memory that no log knows of, for looking back in time."""
    return SqliteViews(None, PROJECTIONS, MemoryLog(Codec(())))
