"""Which invitations were issued, what became of them, and of their letters?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import invitation, person
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.projections.directory import PersonRow, names
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Is, Patch, Projection, Put, Rows, Table, Value, Views


@frozen
class InvitationRow:
    """``state`` is ``open``, ``redeemed``, ``withdrawn`` or ``expired``. For a guest who was
    forgotten there is no reason.
    """

    id: InvitationId
    position: int
    host: PersonId
    guest: PersonId
    nonce: str
    start: datetime
    end: datetime
    reason: str | None
    visitors: int
    state: str
    issued_at: datetime
    again: InvitationId | None = None
    visit: VisitId | None = None


@frozen
class InvitationsRow:
    """The invitations for somebody, to be found when they are forgotten."""

    id: PersonId
    invitations: tuple[str, ...]


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes its invitation."""
    event = recorded.event
    match event:
        case invitation.InvitationIssued():
            yield Put(_issued(event, recorded.position))
            had = rows.get(InvitationsRow, event.guest)
            names = (*(had.invitations if had else ()), event.invitation)
            yield Put(InvitationsRow(event.guest, names))
        case invitation.InvitationRedeemed(name, visit):
            yield Patch(InvitationRow, name, {"state": "redeemed", "visit": visit})
        case invitation.InvitationWithdrawn(name):
            yield Patch(InvitationRow, name, {"state": "withdrawn"})
        case invitation.InvitationExpired(name):
            yield Patch(InvitationRow, name, {"state": "expired"})
        case person.PersonForgotten(name):
            theirs = rows.get(InvitationsRow, name)
            for told in theirs.invitations if theirs else ():
                yield Patch(InvitationRow, told, {"reason": None})
            yield Drop(InvitationsRow, name)
        case _:
            return


def _issued(event: invitation.InvitationIssued, position: int) -> InvitationRow:
    return InvitationRow(
        event.invitation,
        position,
        event.host,
        event.guest,
        event.nonce,
        event.start,
        event.end,
        event.reason,
        event.visitors,
        "open",
        event.at,
        event.again,
    )


PROJECTION = Projection(
    "invitations",
    "people",
    (
        Table(InvitationRow, (("host", "position"), ("guest", "position"), ("position",))),
        Table(InvitationsRow),
    ),
    (
        invitation.InvitationIssued,
        invitation.InvitationRedeemed,
        invitation.InvitationWithdrawn,
        invitation.InvitationExpired,
        person.PersonForgotten,
    ),
    project,
)


@frozen
class Invitation:
    """An invitation as people see it; ``mail`` is its letter, None where there is none."""

    row: InvitationRow
    guest: PersonRow | None
    mail: MailRow | None
    host: PersonRow | None

    def state(self, now: datetime) -> str:
        """Its state: from its end on it has run out, whether somebody looked by then or not."""
        over = self.row.state == "open" and self.row.end <= now
        return "expired" if over else self.row.state


def of_host(
    views: Views,
    host: PersonId | None = None,
    *,
    after: tuple[Value, ...] | None = None,
    limit: int | None = 50,
) -> list[Invitation]:
    """The invitations of a host, or of all, the newest first."""
    where = () if host is None else (Is("host", host),)
    rows = views.select(
        InvitationRow, *where, order=("position",), descending=True, after=after, limit=limit
    )
    known = names(views, tuple({name for row in rows for name in (row.guest, row.host)}))
    return [
        Invitation(row, known.get(row.guest), _letter(views, row), known.get(row.host))
        for row in rows
    ]


def one(views: Views, name: InvitationId) -> Invitation | None:
    """The invitation of that id, or None."""
    row = views.get(InvitationRow, name)
    if row is None:
        return None
    guest, host = views.get(PersonRow, row.guest), views.get(PersonRow, row.host)
    return Invitation(row, guest, _letter(views, row), host)


def open_of(views: Views, who: PersonId) -> list[InvitationRow]:
    """The invitations by somebody or for them that may still be redeemed."""
    return [
        row
        for column in ("host", "guest")
        for row in views.select(InvitationRow, Is(column, who), order=("position",))
        if row.state == "open"
    ]


def _letter(views: Views, row: InvitationRow) -> MailRow | None:
    return views.get(MailRow, f"invitation.{row.id}")
