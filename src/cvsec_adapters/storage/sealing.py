"""What is personal in an event, sealed under the key of the one whom it tells of."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

import msgspec
from attrs import fields, frozen

from cvsec_adapters.storage.boxes import Lock, WrongKeyError, nonces
from cvsec_adapters.storage.errors import DamagedEventError, KeyDestroyedError
from cvsec_core.aggregates import person
from cvsec_core.ids import StreamId
from cvsec_core.ports import Vault
from cvsec_core.recorded import Event

Shape = dict[str, Any]

_OF_A_PERSON = f"{person.KIND}-"


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


class Confidence(NamedTuple):
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
    return stream.startswith(_OF_A_PERSON)


def taken_out(shape: Shape, personal: Iterable[str]) -> Shape:
    """Leave null in place of every personal value, and return those that there were."""
    values: Shape = {}
    for name in personal:
        value = shape[name]
        if value is not None:
            values[name], shape[name] = value, None
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
    locks = {subject: Lock(key) for subject, key in keys.items()}
    return [
        _seal(locks.get(confidence.subject), nonce, confidence)
        for nonce, confidence in zip(nonces(len(given)), given, strict=True)
    ]


def _seal(lock: Lock | None, nonce: bytes, confidence: Confidence) -> bytes:
    subject, place, values = confidence
    if lock is None:
        if is_of_person(place.stream):
            raise KeyDestroyedError(subject)
        return b""
    ciphertext = lock.encrypted(nonce, _encode(values), place.label)
    return b"\n" + _encode(Seal(subject, nonce, ciphertext)) + b"\n"


def read_seal(sealed: bytes) -> Seal:
    """A seal from its bytes.

    Raises:
        msgspec.MsgspecError: they are none.
    """
    return _decode_seal(sealed)


def locks_of(vault: Vault | None, found: Iterable[Seal]) -> Mapping[str, Lock]:
    """Those of whom there still is a key."""
    if vault is None:
        return {}
    keys = vault.found({seal.subject for seal in found})
    return {subject: Lock(key) for subject, key in keys.items()}


def unsealed(body: bytes, seal: Seal, place: Place, locks: Mapping[str, Lock]) -> bytes:
    """The *body* with the personal values in their places; as it is where the key is gone.

    Raises:
        DamagedEventError: the seal was changed, or comes from another place.
    """
    lock = locks.get(seal.subject)
    if lock is None:
        return body
    try:
        values = lock.decrypted(seal.nonce, seal.ciphertext, place.label)
    except WrongKeyError as error:
        raise DamagedEventError(place.name, "its seal is broken") from error
    return body[:-1] + b"," + values[1:]  # of a name that comes twice the later value counts
