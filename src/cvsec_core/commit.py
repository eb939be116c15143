"""One commit in the making: states are read, commands decided, and what follows is decided too."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from attrs import field, frozen, mutable

from cvsec_core.errors import Reason
from cvsec_core.ids import CommandId, EventId, StreamId
from cvsec_core.ports import Entry, EventLog, Handled
from cvsec_core.recorded import Event, Meta, Recorded, event_id


@frozen
class Aggregate:
    """The parts of a module in ``aggregates``, for the handler to call."""

    kind: str
    commands: tuple[type, ...]
    events: tuple[type, ...]
    initial: Any
    stream_of: Callable[[Any], StreamId]
    decide: Callable[[Any, Any], tuple[Any, ...]]
    evolve: Callable[[Any, Any], Any]


class Look(Protocol):
    """Reads the state of another stream, as it stands in this commit so far."""

    def __call__(self, stream: StreamId) -> Any: ...


Policy = Callable[[Any, Look], Iterable[Reason]]
"""What a rule has against a command from outside. Raises CommandError for unknown ids."""
Enrichment = Callable[[Any, Look], Any]
"""The command with what its decision needs to know of other streams."""
Reaction = Callable[[Any, EventId], Iterable[Any]]
"""The commands that follow from an event, on other streams, in the same commit."""


@frozen
class Rules:
    """What spans aggregates, by the type of command or event.

    ``needs`` names the streams that policies and enrichments of a command will look at, so that
    they are read together with its own.
    """

    policies: Mapping[type[Any], tuple[Policy, ...]]
    enrichments: Mapping[type[Any], Enrichment]
    needs: Mapping[type[Any], Callable[[Any], Sequence[StreamId]]]
    reactions: Mapping[type[Any], tuple[Reaction, ...]]


class States:
    """The newest states by stream; the one that was not used for longest goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept = OrderedDict[StreamId, tuple[int, Any]]()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, stream: StreamId) -> tuple[int, Any] | None:
        found = self._kept.get(stream)
        if found is not None:
            self._kept.move_to_end(stream)
        return found

    def put(self, stream: StreamId, state: tuple[int, Any]) -> None:
        self._kept[stream] = state
        self._kept.move_to_end(stream)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()

    def drop(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._kept.pop(StreamId(stream), None)


@mutable
class Work:
    """One commit in the making: the states as read and as they become, and the entries."""

    log: EventLog
    cache: States
    by_command: Mapping[type[Any], Aggregate]
    by_kind: Mapping[str, Aggregate]
    reactions: Mapping[type[Any], tuple[Reaction, ...]]
    states: dict[StreamId, tuple[int, Any]] = field(factory=dict[StreamId, tuple[int, Any]])
    seen: dict[StreamId, int] = field(factory=dict[StreamId, int])
    entries: list[Entry] = field(factory=list[Entry])
    handled: dict[CommandId, Handled] = field(factory=dict[CommandId, Handled])
    _before: dict[StreamId, tuple[int, Any]] = field(factory=dict[StreamId, tuple[int, Any]])

    def begin(self) -> None:
        """From here on `undo` goes back to."""
        self._before = {}

    def undo(self, start: int) -> None:
        """Forget the entries from *start* on and what they made of the states."""
        del self.entries[start:]
        self.states.update(self._before)

    def look(self, stream: StreamId) -> Any:
        """The state of *stream* in this commit so far."""
        if stream not in self.states:
            self.load((stream,))
        return self.states[stream][1]

    def load(self, streams: Iterable[StreamId]) -> None:
        """Have the states of *streams* at hand, read in one go."""
        missing: list[StreamId] = []
        for stream in dict.fromkeys(streams):
            if stream in self.states:
                continue
            found = self.cache.get(stream)
            if found is None:
                missing.append(stream)
            else:
                self.states[stream] = found
                self.seen[stream] = found[0]
        if missing:
            self._read(missing)

    def _read(self, streams: list[StreamId]) -> None:
        folded = fold_all(
            self.by_kind,
            streams,
            self.log.read(streams[0]) if len(streams) == 1 else self.log.read_many(streams),
        )
        for stream, state in folded.items():
            self.states[stream] = state
            self.seen[stream] = state[0]
            self.cache.put(stream, state)

    def decide(self, wave: list[tuple[Any, Meta]]) -> list[tuple[Any, Meta]]:
        """Decide every command of *wave*, and return those that follow by reaction."""
        after: list[tuple[Any, Meta]] = []
        for command, meta in wave:
            aggregate = self.by_command[type(command)]
            stream = aggregate.stream_of(command)
            version, state = self.states[stream]
            events: tuple[Event, ...] = aggregate.decide(state, command)
            if not events:
                continue
            self._before.setdefault(stream, (version, state))
            for event in events:
                version += 1
                state = aggregate.evolve(state, event)
                self.entries.append(Entry(stream, version, event, meta))
                reacting = self.reactions.get(type(event))
                if reacting:
                    after.extend(_following(reacting, event, event_id(stream, version), meta))
            self.states[stream] = (version, state)
        return after


def _following(
    reacting: tuple[Reaction, ...], event: Event, cause: EventId, meta: Meta
) -> Iterator[tuple[Any, Meta]]:
    because = Meta(meta.actor, meta.recorded_at, meta.command_id, meta.correlation, cause)
    for react in reacting:
        for command in react(event, cause):
            yield command, because


def fold_all(
    by_kind: Mapping[str, Aggregate], streams: Iterable[StreamId], events: Iterable[Recorded]
) -> dict[StreamId, tuple[int, Any]]:
    """Version and state of each stream; *events* come stream by stream, oldest first."""
    states: dict[StreamId, tuple[int, Any]] = {
        stream: (0, by_kind[stream.partition("-")[0]].initial) for stream in streams
    }
    current: StreamId | None = None
    version, state, evolve = 0, None, _nothing
    for recorded in events:
        if recorded[0] != current:
            if current is not None:
                states[current] = (version, state)
            current = recorded[0]
            state, evolve = states[current][1], by_kind[current.partition("-")[0]].evolve
        state = evolve(state, recorded[4])
        version = recorded[1]
    if current is not None:
        states[current] = (version, state)
    return states


def _nothing(state: Any, _event: Any) -> Any:
    return state
