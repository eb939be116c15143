"""Asks whether somebody is sure; a program that calls the program is."""

import sys
from collections.abc import Mapping

import click

from cvsec_core.errors import Locale, Words


def require_sureness(
    question: Words, locale: Locale, told: Mapping[str, str], *, yes: bool
) -> None:
    """Ask the *question* at a terminal, unless they said *yes* before.

    Raises:
        click.Abort: they are not sure.
    """
    if not yes and sys.stdin.isatty():
        click.confirm(question.filled(locale, told), abort=True)
