"""The script of the reception: who is enrolled, who is invited, who comes and who leaves."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from cvsec_adapters.demo import campus
from cvsec_adapters.demo.campus import Guest
from cvsec_adapters.demo.stage import Stage, StageError
from cvsec_adapters.desk import invitations, people, visits
from cvsec_adapters.desk.invitations import Invite
from cvsec_adapters.desk.together import together
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.desk.visits import Upload, WalkIn
from cvsec_core.aggregates.organisation import ConfigureMail, SetDisplayOfPersonalData
from cvsec_core.aggregates.person import EnrollPerson, Particulars
from cvsec_core.handling import Answer
from cvsec_core.ids import InvitationId, VisitId
from cvsec_core.projections import directory, notification_center, occupancy

OFFICE, RECEPTION = "office", "reception"
TEACHER, DEAN = "2004", "2001"
CODE = "I1."
"""How the code in a letter begins."""


class Reception:
    """The scenes at the desk, in the order in which they are played."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        self.stage, self.tell = stage, tell
        self._visits: dict[Guest, VisitId] = {}
        self._invitations: dict[Guest, InvitationId] = {}

    def everybody_is_enrolled(self) -> None:
        stage = self.stage
        answer = together(stage.site, list(self._newcomers()), OFFICE)
        for student in campus.GUARDED:
            guardian = str(int(student.number) + campus.GUARDIAN)
            form = f"consent form {student.number}"
            people.link_guardian(stage.site, student.number, guardian, form, by=OFFICE)
        self.tell(
            f"The office enrolls {len(answer.events)} people. The guardians of three students who "
            "are under age consent to be told of their passages."
        )
        stage.ask(SetDisplayOfPersonalData(("name",), OFFICE, stage.now), OFFICE)
        port = stage.post.port
        letters = ConfigureMail(
            "127.0.0.1", port, "reception@example.org", OFFICE, stage.now, security="none"
        )
        stage.ask(letters, OFFICE)

    def guests_are_invited(self) -> None:
        stage = self.stage
        self._invite(campus.INVITED, TEACHER, (9, 12))
        self._invite(campus.DELEGATION, DEAN, (13, 20), visitors=3)
        self._invite(campus.HINDERED, TEACHER, (15, 16))
        stage.until_posted()
        hindered = self._invitations[campus.HINDERED]
        invitations.withdraw(stage.site, hindered, by=RECEPTION).or_raise()
        stage.until_posted()
        self.tell(
            "Three guests are invited by e-mail, with a QR code and an entry for the calendar; one "
            f"invitation is taken back. {len(stage.post.letters)} letters have arrived:"
        )
        for letter in stage.post.letters:
            self.tell(f"    {letter['To'].addresses[0].addr_spec}: {letter['Subject']}")

    def a_guest_shows_the_code_of_the_letter(self) -> None:
        stage = self.stage
        stage.until(9, 20)
        self._redeem(campus.INVITED)
        stage.until_posted()
        told = stage.post.letters[-1]["Subject"]
        self.tell(f'A guest shows the code of the letter and is let in; the host reads "{told}".')
        again = invitations.redeem(stage.desk, self._code(campus.INVITED), by=RECEPTION)
        self.tell(f"Somebody else comes with a copy of it. {_said(again)}")

    def a_courier_comes(self) -> None:
        self.stage.until(10, 15)
        goods = Upload(_picture_of("a parcel"), "image/png")
        self._register(campus.COURIER, TEACHER, "delivery", goods).or_raise()
        visits.check_in(self.stage.site, self._visits[campus.COURIER], by=RECEPTION).or_raise()
        self.tell("A courier comes without an invitation: registered, with a picture of the goods.")

    def guests_leave(self) -> None:
        self.stage.until(12, 5)
        for guest in (campus.INVITED, campus.COURIER):
            visits.check_out(self.stage.site, self._visits[guest], by=RECEPTION).or_raise()
        self.tell("The guest and the courier leave.")

    def somebody_is_turned_away(self) -> None:
        stage = self.stage
        stage.until(12, 20)
        self._register(campus.UNWANTED, TEACHER, "other").or_raise()
        (unwanted,) = stage.site.query(directory.people, search="visitor four")
        people.block(stage.site, unwanted.number or "", "Threatened a teacher", by="guard")
        refused = visits.check_in(stage.site, self._visits[campus.UNWANTED], by=RECEPTION)
        self.tell(f"A visitor threatens a teacher, is blocked, and comes back. {_said(refused)}")

    def a_delegation_comes(self) -> None:
        self.stage.until(13, 30)
        self._redeem(campus.DELEGATION)
        self.tell("A delegation of three comes; one code lets all of them in.")

    def guardians_were_told(self) -> None:
        student = campus.GUARDED[1]
        number = str(int(student.number) + campus.GUARDIAN)
        guardian = people.row(self.stage.site, number)
        ward = people.row(self.stage.site, student.number)
        told = self.stage.site.query(
            notification_center.messages, guardian.id, about=(ward.id,), limit=None
        )
        self.tell(
            f"The guardian of {student.role} has been told of {len(told)} passages today, each as "
            "it happened."
        )

    def who_is_on_site(self) -> None:
        self.stage.until_posted()
        site = self.stage.site
        there = site.query(occupancy.muster, site.clock())
        guests = sum(one.row.party for one in there if one.person and one.person.kind == "visitor")
        everybody = sum(one.row.party for one in there)
        self.tell(
            f"The guard calls the muster: {everybody} people are on site, {guests} of them guests."
        )

    def _newcomers(self) -> Iterator[EnrollPerson]:
        """Everybody with a card, and the guardians."""
        for who in campus.PEOPLE:
            role, _, number = who.role.partition(" ")
            email = f"{role}-{number}@example.org" if who in campus.TEACHERS else None
            known = Particulars(role.capitalize(), number, who.number, email)
            yield self._enroll(known, minor=who in campus.GUARDED)
        for student in campus.GUARDED:
            number = str(int(student.number) + campus.GUARDIAN)
            yield self._enroll(Particulars("Guardian", f"of {student.role}", number))

    def _enroll(self, known: Particulars, *, minor: bool = False) -> EnrollPerson:
        name = self.stage.site.newcomer(("number", known.number or ""))
        return EnrollPerson(name, "personnel", known, OFFICE, self.stage.now, minor)

    def _invite(
        self, guest: Guest, host: str, hours: tuple[int, int], *, visitors: int = 1
    ) -> None:
        stage = self.stage
        who = Visitor(guest.first_name, guest.last_name, None, guest.email)
        start, end = hours
        span = (stage.moment(start), stage.moment(end))
        wish = Invite(host, who, *span, "meeting", visitors)
        invitations.issue(stage.desk, wish, by=RECEPTION).or_raise()
        self._invitations[guest] = wish.invitation

    def _redeem(self, guest: Guest) -> None:
        visit = VisitId(f"visit-{guest.last_name.lower()}")
        code = self._code(guest)
        invitations.redeem(self.stage.desk, code, by=RECEPTION, visit=visit).or_raise()
        visits.check_in(self.stage.site, visit, by=RECEPTION).or_raise()
        self._visits[guest] = visit

    def _code(self, guest: Guest) -> str:
        """What stands in the letter that has come by post."""
        for letter in self.stage.post.to(guest.email or ""):
            text: Any = letter.get_body(("plain",))
            for line in text.get_content().splitlines():
                if line.startswith(CODE):
                    return line
        raise StageError(f"no letter with a code has come to {guest.email}")

    def _register(
        self, guest: Guest, host: str, reason: str, goods: Upload | None = None
    ) -> Answer:
        stage = self.stage
        who = Visitor(guest.first_name, guest.last_name, guest.id_number, guest.email)
        span = (stage.now, stage.now + timedelta(hours=1))
        wish = WalkIn(who, host, *span, reason, {} if goods is None else {"goods": goods})
        self._visits[guest] = wish.visit
        return visits.register(stage.desk, wish, by=RECEPTION)


def _said(answer: Answer) -> str:
    """Why something was refused."""
    return " ".join(reason.message() for no in answer.refusals for reason in no.reasons)


def _picture_of(text: str) -> bytes:
    out = BytesIO()
    image = Image.new("RGB", (320, 240), "burlywood")
    ImageDraw.Draw(image).text((110, 110), text, fill="black")
    image.save(out, "PNG")
    return out.getvalue()
