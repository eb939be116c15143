"""A mailer that keeps its letters, for demonstrations and tests: nothing leaves the process."""

from email.message import EmailMessage

from attrs import define, field

from cvsec_adapters.email.envelopes import addressed
from cvsec_adapters.email.mailer import MailFailed, MailSent


@define
class MemoryMailer:
    """Keeps what it is sent in ``letters``.

    Args:
        objection: the failure to answer every letter with, or None to take them.
    """

    objection: MailFailed | None = None
    letters: list[EmailMessage] = field(factory=list[EmailMessage])

    def send(self, message: EmailMessage) -> MailSent | MailFailed:
        """Keep *message*, unless there is an objection.

        Raises:
            InvalidFieldError: it has not one sender, one recipient and one Message-ID.
        """
        message_id = addressed(message)
        if self.objection:
            return self.objection
        self.letters.append(message)
        return MailSent(message_id)
