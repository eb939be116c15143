"""Forgetting somebody for good, and the proof of it, which can be checked at any time."""

from datetime import datetime

from attrs import define, frozen

from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.people import enrolled
from cvsec_core.aggregates import person
from cvsec_core.aggregates.person import PersonForgotten
from cvsec_core.errors import CommandError, Words
from cvsec_core.ids import PersonId
from cvsec_core.projections.access_records import RecordRow, ShownRow
from cvsec_core.projections.directory import CredentialRow, PersonRow
from cvsec_core.projections.invitations import InvitationRow
from cvsec_core.projections.mail_outbox import LettersRow, MailRow
from cvsec_core.projections.notification_center import NotificationRow
from cvsec_core.projections.visitor_list import VisitRow
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Is, Views


@define
class NotForgettingError(CommandError):
    """A proof is about the event that forgot somebody."""

    position: int

    code = "not-forgetting"
    says = Words(
        "Nobody was forgotten at position {position} of the log.",
        "En la posición {position} del registro no se olvidó a nadie.",
    )
    advises = Words("See `people forgotten`.", "Vea `people forgotten`.")


@frozen
class Left:
    """What there still is by which somebody who was forgotten could be known: nothing."""

    keys: int
    names: int
    pictures: int
    rows: int

    @property
    def is_nothing(self) -> bool:
        """Whether they are forgotten indeed."""
        return not (self.keys or self.names or self.pictures or self.rows)


@frozen
class Kept:
    """What still counts of them and tells nothing: events, and rows under a pseudonym that leads to
    nobody.
    """

    events: int
    visits: int
    invitations: int
    passages: int


@frozen
class Proof:
    """That somebody was forgotten. ``position`` is where that stands in the log; ``keys`` is how
    many were destroyed: their own, and one for each of their credentials.
    """

    position: int
    by: str
    at: datetime
    keys: int
    left: Left
    kept: Kept


def forget(desk: Desk, number: str, *, by: str) -> Proof:
    """Forget the person with that *number*: what was sealed of them becomes unreadable for ever,
    their pictures are deleted, what is arranged with them ends, and no letter goes to them.

    Raises:
        PersonUnknownError: nobody has this number.
        StorageUnavailableError: a file cannot be written. The person is forgotten all the same, and
            what is left of them is destroyed with the next tick, or at the next start.
    """
    site = desk.site
    who, _ = enrolled(site, number)
    (answer,) = site.forget((who,), by, site.clock(), actor=by)
    answer.or_raise()
    return proof(desk, site.log.read(person.stream(who))[-1].position)


def proof(desk: Desk, position: int) -> Proof:
    """The proof that who was forgotten at that *position* of the log is so now.

    Raises:
        NotForgettingError: nobody was forgotten there.
    """
    found = desk.site.log.read_all(position - 1, 1) if position > 0 else ()
    event = found[0].event if found else None
    if not found or found[0].position != position or not isinstance(event, PersonForgotten):
        raise NotForgettingError(position)
    keys = (event.person, *event.credentials)
    return Proof(
        position,
        event.by,
        event.at,
        len(keys),
        Left(
            sum(not desk.vault.destroyed(subject) for subject in keys),
            sum(desk.vault.names_of(subject) for subject in keys),
            len(desk.pictures.names(event.person)),
            desk.site.query(_rows_about, event),
        ),
        _kept(desk, found[0], event.person),
    )


def _rows_about(views: Views, event: PersonForgotten) -> int:
    """The rows that would tell who it was."""
    shown = sum(
        views.get(ShownRow, name) is not None for name in (event.person, *event.credentials)
    )
    known = views.get(PersonRow, event.person) is not None
    letters = views.get(LettersRow, event.person) is not None
    told = [
        *views.select(VisitRow, Is("visitor", event.person)),
        *views.select(InvitationRow, Is("guest", event.person)),
    ]
    return (
        shown
        + known
        + letters
        + sum(row.reason is not None for row in told)
        + views.count(CredentialRow, Is("person", event.person))
        + views.count(MailRow, Is("recipient", event.person))
        + views.count(NotificationRow, Is("recipient", event.person))
    )


def _kept(desk: Desk, recorded: Recorded, who: PersonId) -> Kept:
    query = desk.site.query
    return Kept(
        recorded.version,
        query(_counted, VisitRow, "visitor", who),
        query(_counted, InvitationRow, "guest", who),
        query(_counted, RecordRow, "holder", who),
    )


def _counted(views: Views, row: type, column: str, who: PersonId) -> int:
    return views.count(row, Is(column, who))
