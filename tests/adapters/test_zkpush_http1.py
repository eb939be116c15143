"""HTTP messages as bytes."""

import pytest
from hypothesis import given, strategies as st

from cvsec_adapters.devices.zkpush.http1 import (
    MessageError,
    message_of,
    request_bytes,
    request_of,
    response_bytes,
)
from cvsec_adapters.devices.zkpush.messages import Request, response
from tests.contracts.dialogue import NOON


@given(st.binary(max_size=50))
def test_a_request_is_read_back_as_it_was_written(body: bytes):
    data = request_bytes("POST", "/iclock/cdata?SN=1&table=rtlog", body, {"Host": "site"})
    assert request_of(data, NOON) == Request(
        "POST", "/iclock/cdata", NOON, "SN=1&table=rtlog", body
    )


def test_an_answer_tells_its_length():
    message = message_of(response_bytes(response("user=3", NOON)))
    assert message.start == "HTTP/1.1 200 OK"
    assert message.headers["content-length"] == "6"
    assert message.body == b"user=3"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"GET /iclock/ping HTTP/1.1\r\n", "an empty line after the headers"),
        (b"hello\r\n\r\n", "a request line such as `GET "),
        (b"GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\n123", "Content-Length: 3"),
    ],
)
def test_bytes_that_are_no_request_say_what_was_expected(data: bytes, expected: str):
    with pytest.raises(MessageError) as caught:
        request_of(data, NOON)
    assert caught.value.expected.en.startswith(expected)
