"""An event log in memory, for tests and trials: everything is gone when the process ends."""

import threading
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from cvsec_adapters.storage import batches
from cvsec_adapters.storage.batches import Watcher
from cvsec_adapters.storage.codec import Codec
from cvsec_core.errors import StreamMovedError
from cvsec_core.ids import CommandId, StreamId
from cvsec_core.ports import Entry, Handled
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Group


class MemoryLog:
    """An `EventLog` over lists.

    Events pass through the codec, so that none is kept here which a database could not keep.
    """

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._recorder = POPOApplicationRecorder()
        self._written = threading.Condition(threading.RLock())
        self._versions: dict[StreamId, int] = {}
        self._positions: dict[StreamId, list[int]] = {}
        self._commands: dict[CommandId, tuple[int, int]] = {}
        self._newest: datetime | None = None
        self._generations: dict[Group, int] = {}
        self._watchers: list[Watcher] = []

    def append(
        self,
        entries: Sequence[Entry],
        expected: Mapping[StreamId, int],
        handled: Sequence[Handled] = (),
    ) -> Sequence[Recorded]:
        """Store *entries*; see `cvsec_core.ports.EventLog`."""
        batches.check(entries, expected, handled)
        bodies = self._codec.sealed(entries)
        with self._written:
            self._refuse(entries, expected, handled)
            head = self.head()
            stamps = list(self._codec.stamped(entries, self._newest))
            self._recorder.insert_events(
                [
                    StoredEvent(entry.stream, entry.version, name, body + stamp + seal)
                    for entry, (name, body, seal), (_, stamp) in zip(
                        entries, bodies, stamps, strict=True
                    )
                ]
            )
            recorded = [
                Recorded(entry.stream, entry.version, position, meta, entry.event)
                for position, (entry, (meta, _)) in enumerate(
                    zip(entries, stamps, strict=True), head + 1
                )
            ]
            self._note(recorded, handled, head)
            self._written.notify_all()
        for watcher in self._watchers if recorded else ():
            watcher(recorded)
        return recorded

    def watch(self, watcher: Watcher) -> None:
        """Have *watcher* told of what is appended."""
        self._watchers.append(watcher)

    def read(self, stream: StreamId, after: int = 0) -> Sequence[Recorded]:
        """The events of *stream* whose version is above *after*, oldest first."""
        with self._written:
            positions = self._positions.get(stream, [])[after:]
            return self._at(positions)

    def read_many(self, streams: Sequence[StreamId]) -> Sequence[Recorded]:
        """The events of several streams: each stream's own together, oldest first."""
        with self._written:
            return [recorded for stream in dict.fromkeys(streams) for recorded in self.read(stream)]

    def read_all(self, after: int, limit: int) -> Sequence[Recorded]:
        """At most *limit* events whose position is above *after*, in order."""
        found = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        return self._decoded(found)

    def streams_after(self, position: int) -> Sequence[StreamId]:
        """The streams written to above *position*, each once."""
        return list(dict.fromkeys(r.stream for r in self.read_all(position, self.head())))

    def head(self) -> int:
        """The newest position; 0 where the log is empty."""
        return self._recorder.max_notification_id() or 0

    def wait(self, after: int, timeout: float) -> int:
        """The head, as soon as it is above *after* or when *timeout* seconds have passed."""
        deadline = time.monotonic() + timeout
        with self._written:
            while (head := self.head()) <= after and (left := deadline - time.monotonic()) > 0:
                self._written.wait(left)
            return head

    @contextmanager
    def exclusive(self) -> Generator[None]:
        """Hold the write lock: until the end no other thread appends."""
        with self._written:
            yield

    def answered(self, command_id: CommandId) -> Sequence[Recorded] | None:
        """The events that *command_id* led to, or None where it is not known."""
        if command_id not in self._commands:
            return None
        first, last = self._commands[command_id]
        return self.read_all(first - 1, last - first + 1)

    def generation(self, group: Group) -> int:
        """Which generation of the group's views is the live one."""
        return self._generations.get(group, 1)

    def set_generation(self, group: Group, generation: int) -> None:
        """Make another generation of the group's views the live one."""
        self._generations[group] = generation

    def truncate(self) -> bool:
        """Nothing that was overwritten is kept."""
        return True

    def close(self) -> None:
        """Nothing to release."""

    def _refuse(
        self, entries: Sequence[Entry], expected: Mapping[StreamId, int], handled: Sequence[Handled]
    ) -> None:
        moved = tuple(s for s, version in expected.items() if self._versions.get(s, 0) != version)
        if moved:
            raise StreamMovedError(moved)
        if any(answer.command_id in self._commands for answer in handled):
            raise StreamMovedError(batches.written(entries))

    def _note(self, recorded: Sequence[Recorded], handled: Sequence[Handled], head: int) -> None:
        for stream, version, position, _, _ in recorded:
            self._versions[stream] = version
            self._positions.setdefault(stream, []).append(position)
        for answer in handled:
            if answer.start < answer.stop:
                self._commands[answer.command_id] = head + answer.start + 1, head + answer.stop
        if recorded:
            self._newest = recorded[-1].meta.recorded_at

    def _at(self, positions: Iterable[int]) -> list[Recorded]:
        return [
            recorded
            for p in positions
            for recorded in self._decoded(self._recorder.select_notifications(p, 1))
        ]

    def _decoded(self, found: Iterable[Notification]) -> list[Recorded]:
        return self._codec.decode(
            (n.id, str(n.originator_id), n.originator_version, n.topic, n.state) for n in found
        )
