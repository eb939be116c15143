"""Letters leave by SMTP (RFC 5321): one connection a letter, encrypted unless told otherwise."""

import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from cvsec_adapters.email.envelopes import addressed
from cvsec_adapters.email.mailer import FailureCode, MailFailed, MailSent
from cvsec_core.values import invalid, require_choice, require_text

Security = Literal["none", "starttls", "ssl"]
LONGEST_REPLY = 300

_FIRST_PERMANENT = 500


@frozen
class SmtpSettings:
    """Where letters are handed over.

    Args:
        security: encrypted after greeting (``starttls``), from the first byte (``ssl``), or not.
        user: None where the server asks for no login.
        timeout: seconds for each answer of the server.
        verify: whether the server has to prove its name. False is for a laboratory.
        authorities: a PEM file of certificate authorities, in place of the system's.
        greet_as: the name that this machine gives itself, in place of the system's.

    Raises:
        InvalidFieldError: they contradict each other, or a field is no good.
    """

    host: str
    port: int
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20
    verify: bool = True
    authorities: Path | None = None
    greet_as: str | None = None

    def __attrs_post_init__(self) -> None:
        require_text("host", self.host, 253)
        require_choice("security", self.security, Security)
        if (self.user is None) != (self.password is None):
            invalid("user", self.user, "a user and a password, or none", "usuario y contraseña")
        if self.user is not None and self.security == "none":
            invalid(
                "security",
                self.security,
                "starttls or ssl, for a password is sent",
                "starttls o ssl, pues se envía una contraseña",
            )

    def context(self) -> ssl.SSLContext:
        """How the connection is encrypted.

        Raises:
            InvalidFieldError: the file of authorities cannot be read.
        """
        try:
            made = ssl.create_default_context(cafile=self.authorities)
        except (OSError, ssl.SSLError):
            invalid("authorities", str(self.authorities), "a PEM file", "un archivo PEM")
        if not self.verify:
            made.check_hostname = False
            made.verify_mode = ssl.CERT_NONE
        return made


@frozen
class SmtpMailer:
    """Hands letters to a mail server."""

    settings: SmtpSettings

    def send(self, message: EmailMessage) -> MailSent | MailFailed:
        """Hand *message* to the server, and return what became of it.

        Raises:
            InvalidFieldError: it has not one sender, one recipient and one Message-ID, or the
                file of authorities cannot be read.
        """
        addressed(message)
        try:
            with _connected(self.settings) as server:
                return _handed_over(server, message)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            return _failed(error)  # a host or a user in letters that the protocol does not have


@contextmanager
def _connected(settings: SmtpSettings) -> Generator[smtplib.SMTP]:
    server = _opened(settings)
    try:
        if settings.security == "starttls":
            server.starttls(context=settings.context())
        if settings.user is not None and settings.password is not None:
            server.login(settings.user, settings.password)
        yield server
        # By now it is settled: a server that stumbles over the farewell changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def _opened(settings: SmtpSettings) -> smtplib.SMTP:
    where, greeting = (settings.host, settings.port), settings.greet_as
    if settings.security == "ssl":
        return smtplib.SMTP_SSL(
            *where, greeting, timeout=settings.timeout, context=settings.context()
        )
    return smtplib.SMTP(*where, greeting, timeout=settings.timeout)


def _handed_over(server: smtplib.SMTP, message: EmailMessage) -> MailSent | MailFailed:
    try:
        server.send_message(message)
    except smtplib.SMTPNotSupportedError as error:  # an address beyond ASCII, and an old server
        return MailFailed(temporary=False, code="not-supported", text=_line(str(error)))
    return MailSent(addressed(message))


def _failed(error: smtplib.SMTPException | OSError | UnicodeError) -> MailFailed:
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            status, reply = next(iter(refused.values()))
            return _refused("recipient-refused", status, reply)
        case smtplib.SMTPSenderRefused():
            return _refused("sender-refused", error.smtp_code, error.smtp_error)
        case smtplib.SMTPDataError():
            return _refused("content-refused", error.smtp_code, error.smtp_error)
        case smtplib.SMTPAuthenticationError():
            return _refused("login-refused", error.smtp_code, error.smtp_error)
        case smtplib.SMTPResponseException():
            return _refused("server-refused", error.smtp_code, error.smtp_error)
        case smtplib.SMTPServerDisconnected():
            return MailFailed(temporary=True, code="hung-up", text=_line(str(error)))
        case smtplib.SMTPNotSupportedError():
            # No encryption or no login today: somebody may be in between, or the settings be wrong.
            return MailFailed(temporary=True, code="not-supported", text=_line(str(error)))
        case ssl.SSLError():
            return MailFailed(temporary=True, code="tls-failed", text=_line(str(error)))
        case _:
            return MailFailed(temporary=True, code="unreachable", text=_line(str(error)))


def _refused(code: FailureCode, status: int, reply: bytes | str) -> MailFailed:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return MailFailed(status < _FIRST_PERMANENT, code, _line(f"{status} {text}"))


def _line(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown[:LONGEST_REPLY]
