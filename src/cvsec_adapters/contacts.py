"""Addresses and numbers as people write them, in the one form that is kept and compared."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from cvsec_core.values import invalid

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
LONGEST_MAILBOX = 64  # RFC 5321, section 4.5.3.1.1
LONGEST_PHONE = 40

_ATOM = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")  # RFC 5322, section 3.2.3, dot-atom


def email_address(text: str) -> str:
    """*text* as the address to keep: composed letters, the domain in lower case and in Unicode.

    Nobody is asked whether the mailbox exists.

    >>> email_address(" Visitor@EXAMPLE.org")
    'Visitor@example.org'

    Raises:
        InvalidFieldError: it is no address.
    """
    if len(text) <= LONGEST_EMAIL:
        address = text.strip()
        kept = _of_known_domain(address) or _validated(address)
        if kept is not None:
            return kept
    return invalid(
        "email",
        text[:LONGEST_EMAIL],
        "an address such as name@example.org",
        "una dirección como nombre@example.org",
    )


def _of_known_domain(address: str) -> str | None:
    """The address to keep, where all but its domain is plain: of many people at one organisation
    the domain is looked at once.
    """
    mailbox, _, domain = address.rpartition("@")
    if len(mailbox) > LONGEST_MAILBOX or not _MAILBOX.fullmatch(mailbox):
        return None
    kept = _domain(domain)
    return kept and f"{mailbox}@{kept}"


@lru_cache(maxsize=1024)
def _domain(name: str) -> str | None:
    """The domain to keep; None where it is none, or not plain."""
    kept, plain = _validated(f"a@{name}"), name.lower()
    return plain if kept == f"a@{plain}" and plain.isascii() else None


def _validated(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        return None


def phone_number(text: str, region: str | None) -> str:
    """*text* as E.164: ``+`` and at most 15 digits.

    >>> phone_number("600 123 456", "ES")
    '+34600123456'

    Args:
        text: as it is dialled in *region*, or with ``+`` and the country.
        region: two letters of ISO 3166-1, such as ``ES``; None: only what begins with ``+``.

    Raises:
        InvalidFieldError: there is no such region, or no number like this.
    """
    if region is not None:
        require_region(region)
    if len(text) <= LONGEST_PHONE:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            pass
        else:
            if phonenumbers.is_valid_number(number) and not number.extension:
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return invalid("phone", text[:LONGEST_PHONE], *_expected(region))


def _expected(region: str | None) -> tuple[str, str]:
    if region is None:
        return (
            "a number that begins with + and its country",
            "un número que empiece por + y su país",
        )
    return (
        f"a number of {region}, or one that begins with + and its country",
        f"un número de {region}, o uno que empiece por + y su país",
    )


@cache
def _countries() -> Mapping[str, str]:
    """The country of each time zone, by the table that comes with them."""
    try:
        table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    except (ModuleNotFoundError, OSError):
        return {}
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}


def require_region(region: str) -> None:
    """Check that *region* is one whose numbers are known.

    Raises:
        InvalidFieldError: it is not.
    """
    if region not in phonenumbers.SUPPORTED_REGIONS:
        invalid("region", region[:10], "two letters such as ES", "dos letras como ES")


def region_of(zone: str) -> str | None:
    """The country in which the clocks show *zone*, None where it is no country's own.

    >>> region_of("Europe/Madrid"), region_of("UTC")
    ('ES', None)
    """
    region = _countries().get(zone)
    return region if region in phonenumbers.SUPPORTED_REGIONS else None
