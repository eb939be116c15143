"""The application that devices dial in to, and what a serving process does beside it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Protocol

from litestar import Litestar, Response, asgi, get
from litestar.types import Receive, Scope, Send

from cvsec_core.site import Site

PAUSE_S = 0.5
"""Between two looks at what is due."""

_log = logging.getLogger(__name__)


class Answer(Protocol):
    """What a device is answered."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...
    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...


class Incoming(Protocol):
    """A device's request while it comes in."""

    def feed(self, part: bytes) -> None:
        """Take the next part of the body."""
        ...

    def answer(self, received_at: datetime) -> Answer:
        """The answer, after the last part. Raises nothing; may wait for the log."""
        ...


class Devices(Protocol):
    """The devices that dial in to a site."""

    @property
    def begin(self) -> Callable[[str, str, str], Incoming]:
        """Begins a request by its method, path and query."""
        ...

    @property
    def watch(self) -> Callable[[datetime], object]:
        """Is called again and again with the time."""
        ...


def make_app(site: Site, devices: Devices) -> Litestar:
    """The application that serves *devices* of *site*.

    Beside answering it handles what is due, watches for silence and keeps the views short behind
    the log; a process needs to run one of them only.
    """

    @asgi("/iclock", is_mount=True, copy_scope=True)
    async def dial_in(scope: Scope, receive: Receive, send: Send) -> None:
        await _answer(site, devices, scope, receive, send)

    @get("/healthz", sync_to_thread=False)
    def healthz() -> str:
        return "ok"

    @get("/readyz", sync_to_thread=True)
    def readyz() -> Response[str]:
        return _readiness(site)

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncGenerator[None, None]:
        task = asyncio.create_task(_keep_up(site, devices))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return Litestar(
        [dial_in, healthz, readyz], lifespan=[beside], openapi_config=None, logging_config=None
    )


async def _answer(site: Site, devices: Devices, scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a device's request on, part by part, and its answer back. The driver is synchronous, so
    it runs in a thread.
    """
    if scope["type"] != "http":
        return
    query = scope["query_string"].decode("latin-1")
    incoming = devices.begin(scope["method"], scope["path"], query)
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return  # it hung up before it had said everything
        incoming.feed(message["body"])
        if not message["more_body"]:
            break
    answer = await asyncio.to_thread(incoming.answer, site.clock())
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _readiness(site: Site) -> Response[str]:
    try:
        site.log.head()
    except Exception:  # noqa: BLE001  # whatever it is, this process cannot work now
        _log.exception("The log cannot be read")
        return Response("the log cannot be read", status_code=503)
    return Response("ok")


async def _keep_up(site: Site, devices: Devices) -> None:
    while True:
        await asyncio.to_thread(_look, site, devices)
        await asyncio.sleep(PAUSE_S)


def _look(site: Site, devices: Devices) -> None:
    """One look at what is due."""
    now = site.clock()
    try:
        site.tick(now)
        devices.watch(now)
        site.drain()
    except Exception:  # noqa: BLE001  # the loop must outlive a log that is away for a while
        _log.exception("What is due could not be handled")
