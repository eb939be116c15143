"""What is personal in an event stands sealed in the log, and goes when its key goes."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings, strategies as st

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.errors import DamagedEventError, KeyDestroyedError
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.memory_vault import MemoryVault
from cvsec_adapters.storage.sealing import personal_fields, subject_of
from cvsec_adapters.storage.upcasts import Upcast
from cvsec_core import catalogue
from cvsec_core.errors import Reason
from cvsec_core.ids import StreamId
from cvsec_core.values import personal
from tests.adapters.storage_toys import NOON, TooLong, append, entries, meta


@frozen
class Note:
    text: str
    tags: frozenset[str] = frozenset()


@frozen
class Told:
    person: str
    at: datetime
    note: Note | None = personal()
    phone: str | None = personal()


@frozen
class Overheard:
    who: str
    reasons: tuple[Reason, ...]
    at: datetime
    words: str | None = personal()

    @property
    def subject(self) -> str | None:
        return self.who or None


EVENTS = (Told, Overheard)
TOLD = Told("ps-1", NOON, Note("secret", frozenset({"b", "a"})), "555")
STREAM = StreamId("person-ps-1")


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def codec(vault: MemoryVault) -> Codec:
    return Codec(EVENTS, vault=vault)


def stored(codec: Codec, event: Any, stream: str = STREAM, version: int = 1) -> tuple[str, bytes]:
    batch = entries(stream, version, [event])
    ((name, body, seal),) = codec.sealed(batch)
    ((_, stamp),) = codec.stamped(batch, None)
    return name, body + stamp + seal


def restored(codec: Codec, name: str, state: bytes, stream: str = STREAM, version: int = 1) -> Any:
    (recorded,) = codec.decode([(1, stream, version, name, state)])
    assert recorded.meta == meta()
    return recorded.event


def test_personal_values_stand_apart_and_sealed(codec: Codec):
    name, state = stored(codec, TOLD)
    body, _, seal, end = state.split(b"\n")
    assert end == b""
    assert name == "told.1"
    assert body == b'{"at":"2026-11-23T12:00:00Z","note":null,"person":"ps-1","phone":null}'
    assert sorted(msgspec.json.decode(seal)) == ["ciphertext", "nonce", "subject"]
    assert msgspec.json.decode(seal)["subject"] == "ps-1"
    assert b"secret" not in state
    assert restored(codec, name, state) == TOLD


def test_no_two_seals_are_alike(codec: Codec):
    assert stored(codec, TOLD) != stored(codec, TOLD)


def test_where_nothing_personal_is_known_nothing_is_sealed(codec: Codec, vault: MemoryVault):
    bare = Told("ps-1", NOON, None, None)
    name, state = stored(codec, bare)
    assert len(state.split(b"\n")) == 2
    assert vault.find("ps-1") is None
    assert restored(codec, name, state) == bare


def test_without_a_vault_nothing_is_sealed(codec: Codec):
    open_codec = Codec(EVENTS)
    name, state = stored(open_codec, TOLD)
    assert len(state.split(b"\n")) == 2
    assert restored(open_codec, name, state) == restored(codec, name, state) == TOLD
    assert restored(open_codec, *stored(codec, TOLD)) == evolve(TOLD, note=None, phone=None)


def test_a_field_whose_key_is_gone_reads_as_none(codec: Codec, vault: MemoryVault):
    name, state = stored(codec, TOLD)
    vault.destroy("ps-1")
    assert restored(codec, name, state) == evolve(TOLD, note=None, phone=None)


def test_reasons_and_personal_values_go_together(codec: Codec, vault: MemoryVault):
    event = Overheard("x", (TooLong(3),), NOON, "words")
    name, state = stored(codec, event, "string-a")
    assert restored(codec, name, state, "string-a") == event
    vault.destroy("x")
    assert restored(codec, name, state, "string-a") == evolve(event, words=None)


def test_the_subject_is_who_the_event_names_else_its_person_else_its_stream():
    named, unnamed = Overheard("x", (), NOON, "words"), Overheard("", (), NOON, "words")
    assert subject_of(StreamId("string-a"), named) == "x"
    assert subject_of(StreamId("journal-d-2026-11-23"), unnamed) == "journal-d-2026-11-23"
    assert subject_of(STREAM, TOLD) == "ps-1"
    assert subject_of(StreamId("string-a"), TOLD) == "string-a"


@pytest.mark.parametrize("moved", ["stream", "version", "name"])
def test_a_seal_opens_at_its_own_place_only(vault: MemoryVault, moved: str):
    codec = Codec(EVENTS, [Upcast("said.1", "told.1", lambda shape: shape)], vault=vault)
    name, state = stored(codec, TOLD)
    other = {
        "stream": (name, state, "person-ps-2"),
        "version": (name, state, STREAM, 2),
        "name": ("said.1", state),
    }[moved]
    with pytest.raises(DamagedEventError, match="seal is broken"):
        restored(codec, *other)


@pytest.mark.parametrize("seal", [b"{}", b"noise", b'{"subject":1,"nonce":"","ciphertext":""}'])
def test_what_is_no_seal_is_damage(codec: Codec, seal: bytes):
    name, state = stored(codec, TOLD)
    with pytest.raises(DamagedEventError):
        restored(codec, name, b"\n".join([*state.split(b"\n")[:2], seal, b""]))


def test_an_old_shape_is_unsealed_before_it_is_brought_up_to_date(vault: MemoryVault):
    @frozen
    class Said:
        person: str
        at: datetime
        words: str | None = personal()

    def renamed(shape: dict[str, Any]) -> dict[str, Any]:
        words = shape.pop("words")
        return {**shape, "note": words and {"text": words}, "phone": None}

    name, state = stored(Codec([Said], vault=vault), Said("ps-1", NOON, "hello"))
    codec = Codec(EVENTS, [Upcast("said.1", "told.1", renamed)], vault=vault)
    assert restored(codec, name, state) == Told("ps-1", NOON, Note("hello"), None)
    vault.destroy("ps-1")
    assert restored(codec, name, state) == Told("ps-1", NOON, None, None)


def test_sealed_and_open_events_of_a_page_keep_their_order(codec: Codec):
    log = MemoryLog(codec)
    events = [TOLD, Told("ps-1", NOON, None, None), evolve(TOLD, phone="556"), TOLD]
    append(log, STREAM, events)
    assert [r.event for r in log.read_all(0, 10)] == events


def test_who_is_forgotten_is_not_known_anew(codec: Codec, vault: MemoryVault):
    log = MemoryLog(codec)
    vault.destroy("ps-1")
    with pytest.raises(KeyDestroyedError):
        append(log, STREAM, [TOLD])
    assert log.head() == 0


def test_what_a_device_says_of_who_is_forgotten_is_not_kept(codec: Codec, vault: MemoryVault):
    log = MemoryLog(codec)
    vault.destroy("x")
    append(log, "journal-d-2026-11-23", [Overheard("x", (), NOON, "words")])
    assert [r.event for r in log.read_all(0, 10)] == [Overheard("x", (), NOON, None)]


# The real events.
PERSONAL = [event for event in catalogue.EVENTS if personal_fields(event)]


@pytest.mark.parametrize("event", PERSONAL, ids=lambda event: event.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_every_event_reads_as_it_was_and_still_reads_when_its_key_is_gone(
    event: type, data: st.DataObject
):
    vault = MemoryVault()
    codec = Codec(catalogue.EVENTS, vault=vault)
    made = data.draw(st.from_type(event))
    stream = f"person-{made.person}" if "person." in event.__module__ else "other-x"
    name, state = stored(codec, made, stream)
    assert restored(codec, name, state, stream) == made
    vault.destroy(subject_of(StreamId(stream), made))
    gone: Any = dict.fromkeys(personal_fields(event))
    assert restored(codec, name, state, stream) == evolve(made, **gone)
