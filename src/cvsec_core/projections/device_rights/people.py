"""Whom a device shall know, as it is told of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, tzinfo

from attrs import frozen

from cvsec_core.ids import LevelId, PersonId
from cvsec_core.projections.device_rights.following import SITE
from cvsec_core.projections.device_rights.rows import FollowRow, SiteRow
from cvsec_core.projections.directory import CredentialRow, PersonRow
from cvsec_core.projections.visitor_list import MOMENT, VisitRow
from cvsec_core.rows import Among, Is, Views

LONGEST_PIN = 24


@frozen
class User:
    """Somebody whom the device shall know: by number and card, on the days from *start* to *end*,
    and by name only where the organisation shows names on devices.
    """

    pin: str
    card: str
    name: str
    start: date | None
    end: date | None


@frozen
class Look:
    """Where to look, when, and which levels open any door of the device."""

    views: Views
    now: datetime
    zone: tzinfo
    levels: frozenset[LevelId]


def look_for(views: Views, follows: Iterable[FollowRow], now: datetime, zone: tzinfo) -> Look:
    """Where to look on behalf of the device that follows these levels."""
    levels = frozenset(follow.level for follow in follows if follow.doors)
    return Look(views, now, zone, levels)


def is_pin(number: str) -> bool:
    """Whether a device can hold somebody under that number."""
    return number.isascii() and number.isalnum() and len(number) <= LONGEST_PIN


def known_people(
    look: Look, ids: Collection[PersonId]
) -> tuple[Mapping[PersonId, PersonRow], Mapping[PersonId, User]]:
    """Those of *ids* who are known, and those of them who may pass some door of the device.

    A device keeps one card a person, and raises no alarm for one that is shown under duress, so it
    is not told of such cards.
    """
    views = look.views
    asked = tuple(ids)
    known = {row.id: row for row in views.select(PersonRow, Among("id", asked))}
    cards: dict[str, list[CredentialRow]] = defaultdict(list)
    for card in views.select(CredentialRow, Among("person", asked)):
        if card.kind == "card" and not card.duress and _is_valid(card, look):
            cards[card.person].append(card)
    visitors = tuple(row.id for row in known.values() if row.kind == "visitor")
    here = Among("visitor", visitors), Is("state", "checked-in")
    ends = {row.visitor: row.end for row in views.select(VisitRow, *here) if row.end > look.now}
    site = views.get(SiteRow, SITE)
    names = site is not None and "name" in site.shown
    users = {
        row.id: _user(row, cards[row.id], ends.get(row.id), look.zone, named=names)
        for row in known.values()
        if not row.blocked
        and cards[row.id]
        and (row.kind != "visitor" or row.id in ends)
        and look.levels & set(map(LevelId, row.levels))
    }
    return known, users


def _is_valid(card: CredentialRow, look: Look) -> bool:
    """Whether it counts now, or will."""
    is_over = card.valid_until is not None and card.valid_until <= look.now
    return card.state == "active" and not is_over


def _user(
    row: PersonRow, cards: list[CredentialRow], end: datetime | None, zone: tzinfo, *, named: bool
) -> User:
    """By the newest card; a device counts whole days, the last as well."""
    card = max(cards, key=lambda card: (card.issued_at, card.id))
    ends = [moment for moment in (card.valid_until, end) if moment is not None]
    last = min(ends) - MOMENT if ends else None
    return User(
        row.number or "",
        card.number or "",
        f"{row.first_name} {row.last_name}".strip() if named else "",
        card.valid_from.astimezone(zone).date() if card.valid_from else None,
        last.astimezone(zone).date() if last else None,
    )
