from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import zxingcpp
from attrs import evolve as changed
from PIL import Image
from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_adapters.desk import invitations as desk_invitations, people
from cvsec_adapters.desk.invitations import Again, Invite
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.email.mailer import MailFailed
from cvsec_core.aggregates import invitation
from cvsec_core.projections import invitations
from tests.features.people_site import (
    address_of,
    id_of,
    name_of,
    names_of,
    register_visitor,
    told_of,
    visit_of,
)
from tests.features.site import World

pytest_plugins = ("tests.features.people_steps",)

scenarios("invitations.feature")


# Inviting.
@given(parsers.re(r"the host invited (?P<guest>Guest \w+) for an? (?P<reason>\w+)"))
@when(parsers.re(r"the host invites (?P<guest>Guest \w+) for an? (?P<reason>\w+)"))
def invites(site: World, guest: str, reason: str):
    issue(site, guest, reason=reason)


@given(parsers.re(r"the host invited (?P<guest>Guest \w+) for a meeting, a day ahead"))
def invited_a_day_ahead(site: World, guest: str):
    start = site.now + timedelta(days=1)
    issue(site, guest, start=start, end=start + timedelta(hours=2))


@given(parsers.re(r"(?P<guest>Guest \w+) came to see the host with a document"))
def came_with_document(site: World, guest: str):
    register_visitor(site, guest, "host")


@given(parsers.parse("the administrator noted the address of {guest}"))
def address_was_noted(site: World, guest: str):
    number, noted = site.people[name_of(guest)], people.Details(email=address_of(guest))
    site.at_desk(people.correct, site.site, number, noted, by="administrator")


@given(parsers.parse("the host invited {guest} with {others:d} others"))
def invites_party(site: World, guest: str, others: int):
    issue(site, guest, visitors=others + 1)


@when(parsers.parse("the host invites {guest} without an address"))
def invites_without_address(site: World, guest: str):
    issue(site, guest, guest_is=lambda who: changed(who, email=None))


@when(parsers.parse('the host invites {guest} at the address "{address}"'))
def invites_at(site: World, guest: str, address: str):
    issue(site, guest, guest_is=lambda who: changed(who, email=address))


@when("the host invites somebody without a first name")
def invites_nameless(site: World):
    issue(site, "Guest One", guest_is=lambda who: changed(who, first_name=""))


@when(parsers.parse("the host invites {guest} until an hour ago"))
def invites_too_late(site: World, guest: str):
    issue(
        site,
        guest,
        start=site.now - timedelta(hours=2),
        end=site.now - timedelta(hours=1),
    )


@when(parsers.parse("the host invites {guest} from an hour ago"))
def invites_from_before(site: World, guest: str):
    issue(site, guest, start=site.now - timedelta(hours=1))


@given(parsers.parse("the host invited {guest} again"))
@when(parsers.parse("the host invites {guest} again"))
def invites_again(site: World, guest: str):
    wish = Again(site.now, site.now + timedelta(hours=2))
    site.at_desk(desk_invitations.reissue, site.desk, of(site, guest).row.id, wish, by="host")


@given(parsers.parse("the host withdrew the invitation of {guest}"))
@when(parsers.parse("the host withdraws the invitation of {guest}"))
def withdraws(site: World, guest: str):
    site.at_desk(desk_invitations.withdraw, site.site, of(site, guest).row.id, by="host")


# Scanning.
@given(parsers.re(r"the receptionist scanned the QR code of (?P<guest>Guest \w+)"))
@when(parsers.re(r"the receptionist scans the QR code of (?P<guest>Guest \w+)"))
def scans(site: World, guest: str):
    scan(site, code_of(site, guest))


@when(parsers.parse("the receptionist scans the QR code of {guest} with one letter changed"))
def scans_changed(site: World, guest: str):
    code = code_of(site, guest)
    scan(site, code[:-1] + ("A" if code[-1] != "A" else "E"))


@when(parsers.parse('the receptionist scans the text "{text}"'))
def scans_text(site: World, text: str):
    scan(site, text)


@when(parsers.parse("the receptionist scans a text of {number:d} letters"))
def scans_long_text(site: World, number: int):
    scan(site, "x" * number)


