"""Whom the simulated controller lets in by itself: people, their cards, their doors and hours."""

from collections.abc import Sequence
from datetime import date, datetime

from attrs import define, field, frozen

GRANTED, ILLEGAL_TIME, NO_RIGHT, UNREGISTERED, EXPIRED = 0, 22, 23, 27, 29
Day = Sequence[tuple[int, int]]
"""Intervals, from a minute of the day to another."""


@frozen
class SimulatedUser:
    """Dates count whole days; None: no limit."""

    card: str
    name: str = ""
    start: date | None = None
    end: date | None = None


@define
class Rights:
    """The controller's tables. ``authorised`` are doors by person and number of hours; ``hours``
    the days from Monday to Sunday and the three kinds of holidays by number.
    """

    users: dict[str, SimulatedUser] = field(factory=dict[str, SimulatedUser])
    authorised: dict[tuple[str, int], frozenset[int]] = field(
        factory=dict[tuple[str, int], frozenset[int]]
    )
    hours: dict[int, Sequence[Day]] = field(factory=dict[int, Sequence[Day]])
    holidays: dict[date, int] = field(factory=dict[date, int])

    def remove(self, pin: str) -> None:
        """Know somebody no more."""
        self.users.pop(pin, None)
        self.withdraw(pin)

    def withdraw(self, pin: str, number: int | None = None) -> None:
        """Let somebody pass no more in the hours of that *number*, or in none."""
        for key in [k for k in self.authorised if k[0] == pin and number in (None, k[1])]:
            del self.authorised[key]

    def holder(self, card: str) -> str | None:
        """Whose card it is."""
        return next((pin for pin, user in self.users.items() if user.card == card), None)

    def verdict(self, pin: str | None, door: int, local: datetime) -> int:
        """The event's code when somebody comes to the *door* by the controller's clock."""
        if pin is None:
            return UNREGISTERED
        user, today = self.users[pin], local.date()
        if (user.start and today < user.start) or (user.end and today > user.end):
            return EXPIRED
        numbers = [n for (who, n), doors in self.authorised.items() if who == pin and door in doors]
        if not numbers:
            return NO_RIGHT
        return GRANTED if any(self._is_open(n, local) for n in numbers) else ILLEGAL_TIME

    def _is_open(self, number: int, local: datetime) -> bool:
        week = self.hours.get(number)
        if week is None:
            return False
        kind, minute = self.holidays.get(local.date()), local.hour * 60 + local.minute
        day = week[local.weekday()] if kind is None else week[6 + kind]
        return any(start <= minute < end for start, end in day)
