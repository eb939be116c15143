"""Many people at once, from a table: all of them in one commit, or as many as are good."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from attrs import frozen

from cvsec_adapters.contacts import require_region
from cvsec_adapters.desk import people
from cvsec_adapters.desk.newcomers import (
    COLUMNS,
    REQUIRED,
    Fault,
    Newcomer,
    Progress,
    checked,
)
from cvsec_adapters.desk.spreadsheets import read_table
from cvsec_core.aggregates.credential import IssueCredential
from cvsec_core.aggregates.person import EnrollPerson
from cvsec_core.handling import Answer, Asked, uncollected
from cvsec_core.ids import CredentialId, PersonId
from cvsec_core.ports import Name
from cvsec_core.site import Site
from cvsec_core.values import invalid

LARGEST = 64 * 2**20
"""Bytes of a file; more is no list of people."""
MOST = 100_000
"""Rows of a file: they are in memory together, since they are stored together."""


def _silent(_what: str, _done: int, _there_is: int) -> None:
    """Tell nobody."""


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
        good, faults = checked(rows, region or people.region(site), progress)
        counts = _NOTHING
        if partial or not faults:
            progress("store", 0, len(good))
            counts = _Storing(site, by, site.clock()).store(good, faults, partial=partial)
            progress("store", len(good), len(good))
    in_order = sorted(faults, key=lambda fault: fault.line)
    return Imported(len(rows), *counts, tuple(in_order))


@frozen
class _Storing:
    """Enrolls people and issues their cards."""

    site: Site
    by: str
    at: datetime

    def store(self, good: Sequence[Newcomer], faults: list[Fault], *, partial: bool) -> "_Counts":
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

    def _handled(self, good: Sequence[Newcomer]) -> Iterator["_Outcome"]:
        """What came of each; nothing of any where something is wrong with one."""
        names: list[Name] = [("number", who.number) for who in good]
        names += [("card", who.card) for who in good if who.card]
        ids = self.site.pseudonyms.renamed(names)
        asked = [command for who in good for command in self._commands(who, ids)]
        answers = iter(self.site.handle_all(asked, whole=True))
        for who in good:
            yield _Outcome(who, next(answers), next(answers) if who.card else None)

    def _commands(self, who: Newcomer, ids: Mapping[Name, str]) -> Iterator[Asked]:
        name = PersonId(ids["number", who.number])
        yield Asked(EnrollPerson(name, "personnel", who.particulars, self.by, self.at, who.minor))
        if who.card:
            card = CredentialId(ids["card", who.card])
            yield Asked(IssueCredential(card, name, "card", self.by, self.at, who.card))


@frozen
class _Outcome:
    """What the site answered about one row."""

    who: Newcomer
    enrolled: Answer
    card: Answer | None

    @property
    def faults(self) -> Iterator[Fault]:
        """What the site has against it."""
        for field, answer in (("id", self.enrolled), ("card", self.card)):
            if answer is not None and answer.error is not None:
                yield Fault(self.who.line, field, answer.error)


def _without(good: Sequence[Newcomer], bad: set[int]) -> Sequence[Newcomer]:
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
