"""Which letters are due, and what became of the others?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import mail
from cvsec_core.ids import MailId, PersonId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Among, Between, Change, Is, Patch, Projection, Put, Rows, Table, Views


@frozen
class MailRow:
    """``state`` is ``pending``, ``claimed``, ``sent`` or ``given-up``; ``due_at`` is when it may
    be sent, or claimed by another worker.
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


def project(recorded: Recorded, _rows: Rows) -> Iterator[Change]:
    """How one event changes its mail."""
    event = recorded.event
    match event:
        case mail.MailQueued(name, kind, about, recipient, at):
            yield Put(MailRow(name, recorded.position, kind, about, recipient, "pending", at, at))
        case mail.MailClaimed(name, until=until):
            yield Patch(MailRow, name, {"state": "claimed", "due_at": until})
        case mail.MailSent(name, at):
            yield Patch(MailRow, name, {"state": "sent", "sent_at": at, "error": None})
        case mail.MailFailed(name, attempt, error, again_at):
            fields = {"state": "pending", "attempts": attempt, "error": error, "due_at": again_at}
            yield Patch(MailRow, name, fields)
        case mail.MailGivenUp(name, attempt, error):
            yield Patch(MailRow, name, {"state": "given-up", "attempts": attempt, "error": error})
        case _:
            return


PROJECTION = Projection(
    "mail-outbox",
    "people",
    (Table(MailRow, (("state", "due_at"), ("position",))),),
    (
        mail.MailQueued,
        mail.MailClaimed,
        mail.MailSent,
        mail.MailFailed,
        mail.MailGivenUp,
    ),
    project,
)


def due(views: Views, now: datetime, limit: int = 100) -> list[MailRow]:
    """The letters that may be claimed now, the longest due first."""
    waiting = Among("state", ("pending", "claimed"))
    rows = views.select(
        MailRow, waiting, Between("due_at", None, now), order=("due_at",), limit=limit
    )
    return sorted(rows, key=lambda row: row.due_at)


def page(
    views: Views,
    state: str | None = None,
    *,
    after: tuple[int] | None = None,
    limit: int | None = 50,
) -> list[MailRow]:
    """The newest letters first, or those in a state."""
    where = () if state is None else (Is("state", state),)
    return views.select(
        MailRow, *where, order=("position",), descending=True, after=after, limit=limit
    )
