"""Access levels at a desk: which doors, in which hours, and who holds them."""

from collections.abc import Sequence
from datetime import date

from cvsec_adapters.desk.forms import Form
from cvsec_adapters.desk.hours import schedule
from cvsec_adapters.desk.people import enrolled
from cvsec_core.aggregates import access_level
from cvsec_core.aggregates.access_level import AccessLevelUnknownError, ChangeAccessLevel
from cvsec_core.aggregates.person import GrantAccess, WithdrawAccess
from cvsec_core.handling import Answer
from cvsec_core.ids import DoorId, LevelId
from cvsec_core.site import Site
from cvsec_core.values import WeeklySchedule, require_id


def define(
    site: Site,
    name: str,
    doors: Sequence[str],
    hours: Sequence[str],
    *,
    by: str,
    holidays: Sequence[date] = (),
) -> Answer:
    """Define an access level.

    Args:
        site: where.
        name: what it is called.
        doors: which it opens.
        hours: when, see `cvsec_adapters.desk.hours.schedule`.
        by: who defines it.
        holidays: days, by the site's calendar, on which it opens nothing.

    Raises:
        InvalidFieldError: a field is no good.
        InvalidFieldsError: several are not.
        DoorUnknownError: there is no such door.
        AccessLevelTakenError: there is one of that name, with other doors or hours.
    """
    form = Form()
    form.check(require_id, "name", name)
    told = form.check(schedule, hours) or WeeklySchedule()
    form.close()
    asked = access_level.DefineAccessLevel(
        LevelId(name), _doors(doors), told, by, site.clock(), tuple(sorted(set(holidays)))
    )
    return site.handle(asked, actor=by)


def change(
    site: Site,
    name: str,
    doors: Sequence[str],
    hours: Sequence[str],
    *,
    by: str,
    holidays: Sequence[date] = (),
) -> Answer:
    """Give an access level other doors and hours; whoever holds it goes by them at once.

    Raises:
        InvalidFieldError: a field is no good.
        DoorUnknownError: there is no such door.
        AccessLevelUnknownError: there is no such level.
    """
    asked = ChangeAccessLevel(
        LevelId(name),
        _doors(doors),
        schedule(hours),
        by,
        site.clock(),
        tuple(sorted(set(holidays))),
    )
    return site.handle(asked, actor=by)


def grant(site: Site, name: str, number: str, *, by: str) -> Answer:
    """Let a person hold a level.

    Raises:
        PersonUnknownError: nobody has this number.
        AccessLevelUnknownError: there is no such level.
    """
    who, _ = enrolled(site, number)
    return site.handle(GrantAccess(who, LevelId(name), by, site.clock()), actor=by)


def withdraw(site: Site, name: str, number: str, *, by: str) -> Answer:
    """Let a person hold a level no longer.

    Raises:
        PersonUnknownError: nobody has this number.
        AccessLevelUnknownError: there is no such level.
    """
    who, _ = enrolled(site, number)
    if isinstance(site.state(access_level.stream(LevelId(name))), access_level.Undefined):
        raise AccessLevelUnknownError(name)
    return site.handle(WithdrawAccess(who, LevelId(name), by, site.clock()), actor=by)


def _doors(names: Sequence[str]) -> tuple[DoorId, ...]:
    return tuple(DoorId(name) for name in dict.fromkeys(names))
