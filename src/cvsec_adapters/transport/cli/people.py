"""`cvsec people`: who is known to the site."""

from collections.abc import Callable
from typing import IO, Any, TypeVar

import click

from cvsec_adapters.desk import people as desk
from cvsec_adapters.desk.people import Details
from cvsec_adapters.transport.cli import importing, people_shapes, privacy
from cvsec_adapters.transport.cli.acting import carry_out
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.options import everywhere, paged
from cvsec_adapters.transport.cli.reading import secret_in
from cvsec_adapters.transport.cli.rendering import people as boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import person_numbers
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
for each in privacy.COMMANDS:
    command.add_command(each)


def _one(command: F) -> F:
    """The person that a command is about."""
    return click.argument("number", metavar="ID", shell_complete=person_numbers)(command)


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
@_one
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

    _carry_out(session, number, deed, ENROLLED, as_json=as_json, makes=True)


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
        write_cursor(cursor_of((rows[-1].number or "",)) if more else None)


@command.command
@_one
@everywhere
@click.pass_obj
def show(session: Session, number: str, *, as_json: bool) -> None:
    """One person in full."""
    with session.existing() as site:
        row = desk.row(site, number)
        if as_json:
            write_json(_shape(site, row.id))
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
@_one
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

    _carry_out(session, number, deed, CORRECTED, as_json=as_json)


@command.command("enable-login")
@_one
@everywhere
@click.pass_obj
def enable_login(session: Session, number: str, *, as_json: bool) -> None:
    """Let somebody sign in to the app; a minor needs a guardian's consent."""

    def deed(site: Site) -> Answer:
        return desk.switch_login(site, number, on=True, by=session.actor)

    _carry_out(session, number, deed, LOGIN_ENABLED, as_json=as_json)


@command.command("disable-login")
@_one
@everywhere
@click.pass_obj
def disable_login(session: Session, number: str, *, as_json: bool) -> None:
    """Let somebody sign in to the app no longer."""

    def deed(site: Site) -> Answer:
        return desk.switch_login(site, number, on=False, by=session.actor)

    _carry_out(session, number, deed, LOGIN_DISABLED, as_json=as_json)


@command.command
@click.argument("child", shell_complete=person_numbers)
@click.argument("guardian", shell_complete=person_numbers)
@click.option("--consent", required=True, metavar="REF", help="Where the signed consent is kept.")
@everywhere
@click.pass_obj
def guardian(session: Session, *, child: str, guardian: str, consent: str, as_json: bool) -> None:
    """Link a minor to a guardian who consents to an account and to being told of passages."""

    def deed(site: Site) -> Answer:
        return desk.link_guardian(site, child, guardian, consent, by=session.actor)

    _carry_out(session, child, deed, LINKED, as_json=as_json)


@command.command
@_one
@click.option("--reason", required=True, help="Why; it is kept with the person.")
@everywhere
@click.pass_obj
def block(session: Session, number: str, reason: str, *, as_json: bool) -> None:
    """Put somebody on the blocklist: no door opens to them, and no visit is let in."""

    def deed(site: Site) -> Answer:
        return desk.block(site, number, reason, by=session.actor)

    _carry_out(session, number, deed, BLOCKED, as_json=as_json)


@command.command
@_one
@everywhere
@click.pass_obj
def unblock(session: Session, number: str, *, as_json: bool) -> None:
    """Take somebody off the blocklist."""

    def deed(site: Site) -> Answer:
        return desk.unblock(site, number, by=session.actor)

    _carry_out(session, number, deed, UNBLOCKED, as_json=as_json)


@command.command
@_one
@click.argument("switch", type=click.Choice(["on", "off"]))
@everywhere
@click.pass_obj
def notify(session: Session, number: str, switch: str, *, as_json: bool) -> None:
    """Tell somebody of passages, or do not."""
    on = switch == "on"

    def deed(site: Site) -> Answer:
        return desk.switch_notifications(site, number, on=on, by=session.actor)

    _carry_out(session, number, deed, NOTIFIED if on else NOT_NOTIFIED, as_json=as_json)


@command.command
@_one
@click.option(
    "--password-file",
    "file",
    type=click.File("rb"),
    required=True,
    help="The file that the password stands in; - is the standard input.",
)
@everywhere
@click.pass_obj
def password(session: Session, number: str, file: IO[bytes], *, as_json: bool) -> None:
    """Set the password that somebody signs in to the app with."""
    from cvsec_adapters.desk.login import set_password
    from cvsec_adapters.wiring import desk_of

    word = secret_in(file, "password_file")

    def deed(site: Site) -> Answer:
        return set_password(desk_of(site), number, word, by=session.actor)

    _carry_out(session, number, deed, PASSWORD_SET, as_json=as_json)


def _carry_out(
    session: Session,
    number: str,
    deed: Callable[[Site], Answer],
    done: Words,
    *,
    as_json: bool,
    makes: bool = False,
) -> None:
    """Do it, and say it; as JSON it is the person as they are now. *makes*: the database too."""
    with session.made() if makes else session.existing() as site:
        carry_out(
            session,
            site,
            lambda: deed(site),
            done,
            as_json=as_json,
            shape=lambda: _shape(site, site.person(number)),
        )


def _shape(site: Site, name: PersonId) -> people_shapes.Shape:
    (row,) = site.query(directory.names, (name,)).values()
    return people_shapes.person(row, site.query(directory.cards, (name,))[name])


ENROLLED = Words("Enrolled.", "Inscrita.")
CORRECTED = Words("Corrected.", "Corregida.")
LOGIN_ENABLED = Words("They may sign in to the app now.", "Ya puede entrar en la app.")
LOGIN_DISABLED = Words("They cannot sign in to the app any more.", "Ya no puede entrar en la app.")
LINKED = Words("Linked, and the consent recorded.", "Vinculado, y el consentimiento registrado.")
BLOCKED = Words("Blocked.", "Bloqueada.")
UNBLOCKED = Words("Unblocked.", "Desbloqueada.")
NOTIFIED = Words("They are told of passages.", "Se le avisa de los pasos.")
NOT_NOTIFIED = Words("They are told of nothing any more.", "Ya no se le avisa de nada.")
PASSWORD_SET = Words("The password is set.", "La contraseña está puesta.")
