"""Old stored shapes brought up to date: pure functions from dict to dict, one a step."""

from collections.abc import Callable, Collection, Mapping
from functools import reduce
from typing import Any

from attrs import frozen

from cvsec_adapters.storage.errors import UpcastError

Shape = dict[str, Any]


@frozen
class Upcast:
    """One step: what was stored as *source* reads as *target* after *change*.

    Both are stored names with their number, as in ``alarm-raised.1``.
    """

    source: str
    target: str
    change: Callable[[Shape], Shape]


UPCASTS: tuple[Upcast, ...] = ()
"""Every step there is. Only ever appended to."""


@frozen
class Chain:
    """All the steps from an old name to a current one."""

    current: str
    steps: tuple[Callable[[Shape], Shape], ...]

    def apply(self, shape: Shape) -> Shape:
        """The shape as it would be stored today."""
        return reduce(lambda now, step: step(now), self.steps, shape)


def chains(upcasts: Collection[Upcast], current: Collection[str]) -> Mapping[str, Chain]:
    """The chain that begins at each old name.

    Raises:
        UpcastError: two steps begin at one name, a step changes a current shape, a chain ends
            at a name that is not current, goes round in a circle, or an old number has none.
    """
    steps = {upcast.source: upcast for upcast in upcasts}
    if len(steps) < len(upcasts):
        raise UpcastError("two upcasts have the same source")
    if changed := sorted(steps.keys() & set(current)):
        raise UpcastError(f"{changed[0]} is current and must not be upcast")
    found = {source: _chain(source, steps, current) for source in steps}
    for old in _older(current):
        if old not in found:
            raise UpcastError(f"no upcast leads from {old} to its newer shape")
    return found


def _chain(source: str, steps: Mapping[str, Upcast], current: Collection[str]) -> Chain:
    name, seen, changes = source, {source}, list[Callable[[Shape], Shape]]()
    while name not in current:
        if name not in steps:
            raise UpcastError(f"the upcasts from {source} end at {name}, which is not current")
        changes.append(steps[name].change)
        name = steps[name].target
        if name in seen:
            raise UpcastError(f"the upcasts from {source} come back to {name}")
        seen.add(name)
    return Chain(name, tuple(changes))


def _older(current: Collection[str]) -> list[str]:
    return [
        f"{stem}.{number}"
        for stem, _, last in (name.rpartition(".") for name in sorted(current))
        for number in range(1, int(last))
    ]
