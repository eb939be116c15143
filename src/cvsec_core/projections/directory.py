"""Who is known to the site, and which levels and credentials are there?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import evolve as changed, frozen

from cvsec_core.aggregates import access_level, credential, person
from cvsec_core.ids import CredentialId, LevelId, PersonId
from cvsec_core.projections.listed import joined, parted
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Among,
    Change,
    Condition,
    Contains,
    Cursor,
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
from cvsec_core.values import DAY_MINUTES, WEEK, Interval


@frozen
class PersonRow:
    """``search`` is what a search looks into: name, number and department. ``place`` is where they
    stand in a list: their number, or their id where they have none. ``email_key`` is what their
    address is found by, ``feed_to`` are the guardians who consent to be told of them.
    """

    id: PersonId
    kind: str
    minor: bool
    enrolled_at: datetime
    number: str | None
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    department: str | None
    search: str
    blocked: bool = False
    app_login: bool = False
    notifications: bool = True
    levels: tuple[str, ...] = ()
    guardians: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    feed_to: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    place: str = ""
    email_key: str | None = None


@frozen
class LevelRow:
    """``hours`` read as ``mon 08:00-18:00``."""

    id: LevelId
    doors: tuple[str, ...]
    hours: tuple[str, ...]
    holidays: tuple[str, ...]
    revision: int = 1


@frozen
class CredentialRow:
    """``state`` is ``active``, ``suspended`` or ``revoked``; ``number`` is a card's.
    ``duress``: who shows it is being forced to.
    """

    id: CredentialId
    person: PersonId
    kind: str
    state: str
    number: str | None
    reason: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    issued_at: datetime
    duress: bool = False


@frozen
class ForgottenRow:
    """Somebody who was forgotten, by whom and when, and where that stands in the log."""

    id: PersonId
    position: int
    by: str
    forgotten_at: datetime


UNNAMED = person.Particulars("")
"""What is left of somebody whose key is gone."""


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes people, levels and credentials."""
    event = recorded.event
    match event:
        case person.PersonEnrolled(particulars=particulars):
            yield Put(_enrolled(event, particulars or UNNAMED))
        case person.PersonCorrected(name, particulars=particulars):
            yield Patch(PersonRow, name, _named(name, particulars or UNNAMED))
        case person.PersonForgotten(name, by=by, at=at):
            yield from _forgotten(rows, name)
            yield Put(ForgottenRow(name, recorded.position, by, at))
        case access_level.AccessLevelDefined() | access_level.AccessLevelChanged():
            yield Put(_level(event, rows))
        case _:
            yield from _person(event, rows)
            yield from _credential(event, rows)


def _enrolled(event: person.PersonEnrolled, particulars: person.Particulars) -> PersonRow:
    return PersonRow(
        event.person,
        event.kind,
        event.minor,
        event.at,
        particulars.number,
        particulars.first_name,
        particulars.last_name,
        particulars.email,
        particulars.phone,
        particulars.department,
        _search(particulars),
        place=particulars.number or event.person,
        email_key=_key(particulars.email),
    )


def _named(name: PersonId, particulars: person.Particulars) -> dict[str, Value]:
    return {
        "number": particulars.number,
        "first_name": particulars.first_name,
        "last_name": particulars.last_name,
        "email": particulars.email,
        "phone": particulars.phone,
        "department": particulars.department,
        "search": _search(particulars),
        "place": particulars.number or name,
        "email_key": _key(particulars.email),
    }


def _key(address: str | None) -> str | None:
    """An address is the same in capitals."""
    return address.casefold() if address else None


def _search(particulars: person.Particulars) -> str:
    names = (
        particulars.first_name,
        particulars.last_name,
        particulars.number,
        particulars.department,
    )
    return " ".join(name for name in names if name).casefold()


def _forgotten(rows: Rows, name: PersonId) -> Iterator[Change]:
    """A card that went to somebody else since is theirs now."""
    row = rows.get(PersonRow, name)
    if row is None:
        return
    for issued in row.credentials:
        shown = rows.get(CredentialRow, issued)
        if shown is not None and shown.person == name:
            yield Drop(CredentialRow, issued)
    for ward in row.wards:
        yield from parted(rows, PersonRow, ward, "guardians", name)
    for guardian in row.guardians:
        yield from parted(rows, PersonRow, guardian, "wards", name)
    yield Drop(PersonRow, name)


def _person(event: object, rows: Rows) -> Iterator[Change]:
    match event:
        case person.PersonBlocked(name) | person.PersonUnblocked(name):
            yield Patch(PersonRow, name, {"blocked": isinstance(event, person.PersonBlocked)})
        case person.AppLoginEnabled(name) | person.AppLoginDisabled(name):
            yield Patch(PersonRow, name, {"app_login": isinstance(event, person.AppLoginEnabled)})
        case person.NotificationsSwitched(name, on):
            yield Patch(PersonRow, name, {"notifications": on})
        case person.AccessLevelGranted(name, level):
            yield from joined(rows, PersonRow, name, "levels", level)
        case person.AccessLevelWithdrawn(name, level):
            yield from parted(rows, PersonRow, name, "levels", level)
        case person.GuardianLinked(name, guardian) if name != guardian:
            yield from joined(rows, PersonRow, name, "guardians", guardian)
            yield from joined(rows, PersonRow, guardian, "wards", name)
        case person.ConsentRecorded(name, "guardian-feed", guardian=str(guardian)):
            yield from joined(rows, PersonRow, name, "feed_to", guardian)
        case person.ConsentWithdrawn(name, "guardian-feed", guardian=str(guardian)):
            yield from parted(rows, PersonRow, name, "feed_to", guardian)
        case _:
            return


