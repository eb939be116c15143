"""What is there to tell somebody: their own passages, and those of the people they guard?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import evolve as changed, frozen

from cvsec_core.aggregates import journal, person
from cvsec_core.ids import DoorId, PersonId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Is, Projection, Put, Rows, Table, Value, Views
from cvsec_core.values import Direction


@frozen
class FeedRow:
    """To whom the passages of a person are told: themselves, and their guardians with consent."""

    id: PersonId
    minor: bool
    on: bool = True
    guardians: tuple[str, ...] = ()
    consent: bool = False


@frozen
class NotificationRow:
    """One message. ``late``: it happened a while before it was told."""

    id: str
    position: int
    recipient: PersonId
    about: PersonId
    code: int
    door: DoorId | None
    direction: Direction | None
    late: bool
    occurred_at: datetime


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes feeds and messages."""
    event = recorded.event
    match event:
        case journal.PassageRecorded(holder=holder):
            if holder:
                yield from _told(recorded, event, rows.get(FeedRow, holder))
        case person.PersonEnrolled(name, _, minor):
            yield Put(FeedRow(name, minor))
        case person.PersonForgotten(name):
            yield Drop(FeedRow, name)
        case person.NotificationsSwitched(name, on):
            yield from _changed(rows, name, on=on)
        case person.GuardianLinked(name, guardian):
            had = rows.get(FeedRow, name)
            yield from _changed(rows, name, guardians=(*(had.guardians if had else ()), guardian))
        case person.ConsentRecorded(name, "guardian-feed"):
            yield from _changed(rows, name, consent=True)
        case person.ConsentWithdrawn(name, "guardian-feed"):
            yield from _changed(rows, name, consent=False)
        case _:
            return


def _changed(rows: Rows, name: PersonId, **fields: Value) -> Iterator[Change]:
    had = rows.get(FeedRow, name)
    if had is not None:
        yield Put(changed(had, **fields))


def _told(
    recorded: Recorded, event: journal.PassageRecorded, feed: FeedRow | None
) -> Iterator[Change]:
    """A minor's own feed needs no consent; nobody else sees a person's passages without one."""
    if feed is None:
        return
    recipients = [feed.id] if feed.on else []
    if feed.consent:
        recipients.extend(PersonId(guardian) for guardian in feed.guardians)
    for recipient in recipients:
        yield Put(
            NotificationRow(
                f"{recorded.position}|{recipient}",
                recorded.position,
                recipient,
                feed.id,
                event.code,
                event.door,
                event.direction,
                event.late,
                event.at,
            )
        )


PROJECTION = Projection(
    "notification-center",
    "people",
    (Table(FeedRow), Table(NotificationRow, (("recipient", "position"),))),
    (
        journal.PassageRecorded,
        person.PersonEnrolled,
        person.PersonForgotten,
        person.NotificationsSwitched,
        person.GuardianLinked,
        person.ConsentRecorded,
        person.ConsentWithdrawn,
    ),
    project,
)


def messages(
    views: Views,
    recipient: PersonId,
    *,
    after: tuple[int] | None = None,
    limit: int | None = 50,
) -> list[NotificationRow]:
    """What there is to tell the recipient, the newest first."""
    return views.select(
        NotificationRow,
        Is("recipient", recipient),
        order=("position",),
        descending=True,
        after=after,
        limit=limit,
    )
