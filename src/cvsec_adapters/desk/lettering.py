"""Letters as the outbox asks for them: written from what is known when they are sent."""

import hashlib
from email.message import EmailMessage
from typing import NamedTuple

from attrs import define

from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.hosts import full_name
from cvsec_adapters.email import letters
from cvsec_adapters.email.envelopes import Envelope, Mailbox
from cvsec_adapters.tokens import qr
from cvsec_core.aggregates import organisation
from cvsec_core.aggregates.organisation import MailConfigured
from cvsec_core.errors import CommandError, Locale, Words
from cvsec_core.ids import InvitationId, VisitId
from cvsec_core.projections import directory, invitations, visitor_list
from cvsec_core.projections.directory import PersonRow
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.rules.visiting import MailNotConfiguredError
from cvsec_core.site import Site


@define
class LetterPointlessError(CommandError):
    """What a letter would tell still holds when it is sent."""

    code = "letter-pointless"
    says = Words(
        "What the letter was to tell no longer holds.",
        "Lo que la carta iba a decir ya no es cierto.",
    )
    advises = Words("Nothing needs to be done.", "No hay que hacer nada.")


@define
class NoAddressError(CommandError):
    """A letter goes to an address."""

    code = "no-address"
    says = Words(
        "The recipient has no e-mail address.", "El destinatario no tiene dirección de correo."
    )
    advises = Words("Add one with `people correct`.", "Añada una con `people correct`.")


class House(NamedTuple):
    """Who writes: the organisation's name and language, and its mail server."""

    name: str
    locale: Locale
    mail: MailConfigured
    shows_names: bool


def house_of(site: Site) -> House:
    """Who writes the letters of *site*.

    Raises:
        MailNotConfiguredError: nobody, for lack of a mail server.
    """
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    mail, shows_names = state.settings.mail, "name" in state.settings.shown
    if mail is None:
        raise MailNotConfiguredError
    if isinstance(state, organisation.Founded):
        return House(state.name, state.locale, mail, shows_names)
    return House(mail.sender, "en", mail, shows_names)


def written(desk: Desk, row: MailRow) -> EmailMessage:
    """The letter of that row of the outbox.

    Raises:
        LetterPointlessError: it would tell what no longer holds.
        NoAddressError: there is nowhere to send it to.
        MailNotConfiguredError: there is no mail server.
        InvalidFieldError: something in it is no line of text.
    """
    house = house_of(desk.site)
    recipient = desk.site.query(directory.one, row.recipient)
    if recipient is None or not recipient.email:
        raise NoAddressError
    to = Mailbox(recipient.email, full_name(recipient))
    sender = Mailbox(house.mail.sender, house.name)
    envelope = Envelope(
        _message_id(row, house.mail.sender),
        sender,
        to,
        desk.site.clock(),
        desk.site.zone(),
        house.locale,
    )
    match row.kind:
        case "invitation":
            return _invitation(desk, house, envelope, InvitationId(row.about))
        case "invitation-withdrawn":
            told = desk.site.query(invitations.one, InvitationId(row.about))
            return letters.withdrawal(envelope, _appointment(house, told))
        case _:
            return _arrival(desk.site, house, envelope, VisitId(row.about))


def _invitation(desk: Desk, house: House, envelope: Envelope, name: InvitationId) -> EmailMessage:
    told = desk.site.query(invitations.one, name)
    if told is None or told.host is None or told.state(envelope.at) not in ("open", "redeemed"):
        raise LetterPointlessError
    code = desk.tokens.write(name, told.row.nonce)
    return letters.invitation(envelope, _appointment(house, told), code, qr.png(code))


def _appointment(house: House, told: invitations.Invitation | None) -> letters.Visit:
    if told is None or told.row.reason is None:
        raise LetterPointlessError  # the guest has been forgotten
    row = told.row
    return letters.Visit(
        f"{_digest(row.id)}@cvsec",
        house.name,
        full_name(told.host) if told.host else house.name,
        "",
        row.reason or "",
        row.start,
        row.end,
        row.visitors,
    )


def _arrival(site: Site, house: House, envelope: Envelope, name: VisitId) -> EmailMessage:
    told = site.query(visitor_list.one, name)
    if told is None or told.visitor is None or told.row.checked_in_at is None:
        raise LetterPointlessError
    who = _shown(house, told.visitor)
    return letters.host_notice(
        envelope, letters.Arrival(who, house.name, "", told.row.checked_in_at)
    )


def _shown(house: House, visitor: PersonRow) -> str:
    """What a notice tells of a visitor: the number, unless the organisation shows names."""
    return full_name(visitor) if house.shows_names or not visitor.number else visitor.number


def _message_id(row: MailRow, sender: str) -> str:
    """The same each time the letter is sent."""
    domain = sender.rpartition("@")[2]
    return f"{_digest(row.id)}@{domain if domain.isascii() else 'cvsec'}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
