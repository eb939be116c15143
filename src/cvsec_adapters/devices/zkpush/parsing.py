"""Reads what devices send: by key, never by place, and without ever failing.

Lines end in LF or CRLF and hold ``key=value`` fields between TABs. What cannot be read comes back
as it was, beside what can.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from attrs import frozen

from cvsec_adapters.devices.reports import Axes, Record
from cvsec_adapters.devices.zkpush.timecode import FIRST_YEAR, unpacked
from cvsec_adapters.devices.zkpush.verifying import Verification
from cvsec_core.values import Direction

T = TypeVar("T")

CHINESE = "83"
"""The device language whose names come in GB2312; of every other they come in UTF-8."""
LONGEST = 64
"""No field that we use is longer; a line with a longer one is garbage."""
LONGEST_CODE = 512
"""Longer than any code of ours; whoever reads it has a limit of their own."""
MOST_BYTES = 32
"""A state report tells of at most so many alarm bytes, and so of as many doors."""

_NUMBER = re.compile(r"-?[0-9]{1,18}")
_CLOCK = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})")
_LAST_YEAR = FIRST_YEAR + 199
_LAST_INDEX = 0xFFFF_FFFF
_LAST_WIRE = 10**18
_LAST_CODE = 0xFFFF
_DIRECTIONS: Mapping[str, Direction] = {"0": "in", "1": "out"}
_NOBODY = frozenset({"", "0"})


@frozen
class State:
    """A state report: the device's wall clock and its bytes, the first door's first."""

    local: datetime
    sensor: bytes
    relay: bytes
    alarm: bytes


@frozen
class Result:
    """What became of a command. ``wire`` is the id it was handed out under."""

    wire: int
    code: int


def text_of(data: bytes, language: str | None) -> str:
    """*data* as text; what is no text in the device's encoding is shown as replaced."""
    return data.decode("gb18030" if language == CHINESE else "utf-8", "replace")


def lines_of(body: bytes) -> list[bytes]:
    """The lines of *body* that hold anything."""
    return [line for part in body.split(b"\n") if (line := part.rstrip(b"\r")).strip()]


def read_lines(
    body: bytes, read: Callable[[Mapping[str, str]], T], language: str | None
) -> tuple[list[T], list[bytes]]:
    """What *read* makes of each line's fields, and the lines that it could make nothing of.

    Args:
        body: the lines.
        read: takes the fields by name in lower case; raises ValueError where they are no good.
        language: the device's language, or None where it is not known.
    """
    good: list[T] = []
    bad: list[bytes] = []
    for line in lines_of(body):
        try:
            good.append(read(_fields(text_of(line, language), "\t")))
        except ValueError:
            bad.append(line)
    return good, bad


def _fields(text: str, between: str) -> dict[str, str]:
    """The fields of *text*; of a name given twice the first counts."""
    parts = (part.partition("=") for part in text.split(between))
    return {name.strip().lower(): value for name, _, value in reversed(list(parts))}


def record_of(fields: Mapping[str, str]) -> Record:
    """The record of a real-time line or of a row of the transaction table, whose names differ.

    Raises:
        ValueError: the time or the event is missing, or a field is no good.
    """
    number = _first(fields, "eventaddr", "doorid") or "0"
    index = fields.get("index") or "0"
    return Record(
        _number(index, 0, _LAST_INDEX),
        _number(_first(fields, "event", "eventtype"), 0, _LAST_CODE),
        _number(number, 0, _LAST_CODE),
        _somebody(fields.get("pin", "")),
        _somebody(fields.get("cardno", "")),
        _DIRECTIONS.get(_first(fields, "inoutstatus", "inoutstate")),
        _short(_first(fields, "verifytype", "verified")),
        _moment(_first(fields, "time", "time_second")),
    )


def verification_of(fields: Mapping[str, str]) -> Verification:
    """What a device asks us to decide. A code may stand where a card's number would.

    Raises:
        ValueError: the time or the event is missing, or a field is no good.
    """
    card = fields.get("cardno", "")
    code = fields.get("qrcode") or (card if "." in card else None)
    if code is None:
        return Verification(record_of(fields), None)
    if len(code) > LONGEST_CODE:
        raise ValueError(code[:LONGEST])
    return Verification(record_of({**fields, "cardno": ""}), code)


def state_of(fields: Mapping[str, str]) -> State:
    """A state report.

    Raises:
        ValueError: a field is missing or is no even number of hex digits.
    """
    return State(
        _moment(fields.get("time", "")),
        *(_bytes(fields.get(name, "")) for name in ("sensor", "relay", "alarm")),
    )


