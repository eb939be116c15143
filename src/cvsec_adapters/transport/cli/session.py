"""One run of the program: which database, who acts, in which language."""

import getpass
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field

from cvsec_adapters.transport.cli.errors import DatabaseMissingError
from cvsec_core.errors import Locale
from cvsec_core.site import Site

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
    def existing(self) -> Generator[Site]:
        """The site in the database.

        Raises:
            DatabaseMissingError: there is none, and reading does not make one.
        """
        if not os.path.lexists(self.database):
            raise DatabaseMissingError(str(self.database))
        with self.made() as site:
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
