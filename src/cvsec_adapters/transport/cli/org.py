"""`cvsec org`: the organisation."""

from collections.abc import Callable
from pathlib import Path

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.acting import act, carry_out
from cvsec_adapters.transport.cli.options import ZoneType, everywhere
from cvsec_adapters.transport.cli.rendering.screen import Screen, screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.aggregates import organisation
from cvsec_core.aggregates.organisation import MailSecurity, Shown
from cvsec_core.errors import Locale, Words
from cvsec_core.handling import Answer
from cvsec_core.site import Site


@click.group
def command() -> None:
    """The organisation: found it, show it, set its mail and what it shows."""


@command.command
@click.argument("name")
@click.option(
    "--zone", type=ZoneType(), default="UTC", show_default=True, help="Its time zone (IANA name)."
)
@click.option(
    "--locale",
    type=click.Choice(["en", "es"]),
    default="en",
    show_default=True,
    help="The language of its messages and tables.",
)
@everywhere
@click.pass_obj
def found(session: Session, name: str, zone: str, locale: Locale, *, as_json: bool) -> None:
    """Found the organisation, once."""
    with session.made() as site:
        asked = organisation.FoundOrganisation(name, zone, locale, session.actor, site.clock())
        act(session, site, asked, FOUNDED, as_json=as_json)


@command.command
@everywhere
@click.pass_obj
def show(session: Session, *, as_json: bool) -> None:
    """The organisation; where it is not founded, what holds until then."""
    with session.existing() as site:
        state: organisation.OrganisationState = site.state(organisation.STREAM)
        if as_json:
            write_json(shapes.organisation(state))
            return
        screen = screen_for(site, session.locale)
        shape, say = shapes.organisation(state), screen.say
        screen.heading(shape["name"] or say("Not founded yet", "Aún sin fundar"))
        screen.facts(
            [
                (say("Time zone", "Zona horaria"), shape["zone"]),
                (say("Language", "Idioma"), shape["locale"]),
                (say("Mail", "Correo"), _mail(screen, shape["mail"])),
                (say("Policy", "Política"), str(shape["policy"] or "-")),
                (
                    say("Shows of people", "Muestra de personas"),
                    ", ".join(("id", *(str(screen.word(item)) for item in shape["display"]))),
                ),
                (
                    say("Reasons of visits", "Motivos de visita"),
                    ", ".join(shape["reasons"]) or "-",
                ),
            ]
        )


def _mail(screen: Screen, mail: shapes.Shape | None) -> str:
    if mail is None:
        return screen.say("not configured", "sin configurar")
    user = f", {mail['user']}" if mail["user"] else ""
    return f"{mail['from']}\n{mail['host']}:{mail['port']} ({mail['security']}{user})"


@command.command
@click.option("--host", required=True, help="The mail server.")
@click.option("--port", type=int, required=True)
@click.option("--from", "sender", metavar="ADDRESS", required=True, help="Whom letters are from.")
@click.option("--user", help="Who signs in to the server.  [default: nobody]")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="What the user's password is read from; it is not copied.",
)
@click.option(
    "--security",
    type=click.Choice(["none", "starttls", "ssl"]),
    default="starttls",
    show_default=True,
    help="How the connection is encrypted.",
)
@everywhere
@click.pass_obj
def mail(
    session: Session,
    *,
    host: str,
    port: int,
    sender: str,
    user: str | None,
    password_file: Path | None,
    security: MailSecurity,
    as_json: bool,
) -> None:
    """Say through which server letters leave."""
    from cvsec_adapters.desk import settings

    def deed(site: Site) -> Answer:
        return settings.configure_mail(
            site,
            host,
            port,
            sender,
            by=session.actor,
            user=user,
            password_file=password_file,
            security=security,
        )

    _carry_out(session, deed, CONFIGURED, as_json=as_json)


@command.command
@click.option(
    "--show",
    "shown",
    type=click.Choice(["name", "department", "photo"]),
    multiple=True,
    help="Show it; give as many as are to be shown.",
)
@click.option("--nothing", is_flag=True, help="Show the id only, as at first.")
@everywhere
@click.pass_obj
def display(session: Session, shown: tuple[Shown, ...], *, nothing: bool, as_json: bool) -> None:
    """Say what boards, records and notifications show of people beyond their id."""
    if bool(shown) == nothing:
        raise click.UsageError("Expected either --show, or --nothing.")
    from cvsec_adapters.desk import settings

    def deed(site: Site) -> Answer:
        return settings.display(site, shown, by=session.actor)

    _carry_out(session, deed, DISPLAYED, as_json=as_json)


@command.command
@click.argument("offered", metavar="[REASON]...", nargs=-1)
@click.option("--nothing", is_flag=True, help="Offer none.")
@everywhere
@click.pass_obj
def reasons(session: Session, offered: tuple[str, ...], *, nothing: bool, as_json: bool) -> None:
    """Say which reasons of a visit are offered at the desk."""
    if bool(offered) == nothing:
        raise click.UsageError("Expected either reasons, or --nothing.")
    from cvsec_adapters.desk import settings

    def deed(site: Site) -> Answer:
        return settings.offer_reasons(site, offered, by=session.actor)

    _carry_out(session, deed, OFFERED, as_json=as_json)


@command.group
def policy() -> None:
    """The privacy policy."""


@policy.command
@everywhere
@click.pass_obj
def publish(session: Session, *, as_json: bool) -> None:
    """Publish the next version of the privacy policy; everybody accepts it anew."""
    from cvsec_adapters.desk import settings

    def deed(site: Site) -> Answer:
        return settings.publish_policy(site, by=session.actor)

    _carry_out(session, deed, PUBLISHED, as_json=as_json)


def _carry_out(
    session: Session, deed: Callable[[Site], Answer], done: Words, *, as_json: bool
) -> None:
    with session.existing() as site:
        carry_out(session, site, lambda: deed(site), done, as_json=as_json)


FOUNDED = Words("Founded.", "Fundada.")
CONFIGURED = Words("The mail server is configured.", "El servidor de correo está configurado.")
DISPLAYED = OFFERED = Words("Set.", "Hecho.")
PUBLISHED = Words("Published.", "Publicada.")
