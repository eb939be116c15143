"""Every shape in which an event was ever stored: written once, never changed, only appended to.

``events.jsonl`` holds a line a shape: the stored name, the body and the meta as the codec of that
day wrote them, byte for byte. Run

    python -m tests.golden.stored_shapes

after adding an event (or a new shape of one): it appends a line for each stored name that has none.
A line that stands already is never written again; where today's code no longer reads it, an upcast
is missing.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import fields, frozen

from cvsec_adapters.storage.codec import Codec, stored_name
from cvsec_core.catalogue import EVENTS
from cvsec_core.ids import CommandId, EventId, StreamId
from cvsec_core.ports import Entry
from cvsec_core.recorded import Meta

FILE = Path(__file__).with_name("events.jsonl")
NOON = datetime(2026, 3, 2, 12, 30, 15, 250_000, tzinfo=UTC)
META = Meta("guard", NOON, CommandId("c-1"), "tour", EventId("device-lobby@1"))


@frozen
class Shape:
    """An event as it was stored."""

    name: str
    body: str
    meta: str


def kept() -> list[Shape]:
    """Every line of the file, oldest first."""
    return [Shape(**json.loads(line)) for line in FILE.read_text("utf-8").splitlines()]


def shape_of(event: Any) -> Shape:
    """How *event* is stored today."""
    codec = Codec(EVENTS)
    name, body = codec.encode(event)
    ((_, tail),) = codec.stamped([Entry(StreamId("any-thing"), 1, event, META)], None)
    return Shape(name, body.decode(), tail.removeprefix(b"\n").decode())


def example(kind: Any, name: str = "") -> Any:
    """A value of an annotated type in which every field has something to say."""
    origin, arguments = get_origin(kind), get_args(kind)
    kind = getattr(kind, "__supertype__", kind)
    plain = {
        str: f"{name} ñ", int: 7, float: 31.5, bool: True, bytes: b"7",
        datetime: NOON, date: NOON.date(),
    }  # fmt: skip
    if kind in plain:
        return plain[kind]
    if origin is Literal:
        return arguments[-1]
    if origin in (Union, UnionType):
        return example(next(a for a in arguments if a is not type(None)), name)
    if origin is tuple:
        return tuple(_some(arguments[0], name)) if arguments[-1] is Ellipsis else ()
    hints = get_type_hints(kind)
    return kind(**{f.name: example(hints[f.name], f.name) for f in fields(kind)})


def _some(kind: Any, name: str) -> Iterator[Any]:
    """One of each of its variants, so that every reason is kept too."""
    below = sorted(
        (s for s in _leaves(kind) if s.__module__.startswith("cvsec_core.")),
        key=lambda s: s.__name__,
    )
    yield from (example(variant, name) for variant in below or [kind])


def _leaves(kind: Any) -> list[Any]:
    subclasses = kind.__subclasses__() if isinstance(kind, type) else []
    return [s for s in subclasses if "__attrs_attrs__" in vars(s)]


def append_missing() -> list[str]:
    """Append a line for each stored name that has none; the names."""
    have = {shape.name for shape in kept()} if FILE.exists() else set()
    new = [shape_of(example(event)) for event in EVENTS if stored_name(event) not in have]
    with FILE.open("a", encoding="utf-8", newline="\n") as file:
        for shape in new:
            line = {"name": shape.name, "body": shape.body, "meta": shape.meta}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return [shape.name for shape in new]


if __name__ == "__main__":
    print("\n".join(append_missing()))  # noqa: T201  # it says what it wrote
