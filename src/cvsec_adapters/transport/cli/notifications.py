"""`cvsec notifications`: what there is to tell somebody."""

import click

from cvsec_adapters.desk.people import row
from cvsec_adapters.transport.cli import people_shapes
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.options import everywhere, paged
from cvsec_adapters.transport.cli.rendering import presence
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.shapes import Shape
from cvsec_adapters.transport.cli.suggesting import person_numbers
from cvsec_adapters.transport.cli.writing import write_cursor, write_json
from cvsec_core.aggregates import organisation
from cvsec_core.errors import Locale
from cvsec_core.projections import directory, notification_center
from cvsec_core.site import Site


@click.command("notifications")
@click.argument("person", shell_complete=person_numbers)
@paged
@everywhere
@click.pass_obj
def command(
    session: Session, person: str, *, limit: int, after: Keys | None, as_json: bool
) -> None:
    """Passages of somebody, and of those whom they guard with consent, the newest first."""
    with session.existing() as site:
        messages, more = messages_to(site, person, session.locale, fitting(after), limit)
        if as_json:
            write_json(messages)
        else:
            presence.notifications(screen_for(site, session.locale), messages)
        write_cursor(cursor_of(more))


def messages_to(
    site: Site, person: str, locale: Locale, after: Keys | None, limit: int
) -> tuple[list[Shape], Keys | None]:
    """The JSON of what there is to tell somebody, and where it goes on.

    Raises:
        PersonUnknownError: nobody has that number.
    """
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    who = row(site, person)
    people = {ward.id: ward for ward in (who, *site.query(directory.wards, who.id))}
    found = site.query(
        notification_center.messages, who.id, about=tuple(people), after=after, limit=limit + 1
    )
    rows, shown = found[:limit], state.settings.shown
    messages = [
        people_shapes.notification(told, people.get(told.about), shown, locale) for told in rows
    ]
    return messages, (rows[-1].position,) if len(found) > limit else None
