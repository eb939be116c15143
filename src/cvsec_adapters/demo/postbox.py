"""The post of the campus: a mail server on this machine that keeps what it is sent (RFC 5321).

It takes whatever comes and delivers nothing; what the site's own mail does is real.
"""

from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from attrs import define, field

LONGEST_LINE = 1000
END = b".\r\n"


@define
class Postbox:
    """The letters that have come, the oldest first."""

    port: int
    letters: list[EmailMessage] = field(factory=list[EmailMessage])

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to one address."""
        return [letter for letter in self.letters if address in str(letter["To"])]


@contextmanager
def open_postbox() -> Generator[Postbox]:
    """A postbox on a free port, until the end."""
    box = Postbox(0)

    class Talk(StreamRequestHandler):
        def handle(self) -> None:
            _talk(self, box)

    with ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        box.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


def _talk(line: StreamRequestHandler, box: Postbox) -> None:
    def say(reply: str) -> None:
        line.wfile.write(f"{reply}\r\n".encode())

    say("220 the post of the campus")
    while heard := line.rfile.readline(LONGEST_LINE):
        match heard[:4].upper():
            case b"DATA":
                say("354 go on")
                box.letters.append(_letter(line))
                say("250 kept")
            case b"QUIT":
                return say("221 bye")
            case b"EHLO" | b"HELO" | b"MAIL" | b"RCPT" | b"RSET" | b"NOOP":
                say("250 well")
            case _:
                say("502 not here")
    return None


def _letter(line: StreamRequestHandler) -> EmailMessage:
    content: list[bytes] = []
    while (part := line.rfile.readline(LONGEST_LINE)) not in (END, b""):
        content.append(part.removeprefix(b"."))
    return message_from_bytes(b"".join(content), policy=policy.default)
