"""People at a desk: enrolled, corrected, blocked, linked to a guardian, let into the app.

Each is known by the number that the site gives them. What is refused leaves nothing behind.
"""

from collections.abc import Iterator
from typing import Any

from attrs import evolve as changed, frozen

from cvsec_adapters.contacts import email_address, phone_number, region_of
from cvsec_adapters.desk.forms import Form
from cvsec_adapters.desk.settings import settings
from cvsec_adapters.desk.together import together
from cvsec_core.aggregates import organisation, person
from cvsec_core.aggregates.credential import IssueCredential
from cvsec_core.aggregates.person import Particulars, PersonKind, PersonUnknownError, Purpose
from cvsec_core.handling import Answer
from cvsec_core.ids import PersonId
from cvsec_core.projections import directory
from cvsec_core.projections.directory import PersonRow
from cvsec_core.site import Site
from cvsec_core.values import invalid, require_id, require_text

LONGEST = 100
"""Characters of a name."""


@frozen
class Details:
    """What somebody says of a person, as they write it. None: they say nothing of it; empty: there
    is none.
    """

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    department: str | None = None


NOBODY = Particulars("")


def enroll(
    site: Site,
    number: str,
    details: Details,
    *,
    by: str,
    kind: PersonKind = "personnel",
    minor: bool = False,
    card: str | None = None,
    region: str | None = None,
) -> Answer:
    """Enroll the person with this *number*, with a *card* where one is given: both or neither.

    Args:
        site: where.
        number: what the site and its devices know them by.
        details: all that is known of them; a first name at least.
        by: who enrolls them.
        kind: what they are here.
        minor: whether they are under age.
        card: the number of their card.
        region: where a phone number without a country is dialled; None: see `region`.

    Raises:
        InvalidFieldError: a field is no good.
        InvalidFieldsError: several are not.
        PersonEnrolledError: somebody else has the number, or they are enrolled otherwise.
        CredentialTakenError: the card is somebody else's.
    """
    form = Form()
    form.check(require_id, "id", number)
    particulars = _particulars(site, form, changed(NOBODY, number=number), details, region)
    if card is not None:
        form.check(require_card, card)
    form.close()
    name, at = site.newcomer(("number", number)), site.clock()
    asked: list[Any] = [person.EnrollPerson(name, kind, particulars, by, at, minor)]
    if card is not None:
        asked.append(IssueCredential(site.new_card(card), name, "card", by, at, card))
    return together(site, asked, by)


def require_card(number: str, name: str = "card") -> None:
    """Check that *number* can be a card's: devices say 0 where there is no card.

    Raises:
        InvalidFieldError: it cannot.
    """
    require_id(name, number)
    if not number.strip("0"):
        invalid(name, number, "the number of a card", "el número de una tarjeta")


def correct(
    site: Site, number: str, details: Details, *, by: str, region: str | None = None
) -> Answer:
    """Correct what is known of a person; what *details* say nothing of stays.

    Raises:
        PersonUnknownError: nobody has this number.
        InvalidFieldError: a field is no good.
        InvalidFieldsError: several are not.
    """
    name, known = enrolled(site, number)
    form = Form()
    had = known.particulars or changed(NOBODY, number=number)
    particulars = _particulars(site, form, had, details, region)
    form.close()
    return site.handle(person.CorrectPerson(name, particulars, by, site.clock()), actor=by)


def block(site: Site, number: str, reason: str, *, by: str) -> Answer:
    """Put a person on the blocklist, and say why.

    Raises:
        PersonUnknownError: nobody has this number.
        InvalidFieldError: the reason is no line of text.
    """
    require_text("reason", reason, 1000)
    name, _ = enrolled(site, number)
    return site.handle(person.BlockPerson(name, reason, by, site.clock()), actor=by)


def unblock(site: Site, number: str, *, by: str) -> Answer:
    """Take a person off the blocklist.

    Raises:
        PersonUnknownError: nobody has this number.
    """
    name, _ = enrolled(site, number)
    return site.handle(person.UnblockPerson(name, by, site.clock()), actor=by)


def switch_login(site: Site, number: str, *, on: bool, by: str) -> Answer:
    """Let a person into the app, or no longer. A minor's login takes a guardian's consent; without
    one the answer is a refusal.

    Raises:
        PersonUnknownError: nobody has this number.
    """
    name, _ = enrolled(site, number)
    command = person.EnableAppLogin if on else person.DisableAppLogin
    return site.handle(command(name, by, site.clock()), actor=by)


