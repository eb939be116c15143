"""The rows of a table as people who can be enrolled, and what is wrong with the others."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from cvsec_adapters.contacts import email_address, phone_number
from cvsec_adapters.desk.people import LONGEST, require_card
from cvsec_adapters.desk.spreadsheets import BadRow, Row
from cvsec_core.aggregates.person import Particulars
from cvsec_core.errors import CommandError, InvalidFieldError, Words
from cvsec_core.values import invalid, require_id, require_text

REQUIRED = ("id", "first_name")
COLUMNS = (*REQUIRED, "last_name", "email", "phone", "department", "card", "minor")

STEP = 1_000
"""So many rows are checked between two steps of the progress."""

YES = frozenset({"yes", "true", "1", "sí", "si"})
NO = frozenset({"no", "false", "0"})

Progress = Callable[[str, int, int], None]
"""Called with what is worked on, how much is done, and how much there is."""


@frozen
class Fault:
    """What is wrong in a line of the file. ``field`` is a column, or ``row``."""

    line: int
    field: str
    error: CommandError


@frozen
class Newcomer:
    """A row that was checked."""

    line: int
    number: str
    particulars: Particulars
    card: str | None
    minor: bool

    @property
    def told(self) -> tuple[object, ...]:
        """All but where it stands."""
        return self.particulars, self.card, self.minor


def checked(
    rows: Sequence[Row | BadRow], dialled_in: str | None, progress: Progress
) -> tuple[list[Newcomer], list[Fault]]:
    """Those who can be enrolled, and what is wrong with the others."""
    good: list[Newcomer] = []
    faults: list[Fault] = []
    seen = _Seen()
    checks = _checks(dialled_in)
    for done, row in enumerate(rows):
        if not done % STEP:
            progress("check", done, len(rows))
        found = _newcomer(row, checks, faults) if isinstance(row, Row) else None
        if isinstance(row, BadRow):
            faults.append(Fault(row.line, "row", row.error))
        elif found and (clash := seen.clash(found)):
            faults.append(clash)
        elif found:
            good.append(found)
    progress("check", len(rows), len(rows))
    return good, faults


def _checks(dialled_in: str | None) -> Mapping[str, Callable[[str], Any]]:
    """What makes of the text of a column what is kept."""

    def text(name: str) -> Callable[[str], str]:
        return lambda value: _line_of_text(name, value)

    return {
        "id": _id,
        "first_name": text("first_name"),
        "last_name": text("last_name"),
        "email": email_address,
        "phone": lambda value: phone_number(value, dialled_in),
        "department": text("department"),
        "card": _card,
        "minor": _yes_or_no,
    }


def _newcomer(
    row: Row, checks: Mapping[str, Callable[[str], Any]], faults: list[Fault]
) -> Newcomer | None:
    """Who stands in the row; None where something is wrong with it, which goes to the *faults*."""
    kept: dict[str, Any] = {}
    before = len(faults)
    for name in dict.fromkeys((*REQUIRED, *row.cells)):
        try:
            kept[name] = checks[name](row.cells.get(name, ""))
        except InvalidFieldError as error:
            # Without its traceback, which would keep all that the check has made.
            faults.append(Fault(row.line, name, error.with_traceback(None)))
    if len(faults) > before:
        return None
    number, card, minor = kept.pop("id"), kept.pop("card", None), kept.pop("minor", False)
    return Newcomer(row.line, number, Particulars(number=number, **kept), card, minor)


def _id(value: str) -> str:
    require_id("id", value)
    return value


def _line_of_text(name: str, value: str) -> str:
    require_text(name, value, LONGEST)
    return value


def _card(value: str) -> str:
    require_card(value)
    return value


def _yes_or_no(value: str) -> bool:
    said = value.casefold()
    if said not in YES | NO:
        invalid("minor", value, "yes or no", "sí o no")
    return said in YES


class _Seen:
    """Who has come in the file so far, and with which cards."""

    def __init__(self) -> None:
        self._people: dict[str, Newcomer] = {}
        self._cards: dict[str, Newcomer] = {}

    def clash(self, who: Newcomer) -> Fault | None:
        """What *who* cannot have since somebody before has it. The same person twice is none."""
        other = self._people.setdefault(who.number, who)
        if other.told != who.told:
            return _taken("id", who, who.number, other)
        if who.card is not None:
            other = self._cards.setdefault(who.card, who)
            if other.number != who.number:
                return _taken("card", who, who.card, other)
        return None


def _taken(field: str, who: Newcomer, value: str, other: Newcomer) -> Fault:
    expected = Words(
        f"one that line {other.line} does not give to somebody else",
        f"uno que la línea {other.line} no dé a otra persona",
    )
    return Fault(who.line, field, InvalidFieldError(field, repr(value), expected))
