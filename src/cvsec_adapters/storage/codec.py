"""Events as bytes under stored names that are ours, and back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from types import UnionType
from typing import (
    Any,
    NamedTuple,
    NewType,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from attrs import evolve, has
from cattrs import Converter

from cvsec_adapters.storage.errors import DamagedEventError, UnknownEventError
from cvsec_adapters.storage.sealing import (
    Confidence,
    Place,
    Seal,
    Shape,
    locks_of,
    personal_fields,
    read_seal,
    seals,
    subject_of,
    taken_out,
    unsealed,
)
from cvsec_adapters.storage.upcasts import UPCASTS, Chain, Upcast, chains
from cvsec_core.ids import StreamId
from cvsec_core.ports import Entry, Vault
from cvsec_core.recorded import Event, Meta, Recorded

T = TypeVar("T")

SCHEMA: dict[type, int] = {}
"""The schema number of each class that is no longer stored in its first shape."""

LINE_FEED = 0x0A
"""The last byte of an event of which a part is sealed; JSON does not end so."""

Row = tuple[int, str, int, str, bytes]
"""An event as a table keeps it: position, stream, version, stored name, state."""

Decode = Callable[[bytes], Event]
Restore = Callable[[Shape], Event]
Body = tuple[str, bytes, bytes]
"""An event on its way into a table: stored name, body, seal (empty where it has none)."""

# Sets have no order of their own, and fields may change theirs; sorted, the same event is always
# the same bytes.
_encode = msgspec.json.Encoder(order="deterministic").encode
# Events of one commit share their meta, and it is immutable: decoded once, met many times.
_decode_meta = lru_cache(maxsize=4096)(msgspec.json.Decoder(Meta).decode)


def stored_name(event: type, schema: Mapping[type, int] = SCHEMA) -> str:
    """The name under which events of this class are stored.

    >>> class AlarmRaised: ...
    >>> stored_name(AlarmRaised)
    'alarm-raised.1'
    """
    return f"{_kebab(event.__name__)}.{schema.get(event, 1)}"


class Codec:
    """Turns events into names and bytes and back.

    The bytes are JSON: the event, a line feed, its meta; where something in the event is personal
    it stands apart, sealed, between two more line feeds.

    Args:
        events: every class of event that the log may hold.
        upcasts: how older shapes become current ones.
        schema: the number of each class whose shape is not its first.
        vault: the keys that seal what is personal; None: nothing is sealed, and what is stays so.

    Raises:
        UpcastError: the upcasts do not fit together.
        ValueError: two classes have one stored name, or two reasons one code.
    """

    def __init__(
        self,
        events: Iterable[type],
        upcasts: Sequence[Upcast] = UPCASTS,
        schema: Mapping[type, int] = SCHEMA,
        vault: Vault | None = None,
    ) -> None:
        self._made_of = (tuple(events), tuple(upcasts), dict(schema), vault)
        self._vault = vault
        self._names = {event: stored_name(event, schema) for event in self._made_of[0]}
        classes = {name: event for event, name in self._names.items()}
        if len(classes) < len(self._names):
            raise ValueError("two events have the same stored name")
        self._converter = _converter()
        self._encoders = {event: self._encoder(event) for event in self._names}
        self._decoders = _ByName({name: self._decoder(e) for name, e in classes.items()})
        self._personal = {e: names for e in self._names if (names := personal_fields(e))}
        self._chains = chains(upcasts, classes)
        for old, chain in self._chains.items():
            self._decoders[old] = partial(
                _decode_shape, self._restorer(chain, classes[chain.current])
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """A codec crosses to another process as what it was made of."""
        return (Codec, self._made_of)

    @property
    def vault(self) -> Vault | None:
        """The keys that seal what is personal."""
        return self._vault

    @property
    def events(self) -> tuple[type, ...]:
        """Every class that is known."""
        return self._made_of[0]

    def names(self, wanted: Iterable[type]) -> frozenset[str]:
        """Every stored name, old ones too, that decodes to one of these classes."""
        current = {self._names[event] for event in wanted if event in self._names}
        return frozenset(current | {old for old, c in self._chains.items() if c.current in current})

    def encode(self, event: Event) -> tuple[str, bytes]:
        """The stored name and the body, with nothing sealed.

        Raises:
            UnknownEventError: no such class was registered.
        """
        kind = type(event)
        if kind not in self._names:
            raise UnknownEventError(kind.__name__)
        return self._names[kind], self._encoders[kind](event)

    def sealed(self, entries: Iterable[Entry]) -> list[Body]:
        """The stored name of each entry, its body, and the seal of what is personal in it.

        The keys are durable before this returns.

        Raises:
            UnknownEventError: no such class was registered.
            KeyDestroyedError: who is forgotten would be known anew.
            VaultUnavailableError: a key that is needed cannot be had or made.
        """
        bodies: list[Body] = []
        apart: list[tuple[int, Confidence]] = []
        sealable = self._personal if self._vault is not None else {}
        for stream, version, event, _ in entries:
            name, body = self.encode(event)
            personal = sealable.get(type(event))
            if personal and (values := taken_out(shape := msgspec.json.decode(body), personal)):
                body = _encode(shape)
                place = Place(stream, version, name)
                confidence = Confidence(subject_of(stream, event), place, values)
                apart.append((len(bodies), confidence))
            bodies.append((name, body, b""))
        if self._vault is not None:
            sealed = seals(self._vault, (confidence for _, confidence in apart))
            for (at, _), seal in zip(apart, sealed, strict=True):
                name, body, _ = bodies[at]
                bodies[at] = name, body, seal
        return bodies

    def close(self) -> None:
        """Let go of the vault."""
        if self._vault is not None:
            self._vault.close()

    def stamped(
        self, entries: Iterable[Entry], floor: datetime | None
    ) -> Iterator[tuple[Meta, bytes]]:
        """The meta of each entry and its bytes.

        No ``recorded_at`` is below *floor* or the one before.
        """
        given: Meta | None = None
        kept: tuple[Meta, bytes] | None = None
        for entry in entries:
            meta = entry.meta
            if meta is not given or kept is None:
                given = meta
                if floor is not None and meta.recorded_at < floor:
                    meta = evolve(meta, recorded_at=floor)
                floor = meta.recorded_at
                kept = meta, b"\n" + _encode(meta)
            yield kept

    def decode(self, rows: Iterable[Row]) -> list[Recorded]:
        """The rows as they were recorded.

        Raises:
            UnknownEventError: a newer version of cvsec wrote one of them.
            DamagedEventError: one of them does not have the form that its name says.
        """
        decoders, meta = self._decoders, _decode_meta
        decoded: list[Recorded] = []
        apart: list[_Apart] = []
        name = ""
        try:
            for position, stream, version, name, state in rows:
                body, _, rest = state.partition(b"\n")
                if state[-1] == LINE_FEED:  # the quickest to look at
                    rest, seal = rest[:-1].split(b"\n")
                    place = Place(stream, version, name)
                    apart.append(
                        _Apart(len(decoded), position, place, meta(rest), body, read_seal(seal))
                    )
                    decoded.append(_LATER)
                    continue
                event = decoders[name](body)
                decoded.append(
                    Recorded(cast("StreamId", stream), version, position, meta(rest), event)
                )
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
            raise DamagedEventError(name, str(error)) from error
        if apart:
            self._unseal(decoded, apart)
        return decoded

    def _unseal(self, decoded: list[Recorded], apart: Sequence["_Apart"]) -> None:
        """Put in the events of which a part is sealed, with what there still is a key to."""
        locks = locks_of(self._vault, (sealed.seal for sealed in apart))
        for at, position, place, meta, body, seal in apart:
            stream, version, name = place
            try:
                event = self._decoders[name](unsealed(body, seal, place, locks))
            except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
                raise DamagedEventError(name, str(error)) from error
            decoded[at] = Recorded(cast("StreamId", stream), version, position, meta, event)

    def recorded_at(self, state: bytes) -> datetime:
        """When the event that was stored as *state* was recorded."""
        return _decode_meta(state.split(b"\n")[1]).recorded_at

    def _encoder(self, event: type) -> Callable[[Event], bytes]:
        if is_plain(event):
            return _encode
        return partial(_encode_shape, self._converter)

    def _decoder(self, event: type) -> Decode:
        if is_plain(event):
            return msgspec.json.Decoder(event).decode
        return partial(_decode_shape, self._restorer(None, event))

    def _restorer(self, chain: Chain | None, event: type) -> Restore:
        return partial(_restore, self._converter, event, chain)


def _encode_shape(converter: Converter, event: Event) -> bytes:
    return _encode(converter.unstructure(event))


def _decode_shape(restore: Restore, body: bytes) -> Event:
    return restore(msgspec.json.decode(body))


def _restore(converter: Converter, event: type, chain: Chain | None, shape: Shape) -> Event:
    if chain is not None:
        shape = chain.apply(shape)
    return cast("Event", converter.structure(shape, event))


class _Apart(NamedTuple):
    """An event of which a part is sealed, and its place among those that are decoded."""

    at: int
    position: int
    place: Place
    meta: Meta
    body: bytes
    seal: Seal


_LATER = cast("Recorded", None)
"""In place of an event whose seal is not open yet."""


class _ByName(dict[str, T]):
    """One for each stored name."""

    def __missing__(self, name: str) -> T:
        raise UnknownEventError(name)


def is_plain(kind: Any) -> bool:  # noqa: ANN401  # any annotation
    """Whether msgspec alone can restore a value of this type.

    It cannot where several attrs classes stand in one place: JSON does not say which it was.
    """
    if isinstance(kind, NewType):
        return is_plain(kind.__supertype__)
    if isinstance(kind, type) and has(kind):
        return not _variants(kind) and all(map(is_plain, get_type_hints(kind).values()))
    return len(_members(kind)) < 2 and all(map(is_plain, get_args(kind)))  # noqa: PLR2004  # two to choose from


def _members(kind: Any) -> list[type]:  # noqa: ANN401  # any annotation
    """The attrs classes of a union."""
    if get_origin(kind) not in (Union, UnionType):
        return []
    return [m for m in get_args(kind) if isinstance(m, type) and has(m)]


def _variants(base: type) -> list[type]:
    """The attrs classes that stand below *base* and have none below themselves."""
    # attrs leaves the class that it was given beside the one with slots that it made of it; only
    # the second has fields of its own.
    below = [sub for sub in base.__subclasses__() if "__attrs_attrs__" in vars(sub)]
    return [leaf for sub in below for leaf in (_variants(sub) or [sub])]


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def _tag(kind: type) -> str:
    return str(getattr(kind, "code", _kebab(kind.__name__)))


def _converter() -> Converter:
    """Restores what msgspec cannot: one of several attrs classes, told apart by a tag."""
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook_func(is_plain, msgspec.convert)
    converter.register_unstructure_hook_func(
        is_plain, lambda it: msgspec.to_builtins(it, order="deterministic")
    )
    converter.register_unstructure_hook_factory(_is_choice, partial(_tagger, converter))
    converter.register_structure_hook_factory(_is_choice, partial(_chooser, converter))
    return converter


def _is_choice(kind: Any) -> bool:  # noqa: ANN401  # any annotation
    return bool(_choices(kind))


def _choices(kind: Any) -> list[type]:  # noqa: ANN401  # any annotation
    if isinstance(kind, type) and has(kind):
        return _variants(kind)
    members = _members(kind)
    return members if len(members) > 1 else []


def _tagger(converter: Converter, _: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    def tag(value: Any) -> Any:  # noqa: ANN401  # any of the choices
        if value is None:
            return None
        kind = cast("type[Any]", type(value))
        return {"code": _tag(kind), **converter.unstructure(value, kind)}

    return tag


def _chooser(converter: Converter, kind: Any) -> Callable[[Any, Any], Any]:  # noqa: ANN401
    choices = {_tag(choice): choice for choice in _choices(kind)}
    if len(choices) < len(_choices(kind)):
        raise ValueError(f"two variants of {kind} have the same code")

    def choose(shape: Any, _: Any) -> Any:  # noqa: ANN401  # one of the choices
        if shape is None:
            return None
        if shape["code"] not in choices:
            raise UnknownEventError(shape["code"])
        return cast("Any", converter.structure(shape, choices[shape["code"]]))

    return choose
