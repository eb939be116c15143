"""What is there to tell somebody: their own passages, and those of the people they guard?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import journal, person
from cvsec_core.ids import DoorId, PersonId
from cvsec_core.projections.listed import joined, parted
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Among,
    Change,
    Cursor,
    Drop,
    Is,
    Patch,
    Projection,
    Put,
    Rows,
    Table,
    Views,
)
from cvsec_core.values import Direction


@frozen
class FeedRow:
    """To whom the passages of a person are told: themselves, and the guardians who consent to it.
    ``told`` counts the messages about them, ``wards`` are whom they were ever told of.
    """

    id: PersonId
    on: bool = True
    guardians: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    told: int = 0


@frozen
class NotificationRow:
    """One message, numbered among those about the same person. ``late``: it happened a while
    before it was told.
    """

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
            feed = rows.get(FeedRow, holder) if holder else None
            if feed is not None:
                yield from _told(recorded, event, feed, rows)
        case person.PersonEnrolled(name):
            yield Put(FeedRow(name))
        case person.PersonForgotten(name):
            yield from _forgotten(rows, name)
        case person.NotificationsSwitched(name, on):
            yield Patch(FeedRow, name, {"on": on})
        case person.ConsentRecorded(name, "guardian-feed", guardian=str(guardian)):
            yield from joined(rows, FeedRow, name, "guardians", guardian)
            yield from joined(rows, FeedRow, guardian, "wards", name)
        case person.ConsentWithdrawn(name, "guardian-feed", guardian=str(guardian)):
            yield from parted(rows, FeedRow, name, "guardians", guardian)
        case _:
            return


def _told(
    recorded: Recorded, event: journal.PassageRecorded, feed: FeedRow, rows: Rows
) -> Iterator[Change]:
    """A minor's own feed needs no consent; nobody else sees a person's passages without one."""
    followers = [rows.get(FeedRow, name) for name in feed.guardians if name != feed.id]
    recipients = [reader.id for reader in (feed, *followers) if reader is not None and reader.on]
    for number, recipient in enumerate(recipients, feed.told):
        yield Put(
            NotificationRow(
                _name(feed.id, number),
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
    yield Patch(FeedRow, feed.id, {"told": feed.told + len(recipients)})


def _name(about: str, number: int) -> str:
    return f"{about}|{number}"


def _forgotten(rows: Rows, name: PersonId) -> Iterator[Change]:
    """Every message about them goes, and every one to them."""
    feed = rows.get(FeedRow, name)
    if feed is None:
        return
    for number in range(feed.told):
        yield Drop(NotificationRow, _name(name, number))
    for ward in feed.wards:
        followed = rows.get(FeedRow, ward)
        for number in range(followed.told if followed else 0):
            message = rows.get(NotificationRow, _name(ward, number))
            if message is not None and message.recipient == name:
                yield Drop(NotificationRow, message.id)
    yield Drop(FeedRow, name)


PROJECTION = Projection(
    "notification-center",
    "people",
    (Table(FeedRow), Table(NotificationRow, (("recipient", "position"),))),
    (
        journal.PassageRecorded,
        person.PersonEnrolled,
        person.PersonForgotten,
        person.NotificationsSwitched,
        person.ConsentRecorded,
        person.ConsentWithdrawn,
    ),
    project,
)


def messages(
    views: Views,
    recipient: PersonId,
    *,
    about: tuple[PersonId, ...] | None = None,
    after: Cursor | None = None,
    limit: int | None = 50,
) -> list[NotificationRow]:
    """What there is to tell the recipient *about* these people, or whoever it may be, the newest
    first.
    """
    where = () if about is None else (Among("about", about),)
    return views.select(
        NotificationRow,
        Is("recipient", recipient),
        *where,
        order=("position",),
        descending=True,
        after=after,
        limit=limit,
    )
