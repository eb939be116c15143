"""What devices were told of rights and have not answered yet, and whom they know who must go.

This is remembered in memory only: where it is lost, the same is told again.
"""

from collections.abc import Sequence
from threading import Lock

from attrs import define, field

from cvsec_adapters.devices.zkpush import tables
from cvsec_adapters.devices.zkpush.commands import wire_id
from cvsec_core.ids import DeviceId
from cvsec_core.projections.device_rights import Chunk


@define
class _Open:
    """A chunk without an outcome. ``left`` are its steps without one, ``listing`` is the one that
    asks whom the device knows; ``found`` counts whom it named since, and ``clean`` says that nobody
    of them must go.
    """

    position: int
    left: set[int]
    listing: int | None
    found: int = 0
    clean: bool = True


@define
class Loading:
    """Safe to use from several threads."""

    _open: dict[DeviceId, _Open] = field(factory=dict[DeviceId, _Open])
    _doomed: dict[DeviceId, list[str]] = field(factory=dict[DeviceId, list[str]])
    _lock: Lock = field(factory=Lock)

    def handed_out(
        self, name: DeviceId, position: int, chunk: Chunk
    ) -> tuple[tuple[int, str], ...]:
        """The commands of *chunk*, by wire id; their outcomes are waited for from now on."""
        steps = tables.steps_of(chunk)
        listing = len(steps) - 1 if chunk.forgets else None
        with self._lock:
            self._open[name] = _Open(position, set(range(len(steps))), listing)
        return tuple((wire_id(position, step), command) for step, command in enumerate(steps))

    def named(self, name: DeviceId, pins: int, strangers: Sequence[str]) -> None:
        """The device has named *pins* people, of whom the *strangers* must go."""
        with self._lock:
            if (chunk := self._open.get(name)) is not None:
                chunk.found += pins
                chunk.clean = chunk.clean and not strangers
                self._doomed.setdefault(name, []).extend(strangers)

    def removals(self, name: DeviceId) -> tuple[tuple[int, str], ...]:
        """The commands, by wire id, that take away who must go. Whether they worked is seen
        when the device names everybody once more.
        """
        with self._lock:
            chunk, pins = self._open.get(name), self._doomed.pop(name, [])
        if chunk is None or chunk.listing is None:
            return ()
        told = (command for pin in dict.fromkeys(pins) for command in tables.removal(pin))
        steps = enumerate(told, chunk.listing + 1)
        return tuple((wire_id(chunk.position, step), command) for step, command in steps)

    def outcome(self, name: DeviceId, position: int, step: int, code: int) -> int | None:
        """The outcome of the whole chunk, where that of this step decides it."""
        with self._lock:
            chunk = self._open.get(name)
            if chunk is None or chunk.position != position or step not in chunk.left:
                return None
            if code >= 0 and step == chunk.listing and not (chunk.clean and chunk.found >= code):
                return None  # there is somebody to be taken away, or to be named yet
            chunk.left.discard(step)
            if code >= 0 and chunk.left:
                return None
            del self._open[name]
            return min(code, 0)

    def position(self, name: DeviceId) -> int | None:
        """The log position of the chunk that the device has not answered."""
        with self._lock:
            chunk = self._open.get(name)
            return chunk.position if chunk else None
