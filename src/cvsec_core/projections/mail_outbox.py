"""Which letters are due, and what became of the others?"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from cvsec_core.aggregates import mail, person
from cvsec_core.ids import MailId, PersonId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Among,
    Between,
    Change,
    Drop,
    Is,
    Patch,
    Projection,
    Put,
    Rows,
    Table,
    Value,
    Views,
)


@frozen
class MailRow:
    """``state`` is ``pending``, ``claimed``, ``sent`` or ``given-up``; ``due_at`` is when it may
    be sent, or claimed by another worker. Nothing is due to who was forgotten.
    """

    id: MailId
    position: int
    kind: str
    about: str
    recipient: PersonId
    state: str
    due_at: datetime
    queued_at: datetime
    attempts: int = 0
    error: str | None = None
    sent_at: datetime | None = None


@frozen
class LettersRow:
    """The letters to somebody, to be found when they are forgotten."""

    id: PersonId
    mails: tuple[str, ...]


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes its mail."""
    event = recorded.event
    match event:
        case mail.MailQueued(name, kind, about, recipient, at):
            yield Put(MailRow(name, recorded.position, kind, about, recipient, "pending", at, at))
            had = rows.get(LettersRow, recipient)
            yield Put(LettersRow(recipient, (*(had.mails if had else ()), name)))
        case mail.MailClaimed(name, attempt=attempt, until=until):
            fields = {"state": "claimed", "attempts": attempt, "due_at": until}
            yield Patch(MailRow, name, fields)
        case mail.MailSent(name, at):
            yield Patch(MailRow, name, {"state": "sent", "sent_at": at, "error": None})
        case mail.MailFailed(name, again_at=again_at, error=error):
            fields = {"state": "pending", "error": error, "due_at": again_at}
            yield Patch(MailRow, name, fields)
        case mail.MailGivenUp(name, error=error):
            yield Patch(MailRow, name, {"state": "given-up", "error": error})
        case person.PersonForgotten(name):
            theirs = rows.get(LettersRow, name)
            for letter in theirs.mails if theirs else ():
                yield Drop(MailRow, letter)
            yield Drop(LettersRow, name)
        case _:
            return


PROJECTION = Projection(
    "mail-outbox",
    "people",
    (Table(MailRow, (("state", "due_at"), ("position",))), Table(LettersRow)),
    (
        mail.MailQueued,
        mail.MailClaimed,
        mail.MailSent,
        mail.MailFailed,
        mail.MailGivenUp,
        person.PersonForgotten,
    ),
    project,
)


def due(views: Views, now: datetime, limit: int = 100) -> list[MailRow]:
    """The letters that may be claimed now, the longest due first."""
    waiting = Among("state", ("pending", "claimed"))
    overdue = Between("due_at", None, now + timedelta(microseconds=1))
    return views.select(MailRow, waiting, overdue, order=("due_at",), limit=limit)


def several(views: Views, mails: Sequence[MailId]) -> list[MailRow]:
    """The letters with these ids, the newest first."""
    found = views.select(MailRow, Among("id", tuple(mails)), order=("position",))
    return found[::-1]


def page(
    views: Views,
    state: str | None = None,
    *,
    after: tuple[Value, ...] | None = None,
    limit: int | None = 50,
) -> list[MailRow]:
    """The newest letters first, or those in a state."""
    where = () if state is None else (Is("state", state),)
    return views.select(
        MailRow, *where, order=("position",), descending=True, after=after, limit=limit
    )
