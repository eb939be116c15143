"""`cvsec log`: the event log, as it was written."""

from collections.abc import Iterable, Sequence

import click

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.errors import StreamUnknownError
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.rendering.log import entry
from cvsec_adapters.transport.cli.rendering.screen import Screen, screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.writing import write_json, write_line
from cvsec_core.ids import StreamId
from cvsec_core.recorded import Recorded
from cvsec_core.site import Site

PATIENCE_S = 0.5
"""For so long the log is waited for before Ctrl-C is looked at again."""


@click.group
def command() -> None:
    """The event log: everything that happened, in the order in which it was recorded."""


@command.command
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1_000_000),
    default=20,
    show_default=True,
    help="The last so many.",
)
@click.option("--follow", is_flag=True, help="Wait for more; with --json, one object a line.")
@everywhere
@click.pass_obj
def tail(session: Session, limit: int, *, follow: bool, as_json: bool) -> None:
    """The newest events, the latest at the end."""
    with session.existing(for_lists=False) as site:
        head = site.log.head()
        last = site.log.read_all(max(0, head - limit), limit)
        if as_json and not follow:
            write_json(_shapes(last))
            return
        screen = screen_for(site, session.locale)
        _show(screen, last, as_json=as_json)
        if follow:
            _follow(site, screen, head, as_json=as_json)


@command.command
@click.argument("stream")
@everywhere
@click.pass_obj
def show(session: Session, stream: str, *, as_json: bool) -> None:
    """Everything that was recorded in one stream, such as door-SERIAL-1."""
    with session.existing(for_lists=False) as site:
        events = site.log.read(StreamId(stream))
        if not events:
            raise StreamUnknownError(stream)
        if as_json:
            write_json(_shapes(events))
        else:
            _show(screen_for(site, session.locale), events, as_json=False)


def _follow(site: Site, screen: Screen, after: int, *, as_json: bool) -> None:
    """Show what comes, until Ctrl-C."""
    try:
        while True:
            if site.log.wait(after, PATIENCE_S) > after:
                events = site.log.read_all(after, 1_000)
                _show(screen, events, as_json=as_json)
                after = events[-1].position
    except KeyboardInterrupt:
        return


def _show(screen: Screen, events: Iterable[Recorded], *, as_json: bool) -> None:
    for shape in _shapes(events):
        if as_json:
            write_line(shape)
        else:
            entry(screen, shape)


def _shapes(events: Iterable[Recorded]) -> Sequence[shapes.Shape]:
    from cvsec_adapters.wiring import stored

    return [shapes.logged(recorded, *stored(recorded.event)) for recorded in events]
