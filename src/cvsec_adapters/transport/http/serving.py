"""Runs the application on a port of this machine until somebody stops it."""

import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread, current_thread, main_thread
from types import FrameType

from uvicorn import Config, Server

from cvsec_adapters.transport.http.app import Devices, make_app
from cvsec_core.site import Site

LOOPBACK = "127.0.0.1"
GRACE_S = 5
"""A request that is being answered as the server stops has so long to be finished."""


def serve(
    site: Site,
    devices: Devices,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    ready: Callable[[int], None],
) -> None:
    """Serve *devices* until SIGINT or SIGTERM; what is being answered then is finished first.

    Args:
        site: the site. It stays open.
        devices: who dials in.
        host: the address to listen at; by default this machine alone can reach it.
        port: the port to listen at, 0: any that is free.
        ready: called with the port as soon as requests are taken.

    Raises:
        OSError: there is no listening at that address and port.
    """
    with socket.create_server((host, port)) as listening:
        _server(site, devices, listening, ready).run(sockets=[listening])


@contextmanager
def serving(site: Site, devices: Devices) -> Generator[int, None, None]:
    """Serve *devices* from a thread, on a free port of this machine, which comes back."""
    up = Event()
    with socket.create_server((LOOPBACK, 0)) as listening:
        server = _server(site, devices, listening, lambda _: up.set())
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            up.wait()
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def _server(
    site: Site, devices: Devices, listening: socket.socket, ready: Callable[[int], None]
) -> "_Server":
    config = Config(
        make_app(site, devices),
        access_log=False,
        date_header=False,  # the driver's own date is what devices set their clocks by
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    return _Server(config, lambda: ready(listening.getsockname()[1]))


class _Server(Server):
    """A server that says when it is up, and that ends quietly."""

    def __init__(self, config: Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Stop at a signal. The original raises it once more afterwards, so that a site would be
        killed before it is closed.
        """
        if current_thread() is not main_thread():
            yield
            return
        before = {sig: signal.signal(sig, self._stop) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        self.handle_exit(sig, frame)
