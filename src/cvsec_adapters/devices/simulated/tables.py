"""The simulated controller's tables of rights, as PUSH changes them."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from cvsec_adapters.devices.simulated.rights import Rights, SimulatedUser

UNSUPPORTED = -13
"""The device has no such command."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Hol1", "Hol2", "Hol3")
MOST_DOORS = 16


def change_table(rights: Rights, action: str, table: str, fields: Mapping[str, str]) -> int:
    """What the device answers to ``DATA action table fields``.

    Raises:
        ValueError: a field is no good.
    """
    match action, table:
        case "UPDATE", "user":
            limits = _date(fields["StartTime"]), _date(fields["EndTime"])
            rights.users[fields["Pin"]] = SimulatedUser(fields["CardNo"], fields["Name"], *limits)
        case "UPDATE", "userauthorize":
            mask = int(fields["AuthorizeDoorId"])
            doors = {n for n in range(1, MOST_DOORS + 1) if mask >> (n - 1) & 1}
            rights.authorised[_authorisation(fields)] = frozenset(doors)
        case "UPDATE", "timezone":
            week = [tuple(_spans(fields, day)) for day in DAYS]
            rights.hours[int(fields["TimezoneId"])] = week
        case "UPDATE", "holiday":
            day = _date(fields["Holiday"])
            if day is not None:
                rights.holidays[day] = int(fields["HolidayType"])
        case "DELETE", "holiday":
            rights.holidays.clear()
        case "DELETE", "user":
            rights.remove(fields["Pin"])
        case "DELETE", "userauthorize":
            number = fields.get("AuthorizeTimezoneId")
            rights.withdraw(fields["Pin"], None if number is None else int(number))
        case _:
            return UNSUPPORTED
    return 0


def _authorisation(fields: Mapping[str, str]) -> tuple[str, int]:
    return fields["Pin"], int(fields["AuthorizeTimezoneId"])


def _spans(fields: Mapping[str, str], day: str) -> Iterator[tuple[int, int]]:
    for place in (1, 2, 3):
        span = int(fields[f"{day}Time{place}"])
        if span:
            start, end = divmod(span, 1 << 16)
            yield _minute(start), _minute(end) + (end == 2359)  # noqa: PLR2004  # the day's last minute


def _minute(clock: int) -> int:
    hours, minutes = divmod(clock, 100)
    return hours * 60 + minutes


def _date(text: str) -> date | None:
    return None if text == "0" else datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  # a day
