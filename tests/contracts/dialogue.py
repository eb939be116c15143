"""A site and its PUSH endpoint, talked to request by request."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cvsec_adapters.devices.presence import MemoryPresence
from cvsec_adapters.devices.zkpush.endpoint import Endpoint
from cvsec_adapters.devices.zkpush.messages import Request, Response
from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import device, door, journal
from cvsec_core.ids import DeviceId, DoorId, door_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SERIAL = DeviceId("DGD9190019050335134")
FIRST, SECOND = door_of(SERIAL, 1), door_of(SERIAL, 2)


class Dialogue:
    """What a registered two-door device in Paris says, and what it hears."""

    def __init__(self, *, register_unknown: bool = False, known: bool = True) -> None:
        self.now = NOON
        self.site = memory_site(lambda: self.now)
        self.presence = MemoryPresence()
        self.endpoint = Endpoint(self.site, self.presence, register_unknown=register_unknown)
        if known:
            self.ask(device.RegisterDevice(SERIAL, "Lobby", "A", "Europe/Paris", 2, "me", NOON))

    def ask(self, command: Any) -> Any:
        return self.site.handle(command)

    def say(self, method: str, target: str, body: bytes = b"", seconds: float = 1) -> Response:
        """What the endpoint answers to a request below ``/iclock/``."""
        self.now += timedelta(seconds=seconds)
        path, _, query = target.partition("?")
        query = query.replace("SN", f"SN={SERIAL}", 1)
        return self.endpoint.answer(Request(method, f"/iclock/{path}", self.now, query, body))

    def hear(self, method: str, target: str, body: bytes = b"", seconds: float = 1) -> str:
        """The text of an answer that takes what was said."""
        answer = self.say(method, target, body, seconds)
        assert answer.status == 200
        return answer.body.decode()

    def records(self, *lines: str) -> str:
        return self.hear("POST", "cdata?SN&table=rtlog", "\r\n".join(lines).encode())

    def events(self, *kinds: type) -> list[Any]:
        recorded = self.site.log.read_all(0, 10_000)
        return [r.event for r in recorded if isinstance(r.event, kinds)]

    def passages(self) -> list[Any]:
        return self.events(journal.PassageRecorded)

    def unrecognised(self) -> list[Any]:
        return self.events(journal.UnrecognisedKept)

    def sensed(self, name: DoorId) -> Any:
        state = self.site.state(door.stream(name))
        assert isinstance(state, door.Registered)
        return state.sensed


def line(index: int = 1, code: int = 0, time: str = "2026-11-23 13:00:00", **fields: object) -> str:
    """A real-time line, as a device sends it."""
    told: dict[str, object] = {
        "time": time, "pin": "7", "cardno": "4711", "eventaddr": 1, "event": code,
        "inoutstatus": 0, "verifytype": 4, "index": index,
    }  # fmt: skip
    return "\t".join(f"{name}={value}" for name, value in (told | fields).items())
