"""Visitors are forgotten some days after their last visit: how many, whom, and who is not."""

from datetime import datetime

from attrs import frozen

from cvsec_adapters.desk.desk import Desk
from cvsec_core.aggregates.organisation import SetRetention
from cvsec_core.handling import SYSTEM, Answer
from cvsec_core.ids import PersonId
from cvsec_core.projections import directory, retention
from cvsec_core.site import Site


@frozen
class Retention:
    """``days`` is None where nobody is forgotten by themselves; ``due`` is how many will be now,
    ``kept`` are the numbers of those who would be, but are on the blocklist.
    """

    days: int | None
    due: int
    kept: tuple[str, ...]


@frozen
class Swept:
    """How many were forgotten, and how many are still due: a sweep forgets some at a time."""

    forgotten: int
    left: int
    kept: tuple[str, ...]


def standing(site: Site, now: datetime | None = None) -> Retention:
    """How it is set, and whom it is about *now*."""
    now = now or site.clock()
    before = site.remembered_until(now)
    if before is None:
        return Retention(None, 0, ())
    due = site.query(retention.count, before)
    return Retention((now - before).days, due, _kept(site, before))


def set_days(site: Site, days: int | None, *, by: str) -> Answer:
    """Have visitors forgotten so many *days* after their last visit; None: not by themselves.

    Raises:
        InvalidFieldError: it is less than a day, or more than ten years.
    """
    return site.handle(SetRetention(days, by, site.clock()), actor=by)


def sweep(
    desk: Desk, *, by: str = SYSTEM, now: datetime | None = None, most: int = retention.SWEEP
) -> Swept:
    """Forget the visitors who are due, at most so many. What is left, the next sweep forgets; one
    that was interrupted is gone on with.

    Raises:
        StorageUnavailableError: a file cannot be written.
    """
    site = desk.site
    now = now or site.clock()
    before = site.remembered_until(now)
    if before is None:
        return Swept(0, 0, ())
    forgotten = site.forget_due(by, now, most=most)
    for answer in forgotten:
        answer.or_raise()
    return Swept(len(forgotten), site.query(retention.count, before), _kept(site, before))


def _kept(site: Site, before: datetime) -> tuple[str, ...]:
    blocked: tuple[PersonId, ...] = tuple(row.id for row in site.query(retention.kept, before))
    known = site.query(directory.names, blocked)
    return tuple(sorted(row.number for row in known.values() if row.number))
