"""Refusals and errors, as people and programs read them."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import click

from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import printable, write_json
from cvsec_core.errors import CommandError, InvalidFieldsError, Locale, RefusedError, Told, Words

NEXT = Words("Next: {step}", "Siguiente: {step}")


def tell(error: CommandError, locale: Locale) -> None:
    """Say on stderr what is wrong, a line a reason, and then what can be done."""
    reasons = reasons_of(error)
    for reason in reasons:
        click.echo(printable(f"{reason.code}: {reason.message(locale)}"), err=True)
    for step in dict.fromkeys(reason.next_step(locale) for reason in reasons):
        click.echo(printable(NEXT.filled(locale, {"step": step})), err=True)


class Reporter(logging.Handler):
    """Says on stderr what the parts of the program warn of: a line where the cause is known, and
    the whole story where it is a mistake of ours.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        error = record.exc_info[1] if record.exc_info else None
        for cause in (error, error and error.__cause__):
            if isinstance(cause, CommandError):
                click.echo(f"{record.getMessage()}: {cause.code}: {cause.message()}", err=True)
                return
        click.echo(self.format(record), err=True)


def reasons_of(error: CommandError) -> tuple[Told, ...]:
    """Every reason, or every field, or the error itself where it is the only one."""
    match error:
        case RefusedError(reasons):
            return reasons
        case InvalidFieldsError(errors):
            return errors
        case _:
            return (error,)


def as_shape(error: CommandError, locale: Locale) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "refused": [
            {
                "code": reason.code,
                "message": reason.message(locale),
                "next": reason.next_step(locale),
            }
            for reason in reasons_of(error)
        ]
    }


@contextmanager
def tell_as_json(session: Session, *, as_json: bool) -> Generator[None]:
    """What goes wrong meanwhile also stands on stdout, for programs that asked for JSON."""
    try:
        yield
    except CommandError as error:
        if as_json:
            write_json(as_shape(error, session.locale))
        raise
