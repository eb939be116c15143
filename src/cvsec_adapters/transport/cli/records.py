"""`cvsec records`: who passed which door, and who was refused."""

from datetime import date

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.errors import RecordUnknownError
from cvsec_adapters.transport.cli.options import everywhere, paged, span_of, spanned
from cvsec_adapters.transport.cli.rendering import boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import door_ids
from cvsec_adapters.transport.cli.writing import write_cursor, write_json
from cvsec_core.ids import DoorId
from cvsec_core.projections import access_records

LARGEST = 2**63 - 1


@click.group
def command() -> None:
    """Access records: list and show them."""


@command.command("list")
@click.option("--door", metavar="DOOR", shell_complete=door_ids)
@click.option("--person", metavar="ID", help="The person's number at the devices.")
@spanned
@paged
@everywhere
@click.pass_obj
def list_(
    session: Session,
    *,
    door: str | None,
    person: str | None,
    start: date | None,
    end: date | None,
    limit: int,
    after: Keys | None,
    as_json: bool,
) -> None:
    """The records, the newest first."""
    with session.existing() as site:
        first, after_last = span_of(start, end, site.zone())
        wanted = access_records.Filter(
            None if door is None else DoorId(door),
            person,
            first,
            after_last,
        )
        after = fitting(after, timed=bool(start or end))
        page = site.query(access_records.page, wanted, after=after, limit=limit)
        more = (
            page.after
            and site.query(access_records.page, wanted, after=page.after, limit=1).records
        )
        if as_json:
            write_json([shapes.record(row) for row in page.records])
        else:
            boards.records(screen_for(site, session.locale), page.records)
        write_cursor(cursor_of(page.after) if more else None)


@command.command
@click.argument("id_", metavar="ID", type=click.IntRange(1, LARGEST))
@everywhere
@click.pass_obj
def show(session: Session, id_: int, *, as_json: bool) -> None:
    """One record in full."""
    with session.existing() as site:
        row = site.query(access_records.one, id_)
        if row is None:
            raise RecordUnknownError(id_)
        if as_json:
            write_json(shapes.record(row))
        else:
            boards.record(screen_for(site, session.locale), row)
