"""`cvsec lockdown`: lock groups of doors down, and see what is secured."""

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.acting import act
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.rendering import boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import door_ids, group_ids
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.aggregates.lockdown_group import (
    ActivateLockdown,
    CancelLockdown,
    DefineLockdownGroup,
)
from cvsec_core.errors import Words
from cvsec_core.ids import DoorId, GroupId
from cvsec_core.projections import lockdown_board


@click.group
def command() -> None:
    """Lockdown: groups of doors that are locked down together."""


@command.command
@click.argument("group")
@click.option(
    "--door",
    "doors",
    multiple=True,
    required=True,
    metavar="DOOR",
    shell_complete=door_ids,
    help="A door of the group; give it once for each.",
)
@everywhere
@click.pass_obj
def define(session: Session, group: str, doors: tuple[str, ...], *, as_json: bool) -> None:
    """Define a group of doors beforehand."""
    with session.existing() as site:
        names = tuple(DoorId(door) for door in doors)
        asked = DefineLockdownGroup(GroupId(group), names, session.actor, site.clock())
        act(session, site, asked, DEFINED, as_json=as_json)


@command.command
@click.argument("group", shell_complete=group_ids)
@click.option("--drill", is_flag=True, help="Rehearse it: no door is touched.")
@click.option("--reason", default="", help="Why; it is shown on the board.")
@everywhere
@click.pass_obj
def activate(session: Session, group: str, reason: str, *, drill: bool, as_json: bool) -> None:
    """Lock every door of a group down."""
    with session.existing() as site:
        asked = ActivateLockdown(GroupId(group), session.actor, site.clock(), drill, reason)
        act(session, site, asked, DRILLED if drill else ACTIVATED, as_json=as_json)


@command.command
@click.argument("group", shell_complete=group_ids)
@everywhere
@click.pass_obj
def cancel(session: Session, group: str, *, as_json: bool) -> None:
    """End the lockdown of a group; a door that another group holds stays locked down."""
    with session.existing() as site:
        asked = CancelLockdown(GroupId(group), session.actor, site.clock())
        act(session, site, asked, CANCELLED, as_json=as_json)


@command.command
@everywhere
@click.pass_obj
def status(session: Session, *, as_json: bool) -> None:
    """Each group, its doors under lockdown, and which of them are not confirmed."""
    with session.existing() as site:
        board = site.query(lockdown_board.status)
        if as_json:
            write_json([shapes.lockdown(group) for group in board])
        else:
            boards.lockdowns(screen_for(site, session.locale), board)


DEFINED = Words("The group is defined.", "El grupo está definido.")
ACTIVATED = Words(
    "Lockdown activated. Which doors have confirmed it is in `lockdown status`.",
    "Bloqueo activado. Vea en `lockdown status` qué puertas lo han confirmado.",
)
DRILLED = Words(
    "Drill begun; no door is touched.", "Simulacro iniciado; no se toca ninguna puerta."
)
CANCELLED = Words(
    "Cancelled. Doors that another group holds stay locked down.",
    "Levantado. Las puertas que otro grupo retiene siguen bloqueadas.",
)
