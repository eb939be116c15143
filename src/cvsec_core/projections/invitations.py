"""Which invitations were issued, what became of them, and of their letters?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import invitation
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.projections.directory import PersonRow, names
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Is, Patch, Projection, Put, Rows, Table, Views


@frozen
class InvitationRow:
    """``state`` is ``open``, ``redeemed``, ``withdrawn`` or ``expired``."""

    id: InvitationId
    position: int
    host: PersonId
    guest: PersonId
    nonce: str
    start: datetime
    end: datetime
    reason: str
    visitors: int
    state: str
    issued_at: datetime
    again: InvitationId | None = None
    visit: VisitId | None = None


def project(recorded: Recorded, _rows: Rows) -> Iterator[Change]:
    """How one event changes its invitation."""
    event = recorded.event
    match event:
        case invitation.InvitationIssued():
            yield Put(
                InvitationRow(
                    event.invitation,
                    recorded.position,
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
            )
        case invitation.InvitationRedeemed(name, visit):
            yield Patch(InvitationRow, name, {"state": "redeemed", "visit": visit})
        case invitation.InvitationWithdrawn(name):
            yield Patch(InvitationRow, name, {"state": "withdrawn"})
        case invitation.InvitationExpired(name):
            yield Patch(InvitationRow, name, {"state": "expired"})
        case _:
            return


PROJECTION = Projection(
    "invitations",
    "people",
    (Table(InvitationRow, (("host", "position"), ("guest", "position"), ("position",))),),
    (
        invitation.InvitationIssued,
        invitation.InvitationRedeemed,
        invitation.InvitationWithdrawn,
        invitation.InvitationExpired,
    ),
    project,
)


@frozen
class Invitation:
    """An invitation as people see it; ``mail`` is its letter, None where there is none."""

    row: InvitationRow
    guest: PersonRow | None
    mail: MailRow | None


def of_host(
    views: Views,
    host: PersonId | None = None,
    *,
    after: tuple[int] | None = None,
    limit: int | None = 50,
) -> list[Invitation]:
    """The invitations of a host, or of all, the newest first."""
    where = () if host is None else (Is("host", host),)
    rows = views.select(
        InvitationRow, *where, order=("position",), descending=True, after=after, limit=limit
    )
    known = names(views, tuple({row.guest for row in rows}))
    return [Invitation(row, known.get(row.guest), _letter(views, row)) for row in rows]


def one(views: Views, name: InvitationId) -> Invitation | None:
    """The invitation of that id, or None."""
    row = views.get(InvitationRow, name)
    if row is None:
        return None
    return Invitation(row, views.get(PersonRow, row.guest), _letter(views, row))


def _letter(views: Views, row: InvitationRow) -> MailRow | None:
    return views.get(MailRow, f"invitation.{row.id}")