def switch_notifications(site: Site, number: str, *, on: bool, by: str) -> Answer:
    """Tell a person of passages, or no longer.

    Raises:
        PersonUnknownError: nobody has this number.
    """
    name, _ = enrolled(site, number)
    return site.handle(person.SwitchNotifications(name, on, by, site.clock()), actor=by)


def link_guardian(site: Site, child: str, guardian: str, consent: str, *, by: str) -> Answer:
    """Link a minor to a guardian, who consents to their account and to being told of their
    passages.

    Args:
        site: where.
        child: the number of who is guarded.
        guardian: the number of who guards.
        consent: where the consent itself is kept.
        by: who records it.

    Raises:
        PersonUnknownError: nobody has one of these numbers.
        InvalidFieldError: nobody guards themselves, no minor guards and nobody else is guarded;
            or the reference is no line of text.
    """
    require_text("consent", consent, 1000)
    name, guarded = enrolled(site, child)
    guards, known = enrolled(site, guardian)
    if guards == name:
        invalid("guardian", guardian, "somebody else", "otra persona")
    if known.minor:
        invalid("guardian", guardian, "somebody of age", "alguien mayor de edad")
    if not guarded.minor:
        invalid("child", child, "a minor", "un menor de edad")
    return site.handle(person.LinkGuardian(name, guards, consent, by, site.clock()), actor=by)


def withdraw_consent(
    site: Site, child: str, guardian: str, *, by: str, purpose: Purpose | None = None
) -> Answer:
    """Take back what a guardian consented to, for one *purpose* or all. With the last consent to
    an account the account ends.

    Raises:
        PersonUnknownError: nobody has one of these numbers.
    """
    name, _ = enrolled(site, child)
    guards, _ = enrolled(site, guardian)
    purposes = person.PURPOSES if purpose is None else (purpose,)
    at = site.clock()
    asked = [person.WithdrawConsent(name, each, by, at, guards) for each in purposes]
    return together(site, asked, by)


def accept_policy(site: Site, number: str, *, by: str) -> Answer:
    """Record that a person accepts the privacy policy that was published last.

    Raises:
        PersonUnknownError: nobody has this number.
        InvalidFieldError: none was published.
    """
    name, _ = enrolled(site, number)
    return site.handle(person.AcceptPolicy(name, settings(site).policy, site.clock()), actor=by)


def row(site: Site, number: str) -> PersonRow:
    """The person with this number, as the lists have them.

    Raises:
        PersonUnknownError: nobody has it.
    """
    found = site.query(directory.one, site.person(number))
    if found is None:
        raise PersonUnknownError(number)
    return found


def enrolled(site: Site, number: str) -> tuple[PersonId, person.Enrolled]:
    """The id of the person with this number, and what is known of them.

    Raises:
        PersonUnknownError: nobody has it.
    """
    name = site.person(number)
    state: person.PersonState = site.state(person.stream(name))
    if not isinstance(state, person.Enrolled):
        raise PersonUnknownError(number)
    return name, state


def region(site: Site) -> str | None:
    """Where a phone number without a country is dialled: in the country of the organisation's
    zone; None where it is no country's, as UTC is.
    """
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    return region_of(state.zone) if isinstance(state, organisation.Founded) else None


def _particulars(
    site: Site, form: Form, had: Particulars, details: Details, dialled_in: str | None
) -> Particulars:
    """*had* with what the *details* say; what is no good stands in the *form*."""
    return changed(had, **dict(_said(site, form, details, had, dialled_in)))


def _said(
    site: Site, form: Form, details: Details, had: Particulars, dialled_in: str | None
) -> Iterator[tuple[str, str | None]]:
    first_name = details.first_name if details.first_name is not None else had.first_name
    form.check(require_text, "first_name", first_name, LONGEST)
    yield "first_name", first_name.strip()
    for name in ("last_name", "department"):
        text: str | None = getattr(details, name)
        if text:
            form.check(require_text, name, text, LONGEST)
        if text is not None:
            yield name, text.strip() or (None if name == "department" else "")
    if details.email is not None:
        yield "email", form.check(email_address, details.email) if details.email else None
    if details.phone is not None:
        where = dialled_in or region(site)
        yield "phone", form.check(phone_number, details.phone, where) if details.phone else None
