"""The JSON of people and of what they may do: one function a thing."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cvsec_adapters.transport.cli.shapes import Shape, time
from cvsec_core.aggregates.organisation import Shown
from cvsec_core.errors import Locale, Reason
from cvsec_core.projections.directory import CredentialRow, LevelRow, PersonRow
from cvsec_core.projections.notification_center import NotificationRow
from cvsec_core.projections.occupancy import Present
from cvsec_core.rules.access import Decision
from cvsec_core.vocabulary import meaning


def person(row: PersonRow, cards: Sequence[str]) -> Shape:
    """A person, known by their number."""
    return {
        "id": row.number,
        "kind": row.kind,
        "first_name": row.first_name,
        "last_name": row.last_name or None,
        "email": row.email,
        "phone": row.phone,
        "department": row.department,
        "cards": list(cards),
        "app_login": row.app_login,
        "blocked": row.blocked,
    }


def credential(row: CredentialRow, person: str | None) -> Shape:
    """A credential of the *person* with that number."""
    return {
        "id": credential_id(row),
        "person": person,
        "kind": row.kind,
        "state": row.state,
        "number": row.number,
        "reason": row.reason,
        "valid_from": time(row.valid_from),
        "valid_until": time(row.valid_until),
        "issued_at": time(row.issued_at),
    }


def credential_id(row: CredentialRow) -> str:
    """What people call it: a card by its number."""
    return row.number or row.id


def level(row: LevelRow) -> Shape:
    """An access level."""
    return {
        "id": row.id,
        "doors": list(row.doors),
        "hours": list(row.hours),
        "holidays": list(row.holidays),
        "revision": row.revision,
    }


def code(name: str, text: str, until: datetime, files: Sequence[Path]) -> Shape:
    """The dynamic code of the credential *name*, and the files that it was written to."""
    return {
        "id": name,
        "text": text,
        "until": time(until),
        "files": [str(file) for file in files],
    }


def decision(made: Decision, person: str | None, door: str, at: datetime, locale: Locale) -> Shape:
    """A decision about the *person* with that number at a *door*."""
    return {
        "granted": made.granted,
        "person": person,
        "door": door,
        "at": time(at),
        "reasons": [reason(told, locale) for told in dict.fromkeys(made.reasons)],
        "noted": [reason(told, locale) for told in dict.fromkeys(made.noted)],
        "rule": made.rule,
        "version": made.version,
        "alternatives": [{"door": a.door, "at": time(a.at)} for a in made.alternatives],
    }


def reason(told: Reason, locale: Locale) -> Shape:
    """Why something was refused, and what can be done."""
    return {"code": told.code, "message": told.message(locale), "next": told.next_step(locale)}


def displayed(row: PersonRow | None, shown: Sequence[Shown]) -> Shape:
    """Of a person beyond their number only what the organisation lets be *shown*."""
    name = f"{row.first_name} {row.last_name}".strip() if row else None
    return {
        "name": name if "name" in shown else None,
        "department": row.department if row and "department" in shown else None,
    }


def notification(
    row: NotificationRow, about: PersonRow | None, shown: Sequence[Shown], locale: Locale
) -> Shape:
    """A message *about* somebody's passage."""
    means = meaning(row.code)
    return {
        "id": row.position,
        "about": about.number if about else None,
        **displayed(about, shown),
        "code": row.code,
        "event": means.named(locale),
        "decision": means.decision,
        "door": row.door,
        "direction": row.direction,
        "late": row.late,
        "occurred_at": time(row.occurred_at),
    }


def present(there: Present, number: str | None, shown: Sequence[Shown]) -> Shape:
    """Somebody on site, with as many as came along: ``party`` heads. ``kind`` is null where nobody
    is enrolled under that *number*.
    """
    return {
        "id": number,
        "kind": there.person.kind if there.person else None,
        **displayed(there.person, shown),
        "party": there.row.party,
        "since": time(there.row.since),
        "door": there.row.door,
        "provenance": there.row.provenance,
    }
