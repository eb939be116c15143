"""What the core tells people who asked for what cannot be: a code, a sentence, a next step.

A *reason* is a value: it is recorded in the event of a refusal. An *error* is raised: nothing is
stored. Both carry the fields that their sentences name.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple

from attrs import define, fields, frozen

Locale = Literal["en", "es"]


class Words(NamedTuple):
    """One sentence in each language; ``{name}`` stands for a field."""

    en: str
    es: str

    def filled(self, locale: Locale, values: Mapping[str, str]) -> str:
        """The sentence in *locale* with its fields put in."""
        return (self.es if locale == "es" else self.en).format_map(values)


def _shown(value: object, locale: Locale) -> str:
    if isinstance(value, Words):
        return value.filled(locale, {})
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence | frozenset):
        return ", ".join(sorted(map(str, value)))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # only shown
    return str(value)


class Told:
    """Something a person is told. Subclasses give the code and the words."""

    __slots__ = ()

    code: ClassVar[str]
    says: ClassVar[Words]
    advises: ClassVar[Words]

    def message(self, locale: Locale = "en") -> str:
        """What is wrong, in the reader's language."""
        return self.says.filled(locale, self._values(locale))

    def next_step(self, locale: Locale = "en") -> str:
        """What the reader can do now, in the reader's language."""
        return self.advises.filled(locale, self._values(locale))

    def _values(self, locale: Locale) -> dict[str, str]:
        return {f.name: _shown(getattr(self, f.name), locale) for f in fields(type(self))}  # pyright: ignore[reportArgumentType]  # every subclass is an attrs class


@frozen
class Reason(Told):
    """Why a request to a known thing was refused; kept in the log."""


class Refusal:
    """An event that says no, with all its reasons."""

    __slots__ = ()

    reasons: tuple[Reason, ...]


@define
class CommandError(Told, Exception):
    """A command that ought not to have been sent; nothing was stored."""

    def __str__(self) -> str:
        return self.message()


@define
class RefusedError(CommandError):
    """A refusal, raised for callers who prefer exceptions. It *was* recorded."""

    reasons: tuple[Reason, ...]

    code = "refused"
    says = Words("Refused.", "Rechazado.")
    advises = Words("See the reasons.", "Vea los motivos.")

    def message(self, locale: Locale = "en") -> str:
        """Every reason, the first one first."""
        return " ".join(reason.message(locale) for reason in self.reasons)

    def next_step(self, locale: Locale = "en") -> str:
        """The next step of the first reason."""
        return self.reasons[0].next_step(locale)


@define
class ActorMismatchError(CommandError):
    """Nobody acts in another's name: the command's author is the authenticated principal."""

    actor: str
    by: str

    code = "actor-mismatch"
    says = Words(
        "{actor} is signed in, but the command says it is from {by}.",
        "{actor} ha iniciado sesión, pero la orden dice ser de {by}.",
    )
    advises = Words(
        "Send it as {actor}; name the other person in `on_behalf_of`.",
        "Envíela como {actor}; nombre a la otra persona en `on_behalf_of`.",
    )


@define
class CommandIdReusedError(CommandError):
    """A command id belongs to one command, for ever."""

    command_id: str

    code = "command-id-reused"
    says = Words(
        "The command id {command_id} belongs to another command.",
        "El id de orden {command_id} pertenece a otra orden.",
    )
    advises = Words("Send it under an id of its own.", "Envíela con un id propio.")


@define
class InvalidFieldError(CommandError):
    """A field of a command does not have the form it needs."""

    field: str
    got: str | Words
    expected: Words

    code = "invalid-field"
    says = Words(
        "{field}: expected {expected}, got {got}.", "{field}: se esperaba {expected}, no {got}."
    )
    advises = Words("Correct {field} and send it again.", "Corrija {field} y envíelo de nuevo.")


@define
class InvalidFieldsError(CommandError):
    """Several fields do not have the form they need; each is named."""

    errors: tuple[InvalidFieldError, ...]

    code = "invalid-fields"
    says = Words("Several fields are no good.", "Varios campos no son válidos.")
    advises = Words("Correct them and send it again.", "Corríjalos y envíelo de nuevo.")

    def message(self, locale: Locale = "en") -> str:
        """Each field, what was expected and what came."""
        return " ".join(error.message(locale) for error in self.errors)


@define
class StreamMovedError(Exception):
    """Somebody else wrote to these streams since they were read; nothing was stored."""

    streams: tuple[str, ...]
