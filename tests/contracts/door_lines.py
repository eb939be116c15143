"""A site with one simulated controller, attached by each of the lines that there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define

from cvsec_adapters.devices.dialling_in import DiallingIn
from cvsec_adapters.devices.driver import DoorDriver
from cvsec_adapters.devices.presence import MemoryPresence
from cvsec_adapters.devices.simulated.controller import Controller
from cvsec_adapters.devices.simulated.direct import DirectLine
from cvsec_adapters.devices.simulated.push import PushClient, through_bytes, through_http
from cvsec_adapters.devices.zkpush.endpoint import Endpoint
from cvsec_adapters.devices.zkpush.http1 import request_of, response_bytes
from cvsec_adapters.devices.zkpush.incoming import Incoming
from cvsec_adapters.transport.http.serving import serving
from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import device, door, journal
from cvsec_core.ids import DeviceId, DoorId, door_of
from cvsec_core.site import Site

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
SERIAL = DeviceId("SIM-1")
FIRST, SECOND = door_of(SERIAL, 1), door_of(SERIAL, 2)
LINES = ("direct", "bytes", "http")


@define
class World:
    """A site, its controller, the line between them, and the time that both live in."""

    site: Site
    controller: Controller
    line: DoorDriver
    now: datetime = NOON

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def exchange(self, seconds: float = 1) -> bool:
        """Let some time pass, then let the controller and the site talk."""
        self.wait(seconds)
        self.site.tick(self.now)
        return self.line.exchange(self.now)

    def ask(self, command: Any) -> Any:
        return self.site.handle(command)

    def unlock(self, name: DoorId = FIRST) -> None:
        self.ask(door.RequestUnlock(name, "guard", self.now))

    def events(self, *kinds: type) -> list[Any]:
        recorded = self.site.log.read_all(0, 10_000)
        return [r.event for r in recorded if isinstance(r.event, kinds)]

    def codes(self) -> list[int]:
        return [event.code for event in self.events(journal.PassageRecorded)]

    def door(self, name: DoorId = FIRST) -> door.Registered:
        state = self.site.state(door.stream(name))
        assert isinstance(state, door.Registered)
        return state

    def device(self) -> Any:
        return self.site.state(device.stream(SERIAL))


@contextmanager
def world(kind: str, **particulars: Any) -> Iterator[World]:
    """A site with a registered two-door controller in Paris, before their first exchange."""
    worlds: list[World] = []
    site = memory_site(lambda: worlds[0].now if worlds else NOON)
    controller = Controller(SERIAL, 2, zone=PARIS, people={"4711": "7", "4712": "8"}, **particulars)
    site.handle(device.RegisterDevice(SERIAL, "Lobby", "Ground", "Europe/Paris", 2, "me", NOON))
    with site, _line(kind, site, controller) as line:
        worlds.append(World(site, controller, line))
        yield worlds[0]


@contextmanager
def _line(kind: str, site: Site, controller: Controller) -> Iterator[DoorDriver]:
    presence = MemoryPresence()
    endpoint = Endpoint(site, presence)
    if kind == "direct":
        yield DirectLine(site, presence, controller)
    elif kind == "bytes":

        def exchange(data: bytes) -> bytes:
            return response_bytes(endpoint.answer(request_of(data, site.clock())))

        yield PushClient(controller, through_bytes(exchange))
    else:
        unwatched = DiallingIn(partial(Incoming, endpoint), lambda _: None)
        with serving(site, unwatched) as port:
            yield PushClient(controller, through_http("127.0.0.1", port))
