"""One run of the program: which database, who acts, in which language."""

import getpass
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field

from cvsec_adapters.transport.cli.errors import DatabaseMissingError
from cvsec_core.errors import Locale
from cvsec_core.looking import GROUPS
from cvsec_core.rows import Group
from cvsec_core.site import Site

FAR, STEP = 20_000, 2_000
"""Views that are so many events behind show a bar, which moves in such steps."""

LANGUAGE = ("LC_ALL", "LC_MESSAGES", "LANG")


def _language() -> Locale:
    """The language of the terminal, until the organisation's is known."""
    wanted = next((os.environ[name] for name in LANGUAGE if os.environ.get(name)), "")
    return "es" if wanted.startswith("es") else "en"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return "unknown"


def _follow(site: Site) -> None:
    """Show the views follow the log, where they are far behind: the first query would do the same
    and say nothing.
    """
    head = site.log.head()
    far: list[Group] = [group for group in GROUPS if head - site.views.position(group) > FAR]
    if not far:
        return
    from cvsec_adapters.transport.cli.progress import bars

    with bars() as bar:
        for group in far:
            at, before = site.views.position(group), -1
            while before < at < head:
                before, at = at, site.views.follow(group, site.log, min(head, at + STEP))
                bar(group, at, head)


@define
class Session:
    """What the options before and behind a command say; they are the same options.

    ``is_chosen``: somebody named the database; else it is the one that is always meant.
    """

    database: Path = Path("site.db")
    named: str | None = None
    is_chosen: bool = False
    locale: Locale = field(factory=_language)

    @property
    def actor(self) -> str:
        """Who acts: as named, else the user of the operating system."""
        return self.named or _user()

    @contextmanager
    def existing(self, *, for_lists: bool = True) -> Generator[Site]:
        """The site in the database.

        Args:
            for_lists: lists will be read, so show how they follow where that takes long.

        Raises:
            DatabaseMissingError: there is none, and reading does not make one.
        """
        if not os.path.lexists(self.database):
            raise DatabaseMissingError(str(self.database))
        with self.made() as site:
            if for_lists and sys.stderr.isatty():
                _follow(site)
            yield site

    @contextmanager
    def made(self) -> Generator[Site]:
        """The site in the database, which is made where it is missing."""
        from cvsec_adapters.wiring import open_site

        with open_site(self.database) as site:
            self.learn(site)
            yield site

    def learn(self, site: Site) -> None:
        """From here on speak the language of the organisation, where it is founded."""
        from cvsec_core.aggregates import organisation

        state: organisation.OrganisationState = site.state(organisation.STREAM)
        if isinstance(state, organisation.Founded):
            self.locale = state.locale