# Letters.
@given("the mail server could not be reached")
def unreachable(site: World):
    site.mailer.objection = MailFailed(temporary=True, code="unreachable", text="no route")


@given("the mail server could be reached again")
def reachable(site: World):
    site.mailer.objection = None


@given(parsers.parse("the mail server refused the address of {guest}"))
def refused_address(site: World, guest: str):
    text = f"nobody is called {guest}"
    site.mailer.objection = MailFailed(temporary=False, code="recipient-refused", text=text)


@then(parsers.re(r"(?P<guest>Guest \w+) has (?P<number>\d+) letters?"))
def has_letters(site: World, guest: str, number: str):
    to = [letter["To"].addresses[0].addr_spec for letter in site.mailer.letters]
    assert to == [address_of(guest)] * int(number)


@then("the letter shows the QR code of the invitation")
def letter_shows_code(site: World):
    (letter,) = site.mailer.letters
    assert read_code(letter) == code_of(site, "Guest One")


@then(parsers.re(r"the letter of the invitation waits, after (?P<number>\d+) attempts?"))
def letter_waits(site: World, number: str):
    letter = of(site, "Guest One").mail
    assert letter is not None
    assert (letter.state, letter.attempts) == ("pending", int(number))


@then("the letter of the invitation was given up")
def letter_given_up(site: World):
    letter = of(site, "Guest One").mail
    assert letter is not None
    assert letter.state == "given-up"
    assert letter.error


# What is seen.
@then(parsers.parse("the invitation of {guest} is {state}"))
def invitation_is(site: World, guest: str, state: str):
    assert of(site, guest).state(site.now) == state


@then(parsers.re(r"the history of the invitation has (?P<number>\d+) refused scans?"))
def refused_scans(site: World, number: str):
    log = site.site.log.read(invitation.stream(of(site, "Guest One").row.id))
    refused = [r for r in log if isinstance(r.event, invitation.RedemptionRefused)]
    assert len(refused) == int(number)


@then(parsers.parse("the visitor list shows that {guest} comes with {others:d} others"))
def comes_with(site: World, guest: str, others: int):
    assert visit_of(site, guest).party == others + 1


@then(parsers.parse("it is for {guest} with {others:d} others, as the earlier one was"))
def as_the_earlier(site: World, guest: str, others: int):
    newest, earlier = site.site.query(invitations.of_host, id_of(site, "the host"))
    assert newest.row.again == earlier.row.id
    for told in (newest, earlier):
        assert (told_of(told.guest), told.row.visitors) == (guest, others + 1)
        assert told.row.reason == "meeting"


@then(parsers.parse("the host has invited {guests}"))
def has_invited(site: World, guests: str):
    found = site.site.query(invitations.of_host, id_of(site, "the host"))
    assert [told_of(told.guest) for told in found] == names_of(guests)


def issue(
    site: World,
    guest: str,
    guest_is: Callable[[Visitor], Visitor] = lambda who: who,
    **more: Any,
) -> None:
    first, _, last = guest.partition(" ")
    who = guest_is(Visitor(first, last, email=address_of(guest)))
    wish = Invite(site.people["Host"], who, site.now, site.now + timedelta(hours=2), "meeting")
    answer = site.at_desk(desk_invitations.issue, site.desk, changed(wish, **more), by="host")
    if answer is not None and not answer.refusals:
        row = of(site, guest)
        assert row.guest is not None
        site.people[guest] = row.guest.number or ""


def of(site: World, guest: str) -> invitations.Invitation:
    """The newest invitation for that guest."""
    found = site.site.query(invitations.of_host)
    return next(told for told in found if told_of(told.guest) == name_of(guest))


def code_of(site: World, guest: str) -> str:
    """What the letter carries, kept by the guest whatever becomes of the invitation."""
    row = of(site, guest).row
    return site.desk.tokens.write(row.id, row.nonce)


def scan(site: World, text: str) -> None:
    site.at_desk(desk_invitations.redeem, site.desk, text, by="receptionist")


def read_code(letter: EmailMessage) -> str:
    (picture,) = (part for part in letter.walk() if part.get_content_type() == "image/png")
    image = Image.open(BytesIO(picture.get_content()))
    (found,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text
