"""The JSON of visits, invitations and letters: one function a thing."""

from collections.abc import Mapping
from datetime import datetime

from cvsec_adapters.transport.cli.shapes import Shape, time
from cvsec_core.ids import PersonId
from cvsec_core.projections.directory import PersonRow
from cvsec_core.projections.invitations import Invitation
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.projections.visitor_list import Overview, Regular, Visit


def visit(shown: Visit, now: datetime) -> Shape:
    """A visit as it is *now*; of who was forgotten there is neither number nor name."""
    row = shown.row
    return {
        "id": row.id,
        "visitor": number_of(shown.visitor),
        "visitor_name": name_of(shown.visitor),
        "host": number_of(shown.host),
        "start": time(row.start),
        "end": time(row.end),
        "reason": row.reason,
        "state": shown.state(now),
        "checked_in_at": time(row.checked_in_at),
        "checked_out_at": time(row.checked_out_at),
        "assumed": row.assumed,
    }


def statistics(overview: Overview, flow: tuple[int, ...], top: tuple[Regular, ...]) -> Shape:
    """The counts of today, its flow by the hour, and who came most often this month."""
    return {
        "today": overview.today,
        "not_checked_out": overview.not_checked_out,
        "checked_in": overview.checked_in,
        "flow": list(flow),
        "top": [
            {
                "rank": regular.rank,
                "visitor": number_of(regular.name),
                "visitor_name": name_of(regular.name),
                "visits": regular.visits,
            }
            for regular in top
        ],
    }


def invitation(shown: Invitation, now: datetime) -> Shape:
    """An invitation as it is *now*; ``mail`` is the state of its letter."""
    row, guest = shown.row, shown.guest
    return {
        "id": row.id,
        "host": number_of(shown.host),
        "first_name": guest and guest.first_name,
        "last_name": guest and (guest.last_name or None),
        "email": guest and guest.email,
        "start": time(row.start),
        "end": time(row.end),
        "reason": row.reason,
        "visitors": row.visitors,
        "state": shown.state(now),
        "mail": shown.mail and shown.mail.state,
    }


def mail(row: MailRow, people: Mapping[PersonId, PersonRow]) -> Shape:
    """A letter; ``to`` is where it goes, ``error`` what became of the last attempt."""
    recipient = people.get(row.recipient)
    return {
        "id": row.id,
        "to": recipient and recipient.email,
        "kind": row.kind,
        "state": row.state,
        "attempts": row.attempts,
        "error": row.error,
    }


def number_of(row: PersonRow | None) -> str | None:
    """What people call somebody by."""
    return row and row.number


def name_of(row: PersonRow | None) -> str | None:
    """First and last name."""
    return f"{row.first_name} {row.last_name}".rstrip() if row else None
