"""Reads captured requests from a file and lets them happen again.

A capture holds raw HTTP/1.1 requests between lines ``###``; each is headed by a line
``# received: <ISO 8601>``, the moment at which it was received.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from attrs import define

from cvsec_adapters.devices.zkpush.endpoint import Endpoint
from cvsec_adapters.devices.zkpush.http1 import MessageError, request_of
from cvsec_adapters.devices.zkpush.messages import Request, Response
from cvsec_adapters.devices.zkpush.parsing import (
    highest_door,
    read_lines,
    record_of,
    state_of,
)
from cvsec_core.errors import CommandError, Words

_BETWEEN = re.compile(rb"(?m)^###[ \t]*\r?\n")
_HEADING = b"# received:"


@define
class CaptureFormatError(CommandError):
    """A capture must be such requests as the driver would get."""

    file: str
    line: int
    expected: Words

    code = "capture-format"
    says = Words(
        "{file}, line {line}: expected {expected}.", "{file}, línea {line}: se esperaba {expected}."
    )
    advises = Words(
        "Correct the file; the requests before that line are fine.",
        "Corrija el archivo; las peticiones anteriores a esa línea están bien.",
    )


def read_capture(path: Path) -> list[Request]:
    """The requests in the file at *path*, in their order.

    Raises:
        CaptureFormatError: the file is no capture; it names the line and what was expected there.
        OSError: the file cannot be read.
    """
    return requests_in(path.read_bytes(), str(path))


def requests_in(data: bytes, name: str) -> list[Request]:
    """The requests in *data*, the content of the file *name*.

    Raises:
        CaptureFormatError: it is no capture.
    """
    line, requests = 1, list[Request]()
    for part in _BETWEEN.split(data):
        try:
            requests.append(_request(part))
        except MessageError as error:
            raise CaptureFormatError(name, line, error.expected) from None
        line += part.count(b"\n") + 1
    return requests


def _request(part: bytes) -> Request:
    heading, _, raw = part.partition(b"\n")
    if not heading.startswith(_HEADING):
        raise MessageError(
            "`# received: ` and the time of receipt", "`# received: ` y la hora de recepción"
        )
    received_at = _time(heading.removeprefix(_HEADING).decode("latin-1").strip())
    try:
        request = request_of(raw, received_at)
    except MessageError:
        # The line end before the next `###`, or before the file's end, belongs to no body.
        request = request_of(raw.removesuffix(b"\n").removesuffix(b"\r"), received_at)
    if not request.serial:
        raise MessageError(
            "a request that names its device, `SN=…`",
            "una petición que nombre su dispositivo, `SN=…`",
        )
    return request


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        example = "2026-11-23T12:00:00+00:00"
        raise MessageError(
            f"a time with its offset, such as {example}", f"una hora con su desfase, como {example}"
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise MessageError("a time of our era", "una hora de nuestra era") from None


def doors_in(requests: Iterable[Request]) -> dict[str, int]:
    """How many doors each device shows, by serial number; at least one.

    Only a door that something is told of counts: an event's address, or a bit that is set. How
    wide a field is says nothing, for a two-door board sends alarm bytes for four.
    """
    doors: dict[str, int] = {}
    for request in requests:
        doors[request.serial] = max(doors.get(request.serial, 1), _highest(request))
    return doors


def _highest(request: Request) -> int:
    records, _ = read_lines(request.body, record_of, None)
    states, _ = read_lines(request.body, state_of, None)
    return max((*(r.number for r in records), *map(highest_door, states)), default=1)


def replay(endpoint: Endpoint, requests: Sequence[Request]) -> list[Response]:
    """The answers to *requests*, each as if it were received when it was; a second time changes
    nothing.
    """
    return [endpoint.answer(request) for request in requests]
