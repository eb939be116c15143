"""What is personal in an event, sealed under the key of the one whom it tells of."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

import msgspec
from attrs import fields, frozen

from cvsec_adapters.storage.boxes import NONCE_BYTES, WrongKeyError, opened, shut
from cvsec_adapters.storage.errors import DamagedEventError, KeyDestroyedError
from cvsec_core.aggregates import person
from cvsec_core.ids import StreamId
from cvsec_core.ports import Vault
from cvsec_core.recorded import Event

Shape = dict[str, Any]


class Place(NamedTuple):
    """Where an event stands and under which name: a seal of one place does not open at another."""

    stream: str
    version: int
    name: str

    @property
    def label(self) -> bytes:
        """The place as bytes."""
        return f"{self.stream}@{self.version} {self.name}".encode()


@frozen
class Seal:
    """The third part of a stored event. Nothing in it can be read but whose key opens it, which is
    a pseudonym or a device's day.
    """

    subject: str
    nonce: bytes
    ciphertext: bytes


@frozen
class Confidence:
    """Personal values on their way into a seal: of whom, where they stand, and what they are."""

    subject: str
    place: Place
    values: Shape


_encode = msgspec.json.Encoder(order="deterministic").encode
_decode_seal = msgspec.json.Decoder(Seal).decode


def personal_fields(event: type) -> tuple[str, ...]:
    """The fields of an event class that tell something about a person."""
    return tuple(f.name for f in fields(event) if f.metadata.get("personal"))


def subject_of(stream: StreamId, event: Event) -> str:
    """Whose key seals what is personal in *event*: who it names, else what its stream is about."""
    named: str | None = getattr(event, "subject", None)
    if named is None and is_of_person(stream):
        named = cast("Any", event).person
    return named or stream


def is_of_person(stream: str) -> bool:
    """Whether it is the stream of a person."""
    return stream.startswith(f"{person.KIND}-")


def taken_out(shape: Shape, personal: Iterable[str]) -> Shape:
    """Leave null in place of every personal value, and return those that there were."""
    values = {name: shape[name] for name in personal if shape[name] is not None}
    shape.update(dict.fromkeys(values))
    return values


def seals(vault: Vault, confidences: Iterable[Confidence]) -> list[bytes]:
    """The seal of each. What a device says about who is forgotten is not kept, and has none.

    Raises:
        KeyDestroyedError: who is forgotten would be known anew.
    """
    given = list(confidences)
    if not given:
        return []
    keys = vault.keys({confidence.subject for confidence in given})
    return [_seal(keys.get(confidence.subject), confidence) for confidence in given]


def _seal(key: bytes | None, confidence: Confidence) -> bytes:
    subject, place, values = confidence.subject, confidence.place, confidence.values
    if key is None:
        if is_of_person(place.stream):
            raise KeyDestroyedError(subject)
        return b""
    box = shut(key, _encode(values), place.label)
    return b"\n" + _encode(Seal(subject, box[:NONCE_BYTES], box[NONCE_BYTES:])) + b"\n"


def read_seal(sealed: bytes) -> Seal:
    """A seal from its bytes.

    Raises:
        msgspec.MsgspecError: they are none.
    """
    return _decode_seal(sealed)


def keys_of(vault: Vault | None, found: Iterable[Seal]) -> Mapping[str, bytes]:
    """The keys that there still are."""
    return {} if vault is None else vault.found({seal.subject for seal in found})


def unsealed(seal: Seal, place: Place, keys: Mapping[str, bytes]) -> Shape:
    """The personal values; none where the key is gone.

    Raises:
        DamagedEventError: the seal was changed, or comes from another place.
    """
    key = keys.get(seal.subject)
    if key is None:
        return {}
    try:
        return msgspec.json.decode(opened(key, seal.nonce + seal.ciphertext, place.label))
    except WrongKeyError as error:
        raise DamagedEventError(place.name, "its seal is broken") from error
