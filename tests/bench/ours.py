"""cvsec itself, at the durability it ships with, called as an embedding service calls it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from cvsec_adapters import wiring
from cvsec_adapters.storage.keys import Cipher, Privacy
from cvsec_adapters.storage.sqlite import Durability
from cvsec_core import Site
from cvsec_core.aggregates import door, lockdown_group
from cvsec_core.projections import alarm_center, dashboard
from cvsec_core.rows import Views
from cvsec_core.values import Period
from tests.bench import events
from tests.bench.events import Commit
from tests.bench.measuring import timed

FILE = "site.db"
PRIVACY = Privacy(Cipher(bytes(32)), at_rest=False)
"""What is personal is sealed; the files are plain, as those of the peers are."""
AT_REST = Privacy(Cipher(bytes(32)))
"""The files are encrypted too, as a site has it."""


def opened(
    folder: Path,
    now: datetime = events.MIDNIGHT,
    durability: Durability = "full",
    privacy: Privacy = PRIVACY,
) -> Site:
    """The site in that folder, with a clock that stands still."""
    return wiring.open_site(
        folder / FILE, durability=durability, clock=lambda: now, privacy=privacy
    )


def append(
    commits: Sequence[Commit],
    folder: Path,
    *,
    durability: Durability = "full",
    privacy: Privacy = PRIVACY,
) -> list[float]:
    """Append each to the log."""
    with opened(folder, durability=durability, privacy=privacy) as site:
        return timed(partial(site.log.append, c.entries, c.expected) for c in commits)


def command(doors: int, count: int, folder: Path) -> list[float]:
    """Handle reports that a door is open or closed, each of them news."""
    with opened(folder) as site:
        events.found(site, -(-doors // events.DOORS_EACH), events.DOORS_EACH)
        return timed(_reports(site, doors, count))


def _reports(site: Site, doors: int, count: int) -> Iterator[Callable[[], object]]:
    for number in range(count):
        at = events.MIDNIGHT + events.STEP * number
        told = events.door_report(events.door_name(number % doors), number // doors + 1, at)
        yield partial(site.handle, told)


def replay(prepared: Path, folder: Path) -> list[float]:
    """Fold the one long stream, without anything of it in memory."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    with opened(folder) as site:
        return timed([partial(site.state, door.stream(events.door_name(0)))])


def catch_up(prepared: Path, folder: Path) -> list[float]:
    """Let the views follow a log that they know nothing of, as they do while live."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    with opened(folder) as site:
        return timed([site.drain])


def rebuild(folder: Path) -> list[float]:
    """Make all views again, beside those in use."""
    with opened(folder) as site:
        return timed([partial(wiring.rebuild, site, lambda *_: None)])


def lockdown(prepared: Path, folder: Path, *, warm: bool = False) -> list[float]:
    """Lock every door of the group down; *warm*: when its state is in memory already."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    activate = lockdown_group.ActivateLockdown(events.GROUP, events.SOMEBODY, events.MIDNIGHT)
    cancel = lockdown_group.CancelLockdown(events.GROUP, events.SOMEBODY, events.MIDNIGHT)
    with opened(folder) as site:
        if warm:
            site.handle(activate).or_raise()
            site.handle(cancel).or_raise()
        return timed([partial(site.handle, activate)])


def questions(
    folder: Path, now: datetime, ask: Callable[[Site], object], times: int
) -> list[float]:
    """Ask the same question again and again."""
    with opened(folder, now) as site:
        ask(site)  # opens the views
        return timed([partial(ask, site)] * times)


def see_dashboard(site: Site) -> object:
    """What the first page shows."""
    return site.query(dashboard.summary, site.today())


def see_alarms(site: Site) -> object:
    """What the alarm page shows: its first alarms that need somebody, and how many there are."""
    return site.query(_alarms, site.today())


def _alarms(views: Views, today: Period) -> tuple[alarm_center.Page, alarm_center.Counts]:
    wanted = alarm_center.Filter(state="unacknowledged")
    return alarm_center.page(views, wanted), alarm_center.counts(views, today)
