"""Everything that is known of somebody, to be handed out to them; that it was is recorded first.

Secrets are left out: what a password or a PIN is known again by, and what lets somebody in. Of
other people only what the person themselves was told stands in it.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from attrs import asdict, fields, frozen

from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.people import enrolled
from cvsec_adapters.storage.codec import stored_name
from cvsec_core.aggregates import person
from cvsec_core.aggregates.credential import CredentialIssued
from cvsec_core.aggregates.invitation import InvitationIssued
from cvsec_core.aggregates.journal import PassageRecorded
from cvsec_core.aggregates.mail import MailQueued
from cvsec_core.aggregates.person import ConsentRecorded, ConsentWithdrawn, ExportPersonalData
from cvsec_core.aggregates.visit import VisitRegistered
from cvsec_core.ids import PersonId
from cvsec_core.projections import directory
from cvsec_core.projections.invitations import InvitationRow
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.projections.notification_center import NotificationRow
from cvsec_core.projections.visitor_list import VisitRow
from cvsec_core.recorded import Event, Recorded
from cvsec_core.rows import Is, Views

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Shape = dict[str, Any]

SECRETS = frozenset({"digest", "nonce", "code", "password_file"})
"""Fields that open something, or by which a secret is known again; they are never handed out."""
PAGE = 10_000
PICTURES = "image/jpeg"


def export(desk: Desk, number: str, *, by: str) -> Shape:
    """Everything about the person with that *number*, as JSON can hold it; that it was handed out
    is recorded before.

    Raises:
        PersonUnknownError: nobody has this number.
    """
    who, _ = enrolled(desk.site, number)
    at = desk.site.clock()
    answer = desk.site.handle(ExportPersonalData(who, by, at), actor=by)
    return _Exporting(desk, who).everything(answer.position, by, at)


@frozen
class _Exporting:
    """Gathers what there is of one person."""

    desk: Desk
    who: PersonId

    def everything(self, position: int, by: str, at: datetime) -> Shape:
        """All of it; the *position* is that of the export in the log."""
        events = list(self._events())
        return {
            "position": position,
            "at": _plain(at),
            "by": by,
            "person": self._person(),
            **self._ties(),
            "consents": [
                each | {"guardian": guardian and self._number(guardian)}
                for each, guardian in _consents(events, self.who)
            ],
            "credentials": [
                _row(row, "person") | {"id": row.number or row.id}
                for row in self._ask(directory.credentials_of, self.who)
            ],
            "visits": self._visits("visitor"),
            "hosted": self._visits("host"),
            "invitations": self._invitations("guest"),
            "invited": self._invitations("host"),
            "passages": [_passage(r) for r in events if isinstance(r.event, PassageRecorded)],
            "notifications": self._notifications(),
            "mails": [_row(row, "recipient") for row in self._select(MailRow, "recipient")],
            "pictures": list(self._pictures()),
            "events": list(self._told(events)),
        }

    # What they are.
    def _person(self) -> Shape:
        state: person.PersonState = self.desk.site.state(person.stream(self.who))
        assert isinstance(state, person.Enrolled)  # noqa: S101  # their export was recorded
        known = state.particulars
        return {
            "id": known and known.number,
            "kind": state.kind,
            "minor": state.minor,
            **({} if known is None else asdict(known)),
            "blocked": state.blocked,
            "app_login": state.app_login,
            "notifications": state.notifications,
            "policy": state.policy,
            "levels": sorted(state.levels),
        }

    def _ties(self) -> Shape:
        row = self._ask(directory.one, self.who)
        return {
            "guardians": self._numbers(row.guardians if row else ()),
            "wards": self._numbers(row.wards if row else ()),
        }

    def _numbers(self, people: tuple[str, ...]) -> list[str]:
        known = self._ask(directory.names, tuple(PersonId(name) for name in people))
        return sorted(row.number for row in known.values() if row.number)

    def _number(self, name: str) -> str | None:
        return next(iter(self._numbers((name,))), None)

    # What was arranged with them, and what they did.
    def _visits(self, role: str) -> list[Shape]:
        rows: list[VisitRow] = self._select(VisitRow, role)
        if role == "visitor":
            return [
                _row(row, "position", "visitor") | {"host": self._number(row.host)} for row in rows
            ]
        return [_row(row, "position", "visitor", "host", "reason", "pictures") for row in rows]

    def _invitations(self, role: str) -> list[Shape]:
        rows: list[InvitationRow] = self._select(InvitationRow, role)
        if role == "guest":
            return [
                _row(row, "position", "guest") | {"host": self._number(row.host)} for row in rows
            ]
        return [_row(row, "position", "guest", "host", "reason") for row in rows]

    def _notifications(self) -> list[Shape]:
        found: list[NotificationRow] = self._select(NotificationRow, "recipient")
        rows = sorted(found, key=lambda row: row.position)
        return [_row(row, "id", "recipient") | {"about": self._number(row.about)} for row in rows]

    def _pictures(self) -> Iterator[Shape]:
        for name in self.desk.pictures.names(self.who):
            data = self.desk.pictures.get(self.who, name)
            if data is not None:
                shown = base64.b64encode(data).decode()
                yield {"name": name, "content_type": PICTURES, "data": shown}

    # The log.
    def _events(self) -> Iterator[Recorded]:
        """Every event that names them, or something that was theirs then."""
        log, theirs = self.desk.site.log, {str(self.who)}
        head, after = log.head(), 0
        while after < head:
            for recorded in log.read_all(after, PAGE):
                after = recorded.position
                theirs |= _of_theirs(recorded.event, self.who)
                theirs -= _of_others(recorded.event, self.who)
                if _names(recorded.event) & theirs:
                    yield recorded

    def _told(self, events: Sequence[Recorded]) -> Iterator[Shape]:
        """What stands there of them; what tells of somebody else does not, but their numbers."""
        named = {PersonId(name) for recorded in events for name in _names(recorded.event)}
        numbers = {
            name: row.number for name, row in self._ask(directory.names, tuple(named)).items()
        }
        for recorded in events:
            yield {
                "position": recorded.position,
                "event": stored_name(type(recorded.event)),
                **self._fields(recorded.event, numbers),
            }

    def _fields(self, event: Event, numbers: Mapping[PersonId, str | None]) -> Shape:
        is_theirs = self._is_about_them(event)
        told: Shape = {
            name: _plain(getattr(event, name))
            for name, is_personal in _fields_of(type(event))
            if is_theirs or not is_personal
        }
        return {
            name: numbers.get(PersonId(value), value) if isinstance(value, str) else value
            for name, value in told.items()
        }

    def _is_about_them(self, event: Event) -> bool:
        """Whether what is personal in it is theirs; a passage with their card alone is."""
        subject = getattr(event, "subject", None) or getattr(event, "person", None)
        return self.who == subject or isinstance(event, PassageRecorded)

    def _select(self, row: type[R], column: str) -> list[R]:
        return self._ask(_rows_of, row, column, self.who)

    def _ask(
        self, question: Callable[Concatenate[Views, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self.desk.site.query(question, *args, **kwargs)


def _rows_of(views: Views, row: type[R], column: str, who: PersonId) -> list[R]:
    return views.select(row, Is(column, who))


def _fields_of(kind: type[Any]) -> Iterator[tuple[str, bool]]:
    """The fields that may be handed out, and whether they are personal."""
    for field in fields(kind):
        if field.name not in SECRETS:
            yield field.name, bool(field.metadata.get("personal"))


def _names(event: Event) -> set[str]:
    """What the event names."""
    values = (getattr(event, name) for name, _ in _fields_of(type(event)))
    return {value for value in values if isinstance(value, str)}


def _of_theirs(event: Event, who: PersonId) -> set[str]:
    """What is theirs from this event on."""
    match event:
        case VisitRegistered(name, visitor) if visitor == who:
            return {name}
        case InvitationIssued(name, guest=guest) if guest == who:
            return {name}
        case CredentialIssued(name, holder) if holder == who:
            return {name}
        case MailQueued(name, recipient=recipient) if recipient == who:
            return {name}
        case _:
            return set()


def _of_others(event: Event, who: PersonId) -> set[str]:
    """A card that is somebody else's from here on."""
    match event:
        case CredentialIssued(name, holder) if holder != who:
            return {name}
        case _:
            return set()


def _passage(recorded: Recorded) -> Shape:
    return {"id": recorded.position, **_row(recorded.event, "holder", "credential", "mark")}


def _consents(events: list[Recorded], who: PersonId) -> Iterator[tuple[Shape, PersonId | None]]:
    """Each, and the guardian whose it is."""
    for recorded in events:
        match recorded.event:
            case ConsentRecorded(name, purpose, by, at, reference, guardian) if name == who:
                given = {"purpose": purpose, "reference": reference, "by": by, "at": _plain(at)}
                yield {**given, "given": True}, guardian
            case ConsentWithdrawn(name, purpose, by, at, guardian) if name == who:
                given = {"purpose": purpose, "reference": None, "by": by, "at": _plain(at)}
                yield {**given, "given": False}, guardian
            case _:
                continue


def _row(row: object, *without: str) -> Shape:
    return {
        name: _plain(getattr(row, name)) for name, _ in _fields_of(type(row)) if name not in without
    }


def _plain(value: object) -> Any:  # noqa: ANN401  # what JSON has
    return msgspec.to_builtins(value)
