"""Serves the devices of a site, posts its letters, and plays a day at one."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve as changed

from cvsec_adapters.storage.errors import ExtraMissingError
from cvsec_adapters.wiring.sites import desk_of
from cvsec_core.site import Site

if TYPE_CHECKING:
    from cvsec_adapters.demo.stage import Stage
    from cvsec_adapters.devices.zkpush.verifying import ReadCode


def serve(site: Site, *, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve the devices that dial in to *site* and send its letters, until SIGINT or SIGTERM.

    Args:
        site: the site; it stays open.
        host: the address to listen at.
        port: the port to listen at, 0: any that is free.
        ready: called with the port as soon as requests are taken.

    Raises:
        OSError: there is no listening at that address and port.
    """
    from cvsec_adapters.devices.dialling_in import dialling_in
    from cvsec_adapters.transport.http import serving as http

    with _posting(site):
        devices = dialling_in(site, read_code=_read_code(site))
        http.serve(site, devices, host=host, port=port, ready=ready)


@contextmanager
def serving(site: Site, still: AbstractContextManager[object]) -> Generator[int]:
    """Serve the devices of *site* from a thread, on a free port of this machine, which comes back,
    and send its letters.

    *still* is held while somebody looks for silent devices, so that a clock can leap in between.
    """
    from cvsec_adapters.devices.dialling_in import dialling_in
    from cvsec_adapters.transport.http import serving as http

    devices = dialling_in(site, read_code=_read_code(site))

    def watch(_: datetime) -> None:
        with still:
            devices.watch(site.clock())

    with _posting(site, 0.1), http.serving(site, changed(devices, watch=watch)) as port:
        yield port


def _read_code(site: Site) -> "ReadCode | None":
    """What reads dynamic codes at doors; None where it is not installed."""
    try:
        return desk_of(site).codes.read
    except ExtraMissingError:
        return None


def _posting(site: Site, pause_s: float = 2.0) -> AbstractContextManager[None]:
    """Letters leave meanwhile; not where what writes them is not installed."""
    try:
        desk = desk_of(site)
    except ExtraMissingError:
        return nullcontext()
    from cvsec_adapters.desk.mailing import posting

    return posting(desk, pause_s)


def demo_stage(path: Path, speed: float) -> AbstractContextManager["Stage"]:
    """The stage of a demonstration day, on a new site in the database at *path*."""
    from cvsec_adapters.demo.stage import set_up

    return set_up(path, speed)


def play_day(stage: "Stage", tell: Callable[[datetime, str], None]) -> None:
    """Play a demonstration day; *tell* is called with the time and what happens.

    Raises:
        StageError: the play cannot go on.
    """
    from cvsec_adapters.demo.day import play

    play(stage, tell)
