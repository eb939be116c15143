"""A request that is still coming in, part by part."""

from datetime import datetime
from hashlib import blake2b

from cvsec_adapters.devices.reports import DIGEST_BYTES, Whole
from cvsec_adapters.devices.zkpush.endpoint import Endpoint
from cvsec_adapters.devices.zkpush.messages import Request, Response

MOST_BODY = 16 * 1024 * 1024
"""So many bytes of a body are read, far more than the memory of a device; of the rest only length
and hash are taken."""


class Incoming:
    """Takes a request's body as it arrives and holds no more of it than `MOST_BODY` bytes."""

    def __init__(self, endpoint: Endpoint, method: str, path: str, query: str) -> None:
        """Begin a request to *endpoint*."""
        self._endpoint, self._start = endpoint, (method, path, query)
        self._body = bytearray()
        self._length = 0
        self._hash = blake2b(digest_size=DIGEST_BYTES)

    def feed(self, part: bytes) -> None:
        """Take the next *part* of the body."""
        self._body += part[: MOST_BODY - len(self._body)]
        self._length += len(part)
        self._hash.update(part)

    def answer(self, received_at: datetime) -> Response:
        """The answer to the request, whose last part came in at *received_at*."""
        method, path, query = self._start
        cut = self._length > len(self._body)
        whole = Whole(self._length, self._hash.hexdigest()) if cut else None
        request = Request(method, path, received_at, query, bytes(self._body), whole)
        return self._endpoint.answer(request)
