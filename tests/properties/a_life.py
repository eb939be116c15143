"""Two people of whom a site comes to know all that it can know, and what to look for afterwards."""

import base64
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

from cvsec_adapters.desk import credentials, invitations, levels, people, visits
from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.exporting import export
from cvsec_adapters.desk.invitations import Invite
from cvsec_adapters.desk.login import set_password
from cvsec_adapters.desk.mailing import send_due
from cvsec_adapters.desk.people import Details
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.desk.visits import Upload, WalkIn
from cvsec_adapters.email.mailer import MailFailed
from cvsec_adapters.email.outbox import MemoryMailer
from cvsec_adapters.storage.keys import Cipher, Privacy
from cvsec_adapters.wiring import desk_of, open_site
from cvsec_core.aggregates import organisation, person
from cvsec_core.ids import InvitationId, VisitId
from cvsec_core.site import Site
from tests.core.places import FRONT, NOON, Watch, after, furnished, passages, told

PLAIN = Privacy(Cipher(b"a key of the tests, of 32 bytes."), at_rest=False)
"""Files are plain, so that whatever stands in them is found."""

HOST, HOST_CARD = "9041788315", "5522019866"
CHILD, OTHER = "7730012284", "6619902143"
GUEST_MAIL = "quuxworth.guest@example.org"
OF_HOST = (
    HOST, HOST_CARD, "Zebuloñia", "Vermilionsdottir", "Oldnamington", "zebulonia.host@example.org",
    "+34911234567", "Cryptozoology", "played the Xylophone", "Theremin form",
)  # fmt: skip
"""What is known of the host by name; none of it is like anything else."""
OF_GUEST = (
    "Quuxworth", "Gastpersonne", GUEST_MAIL, "+34917654321", "XK90417Z", "Ocarina audition",
    "Marimba repair", "brings a Bandoneon", "mailbox of Quuxworth is full",
)  # fmt: skip
"""The same of the guest."""


def opened(path: Path, watch: Watch | None = None) -> Site:
    """The site, with plain files."""
    return open_site(path, privacy=PLAIN, clock=watch or Watch())


def live(site: Site, watch: Watch) -> None:
    """Everything happens to the host and to the guest, and something to others."""
    furnished(site)
    mail = organisation.ConfigureMail("mail.example.org", 587, "door@example.org", "admin", NOON)
    site.handle(mail).or_raise()
    desk = desk_of(site)
    _the_host_works_here(desk)
    _the_guest_is_invited_and_comes(desk, watch)
    _devices_tell(site, watch.now)
    for who in (HOST, _number_of(site, GUEST_MAIL)):
        export(desk, who, by="officer")
    site.drain()


def guest_number(site: Site) -> str:
    """The number that the guest was given."""
    return _number_of(site, GUEST_MAIL)


def _the_host_works_here(desk: Desk) -> None:
    site = desk.site
    known = Details(
        "Zebuloñia", "Oldnamington", "zebulonia.host@example.org", "+34911234567", "Cryptozoology"
    )
    people.enroll(site, HOST, known, by="desk", card=HOST_CARD)
    people.enroll(site, CHILD, Details("Pupil", "Two"), by="desk", minor=True)
    people.enroll(site, OTHER, Details("Host", "Three"), by="desk", card="3300445566")
    people.correct(site, HOST, Details(last_name="Vermilionsdottir"), by="desk")
    people.block(site, HOST, "played the Xylophone", by="desk")
    people.unblock(site, HOST, by="desk")
    people.link_guardian(site, CHILD, HOST, "a signed form", by="desk")
    who, at = site.person(HOST), site.clock()
    site.handle(person.RecordConsent(who, "account", "Theremin form", "desk", at))
    people.switch_login(site, HOST, on=True, by="desk")
    set_password(desk, HOST, "correct horse battery", by="desk")
    credentials.issue_pin(site, HOST, "482916", by="desk")
    credentials.issue_qr(site, HOST, by="desk")
    levels.define(site, "staff", [FRONT], ["mon-fri 08:00-18:00"], by="desk")
    levels.grant(site, "staff", HOST, by="desk")


