"""`cvsec visits`: who comes, who is here, who has left."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cvsec_adapters.transport.cli import visiting_shapes
from cvsec_adapters.transport.cli.acting import carry_out
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.options import (
    MomentType,
    everywhere,
    paged,
    planned,
)
from cvsec_adapters.transport.cli.rendering import visiting
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import expected_visits, open_visits, person_numbers
from cvsec_adapters.transport.cli.writing import write_cursor, write_json
from cvsec_core.aggregates.visit import VisitUnknownError
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.ids import VisitId
from cvsec_core.projections import visitor_list
from cvsec_core.site import Site
from cvsec_core.values import Period

if TYPE_CHECKING:
    from cvsec_adapters.desk.visits import PictureOf

STATES = ("expected", "checked-in", "checked-out", "cancelled", "no-show")

Picture = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group
def command() -> None:
    """Visits: register them, let visitors in and out, and see who comes."""


@command.command
@click.option("--first-name", required=True)
@click.option("--last-name", default="")
@click.option("--id-number", required=True, help="The number of their document.")
@click.option(
    "--host",
    required=True,
    metavar="PERSON",
    shell_complete=person_numbers,
    help="Whom they come to see: an id, or how a name begins.",
)
@click.option("--start", type=MomentType(), required=True)
@click.option("--end", type=MomentType(), required=True)
@click.option("--reason", required=True, help="Such as meeting, delivery, interview.")
@click.option("--email", metavar="ADDRESS")
@click.option("--phone", metavar="NUMBER")
@click.option("--photo", type=Picture, help="A picture of the visitor.")
@click.option("--plate", type=Picture, help="A picture of the plate of their car.")
@click.option("--goods", type=Picture, help="A picture of what they bring.")
@everywhere
@click.pass_obj
def register(
    session: Session,
    *,
    first_name: str,
    last_name: str,
    id_number: str,
    host: str,
    start: date,
    end: date,
    reason: str,
    email: str | None,
    phone: str | None,
    photo: Path | None,
    plate: Path | None,
    goods: Path | None,
    as_json: bool,
) -> None:
    """Register somebody who comes, and whom they come to see."""
    from cvsec_adapters.desk import visits as desk
    from cvsec_adapters.desk.visitors import Visitor
    from cvsec_adapters.wiring import desk_of

    files: dict[PictureOf, Path | None] = {"photo": photo, "plate": plate, "goods": goods}
    with session.existing(for_lists=False) as site:
        first, last = planned(start, end, site.zone())
        wish = desk.WalkIn(
            Visitor(first_name, last_name, id_number, email, phone),
            host,
            first,
            last,
            reason,
            {of: desk.upload(file) for of, file in files.items() if file is not None},
        )
        carry_out(
            session,
            site,
            lambda: desk.register(desk_of(site), wish, by=session.actor),
            Words(f"Registered as {wish.visit}.", f"Registrada como {wish.visit}."),
            as_json=as_json,
            shape=lambda: visit_shape(site, wish.visit),
        )


@command.command
@click.argument("id_", metavar="ID", shell_complete=expected_visits)
@everywhere
@click.pass_obj
def checkin(session: Session, id_: str, *, as_json: bool) -> None:
    """Let a visitor in; their host is told by letter, where there is a mail server."""
    from cvsec_adapters.desk.visits import check_in

    _act(session, VisitId(id_), check_in, CHECKED_IN, as_json=as_json)


@command.command
@click.argument("id_", metavar="ID", shell_complete=open_visits)
@everywhere
@click.pass_obj
def checkout(session: Session, id_: str, *, as_json: bool) -> None:
    """See a visitor out."""
    from cvsec_adapters.desk.visits import check_out

    _act(session, VisitId(id_), check_out, CHECKED_OUT, as_json=as_json)


@command.command
@click.argument("id_", metavar="ID", shell_complete=expected_visits)
@everywhere
@click.pass_obj
def cancel(session: Session, id_: str, *, as_json: bool) -> None:
    """Expect a visitor no more."""
    from cvsec_adapters.desk.visits import cancel as cancelled

    _act(session, VisitId(id_), cancelled, CANCELLED, as_json=as_json)


def _act(
    session: Session, visit: VisitId, deed: Callable[..., Answer], done: Words, *, as_json: bool
) -> None:
    with session.existing(for_lists=False) as site:
        carry_out(
            session,
            site,
            lambda: deed(site, visit, by=session.actor),
            done,
            as_json=as_json,
            shape=lambda: visit_shape(site, visit),
        )


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | str | None:
    if value in (None, "today"):
        return value
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise click.BadParameter("expected a date such as 2026-03-09, or today.", ctx, param)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("there is no such day.", ctx, param) from None


@command.command("list")
@click.option("--day", metavar="DATE", callback=_day, help="Visits of this day; or: today.")
@click.option("--search", metavar="TEXT", help="In the visitor's name.")
@click.option("--state", type=click.Choice(STATES))
@paged
@everywhere
@click.pass_obj
def list_(
    session: Session,
    *,
    day: date | str | None,
    search: str | None,
    state: str | None,
    limit: int,
    after: Keys | None,
    as_json: bool,
) -> None:
    """The visits, the newest first."""
    with session.existing() as site:
        now = site.clock()
        found = site.query(
            visitor_list.page,
            day=_period(site, day),
            search=search,
            state=state,
            now=now,
            after=fitting(after),
            limit=limit + 1,
        )
        page, more = found[:limit], len(found) > limit
        if as_json:
            write_json([visiting_shapes.visit(shown, now) for shown in page])
        else:
            visiting.visits(screen_for(site, session.locale), page, now)
        write_cursor(cursor_of((page[-1].row.position,)) if more else None)


def _period(site: Site, day: date | str | None) -> Period | None:
    match day:
        case None:
            return None
        case date():
            return Period(*planned(day, day, site.zone()))
        case _:
            return site.today()


@command.command
@everywhere
@click.pass_obj
def stats(session: Session, *, as_json: bool) -> None:
    """Today's counts and flow by the hour, and who came most often this month."""
    from cvsec_adapters.desk.visits import statistics

    with session.existing() as site:
        counted = statistics(site)
        told = (counted.overview, counted.flow, counted.top)
        if as_json:
            write_json(visiting_shapes.statistics(*told))
        else:
            visiting.statistics(screen_for(site, session.locale), *told)


def visit_shape(site: Site, visit: VisitId) -> visiting_shapes.Shape:
    """The JSON of a visit.

    Raises:
        VisitUnknownError: there is no such visit.
    """
    shown = site.query(visitor_list.one, visit)
    if shown is None:
        raise VisitUnknownError(visit)
    return visiting_shapes.visit(shown, site.clock())


CHECKED_IN = Words("Checked in.", "Entrada registrada.")
CHECKED_OUT = Words("Checked out.", "Salida registrada.")
CANCELLED = Words("Cancelled.", "Cancelada.")
