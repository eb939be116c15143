"""Moments in words, on the site's wall clock, in English and Spanish."""

from datetime import datetime, tzinfo

from cvsec_core.errors import Locale

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre",
    ),
}  # fmt: skip


def moment(at: datetime, zone: tzinfo, locale: Locale) -> str:
    """*at* as a day and a time, such as ``Tuesday 24 November 2026, 09:00 (CET, Europe/Madrid)``.

    The short name tells the two apart when an hour comes twice.
    """
    local = at.astimezone(zone)
    return f"{_day(local, locale)}, {local:%H:%M} ({_zone(local)})"


def span(start: datetime, end: datetime, zone: tzinfo, locale: Locale) -> str:
    """From *start* to *end*; the day is named once where it is the same and no clock changes."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.date() == last.date() and first.utcoffset() == last.utcoffset():
        return f"{_day(first, locale)}, {first:%H:%M}-{last:%H:%M} ({_zone(first)})"
    return f"{moment(start, zone, locale)} - {moment(end, zone, locale)}"


def _day(local: datetime, locale: Locale) -> str:
    day, month = _DAYS[locale][local.weekday()], _MONTHS[locale][local.month - 1]
    of = " de " if locale == "es" else " "
    return f"{day} {local.day}{of}{month}{of}{local.year}"


def _zone(local: datetime) -> str:
    short, name = local.tzname() or "", str(local.tzinfo)
    return name if short == name else f"{short}, {name}"