def _the_guest_is_invited_and_comes(desk: Desk, watch: Watch) -> None:
    site, guest = desk.site, Visitor("Quuxworth", "Gastpersonne", None, GUEST_MAIL, "+34917654321")

    def invite(host: str, name: str, reason: str) -> None:
        wish = Invite(
            host, guest, watch.now, after(7200), reason, 2, "brings a Bandoneon", InvitationId(name)
        )
        # Who acts is kept for ever, so people act under their pseudonyms.
        invitations.issue(desk, wish, by=site.person(host)).or_raise()

    invite(HOST, "first", "Ocarina audition")
    send_due(desk, MemoryMailer())
    invite(OTHER, "second", "Marimba repair")
    full = MailFailed(temporary=True, code="recipient-refused", text="mailbox of Quuxworth is full")
    send_due(desk, MemoryMailer(full))
    invitations.redeem(desk, invitations.token_of(desk, InvitationId("first")), by="desk")
    known = Visitor("Quuxworth", "Gastpersonne", "XK90417Z", GUEST_MAIL)
    shown = {"photo": Upload(picture(), "image/png"), "plate": Upload(picture(90), "image/png")}
    for name in ("here", "later"):
        wish = WalkIn(
            known, HOST, watch.now, after(7200), "Ocarina audition", shown, visit=VisitId(name)
        )
        visits.register(desk, wish, by="desk").or_raise()
    visits.check_in(site, VisitId("here"), by="desk")


def _devices_tell(site: Site, at: datetime) -> None:
    lines = [
        _line(index, who, card, at)
        for index, (who, card) in enumerate(
            [(HOST, HOST_CARD), (HOST, None), (None, HOST_CARD), (CHILD, None), (OTHER, None)], 1
        )
    ]
    site.handle(passages(*lines, at=at))


def passes_late(site: Site, number: str, card: str, index: int) -> None:
    """A device tells late of somebody who passed."""
    lines = [_line(index, number, card, NOON), _line(index + 1, None, card, NOON)]
    site.handle(passages(*lines, at=after(9), backfilled=True)).or_raise()


def _line(index: int, who: str | None, card: str | None, at: datetime) -> object:
    text = f"index={index}\tpin={who}\tcardno={card}"
    line = told(index, 0, at=at + timedelta(seconds=index), text=text)
    return type(line)(
        line.index, line.code, line.number, who, card, "in", "card", line.at, line.text
    )


def picture(grey: int = 30) -> bytes:
    """A picture as it comes from a camera."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (grey, 20, 10)).save(out, "PNG")
    return out.getvalue()


def _number_of(site: Site, email: str) -> str:
    name = site.pseudonyms.known((("email", email),))["email", email]
    (row,) = site.query(lambda views: [views.get(people.PersonRow, name)])
    assert row is not None
    assert row.number
    return row.number


def traces(folder: Path, words: Sequence[str]) -> list[str]:
    """Those of the *words* that stand in any file of the folder, in whatever form."""
    content = b"\0".join(f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file())
    folded = content.lower()
    return [
        f"{word} ({form!r})"
        for word in words
        for form in forms(word)
        if form in content or form.lower() in folded
    ]


SHORTEST = 6
"""Less may stand anywhere by chance."""


def forms(word: str) -> Iterator[bytes]:
    """How a word may stand in a file."""
    for written in {word, word.casefold(), word.upper()}:
        plain = written.encode()
        yield plain
        yield written.encode("utf-16-le")
        yield written.encode("utf-16-be")
        yield written.encode("latin-1", "replace")
        yield json.dumps(written)[1:-1].encode()
        yield plain.hex().encode()
        for shift in range(3):  # whatever stands before it
            coded = base64.b64encode(b"\0" * shift + plain)
            inner = coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
            if len(inner) > SHORTEST:
                yield inner
