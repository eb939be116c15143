"""How commands become events: policies, decide, react, append; all of it in one commit.

The first attempt is optimistic. Where somebody else wrote meanwhile, the second one reads, decides
and appends under the log's write lock, so that it cannot fail for the same cause.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import RLock
from typing import Any, Protocol

from attrs import evolve as changed, field, frozen, mutable

from cvsec_core.errors import (
    ActorMismatchError,
    CommandError,
    Reason,
    Refusal,
    RefusedError,
    StreamMovedError,
)
from cvsec_core.ids import CommandId, EventId, StreamId
from cvsec_core.ports import Clock, Entry, EventLog, Handled
from cvsec_core.recorded import Event, Meta, Recorded, event_id
from cvsec_core.values import invalid

SYSTEM = "system"
"""The actor of what the system does by itself: deadlines and device drivers."""


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


@frozen
class Asked:
    """A command as somebody asked it. ``actor`` is the authenticated principal; None: the author
    that the command names, else the system itself.
    """

    command: Any
    id: CommandId | None = None
    actor: str | None = None
    correlation: str | None = None


@frozen
class Answer:
    """What a command led to: all its events, those of reactions included.

    ``position`` is the log's position after it, to read one's own writes from another node.
    """

    events: tuple[Recorded, ...]
    position: int
    error: CommandError | None = None

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The events that say no."""
        return tuple(r.event for r in self.events if isinstance(r.event, Refusal))

    def or_raise(self) -> "Answer":
        """The answer itself.

        Raises:
            CommandError: the command ought not to have been sent.
            RefusedError: it was refused.
        """
        if self.error is not None:
            raise self.error
        if self.refusals:
            raise RefusedError(tuple(reason for r in self.refusals for reason in r.reasons))
        return self


class Handler:
    """Handles commands on one log. Safe to call from several threads."""

    def __init__(
        self,
        log: EventLog,
        aggregates: Iterable[Aggregate],
        rules: Rules,
        clock: Clock,
        *,
        cached: int = 50_000,
    ) -> None:
        """Handle commands of *aggregates* under *rules*; keep the states of *cached* streams."""
        aggregates = tuple(aggregates)
        self._log, self._rules, self._clock = log, rules, clock
        self._by_command = {command: a for a in aggregates for command in a.commands}
        self._by_kind = {a.kind: a for a in aggregates}
        self._cache = _States(cached)
        self._at = 0
        self._lock = RLock()

    def handle(self, asked: Sequence[Asked]) -> tuple[Answer, ...]:
        """The answer to each, all of them in one commit; a refusal does not undo its neighbours.

        A command id that was answered before is answered as the first time; one that stored
        nothing is decided again.
        """
        with self._lock:
            try:
                return self._attempt(asked)
            except StreamMovedError as moved:
                self._cache.drop(moved.streams)
            with self._log.exclusive():
                return self._attempt(asked)

    def state(self, stream: StreamId) -> Any:
        """The state of *stream* now."""
        with self._lock:
            self._follow()
            return _Work(self).look(stream)

    def _attempt(self, asked: Sequence[Asked]) -> tuple[Answer, ...]:
        self._follow()
        work = _Work(self)
        work.load(
            stream
            for item in asked
            for stream in (*self._needs(item.command), self._stream_of(item.command))
        )
        decided = [self._decide(item, work) for item in asked]
        recorded = self._append(work) if work.entries else ()
        head = recorded[-1].position if recorded else self._at
        return tuple(
            Answer(tuple(recorded[d.start : d.stop]) if d.known is None else d.known, head, d.error)
            for d in decided
        )

    def _follow(self) -> None:
        """The cache follows the log: what others wrote is forgotten, so no answer is stale."""
        head = self._log.head()
        if head != self._at:
            if self._cache:
                self._cache.drop(self._log.streams_after(self._at))
            self._at = head

    def _needs(self, command: Any) -> Sequence[StreamId]:
        needs = self._rules.needs.get(command.__class__)
        return needs(command) if needs else ()

    def _stream_of(self, command: Any) -> StreamId:
        return self._by_command[type(command)].stream_of(command)

    def _decide(self, item: Asked, work: "_Work") -> "_Decided":
        start = len(work.entries)
        if item.id is not None:
            asked_twice = work.handled.get(item.id)
            if asked_twice is not None:
                return _Decided(asked_twice.start, asked_twice.stop)
            known = self._log.answered(item.id)
            if known is not None:
                return _Decided(start, start, known=tuple(known))
        work.begin()
        try:
            self._run(item, work)
        except CommandError as error:
            work.undo(start)
            return _Decided(start, start, error=error)
        stop = len(work.entries)
        if item.id is not None and stop > start:
            work.handled[item.id] = Handled(item.id, start, stop)
        return _Decided(start, stop)

    def _run(self, item: Asked, work: "_Work") -> None:
        actor = _actor(item)
        meta = Meta(actor, self._clock(), item.id, item.correlation or item.id)
        _require_zoned(item.command)
        command = self._prepared(item.command, work)
        wave = work.decide([(command, meta)])
        while wave:
            work.load(self._stream_of(command) for command, _ in wave)
            wave = work.decide(
                [(self._enriched(command, work), because) for command, because in wave]
            )

    def _prepared(self, command: Any, work: "_Work") -> Any:
        """The command with what other streams say, and with all that policies have against it."""
        command = self._enriched(command, work)
        policies = self._rules.policies.get(command.__class__, ())
        objections = tuple(reason for policy in policies for reason in policy(command, work.look))
        return changed(command, objections=objections) if objections else command

    def _enriched(self, command: Any, work: "_Work") -> Any:
        enrich = self._rules.enrichments.get(command.__class__)
        return enrich(command, work.look) if enrich else command

    def _append(self, work: "_Work") -> Sequence[Recorded]:
        recorded = self._log.append(work.entries, work.seen, tuple(work.handled.values()))
        if recorded[0].position == self._at + 1:
            self._at = recorded[-1].position
        for stream in {entry.stream for entry in work.entries}:
            self._cache.put(stream, work.states[stream])
        return recorded


