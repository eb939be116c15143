"""Events are stored under our names, and every one comes back as it was."""

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings, strategies as st

from cvsec_adapters.storage.codec import Codec, _variants, is_plain, stored_name
from cvsec_adapters.storage.errors import DamagedEventError, UnknownEventError, UpcastError
from cvsec_adapters.storage.upcasts import Upcast
from cvsec_core import catalogue
from cvsec_core.errors import Reason
from cvsec_core.recorded import Meta, Recorded
from tests.adapters.storage_toys import (
    CODEC,
    EVENTS,
    NOON,
    BeadAdded,
    BeadLost,
    BeadRefused,
    StringCut,
    TooLong,
    WrongColours,
    bead,
    entries,
    meta,
)

MOMENTS = st.datetimes(timezones=st.just(UTC))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)  # JSON has no others
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(float, NUMBERS)
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
st.register_type_strategy(
    Reason, st.deferred(lambda: st.one_of([st.from_type(reason) for reason in _variants(Reason)]))
)


def stored(event: Any, of: Meta, codec: Codec = CODEC) -> tuple[str, bytes]:
    name, body = codec.encode(event)
    ((_, tail),) = codec.stamped(entries("s", 1, [event], of), None)
    return name, body + tail


def restored(name: str, state: bytes, codec: Codec = CODEC) -> Recorded:
    (recorded,) = codec.decode([(1, "s", 1, name, state)])
    return recorded


@given(st.one_of([st.from_type(event) for event in EVENTS]), st.from_type(Meta))
def test_what_is_stored_is_read_back(event: Any, of: Meta):
    recorded = restored(*stored(event, of))
    assert recorded == Recorded("s", 1, 1, of, event)
    assert type(recorded.event) is type(event)


def test_the_stored_name_is_the_class_in_kebab_case_and_a_number():
    @frozen
    class ONVIFDoorMode2Set:
        at: datetime

    assert stored_name(BeadAdded) == "bead-added.1"
    assert stored_name(BeadAdded, {BeadAdded: 3}) == "bead-added.3"
    assert stored_name(ONVIFDoorMode2Set) == "onvif-door-mode2-set.1"


def test_the_bytes_are_the_event_a_line_feed_and_its_meta():
    name, state = stored(bead(1), meta(1, command_id="c"))
    assert name == "bead-added.1"
    assert state == (
        b'{"at":"2026-11-23T12:00:01Z","bead":"bead-00001","colour":"red","size":1}\n'
        b'{"actor":"guard","causation":null,"command_id":"c","correlation":null,'
        b'"recorded_at":"2026-11-23T12:00:01Z"}'
    )


def test_reasons_are_told_apart_by_their_code_and_sets_are_sorted():
    refused = BeadRefused(
        "b", (TooLong(3), WrongColours(frozenset({"red", "blue", "grey"}), NOON)), NOON
    )
    assert CODEC.encode(refused)[1] == (
        b'{"at":"2026-11-23T12:00:00Z","bead":"b","first":null,"reasons":['
        b'{"beads":3,"code":"toy-too-long"},{"code":"toy-wrong-colours",'
        b'"colours":["blue","grey","red"],"since":"2026-11-23T12:00:00Z"}]}'
    )
    assert not is_plain(BeadRefused)
    assert is_plain(BeadAdded)


def test_members_of_a_union_are_told_apart():
    @frozen
    class Round:
        radius: int

    @frozen
    class Square:
        radius: int

    @frozen
    class Cut:
        shape: Round | Square | None
        shapes: tuple[Round | Square, ...]
        at: datetime

    codec = Codec([Cut])
    event = Cut(Square(1), (Round(2), Square(2)), NOON)
    assert restored(*stored(event, meta(), codec), codec).event == event
    assert restored(*stored(Cut(None, (), NOON), meta(), codec), codec).event == Cut(None, (), NOON)


def test_one_meta_of_a_commit_is_encoded_and_decoded_once():
    batch = entries("s", 1, [bead(1), bead(2)])
    (first, _), (second, _) = CODEC.stamped(batch, None)
    assert first is second is batch[0].meta
    states = [
        (n, "s", n, name, body + tail)
        for n, ((name, body), (_, tail)) in enumerate(
            zip([CODEC.encode(e.event) for e in batch], CODEC.stamped(batch, None), strict=True)
        )
    ]
    one, other = CODEC.decode(states)
    assert one.meta is other.meta


