"""`cvsec explain`: whether somebody may pass a door, and why."""

from datetime import date

import click

from cvsec_adapters.desk.people import enrolled
from cvsec_adapters.transport.cli import people_shapes
from cvsec_adapters.transport.cli.options import MomentType, beginning, everywhere
from cvsec_adapters.transport.cli.rendering import deciding
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import door_ids, person_numbers
from cvsec_adapters.transport.cli.telling import tell_as_json
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.ids import DoorId


@click.command("explain")
@click.argument("person", shell_complete=person_numbers)
@click.argument("door", shell_complete=door_ids)
@click.option(
    "--at", "when", type=MomentType(), help="At that time; of the past by what was known then."
)
@everywhere
@click.pass_obj
def command(session: Session, person: str, door: str, *, when: date | None, as_json: bool) -> None:
    """Whether somebody may pass a door, every reason against it, and what would be allowed."""
    with session.existing() as site, tell_as_json(session, as_json=as_json):
        at = beginning(when, site.zone())
        who, _ = enrolled(site, person)
        made = site.explain(who, DoorId(door), at)
        shape = people_shapes.decision(made, person, door, at or site.clock(), session.locale)
        if as_json:
            write_json(shape)
        else:
            deciding.decision(screen_for(site, session.locale), shape)
