"""Visitors: each one person, whether they were invited by e-mail or came to the desk."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve as changed, frozen

from cvsec_adapters.contacts import email_address, phone_number
from cvsec_adapters.desk.drawing import drawn
from cvsec_adapters.desk.forms import Form
from cvsec_adapters.desk.together import together
from cvsec_core.aggregates import person
from cvsec_core.aggregates.person import (
    CorrectPerson,
    EnrollPerson,
    Particulars,
    PersonEnrolledError,
)
from cvsec_core.handling import Answer
from cvsec_core.ids import PersonId
from cvsec_core.ports import Name
from cvsec_core.projections import directory
from cvsec_core.site import Site
from cvsec_core.values import invalid, require_text

LONGEST_ID_NUMBER = 40


@frozen
class Visitor:
    """Who comes, as they say it themselves."""

    first_name: str
    last_name: str = ""
    id_number: str | None = None
    email: str | None = None
    phone: str | None = None


def checked(form: Form, who: Visitor, dialled_in: str | None) -> Visitor:
    """*who* in the form that is kept; what is no good is noted in the *form*, which the caller
    closes.
    """
    first, last = who.first_name.strip(), who.last_name.strip()
    form.check(require_text, "first_name", first)
    if last:
        form.check(require_text, "last_name", last)
    return Visitor(
        first,
        last,
        None if who.id_number is None else form.check(id_number, who.id_number),
        None if who.email is None else form.check(email_address, who.email),
        None if who.phone is None else form.check(phone_number, who.phone, dialled_in),
    )


def id_number(text: str) -> str:
    """The number of an identity document as it is kept and compared.

    >>> id_number(" 12.345.678-z ")
    '12345678Z'

    Raises:
        InvalidFieldError: there are other than letters and digits in it, none or too many.
    """
    plain = unicodedata.normalize("NFKC", text[: 2 * LONGEST_ID_NUMBER]).upper()
    kept = "".join(c for c in plain if c not in " .-/")
    if not (kept.isalnum() and len(kept) <= LONGEST_ID_NUMBER):
        invalid(
            "id_number",
            text[:LONGEST_ID_NUMBER],
            f"1 to {LONGEST_ID_NUMBER} letters and digits",
            f"de 1 a {LONGEST_ID_NUMBER} letras y dígitos",
        )
    return kept


def with_visitor(
    site: Site, who: Visitor, by: str, at: datetime, then: Callable[[PersonId], object]
) -> Answer:
    """What the command that *then* makes for the visitor leads to. A visitor who is not known yet
    is enrolled in the same commit; where the command is an error, nothing is stored.

    Raises:
        CommandError: the command ought not to have been sent.
    """
    try:
        return _handled(site, who, by, at, then)
    except PersonEnrolledError:  # somebody else enrolled them meanwhile
        return _handled(site, who, by, at, then)


def _handled(
    site: Site, who: Visitor, by: str, at: datetime, then: Callable[[PersonId], Any]
) -> Answer:
    name, before = _known(site, who, by, at)
    return together(site, (*before, then(name)), by)


def _known(
    site: Site, who: Visitor, by: str, at: datetime
) -> tuple[PersonId, tuple[EnrollPerson | CorrectPerson, ...]]:
    """The visitor's id, and what makes what is known of them complete. Of somebody who is blocked
    nothing is: what they tell may be another's.
    """
    names, number = _names(who), f"V-{drawn().upper()}"
    known = site.pseudonyms.known(names)
    name = _met_before(site, who, known) or _newcomer(site, who, known, number)
    state: person.PersonState = site.state(person.stream(name))
    if isinstance(state, person.Enrolled) and state.blocked:
        return name, ()
    theirs = site.pseudonyms.shared(name, names)
    if isinstance(state, person.Enrolled):
        had = state.particulars
        owns_address = theirs.get(names[-1]) == name
        complete = had and _completed(had, who if owns_address else changed(who, email=None))
        if complete is None or complete == had:
            return name, ()
        return name, (CorrectPerson(name, complete, by, at),)
    site.pseudonyms.shared(name, (("number", number),))
    particulars = Particulars(
        who.first_name, who.last_name, number, who.email, who.phone, None, who.id_number
    )
    return name, (EnrollPerson(name, "visitor", particulars, by, at),)


def _names(who: Visitor) -> list[Name]:
    """What they are known by, the surest first."""
    names: list[Name] = []
    if who.id_number:
        names.append(("id-number", who.id_number))
    if who.email:
        names.append(("email", who.email.casefold()))
    return names


def _met_before(site: Site, who: Visitor, known: Mapping[Name, str]) -> PersonId | None:
    """Who has one of the names. Somebody with another document is somebody else, though they give
    the same address; so is somebody with another first name who shows no document.
    """
    for name in _names(who):
        if name in known and _may_be(site, PersonId(known[name]), who, by=name):
            return PersonId(known[name])
    return _by_address(site, who)


def _newcomer(site: Site, who: Visitor, known: Mapping[Name, str], number: str) -> PersonId:
    """An id by the surest name that nobody had, or that nobody else was given meanwhile; else by
    the *number*.
    """
    for name in _names(who):
        if name not in known:
            id_ = site.newcomer(name)
            if _may_be(site, id_, who, by=name):
                return id_
    return site.newcomer(("number", number))


def _by_address(site: Site, who: Visitor) -> PersonId | None:
    """Who was given their address otherwise: the one visitor, or whoever is on the blocklist. A
    family may share an address, and an employee's makes nobody an employee.
    """
    if not who.email:
        return None
    having = site.query(directory.with_email, who.email)
    able = [row for row in having if row.blocked or row.kind == "visitor"]
    found = [row for row in able if _may_be(site, row.id, who, by=("email", who.email))]
    return found[0].id if len(found) == 1 or (found and found[0].blocked) else None


def _may_be(site: Site, name: PersonId, who: Visitor, by: Name) -> bool:
    """Whether the person is who has come, *by* one of their names, as far as is known of them. Who
    is on the blocklist is known by an address alone.
    """
    state: person.PersonState = site.state(person.stream(name))
    if not isinstance(state, person.Enrolled):
        return True  # named in this moment by somebody else, who enrolls them
    had = state.particulars
    if had and had.id_number and who.id_number and had.id_number != who.id_number:
        return False
    if state.blocked or by[0] != "email":
        return True
    return had is not None and _folded(had.first_name) == _folded(who.first_name)


def _folded(name: str) -> str:
    """A name without accents and capitals."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _completed(had: Particulars, who: Visitor) -> Particulars:
    """What is known and what they add to it. How they are reached is as they say now; who they are
    stays until it is corrected.
    """
    return changed(
        had,
        last_name=had.last_name or who.last_name,
        email=who.email or had.email,
        phone=who.phone or had.phone,
        id_number=had.id_number or who.id_number,
    )