def test_an_event_of_a_newer_version_is_named():
    with pytest.raises(UnknownEventError, match=r"bead-melted\.1.*newer version"):
        restored("bead-melted.1", b"{}\n" + stored(bead(1), meta())[1].partition(b"\n")[2])


def test_a_reason_of_a_newer_version_is_named():
    name, state = stored(BeadRefused("b", (TooLong(3),), NOON), meta())
    with pytest.raises(UnknownEventError, match="toy-too-new"):
        restored(name, state.replace(b"toy-too-long", b"toy-too-new"))


def test_an_event_that_was_not_registered_is_not_stored():
    with pytest.raises(UnknownEventError, match="Meta"):
        CODEC.encode(meta())


@pytest.mark.parametrize("state", [b"", b"{}\n{}", b"[1]\n", b"\xff\n{}"])
@pytest.mark.parametrize("name", ["bead-added.1", "bead-refused.1"])
def test_an_event_that_cannot_be_read_is_named(name: str, state: bytes):
    with pytest.raises(DamagedEventError, match=name):
        restored(name, state)


def test_a_codec_crosses_to_another_process():
    again = pickle.loads(pickle.dumps(CODEC))  # noqa: S301  # our own bytes
    assert again.events == EVENTS
    assert restored(*stored(bead(1), meta(), again), again).event == bead(1)


def test_two_events_cannot_have_one_name():
    def another() -> type:
        @frozen
        class BeadAdded:
            at: datetime

        return BeadAdded

    with pytest.raises(ValueError, match="same stored name"):
        Codec([BeadAdded, another()])


# Upcasts.
def sized(shape: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "size": 7}


def renamed(shape: dict[str, Any]) -> dict[str, Any]:
    return {"bead": shape["pearl"], "colour": shape["colour"], "at": shape["at"]}


PEARL = Upcast("pearl-added.1", "bead-added.1", renamed)
FIRST = Upcast("bead-added.1", "bead-added.2", sized)


def test_an_old_shape_is_brought_up_to_date_step_by_step():
    codec = Codec(EVENTS, [PEARL, FIRST], {BeadAdded: 2})
    old = b'{"pearl":"p","colour":"red","at":"2026-11-23T12:00:00Z"}'
    state = old + stored(bead(1), meta())[1].partition(b"}")[2]
    assert restored("pearl-added.1", state, codec).event == BeadAdded("p", "red", NOON, 7)
    assert codec.encode(bead(1))[0] == "bead-added.2"
    assert codec.names({BeadAdded}) == {"bead-added.2", "bead-added.1", "pearl-added.1"}
    assert codec.names({StringCut, int}) == {"string-cut.1"}


@pytest.mark.parametrize(
    ("upcasts", "schema", "told"),
    [
        ([], {BeadAdded: 2}, r"no upcast leads from bead-added\.1"),
        ([FIRST], {BeadAdded: 3}, r"end at bead-added\.2"),
        ([FIRST, FIRST], {BeadAdded: 2}, "same source"),
        ([FIRST], {}, r"bead-added\.1 is current"),
        ([evolve(PEARL, target="pearl-added.2")], {}, r"end at pearl-added\.2"),
        (
            [
                evolve(PEARL, target="pearl-added.2"),
                Upcast("pearl-added.2", "pearl-added.1", sized),
            ],
            {},
            r"come back to pearl-added\.1",
        ),
    ],
    ids=["missing", "missing link", "twice", "of a current shape", "dead end", "circle"],
)
def test_upcasts_that_do_not_fit_together_are_found_at_the_start(
    upcasts: list[Upcast], schema: dict[type, int], told: str
):
    with pytest.raises(UpcastError, match=told):
        Codec([BeadAdded, BeadLost], upcasts, schema)


# The real events.
REAL = Codec(catalogue.EVENTS)


@pytest.mark.parametrize("event", catalogue.EVENTS, ids=lambda event: event.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_every_event_there_is_comes_back_as_it_was(event: type, data: st.DataObject):
    made, of = data.draw(st.from_type(event)), data.draw(st.from_type(Meta))
    assert restored(*stored(made, of, REAL), REAL) == Recorded("s", 1, 1, of, made)