def _credential(event: object, rows: Rows) -> Iterator[Change]:
    match event:
        case credential.CredentialIssued(name, holder, kind, start, end, _, at, number):
            issued = CredentialRow(name, holder, kind, "active", number, None, start, end, at)
            yield Put(changed(issued, duress=event.duress))
            yield from joined(rows, PersonRow, holder, "credentials", name)
        case credential.CredentialSuspended(name, _, reason):
            yield Patch(CredentialRow, name, {"state": "suspended", "reason": reason})
        case credential.CredentialRestored(name):
            yield Patch(CredentialRow, name, {"state": "active", "reason": None})
        case credential.CredentialRevoked(name):
            yield Patch(CredentialRow, name, {"state": "revoked", "reason": "Revoked"})
        case _:
            return


def _level(
    event: access_level.AccessLevelDefined | access_level.AccessLevelChanged, rows: Rows
) -> LevelRow:
    had = rows.get(LevelRow, event.level)
    row = LevelRow(
        event.level,
        event.doors,
        tuple(told(interval) for interval in event.hours.intervals),
        tuple(day.isoformat() for day in event.holidays),
    )
    return changed(row, revision=had.revision + 1) if had else row


def told(interval: Interval) -> str:
    """The interval as people write it: ``mon-fri 08:00-18:00``."""
    order = [day for day in WEEK if day in interval.days]
    first, last = WEEK.index(order[0]), WEEK.index(order[-1])
    run = len(order) > 2 and last - first + 1 == len(order)  # noqa: PLR2004  # two days are a list
    days = f"{order[0]}-{order[-1]}" if run else ",".join(order)
    return f"{days} {_clock(interval.start)}-{_clock(interval.end)}"


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY_MINUTES else f"{minute // 60:02d}:{minute % 60:02d}"


PROJECTION = Projection(
    "directory",
    "people",
    (
        Table(PersonRow, (("kind",), ("number",), ("email_key",), ("place",))),
        Table(LevelRow),
        Table(CredentialRow, (("person",),)),
        Table(ForgottenRow, (("position",),)),
    ),
    (
        person.PersonEnrolled,
        person.PersonCorrected,
        person.PersonForgotten,
        person.PersonBlocked,
        person.PersonUnblocked,
        person.AppLoginEnabled,
        person.AppLoginDisabled,
        person.NotificationsSwitched,
        person.AccessLevelGranted,
        person.AccessLevelWithdrawn,
        person.GuardianLinked,
        person.ConsentRecorded,
        person.ConsentWithdrawn,
        access_level.AccessLevelDefined,
        access_level.AccessLevelChanged,
        credential.CredentialIssued,
        credential.CredentialSuspended,
        credential.CredentialRestored,
        credential.CredentialRevoked,
    ),
    project,
)


def people(
    views: Views,
    *,
    search: str | None = None,
    kind: str | None = None,
    after: Cursor | None = None,
    limit: int | None = None,
) -> list[PersonRow]:
    """The people of a kind, or all, whose name, number or department contains *search*; by
    number, so that *after* is the ``place`` of the last one seen.
    """
    where: list[Condition] = [] if kind is None else [Is("kind", kind)]
    if search:
        where.append(Contains("search", search.casefold()))
    return views.select(PersonRow, *where, order=("place",), after=after, limit=limit)


def one(views: Views, name: PersonId) -> PersonRow | None:
    """The person of that id, or None."""
    return views.get(PersonRow, name)


def with_email(views: Views, address: str) -> list[PersonRow]:
    """The people who have this address, in whatever case, those on the blocklist first."""
    found = views.select(PersonRow, Is("email_key", address.casefold()))
    return sorted(found, key=lambda row: not row.blocked)


def count(views: Views, kind: str | None = None) -> int:
    """How many people of a kind, or of all kinds, are known."""
    return views.count(PersonRow, *(() if kind is None else (Is("kind", kind),)))


def cards(views: Views, people_ids: tuple[PersonId, ...]) -> dict[PersonId, tuple[str, ...]]:
    """The numbers of the cards that these people have, suspended or not."""
    rows = views.select(CredentialRow, Among("person", people_ids), Is("kind", "card"))
    had: dict[PersonId, tuple[str, ...]] = dict.fromkeys(people_ids, ())
    for row in rows:
        if row.number and row.state != "revoked":
            had[row.person] = tuple(sorted((*had[row.person], row.number)))
    return had


def credential_of(views: Views, name: CredentialId) -> CredentialRow | None:
    """The credential of that id, or None."""
    return views.get(CredentialRow, name)


def credentials_of(views: Views, name: PersonId) -> list[CredentialRow]:
    """The credentials of a person, in the order in which they were issued."""
    return views.select(CredentialRow, Is("person", name), order=("issued_at", "id"))


def levels(views: Views) -> list[LevelRow]:
    """Every access level by name."""
    return views.select(LevelRow)


def wards(views: Views, guardian: PersonId) -> list[PersonRow]:
    """Whom the guardian follows, as long as that guardian consents."""
    row = views.get(PersonRow, guardian)
    followed = views.select(PersonRow, Among("id", row.wards)) if row else []
    return [ward for ward in followed if guardian in ward.feed_to]


def names(views: Views, people_ids: tuple[PersonId, ...]) -> dict[PersonId, PersonRow]:
    """The rows of these people, of those that are known."""
    return {row.id: row for row in views.select(PersonRow, Among("id", people_ids))}


def forgotten(views: Views) -> list[ForgottenRow]:
    """Everybody who was forgotten, those of last first."""
    return views.select(ForgottenRow, order=("position",), descending=True)
