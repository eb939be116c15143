"""The letters that a site writes, in English and Spanish, as text and as HTML.

What a letter may tell about a person is settled before: it shows what it is given.
"""

from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from attrs import frozen
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from cvsec_adapters.email.appointments import Appointment, Method, calendar
from cvsec_adapters.email.envelopes import Envelope, enveloped
from cvsec_adapters.email.wording import moment, span
from cvsec_core.aggregates.invitation import LONGEST_REMARK
from cvsec_core.errors import Words
from cvsec_core.values import require_text

_SUBJECTS = {
    "invitation": Words("Invitation to {organisation}", "Invitación a {organisation}"),
    "withdrawal": Words(
        "Your invitation to {organisation} was withdrawn",
        "Su invitación a {organisation} fue retirada",
    ),
    "host_notice": Words("{visitor} has arrived", "{visitor} ha llegado"),
}
_TEMPLATES = Environment(
    loader=PackageLoader("cvsec_adapters.email"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@frozen
class Visit:
    """What somebody is invited to.

    Args:
        uid: the same from the invitation to its withdrawal, such as ``id@example.org``.
        host: whom the visitor comes to see.
        place: where they come to; empty: the letter names the organisation alone.
        start: UTC, as is ``end``.
    """

    uid: str
    organisation: str
    host: str
    place: str
    reason: str
    start: datetime
    end: datetime
    visitors: int = 1


@frozen
class Arrival:
    """A visitor has come; the host is told."""

    visitor: str
    organisation: str
    place: str
    at: datetime


def invitation(envelope: Envelope, visit: Visit, code: str, picture: bytes) -> EmailMessage:
    """The letter that asks somebody to come, with their QR code and an entry for their calendar.

    Args:
        envelope: see there.
        visit: what they are invited to.
        code: the token, for those who see no pictures.
        picture: the token as a QR code in PNG.

    Raises:
        InvalidFieldError: a name, a place or a header is no line of text.
    """
    letter = _letter("invitation", envelope, _about(envelope, visit) | {"code": code})
    _plain, page = letter.iter_parts()
    cid, name = f"<{_cid(envelope)}>", "qr.png"
    page.add_related(picture, "image", "png", cid=cid, filename=name, disposition="inline")
    _add_calendar(letter, "REQUEST", envelope, visit)
    return letter


def withdrawal(envelope: Envelope, visit: Visit) -> EmailMessage:
    """The letter that takes an invitation back; it takes the entry from the calendar too.

    Raises:
        InvalidFieldError: a name, a place or a header is no line of text.
    """
    letter = _letter("withdrawal", envelope, _about(envelope, visit))
    _add_calendar(letter, "CANCEL", envelope, visit)
    return letter


def host_notice(envelope: Envelope, arrival: Arrival) -> EmailMessage:
    """The letter that tells a host of a visitor.

    Raises:
        InvalidFieldError: a name, a place or a header is no line of text.
    """
    told = {
        "visitor": arrival.visitor,
        "organisation": arrival.organisation,
        "when": moment(arrival.at, envelope.zone, envelope.locale),
    } | _where(arrival.place)
    return _letter("host_notice", envelope, told)


def _about(envelope: Envelope, visit: Visit) -> dict[str, str]:
    return {
        "organisation": visit.organisation,
        "host": visit.host,
        "reason": visit.reason,
        "visitors": str(visit.visitors),
        "when": span(visit.start, visit.end, envelope.zone, envelope.locale),
    } | _where(visit.place)


def _where(place: str) -> dict[str, str]:
    return {"place": place} if place else {}


def _letter(name: str, envelope: Envelope, told: dict[str, str]) -> EmailMessage:
    for field, value in told.items():
        require_text(field, value, LONGEST_REMARK)
    title = _SUBJECTS[name].filled(envelope.locale, told)
    shown = told | {"title": title, "locale": envelope.locale, "cid": _cid(envelope)}
    text, html = (
        _TEMPLATES.get_template(f"{envelope.locale}/{name}.{form}").render(shown)
        for form in ("txt", "html")
    )
    return enveloped(envelope, title, text, html)


def _cid(envelope: Envelope) -> str:
    # Short, for a longer Content-ID is folded, and folded it is another one to many readers.
    return f"{sha256(envelope.message_id.encode()).hexdigest()[:24]}@cvsec"


def _add_calendar(letter: EmailMessage, method: Method, envelope: Envelope, visit: Visit) -> None:
    require_text("uid", visit.uid, 250)
    entry = Appointment(
        visit.uid,
        letter["Subject"],
        ", ".join(name for name in (visit.organisation, visit.place) if name),
        visit.start,
        visit.end,
        envelope.at,
    )
    # Beside the words, not as another form of them: a reader that shows it instead of them would
    # hide the code.
    letter.add_attachment(
        calendar(method, entry, envelope.sender, envelope.recipient),
        "text",
        "calendar",
        filename="visit.ics",
        params={"method": method, "charset": "utf-8"},
    )
