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
from cvsec_core.errors import Locale, Words
from cvsec_core.site import Site

FITS = 34
"""An id of up to so many characters is kept on one line; a longer one is folded, never cut."""

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
    """A column: its name in both languages; whether it holds ids or numbers."""

    en: str
    es: str
    kind: str = "text"


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
        line = Text(f"\n {text}", style="bold")
        line.append(f"  {note}" if note else "", style="not bold dim")
        self.console.print(line)

    def line(self, text: str | Text, indent: int = 1) -> None:
        """A line or a paragraph."""
        self.console.print(Padding(text, (0, 0, 0, indent), expand=False))

    def table(self, headings: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
        """A table; ids stand whole, whatever else has to wrap."""
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
        for number, heading in enumerate(headings):
            longest = max((_widest(row[number]) for row in rows), default=0)
            table.add_column(
                self.say(heading.en, heading.es),
                justify="right" if heading.kind == "number" else "left",
                no_wrap=heading.kind != "text" and longest <= FITS,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(_text(cell) for cell in row))
        self.console.print(Padding(table, (0, 0, 1, 1), expand=False))

    def facts(self, facts: Sequence[tuple[str, str | Text]]) -> None:
        """One thing in full: a name and a value a line."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, style="dim")
        grid.add_column(overflow="fold")
        for name, value in facts:
            grid.add_row(name, _text(value))
        self.console.print(Padding(grid, (0, 0, 0, 1), expand=False))


def _text(cell: str | Text) -> Text:
    """Text as it is: what devices and people wrote is never taken for markup."""
    return cell if isinstance(cell, Text) else Text(cell)


def _widest(cell: str | Text) -> int:
    return max(map(len, str(cell).splitlines() or [""]))


def screen_for(site: Site, locale: Locale) -> Screen:
    """The terminal, on the clock of *site*."""
    return Screen(locale, site.zone())
