"""Hours as people write them: ``mon-fri 08:00-18:00``."""

import re
from collections.abc import Iterator, Sequence

from cvsec_core.values import (
    DAY_MINUTES,
    WEEK,
    Interval,
    Weekday,
    WeeklySchedule,
    invalid,
    spanning,
)

LONGEST = 200
DAILY = "daily"
EXAMPLES = ("'mon-fri 08:00-18:00'", "'sat-mon 22:00-06:00'", "'daily 00:00-24:00'")

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)


def schedule(texts: Sequence[str]) -> WeeklySchedule:
    """The hours that all *texts* together say. What goes beyond midnight goes on the next day.

    >>> [(i.days, i.start // 60, i.end // 60) for i in schedule(["sat-sun 22:00-06:00"]).intervals]
    [(('sat', 'sun'), 22, 24), (('mon', 'sun'), 0, 6)]

    Args:
        texts: each days, a blank, and times: ``mon-fri 08:00-12:00,14:00-18:00``,
            ``mon,wed,sat-sun 22:00-06:00`` or ``daily 00:00-24:00``.

    Raises:
        InvalidFieldError: one says something else.
    """
    return WeeklySchedule(tuple(interval for text in texts for interval in _intervals(text)))


def _intervals(text: str) -> Iterator[Interval]:
    words = text.casefold().split(maxsplit=1) if len(text) <= LONGEST else []
    if len(words) != 2:  # noqa: PLR2004  # days and times
        _refuse(text, text)
    days = _days(text, words[0])
    for span in words[1].split(","):
        start, end = _span(text, span)
        yield from spanning(days, start, end)


def _days(text: str, told: str) -> tuple[Weekday, ...]:
    return _in_order({day for part in told.split(",") for day in _run(text, part)})


def _run(text: str, part: str) -> Iterator[Weekday]:
    """The days from one to another, round the end of the week where need be."""
    if part == DAILY:
        yield from WEEK
        return
    first, to, last = part.partition("-")
    start, end = _day(text, first), _day(text, last if to else first)
    for number in range((end - start) % len(WEEK) + 1):
        yield WEEK[(start + number) % len(WEEK)]


def _day(text: str, name: str) -> int:
    for number, day in enumerate(WEEK):
        if day == name:
            return number
    return _refuse(text, name)


def _span(text: str, span: str) -> tuple[int, int]:
    start, _, end = (part.strip() for part in span.partition("-"))
    first, last = _minute(text, start), _minute(text, end)
    if first in (last, DAY_MINUTES):
        _refuse(text, span)
    return first, last


def _minute(text: str, told: str) -> int:
    found = _CLOCK.fullmatch(told)
    minute = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    return minute if minute <= DAY_MINUTES else _refuse(text, told)


def _in_order(days: set[Weekday]) -> tuple[Weekday, ...]:
    return tuple(day for day in WEEK if day in days)


def _refuse(text: str, part: str) -> int:
    """Refuse what is written, and say which part of it is no good.

    Raises:
        InvalidFieldError: always.
    """
    part = part.strip()[:LONGEST]
    here, aqui = (f" (not {part!r})", f" (no {part!r})") if part != text else ("", "")
    invalid(
        "hours",
        text[:LONGEST],
        f"days and times such as {EXAMPLES[0]}, {EXAMPLES[1]} or {EXAMPLES[2]}{here}",
        f"días y horas como {EXAMPLES[0]}, {EXAMPLES[1]} o {EXAMPLES[2]}{aqui}",
    )
