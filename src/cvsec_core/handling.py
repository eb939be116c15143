"""How commands become events: policies, decide, react, append; all of it in one commit.

The first attempt is optimistic. Where somebody else wrote meanwhile, the second one reads, decides
and appends under the log's write lock, so that it cannot fail for the same cause.
"""

import gc
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from attrs import evolve as changed, frozen

from cvsec_core.aggregates import person
from cvsec_core.commit import Aggregate, Rules, States, Work
from cvsec_core.errors import (
    ActorMismatchError,
    CommandError,
    CommandIdReusedError,
    Refusal,
    RefusedError,
    StreamMovedError,
)
from cvsec_core.ids import CommandId, StreamId
from cvsec_core.ports import Clock, EventLog, Handled
from cvsec_core.recorded import Meta, Recorded
from cvsec_core.values import invalid

AHEAD = timedelta(minutes=1)
"""So far a person's clock may run ahead of the site's."""
MOMENTS = ("at", "received_at", "until", "start", "end", "valid_from", "valid_until")
"""The fields of commands that hold a moment."""
_PEOPLE = f"{person.KIND}-"
SYSTEM = "system"
"""The actor of what the system does by itself: deadlines and device drivers."""


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
        self._cache = States(cached)
        self._at = 0
        self._lock = RLock()

    def handle(self, asked: Sequence[Asked], *, whole: bool = False) -> tuple[Answer, ...]:
        """The answer to each, all of them in one commit; a refusal does not undo its neighbours.

        A command id that was answered before is answered as the first time; one that stored
        nothing is decided again.

        Args:
            asked: the commands.
            whole: an error of one leaves nothing of all of them; the others are answered by
                nothing.
        """
        with self._lock, uncollected():
            try:
                return self._attempt(asked, whole=whole)
            except StreamMovedError as moved:
                self._cache.drop(moved.streams)
            try:
                with self._log.exclusive():
                    return self._attempt(asked, whole=whole)
            except BaseException:
                self._forget()  # what was decided may not have been stored after all
                raise

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody decides or appends meanwhile but this thread, and its commands are one commit, so
        that what it asks for still holds when it is done.
        """
        with self._lock:
            try:
                with self._log.exclusive():
                    yield
            except BaseException:
                self._forget()  # what was decided may not have been stored after all
                raise

    def state(self, stream: StreamId) -> Any:
        """The state of *stream* now."""
        with self._lock:
            self._follow()
            return self._work().look(stream)

    def _attempt(self, asked: Sequence[Asked], *, whole: bool) -> tuple[Answer, ...]:
        self._follow()
        work = self._work()
        work.load(
            stream
            for item in asked
            for stream in (*self._needs(item.command), self._stream_of(item.command))
        )
        decided = [self._decide(item, work) for item in asked]
        if whole and any(d.error for d in decided):
            return tuple(Answer((), self._at, d.error) for d in decided)
        recorded = self._append(work) if work.entries else ()
        head = recorded[-1].position if recorded else self._at
        return tuple(
            Answer(tuple(recorded[d.start : d.stop]) if d.known is None else d.known, head, d.error)
            for d in decided
        )

    def _forget(self) -> None:
        self._cache.clear()
        self._at = 0

    def _work(self) -> Work:
        return Work(self._log, self._cache, self._by_command, self._by_kind, self._rules.reactions)

    def _follow(self) -> None:
        """The cache follows the log: what others wrote is forgotten, so no answer is stale."""
        head = self._log.head()
        if head != self._at:
            if self._cache:
                moved = self._log.streams_after(self._at)
                # Perhaps somebody was forgotten, and other states still tell of them.
                if any(stream.startswith(_PEOPLE) for stream in moved):
                    self._cache.clear()
                self._cache.drop(moved)
            self._at = head

    def _needs(self, command: Any) -> Sequence[StreamId]:
        needs = self._rules.needs.get(command.__class__)
        return needs(command) if needs else ()

    def _stream_of(self, command: Any) -> StreamId:
        return self._by_command[type(command)].stream_of(command)

    def _decide(self, item: Asked, work: Work) -> "_Decided":
        start = len(work.entries)
        try:
            return self._decide_anew(item, work, start)
        except CommandError as error:
            work.undo(start)
            return _Decided(start, start, error=error)

    def _decide_anew(self, item: Asked, work: Work, start: int) -> "_Decided":
        work.begin()
        actor = _actor(item)
        if item.id is not None:
            asked_twice = work.handled.get(item.id)
            if asked_twice is not None:
                self._require_same(item, work.entries[asked_twice.start].stream)
                return _Decided(asked_twice.start, asked_twice.stop)
            known = self._log.answered(item.id)
            if known is not None:
                self._require_same(item, known[0].stream)
                return _Decided(start, start, known=tuple(known))
        self._run(item, actor, work)
        stop = len(work.entries)
        if item.id is not None and stop > start:
            work.handled[item.id] = Handled(item.id, start, stop)
        return _Decided(start, stop)

    def _require_same(self, item: Asked, stream: StreamId) -> None:
        """Raise an error where the id has answered a command on another stream."""
        if stream != self._stream_of(item.command):
            raise CommandIdReusedError(str(item.id))

    def _run(self, item: Asked, actor: str, work: Work) -> None:
        meta = Meta(actor, self._clock(), item.id, item.correlation or item.id)
        _require_zoned(item.command)
        command = self._prepared(_not_ahead(item.command, meta.recorded_at), work)
        wave = work.decide([(command, meta)])
        while wave:
            work.load(self._stream_of(command) for command, _ in wave)
            wave = work.decide(
                [(self._enriched(command, work), because) for command, because in wave]
            )

    def _prepared(self, command: Any, work: Work) -> Any:
        """The command with what other streams say, and with all that policies have against it."""
        command = self._enriched(command, work)
        policies = self._rules.policies.get(command.__class__, ())
        objections = tuple(reason for policy in policies for reason in policy(command, work.look))
        return changed(command, objections=objections) if objections else command

    def _enriched(self, command: Any, work: Work) -> Any:
        enrich = self._rules.enrichments.get(command.__class__)
        return enrich(command, work.look) if enrich else command

    def _append(self, work: Work) -> Sequence[Recorded]:
        recorded = self._log.append(work.entries, work.seen, tuple(work.handled.values()))
        if recorded[0].position == self._at + 1:
            self._at = recorded[-1].position
        for stream in {entry.stream for entry in work.entries}:
            self._cache.put(stream, work.states[stream])
        if any(isinstance(entry.event, person.PersonForgotten) for entry in work.entries):
            self._cache.clear()  # other states may tell of them
        return recorded


@contextmanager
def uncollected() -> Generator[None]:
    """No garbage collection meanwhile. All that a commit makes is kept, so that looking for garbage
    among it finds none, and takes as long as the commit itself where it is a large one.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _require_zoned(command: Any) -> None:
    """A moment without a zone could be any of many."""
    for name in MOMENTS:
        moment = getattr(command, name, None)
        if moment is not None and moment.tzinfo is None:
            invalid(name, moment.isoformat(), "a moment with its zone", "un momento con su zona")


def _not_ahead(command: Any, now: datetime) -> Any:
    """What a person asks is asked now, whatever their clock says: a lockdown must not wait for a
    clock that runs ahead, nor an unlock be kept for it.
    """
    if getattr(command, "by", None) is None or command.at - now <= AHEAD:
        return command
    return changed(command, at=now)


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
