"""Where a list goes on, as one short word that means nothing to people.

It holds the keys of the last row seen: a log position, and before it a time where the list is in
the order of time; or a text where it is in the order of one. So a cursor fits only the kind of list
that it came from.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

Keys = tuple[datetime | int | str, ...]

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_FORM = re.compile(r"(?:t([0-9a-f]{1,15})\.)?p([0-9a-f]{1,15})", re.ASCII)
_TEXT = re.compile(r"s((?:[0-9a-f]{2}){0,512})", re.ASCII)


def cursor_of(keys: Keys | None) -> str | None:
    """The word for *keys*; None where the list has ended."""
    match keys:
        case (datetime() as at, int() as position):
            return f"t{(at - _BEGINNING) // timedelta(microseconds=1):x}.p{position:x}"
        case (int() as position,):
            return f"p{position:x}"
        case (str() as text,):
            return f"s{text.encode().hex()}"
        case _:
            return None


def keys_of(cursor: str) -> Keys:
    """The keys that *cursor* stands for.

    Raises:
        ValueError: it is no cursor.
    """
    if text := _TEXT.fullmatch(cursor):
        return (bytes.fromhex(text[1]).decode(),)
    found = _FORM.fullmatch(cursor)
    if found is None:
        raise ValueError(cursor)
    time, position = found.groups()
    if time is None:
        return (int(position, 16),)
    try:
        return (_BEGINNING + timedelta(microseconds=int(time, 16)), int(position, 16))
    except OverflowError as error:
        raise ValueError(cursor) from error


class CursorType(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]  # generic only in newer clicks
    """The cursor that the page before named."""

    name = "cursor"

    def convert(
        self,
        value: Any,  # noqa: ANN401  # as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Keys:
        if isinstance(value, tuple):
            return value  # pyright: ignore[reportUnknownVariableType]  # converted before
        try:
            return keys_of(str(value))
        except ValueError:
            self.fail(f"{value!r}: expected what the page before printed as `next:`.", param, ctx)


def fitting(keys: Keys | None, *, timed: bool = False, texts: bool = False) -> Keys | None:
    """*keys*, checked against the order of the list: that of position, of time, or of a text.

    Raises:
        click.BadParameter: they come from a list in another order.
    """
    if keys is not None and (len(keys) > 1, isinstance(keys[0], str)) != (timed, texts):
        raise click.BadParameter(
            "expected a cursor of this list; give the same --from and --to as for the page before.",
            param_hint="'--after'",
        )
    return keys
