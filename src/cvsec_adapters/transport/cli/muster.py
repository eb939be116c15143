"""`cvsec muster`: who is on site, and how that is known."""

import click

from cvsec_adapters.transport.cli import people_shapes
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.rendering import presence
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.shapes import Shape
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.aggregates import organisation
from cvsec_core.projections import access_records, occupancy
from cvsec_core.site import Site


@click.command("muster")
@everywhere
@click.pass_obj
def command(session: Session, *, as_json: bool) -> None:
    """Everybody who is on site, who came last first.

    Observed: somebody saw them. Inferred: told after the fact. Assumed: nobody saw it.
    """
    with session.existing() as site:
        people = on_site(site)
        if as_json:
            write_json(people)
        else:
            presence.muster(screen_for(site, session.locale), people)


def on_site(site: Site) -> list[Shape]:
    """The JSON of everybody who is on *site*, who came last first."""
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    there = site.query(occupancy.muster, site.clock())
    seen = site.query(access_records.shown, tuple(one.row.id for one in there))
    return [
        people_shapes.present(
            one, one.person.number if one.person else seen.get(one.row.id), state.settings.shown
        )
        for one in there
    ]
