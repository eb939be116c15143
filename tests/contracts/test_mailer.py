"""What every mailer promises, asked of the one that keeps letters and of one with a real server."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult
from attrs import define, evolve, field

from cvsec_adapters.email.envelopes import Envelope, Mailbox
from cvsec_adapters.email.letters import Visit, invitation
from cvsec_adapters.email.mailer import MailFailed, MailSent
from cvsec_adapters.email.outbox import MemoryMailer
from cvsec_adapters.email.smtp import SmtpMailer, SmtpSettings
from cvsec_core.errors import InvalidFieldError

HERE = "127.0.0.1"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENVELOPE = Envelope(
    "mail-1@example.org",
    Mailbox("site@example.org", "Sede Norte"),
    Mailbox("visitor@example.org", "Visita"),
    NOON,
    UTC,
    "es",
)
VISIT = Visit("i-1@example.org", "Sede Norte", "la anfitriona", "Puerta 1", "reunión", NOON, NOON)
USER, PASSWORD = "site", "open sesame"


def letter(**changes: Any) -> EmailMessage:
    return invitation(evolve(ENVELOPE, **changes), VISIT, "I1.code", b"\x89PNG\r\n.\r\n..\n")


# Servers.
@define
class Box:
    """A letter box that may be told to answer otherwise than it would."""

    replies: dict[str, str] = field(factory=dict)
    contents: list[bytes] = field(factory=list)
    parties: list[tuple[str, list[str]]] = field(factory=list)

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802  # aiosmtpd looks for these names
        if "MAIL" not in self.replies:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  # see above
        if "RCPT" not in self.replies:
            envelope.rcpt_tos.append(address)
        return self.replies.get("RCPT", "250 OK")

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  # see above
        if "DATA" not in self.replies:
            self.contents.append(envelope.content)
            self.parties.append((envelope.mail_from, envelope.rcpt_tos))
        return self.replies.get("DATA", "250 OK")

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for content in self.contents]


@contextmanager
def listening(
    protocol: Callable[[asyncio.AbstractEventLoop], asyncio.BaseProtocol],
    context: ssl.SSLContext | None = None,
) -> Iterator[int]:
    """A server in a thread of its own, on a free port, until the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opened = loop.create_server(lambda: protocol(loop), HERE, 0, ssl=context)
    server = asyncio.run_coroutine_threadsafe(opened, loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    await server.wait_closed()
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)


def authenticated(_server, _session, _envelope, _mechanism, given) -> AuthResult:
    right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@define
class Authority:
    """Makes certificates that only those believe who are told to."""

    folder: Path
    issuer: trustme.CA = field(factory=trustme.CA)

    @property
    def pem(self) -> Path:
        path = self.folder / "authority.pem"
        self.issuer.cert_pem.write_to_path(path)
        return path

    def context(self, name: str = HERE) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.issuer.issue_cert(name).configure_cert(made)
        return made


@contextmanager
def mail_server(
    box: Box, security: str, authority: Authority, name: str = HERE, **how: Any
) -> Iterator[SmtpSettings]:
    """A real mail server before *box*, and the settings that fit."""
    context = None if security == "none" else authority.context(name)

    def protocol(loop: asyncio.AbstractEventLoop) -> SMTP:
        return SMTP(
            box,
            hostname="mail.example.org",
            loop=loop,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            auth_require_tls=security != "ssl",  # it does not see the TLS that it stands in
            authenticator=authenticated,
            **how,
        )

    with listening(protocol, context if security == "ssl" else None) as port:
        yield SmtpSettings(
            HERE,
            port,
            security,
            authorities=None if security == "none" else authority.pem,
            greet_as="site.example.org",
        )


# The mailers.
@define
class Post:
    """A mailer, and what has arrived at its other end."""

    mailer: Any
    arrived: Callable[[], list[EmailMessage]]
    refuse: Callable[[str], None]
    recover: Callable[[], None]


