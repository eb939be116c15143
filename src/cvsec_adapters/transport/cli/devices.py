"""`cvsec devices`: controllers and what they sent."""

from pathlib import Path

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.acting import act
from cvsec_adapters.transport.cli.options import ZoneType, everywhere
from cvsec_adapters.transport.cli.progress import bars
from cvsec_adapters.transport.cli.rendering import boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.aggregates import organisation
from cvsec_core.aggregates.device import RegisterDevice
from cvsec_core.errors import Words
from cvsec_core.ids import DeviceId
from cvsec_core.projections.devices import devices_in
from cvsec_core.site import Site

NO_AREA = "Unassigned"


@click.group
def command() -> None:
    """Controllers: list them, register one, replay a capture."""


@command.command("list")
@click.option("--area", help="Only the devices of this area.")
@click.option("--online/--offline", default=None, help="Only those that are online, or offline.")
@everywhere
@click.pass_obj
def list_(session: Session, area: str | None, *, online: bool | None, as_json: bool) -> None:
    """The devices, and whether they are online."""
    with session.existing() as site:
        rows = site.query(devices_in, area, online=online)
        if as_json:
            write_json([shapes.device(row) for row in rows])
        else:
            boards.devices(screen_for(site, session.locale), rows, area or "")


@command.command
@click.argument("serial")
@click.option("--name", help="What people call it.  [default: its serial number]")
@click.option("--area", default=NO_AREA, show_default=True, help="Where it stands.")
@click.option("--doors", type=int, required=True, metavar="N", help="How many doors it drives.")
@click.option("--zone", type=ZoneType(), help="The zone of its clock.  [default: the site's]")
@everywhere
@click.pass_obj
def register(
    session: Session,
    *,
    serial: str,
    name: str | None,
    area: str,
    doors: int,
    zone: str | None,
    as_json: bool,
) -> None:
    """Register a device; its doors are called SERIAL-1, SERIAL-2 and so on."""
    with session.made() as site:
        asked = RegisterDevice(
            DeviceId(serial),
            name or serial,
            area,
            zone or _zone(site),
            doors,
            session.actor,
            site.clock(),
        )
        act(session, site, asked, REGISTERED, as_json=as_json)


@command.command
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@click.option(
    "--zone",
    type=ZoneType(),
    help="The zone of the clocks of newly registered devices.  [default: the site's]",
)
@click.option("--register", is_flag=True, help="Let unknown devices in, with the doors they show.")
@everywhere
@click.pass_obj
def replay(
    session: Session, files: tuple[Path, ...], zone: str | None, *, register: bool, as_json: bool
) -> None:
    """Let captured requests happen again, at the times at which they were received."""
    from cvsec_adapters.wiring import replay_captures

    with session.made() as site:

        def newcomer(name: DeviceId, doors: int) -> RegisterDevice:
            where = zone or _zone(site)
            return RegisterDevice(name, name, NO_AREA, where, doors, session.actor, site.clock())

        with bars() as bar:
            replayed = replay_captures(
                site, files, register=newcomer if register else None, progress=bar
            )
        if as_json:
            write_json([shapes.replayed(*told) for told in replayed])
            return
        for told in replayed:
            words = REPLAYED.filled(session.locale, {k: str(v) for k, v in told._asdict().items()})
            click.echo(words)


def _zone(site: Site) -> str:
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    return state.zone if isinstance(state, organisation.Founded) else "UTC"


REPLAYED = Words(
    "{file}: requests {requests}, new access records {records}, new events {events}.",
    "{file}: peticiones {requests}, registros nuevos {records}, sucesos nuevos {events}.",
)
REGISTERED = Words("Registered.", "Registrado.")
