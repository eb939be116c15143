"""`cvsec serve`: take in what devices send."""

import os

import click

from cvsec_adapters.transport.cli.errors import CannotListenError
from cvsec_adapters.transport.cli.options import at_a_site
from cvsec_adapters.transport.cli.session import Session
from cvsec_core.errors import Words


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8088,
    show_default=True,
    help="The port to listen at; 0: any that is free.",
)
@at_a_site
@click.pass_obj
def command(session: Session, host: str, port: int) -> None:
    """Take in what devices send, and hand out their commands, until Ctrl-C.

    Devices dial in at http://HOST:PORT/iclock; those that are not registered keep their records.
    """
    from cvsec_adapters.wiring import serve

    up: list[int] = []

    def ready(at: int) -> None:
        up.append(at)
        shown = f"[{host}]" if ":" in host else host
        address, database = f"http://{shown}:{at}", str(session.database)
        click.echo(READY.filled(session.locale, {"address": address, "database": database}))

    with session.made() as site:
        try:
            serve(site, host=host, port=port, ready=ready)
        except OSError as error:
            if up:
                raise
            raise CannotListenError(host, port, _detail(error)) from error


def _detail(error: OSError) -> str:
    """What the system has against it, without what Python adds."""
    number = error.errno or 0  # those of name look-ups are negative
    return os.strerror(number) if number > 0 else error.strerror or str(error)


READY = Words(
    "Serving {database} at {address}; stop with Ctrl-C.",
    "Sirviendo {database} en {address}; termine con Ctrl-C.",
)
