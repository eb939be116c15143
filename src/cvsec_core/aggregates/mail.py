"""A mail: a letter that is due to somebody, and what became of it.

    Unwritten --QueueMail--> Pending --ClaimMail--> Claimed --ReportMailSent--> Sent
                                ^--ReportMailFailed---' '--(given up)--> GivenUp

One worker claims it, by optimistic concurrency. A claim that lapses may be claimed again: the
letter keeps its Message-ID, so that a mail server can tell it was sent before.
"""

from datetime import datetime, timedelta
from typing import Literal, assert_never

from attrs import define, frozen

from cvsec_core.errors import CommandError, Words
from cvsec_core.ids import MailId, PersonId, StreamId

KIND = "mail"
CLAIM_LIFE = timedelta(minutes=2)
BACK_OFF = (60, 300, 1800, 7200, 21600)
"""Seconds to wait after each failed attempt; after the last the mail is given up."""

MailKind = Literal["invitation", "invitation-withdrawn"]


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
    until: datetime
    at: datetime


@frozen
class MailSent:
    mail: MailId
    at: datetime


@frozen
class MailFailed:
    """``error`` is what the mail server said; ``again_at`` when it is tried again."""

    mail: MailId
    attempt: int
    error: str
    again_at: datetime
    at: datetime


@frozen
class MailGivenUp:
    mail: MailId
    attempt: int
    error: str
    at: datetime


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
    attempts: int
    due_at: datetime


@frozen
class Claimed:
    attempts: int
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
        case ClaimMail(mail, worker, at), Pending(due_at=due):
            return (MailClaimed(mail, worker, at + CLAIM_LIFE, at),) if at >= due else ()
        case ClaimMail(mail, worker, at), Claimed(until=until):
            return (MailClaimed(mail, worker, at + CLAIM_LIFE, at),) if at >= until else ()
        case (ReportMailSent(mail, worker, at), Claimed(worker=holder)):
            return (MailSent(mail, at),) if worker == holder else ()
        case ReportMailFailed() as failed, Claimed(attempts, holder):
            return _failed(failed, attempts + 1) if failed.worker == holder else ()
        case (ClaimMail(), Sent() | GivenUp()) | (
            ReportMailSent() | ReportMailFailed(),
            Pending() | Sent() | GivenUp(),
        ):
            return ()
        case _:
            assert_never(asked)


def _failed(failed: ReportMailFailed, attempt: int) -> tuple[MailEvent, ...]:
    if not failed.temporary or attempt > len(BACK_OFF):
        return (MailGivenUp(failed.mail, attempt, failed.error, failed.at),)
    again_at = failed.at + timedelta(seconds=BACK_OFF[attempt - 1])
    return (MailFailed(failed.mail, attempt, failed.error, again_at, failed.at),)


def evolve(state: MailState, event: MailEvent) -> MailState:
    """The state after *event*; never refuses, for it has happened."""
    attempts = state.attempts if isinstance(state, Pending | Claimed) else 0
    match event:
        case MailQueued(at=at):
            return Pending(0, at)
        case MailClaimed(worker=worker, until=until):
            return Claimed(attempts, worker, until)
        case MailFailed(attempt=attempt, again_at=again_at):
            return Pending(attempt, again_at)
        case MailSent():
            return Sent()
        case MailGivenUp():
            return GivenUp()
        case _:
            assert_never(event)
