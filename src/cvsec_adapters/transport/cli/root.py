"""`cvsec` itself: what every command shares, and how troubles are told."""

import errno
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import click
from click.core import ParameterSource

from cvsec_adapters.transport.cli.options import a_person
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.telling import Reporter, tell
from cvsec_core.errors import CommandError, InvalidFieldError, InvalidFieldsError

COMMANDS = {
    "alarms": "What needs somebody: list, show and acknowledge alarms.",
    "completion": "Print what makes a shell complete the commands.",
    "credentials": "Cards, PINs and QR codes: issue, suspend, show and verify them.",
    "dashboard": "How the site is doing: devices, doors, alarms.",
    "demo": "Play a day at a small campus.",
    "devices": "Controllers: list them, register one, replay a capture.",
    "doors": "Doors: list them, unlock one, cancel a door's alarm.",
    "explain": "Whether somebody may pass a door, and why.",
    "keys": "The master key: where it comes from; turn the site over to another.",
    "levels": "Access levels: doors and hours, and who holds them.",
    "invitations": "Invitations: issue, repeat, withdraw and redeem them.",
    "lockdown": "Lock groups of doors down, and see what is secured.",
    "log": "The event log, as it was written.",
    "mail": "Letters: send those that are due, and see what became of the others.",
    "muster": "Who is on site, and how that is known.",
    "notifications": "What there is to tell somebody: passages of theirs and of whom they guard.",
    "org": "The organisation: found it, show it, set its mail and what it shows.",
    "people": "People: enroll, show, correct, block and forget them; their login and guardians.",
    "records": "Who passed which door, and who was refused.",
    "serve": "Take in what devices send, and hand out their commands.",
    "visits": "Visits: register them, let visitors in and out, and see who comes.",
    "views": "What the lists are read from: how far it is; make it again.",
}
"""Every command and its help, so that `cvsec -h` loads none of them."""

EXTRAS = (
    "PIL", "argon2", "email_validator", "icalendar", "itsdangerous", "jinja2", "litestar",
    "phonenumbers", "qrcode", "uvicorn",
)  # fmt: skip
"""What only some commands need, and an installation may lack."""

EXAMPLES = """\b
Try `cvsec demo` first. Then, for a site of your own:
  cvsec org found "North Campus" --zone Europe/Madrid
  cvsec devices register SERIAL --name "Main gate" --area Gate --doors 2
  cvsec serve
"""


class Commands(click.Group):
    """Loads the module of a command when it is asked for, and tells troubles instead of raising."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click has it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"cvsec_adapters.transport.cli.{cmd_name}")
        return cast("click.Command", module.command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not all(_is_text(word) for word in args):
            ctx.fail("Expected arguments in the encoding of the terminal (UTF-8).")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # as click has it
        try:
            return super().invoke(ctx)
        except CommandError as error:
            tell(error, ctx.ensure_object(Session).locale)
            # A field that is no good is wrong use; all else is what the site has against it.
            ctx.exit(2 if isinstance(error, InvalidFieldError | InvalidFieldsError) else 1)
        except OSError as error:
            if error.errno == errno.EPIPE:  # click knows what to do
                raise
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            if error.name not in EXTRAS:
                raise
            click.echo(f"extra-missing: {error.name} is not installed.", err=True)
            click.echo('Next: pip install "cvsec[all]"', err=True)
            ctx.exit(1)


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.option(
    "--db",
    "database",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="CVSEC_DB",
    default="site.db",
    show_default=True,
    show_envvar=True,
    help="The database of the site.",
)
@click.option(
    "--as",
    "actor",
    metavar="NAME",
    envvar="CVSEC_ACTOR",
    show_envvar=True,
    help="Who is acting.  [default: the user of the operating system]",
)
@click.version_option(package_name="cvsec", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, database: Path, actor: str | None) -> None:
    """Physical access control: doors, alarms, lockdowns, and who passed where."""
    if not database.name:
        raise click.BadParameter("expected the path of a file.", ctx, param_hint="'--db'")
    by_itself = ctx.get_parameter_source("database") is ParameterSource.DEFAULT
    named = None if actor is None else a_person(ctx, actor)
    ctx.obj = Session(database, named, not by_itself)


def main() -> None:
    """Run `cvsec` with the arguments of the process."""
    for stream in (sys.stdout, sys.stderr):
        # Where the terminal lacks a character, a question mark is better than no answer.
        stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # the real ones have it
    logging.getLogger().addHandler(Reporter())
    cli(prog_name="cvsec")
