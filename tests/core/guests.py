"""A few people for the examples: who works here, who comes to see them, a pupil and a guardian."""

from datetime import datetime
from typing import Any

from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import (
    access_level,
    credential,
    invitation,
    journal,
    organisation,
    person,
    visit,
)
from cvsec_core.ids import CredentialId, InvitationId, LevelId, PersonId, StreamId, VisitId
from cvsec_core.ports import Entry
from cvsec_core.recorded import Event, Meta
from cvsec_core.site import Site
from cvsec_core.values import WEEK, Direction, Interval, WeeklySchedule
from tests.core.places import FRONT, LOBBY, NOON, Watch, after, furnished

HOST, GUEST = PersonId("host"), PersonId("guest")
PUPIL, GUARDIAN, OTHER = PersonId("pupil"), PersonId("guardian"), PersonId("other-guardian")
STAFF, CARD = LevelId("staff"), CredentialId("card-1")
VISIT, INVITATION, NONCE = VisitId("v-1"), InvitationId("i-1"), "once"
DAYTIME = WeeklySchedule((Interval(WEEK, 8 * 60, 18 * 60),))

NAMES = {
    HOST: person.Particulars("Host", "One", number="1001", department="Physics"),
    GUEST: person.Particulars("Guest", "One", email="guest@example.org", id_number="G-1"),
    PUPIL: person.Particulars("Pupil", "One", number="2001"),
    GUARDIAN: person.Particulars("Guardian", "One", email="guardian@example.org"),
    OTHER: person.Particulars("Guardian", "Two"),
}
KINDS: dict[PersonId, person.PersonKind] = {GUEST: "visitor"}
MAIL = organisation.ConfigureMail("mail.example.org", 587, "door@example.org", "admin", NOON)


def enroll(name: PersonId, at: datetime = NOON) -> person.EnrollPerson:
    """Enroll one of the people above."""
    kind = KINDS.get(name, "personnel")
    return person.EnrollPerson(name, kind, NAMES[name], "reception", at, minor=name == PUPIL)


def link(guardian: PersonId = GUARDIAN) -> person.LinkGuardian:
    """A guardian of the pupil, with their consent."""
    return person.LinkGuardian(PUPIL, guardian, "form 7", "reception", NOON)


def consent(purpose: person.Purpose) -> person.RecordConsent:
    """A guardian's consent for the pupil."""
    return person.RecordConsent(PUPIL, purpose, "form 7", "reception", NOON)


def withdraw(
    purpose: person.Purpose, guardian: PersonId | None = GUARDIAN
) -> person.WithdrawConsent:
    """A guardian's consent for the pupil is taken back."""
    return person.WithdrawConsent(PUPIL, purpose, "reception", NOON, guardian)


def forget(name: PersonId, *credentials: CredentialId, at: datetime = NOON) -> person.ForgetPerson:
    """Somebody is forgotten."""
    return person.ForgetPerson(name, "dpo", at, credentials)


def invite(name: InvitationId = INVITATION, **told: Any) -> invitation.IssueInvitation:
    """The host invites the guest for an hour from now on."""
    fields = {"start": NOON, "end": after(3600), "reason": "meeting", "by": "host", "at": NOON}
    return invitation.IssueInvitation(name, HOST, GUEST, NONCE, **fields | told)


def scan(
    seconds: float = 0, *, name: InvitationId = INVITATION, nonce: str = NONCE, to: str = VISIT
) -> invitation.RedeemInvitation:
    """The invitation is shown so many seconds after noon."""
    return invitation.RedeemInvitation(name, VisitId(to), nonce, after(seconds))


def register(name: VisitId = VISIT, **told: Any) -> visit.RegisterVisit:
    """The guest comes to the host for an hour from now on."""
    fields = {"start": NOON, "end": after(3600), "reason": "meeting", "by": "desk", "at": NOON}
    return visit.RegisterVisit(name, GUEST, HOST, **fields | told)


def check_in(name: VisitId = VISIT, seconds: float = 0) -> visit.CheckIn:
    """The guest is here."""
    return visit.CheckIn(name, "desk", after(seconds))


def check_out(name: VisitId = VISIT, seconds: float = 0) -> visit.CheckOut:
    """The guest leaves."""
    return visit.CheckOut(name, "desk", after(seconds))


def issue_card(
    name: CredentialId = CARD, of: PersonId = HOST, number: str = "4711"
) -> credential.IssueCredential:
    """Somebody gets a card."""
    return credential.IssueCredential(name, of, "card", "reception", NOON, number)


def staff_level() -> access_level.DefineAccessLevel:
    """The front door by day."""
    return access_level.DefineAccessLevel(STAFF, (FRONT,), DAYTIME, "admin", NOON)


def peopled(watch: Watch | None = None) -> Site:
    """A site with a mail server and everybody of above."""
    site = furnished(memory_site(watch or Watch()))
    for command in (MAIL, *map(enroll, NAMES)):
        site.handle(command).or_raise()
    return site


def passed(
    site: Site,
    who: PersonId | None,
    seconds: float = 0,
    direction: Direction | None = "in",
    *,
    code: int = 0,
    late: bool = False,
) -> None:
    """A reader at the front door has seen somebody, as their device told."""
    stream = journal.stream(LOBBY, "2026-03-02")
    known = len(site.log.read(stream))
    at = after(seconds)
    mark = f"{known:012x}"
    seen = journal.PassageRecorded(
        LOBBY, known, 0, code, FRONT, direction, "card", late, mark, at, at, None, None, who
    )
    happened(site, stream, seen)


def happened(site: Site, stream: StreamId, event: Event) -> None:
    """The log tells of an event, whoever decided it."""
    known = len(site.log.read(stream))
    site.log.append([Entry(stream, known + 1, event, Meta("device", event.at))], {stream: known})
