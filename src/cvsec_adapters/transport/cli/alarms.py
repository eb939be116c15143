"""`cvsec alarms`: what needs somebody."""

from datetime import date

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.acting import act
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.options import everywhere, paged, span_of, spanned
from cvsec_adapters.transport.cli.rendering import boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import alarm_ids, device_serials
from cvsec_adapters.transport.cli.writing import write_cursor, write_json
from cvsec_core.aggregates.alarm import AcknowledgeAlarm, AlarmUnknownError
from cvsec_core.errors import Words
from cvsec_core.ids import AlarmId, DeviceId
from cvsec_core.projections import alarm_center
from cvsec_core.values import Level


@click.group
def command() -> None:
    """Alarms: list, show and acknowledge them."""


@command.command("list")
@click.option("--state", type=click.Choice(["unacknowledged", "acknowledged"]))
@click.option("--level", type=click.Choice(["exception", "alarm"]))
@click.option("--search", metavar="TEXT", help="In the name of the event or the device.")
@click.option("--device", metavar="SERIAL", shell_complete=device_serials)
@click.option("--area", help="Devices of this area.")
@spanned
@paged
@everywhere
@click.pass_obj
def list_(
    session: Session,
    *,
    state: str | None,
    level: Level | None,
    search: str | None,
    device: str | None,
    area: str | None,
    start: date | None,
    end: date | None,
    limit: int,
    after: Keys | None,
    as_json: bool,
) -> None:
    """The alarms, the newest first."""
    with session.existing() as site:
        first, after_last = span_of(start, end, site.zone())
        wanted = alarm_center.Filter(
            state,
            level,
            search,
            None if device is None else DeviceId(device),
            area,
            first,
            after_last,
        )
        after = fitting(after, timed=bool(start or end))
        page = site.query(alarm_center.page, wanted, after=after, limit=limit)
        more = (
            page.after and site.query(alarm_center.page, wanted, after=page.after, limit=1).alarms
        )
        if as_json:
            write_json([shapes.alarm(shown) for shown in page.alarms])
        else:
            boards.alarms(screen_for(site, session.locale), page.alarms)
        write_cursor(cursor_of(page.after) if more else None)


@command.command
@click.argument("id_", metavar="ID", shell_complete=alarm_ids)
@everywhere
@click.pass_obj
def show(session: Session, id_: str, *, as_json: bool) -> None:
    """One alarm in full."""
    with session.existing() as site:
        shown = site.query(alarm_center.one, AlarmId(id_))
        if shown is None:
            raise AlarmUnknownError(id_)
        if as_json:
            write_json(shapes.alarm(shown))
        else:
            boards.alarm(screen_for(site, session.locale), shown)


@command.command
@click.argument("id_", metavar="ID", shell_complete=alarm_ids)
@click.option("--remark", required=True, help="What was found or done.")
@everywhere
@click.pass_obj
def acknowledge(session: Session, id_: str, remark: str, *, as_json: bool) -> None:
    """Say that somebody has seen an alarm; it does not end what caused it."""
    with session.existing() as site:
        asked = AcknowledgeAlarm(AlarmId(id_), remark, session.actor, site.clock())
        act(session, site, asked, ACKNOWLEDGED, as_json=as_json)


ACKNOWLEDGED = Words("Acknowledged.", "Reconocida.")
