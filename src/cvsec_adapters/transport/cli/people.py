"""`cvsec people`: who is known to the site."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from cvsec_adapters.desk import people as desk
from cvsec_adapters.desk.people import Details
from cvsec_adapters.transport.cli import importing, people_login, people_shapes, privacy
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.options import everywhere, paged
from cvsec_adapters.transport.cli.people_acting import about, one, person_shape
from cvsec_adapters.transport.cli.rendering import people as boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_cursor, write_json
from cvsec_core.aggregates.person import PersonKind
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.ids import PersonId
from cvsec_core.projections import directory
from cvsec_core.site import Site

F = TypeVar("F", bound=Callable[..., Any])


@click.group
def command() -> None:
    """People: enroll, show, correct and block them; their login and guardians; forget them."""


command.add_command(importing.command)
for each in (*people_login.COMMANDS, *privacy.COMMANDS):
    command.add_command(each)


def _contacts(command: F) -> F:
    """What may be known of somebody beside their first name."""
    for option in (
        click.option(
            "--region",
            metavar="ES",
            help="Where a phone number without a country is dialled.  "
            "[default: the country of the site's time zone]",
        ),
        click.option("--department"),
        click.option("--phone", metavar="NUMBER"),
        click.option("--email", metavar="ADDRESS"),
        click.option("--last-name"),
    ):
        command = option(command)
    return command


@command.command
@one
@click.option("--first-name", required=True)
@_contacts
@click.option("--card", metavar="NUMBER", help="The number of their card.")
@click.option("--minor", is_flag=True, help="They are under age.")
@click.option(
    "--kind",
    type=click.Choice(["personnel", "administrator"]),
    default="personnel",
    show_default=True,
)
@everywhere
@click.pass_obj
def enroll(
    session: Session,
    *,
    number: str,
    first_name: str,
    last_name: str | None,
    email: str | None,
    phone: str | None,
    department: str | None,
    region: str | None,
    card: str | None,
    minor: bool,
    kind: PersonKind,
    as_json: bool,
) -> None:
    """Enroll somebody under an id of your choice: the number that devices know them by."""
    details = Details(first_name, last_name, email, phone, department)

    def deed(site: Site) -> Answer:
        return desk.enroll(
            site,
            number,
            details,
            by=session.actor,
            kind=kind,
            minor=minor,
            card=card,
            region=region,
        )

    about(session, number, deed, ENROLLED, as_json=as_json, makes=True)


@command.command("list")
@click.option("--search", metavar="TEXT", help="In name, id or department.")
@click.option("--kind", type=click.Choice(["personnel", "visitor", "administrator"]))
@paged
@everywhere
@click.pass_obj
def list_(
    session: Session,
    *,
    search: str | None,
    kind: str | None,
    limit: int,
    after: Keys | None,
    as_json: bool,
) -> None:
    """The people, by id."""
    with session.existing() as site:
        seen = fitting(after, texts=True)
        found = site.query(directory.people, search=search, kind=kind, after=seen, limit=limit + 1)
        rows, more = found[:limit], len(found) > limit
        cards = site.query(directory.cards, tuple(row.id for row in rows))
        if as_json:
            write_json([people_shapes.person(row, cards[row.id]) for row in rows])
        else:
            boards.people(screen_for(site, session.locale), rows, cards)
        write_cursor(cursor_of((rows[-1].place,)) if more else None)


@command.command
@one
@everywhere
@click.pass_obj
def show(session: Session, number: str, *, as_json: bool) -> None:
    """One person in full."""
    with session.existing() as site:
        row = desk.row(site, number)
        if as_json:
            write_json(person_shape(site, row.id))
            return
        issued = site.query(directory.credentials_of, row.id)
        tied = tuple(PersonId(name) for name in (*row.guardians, *row.wards))
        numbers = {n: r.number or "-" for n, r in site.query(directory.names, tied).items()}
        guardians, wards = (
            [numbers[PersonId(name)] for name in names if name in numbers]
            for names in (row.guardians, row.wards)
        )
        boards.person(screen_for(site, session.locale), row, issued, guardians, wards)


@command.command
@one
@click.option("--first-name")
@_contacts
@everywhere
@click.pass_obj
def correct(
    session: Session,
    *,
    number: str,
    first_name: str | None,
    last_name: str | None,
    email: str | None,
    phone: str | None,
    department: str | None,
    region: str | None,
    as_json: bool,
) -> None:
    """Correct what is known of somebody: what you name changes, and '' empties it."""
    details = Details(first_name, last_name, email, phone, department)

    def deed(site: Site) -> Answer:
        return desk.correct(site, number, details, by=session.actor, region=region)

    about(session, number, deed, CORRECTED, as_json=as_json)


@command.command
@one
@click.option("--reason", required=True, help="Why; it is kept with the person.")
@everywhere
@click.pass_obj
def block(session: Session, number: str, reason: str, *, as_json: bool) -> None:
    """Put somebody on the blocklist: no door opens to them, and no visit is let in."""

    def deed(site: Site) -> Answer:
        return desk.block(site, number, reason, by=session.actor)

    about(session, number, deed, BLOCKED, as_json=as_json)


@command.command
@one
@everywhere
@click.pass_obj
def unblock(session: Session, number: str, *, as_json: bool) -> None:
    """Take somebody off the blocklist."""

    def deed(site: Site) -> Answer:
        return desk.unblock(site, number, by=session.actor)

    about(session, number, deed, UNBLOCKED, as_json=as_json)


ENROLLED = Words("Enrolled.", "Inscrita.")
CORRECTED = Words("Corrected.", "Corregida.")
BLOCKED = Words("Blocked.", "Bloqueada.")
UNBLOCKED = Words("Unblocked.", "Desbloqueada.")
