"""`cvsec people import`: many people at once, from a file."""

from collections.abc import Callable
from typing import IO

import click

from cvsec_adapters.desk.importing import LARGEST, Imported, import_people
from cvsec_adapters.desk.newcomers import Fault
from cvsec_adapters.transport.cli import telling
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.progress import Step, bars
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.shapes import Shape
from cvsec_adapters.transport.cli.writing import printable, write_json
from cvsec_core.errors import InvalidFieldError, Locale, Words

SHOWN = 20
"""So many faults are told to people, and how many more there are; JSON has them all."""


@click.command("import")
@click.argument("file", type=click.File("rb"), metavar="FILE.csv")
@click.option("--partial", is_flag=True, help="Store the good rows, though others are bad.")
@click.option(
    "--region",
    metavar="ES",
    help="Where phone numbers without a country are dialled.  "
    "[default: the country of the site's time zone]",
)
@everywhere
@click.pass_obj
def command(
    session: Session, *, file: IO[bytes], partial: bool, region: str | None, as_json: bool
) -> None:
    """Enroll the people of a table: all of them, or nobody where a row is bad.

    The table is CSV in UTF-8, with commas or semicolons. Its first line names the columns: id and
    first_name, and any of last_name, email, phone, department, card and minor (yes or no). Who is
    enrolled already with the same particulars stays as they are.

    Exits with 1 where a row is bad, and with 2 where the file is no such table.
    """
    content = file.read(LARGEST + 1)
    with session.made() as site, telling.tell_as_json(session, as_json=as_json), bars() as bar:
        result = import_people(
            site,
            content,
            by=session.actor,
            partial=partial,
            region=region,
            progress=_named(bar, session.locale),
        )
    _tell(result, session.locale, partial=partial, as_json=as_json)
    if result.faults:
        click.get_current_context().exit(1)


def _named(bar: Step, locale: Locale) -> Callable[[str, int, int], None]:
    """The bar, in the reader's language."""

    def step(what: str, done: int, total: int) -> None:
        bar(STEPS[what].filled(locale, {}), done, total)

    return step


def _tell(result: Imported, locale: Locale, *, partial: bool, as_json: bool) -> None:
    if as_json:
        write_json(_shape(result, locale))
        return
    for fault in result.faults[:SHOWN]:
        click.echo(printable(_line(fault, locale)), err=True)
    counts = {
        "rows": f"{result.rows}",
        "bad": f"{result.bad}",
        "more": f"{len(result.faults) - SHOWN}",
        "enrolled": f"{result.enrolled}",
        "cards": f"{result.cards}",
        "unchanged": f"{result.unchanged}",
    }
    if len(result.faults) > SHOWN:
        click.echo(MORE.filled(locale, counts), err=True)
    if result.faults:
        click.echo(BAD.filled(locale, counts), err=True)
    if result.faults and not partial:
        click.echo(NOTHING.filled(locale, counts), err=True)
    else:
        click.echo(DONE.filled(locale, counts))


def _line(fault: Fault, locale: Locale) -> str:
    message = fault.error.message(locale)
    if not isinstance(fault.error, InvalidFieldError):  # which names its field itself
        message = f"{fault.field}: {message}"
    return LINE.filled(locale, {"line": f"{fault.line}", "message": message})


def _shape(result: Imported, locale: Locale) -> Shape:
    return {
        "rows": result.rows,
        "enrolled": result.enrolled,
        "cards": result.cards,
        "unchanged": result.unchanged,
        "bad": result.bad,
        "faults": [
            {
                "line": fault.line,
                "field": fault.field,
                "code": fault.error.code,
                "message": fault.error.message(locale),
            }
            for fault in result.faults
        ],
    }


STEPS = {
    "check": Words("Checking", "Comprobando"),
    "store": Words("Storing", "Guardando"),
}
LINE = Words("line {line}: {message}", "línea {line}: {message}")
MORE = Words("… and {more} more.", "… y {more} más.")
BAD = Words("Bad rows: {bad} of {rows}.", "Filas que no sirven: {bad} de {rows}.")
NOTHING = Words(
    "Nothing was stored. Correct the file, or store the others with --partial.",
    "No se ha guardado nada. Corrija el archivo o guarde las demás con --partial.",
)
DONE = Words(
    "Enrolled: {enrolled}. Cards issued: {cards}. Unchanged: {unchanged}.",
    "Inscritas: {enrolled}. Tarjetas emitidas: {cards}. Sin cambios: {unchanged}.",
)
