"""What goes in and out of the endpoint: a device's request and its answer, without any socket."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from urllib.parse import parse_qsl

from attrs import frozen

from cvsec_adapters.devices.reports import Whole


@frozen
class Request:
    """A device's request. ``path`` and ``query`` are as they came; ``received_at`` is our time,
    UTC. ``whole`` is given where ``body`` is only the beginning of what was sent.
    """

    method: str
    path: str
    received_at: datetime
    query: str = ""
    body: bytes = b""
    whole: Whole | None = None

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The query's parameters by name in lower case; of a name given twice the first."""
        pairs = parse_qsl(self.query, keep_blank_values=True, errors="replace")
        return {name.lower(): value for name, value in reversed(pairs)}

    @property
    def name(self) -> str:
        """What is asked for: the path's last part in lower case, without ``.aspx``.

        Devices of some firmwares repeat the prefix (``/iclock/iclock/cdata``) or end it with a
        slash.
        """
        return self.path.rstrip("/").rpartition("/")[2].lower().removesuffix(".aspx")

    @property
    def serial(self) -> str:
        """The serial number that the device gives, or an empty text."""
        return self.parameters.get("sn", "")


@frozen
class Response:
    """The answer. ``headers`` do not name the length, which follows from ``body``."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def response(text: str, at: datetime, status: int = 200) -> Response:
    """The answer *text*. Its date, *at*, is what devices set their clocks by."""
    date = format_datetime(at, usegmt=True)
    return Response(
        status, text.encode(), (("Content-Type", "text/plain;charset=UTF-8"), ("Date", date))
    )
