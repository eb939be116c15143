"""A site with a mail server, a few hosts and a clock of its own, to be visited and written to."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import define
from click.testing import CliRunner, Result

from cvsec_adapters.desk import people
from cvsec_adapters.desk.invitations import Invite
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.desk.visits import WalkIn
from cvsec_adapters.transport.cli import cli
from cvsec_adapters.wiring import StoredSite, open_site
from cvsec_core.aggregates.organisation import ConfigureMail, FoundOrganisation
from cvsec_core.site import Site

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""A Tuesday, nine o'clock in Madrid."""
HOUR = timedelta(hours=1)
EMAIL = "guest@example.org"


@define
class Watch:
    """A clock that somebody sets."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


def founded(site: Site, locale: str = "en") -> None:
    """An organisation in Madrid with two hosts of one first name, and one without an address."""
    at = site.clock()
    site.handle(FoundOrganisation("North Campus", "Europe/Madrid", locale, "dean", at))
    for number, first, last, email in (
        ("1001", "Host", "One", "host@example.org"),
        ("1002", "Host", "Two", None),
        ("1003", "Teacher", "Three", "teacher@example.org"),
    ):
        people.enroll(site, number, people.Details(first, last, email), by="dean")


def with_mail(site: Site, port: int = 2525, host: str = "127.0.0.1", **how) -> None:
    """Letters go to this port of this machine."""
    told = {"security": "none"} | how
    asked = ConfigureMail(host, port, "door@example.org", "dean", site.clock(), **told)
    site.handle(asked)


def place(folder: Path, watch: Watch | None = None, locale: str = "en") -> StoredSite:
    """A site in a file of the folder, without a mail server."""
    site = open_site(folder / "site.db", clock=watch or Watch())
    founded(site, locale)
    return site


def invite(**told) -> Invite:
    """Host One invites the guest for ten o'clock in Madrid."""
    fields = {
        "host": "1001",
        "guest": Visitor("Guest", "One", None, EMAIL),
        "start": MORNING + HOUR,
        "end": MORNING + 2 * HOUR,
        "reason": "meeting",
    }
    return Invite(**fields | told)


def walk_in(**told) -> WalkIn:
    """The guest comes to Host One, from ten o'clock in Madrid on."""
    fields = {
        "visitor": Visitor("Guest", "One", "12345678Z"),
        "host": "1001",
        "start": MORNING + HOUR,
        "end": MORNING + 2 * HOUR,
        "reason": "delivery",
    }
    return WalkIn(**fields | told)


def stored(site: Site) -> list[str]:
    """The classes of all events of the log."""
    return [type(r.event).__name__ for r in site.log.read_all(0, site.log.head())]


# The command line.
def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments, prog_name="cvsec")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result


def ask(*arguments: str):
    """What a command prints as JSON, and nothing else."""
    return json.loads(run(*arguments, "--json").stdout)
