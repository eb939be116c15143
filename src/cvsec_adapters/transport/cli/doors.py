"""`cvsec doors`: how each door is, and what may be asked of one."""

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.acting import act
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.rendering import boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import door_ids
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.aggregates.door import RequestAlarmCancel, RequestUnlock, SetAntiPassback
from cvsec_core.errors import Words
from cvsec_core.ids import DoorId
from cvsec_core.projections import door_board
from cvsec_core.values import PassbackMode


@click.group
def command() -> None:
    """Doors: list them, unlock one, cancel a door's alarm, set its anti-passback."""


@command.command("list")
@click.option("--area", help="Doors of the devices in this area.")
@everywhere
@click.pass_obj
def list_(session: Session, area: str | None, *, as_json: bool) -> None:
    """The doors, each as it is commanded to be and as its sensors say it is."""
    with session.existing() as site:
        board = site.query(door_board.doors, area=area)
        if as_json:
            write_json([shapes.door(shown) for shown in board])
        else:
            boards.doors(screen_for(site, session.locale), board, area or "")


@command.command
@click.argument("door", shell_complete=door_ids)
@click.option(
    "--seconds", type=int, default=5, show_default=True, help="For how long the lock is released."
)
@everywhere
@click.pass_obj
def unlock(session: Session, door: str, seconds: int, *, as_json: bool) -> None:
    """Ask a door's device to release the lock for a few seconds."""
    with session.existing() as site:
        asked = RequestUnlock(DoorId(door), session.actor, site.clock(), seconds)
        act(session, site, asked, _requested("unlock", "la apertura", door), as_json=as_json)


@command.command("cancel-alarm")
@click.argument("door", shell_complete=door_ids)
@everywhere
@click.pass_obj
def cancel_alarm(session: Session, door: str, *, as_json: bool) -> None:
    """Ask a door's device to end its alarm; that acknowledges nothing."""
    with session.existing() as site:
        asked = RequestAlarmCancel(DoorId(door), session.actor, site.clock())
        said = _requested("alarm cancel", "la cancelación de la alarma", door)
        act(session, site, asked, said, as_json=as_json)


@command.command("anti-passback")
@click.argument("door", shell_complete=door_ids)
@click.argument("mode", type=click.Choice(["none", "soft", "hard"]))
@click.option(
    "--zone", help="What the door leads into, where other doors do.  [default: the door's own]"
)
@everywhere
@click.pass_obj
def anti_passback(
    session: Session, *, door: str, mode: PassbackMode, zone: str | None, as_json: bool
) -> None:
    """Note (soft) or deny (hard) who enters twice without leaving; none: do neither."""
    with session.existing() as site:
        asked = SetAntiPassback(DoorId(door), mode, session.actor, site.clock(), zone)
        act(session, site, asked, PASSBACK_SET, as_json=as_json)


def _requested(en: str, es: str, door: str) -> Words:
    shown = door.replace("{", "{{").replace("}", "}}")
    return Words(
        f"Requested the {en} of {shown}. Whether the device carries it out will be in "
        f"`doors list` and `log show door-{shown}`.",
        f"Se ha solicitado {es} de {shown}. El resultado estará en `doors list` y "
        f"`log show door-{shown}`.",
    )


PASSBACK_SET = Words("Set.", "Hecho.")
