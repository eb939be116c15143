"""Row classes as SQLite tables: their columns, and how a value goes in and comes out."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import starmap
from operator import attrgetter
from types import NoneType, UnionType
from typing import (
    Any,
    Generic,
    Literal,
    NewType,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
import sqlite_utils
from attrs import NOTHING, Factory, fields, frozen

from cvsec_core.rows import Table

R = TypeVar("R")
Convert = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """A moment as microseconds since 1970, UTC: sorts as time does, and nothing is rounded.

    >>> microseconds(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(number: int) -> datetime:
    """The moment so many microseconds after 1970, UTC."""
    return _EPOCH + timedelta(0, *divmod(number, 1_000_000))


def _listed(texts: Iterable[str]) -> str:
    return msgspec.json.encode(texts).decode()


def _texts(listed: str) -> tuple[str, ...]:
    return _decode_texts(listed)


_decode_texts = msgspec.json.Decoder(tuple[str, ...]).decode


@frozen
class Kind:
    """How one type of value is kept: as which SQL type, and what converts it there and back."""

    name: str
    sql: type
    stored: Convert | None = None
    restored: Convert | None = None


_KINDS: dict[Any, Kind] = {
    str: Kind("str", str),
    int: Kind("int", int),
    float: Kind("float", float),
    bool: Kind("bool", int, int, bool),
    datetime: Kind("moment", int, microseconds, moment),
    tuple[str, ...]: Kind("texts", str, _listed, _texts),
}


@frozen
class Column:
    """One field of a row."""

    name: str
    kind: Kind
    nullable: bool
    default: Any

    @property
    def quoted(self) -> str:
        """The name as SQL writes it."""
        return f'"{self.name}"'

    def stored(self, value: Any) -> Any:  # noqa: ANN401  # of the column's type
        """The value as the table keeps it."""
        convert = self.kind.stored
        return value if convert is None or value is None else convert(value)


class RowTable(Generic[R]):
    """The table of one row class.

    Raises:
        TypeError: the class has a field of a type that rows cannot have, or no ``id`` at its head.
    """

    def __init__(self, table: Table) -> None:
        self.row: type[R] = cast("type[R]", table.row)
        self.name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", table.row.__name__).lower()
        hints = get_type_hints(table.row)
        self.columns = {
            f.name: _column(f.name, hints[f.name], f.default) for f in fields(table.row)
        }
        if next(iter(self.columns)) != "id":
            raise TypeError(f"{table.row.__name__}: the first field of a row is its id")
        self.indexes = table.indexes
        for column in (c for index in table.indexes for c in index):
            self.column(column)
        self.list = ", ".join(column.quoted for column in self.columns.values())
        # A getter of one name returns the bare value, of several a tuple.
        self._values: Callable[[R], Any] = attrgetter(*self.columns, "id")
        self._stored = _converting(c.kind.stored for c in self.columns.values())
        self._restored = _converting(c.kind.restored for c in self.columns.values())

    def column(self, name: str) -> Column:
        """The column of that name; nothing else ever gets into a statement.

        Raises:
            KeyError: the row has no such field.
        """
        if name not in self.columns:
            raise KeyError(f"{self.row.__name__} has no field {name}")
        return self.columns[name]

    @cached_property
    def shape(self) -> tuple[object, ...]:
        """What makes two tables alike."""
        columns = [(c.name, c.kind.name, c.nullable) for c in self.columns.values()]
        return self.name, columns, self.indexes

    def create(self, database: sqlite_utils.Database) -> None:
        """Make the table, without its indexes."""
        columns = self.columns.values()
        database.table(self.name).create(
            {c.name: c.kind.sql for c in columns},
            pk="id",
            not_null={c.name for c in columns if not c.nullable},
            strict=True,
        )

    def create_indexes(self, database: sqlite_utils.Database) -> None:
        """Make the indexes; after a long load this is faster than to keep them while it lasts."""
        for index in self.indexes:
            database.table(self.name).create_index(list(index))

    def values(self, row: R) -> list[Any]:
        """The fields of a row as the table keeps them."""
        values = list(self._values(row))
        del values[-1]
        for place, convert in self._stored:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values

    def rows(self, found: list[tuple[Any, ...]]) -> list[R]:
        """Rows from what a statement over all columns found."""
        if not found or not self._restored:
            return list(starmap(self.row, found))
        columns: list[Iterable[Any]] = list(zip(*found, strict=True))
        for place, convert in self._restored:
            columns[place] = [None if value is None else convert(value) for value in columns[place]]
        return list(map(self.row, *columns))

    def changed(self, row: R, changes: Mapping[str, Any]) -> R:
        """The row with some fields replaced."""
        values = dict(zip(self.columns, self._values(row), strict=False))
        for name, value in changes.items():
            self.column(name)
            values[name] = value
        return self.row(*values.values())

    def started(self, key: Any, start: Mapping[str, Any]) -> R:  # noqa: ANN401  # text or number
        """A new row under *key* from the class's defaults.

        Raises:
            TypeError: a field has no default, and *start* does not give it.
        """
        return self.row(**{"id": key, **start})


def _column(name: str, hint: Any, default: Any) -> Column:  # noqa: ANN401  # any annotation
    kinds = [member for member in _members(hint) if member is not NoneType]
    found = {_KINDS.get(_plain(kind)) for kind in kinds}
    kind = found.pop()
    if found or kind is None:
        raise TypeError(f"{name}: a row cannot have a field of type {hint}")
    return Column(name, kind, len(kinds) < len(_members(hint)), _value_of(default))


def _members(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401  # any annotation
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _plain(hint: Any) -> Any:  # noqa: ANN401  # any annotation
    """The type beneath the names that the core gives it."""
    if isinstance(hint, NewType):
        return _plain(hint.__supertype__)
    if get_origin(hint) is Literal:
        return str if isinstance(get_args(hint)[0], str) else int
    if get_origin(hint) is tuple and get_args(hint)[1:] == (...,):
        return tuple[_plain(get_args(hint)[0]), ...]
    return hint


def _value_of(default: Any) -> Any:  # noqa: ANN401  # of the field's type
    if isinstance(default, Factory):  # pyright: ignore[reportArgumentType]  # attrs types it as a function
        return default.factory()
    return default


def _converting(converts: Iterable[Convert | None]) -> list[tuple[int, Convert]]:
    # SQLite takes a bool for the number that it is.
    return [(n, c) for n, c in enumerate(converts) if c is not None and c is not int]


def has_default(column: Column) -> bool:
    """Whether a row may leave the field out."""
    return column.default is not NOTHING
