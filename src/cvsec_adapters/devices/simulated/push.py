"""A controller that dials in and speaks Security PUSH, as real ones do."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from http.client import HTTPConnection, HTTPException

from cvsec_adapters.devices.reports import Axes, Record
from cvsec_adapters.devices.simulated.controller import Controller, Kept
from cvsec_adapters.devices.simulated.tables import UNSUPPORTED, change_table
from cvsec_adapters.devices.zkpush.http1 import message_of, request_bytes
from cvsec_adapters.devices.zkpush.timecode import packed, unpacked

Send = Callable[[str, str, bytes], tuple[int, bytes]]
"""Sends method, target and body; gives back the answer's status and body. Raises OSError."""

HEADERS = {
    "Host": "site",
    "User-Agent": "iClock Proxy/1.09",
    "Content-Type": "application/push;charset=UTF-8",
}
MALFORMED = -801
"""The command is not written as it must be."""
TIMEOUT_S = 10
_DIRECTIONS = {"in": "0", "out": "1", None: "2"}


def through_bytes(exchange: Callable[[bytes], bytes]) -> Send:
    """Sends whole HTTP messages as bytes through *exchange*."""

    def send(method: str, target: str, body: bytes) -> tuple[int, bytes]:
        answer = message_of(exchange(request_bytes(method, target, body, HEADERS)))
        return int(answer.start.split(" ")[1]), answer.body

    return send


def through_http(host: str, port: int) -> Send:
    """Sends over a connection of its own each time, as the devices do that answer `starting`."""

    def send(method: str, target: str, body: bytes) -> tuple[int, bytes]:
        connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
        try:
            connection.request(method, target, body, HEADERS)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    return send


class RefusedError(Exception):
    """The site did not take what the device sent."""


