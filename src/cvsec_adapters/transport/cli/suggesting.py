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


def expected_visits(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The visits that are to come."""
    return _visits(ctx, beginning, "expected")


def open_visits(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The visits of those who are here."""
    return _visits(ctx, beginning, "checked-in")


def _visits(ctx: click.Context, beginning: str, state: str) -> list[str]:
    from cvsec_core.projections.visitor_list import page

    def newest(views: Views) -> list[str]:
        return [shown.row.id for shown in page(views, state=state, limit=MOST)]

    return _complete(ctx, beginning, newest)


def open_invitations(ctx: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """The newest invitations that may still be redeemed."""
    from cvsec_core.projections.invitations import of_host

    def newest(views: Views) -> list[str]:
        return [one.row.id for one in of_host(views, limit=MOST) if one.row.state == "open"]

    return _complete(ctx, beginning, newest)


def _ids(views: Views, row: type[Any]) -> list[str]:
    return [found.id for found in views.select(row)]
