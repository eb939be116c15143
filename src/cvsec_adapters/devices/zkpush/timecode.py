"""The protocol's packed time: a whole number of seconds in which every month has 31 days.

``((year - 2000) * 372 + (month - 1) * 31 + (day - 1)) * 86400 + seconds of the day``, as the
protocol's appendix on time has it. Times carry no zone.
"""

from datetime import datetime

_DAY = 86_400
_MONTH = 31
_YEAR = 12 * _MONTH
FIRST_YEAR = 2000


def packed(moment: datetime) -> int:
    """The number for *moment* as its wall clock shows it; below a second nothing is kept.

    >>> packed(datetime(2026, 11, 23, 12, 30))
    864390600
    """
    days = (moment.year - FIRST_YEAR) * _YEAR + (moment.month - 1) * _MONTH + moment.day - 1
    return days * _DAY + moment.hour * 3600 + moment.minute * 60 + moment.second


def unpacked(number: int) -> datetime:
    """The wall-clock moment that *number* stands for.

    >>> unpacked(864390600)
    datetime.datetime(2026, 11, 23, 12, 30)

    Raises:
        ValueError: there is no such day.
    """
    days, seconds = divmod(number, _DAY)
    years, days = divmod(days, _YEAR)
    months, days = divmod(days, _MONTH)
    hours, seconds = divmod(seconds, 3600)
    return datetime(FIRST_YEAR + years, months + 1, days + 1, hours, *divmod(seconds, 60))  # noqa: DTZ001  # a wall clock
