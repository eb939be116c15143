"""A mailer that keeps its letters, for demonstrations and tests: nothing leaves the process."""

from collections.abc import Callable
from email.message import EmailMessage

from attrs import define, field

from cvsec_adapters.email.envelopes import addressed
from cvsec_adapters.email.mailer import MailFailed, MailSent


def _takes_all(_letter: EmailMessage) -> None:
    return None


@define
class MemoryMailer:
    """Keeps what it is sent in ``letters``.

    Args:
        objection: the failure to answer a letter with, or None to take it.
    """

    objection: Callable[[EmailMessage], MailFailed | None] = _takes_all
    letters: list[EmailMessage] = field(factory=list[EmailMessage])

    def send(self, message: EmailMessage) -> MailSent | MailFailed:
        """Keep *message*, unless it is objected to.

        Raises:
            InvalidFieldError: it has not one sender, one recipient and one Message-ID.
        """
        message_id = addressed(message)
        if failed := self.objection(message):
            return failed
        self.letters.append(message)
        return MailSent(message_id)
