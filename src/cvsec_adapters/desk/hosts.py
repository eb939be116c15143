"""Whom somebody comes to see, as visitors and hosts say it: an id, or how a name begins."""

from collections.abc import Iterator

from attrs import define

from cvsec_core.aggregates.person import PersonUnknownError
from cvsec_core.errors import CommandError, Words
from cvsec_core.projections import directory
from cvsec_core.projections.directory import PersonRow
from cvsec_core.site import Site

MOST_NAMED = 8
"""So many candidates are named; who finds more has to say more of the name."""


@define
class HostUnknownError(CommandError):
    """Somebody who works here is visited."""

    host: str

    code = "host-unknown"
    says = Words(
        "Nobody here has the id {host}, nor a name that begins so.",
        "Nadie aquí tiene el id {host}, ni un nombre que empiece así.",
    )
    advises = Words(
        "Give their id, or the beginning of their first or last name; see `people list`.",
        "Indique su id, o el comienzo de su nombre o apellido; vea `people list`.",
    )


@define
class HostAmbiguousError(CommandError):
    """One person is visited, and not one of several."""

    host: str
    candidates: tuple[str, ...]

    code = "host-ambiguous"
    says = Words(
        "{host} may be any of: {candidates}.", "{host} puede ser cualquiera de: {candidates}."
    )
    advises = Words("Give the id of one of them.", "Indique el id de uno de ellos.")


def find_host(site: Site, asked: str) -> PersonRow:
    """The person whose id is *asked*, or else whose first, last or whole name begins so.

    Raises:
        HostUnknownError: there is nobody like that.
        HostAmbiguousError: there are several.
    """
    sought = " ".join(asked.split())
    known = _numbered(site, sought)
    if known is not None:
        return known
    found = list(_beginning_with(site, sought.casefold())) if sought else []
    exact = [row for row in found if full_name(row).casefold() == sought.casefold()]
    match exact or found:
        case [one]:
            return one
        case []:
            raise HostUnknownError(sought[:60])
        case several:
            named = [f"{row.number} ({full_name(row)})" for row in several[:MOST_NAMED]]
            more = ("…",) if len(several) > MOST_NAMED else ()
            raise HostAmbiguousError(sought, (*named, *more))


def full_name(row: PersonRow) -> str:
    """First and last name."""
    return f"{row.first_name} {row.last_name}".rstrip()


def _numbered(site: Site, number: str) -> PersonRow | None:
    try:
        row = site.query(directory.one, site.person(number))
    except PersonUnknownError:
        return None
    return row if row is not None and row.kind != "visitor" else None


def _beginning_with(site: Site, beginning: str) -> Iterator[PersonRow]:
    for row in site.query(directory.people, search=beginning):
        names = (row.first_name, row.last_name, full_name(row))
        if row.kind != "visitor" and any(name.casefold().startswith(beginning) for name in names):
            yield row
