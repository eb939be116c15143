"""Values that more than one part of the core shares, in the words of ONVIF and ISA-18.2."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any, Literal, Never, get_args

from attrs import field, frozen

from cvsec_core.errors import InvalidFieldError, Words

DoorMode = Literal["Locked", "Unlocked", "Blocked", "LockedDown", "LockedOpen", "DoubleLocked"]
"""What a door is commanded to be (ONVIF DoorMode; `Accessed` is momentary and never commanded)."""
ManualMode = Literal["Locked", "Unlocked", "Blocked", "DoubleLocked"]
"""The modes a person may ask for; lockdown and life safety have commands of their own."""
Physical = Literal["Unknown", "Open", "Closed", "Fault"]
Lock = Literal["Unknown", "Locked", "Unlocked", "Fault"]
DoorAlarm = Literal["Normal", "DoorForcedOpen", "DoorOpenTooLong"]
Tamper = Literal["Unknown", "NotInTamper", "TamperDetected"]
Fault = Literal["Unknown", "NotInFault", "FaultDetected"]

Level = Literal["normal", "exception", "alarm"]
Decision = Literal["granted", "denied", "waiting", "none"]
Direction = Literal["in", "out"]
Means = Literal["lockdown", "relock"]
"""How a door is secured: by the device's own lockdown, or by locking it where that lockdown would
also disable the exit button of a door on an egress path."""

PassbackMode = Literal["none", "soft", "hard"]
"""What becomes of who enters a zone twice without leaving it: nothing, a note, or a denial."""

Capability = Literal[
    "pulse", "normal-open", "lockdown", "cancel-alarm", "set-clock", "backfill", "block"
]


def personal() -> Any:  # noqa: ANN401  # stands in for a field of any type
    """A field that tells something about a person, marked so that it can be sealed."""
    return field(metadata={"personal": True})


def invalid(name: str, got: object, en: str, es: str) -> Never:
    """Refuse a field; what it *got* is shown as it is, or told in words where it says nothing or
    is a secret.

    Raises:
        InvalidFieldError: always.
    """
    if got in (None, ()):
        got = Words("nothing", "nada")
    raise InvalidFieldError(name, got if isinstance(got, Words) else repr(got), Words(en, es))


def how_long(text: str) -> Words:
    """All that may be told of *text* that is a secret, or too long to be shown."""
    return Words(f"{len(text)} characters", f"{len(text)} caracteres")


def require_text(name: str, value: str, longest: int = 100) -> None:
    """Check that *value* is a line of text of 1 to *longest* characters.

    Raises:
        InvalidFieldError: it is not.
    """
    if not value.strip() or len(value) > longest or not value.isprintable():
        invalid(
            name,
            value,
            f"a line of 1 to {longest} characters",
            f"una línea de 1 a {longest} caracteres",
        )


def require_choice(name: str, value: str, choices: Any) -> None:  # noqa: ANN401  # a Literal has no type
    """Check that *value* is one of a Literal's *choices*: what is stored must be readable.

    Raises:
        InvalidFieldError: it is not.
    """
    known: tuple[str, ...] = get_args(choices)
    if value not in known:
        invalid(name, value, f"one of {', '.join(known)}", f"uno de {', '.join(known)}")


def require_id(name: str, value: str, longest: int = 64) -> None:
    """Check that *value* can be an id: 1 to *longest* printable characters without blank, @ or |.

    Raises:
        InvalidFieldError: it cannot.
    """
    if not (0 < len(value) <= longest and value.isprintable() and not set(value) & set(" @|")):
        invalid(
            name,
            value,
            f"1 to {longest} characters without blanks, @ or |",
            f"de 1 a {longest} caracteres sin espacios, @ ni |",
        )


PARTY_LIMIT = 500


def require_party(name: str, value: int) -> None:
    """Check that *value* can be the number of those who come together.

    Raises:
        InvalidFieldError: it cannot.
    """
    if not 1 <= value <= PARTY_LIMIT:
        invalid(name, value, f"1 to {PARTY_LIMIT}", f"de 1 a {PARTY_LIMIT}")


HEAD_START = timedelta(hours=12)
"""So long before it begins a visitor may come: an evening before the morning, and no day before."""
LONGEST_STAY_DAYS = 31
_CLOCK_CHANGE = timedelta(hours=1)


def is_early(start: datetime, at: datetime) -> bool:
    """Whether *at* is too early for what begins at *start*."""
    return at < start - HEAD_START


def require_stay(start: datetime, end: datetime, at: datetime) -> None:
    """Check that from *start* until *end* somebody may be expected, as of *at*: lists show it as
    something of a day. By the clock of a site, days may be an hour longer.

    Raises:
        InvalidFieldError: they may not; it names the field ``end``.
    """
    if end <= max(start, at):
        invalid(
            "end",
            end.isoformat(),
            "a moment to come, after the start",
            "un momento futuro, posterior al inicio",
        )
    if end - start > timedelta(days=LONGEST_STAY_DAYS) + _CLOCK_CHANGE:
        invalid(
            "end",
            end.isoformat(),
            f"a moment at most {LONGEST_STAY_DAYS} days after the start",
            f"un momento a lo sumo {LONGEST_STAY_DAYS} días después del inicio",
        )


GRANT_WINDOW = timedelta(seconds=15)
"""For so long after a grant at the door an opening is by right: the usual door-status delay of a
controller."""


def opening_window(seconds: int) -> timedelta:
    """For how long after an unlock of *seconds* was applied an opening is by right."""
    return timedelta(seconds=seconds) + timedelta(seconds=5)


@frozen
class Period:
    """A span of time, UTC: ``start <= moment < end``."""

    start: datetime
    end: datetime


@frozen
class Standing:
    """How a person stands who comes to a door. ``inside`` are the anti-passback zones that they
    have entered and not left; ``visits`` when they are expected, where they are a visitor.
    """

    inside: tuple[str, ...] = ()
    visits: tuple[Period, ...] = ()


QUARTER = timedelta(minutes=15)


def quarter_of(at: datetime) -> datetime:
    """The UTC quarter-hour that *at* falls in; every time zone's day is made of whole ones."""
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY_MINUTES = 24 * 60
HORIZON_DAYS = 16
"""An interval that the clock skips comes round after two weeks."""
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@frozen
class Interval:
    """On these weekdays, from minute *start* to minute *end* of the local day.

    ``0 <= start < end <= 1440``.
    """

    days: tuple[Weekday, ...]
    start: int
    end: int

    def check(self) -> None:
        """Check that it is well formed.

        Raises:
            InvalidFieldError: it is not.
        """
        if not self.days:
            invalid("days", (), "at least one day", "al menos un día")
        for day in self.days:
            require_choice("days", day, Weekday)
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            invalid(
                "interval",
                (self.start, self.end),
                "minutes of a day, the start before the end",
                "minutos de un día, el inicio antes del fin",
            )

    def covers(self, local: datetime) -> bool:
        """Whether the wall clock *local* falls into it."""
        return (
            WEEK[local.weekday()] in self.days
            and self.start <= local.hour * 60 + local.minute < self.end
        )