FAILURES = {
    "550": MailFailed(temporary=False, code="recipient-refused", text="550 No such mailbox"),
    "450": MailFailed(temporary=True, code="recipient-refused", text="450 Mailbox busy"),
}


def in_memory() -> Post:
    mailer = MemoryMailer()

    def answer(failure: MailFailed | None) -> None:
        mailer.objection = failure

    return Post(
        mailer,
        lambda: mailer.letters,
        lambda status: answer(FAILURES[status]),
        lambda: answer(None),
    )


def behind(settings: SmtpSettings, box: Box) -> Post:
    return Post(
        SmtpMailer(settings),
        lambda: box.letters,
        lambda status: box.replies.update(RCPT=FAILURES[status].text),
        box.replies.clear,
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(params=["memory", "none", "starttls", "ssl", "starttls, login", "ssl, login"])
def post(request: pytest.FixtureRequest, authority: Authority) -> Iterator[Post]:
    if request.param == "memory":
        yield in_memory()
        return
    security, _, login = request.param.partition(", ")
    box = Box()
    with ExitStack() as stack:
        settings = stack.enter_context(mail_server(box, security, authority))
        if login:
            settings = evolve(settings, user=USER, password=PASSWORD)
        yield behind(settings, box)


def test_a_letter_arrives_as_it_was_written(post):
    sent = letter()
    assert post.mailer.send(sent) == MailSent("mail-1@example.org")
    (arrived,) = post.arrived()
    assert arrived["Message-ID"] == "<mail-1@example.org>"
    assert arrived["Subject"] == "Invitación a Sede Norte"
    assert arrived["To"] == sent["To"]
    assert [p.get_content_type() for p in arrived.walk()] == [
        p.get_content_type() for p in sent.walk()
    ]
    for one, other in zip(arrived.walk(), sent.walk(), strict=True):
        if not one.is_multipart():
            # A line ends with CR LF on its way, whatever it ended with before.
            assert one.get_content().splitlines() == other.get_content().splitlines()


def test_a_letter_that_is_sent_again_keeps_its_id(post):
    answers = [post.mailer.send(letter()) for _ in range(2)]
    assert answers[0] == answers[1] == MailSent("mail-1@example.org")
    assert {arrived["Message-ID"] for arrived in post.arrived()} == {"<mail-1@example.org>"}


@pytest.mark.parametrize("status", FAILURES)
def test_a_refused_letter_is_answered_with_the_reason(post, status):
    post.refuse(status)
    assert post.mailer.send(letter()) == FAILURES[status]
    assert post.arrived() == []


def test_after_a_refusal_the_next_letter_goes_out(post):
    post.refuse("450")
    post.mailer.send(letter())
    post.recover()
    assert isinstance(post.mailer.send(letter()), MailSent)
    assert len(post.arrived()) == 1


def test_letters_may_leave_at_the_same_time(post):
    names = [f"mail-{n}@example.org" for n in range(8)]
    threads = [
        threading.Thread(target=lambda n=n: post.mailer.send(letter(message_id=n))) for n in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(arrived["Message-ID"] for arrived in post.arrived()) == [f"<{n}>" for n in names]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("From", None),
        ("To", None),
        ("To", "one@example.org, two@example.org"),
        ("Cc", "two@example.org"),
        ("Bcc", "two@example.org"),
        ("Message-ID", None),
    ],
)
def test_a_letter_goes_from_one_to_one_under_an_id(post, header, value):
    odd = letter()
    del odd[header]
    if value:
        odd[header] = value
    with pytest.raises(InvalidFieldError):
        post.mailer.send(odd)
    assert post.arrived() == []


@pytest.mark.parametrize("failure", FAILURES.values())
def test_a_failure_tells_people_what_to_do(failure):
    assert failure.text in failure.message()
    assert failure.message() != failure.message("es")
    assert failure.next_step() != failure.next_step("es")
