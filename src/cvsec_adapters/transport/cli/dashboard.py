"""`cvsec dashboard`: how the site is doing."""

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.rendering import boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.projections.dashboard import summary


@click.command("dashboard")
@click.option("--area", help="Count only this area.")
@everywhere
@click.pass_obj
def command(session: Session, area: str | None, *, as_json: bool) -> None:
    """Counts of devices, doors and alarms."""
    with session.existing() as site:
        board = site.query(summary, site.today(), area)
        if as_json:
            write_json(shapes.dashboard(board))
        else:
            boards.dashboard(screen_for(site, session.locale), board)