def spanning(days: tuple[Weekday, ...], start: int, end: int) -> tuple[Interval, ...]:
    """The intervals that begin at minute *start* on these weekdays and last to minute *end*, of the
    next day where that is not after the start. What spans midnight is two: a holiday is a day, and
    controllers keep their hours by the day.
    """
    if start < end:
        return (Interval(days, start, end),)
    following = {WEEK[(WEEK.index(day) + 1) % len(WEEK)] for day in days}
    after: tuple[Weekday, ...] = tuple(day for day in WEEK if day in following)
    parts = (Interval(days, start, DAY_MINUTES), Interval(after, 0, end))
    return tuple(part for part in parts if part.start < part.end)


@frozen
class WeeklySchedule:
    """When something holds in an ordinary week, on the site's wall clock."""

    intervals: tuple[Interval, ...] = ()

    def covers(self, local: datetime) -> bool:
        """Whether the wall clock *local* falls into any interval."""
        return any(interval.covers(local) for interval in self.intervals)

    def next_change(self, at: datetime, zone: tzinfo) -> datetime | None:
        """The first moment after *at*, UTC, with another answer on the wall clock of *zone*; None
        where there is none within two weeks.
        """
        now = self.covers(_wall(at, zone))
        for moment in self.moments(at, zone):
            if self.covers(_wall(moment, zone)) != now:
                return moment
        return None

    def moments(self, at: datetime, zone: tzinfo) -> list[datetime]:
        """The moments after *at*, UTC, within two weeks, at which its answer may be another or a
        day begins on the wall clock of *zone*; in order.
        """
        found = {*self._edges(at, zone), *_clock_changes(at, zone)}
        return sorted(moment for moment in found if moment > at)

    def _edges(self, at: datetime, zone: tzinfo) -> Iterator[datetime]:
        """The moments near *at* at which an interval or a day may begin or end."""
        minutes = {0, *(edge for i in self.intervals for edge in (i.start, i.end % DAY_MINUTES))}
        for day in _days(at, zone):
            for minute in minutes:
                wall = day + timedelta(minutes=minute)
                # An hour that the clock shows twice has two moments.
                yield wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
                yield wall.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _wall(at: datetime, zone: tzinfo) -> datetime:
    """What the clock on the wall shows at a moment."""
    return at.astimezone(zone).replace(tzinfo=None)


def _days(at: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The beginnings of the days to look at on the wall clock, from the day of *at* on."""
    first = _wall(at, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    for number in range(HORIZON_DAYS):
        yield first + timedelta(days=number)


def _clock_changes(at: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The moments in those days at which the wall clock is set, to the minute."""
    days = [day.replace(tzinfo=zone).astimezone(UTC) for day in _days(at, zone)]
    for low, high in pairwise(days):
        before = low.astimezone(zone).utcoffset()
        if high.astimezone(zone).utcoffset() != before:
            minutes = range(1, (high - low) // timedelta(minutes=1) + 1)
            place = bisect_left(
                minutes,
                True,  # noqa: FBT003  # the answer looked for
                key=lambda m, low=low, before=before: (
                    (low + timedelta(minutes=m)).astimezone(zone).utcoffset() != before
                ),
            )
            yield low + timedelta(minutes=minutes[place])
