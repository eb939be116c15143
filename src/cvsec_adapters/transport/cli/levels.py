"""`cvsec levels`: which doors, in which hours, and who holds them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from cvsec_adapters.desk import levels as desk
from cvsec_adapters.transport.cli import people_shapes
from cvsec_adapters.transport.cli.acting import carry_out
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.rendering import levels as boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import door_ids, level_ids, person_numbers
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.ids import LevelId
from cvsec_core.projections import directory
from cvsec_core.site import Site

F = TypeVar("F", bound=Callable[..., Any])


@click.group
def command() -> None:
    """Access levels: doors and hours, and who holds them."""


def _days(_: click.Context, __: click.Parameter, given: tuple[datetime, ...]) -> tuple[date, ...]:
    return tuple(day.date() for day in given)


def _rights(command: F) -> F:
    """The doors, hours and holidays of a level."""
    for option in (
        click.option(
            "--holiday",
            "holidays",
            type=click.DateTime(["%Y-%m-%d"]),
            multiple=True,
            callback=_days,
            help="A day on which it opens nothing; give as many as there are.",
        ),
        click.option(
            "--hours",
            multiple=True,
            required=True,
            metavar="HOURS",
            help="When it opens them: days and times, such as 'mon-fri 08:00-12:00,14:00-18:00', "
            "'sat-mon 22:00-06:00' (into the next day) or 'daily 00:00-24:00'; give as many as "
            "it has.",
        ),
        click.option(
            "--door",
            "doors",
            multiple=True,
            required=True,
            metavar="DOOR",
            help="A door that it opens; give as many as it has.",
            shell_complete=door_ids,
        ),
    ):
        command = option(command)
    return command


@command.command
@click.argument("name")
@_rights
@everywhere
@click.pass_obj
def define(
    session: Session,
    *,
    name: str,
    doors: tuple[str, ...],
    hours: tuple[str, ...],
    holidays: tuple[date, ...],
    as_json: bool,
) -> None:
    """Define an access level."""

    def deed(site: Site) -> Answer:
        return desk.define(site, name, doors, hours, holidays=holidays, by=session.actor)

    _carry_out(session, name, deed, DEFINED, as_json=as_json)


@command.command
@click.argument("name", shell_complete=level_ids)
@_rights
@everywhere
@click.pass_obj
def change(
    session: Session,
    *,
    name: str,
    doors: tuple[str, ...],
    hours: tuple[str, ...],
    holidays: tuple[date, ...],
    as_json: bool,
) -> None:
    """Give a level other doors, hours and holidays; those that it had are gone."""

    def deed(site: Site) -> Answer:
        return desk.change(site, name, doors, hours, holidays=holidays, by=session.actor)

    _carry_out(session, name, deed, CHANGED, as_json=as_json)


@command.command
@click.argument("name", shell_complete=level_ids)
@click.argument("person", shell_complete=person_numbers)
@everywhere
@click.pass_obj
def grant(session: Session, name: str, person: str, *, as_json: bool) -> None:
    """Let somebody hold a level."""
    with session.existing() as site:

        def deed() -> Answer:
            return desk.grant(site, name, person, by=session.actor)

        carry_out(session, site, deed, GRANTED, as_json=as_json)


@command.command
@click.argument("name", shell_complete=level_ids)
@click.argument("person", shell_complete=person_numbers)
@everywhere
@click.pass_obj
def withdraw(session: Session, name: str, person: str, *, as_json: bool) -> None:
    """Let somebody hold a level no longer."""
    with session.existing() as site:

        def deed() -> Answer:
            return desk.withdraw(site, name, person, by=session.actor)

        carry_out(session, site, deed, WITHDRAWN, as_json=as_json)


@command.command("list")
@everywhere
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """The access levels, each with its doors and hours."""
    with session.existing() as site:
        rows = site.query(directory.levels)
        if as_json:
            write_json([people_shapes.level(row) for row in rows])
        else:
            boards.levels(screen_for(site, session.locale), rows)


def _carry_out(
    session: Session, name: str, deed: Callable[[Site], Answer], done: Words, *, as_json: bool
) -> None:
    """Do it, and say it; as JSON it is the level as it is now."""
    with session.existing() as site:

        def shape() -> people_shapes.Shape:
            rows = site.query(directory.levels)
            return people_shapes.level(next(row for row in rows if row.id == LevelId(name)))

        carry_out(session, site, lambda: deed(site), done, as_json=as_json, shape=shape)


DEFINED = Words("The level is defined.", "El nivel está definido.")
CHANGED = Words("The level is changed.", "El nivel ha cambiado.")
GRANTED = Words("Granted.", "Concedido.")
WITHDRAWN = Words("Withdrawn.", "Retirado.")
