"""An event as it stands in the log: where it is, who caused it, and what happened."""

from datetime import datetime
from typing import NamedTuple, Protocol

from attrs import frozen

from cvsec_core.ids import CommandId, EventId, StreamId


class Event(Protocol):
    """What every event has; the rest is its own."""

    @property
    def at(self) -> datetime:
        """When it happened, UTC."""
        ...


@frozen
class Meta:
    """What the log keeps about an event beside the event itself.

    ``actor`` is the authenticated principal. ``recorded_at`` never runs backwards along the log.
    ``causation`` is the id of the event that this one reacts to, or None where a command from
    outside asked for it.
    """

    actor: str
    recorded_at: datetime
    command_id: CommandId | None = None
    correlation: str | None = None
    causation: EventId | None = None


def event_id(stream: StreamId, version: int) -> EventId:
    """The id of the event at *version* of *stream*; known before it is stored."""
    return EventId(f"{stream}@{version}")


class Recorded(NamedTuple):
    """One entry of the log. A tuple, since reading makes one for each event (a third of the time
    that a frozen class takes).
    """

    stream: StreamId
    version: int
    position: int
    meta: Meta
    event: Event

    @property
    def id(self) -> EventId:
        """The event's id, ``stream@version``."""
        return event_id(self.stream, self.version)
