"""`cvsec views`: the rows that lists are read from; they can always be made again."""

from collections.abc import Callable

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.progress import bars
from cvsec_adapters.transport.cli.rendering.screen import Heading, screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.rows import Group
from cvsec_core.site import Site


@click.group
def command() -> None:
    """What the lists are read from: how far it is; make it again."""


@command.command
@everywhere
@click.pass_obj
def status(session: Session, *, as_json: bool) -> None:
    """How far each group of views has followed the log."""
    with session.existing(for_lists=False) as site:
        _show(session, site, as_json=as_json)


@command.command
@everywhere
@click.pass_obj
def rebuild(session: Session, *, as_json: bool) -> None:
    """Make every view again from the log, beside those in use; nothing is lost or sent again."""
    from cvsec_adapters.wiring import rebuild as rebuild_views

    with session.existing(for_lists=False) as site:
        with bars() as bar:
            rebuild_views(site, _steps(bar))
        _show(session, site, as_json=as_json)


def _steps(bar: Callable[[str, int, int], None]) -> Callable[[Group, int, int], None]:
    def step(group: Group, at: int, head: int) -> None:
        bar(group, at, head)

    return step


def _show(session: Session, site: Site, *, as_json: bool) -> None:
    from cvsec_adapters.wiring import view_files

    files = view_files(site)
    if as_json:
        write_json([shapes.view_file(*file) for file in files])
        return
    screen = screen_for(site, session.locale)
    screen.heading(screen.say("Views", "Vistas"))
    headings = [
        Heading("Group", "Grupo"),
        Heading("Position", "Posición", is_number=True),
        Heading("Head", "Final", is_number=True),
        Heading("Generation", "Generación", is_number=True),
        Heading("File", "Archivo"),
    ]
    in_memory = screen.say("in memory", "en memoria")
    rows = [
        (f.group, str(f.position), str(f.head), str(f.generation), str(f.path or in_memory))
        for f in files
    ]
    screen.table(headings, rows)
