"""What the core asks of the world. Every port has one contract suite, in ``tests/contracts``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, tzinfo
from typing import NamedTuple, Protocol

from attrs import frozen

from cvsec_core.ids import CommandId, CredentialId, DeviceId, StreamId
from cvsec_core.recorded import Event, Meta, Recorded
from cvsec_core.rows import Group, Views

Clock = Callable[[], datetime]
"""The time now, UTC."""

Zones = Callable[[str], tzinfo]
"""The time zone of an IANA name. Raises KeyError for a name that there is not."""


Name = tuple[str, str]
"""What somebody or something is known by outside: a kind (number, card, email, id-number) and the
value, normalised by who asks."""


class Pseudonyms(Protocol):
    """Ids that tell nothing, of the people and credentials that are known by names."""

    def known(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of those *names* that have one.

        Raises:
            CommandError: they cannot be had.
        """
        ...

    def named(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names*, made where they are missing; none of who was forgotten.

        Raises:
            CommandError: they cannot be had or made.
        """
        ...

    def renamed(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names*, made where they are missing; who was forgotten begins anew.

        Raises:
            CommandError: they cannot be had or made.
        """
        ...

    def shared(self, id_: str, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names*, once those that mean nobody mean *id_* too; none where its
        bearer was forgotten.

        Raises:
            CommandError: they cannot be had or made.
        """
        ...

    def secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose of the site, the same for ever, made at first use.

        Raises:
            CommandError: they cannot be had or made.
        """
        ...


class Entry(NamedTuple):
    """An event that is about to be appended, with the version it will have."""

    stream: StreamId
    version: int
    event: Event
    meta: Meta


@frozen
class Handled:
    """Which entries of a commit answer a command: ``entries[start:stop]``."""

    command_id: CommandId
    start: int
    stop: int


class LogReader(Protocol):
    """A log as a view reads it."""

    def read_all(self, after: int, limit: int) -> Sequence[Recorded]:
        """At most *limit* events whose position is above *after*, in order."""
        ...

    def head(self) -> int:
        """The newest position; 0 where the log is empty."""
        ...


class EventLog(LogReader, Protocol):
    """All events of a site, in the order in which they were committed. Positions begin at 1, only
    grow, and are never used twice; the versions of a stream begin at 1 and have no gaps.
    """

    def append(
        self,
        entries: Sequence[Entry],
        expected: Mapping[StreamId, int],
        handled: Sequence[Handled] = (),
    ) -> Sequence[Recorded]:
        """Store *entries* in one transaction, and return them as they stand.

        ``recorded_at`` is raised to that of the newest event in the log where it is older.

        Args:
            expected: the version of each stream that was read, written to or not (0: no events).
            handled: the command ids that these entries answer.

        Raises:
            StreamMovedError: a stream is not at its expected version, or a command id has been
                answered before; nothing was stored.
            LogUnavailableError: the storage cannot be written; nothing was stored.
            ValueError: the batch contradicts itself, as with a gap in the versions of a stream.
        """
        ...

    def read(self, stream: StreamId, after: int = 0) -> Sequence[Recorded]:
        """The events of *stream* whose version is above *after*, oldest first."""
        ...

    def read_many(self, streams: Sequence[StreamId]) -> Sequence[Recorded]:
        """The events of several streams: each stream's own together, oldest first."""
        ...

    def streams_after(self, position: int) -> Sequence[StreamId]:
        """The streams written to above *position*, each once."""
        ...

    def wait(self, after: int, timeout: float) -> int:
        """The head, as soon as it is above *after* or when *timeout* seconds have passed."""
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the log's write lock: until the end nobody else appends. Re-entrant by `append`."""
        ...

    def answered(self, command_id: CommandId) -> Sequence[Recorded] | None:
        """The events that *command_id* led to, or None where it is not known."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class ViewStore(Views, Protocol):
    """Views together with what keeps them up to date. One file a group, each with its position."""

    def position(self, group: Group) -> int:
        """The log position that the group's rows stand at."""
        ...

    def follow(self, group: Group, log: LogReader, upto: int) -> int:
        """Project the log up to *upto* at least, page by page, and return the new position.

        Rows and position change in one transaction a page. Where another process or thread is
        at it, this one waits for it. A store that cannot be written answers with the position
        that it has.
        """
        ...

    def rebuild(self, group: Group, log: EventLog, progress: Callable[[int, int], None]) -> None:
        """Make the group's rows again from the whole log, beside those in use, then switch.

        Args:
            progress: called with the position reached and the head.

        Raises:
            RebuildRunningError: another rebuild of the group is at work.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class Vault(Pseudonyms, Protocol):
    """The keys of those of whom the log tells something personal, one each; and their pseudonyms.

    A *subject* is a pseudonym or a stream's name. Destroying its key is how the site forgets it,
    and its names with it.
    """

    def key(self, subject: str) -> bytes:
        """The 32 bytes of the subject's key; made at first use, and durable before they are told.

        Raises:
            CommandError: the key was destroyed, or the vault cannot be used.
        """
        ...

    def keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """The keys of all *subjects*, made where they are missing; none of who is destroyed.

        Raises:
            CommandError: the vault cannot be used.
        """
        ...

    def find(self, subject: str) -> bytes | None:
        """The subject's key, or None where it was not made or is destroyed."""
        ...

    def found(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """The keys of those *subjects* that have one."""
        ...

    def destroy(self, *subjects: str) -> None:
        """Destroy the keys of *subjects*, if there are any, and never make them others.

        Raises:
            CommandError: the vault cannot be written.
        """
        ...

    def truncate(self, *, patient: bool = True) -> bool:
        """Leave nothing of destroyed keys in any file; False where somebody reads one just now.

        Args:
            patient: wait for those who read.

        Raises:
            CommandError: the vault cannot be written.
        """
        ...

    def destroyed(self, subject: str) -> bool:
        """Whether the subject's key was destroyed."""
        ...

    def names_of(self, subject: str) -> int:
        """How many names lead to the subject."""
        ...

    def rotate(self, master: bytes) -> None:
        """Wrap every key under another master key of 32 bytes, all or none.

        Raises:
            CommandError: the vault cannot be written.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class ShownCode(Protocol):
    """A dynamic code that was shown, as whoever can tell its signature has read it."""

    @property
    def credential(self) -> CredentialId:
        """Whose code it is."""
        ...

    @property
    def code(self) -> str:
        """The name of this one code."""
        ...

    @property
    def fresh(self) -> bool:
        """Whether its time is now."""
        ...


class Presence(Protocol):
    """When a device was last heard of. Not history: it may be lost at any time."""

    def heard(self, device: DeviceId, at: datetime) -> None:
        """The device made itself heard at *at*."""
        ...

    def last_heard(self, device: DeviceId) -> datetime | None:
        """When the device was last heard of here, or None."""
        ...
