"""`cvsec mail`: the letters that are due, and what became of the others."""

import click

from cvsec_adapters.transport.cli import telling, visiting_shapes
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.options import everywhere, paged
from cvsec_adapters.transport.cli.rendering import visiting
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_cursor, write_json
from cvsec_core.projections import directory, mail_outbox
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.site import Site

STATES = ("pending", "claimed", "sent", "given-up")


@click.group
def command() -> None:
    """Letters: send those that are due, and see what became of the others."""


@command.command
@everywhere
@click.pass_obj
def send(session: Session, *, as_json: bool) -> None:
    """Send the letters that are due, each once; what fails is tried again later."""
    from cvsec_adapters.desk.mailing import send_due
    from cvsec_adapters.wiring import desk_of

    with session.existing(for_lists=False) as site:
        with telling.tell_as_json(session, as_json=as_json):
            names = send_due(desk_of(site))
        _show(session, site, site.query(mail_outbox.several, names), as_json=as_json)


@command.command
@click.option("--state", type=click.Choice(STATES))
@paged
@everywhere
@click.pass_obj
def status(
    session: Session, *, state: str | None, limit: int, after: Keys | None, as_json: bool
) -> None:
    """The letters, the newest first."""
    with session.existing() as site:
        found = site.query(mail_outbox.page, state, after=fitting(after), limit=limit + 1)
        rows, more = found[:limit], len(found) > limit
        _show(session, site, rows, as_json=as_json)
        write_cursor(cursor_of((rows[-1].position,)) if more else None)


def _show(session: Session, site: Site, rows: list[MailRow], *, as_json: bool) -> None:
    people = site.query(directory.names, tuple({row.recipient for row in rows}))
    if as_json:
        write_json([visiting_shapes.mail(row, people) for row in rows])
    else:
        visiting.letters(screen_for(site, session.locale), rows, people)
