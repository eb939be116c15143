"""Rights in the words of the protocol's tables, a record a command.

``user`` names people by number and card, ``userauthorize`` the doors (a bit each from the lowest)
and the hours in which they may pass, ``timezone`` keeps the hours and ``holiday`` the calendar.
Whoever is taken away loses what they may first, as the protocol wants it. A controller's dates are
whole days, written YYYYMMDD; 0 is none.
"""

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from cvsec_core.projections.device_rights import Chunk, Hours, Right, User

LISTING = "DATA QUERY tablename=user,fielddesc=Pin,filter=*"
"""Asks under which numbers the device knows anybody."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Hol1", "Hol2", "Hol3")
_INTERVALS = 3
_LAST_MINUTE = 2359
_YEARLY, _ONCE = 1, 2
"""Whether a holiday comes again every year."""


def steps_of(chunk: Chunk) -> tuple[str, ...]:
    """What the device is told to carry *chunk* out, in order."""
    return tuple(_steps(chunk))


def _steps(chunk: Chunk) -> Iterator[str]:
    if chunk.hours:
        yield "DATA DELETE holiday *"
    for day, kind in chunk.holidays.items():
        yield _update("holiday", Holiday=_date(day), HolidayType=kind, Loop=_ONCE)
    yield from map(_hours, chunk.hours)
    for pin in chunk.gone:
        yield from removal(pin)
    for pin, number in chunk.withdrawn:
        yield f"DATA DELETE userauthorize Pin={pin}\tAuthorizeTimezoneId={number}"
    yield from map(_user, chunk.users)
    yield from map(_right, chunk.rights)
    if chunk.forgets:
        yield LISTING


def removal(pin: str) -> tuple[str, str]:
    """What takes somebody away."""
    return f"DATA DELETE userauthorize Pin={pin}", f"DATA DELETE user Pin={pin}"


def _hours(hours: Hours) -> str:
    """Three intervals a day, each the start in the upper half of a number and the end in the lower,
    both as the digits of a clock.
    """
    days = zip(_DAYS, (*hours.week, *hours.holidays), strict=True)
    times = {
        f"{name}Time{place}": span
        for name, day in days
        for place, span in enumerate(_times(day), 1)
    }
    return _update("timezone", TimezoneId=hours.number, **times)


def _times(day: tuple[tuple[int, int], ...]) -> Iterator[int]:
    for span, _ in zip_longest(day, range(_INTERVALS)):
        yield (_clock(span[0]) << 16) | _clock(span[1]) if span else 0


def _clock(minute: int) -> int:
    """The digits of a clock; the end of the day is its last minute."""
    return min(minute // 60 * 100 + minute % 60, _LAST_MINUTE)


def _user(user: User) -> str:
    return _update(
        "user",
        CardNo=user.card,
        Pin=user.pin,
        Password="",
        Group=0,
        StartTime=_date(user.start),
        EndTime=_date(user.end),
        Name=_text(user.name),
        Privilege=0,
    )


def _right(right: Right) -> str:
    doors = sum(1 << (number - 1) for number in right.doors)
    return _update(
        "userauthorize",
        Pin=right.pin,
        AuthorizeTimezoneId=right.hours,
        AuthorizeDoorId=doors,
    )


def _update(table: str, **fields: object) -> str:
    told = "\t".join(f"{name}={value}" for name, value in fields.items())
    return f"DATA UPDATE {table} {told}"


def _date(day: date | None) -> str:
    return "0" if day is None else f"{day:%Y%m%d}"


def _text(name: str) -> str:
    """A name can hold nothing that would end the field or the record."""
    return " ".join(name.split())
