"""What was ever stored can be read, for ever."""

import pytest

from cvsec_adapters.storage.codec import Codec, stored_name
from cvsec_core.catalogue import EVENTS
from tests.golden.stored_shapes import META, Shape, kept

CODEC = Codec(EVENTS)
CURRENT = {stored_name(event) for event in EVENTS}


@pytest.mark.parametrize("shape", kept(), ids=lambda s: s.name)
def test_every_stored_shape_is_read(shape: Shape):
    state = f"{shape.body}\n{shape.meta}".encode()

    (recorded,) = CODEC.decode([(1, "any-thing", 1, shape.name, state)])

    assert recorded.meta == META
    if shape.name in CURRENT:
        assert CODEC.encode(recorded.event) == (shape.name, shape.body.encode())


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.__name__)
def test_every_event_has_its_stored_shape(event: type):
    """Where one is missing: ``python -m tests.golden.stored_shapes``, and commit the line."""
    assert stored_name(event) in {shape.name for shape in kept()}


def test_no_shape_is_kept_twice():
    names = [shape.name for shape in kept()]
    assert len(set(names)) == len(names)
