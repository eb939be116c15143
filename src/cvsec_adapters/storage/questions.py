"""Questions about rows as SQL: conditions, order, keyset paging."""

from collections.abc import Sequence
from typing import Any

import msgspec
from attrs import frozen

from cvsec_adapters.storage.tables import RowTable
from cvsec_core.rows import Among, Between, Condition, Contains, Either, Is, Value

WALKS = 64
"""So many alternatives of an `Either` are walked one by one; more are looked for together."""

FOLDS = "cvsec_casefold"
"""The name under which connections know `str.casefold`."""

Sql = tuple[str, list[Any]]
"""A piece of a statement with a ``?`` for each value, and the values."""


@frozen
class Question:
    """What is asked of a table."""

    where: Sequence[Condition]
    order: tuple[str, ...] = ("id",)
    descending: bool = False
    after: tuple[Value, ...] | None = None
    limit: int | None = None


def select(table: RowTable[Any], question: Question) -> Sql:
    """The statement for the rows."""
    walked = next((c for c in question.where if isinstance(c, Either)), None)
    if walked is None or question.limit is None or _values(walked) > WALKS:
        return _walk(table, question, question.where)
    rest = [c for c in question.where if c is not walked]
    walks = [
        _walk(table, question, [Is(among.column, value), *rest])
        for among in walked.alternatives
        for value in among.values
    ]
    if not walks:
        return _walk(table, question, question.where)
    union = " UNION ".join(f"SELECT * FROM ({sql})" for sql, _ in walks)  # noqa: S608  # put together here
    values = [value for _, some in walks for value in some]
    return f"{union} ORDER BY {_order(table, question)} LIMIT ?", [*values, question.limit]


def count(table: RowTable[Any], where: Sequence[Condition]) -> Sql:
    """The statement for the number of rows."""
    sql, values = _where(table, where)
    return f'SELECT count(*) FROM "{table.name}"{sql}', values  # noqa: S608  # names of our classes


def total(table: RowTable[Any], columns: tuple[str, ...], where: Sequence[Condition]) -> Sql:
    """The statement for the sums of columns."""
    sums = ", ".join(f"coalesce(sum({table.column(name).quoted}), 0)" for name in columns)
    sql, values = _where(table, where)
    return f'SELECT {sums} FROM "{table.name}"{sql}', values  # noqa: S608  # names of our classes


def _walk(table: RowTable[Any], question: Question, where: Sequence[Condition]) -> Sql:
    parts = [_condition(table, condition) for condition in where]
    if question.after is not None:
        parts.append(_after(table, question, question.after))
    sql, values = _together(parts)
    limit = "" if question.limit is None else " LIMIT ?"
    return (
        f'SELECT {table.list} FROM "{table.name}"{sql} ORDER BY {_order(table, question)}{limit}',  # noqa: S608
        values if question.limit is None else [*values, question.limit],
    )


def _where(table: RowTable[Any], where: Sequence[Condition]) -> Sql:
    return _together([_condition(table, condition) for condition in where])


def _together(parts: Sequence[Sql]) -> Sql:
    if not parts:
        return "", []
    return " WHERE " + " AND ".join(sql for sql, _ in parts), [v for _, some in parts for v in some]


def _order(table: RowTable[Any], question: Question) -> str:
    way = " DESC" if question.descending else ""
    return ", ".join(f"{table.column(name).quoted}{way}" for name in question.order)


def _condition(table: RowTable[Any], condition: Condition) -> Sql:
    match condition:
        case Is(name, value):
            column = table.column(name)
            return f"{column.quoted} IS ?", [column.stored(value)]
        case Among(name, values):
            return _among(table, name, values)
        case Between(name, low, high):
            return _between(table, name, low, high)
        case Contains(name, text):
            return _contains(table, name, text)
        case Either(alternatives):
            parts = [_among(table, a.column, a.values) for a in alternatives]
            return f"({' OR '.join(sql for sql, _ in parts) or '0'})", [
                v for _, some in parts for v in some
            ]


def _among(table: RowTable[Any], name: str, values: Sequence[Value]) -> Sql:
    column = table.column(name)
    stored = [column.stored(value) for value in values if value is not None]
    # One value for the whole list: the statement is the same however many there are.
    sql = f"{column.quoted} IN (SELECT value FROM json_each(?))"  # noqa: S608  # a checked name
    if None in values:
        sql = f"({sql} OR {column.quoted} IS NULL)"
    return sql, [msgspec.json.encode(stored).decode()]


def _between(table: RowTable[Any], name: str, low: Value, high: Value) -> Sql:
    column = table.column(name)
    sides = [(">=", low), ("<", high)]
    given = [(f"{column.quoted} {sign} ?", column.stored(v)) for sign, v in sides if v is not None]
    if not given:
        return "1", []
    return " AND ".join(sql for sql, _ in given), [value for _, value in given]


def _contains(table: RowTable[Any], name: str, text: str) -> Sql:
    column = table.column(name).quoted
    if not text.isascii():  # LIKE knows upper and lower case of ASCII only
        return f"instr({FOLDS}({column}), ?) > 0", [text.casefold()]
    for special in ("\\", "%", "_"):
        text = text.replace(special, "\\" + special)
    return f"{column} LIKE ? ESCAPE '\\'", [f"%{text}%"]


def _after(table: RowTable[Any], question: Question, after: tuple[Value, ...]) -> Sql:
    columns = [table.column(name) for name in question.order]
    values = [column.stored(value) for column, value in zip(columns, after, strict=True)]
    sign = "<" if question.descending else ">"
    if not any(column.nullable for column in columns):
        names = ", ".join(column.quoted for column in columns)
        return f"({names}) {sign} ({', '.join('?' * len(values))})", values
    # NULL stands before every value, but compares with none.
    parts: list[Sql] = []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        same = " AND ".join([f"{c.quoted} IS ?" for c in columns[:place]] + [""])
        beyond, own = _beyond(column.quoted, value, descending=question.descending)
        parts.append((f"({same}{beyond})", [*values[:place], *own]))
    return f"({' OR '.join(sql for sql, _ in parts)})", [v for _, some in parts for v in some]


def _beyond(column: str, value: Any, *, descending: bool) -> Sql:  # noqa: ANN401  # as stored
    if value is None:
        return ("0" if descending else f"{column} IS NOT NULL"), []
    return (f"({column} < ? OR {column} IS NULL)" if descending else f"{column} > ?"), [value]


def _values(either: Either) -> int:
    return sum(len(among.values) for among in either.alternatives)
