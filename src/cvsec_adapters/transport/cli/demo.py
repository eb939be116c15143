"""`cvsec demo`: play a day, then show the boards as any site shows them."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import count
from math import isnan
from pathlib import Path
from shutil import which

import click

from cvsec_adapters.transport.cli.errors import DatabaseExistsError
from cvsec_adapters.transport.cli.muster import on_site
from cvsec_adapters.transport.cli.notifications import messages_to
from cvsec_adapters.transport.cli.options import at_a_site
from cvsec_adapters.transport.cli.rendering import boards, presence, visiting
from cvsec_adapters.transport.cli.rendering.screen import Screen, screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_core.projections import (
    access_records,
    alarm_center,
    devices,
    directory,
    invitations,
    lockdown_board,
    mail_outbox,
    visitor_list,
)
from cvsec_core.projections.dashboard import summary
from cvsec_core.site import Site

NAME = "demo-site"
SHOWN = 12
"""So many alarms and records stand on the boards at the end."""
GUARDIAN = "5017"
"""Whose notifications stand there."""
LATE, ALL = 4, 10_000
POLL_S = 2.0
"""So often the controllers dial in while the demo keeps serving."""


def _number(_: click.Context, __: click.Parameter, speed: float) -> float:
    if isnan(speed):
        raise click.BadParameter("expected a number.")
    return speed


@click.command("demo")
@click.option("--serve", is_flag=True, help="Keep serving afterwards, until Ctrl-C.")
@click.option(
    "--speed",
    type=click.FloatRange(min=1, max=1e9),
    callback=_number,
    default=1500.0,
    show_default=True,
    help="How many times as fast as a real day the play waits.",
)
@at_a_site
@click.pass_obj
def command(session: Session, speed: float, *, serve: bool) -> None:
    """Play a day at a small campus, with controllers that dial in over HTTP.

    The database is --db, or a new file demo-site.db here. The boards at the end are read from it.
    """
    from cvsec_adapters.wiring import demo_stage, play_day

    path = _database(session)
    with demo_stage(path, speed) as stage:
        screen = Screen(session.locale, stage.zone)
        screen.heading("A day at a small campus", f"http://127.0.0.1:{stage.port}/iclock")

        def tell(at: datetime, text: str) -> None:
            screen.facts([(f"{at.astimezone(stage.zone):%H:%M}", text)])

        play_day(stage, tell)
        session.learn(stage.site)
        _show(stage.site, screen_for(stage.site, session.locale))
        _advise(screen, path)
        if serve:
            screen.line("The controllers keep dialling in; stop with Ctrl-C.")
            with suppress(KeyboardInterrupt):
                stage.go_on(POLL_S)


def _database(session: Session) -> Path:
    """The database that was named, else a new one in the current folder.

    Raises:
        DatabaseExistsError: there is something in the one that was named.
    """
    if not session.is_chosen:
        return next(path for path in _names() if not os.path.lexists(path))
    if session.database.exists() and session.database.stat().st_size:
        raise DatabaseExistsError(str(session.database))
    return session.database


def _names() -> Iterator[Path]:
    yield Path(f"{NAME}.db")
    yield from (Path(f"{NAME}-{number}.db") for number in count(2))


def _show(site: Site, screen: Screen) -> None:
    boards.dashboard(screen, site.query(summary, site.today()))
    boards.devices(screen, site.query(devices.devices_in))
    newest = f"the newest {SHOWN}"
    boards.alarms(screen, site.query(alarm_center.page, limit=SHOWN).alarms, newest)
    records = site.query(access_records.page, limit=ALL).records
    boards.records(screen, records[:SHOWN], newest)
    late = [record for record in records if record.late]
    boards.records(screen, late[:LATE], f"{LATE} of {len(late)} that came late")
    boards.lockdowns(screen, site.query(lockdown_board.status))
    now = site.clock()
    visiting.visits(screen, site.query(visitor_list.page), now, "today's")
    visiting.invitations(screen, site.query(invitations.of_host), now)
    letters = site.query(mail_outbox.page)
    recipients = site.query(directory.names, tuple({row.recipient for row in letters}))
    visiting.letters(screen, letters, recipients)
    messages, _ = messages_to(site, GUARDIAN, screen.locale, None, SHOWN)
    presence.notifications(screen, messages)
    presence.muster(screen, on_site(site))


def _program() -> str:
    """How this program is called from here: by its name where a shell finds it."""
    called = Path(sys.argv[0])
    if which("cvsec") or called.name != "cvsec":
        return "cvsec"
    return shlex.quote(os.path.relpath(called))


def _advise(screen: Screen, path: Path) -> None:
    cvsec = f"{_program()} --db {shlex.quote(str(path))}"
    screen.heading("What to try next", f"the database is {path}")
    for words in (
        "alarms list --state unacknowledged",
        "records list --person 1017",
        "doors list --area Laboratories",
        "doors unlock LABS-4",
        "lockdown cancel west-wing",
        "log show door-LABS-4",
        "visits stats",
        "invitations list --host 2004",
        "mail status",
        "notifications 5017",
        "explain 1017 LABS-4",
        "muster",
        "serve",
    ):
        screen.console.print(f"{cvsec} {words}", soft_wrap=True, markup=False)
