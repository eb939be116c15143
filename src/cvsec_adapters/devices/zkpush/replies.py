"""What the protocol wants to hear back."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from attrs import frozen

from cvsec_adapters.devices.reports import digest_of
from cvsec_adapters.devices.zkpush.timecode import packed
from cvsec_core.ids import DeviceId

OK = "OK"
TIMED_OUT = "AUTH=TIMEOUT"
"""Nobody can say: the device decides by what it knows itself."""
STRIKE_S = 5
"""For so long a lock is released for somebody who may pass."""
SPOKEN = "3.0.1"
"""The newest protocol version without the closed encryption of the later ones."""
POLL_S = 2
"""A momentary command lives ten seconds, so a device that asks seldom would never get it."""
_OLD_BOARDS = frozenset({"8", "9", "10"})
"""Machine types that look for the version under another name."""


@frozen
class Traits:
    """What a device's firmware is like, learned from what it says about itself."""

    language: str | None = None
    machine: str | None = None
    prefixed: bool = False


def registry_code(name: DeviceId) -> str:
    """The code by which a device knows that it is registered: always the same for one device, so a
    restart of ours does not make it register again.
    """
    return digest_of(f"registry {name}".encode())[:16]


def session_settings(name: DeviceId, traits: Traits) -> str:
    """How the device shall behave while connected, a setting a line."""
    version = "PushVersion" if traits.machine in _OLD_BOARDS else "PushProtVer"
    return "\n".join(
        (
            "ServerVersion=1",
            "ServerName=cvsec",
            f"{version}={SPOKEN}",
            "ErrorDelay=30",
            f"RequestDelay={POLL_S}",
            "TransTimes=00:00;14:00",
            "TransInterval=1",
            "TransTables=User Transaction",
            "Realtime=1",
            f"SessionID={digest_of(f'session {name}'.encode())}",
            "TimeoutSec=10",
        )
    )


def handshake(name: DeviceId, traits: Traits) -> str:
    """The settings of a device that is registered, as its first request is answered."""
    return "\n".join(
        ("registry=ok", f"RegistryCode={registry_code(name)}", session_settings(name, traits))
    )


def registered(name: DeviceId) -> str:
    """The answer to a registration. A line end would become part of the code, so there is none."""
    return f"RegistryCode={registry_code(name)}"


def verified(record: str, number: int, *, granted: bool) -> str:
    """The decision about what a device asked in *record*, which is repeated to it; where it is
    granted, with the order to release the lock of door *number*: AA 01 output, CC 01 the lock, DD
    seconds.
    """
    if not granted:
        return f"AUTH=FAILED\r\n{record}\r\n"
    return f"AUTH=SUCCESS\r\n{record}\r\nCONTROL DEVICE 01{number:02X}01{STRIKE_S:02X}\r\n"


def time_told(now: datetime, zone: tzinfo) -> str:
    """The time in UTC and the offset of the device's zone."""
    return f"DateTime={packed(now)},ServerTZ={now.astimezone(zone):%z}"


def handed_out(name: DeviceId, told: Iterable[tuple[int, str]], traits: Traits) -> str:
    """The commands a line each, by wire id; ``OK`` where there are none."""
    lines = [_line(name, wire, command, prefixed=traits.prefixed) for wire, command in told]
    return "\n".join(lines) or OK


def _line(name: DeviceId, wire: int, command: str, *, prefixed: bool) -> str:
    if prefixed:
        return f"DataType=1,SN={name},Priority=1,CmdID={wire},CmdDesc={command}"
    return f"C:{wire}:{command}"
