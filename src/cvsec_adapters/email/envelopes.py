"""What stands on the outside of a letter: from whom, to whom, under which name, in what language.

A line break in a header would begin another header of the writer's choice, so everything that
becomes one is checked to be one printable line.
"""

import re
from datetime import datetime, tzinfo
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage

from attrs import frozen
from email_validator import EmailNotValidError, validate_email

from cvsec_adapters.contacts import LONGEST_EMAIL
from cvsec_core.errors import Locale, Words
from cvsec_core.values import invalid, require_text

_MESSAGE_ID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,128}@[A-Za-z0-9.-]{1,128}")


@frozen
class Mailbox:
    """Somebody's address, and the name shown before it."""

    address: str
    name: str = ""

    def shown(self, field: str) -> Address:
        """The mailbox as a header has it.

        Raises:
            InvalidFieldError: the address is none, or the name is no line of text.
        """
        require_text(field, self.address, LONGEST_EMAIL)
        if self.name:
            require_text(field, self.name)
        try:
            # Even a name of the house network will do: it is its mail server that knows.
            known = validate_email(
                self.address, check_deliverability=False, globally_deliverable=False
            )
        except EmailNotValidError:
            return invalid(
                field,
                self.address,
                "an address such as name@example.org",
                "una dirección como nombre@example.org",
            )
        # Punycode where it will do, for not every server takes other letters (RFC 6531).
        if known.ascii_local_part and known.ascii_domain:
            return Address(self.name, known.ascii_local_part, known.ascii_domain)
        return Address(self.name, known.local_part, known.domain)


@frozen
class Envelope:
    """What every letter has.

    Args:
        message_id: such as ``id@example.org``; a letter that is sent again keeps it.
        at: when the letter is written, UTC.
        zone: times are shown on the wall clock of this zone.
    """

    message_id: str
    sender: Mailbox
    recipient: Mailbox
    at: datetime
    zone: tzinfo
    locale: Locale = "en"


def enveloped(envelope: Envelope, subject: str, text: str, html: str) -> EmailMessage:
    """A letter with a plain and an HTML form of the same words.

    Raises:
        InvalidFieldError: something that becomes a header is no line of text.
    """
    require_text("subject", subject, 250)
    if not _MESSAGE_ID.fullmatch(envelope.message_id):
        invalid("message_id", envelope.message_id, "such as id@example.org", "como id@example.org")
    letter = EmailMessage()
    letter["From"] = envelope.sender.shown("sender")
    letter["To"] = envelope.recipient.shown("recipient")
    letter["Subject"] = subject
    letter["Date"] = envelope.at
    letter["Message-ID"] = f"<{envelope.message_id}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notes in answer, please
    # Quoted-printable, for not every server takes eight bits or long lines.
    cte, language = "quoted-printable", [f"Content-Language: {envelope.locale}"]
    letter.set_content(text, cte=cte, headers=language)
    letter.add_alternative(html, subtype="html", cte=cte, headers=language)
    return letter


def addressed(message: EmailMessage) -> str:
    """The Message-ID of *message*, a letter from one mailbox to one mailbox.

    Raises:
        InvalidFieldError: it has not one sender, one recipient and one Message-ID.
    """
    for name in ("From", "To"):
        found = [
            address
            for header in message.get_all(name, ())
            if isinstance(header, AddressHeader)
            for address in header.addresses
        ]
        if len(found) != 1:
            invalid(name, len(found), "one address", "una dirección")
    if message["Cc"] or message["Bcc"]:
        invalid(
            "Cc",
            Words("more recipients", "otros destinatarios"),
            "one recipient",
            "un solo destinatario",
        )
    message_id = message["Message-ID"]
    if not message_id:
        invalid("Message-ID", None, "an id that stays the same", "un id que no cambia")
    return str(message_id).strip("<>")
