"""HTTP/1.1 messages as bytes, as far as devices use it: one request, one answer, a known length."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from attrs import frozen

from cvsec_adapters.devices.zkpush.messages import Request, Response
from cvsec_core.errors import Words

_END = b"\r\n\r\n"


class MessageError(ValueError):
    """These bytes are no such message. ``expected`` says what would be."""

    def __init__(self, en: str, es: str) -> None:
        super().__init__(en)
        self.expected = Words(en, es)


@frozen
class Message:
    """A message taken apart: the first line, the headers by name in lower case, the body."""

    start: str
    headers: Mapping[str, str]
    body: bytes


def message_of(data: bytes) -> Message:
    """The message that *data* is; its lines may end in LF alone.

    Raises:
        MessageError: it is none.
    """
    head, separator, body = _parted(data)
    if not separator:
        raise MessageError("an empty line after the headers", "una línea vacía tras las cabeceras")
    start, *lines = head.decode("latin-1").split("\n")
    pairs = (line.rstrip("\r").partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Message(start.rstrip("\r"), headers, body)


def _parted(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Head, empty line and body: the empty line that comes first parts them."""
    wide, narrow = data.partition(_END), data.partition(b"\n\n")
    return wide if len(wide[0]) < len(narrow[0]) else narrow


def request_of(data: bytes, received_at: datetime) -> Request:
    """The request that *data* is.

    Raises:
        MessageError: it is none.
    """
    message = message_of(data)
    words = message.start.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004  # three words
        raise MessageError(
            "a request line such as `GET /iclock/ping?SN=1 HTTP/1.1`",
            "una línea de petición como `GET /iclock/ping?SN=1 HTTP/1.1`",
        )
    told = message.headers.get("content-length", "0")
    if told != str(len(message.body)):
        length = f"Content-Length: {len(message.body)}"
        raise MessageError(f"{length}, as long as the body is", f"{length}, la longitud del cuerpo")
    path, _, query = words[1].partition("?")
    return Request(words[0], path, received_at, query, message.body)


def request_bytes(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The bytes of a request; its length is added."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
    return _bytes([*lines, f"Content-Length: {len(body)}"], body)


def response_bytes(response: Response) -> bytes:
    """The bytes of an answer; its length is added."""
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    return _bytes([*lines, f"Content-Length: {len(response.body)}"], response.body)


def _bytes(lines: list[str], body: bytes) -> bytes:
    return "\r\n".join(lines).encode("latin-1") + _END + body
