"""`cvsec people export`, `forget`, `forgotten`, `proof`, `retention`: what people may ask of those
who know something about them, and what is done unasked.
"""

import json
import os
from pathlib import Path

import click

from cvsec_adapters.transport.cli import privacy_shapes as shapes
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.rendering import privacy as boards
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import person_numbers
from cvsec_adapters.transport.cli.sureness import require_sureness
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.errors import Words
from cvsec_core.projections import directory


@click.command
@click.argument("number", metavar="ID", shell_complete=person_numbers)
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file, which you alone can read.  [default: the standard output]",
)
@everywhere
@click.pass_obj
def export(session: Session, number: str, file: Path | None, *, as_json: bool) -> None:  # noqa: ARG001  # it is JSON anyway
    """Everything that is known of somebody, as JSON; that it was handed out is recorded.

    Passwords, PINs and codes are not part of it. Pictures are, in base64.
    """
    from cvsec_adapters.desk.exporting import export as exported
    from cvsec_adapters.wiring import desk_of

    with session.existing(for_lists=False) as site:
        if file is None:
            write_json(exported(desk_of(site), number, by=session.actor))
            return
        # The file first: that something was handed out is not recorded where nothing was.
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            try:
                shape = exported(desk_of(site), number, by=session.actor)
            except BaseException:
                file.unlink()
                raise
            json.dump(shape, out, indent=2, ensure_ascii=False)
        click.echo(EXPORTED.filled(session.locale, {"file": str(file)}))


@click.command
@click.argument("number", metavar="ID", shell_complete=person_numbers)
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@everywhere
@click.pass_obj
def forget(session: Session, number: str, *, yes: bool, as_json: bool) -> None:
    """Forget somebody for good, and print the proof of it.

    Their keys are destroyed, their pictures deleted, their credentials revoked, what is arranged
    with them is called off, and no letter goes to them. There is no way back.
    """
    from cvsec_adapters.desk.forgetting import forget as forgotten
    from cvsec_adapters.desk.people import enrolled
    from cvsec_adapters.wiring import desk_of

    with session.existing(for_lists=False) as site:
        enrolled(site, number)
        require_sureness(SURE, session.locale, {"number": number}, yes=yes or as_json)
        found = forgotten(desk_of(site), number, by=session.actor)
        if as_json:
            write_json(shapes.proof(found))
            return
        click.echo(FORGOTTEN.filled(session.locale, {}))
        boards.proof(screen_for(site, session.locale), found)


@click.command
@click.argument("position", type=click.IntRange(min=1))
@everywhere
@click.pass_obj
def proof(session: Session, position: int, *, as_json: bool) -> None:
    """Check again that somebody is forgotten; exits with 1 where anything is left.

    POSITION is where it stands in the log, as `people forget` and `people forgotten` print it.
    """
    from cvsec_adapters.desk.forgetting import proof as proved
    from cvsec_adapters.wiring import desk_of

    with session.existing() as site:
        found = proved(desk_of(site), position)
        if as_json:
            write_json(shapes.proof(found))
        else:
            boards.proof(screen_for(site, session.locale), found)
    if not found.left.is_nothing:
        raise SystemExit(1)


@click.command
@everywhere
@click.pass_obj
def forgotten(session: Session, *, as_json: bool) -> None:
    """Those who were forgotten: when, by whom, and where that stands in the log."""
    with session.existing() as site:
        rows = site.query(directory.forgotten)
        if as_json:
            write_json([shapes.forgotten(row) for row in rows])
        else:
            boards.forgotten(screen_for(site, session.locale), rows)


@click.command
@click.option("--days", type=click.IntRange(1, 3650), help="Forget visitors so long after a visit.")
@click.option("--off", is_flag=True, help="Forget nobody by itself.")
@click.option("--sweep", is_flag=True, help="Forget now who is due; `serve` does so by itself.")
@everywhere
@click.pass_obj
def retention(session: Session, *, days: int | None, off: bool, sweep: bool, as_json: bool) -> None:
    """How long visitors are remembered after their last visit, and who is due.

    Who is on the blocklist is kept: a block that forgets whom it is for blocks nobody.
    """
    from cvsec_adapters.desk import retention as desk
    from cvsec_adapters.wiring import desk_of

    if days is not None and off:
        raise click.UsageError("--days and --off exclude each other.")
    with session.existing() as site:
        if days is not None or off:
            desk.set_days(site, days, by=session.actor).or_raise()
        count = 0
        while sweep:
            swept = desk.sweep(desk_of(site), by=session.actor)
            count += swept.forgotten
            sweep = swept.left > 0 and swept.forgotten > 0
        found = desk.standing(site)
        if as_json:
            write_json(shapes.retention(found, count))
        else:
            boards.retention(screen_for(site, session.locale), found, count)


COMMANDS = (export, forget, forgotten, proof, retention)

EXPORTED = Words("Written to {file}.", "Escrito en {file}.")
FORGOTTEN = Words("Forgotten.", "Olvidada.")
SURE = Words(
    "Forget {number} for good? There is no way back.",
    "¿Olvidar a {number} para siempre? No hay vuelta atrás.",
)