def _require_zoned(command: Any) -> None:
    """A moment without a zone could be any of many."""
    for name in ("at", "received_at"):
        moment = getattr(command, name, None)
        if moment is not None and moment.tzinfo is None:
            invalid(name, moment.isoformat(), "a moment with its zone", "un momento con su zona")


def _actor(item: Asked) -> str:
    """The authenticated principal. Nobody acts under another's name, or under none."""
    by: str | None = getattr(item.command, "by", None)
    if by is not None and not by.strip():
        invalid("by", by, "the name of who asks", "el nombre de quien lo pide")
    if item.actor is not None and by is not None and by != item.actor:
        raise ActorMismatchError(item.actor, by)
    return item.actor or by or SYSTEM


@frozen
class _Decided:
    """Which entries a command led to, or what was known or wrong."""

    start: int
    stop: int
    known: tuple[Recorded, ...] | None = None
    error: CommandError | None = None


class _States:
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

    def drop(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._kept.pop(StreamId(stream), None)


@mutable
class _Work:
    """One commit in the making: the states as read and as they become, and the entries."""

    handler: Handler
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
        cache = self.handler._cache  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # its other half
        missing: list[StreamId] = []
        for stream in dict.fromkeys(streams):
            if stream in self.states:
                continue
            found = cache.get(stream)
            if found is None:
                missing.append(stream)
            else:
                self.states[stream] = found
                self.seen[stream] = found[0]
        if missing:
            self._read(missing)

    def _read(self, streams: list[StreamId]) -> None:
        handler = self.handler
        log = handler._log  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # its other half
        folded = fold_all(
            handler._by_kind,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # its other half
            streams,
            log.read(streams[0]) if len(streams) == 1 else log.read_many(streams),
        )
        for stream, state in folded.items():
            self.states[stream] = state
            self.seen[stream] = state[0]
            handler._cache.put(stream, state)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # its other half

    def decide(self, wave: list[tuple[Any, Meta]]) -> list[tuple[Any, Meta]]:
        """Decide every command of *wave*, and return those that follow by reaction."""
        handler = self.handler
        by_command = handler._by_command  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # its other half
        reactions = handler._rules.reactions  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # its other half
        after: list[tuple[Any, Meta]] = []
        for command, meta in wave:
            aggregate = by_command[type(command)]
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
                reacting = reactions.get(type(event))
                if reacting:
                    cause = event_id(stream, version)
                    because = Meta(
                        meta.actor, meta.recorded_at, meta.command_id, meta.correlation, cause
                    )
                    after.extend(
                        (follows, because) for react in reacting for follows in react(event, cause)
                    )
            self.states[stream] = (version, state)
        return after


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