class PushClient:
    """The network side of *controller*."""

    def __init__(self, controller: Controller, send: Send) -> None:
        """Let *controller* talk through *send*."""
        self._controller, self._send = controller, send
        self._registered = False
        self._named: list[str] = []

    def exchange(self, now: datetime) -> bool:
        """Dial in, tell everything and do what the site wants; see `DoorDriver`."""
        if not self._controller.troubles.connected:
            self._registered = False
            return False
        try:
            self._controller.pass_time(now)
            self._register()
            self._tell(now)
            self._obey(now)
        except (OSError, RefusedError):
            self._registered = False
            return False
        return True

    # Becoming acquainted.
    def _register(self) -> None:
        if self._registered:
            return
        hello = "pushver=3.1.2&options=all&DeviceType=acc&PushOptionsFlag=1&language=69"
        self._ask("GET", f"cdata?{self._sn}&{hello}")
        self._ask("POST", f"registry?{self._sn}", self._about_itself())
        self._ask("POST", f"push?{self._sn}")
        self._ask("POST", f"cdata?{self._sn}&table=options", self._about_itself())
        self._registered = True

    def _about_itself(self) -> str:
        doors = len(self._controller.doors)
        return (
            "DeviceType=acc,~DeviceName=Simulated,FirmVer=1,PushVersion=3.1.2,"
            f"LockCount={doors},ReaderCount={doors},MachineType=101,~MaxUserCount=1000"
        )

    # Reporting.
    def _tell(self, now: datetime) -> None:
        controller = self._controller
        self._told(controller.undelivered(buffered=False), "rtlog", _live)
        self._told(controller.undelivered(buffered=True), "tabledata", _row)
        self._ask("POST", f"cdata?{self._sn}&table=rtstate", self._state(now))

    def _told(self, told: Sequence[Kept], table: str, line: Callable[[Record], str]) -> None:
        times = 1 + self._controller.troubles.repeats
        lines = [line(kept.record) for kept in told for _ in range(times)]
        if not lines:
            return
        counted = f"&tablename=transaction&count={len(lines)}" if table == "tabledata" else ""
        answer = self._ask("POST", f"cdata?{self._sn}&table={table}{counted}", "\r\n".join(lines))
        wanted = f"transaction={len(lines)}" if counted else "OK"
        if answer == wanted and not self._controller.troubles.loses_acknowledgements:
            for kept in told:
                kept.delivered = True

    def _state(self, now: datetime) -> str:
        """The state of all doors: two sensor bits and one relay bit each from the lowest, and one
        alarm byte each.
        """
        axes = self._controller.axes(now)
        sensor = _packed_bits([2 if a.open else 1 for a in axes], 2)
        relay = _packed_bits([1 if a.unlocked else 0 for a in axes], 1)
        alarm = bytes(map(_alarm_byte, axes))
        time = self._controller.clock(now).isoformat(" ")
        return f"time={time}\tsensor={sensor.hex()}\trelay={relay.hex()}\talarm={alarm.hex()}"

    # Obeying.
    def _obey(self, now: datetime) -> None:
        told = self._ask("GET", f"getrequest?{self._sn}")
        if self._controller.troubles.loses_commands:
            return
        self._named = []
        results = [
            f"ID={wire}&Return={self._carry_out(command, now)}&CMD={command.split(' ')[0]}"
            for wire, command in _commands(told)
        ]
        self._name_people()
        if results and not self._controller.troubles.loses_results:
            self._ask("POST", f"devicecmd?{self._sn}", "\n".join(results))

    def _carry_out(self, command: str, now: datetime) -> int:
        verb, _, rest = command.partition(" ")
        try:
            match verb, rest.partition(" "):
                case "CONTROL", ("DEVICE", _, digits):
                    return self._control(bytes.fromhex(digits), now)
                case "DATA", (action, _, told):
                    return self._table(action, told)
                case "SET", ("OPTIONS", _, option):
                    local = unpacked(int(option.removeprefix("DateTime=")))
                    return self._controller.set_clock(local, now)
                case "ACCOUNT", ("transaction", _, span):
                    first, last = (int(part.partition("=")[2]) for part in span.split("\t"))
                    return self._controller.tell_again(first, last)
                case _:
                    return UNSUPPORTED
        except ValueError:
            return MALFORMED

    def _table(self, action: str, told: str) -> int:
        rights = self._controller.rights
        if self._controller.refuses is not None:
            return self._controller.refuses
        if action == "QUERY":
            self._named = sorted(rights.users)
            return len(self._named)
        table, _, record = told.partition(" ")
        parts = (part.partition("=") for part in record.split("\t"))
        fields = {name: value for name, _, value in parts}
        return change_table(rights, action, table, fields)

    def _name_people(self) -> None:
        """Tell whom the controller knows, where it was asked."""
        if not self._named:
            return
        rows = "\r\n".join(f"user uid={uid}\tpin={pin}" for uid, pin in enumerate(self._named, 1))
        about = f"type=tabledata&tablename=user&count={len(self._named)}&packcnt=1&packidx=1"
        self._ask("POST", f"querydata?{self._sn}&{about}", rows)

    def _control(self, digits: bytes, now: datetime) -> int:
        controller = self._controller
        aa, door, cc, dd = digits[:4]
        match aa, cc:
            case 0x01, 0x01 if dd:
                return controller.pulse(door, dd, now)
            case 0x01, 0x01:
                return controller.lock(door, now)
            case 0x02, _:
                return controller.cancel_alarm(door, now)
            case 0x04, 0x00 | 0x01:
                return controller.normal_open(door, now, on=bool(cc))
            case 0x06, 0x00 | 0x01:
                return controller.lockdown(door, now, on=bool(cc))
            case _:
                return UNSUPPORTED

    # The line.
    @property
    def _sn(self) -> str:
        return f"SN={self._controller.serial}"

    def _ask(self, method: str, target: str, body: str = "") -> str:
        status, answer = self._send(method, f"/iclock/{target}", body.encode())
        if status != 200:  # noqa: PLR2004  # OK
            raise RefusedError(f"{target}: {status}")
        return answer.decode()


def _live(record: Record) -> str:
    return _fields(
        time=record.local.isoformat(" "),
        pin=record.person or "0",
        cardno=record.card or "0",
        eventaddr=record.number,
        event=record.code,
        inoutstatus=_DIRECTIONS[record.direction],
        verifytype=record.verify,
        index=record.index,
    )


def _row(record: Record) -> str:
    """The record as a row of the transaction table, which has names of its own."""
    return _fields(
        cardno=record.card or "0",
        pin=record.person or "0",
        verified=record.verify,
        doorid=record.number,
        eventtype=record.code,
        inoutstate=_DIRECTIONS[record.direction],
        time_second=packed(record.local),
        index=record.index,
    )


def _fields(**fields: object) -> str:
    return "\t".join(f"{name}={value}" for name, value in fields.items())


def _commands(told: str) -> Iterator[tuple[int, str]]:
    for line in told.splitlines():
        marker, _, rest = line.partition(":")
        wire, _, command = rest.partition(":")
        if marker == "C":
            yield int(wire), command


def _packed_bits(values: Sequence[int], width: int) -> bytes:
    """*values* of *width* bits each, the first in the lowest bits of the first byte."""
    whole = sum(value << place * width for place, value in enumerate(values))
    return whole.to_bytes((len(values) * width + 7) // 8, "little")


def _alarm_byte(axes: Axes) -> int:
    return bool(axes.forced) | bool(axes.tamper) << 1 | bool(axes.held_open) << 4
