"""`cvsec org`: the organisation."""

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.acting import act
from cvsec_adapters.transport.cli.options import ZoneType, everywhere
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.aggregates import organisation
from cvsec_core.errors import Locale, Words


@click.group
def command() -> None:
    """The organisation: found it, show it."""


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
            ]
        )


FOUNDED = Words("Founded.", "Fundada.")