def axes_of(state: State, number: int) -> Axes:
    """What *state* says of door *number*.

    Two sensor bits a door from the lowest (0 none, 1 closed, 2 open), one relay bit a door from
    the lowest (1 energised, as real boards send it), one alarm byte a door. How wide the fields
    are differs from device to device; what they do not reach is unknown.
    """
    door = number - 1
    sensor = _bits(state.sensor, 2 * door, 2)
    relay = _bits(state.relay, door, 1)
    alarm = state.alarm[door] if door < len(state.alarm) else None

    def told(mask: int) -> bool | None:
        return None if alarm is None else bool(alarm & mask)

    return Axes(
        number,
        {1: False, 2: True}.get(sensor or 0),
        None if relay is None else bool(relay),
        forced=told(0x01),
        held_open=told(0x10),
        tamper=told(0x82),  # the door's contact and the reader's
        duress=told(0x0C),  # by password and by finger
        fault=told(0x60),  # mains and battery
    )


def all_axes(state: State) -> list[Axes]:
    """What *state* says of each door that its fields reach."""
    reach = max(4 * len(state.sensor), 8 * len(state.relay), len(state.alarm))
    return [axes_of(state, number) for number in range(1, reach + 1)]


def highest_door(state: State) -> int:
    """The highest door of which a bit is set; 0 where none is."""
    return max((axes.number for axes in all_axes(state) if _says_something(axes)), default=0)


def _says_something(axes: Axes) -> bool:
    alarms = (axes.forced, axes.held_open, axes.tamper, axes.duress, axes.fault)
    return axes.open is not None or bool(axes.unlocked) or any(alarms)


def results_of(body: bytes) -> tuple[list[Result], list[bytes]]:
    """The outcomes in *body*, and the lines that tell of none.

    A device sends ``ID=..&Return=..&CMD=..`` a line, or a field a line; either way an ``ID``
    begins the next outcome.
    """
    good: list[Result] = []
    bad: list[bytes] = []
    for group in _groups(lines_of(body)):
        try:
            fields = _fields("&".join(text_of(line, None) for line in group), "&")
            wire = _number(fields.get("id", ""), 0, _LAST_WIRE)
            good.append(Result(wire, _number(fields.get("return", ""), -_LAST_CODE, _LAST_INDEX)))
        except ValueError:
            bad.extend(group)
    return good, bad


def _groups(lines: list[bytes]) -> list[list[bytes]]:
    groups: list[list[bytes]] = []
    for line in lines:
        if not groups or line[:3].upper() == b"ID=":
            groups.append([])
        groups[-1].append(line)
    return groups


def pins_of(body: bytes, language: str | None) -> list[str]:
    """The numbers under which a device says that it knows people, a row of its table a line."""
    rows = (text_of(line, language).strip() for line in lines_of(body))
    fields = (_fields(row.removeprefix("user").lstrip(), "\t") for row in rows)
    return [pin for row in fields if (pin := row.get("pin", "").strip())]


def options_of(body: bytes, language: str | None) -> dict[str, str]:
    """What a device says about itself, by name in lower case and without the leading ``~``."""
    fields = _fields(text_of(body, language).replace("\n", ",").replace("\r", ""), ",")
    return {name.removeprefix("~"): value.strip() for name, value in fields.items()}


def whole_number(text: str) -> int | None:
    """The number that *text* is, or None."""
    return int(text) if _NUMBER.fullmatch(text) else None


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if name in fields), "")


def _number(text: str, least: int, most: int) -> int:
    number = whole_number(text)
    if number is None or not least <= number <= most:
        raise ValueError(text)
    return number


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(text)
    return text


def _somebody(text: str) -> str | None:
    return None if _short(text) in _NOBODY else text


def _moment(text: str) -> datetime:
    """The wall clock that *text* shows, spelled out or packed into a number."""
    spelled = _CLOCK.fullmatch(text)
    if spelled:
        local = datetime(*map(int, spelled.groups()))  # pyright: ignore[reportArgumentType]  # noqa: DTZ001  # six numbers, a wall clock
    else:
        local = unpacked(_number(text, 0, _LAST_INDEX))
    if not FIRST_YEAR <= local.year <= _LAST_YEAR:
        raise ValueError(text)
    return local


def _bytes(text: str) -> bytes:
    """The bytes of an even number of hex digits; `bytes.fromhex` would let blanks pass."""
    if len(text) > 2 * MOST_BYTES or " " in text:
        raise ValueError(text)
    return bytes.fromhex(text)


def _bits(data: bytes, first: int, count: int) -> int | None:
    """*count* bits from bit *first* on, the lowest bit of the first byte being bit 0."""
    place, shift = divmod(first, 8)
    return (data[place] >> shift) & ((1 << count) - 1) if place < len(data) else None
