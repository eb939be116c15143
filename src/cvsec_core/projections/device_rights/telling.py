"""What a device is told next, put together from what is known of the people when it is told."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from attrs import field, frozen, mutable

from cvsec_core.ids import DeviceId, LevelId
from cvsec_core.projections.device_rights.hours import (
    SLOTS,
    Hours,
    Kept,
    kept_hours,
    slots_of,
    week_of,
)
from cvsec_core.projections.device_rights.people import Look, User, is_pin, known_people, look_for
from cvsec_core.projections.device_rights.rows import (
    DeviceRightsRow,
    FollowRow,
    HolderRow,
    LevelHoursRow,
    RemovalRow,
)
from cvsec_core.rows import Among, Between, Is, Views

PAGE = 100
"""So many people are told at a time, so that a lockdown never waits long behind them."""
SEND_AGAIN = timedelta(seconds=60)
"""What was handed out without an outcome is told again after so long."""
ASK_AGAIN = timedelta(minutes=10)
"""What a device would not take is told again after so long."""
REMOVE_AGAIN = timedelta(seconds=30)
"""And after so long where it would not take rights away."""


@frozen
class Right:
    """Somebody may pass these doors of the device in the hours that are kept under a number."""

    pin: str
    hours: int
    doors: tuple[int, ...]


@mutable
class Chunk:
    """A part of what a device shall be told: about the holders of ``about`` as they changed up to
    the log position ``upto``, or, where it is None, about hours; ``removes``: only about what was
    taken from them.

    Those in ``withdrawn`` (numbers of people and of hours) are taken away before ``rights`` are
    given; those in ``gone`` have no rights left there at all. ``forgets``: there may be somebody on
    the device who was forgotten, so that only the device can say under which number.
    """

    about: LevelId | None
    upto: int
    removes: bool = False
    hours: list[Hours] = field(factory=list[Hours])
    holidays: dict[date, int] = field(factory=dict[date, int])
    users: list[User] = field(factory=list[User])
    withdrawn: list[tuple[str, int]] = field(factory=list[tuple[str, int]])
    rights: list[Right] = field(factory=list[Right])
    gone: list[str] = field(factory=list[str])
    forgets: bool = False


def next_chunk(
    views: Views, name: DeviceId, now: datetime, zone: tzinfo, head: int
) -> Chunk | None:
    """What the device shall be told now; None where it was told all, or has to answer first.

    What was taken from somebody comes first, and waits for no answer about anything else.

    Args:
        views: where it is looked up.
        name: the device.
        now: the time now.
        zone: that of the site, whose calendar counts.
        head: a position of the log that the views have reached.
    """
    row = views.get(DeviceRightsRow, name)
    if row is None or not row.levels:
        return None
    follows = views.select(FollowRow, Is("device", name))
    levels = {r.id: r for r in views.select(LevelHoursRow, Among("id", row.levels))}
    look = look_for(views, follows, now, zone)
    if not _removal_waits(row, now):
        for follow in follows:
            level = levels[follow.level]
            if follow.removed < level.taken:
                return _about_removals(look, follow, level)
    if _waits(row, now):
        return None
    if row.hours_told < row.hours_changed:
        named = [levels[follow.level] for follow in follows if follow.doors]
        return _about_hours(named, now.astimezone(zone).date(), head)
    for follow in follows:
        level = levels[follow.level]
        if follow.cursor < level.touched:
            return _about_holders(look, follow, level)
    return None


def _removal_waits(row: DeviceRightsRow, now: datetime) -> bool:
    if row.removes and row.handed_at is not None and now - row.handed_at < SEND_AGAIN:
        return True
    return row.removal_refused_at is not None and now - row.removal_refused_at < REMOVE_AGAIN


def _waits(row: DeviceRightsRow, now: datetime) -> bool:
    if row.handed_at is not None and now - row.handed_at < SEND_AGAIN:
        return True
    return row.refused_at is not None and now - row.refused_at < ASK_AGAIN


def _about_hours(levels: Iterable[LevelHoursRow], today: date, head: int) -> Chunk:
    kept = [
        Kept(row.number, week_of(row.hours), frozenset(map(date.fromisoformat, row.holidays)))
        for row in levels
    ]
    hours, holidays = kept_hours(kept, today)
    return Chunk(None, head, hours=hours, holidays=holidays)


def _about_removals(look: Look, follow: FollowRow, level: LevelHoursRow) -> Chunk:
    page = removals(look.views, follow)
    ids = tuple(row.id for row in page)
    chunk = Chunk(follow.level, page[-1].position, removes=True)
    return _told(look, follow, level, look.views.select(HolderRow, Among("id", ids)), chunk)


def removals(views: Views, follow: FollowRow) -> list[RemovalRow]:
    """What was taken from holders of a level and the device did not confirm, a page of it."""
    return views.select(
        RemovalRow,
        Is("level", follow.level),
        Between("position", follow.removed + 1, None),
        order=("position",),
        limit=PAGE,
    )


def _about_holders(look: Look, follow: FollowRow, level: LevelHoursRow) -> Chunk:
    page = look.views.select(
        HolderRow,
        Is("level", follow.level),
        Between("position", follow.cursor + 1, None),
        order=("position",),
        limit=PAGE,
    )
    return _told(look, follow, level, page, Chunk(follow.level, page[-1].position))


def _told(
    look: Look, follow: FollowRow, level: LevelHoursRow, holders: list[HolderRow], chunk: Chunk
) -> Chunk:
    numbers = range(level.number, level.number + slots_of(level.hours))
    kept = range(level.number, level.number + SLOTS)  # it may have had more hours before
    doors = tuple(sorted(map(int, follow.doors)))
    known, users = known_people(look, [holder.person for holder in holders])
    for holder in holders:
        row = known.get(holder.person)
        if row is None:
            chunk.forgets = True
        elif row.number is None or not is_pin(row.number):
            continue
        elif (user := users.get(holder.person)) is None:
            chunk.gone.append(row.number)
        elif not (holder.held and doors):
            chunk.withdrawn += [(user.pin, number) for number in kept]
        else:
            chunk.users.append(user)  # by another card, where one was taken
            if chunk.removes:
                continue
            if follow.cursor < follow.before:
                chunk.withdrawn += [(user.pin, number) for number in kept]
            chunk.rights += [Right(user.pin, number, doors) for number in numbers]
    return chunk
