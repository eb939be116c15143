"""Many people at once, from a table: all of them in one commit, or as many as are good."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from attrs import frozen

from cvsec_adapters.contacts import email_address, phone_number, require_region
from cvsec_adapters.desk import people
from cvsec_adapters.desk.people import LONGEST, require_card
from cvsec_adapters.desk.spreadsheets import BadRow, Row, read_table
from cvsec_core.aggregates.credential import IssueCredential
from cvsec_core.aggregates.person import EnrollPerson, Particulars
from cvsec_core.errors import CommandError, InvalidFieldError, Words
from cvsec_core.handling import Answer, Asked, uncollected
from cvsec_core.ids import CredentialId, PersonId
from cvsec_core.ports import Name
from cvsec_core.site import Site
from cvsec_core.values import invalid, require_id, require_text

REQUIRED = ("id", "first_name")
COLUMNS = (*REQUIRED, "last_name", "email", "phone", "department", "card", "minor")

LARGEST = 64 * 2**20
"""Bytes of a file; more is no list of people."""
MOST = 100_000
"""Rows of a file: they are in memory together, since they are stored together."""
STEP = 1_000
"""So many rows are checked between two steps of the progress."""

YES = frozenset({"yes", "true", "1", "sí", "si"})
NO = frozenset({"no", "false", "0"})

Progress = Callable[[str, int, int], None]
"""Called with what is worked on, how much is done, and how much there is."""


def _silent(_what: str, _done: int, _there_is: int) -> None:
    """Tell nobody."""


@frozen
class Fault:
    """What is wrong in a line of the file. ``field`` is a column, or ``row``."""

    line: int
    field: str
    error: CommandError


@frozen
class Imported:
    """What came of a file. ``enrolled`` and ``cards`` are news, ``unchanged`` are rows of what was
    so already; all are 0 where nothing was stored.
    """

    rows: int
    enrolled: int
    cards: int
    unchanged: int
    faults: tuple[Fault, ...]

    @property
    def bad(self) -> int:
        """How many rows are bad."""
        return len({fault.line for fault in self.faults})


@frozen
class _Newcomer:
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


def import_people(
    site: Site,
    content: bytes,
    *,
    by: str,
    partial: bool = False,
    region: str | None = None,
    progress: Progress = _silent,
) -> Imported:
    """Enroll the people of a table and give them their cards, in one commit. Where a row is bad,
    nothing is stored; or, if it may be done in part, nothing of that row.

    Args:
        site: where they are enrolled.
        content: the file's: CSV in UTF-8, its columns named in the first line (`COLUMNS`).
        by: who enrolls them.
        partial: store the good rows, whatever the others are like.
        region: where a phone number without a country is dialled; None: see `people.region`.
        progress: told of how far it is.

    Raises:
        InvalidFieldError: it is no such table, or too large; or there is no such region.
    """
    if region is not None:
        require_region(region)
    if len(content) > LARGEST:
        invalid("file", len(content), f"at most {LARGEST} bytes", f"{LARGEST} bytes como máximo")
    with uncollected():
        rows = list(islice(read_table(content, REQUIRED, COLUMNS), MOST + 1))
        if len(rows) > MOST:
            invalid("file", f"> {MOST}", f"at most {MOST} rows", f"{MOST} filas como máximo")
        good, faults = _checked(rows, region or people.region(site), progress)
        counts = _NOTHING
        if partial or not faults:
            progress("store", 0, len(good))
            counts = _Storing(site, by, site.clock()).store(good, faults, partial=partial)
            progress("store", len(good), len(good))
    in_order = sorted(faults, key=lambda fault: fault.line)
    return Imported(len(rows), *counts, tuple(in_order))


# Rows, each for itself and beside the others.
def _checked(
    rows: Sequence[Row | BadRow], dialled_in: str | None, progress: Progress
) -> tuple[list[_Newcomer], list[Fault]]:
    """Those who can be enrolled, and what is wrong with the others."""
    good: list[_Newcomer] = []
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
) -> _Newcomer | None:
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
    return _Newcomer(row.line, number, Particulars(number=number, **kept), card, minor)


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
        self._people: dict[str, _Newcomer] = {}
        self._cards: dict[str, _Newcomer] = {}

    def clash(self, who: _Newcomer) -> Fault | None:
        """What *who* cannot have since somebody before has it. The same person twice is none."""
        other = self._people.setdefault(who.number, who)
        if other.told != who.told:
            return _taken("id", who, who.number, other)
        if who.card is not None:
            other = self._cards.setdefault(who.card, who)
            if other.number != who.number:
                return _taken("card", who, who.card, other)
        return None


def _taken(field: str, who: _Newcomer, value: str, other: _Newcomer) -> Fault:
    expected = Words(
        f"one that line {other.line} does not give to somebody else",
        f"uno que la línea {other.line} no dé a otra persona",
    )
    return Fault(who.line, field, InvalidFieldError(field, repr(value), expected))


# Storing.
@frozen
class _Storing:
    """Enrolls people and issues their cards."""

    site: Site
    by: str
    at: datetime

    def store(self, good: Sequence[_Newcomer], faults: list[Fault], *, partial: bool) -> "_Counts":
        """What came of it. What the site has against them goes to the *faults*."""
        while good:
            found = list(self._handled(good))
            wrong = [fault for one in found for fault in one.faults]
            if not wrong:
                return _counted(found)
            faults += wrong
            if not partial:
                break
            good = _without(good, {fault.line for fault in wrong})
        return _NOTHING

    def _handled(self, good: Sequence[_Newcomer]) -> Iterator["_Outcome"]:
        """What came of each; nothing of any where something is wrong with one."""
        names: list[Name] = [("number", who.number) for who in good]
        names += [("card", who.card) for who in good if who.card]
        ids = self.site.pseudonyms.renamed(names)
        asked = [command for who in good for command in self._commands(who, ids)]
        answers = iter(self.site.handle_all(asked, whole=True))
        for who in good:
            yield _Outcome(who, next(answers), next(answers) if who.card else None)

    def _commands(self, who: _Newcomer, ids: Mapping[Name, str]) -> Iterator[Asked]:
        name = PersonId(ids["number", who.number])
        yield Asked(EnrollPerson(name, "personnel", who.particulars, self.by, self.at, who.minor))
        if who.card:
            card = CredentialId(ids["card", who.card])
            yield Asked(IssueCredential(card, name, "card", self.by, self.at, who.card))


@frozen
class _Outcome:
    """What the site answered about one row."""

    who: _Newcomer
    enrolled: Answer
    card: Answer | None

    @property
    def faults(self) -> Iterator[Fault]:
        """What the site has against it."""
        for field, answer in (("id", self.enrolled), ("card", self.card)):
            if answer is not None and answer.error is not None:
                yield Fault(self.who.line, field, answer.error)


def _without(good: Sequence[_Newcomer], bad: set[int]) -> Sequence[_Newcomer]:
    return [who for who in good if who.line not in bad]


_Counts = tuple[int, int, int]
"""How many were enrolled, how many cards were issued, and how many rows were so already."""
_NOTHING: _Counts = (0, 0, 0)


def _counted(outcomes: Iterable[_Outcome]) -> _Counts:
    enrolled = cards = unchanged = 0
    for one in outcomes:
        is_new, has_card = bool(one.enrolled.events), bool(one.card and one.card.events)
        enrolled += is_new
        cards += has_card
        unchanged += not (is_new or has_card)
    return enrolled, cards, unchanged
