"""The port that letters leave by: sent, or not sent and why. It never raises for a bad letter box.

A letter goes to one recipient, so that an answer is about one letter box. Not every failure means
that nothing arrived: where a server hangs up, the letter may be there. It is sent again under the
same Message-ID.
"""

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Literal, NamedTuple, Protocol

from attrs import frozen

from cvsec_core.errors import Locale, Words

FailureCode = Literal[
    "content-refused",
    "hung-up",
    "login-refused",
    "not-supported",
    "recipient-refused",
    "sender-refused",
    "server-refused",
    "tls-failed",
    "unreachable",
]


class _Told(NamedTuple):
    says: Words
    advises: Words


_ASK = Words("Ask whoever runs the mail server.", "Pregunte a quien administra el servidor.")
_WORDS: Mapping[FailureCode, _Told] = {
    "content-refused": _Told(
        Words("The mail server refuses the letter", "El servidor de correo rechaza la carta"), _ASK
    ),
    "hung-up": _Told(
        Words("The mail server hung up", "El servidor de correo cortó la conexión"),
        Words("Wait; it is sent again.", "Espere; se enviará de nuevo."),
    ),
    "login-refused": _Told(
        Words("The mail server refuses the login", "El servidor de correo rechaza el acceso"),
        Words("Correct the mail user or password.", "Corrija el usuario o la contraseña."),
    ),
    "not-supported": _Told(
        Words("The mail server cannot do what is asked", "El servidor no admite lo que se pide"),
        Words("Correct the mail settings.", "Corrija los ajustes de correo."),
    ),
    "recipient-refused": _Told(
        Words("The mail server refuses the recipient", "El servidor rechaza al destinatario"),
        Words("Correct the recipient's address.", "Corrija la dirección del destinatario."),
    ),
    "sender-refused": _Told(
        Words("The mail server refuses the sender", "El servidor rechaza al remitente"),
        Words("Correct the sender's address.", "Corrija la dirección del remitente."),
    ),
    "server-refused": _Told(
        Words("The mail server refuses to serve", "El servidor de correo rechaza la conexión"), _ASK
    ),
    "tls-failed": _Told(
        Words(
            "The mail server does not prove who it is",
            "El servidor de correo no acredita su identidad",
        ),
        Words(
            "Correct the host name or the certificate; the letter was not sent in the clear.",
            "Corrija el nombre o el certificado; la carta no se envió sin cifrar.",
        ),
    ),
    "unreachable": _Told(
        Words("The mail server cannot be reached", "No se puede contactar con el servidor"),
        Words("Check the mail host, port and network.", "Revise el servidor, el puerto y la red."),
    ),
}


@frozen
class MailSent:
    """The letter is with the mail server."""

    message_id: str


@frozen
class MailFailed:
    """The letter was not taken, as far as is known.

    ``temporary``: another attempt may do. ``text`` is what the server or the system said.
    """

    temporary: bool
    code: FailureCode
    text: str

    def message(self, locale: Locale = "en") -> str:
        """What is wrong, in the reader's language."""
        return f"{_WORDS[self.code].says.filled(locale, {})} ({self.text})."

    def next_step(self, locale: Locale = "en") -> str:
        """What the reader can do now, in the reader's language."""
        return _WORDS[self.code].advises.filled(locale, {})


class Mailer(Protocol):
    """Takes letters away. Safe to call from several threads."""

    def send(self, message: EmailMessage) -> MailSent | MailFailed:
        """Hand *message* over, and return what became of it.

        Raises:
            InvalidFieldError: it has not one sender, one recipient and one Message-ID.
        """
        ...
