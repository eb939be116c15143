"""SMTP: how each failure of a server is told, and that nothing leaves in the clear."""

import asyncio
import socket
from contextlib import contextmanager
from typing import get_args

import pytest
from attrs import define, evolve, field

from cvsec_adapters.email.envelopes import Mailbox
from cvsec_adapters.email.mailer import FailureCode, MailFailed, MailSent
from cvsec_adapters.email.smtp import LONGEST_REPLY, SmtpMailer, SmtpSettings
from cvsec_core.errors import InvalidFieldError
from tests.contracts.test_mailer import (
    HERE,
    PASSWORD,
    USER,
    Authority,
    Box,
    letter,
    listening,
    mail_server,
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def sent(settings, **changes):
    return SmtpMailer(settings).send(letter(**changes))


# What the server says.
@pytest.mark.parametrize(
    ("verb", "reply", "temporary", "code"),
    [
        ("MAIL", "451 Try later", True, "sender-refused"),
        ("MAIL", "553 Not from here", False, "sender-refused"),
        ("RCPT", "452 Too many", True, "recipient-refused"),
        ("RCPT", "550 No such mailbox", False, "recipient-refused"),
        ("RCPT", "421 Closing", True, "recipient-refused"),
        ("DATA", "451 Disk full", True, "content-refused"),
        ("DATA", "554 Spam", False, "content-refused"),
    ],
)
def test_a_refusal_is_temporary_with_4_and_permanent_with_5(
    authority, verb, reply, temporary, code
):
    box = Box({verb: reply})
    with mail_server(box, "none", authority) as settings:
        assert sent(settings) == MailFailed(temporary, code, reply)
    assert box.contents == []


def test_what_goes_over_the_line_has_one_sender_and_one_recipient(authority):
    box = Box()
    with mail_server(box, "none", authority) as settings:
        sent(settings)
    assert box.parties == [("site@example.org", ["visitor@example.org"])]


# Login.
@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_wrong_password_is_told_and_not_repeated(authority, security):
    box = Box()
    with mail_server(box, security, authority) as settings:
        failed = sent(evolve(settings, user=USER, password="let me in"))
    assert (failed.temporary, failed.code) == (False, "login-refused")
    assert failed.text.startswith("535 ")
    assert "let me in" not in repr(failed)
    assert box.contents == []


def test_a_server_that_wants_a_login_refuses_whoever_has_none(authority):
    with mail_server(Box(), "starttls", authority, auth_required=True) as settings:
        failed = sent(settings)
        right = sent(evolve(settings, user=USER, password=PASSWORD))
    assert (failed.temporary, failed.code) == (False, "sender-refused")
    assert failed.text.startswith("530 ")
    assert right == MailSent("mail-1@example.org")


# Encryption.
@pytest.mark.parametrize("security", ["starttls", "ssl"])
@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_server_that_cannot_prove_its_name_gets_nothing(authority, security, wrong):
    box = Box()
    name = "mail.example.org" if wrong == "name" else HERE
    with mail_server(box, security, authority, name) as settings:
        believed = settings if wrong == "name" else evolve(settings, authorities=None)
        failed = sent(evolve(believed, user=USER, password=PASSWORD))
        assert (failed.temporary, failed.code) == (True, "tls-failed")
        assert box.contents == []
        assert isinstance(sent(evolve(believed, verify=False)), MailSent)


def test_without_starttls_nothing_leaves_in_the_clear(authority):
    box = Box()
    with mail_server(box, "none", authority) as settings:
        failed = sent(evolve(settings, security="starttls"))
    assert (failed.temporary, failed.code) == (True, "not-supported")
    assert box.contents == []


def test_tls_is_asked_of_a_server_that_speaks_none(authority):
    with mail_server(Box(), "none", authority) as settings:
        failed = sent(evolve(settings, security="ssl"))
    assert (failed.temporary, failed.code) == (True, "tls-failed")


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(authority):
    to = Mailbox("recepción@example.org")
    box = Box()
    with mail_server(box, "none", authority, enable_SMTPUTF8=True) as settings:
        assert isinstance(sent(settings, recipient=to), MailSent)
    assert box.parties == [("site@example.org", ["recepción@example.org"])]
    assert "recepción@example.org".encode() in box.contents[0]
    with mail_server(box, "none", authority) as settings:
        failed = sent(settings, recipient=to)
    assert (failed.temporary, failed.code) == (False, "not-supported")


# Servers that misbehave.
@define
class Script(asyncio.Protocol):
    """Answers each verb with its reply; hangs up where that is None, says nothing where it is "".

    The verb of the connection itself is "CONNECT", of a whole letter ".".
    """

    replies: dict[str, str | None]
    heard: list[str] = field(factory=list)
    transport: asyncio.Transport | None = None
    in_letter: bool = False
    rest: bytes = b""

    def connection_made(self, transport):
        self.transport = transport
        self.answer("CONNECT")

    def data_received(self, data):
        *lines, self.rest = (self.rest + data).split(b"\r\n")
        for line in lines:
            if not self.in_letter or line == b".":
                self.in_letter = False
                self.answer(line.decode().split(" ")[0].upper())

    def answer(self, verb):
        self.heard.append(verb)
        standard = {"CONNECT": "220 here", "DATA": "354 go on", "QUIT": "221 bye"}
        reply = self.replies.get(verb, standard.get(verb, "250 OK"))
        self.in_letter = verb == "DATA" and reply == "354 go on"
        if reply is None:
            self.transport.close()
        else:
            self.transport.write(f"{reply}\r\n".encode() if reply else b"")


@contextmanager
def scripted(**replies):
    """Settings of a server that follows the script; ``end`` is the answer to a whole letter."""
    if "end" in replies:
        replies["."] = replies.pop("end")
    with listening(lambda _loop: Script(replies)) as port:
        yield SmtpSettings(HERE, port, "none", greet_as="site.example.org")


@pytest.mark.parametrize("verb", ["CONNECT", "MAIL", "RCPT", "DATA", "end"])
def test_a_server_that_hangs_up_may_do_better_next_time(verb):
    with scripted(**{verb: None}) as settings:
        failed = sent(settings)
    assert (failed.temporary, failed.code) == (True, "hung-up")


@pytest.mark.parametrize(
    ("reply", "temporary"), [("421 Too busy", True), ("554 No service", False), ("nonsense", True)]
)
def test_a_server_may_refuse_to_serve(reply, temporary):
    with scripted(CONNECT=reply) as settings:
        failed = sent(settings)
    assert failed.temporary == temporary
    assert failed.code in ("server-refused", "hung-up")


@pytest.mark.parametrize("farewell", [None, "500 What?", "421 bye"])
def test_a_letter_that_was_taken_is_sent_whatever_the_farewell(farewell):
    with scripted(QUIT=farewell) as settings:
        assert sent(settings) == MailSent("mail-1@example.org")


def test_a_long_reply_is_cut_and_its_control_characters_are_gone():
    with scripted(RCPT="550 \x1b[31m" + "x" * 450) as settings:
        failed = sent(settings)
    assert failed.text.isprintable()
    assert len(failed.text) == LONGEST_REPLY


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_the_timeout():
    with scripted(CONNECT="") as settings:
        failed = sent(evolve(settings, timeout=0.05))
    assert failed.temporary
    assert failed.code in ("hung-up", "unreachable")


def test_a_port_where_nobody_listens_is_unreachable():
    with socket.socket() as bound:
        bound.bind((HERE, 0))
        failed = sent(SmtpSettings(HERE, bound.getsockname()[1], "none", greet_as="here"))
    assert (failed.temporary, failed.code) == (True, "unreachable")


# Settings.
@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"host": "mail\nhost"},
        {"security": "tls"},
        {"user": USER},
        {"password": PASSWORD},
        {"user": USER, "password": PASSWORD, "security": "none"},
    ],
)
def test_settings_that_contradict_each_other_are_refused(wrong):
    with pytest.raises(InvalidFieldError) as refused:
        SmtpSettings(**{"host": "mail.example.org", "port": 587} | wrong)
    assert PASSWORD not in str(refused.value)


def test_settings_are_encrypted_and_verified_unless_told_otherwise():
    settings = SmtpSettings("mail.example.org", 587)
    assert (settings.security, settings.verify) == ("starttls", True)
    assert settings.context().check_hostname


def test_a_password_is_not_shown():
    assert PASSWORD not in repr(SmtpSettings("mail.example.org", 587, "ssl", USER, PASSWORD))


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_file_of_authorities_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "authorities.pem"
    if content:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidFieldError) as refused:
        sent(SmtpSettings(HERE, 25, "ssl", authorities=path))
    assert refused.value.field == "authorities"


@pytest.mark.parametrize("code", get_args(FailureCode))
def test_every_failure_is_told_in_both_languages(code):
    failed = MailFailed(temporary=True, code=code, text="what it said")
    for locale in ("en", "es"):
        assert "what it said" in failed.message(locale)
        assert failed.next_step(locale)
    assert failed.message("en") != failed.message("es")
    assert failed.next_step("en") != failed.next_step("es")
