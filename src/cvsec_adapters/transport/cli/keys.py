"""`cvsec keys`: the master key of the site."""

from pathlib import Path

import click

from cvsec_adapters.transport.cli.errors import DatabaseMissingError
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.sureness import require_sureness
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.errors import Words


@click.group
def command() -> None:
    """The master key: where it comes from; turn the site over to another."""


@command.command
@everywhere
@click.pass_obj
def show(session: Session, *, as_json: bool) -> None:
    """Where the key comes from, and what tells it from others; never the key itself."""
    from cvsec_adapters.wiring import key_in_use

    with session.existing(for_lists=False):
        pass  # it opens the site
    _tell(session, SHOWN, key_in_use(session.database)._asdict(), as_json=as_json)


@command.command
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file of the new key. It is made where it is missing; not beside the database.",
)
@everywhere
@click.pass_obj
def rotate(session: Session, file: Path, *, as_json: bool) -> None:
    """Encrypt everything under another master key, while nobody has the site open.

    The key that it has now comes from CVSEC_KEY or CVSEC_KEY_FILE, as ever. Whatever stops it on
    the way, the site opens with either key, and is turned over to the one that opens it.
    """
    from cvsec_adapters.wiring import change_key

    if not session.database.exists():
        raise DatabaseMissingError(str(session.database))
    _tell(session, ROTATED, change_key(session.database, file)._asdict(), as_json=as_json)


@command.command("new-vault")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@everywhere
@click.pass_obj
def new_vault(session: Session, *, yes: bool, as_json: bool) -> None:
    """Go on without the vault, where it is lost for good.

    Nobody whom the log knows is known any more. Doors, lockdowns and alarms are as they were.
    """
    from cvsec_adapters.wiring import new_vault as made

    if not session.database.exists():
        raise DatabaseMissingError(str(session.database))
    require_sureness(UNSURE, session.locale, {}, yes=yes or as_json)
    _tell(session, MADE, {"path": str(made(session.database))}, as_json=as_json)


def _tell(session: Session, words: Words, shape: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        write_json(shape)
    else:
        told = {name: str(value) for name, value in shape.items()}
        click.echo(words.filled(session.locale, told))


SHOWN = Words(
    "The key comes from {source}; its fingerprint is {fingerprint}.",
    "La clave viene de {source}; su huella es {fingerprint}.",
)
UNSURE = Words(
    "Whoever the log knows will be a stranger for ever, unless the vault comes back. Go on?",
    "Quien figure en el registro será un desconocido, salvo que la bóveda vuelva. ¿Seguir?",
)
MADE = Words("An empty vault: {path}.", "Una bóveda vacía: {path}.")
ROTATED = Words(
    "The site has another key now: {source}, with the fingerprint {fingerprint}.\n"
    "From here on say CVSEC_KEY_FILE={source}. Older backups open with the old key only.",
    "El sitio tiene ahora otra clave: {source}, con la huella {fingerprint}.\n"
    "Desde ahora indique CVSEC_KEY_FILE={source}. Las copias antiguas solo abren con la anterior.",
)
