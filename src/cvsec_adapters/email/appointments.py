"""A visit as an entry for the visitor's calendar (RFC 5545), sent as RFC 5546 has it."""

from datetime import UTC, datetime
from typing import Literal

from attrs import frozen
from icalendar import Calendar, Component, Event, vCalAddress

from cvsec_adapters.email.envelopes import Mailbox

Method = Literal["REQUEST", "CANCEL"]


@frozen
class Appointment:
    """``uid`` stays the same from the request to its cancellation; the times are UTC."""

    uid: str
    summary: str
    place: str
    start: datetime
    end: datetime
    written_at: datetime


def calendar(method: Method, appointment: Appointment, organiser: Mailbox, guest: Mailbox) -> bytes:
    """The iCalendar file that asks *guest* to the appointment, or takes it back."""
    entry = Event()
    _fill(
        entry,
        uid=appointment.uid,
        sequence=1 if method == "CANCEL" else 0,
        dtstamp=appointment.written_at.astimezone(UTC),
        dtstart=appointment.start.astimezone(UTC),
        dtend=appointment.end.astimezone(UTC),
        summary=appointment.summary,
        location=appointment.place,
        status="CANCELLED" if method == "CANCEL" else "CONFIRMED",
        organizer=_party(organiser),
        attendee=_party(guest, PARTSTAT="NEEDS-ACTION", ROLE="REQ-PARTICIPANT"),
    )
    whole = Calendar()
    _fill(whole, prodid="-//cvsec//visits//", version="2.0", method=method)
    whole.add_component(entry)
    return whole.to_ical()


def _fill(component: Component, **properties: str | int | datetime) -> None:
    for name, value in properties.items():
        component.add(name, value)  # pyright: ignore[reportUnknownMemberType]  # not annotated there


def _party(mailbox: Mailbox, **params: str) -> vCalAddress:
    name = {"CN": mailbox.name.replace('"', "'")} if mailbox.name else {}
    return vCalAddress(f"mailto:{mailbox.address}", params=params | name)
