"""What a shell may complete: the ids that stand in the database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cvsec_adapters.transport.cli.session import Session
from cvsec_core.errors import CommandError
from cvsec_core.rows import Views

MOST = 200

Question = Callable[[Views], list[str]]


def _complete(ctx: click.Context, beginning: str, question: Question) -> list[str]:
    """What *question* finds and begins so; nothing where there is no database."""
    session = ctx.find_object(Session) or _of_root(ctx)
    try:
        with session.existing() as site:
            names = site.query(question)
    except CommandError:
        return []
    return [name for name in names if name.startswith(beginning)]


def _of_root(ctx: click.Context) -> Session:
    """What stands before the command; while completing, nothing has been run."""
    database: Path | None = ctx.find_root().params.get("database")
    return Session() if database is None else Session(database)


def door_ids(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The doors."""
    from cvsec_core.projections.door_board import DoorRow

    return _complete(ctx, beginning, lambda views: _ids(views, DoorRow))


def device_serials(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The devices."""
    from cvsec_core.projections.devices import DeviceRow

    return _complete(ctx, beginning, lambda views: _ids(views, DeviceRow))


def group_ids(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The lockdown groups."""
    from cvsec_core.projections.lockdown_board import GroupRow

    return _complete(ctx, beginning, lambda views: _ids(views, GroupRow))


def alarm_ids(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The newest alarms that nobody has acknowledged."""
    from cvsec_core.projections.alarm_center import Filter, page

    def newest(views: Views) -> list[str]:
        return [a.row.id for a in page(views, Filter("unacknowledged"), limit=MOST).alarms]

    return _complete(ctx, beginning, newest)


def person_numbers(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The first people by number."""
    from cvsec_core.projections.directory import people

    def first(views: Views) -> list[str]:
        return [row.number for row in people(views, search=beginning, limit=MOST) if row.number]

    return _complete(ctx, beginning, first)


def level_ids(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The access levels."""
    from cvsec_core.projections.directory import LevelRow

    return _complete(ctx, beginning, lambda views: _ids(views, LevelRow))


def _ids(views: Views, row: type[Any]) -> list[str]:
    return [found.id for found in views.select(row)]
