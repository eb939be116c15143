"""Mail: letters that are due are claimed, sent once, and what became of them is recorded.

A claim is an event, so that of two workers one has the letter. What a worker leaves behind that
ends in between is claimed again later, under the same Message-ID.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from attrs import define

from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.drawing import drawn
from cvsec_adapters.desk.lettering import (
    LetterPointlessError,
    NoAddressError,
    house_of,
    written,
)
from cvsec_adapters.email.mailer import Mailer, MailSent
from cvsec_adapters.email.smtp import SmtpMailer, SmtpSettings
from cvsec_core.aggregates import organisation
from cvsec_core.aggregates.mail import (
    ClaimMail,
    MailClaimed,
    ReportMailFailed,
    ReportMailSent,
)
from cvsec_core.errors import CommandError, InvalidFieldError, Words
from cvsec_core.ids import MailId
from cvsec_core.projections import mail_outbox
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.site import Site

AT_ONCE = 1000
"""So many letters a round, unless told otherwise."""
TIMEOUT_S = 10
"""So long a mail server may take for each answer: a whole letter within the life of its claim."""
LONGEST_PASSWORD = 1000

_log = logging.getLogger("cvsec")


@define
class PasswordUnreadableError(CommandError):
    """The mail server's password stands in its file, in one line."""

    file: str

    code = "mail-password-unreadable"
    says = Words(
        "The mail password cannot be read from {file}.",
        "No se puede leer la contraseña del correo en {file}.",
    )
    advises = Words(
        "Write it into that file, in one line, or name another with `org mail`.",
        "Escríbala en ese archivo, en una línea, o indique otro con `org mail`.",
    )


def mailer_of(site: Site) -> SmtpMailer:
    """What hands letters to the organisation's mail server.

    Raises:
        MailNotConfiguredError: there is none.
        PasswordUnreadableError: its password cannot be read.
        InvalidFieldError: its settings contradict each other.
    """
    mail = house_of(site).mail
    password = None if mail.password_file is None else _password(mail.password_file)
    return SmtpMailer(
        SmtpSettings(mail.host, mail.port, mail.security, mail.user, password, timeout=TIMEOUT_S)
    )


def send_due(desk: Desk, mailer: Mailer | None = None, most: int = AT_ONCE) -> list[MailId]:
    """Send every letter that is due and that nobody else has claimed.

    Args:
        desk: where.
        mailer: takes the letters; None: the organisation's mail server.
        most: at most so many letters.

    Returns:
        The letters that were claimed here; what became of each stands in the outbox.

    Raises:
        MailNotConfiguredError: there is no mail server; nothing was claimed.
        PasswordUnreadableError: its password cannot be read; nothing was claimed.
        InvalidFieldError: its settings contradict each other; nothing was claimed.
    """
    site, worker = desk.site, f"worker-{drawn()}"
    taker = mailer_of(site) if mailer is None else mailer
    claimed: list[MailId] = []
    for row in site.query(mail_outbox.due, site.clock(), most):
        answer = site.handle(ClaimMail(row.id, worker, site.clock()))
        if any(isinstance(recorded.event, MailClaimed) for recorded in answer.events):
            site.handle(_sent(desk, taker, row, worker))
        if answer.events:
            claimed.append(row.id)
    return claimed


@contextmanager
def posting(desk: Desk, pause_s: float) -> Generator[None]:
    """Send what is due from a thread of its own until the end; look for it every *pause_s*
    seconds.
    """
    ended = Event()
    thread = Thread(target=_post, args=(desk, ended, pause_s), name="posting")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _post(desk: Desk, ended: Event, pause_s: float) -> None:
    told = ""
    while not ended.wait(pause_s):
        try:
            # One by one: nobody who ends this waits for more than one letter.
            while not ended.is_set() and _is_anything_due(desk.site) and send_due(desk, most=1):
                told = ""
        except Exception as error:  # noqa: BLE001  # whatever it is, the next letter may go
            if str(error) != told:  # once, and not at every look
                _log.exception("Letters could not be sent")
            told = str(error)


def _is_anything_due(site: Site) -> bool:
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    mail = state.settings.mail
    return mail is not None and bool(site.query(mail_outbox.due, site.clock(), 1))


def _sent(desk: Desk, mailer: Mailer, row: MailRow, worker: str) -> object:
    """Send the letter, and return what is to be reported of it."""
    clock, locale = desk.site.clock, house_of(desk.site).locale
    try:
        outcome = mailer.send(written(desk, row))
    except (LetterPointlessError, NoAddressError, InvalidFieldError) as error:
        said, temporary = error.message(locale), False
    else:
        if isinstance(outcome, MailSent):
            return ReportMailSent(row.id, worker, clock())
        said, temporary = outcome.message(locale), outcome.temporary
    return ReportMailFailed(row.id, worker, said, temporary, clock())


def _password(file: str) -> str:
    try:
        with Path(file).open(encoding="utf-8") as lines:
            password = lines.read(LONGEST_PASSWORD).strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PasswordUnreadableError(file) from error
    if not password or "\n" in password:
        raise PasswordUnreadableError(file)
    return password
