"""A screen: where things are shown, in which language, on whose clock."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from attrs import field, frozen
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cvsec_adapters.transport.cli.rendering.words import VERIFY_MODES, WORDS
from cvsec_adapters.transport.cli.writing import printable
from cvsec_core.errors import Locale, Words
from cvsec_core.site import Site

GAP = 2
"""So many blanks stand between two columns."""

STYLES = {
    "granted": "green",
    "denied": "yellow",
    "alarm": "bold red",
    "exception": "yellow",
    "unacknowledged": "bold",
    "under-lockdown": "bold red",
    "DoorForcedOpen": "bold red",
    "DoorOpenTooLong": "bold red",
    "LockedDown": "bold",
}
"""Colour comes on top: every word here says the same without it."""


class Heading(NamedTuple):
    """A column: its name in both languages, and whether it holds numbers."""

    en: str
    es: str
    is_number: bool = False


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False)


@frozen
class Screen:
    """Where things are shown."""

    locale: Locale
    zone: tzinfo
    console: Console = field(factory=_console)

    def say(self, en: str, es: str) -> str:
        """The one or the other."""
        return es if self.locale == "es" else en

    def word(self, key: str) -> Text:
        """What people read for a code of the core."""
        words = WORDS.get(key) or Words(key, key)
        return Text(words.filled(self.locale, {}), style=STYLES.get(key, ""))

    def verify_mode(self, text: str) -> str:
        """How somebody was verified."""
        words = VERIFY_MODES.get(text)
        return words.filled(self.locale, {}) if words else text

    def yes(self, *, really: bool) -> str:
        """Yes or no."""
        return self.say("yes", "sí") if really else self.say("no", "no")

    def clock(self, at: datetime | None) -> str:
        """The time of day on the site's clock."""
        return "-" if at is None else f"{at.astimezone(self.zone):%H:%M:%S}"

    def moment(self, at: datetime | None) -> str:
        """Date and time of day on the site's clock."""
        return "-" if at is None else f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def short(self, at: datetime) -> str:
        """The same without the year."""
        return f"{at.astimezone(self.zone):%m-%d %H:%M:%S}"

    def stacked(self, at: datetime) -> str:
        """The time of day with the date below it."""
        return f"{at.astimezone(self.zone):%H:%M:%S\n%Y-%m-%d}"

    def heading(self, text: str, note: str = "") -> None:
        """A title with a quiet note behind it."""
        line = Text.assemble((f"\n{text}", "bold"), (f"  {note}" if note else "", "dim"))
        self.console.print(_text(line))

    def line(self, text: str | Text, indent: int = 0) -> None:
        """A line or a paragraph."""
        self.console.print(Padding(_text(text), (0, 0, 0, indent), expand=False))

    def table(self, headings: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
        """A table; ids stand whole as long as there is any room."""
        named = [self.say(heading.en, heading.es) for heading in headings]
        columns = [[name, *(str(row[n]) for row in rows)] for n, name in enumerate(named)]
        widths = fitted(columns, self.console.width - GAP * (len(named) - 1))
        table = Table(
            box=SIMPLE_HEAD,
            show_edge=False,
            pad_edge=False,
            collapse_padding=True,
            header_style="bold",
        )
        for heading, name, width in zip(headings, named, widths, strict=True):
            side = "right" if heading.is_number else "left"
            table.add_column(name, justify=side, width=width, overflow="fold")
        for row in rows:
            table.add_row(*(_text(cell) for cell in row))
        self.console.print(table)

    def facts(self, facts: Sequence[tuple[str, str | Text]]) -> None:
        """One thing in full: a name and a value a line."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, style="dim")
        grid.add_column(overflow="fold")
        for name, value in facts:
            grid.add_row(name, _text(value))
        self.console.print(grid)


def _text(cell: str | Text) -> Text:
    """Text as it is: what devices and people wrote is never taken for markup or commands."""
    given = cell if isinstance(cell, Text) else Text(cell)
    return Text(printable(given.plain), given.style, spans=given.spans)


def fitted(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """How wide each column is: at least its longest word, and more where there is room.

    >>> fitted([["id-1", "id-22"], ["a long text", "short"]], 12)
    [5, 7]
    """
    least = [max(map(len, " ".join(cells).split()), default=0) for cells in columns]
    most = [
        max(len(line) for cell in cells for line in f"{cell}\n".split("\n")) for cells in columns
    ]
    widths = list(least)
    for _ in range(sum(widths) - room):
        widths[widths.index(max(widths))] -= 1
    for _ in range(room - sum(widths)):
        wanting = [wish - has for wish, has in zip(most, widths, strict=True)]
        if max(wanting, default=0) > 0:
            widths[wanting.index(max(wanting))] += 1
    return [max(1, width) for width in widths]


def screen_for(site: Site, locale: Locale) -> Screen:
    """The terminal, on the clock of *site*."""
    return Screen(locale, site.zone())
