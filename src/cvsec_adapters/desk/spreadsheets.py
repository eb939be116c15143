"""Tables as spreadsheets write them: CSV in UTF-8, with the columns named in the first line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from attrs import frozen

from cvsec_core.errors import InvalidFieldError, Words
from cvsec_core.values import invalid

SEPARATORS = ",;"
"""Which one it is, the columns' names tell."""

SHOWN = 60
"""So many characters of what is wrong are shown."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@frozen
class Row:
    """What stands in one row: the columns that are not empty. ``line`` is where it begins."""

    line: int
    cells: Mapping[str, str]


@frozen
class BadRow:
    """A row that cannot be taken apart."""

    line: int
    error: InvalidFieldError


def read_table(
    content: bytes, required: Sequence[str], columns: Sequence[str]
) -> Iterator[Row | BadRow]:
    """The rows of a table; empty ones are left out.

    Args:
        content: the file's.
        required: the columns that there must be.
        columns: all that there may be.

    Raises:
        InvalidFieldError: it is no text in UTF-8, or a column is missing, twice or unknown.
    """
    text = _text(content)
    separator = max(SEPARATORS, key=lambda one: len({*_header(text, one)} & {*columns}))
    header = _header(text, separator)
    _require_columns(header, required, columns)
    rows = _records(text, separator)
    next(rows)
    for row in rows:
        if isinstance(row, BadRow):
            yield row
        elif len(row[1]) == len(header):
            cells = zip(header, row[1], strict=True)
            yield Row(row[0], {name: cell for name, cell in cells if cell})
        else:
            yield BadRow(row[0], _of_another_length(row[1], len(header), separator))


def _text(content: bytes) -> str:
    if content.startswith(_UTF16) or b"\0" in content:
        invalid("file", "UTF-16", "text in UTF-8", "texto en UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        invalid(
            "file",
            content[error.start : error.start + 1],
            f"text in UTF-8, which line {line} is not",
            f"texto en UTF-8, y la línea {line} no lo es",
        )


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The cells of each row that is not empty, with the line in which it begins."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield BadRow(line, _unreadable())
        else:
            if any(cells):
                yield line, cells


def _header(text: str, separator: str) -> list[str]:
    first = next(_records(text, separator), None)
    if not isinstance(first, tuple):
        return []
    return [name.lower().replace("-", "_") for name in first[1]]


def _require_columns(
    header: Sequence[str], required: Sequence[str], columns: Sequence[str]
) -> None:
    unknown = [name for name in header if name not in columns]
    missing = [name for name in required if name not in header]
    if not (unknown or missing) and len({*header}) == len(header):
        return
    got = ", ".join(unknown or header)[:SHOWN]
    needed, allowed = ", ".join(required), ", ".join(columns)
    invalid(
        "header",
        got,
        f"each column once, of {allowed}, and always {needed}",
        f"cada columna una vez, de {allowed}, y siempre {needed}",
    )


def _unreadable() -> InvalidFieldError:
    return InvalidFieldError(
        "row",
        Words("a row that cannot be read", "una fila que no se puede leer"),
        Words(
            f"values of at most {csv.field_size_limit()} characters, with quotes in pairs",
            f"valores de {csv.field_size_limit()} caracteres como máximo, con comillas por pares",
        ),
    )


def _of_another_length(cells: Sequence[str], width: int, separator: str) -> InvalidFieldError:
    return InvalidFieldError(
        "row",
        f"{len(cells)}",
        Words(
            f"{width} values with {separator} between them",
            f"{width} valores separados por {separator}",
        ),
    )
