"""A mail: a letter that is due to somebody, and what became of it.

    Unwritten --QueueMail--> Pending --ClaimMail--> Claimed --ReportMailSent--> Sent
                                ^--ReportMailFailed---' '--(given up)--> GivenUp

One worker claims it, by optimistic concurrency. A claim that lapses may be claimed again: the
letter keeps its Message-ID, so that a mail server can tell it was sent before. Each claim is an
attempt, whatever became of it, and the attempts are numbered.
"""

from datetime import datetime, timedelta
from typing import Literal, assert_never

from attrs import define, frozen

from cvsec_core.errors import CommandError, Words
from cvsec_core.ids import MailId, PersonId, StreamId
from cvsec_core.values import personal

KIND = "mail"
CLAIM_LIFE = timedelta(minutes=2)
BACK_OFF = (60, 300, 1800, 7200, 21600)
"""Seconds to wait after each failed attempt; after the last the mail is given up."""
ATTEMPTS = len(BACK_OFF) + 1

MailKind = Literal["invitation", "invitation-withdrawn", "visitor-arrived"]


# Events: stored for ever. Never change a field; add a new class.
@frozen
class MailQueued:
    """``about`` is the id of what the letter tells of; the address is the recipient's own."""

    mail: MailId
    kind: MailKind
    about: str
    recipient: PersonId
    at: datetime


@frozen
class MailClaimed:
    mail: MailId
    worker: str
    attempt: int
    until: datetime
    at: datetime


@frozen
class MailSent:
    mail: MailId
    at: datetime


@frozen
class MailFailed:
    """``error`` is what the mail server said, of the recipient perhaps; ``again_at`` is when it is
    tried again.
    """

    mail: MailId
    recipient: PersonId
    attempt: int
    again_at: datetime
    at: datetime
    error: str | None = personal()

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.recipient


@frozen
class MailGivenUp:
    """``error`` is None where nothing was heard of the last attempt."""

    mail: MailId
    recipient: PersonId
    attempt: int
    at: datetime
    error: str | None = personal()

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.recipient


MailEvent = MailQueued | MailClaimed | MailSent | MailFailed | MailGivenUp


# Commands: all that the decision needs, the time included.
@frozen
class QueueMail:
    mail: MailId
    kind: MailKind
    about: str
    recipient: PersonId
    at: datetime


@frozen
class ClaimMail:
    mail: MailId
    worker: str
    at: datetime


@frozen
class ReportMailSent:
    mail: MailId
    worker: str
    at: datetime


@frozen
class ReportMailFailed:
    """``temporary``: worth another attempt."""

    mail: MailId
    worker: str
    error: str
    temporary: bool
    at: datetime


MailCommand = QueueMail | ClaimMail | ReportMailSent | ReportMailFailed


# States: one class a place in the life of a mail.
@frozen
class Unwritten: ...


@frozen
class Pending:
    recipient: PersonId
    attempts: int
    due_at: datetime


@frozen
class Claimed:
    recipient: PersonId
    attempt: int
    worker: str
    until: datetime


@frozen
class Sent: ...


@frozen
class GivenUp: ...


MailState = Unwritten | Pending | Claimed | Sent | GivenUp
INITIAL = Unwritten()


# Reasons and errors: the rule that was broken.
@define
class MailUnknownError(CommandError):
    """No such mail was queued."""

    mail: str

    code = "mail-unknown"
    says = Words("There is no mail {mail}.", "No existe el correo {mail}.")
    advises = Words("See `mail status`.", "Vea `mail status`.")


def stream_of(command: MailCommand) -> StreamId:
    """The stream of the mail that *command* is about."""
    return stream(command.mail)


def stream(mail: MailId) -> StreamId:
    """The stream of *mail*."""
    return StreamId(f"{KIND}-{mail}")


def decide(state: MailState, command: MailCommand) -> tuple[MailEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already, or somebody else's.

    Raises:
        MailUnknownError: no such mail was queued.
    """
    asked = command, state
    match asked:
        case QueueMail(mail, kind, about, recipient, at), Unwritten():
            return (MailQueued(mail, kind, about, recipient, at),)
        case QueueMail(), Pending() | Claimed() | Sent() | GivenUp():
            return ()
        case (_, Unwritten()):
            raise MailUnknownError(command.mail)
        case ClaimMail() as claim, Pending(_, attempts, due):
            return (_claimed(claim, attempts + 1),) if claim.at >= due else ()
        case ClaimMail(mail, at=at) as claim, Claimed(recipient, attempt, until=until):
            if at < until:
                return ()
            if attempt >= ATTEMPTS:
                return (MailGivenUp(mail, recipient, attempt, at, None),)
            return (_claimed(claim, attempt + 1),)
        case (ReportMailSent(mail, worker, at), Claimed(worker=holder)):
            return (MailSent(mail, at),) if worker == holder else ()
        case ReportMailFailed() as failed, Claimed(worker=holder) as claimed:
            return (_failed(failed, claimed),) if failed.worker == holder else ()
        case (ClaimMail(), Sent() | GivenUp()) | (
            ReportMailSent() | ReportMailFailed(),
            Pending() | Sent() | GivenUp(),
        ):
            return ()
        case _:
            assert_never(asked)


def _claimed(claim: ClaimMail, attempt: int) -> MailClaimed:
    return MailClaimed(claim.mail, claim.worker, attempt, claim.at + CLAIM_LIFE, claim.at)


def _failed(failed: ReportMailFailed, claimed: Claimed) -> MailFailed | MailGivenUp:
    about = (failed.mail, claimed.recipient, claimed.attempt)
    if not failed.temporary or claimed.attempt >= ATTEMPTS:
        return MailGivenUp(*about, failed.at, failed.error)
    again_at = failed.at + timedelta(seconds=BACK_OFF[claimed.attempt - 1])
    return MailFailed(*about, again_at, failed.at, failed.error)


def evolve(state: MailState, event: MailEvent) -> MailState:
    """The state after *event*; never refuses, for it has happened."""
    match event:
        case MailQueued(recipient=recipient, at=at):
            return Pending(recipient, 0, at)
        case MailClaimed(_, worker, attempt, until):
            known = isinstance(state, Pending | Claimed)
            return Claimed(state.recipient, attempt, worker, until) if known else state
        case MailFailed(_, recipient, attempt, again_at):
            return Pending(recipient, attempt, again_at)
        case MailSent():
            return Sent()
        case MailGivenUp():
            return GivenUp()
        case _:
            assert_never(event)
