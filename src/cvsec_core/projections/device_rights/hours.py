"""The hours of levels in the form that controllers keep them in: a few intervals for each day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from attrs import frozen

from cvsec_core.values import WEEK, Interval

Span = tuple[int, int]
"""From a minute of the day to another."""
Day = tuple[Span, ...]
INTERVALS = 3
"""So many a day fit under one number."""
SLOTS = 2
"""So many numbers has each level; what does not fit is closed."""
KINDS = 3
"""So many kinds of holidays does a controller tell apart."""


@frozen
class Hours:
    """What is kept under a number: the days of the week from Monday on, and the three kinds of
    holidays.
    """

    number: int
    week: tuple[Day, ...]
    holidays: tuple[Day, ...]


def written(interval: Interval) -> str:
    """The interval as a row keeps it.

    >>> written(Interval(("mon", "tue"), 480, 1080))
    'mon,tue 480-1080'
    """
    return f"{','.join(interval.days)} {interval.start}-{interval.end}"


def week_of(hours: Iterable[str]) -> tuple[Day, ...]:
    """The days of the week from Monday on; intervals that touch are one.

    >>> week_of(["mon 480-720", "mon,tue 720-1080"])[:3]
    (((480, 1080),), ((720, 1080),), ())
    """
    spans: dict[str, list[Span]] = {day: [] for day in WEEK}
    for told in hours:
        days, _, span = told.partition(" ")
        start, _, end = span.partition("-")
        for day in days.split(","):
            spans[day].append((int(start), int(end)))
    return tuple(tuple(_merged(spans[day])) for day in WEEK)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    begun: Span | None = None
    for start, end in sorted(spans):
        if begun is not None and start <= begun[1]:
            begun = (begun[0], max(begun[1], end))
            continue
        if begun is not None:
            yield begun
        begun = (start, end)
    if begun is not None:
        yield begun


def slots_of(hours: Iterable[str]) -> int:
    """How many numbers the hours take."""
    most = max(map(len, week_of(hours)))
    return min(max(1, -(-most // INTERVALS)), SLOTS)


@frozen
class Kept:
    """A level's hours, its holidays, and the first number that they are kept under."""

    number: int
    week: tuple[Day, ...]
    holidays: frozenset[date]

    def on(self, day: date) -> Day:
        """When it is open on that very day."""
        return () if day in self.holidays else self.week[day.weekday()]


def kept_hours(levels: Sequence[Kept], today: date) -> tuple[list[Hours], dict[date, int]]:
    """What a controller is told of these levels, and of which kind each holiday from *today* on is.

    A controller has one calendar for all its hours. Days on which every level is open alike are of
    one kind; where there are more kinds than it can tell apart, all is closed on the rarest.
    """
    days = sorted({day for level in levels for day in level.holidays if day >= today})
    like = {day: tuple(level.on(day) for level in levels) for day in days}
    counted = [open_on for open_on, _ in Counter(like.values()).most_common()]
    closed: tuple[Day, ...] = ((),) * len(levels)
    kinds = counted if len(counted) <= KINDS else [*counted[: KINDS - 1], closed]
    calendar = {
        day: 1 + (kinds.index(on) if on in kinds else KINDS - 1) for day, on in like.items()
    }
    told = [
        Hours(
            level.number + slot,
            tuple(_slot(day, slot) for day in level.week),
            tuple(_slot(kinds[k][place], slot) if k < len(kinds) else () for k in range(KINDS)),
        )
        for place, level in enumerate(levels)
        for slot in range(SLOTS)
    ]
    return told, calendar


def _slot(day: Day, slot: int) -> Day:
    return day[slot * INTERVALS : (slot + 1) * INTERVALS]
