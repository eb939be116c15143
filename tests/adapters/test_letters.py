"""Letters: what stands in them, in both languages, and what cannot be smuggled into them."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import assume, given, strategies as st
from icalendar import Calendar

from cvsec_adapters.email import letters
from cvsec_adapters.email.envelopes import Envelope, Mailbox, addressed
from cvsec_adapters.email.letters import Arrival, Visit
from cvsec_adapters.email.wording import moment, span
from cvsec_core.errors import InvalidFieldError

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EIGHT, NINE = datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)
ENGLISH = Envelope(
    "mail-1@example.org",
    Mailbox("site@example.org", "North Site"),
    Mailbox("visitor@example.org", "Visitor"),
    NOON,
    MADRID,
)
SPANISH = evolve(ENGLISH, locale="es")
VISIT = Visit("i-1@example.org", "North Site", "the host", "Gate 1", "meeting", EIGHT, NINE)
ARRIVAL = Arrival("the visitor", "North Site", "Reception", EIGHT)
PICTURE = b"\x89PNG\r\n\x1a\n and so on"
CODE = "I1.aQ.abcdefghijklmnop.signature"
LINE_ENDS = ["\n", "\r", "\r\n", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x1b"]


def invited(envelope=ENGLISH, visit=VISIT):
    return letters.invitation(envelope, visit, CODE, PICTURE)


def of_every_kind(envelope):
    return [
        invited(envelope),
        letters.withdrawal(envelope, VISIT),
        letters.host_notice(envelope, ARRIVAL),
    ]


def arrived(letter):
    """The letter as it comes out at the other end."""
    return message_from_bytes(letter.as_bytes(policy=policy.SMTP), policy=policy.default)


def body(letter, form):
    return arrived(letter).get_body((form,)).get_content()


def entry(letter):
    part = next(p for p in arrived(letter).walk() if p.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["method"]
    return calendar, calendar.events[0]


def test_an_invitation_says_who_where_when_and_why_in_english():
    letter = arrived(invited())
    assert letter["Subject"] == "Invitation to North Site"
    for form in ("plain", "html"):
        said = body(letter, form)
        for words in ("the host", "Gate 1", "meeting", "Tuesday 24 November 2026, 09:00-10:00"):
            assert words in said
    assert CODE in body(letter, "plain")


def test_an_invitation_says_so_in_spanish():
    letter = arrived(invited(SPANISH))
    assert letter["Subject"] == "Invitación a North Site"
    for form in ("plain", "html"):
        assert "martes 24 de noviembre de 2026, 09:00-10:00 (CET, Europe/Madrid)" in body(
            letter, form
        )


def test_the_code_is_a_picture_within_the_letter():
    letter = arrived(invited())
    picture = next(p for p in letter.walk() if p.get_content_type() == "image/png")
    assert picture.get_content() == PICTURE
    assert picture.get_content_disposition() == "inline"
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in body(letter, "html")
    related = next(p for p in letter.walk() if p.get_content_type() == "multipart/related")
    assert picture in list(related.iter_parts())


@pytest.mark.parametrize("length", [1, 30, 128])
def test_a_long_message_id_breaks_nothing(length):
    envelope = evolve(ENGLISH, message_id=f"{'m' * length}@{'d' * length}")
    letter = arrived(invited(envelope))
    assert letter["Message-ID"] == f"<{envelope.message_id}>"
    picture = next(p for p in letter.walk() if p.get_content_type() == "image/png")
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in body(letter, "html")


def test_an_invitation_goes_into_the_calendar_in_utc():
    calendar, event = entry(invited())
    assert calendar["method"] == "REQUEST"
    assert b"DTSTART:20261124T080000Z" in event.to_ical()
    assert b"DTEND:20261124T090000Z" in event.to_ical()
    assert event["uid"] == VISIT.uid
    assert event["organizer"] == "mailto:site@example.org"
    assert event["attendee"] == "mailto:visitor@example.org"
    assert event["location"] == "North Site, Gate 1"


def test_a_withdrawal_takes_it_out_of_the_calendar():
    calendar, event = entry(letters.withdrawal(ENGLISH, VISIT))
    asked = entry(invited())[1]
    assert calendar["method"] == "CANCEL"
    assert event["status"] == "CANCELLED"
    assert event["uid"] == asked["uid"]
    assert event["sequence"] > asked["sequence"]


@pytest.mark.parametrize(
    ("envelope", "told"),
    [
        (ENGLISH, ["Your invitation to North Site was withdrawn", "The invitation of the host"]),
        (SPANISH, ["Su invitación a North Site fue retirada", "La invitación de the host"]),
    ],
)
def test_a_withdrawal_says_so(envelope, told):
    letter = arrived(letters.withdrawal(envelope, VISIT))
    assert letter["Subject"] == told[0]
    assert told[1] in body(letter, "plain")
    assert told[1] in body(letter, "html")


@pytest.mark.parametrize(
    ("envelope", "told"),
    [(ENGLISH, "the visitor has arrived"), (SPANISH, "the visitor ha llegado")],
)
def test_a_host_learns_that_the_visitor_has_come(envelope, told):
    letter = arrived(letters.host_notice(envelope, ARRIVAL))
    assert letter["Subject"] == told
    for form in ("plain", "html"):
        assert told in body(letter, form)
        assert "Reception" in body(letter, form)


@pytest.mark.parametrize("envelope", [ENGLISH, SPANISH])
def test_every_letter_keeps_its_id_and_asks_for_no_answer(envelope):
    for letter in map(arrived, of_every_kind(envelope)):
        assert letter["Message-ID"] == "<mail-1@example.org>"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Date"].datetime == NOON
        assert letter.get_body(("plain",))["Content-Language"] == envelope.locale
        assert addressed(letter) == "mail-1@example.org"
        assert not letter.defects


@pytest.mark.parametrize("envelope", [ENGLISH, SPANISH])
def test_every_letter_goes_through_an_old_server(envelope):
    for letter in of_every_kind(envelope):
        lines = letter.as_bytes(policy=policy.SMTP).split(b"\r\n")
        assert max(map(len, lines)) <= 998
        assert all(line.isascii() for line in lines)


# What cannot be smuggled in.
@pytest.mark.parametrize("end", LINE_ENDS)
def test_a_line_break_never_becomes_a_header(end):
    evil = f"x{end}Bcc: other@example.org"
    for write in (
        lambda: invited(evolve(ENGLISH, sender=Mailbox("site@example.org", evil))),
        lambda: invited(evolve(ENGLISH, recipient=Mailbox("visitor@example.org", evil))),
        lambda: invited(evolve(ENGLISH, recipient=Mailbox(f"visitor@example.org{end}x"))),
        lambda: invited(evolve(ENGLISH, message_id=f"a@b{end}X: y")),
        lambda: invited(visit=evolve(VISIT, organisation=evil)),
        lambda: invited(visit=evolve(VISIT, uid=evil)),
        lambda: letters.host_notice(ENGLISH, evolve(ARRIVAL, visitor=evil)),
    ):
        with pytest.raises(InvalidFieldError):
            write()


@given(st.text(max_size=60))
def test_any_name_is_refused_or_stays_a_name(name):
    try:
        letter = invited(
            evolve(ENGLISH, recipient=Mailbox("visitor@example.org", name)),
            evolve(VISIT, organisation=name),
        )
    except InvalidFieldError:
        return
    assume(name == name.strip())  # a header does not keep blanks at its ends
    assert sorted(set(letter.keys())) == sorted(
        {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"}
        | {"Content-Type"}
    )
    to = letter["To"].addresses
    assert [a.addr_spec for a in to] == ["visitor@example.org"]
    assert to[0].display_name == name
    assert arrived(letter)["Bcc"] is None
    assert entry(letter)[1]["location"] == f"{name}, Gate 1"


@pytest.mark.parametrize(
    "address",
    ["", "visitor", "a@b, c@d.org", "<a@b.org>", "a b@c.org", "a@b.org>", "@", "a@", '"a@b.org'],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(InvalidFieldError) as refused:
        invited(evolve(ENGLISH, recipient=Mailbox(address)))
    assert refused.value.field == "recipient"


def test_a_domain_goes_out_in_letters_that_every_server_takes():
    letter = invited(evolve(ENGLISH, recipient=Mailbox("visitor@exämple.org")))
    assert letter["To"].addresses[0].addr_spec == "visitor@xn--exmple-cua.org"


def test_a_house_network_has_addresses_too():
    letter = invited(evolve(ENGLISH, recipient=Mailbox("guard@mail.internal")))
    assert letter["To"].addresses[0].addr_spec == "guard@mail.internal"


@pytest.mark.parametrize("message_id", ["", "x", "<a@b>", "a b@c", "a@b@c", "a" * 129 + "@b"])
def test_a_message_id_has_one_form(message_id):
    with pytest.raises(InvalidFieldError):
        invited(evolve(ENGLISH, message_id=message_id))


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)

    def handle_starttag(self, tag, _attrs):
        self.seen.append(tag)


@pytest.mark.parametrize("evil", ["<script>x()</script>", '"><img src=x onerror=y>', "{{ 7*7 }}"])
def test_markup_in_a_name_stays_text(evil):
    plain, odd = invited(), invited(visit=evolve(VISIT, host=evil, organisation=evil))
    assert Tags(body(odd, "html")).seen == Tags(body(plain, "html")).seen
    assert evil in body(odd, "plain")
    assert evil in arrived(odd)["Subject"]


# Moments.
def test_the_hour_that_comes_twice_is_told_apart():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert moment(first, MADRID, "en") == "Sunday 25 October 2026, 02:30 (CEST, Europe/Madrid)"
    assert moment(second, MADRID, "en") == "Sunday 25 October 2026, 02:30 (CET, Europe/Madrid)"
    assert span(first, second, MADRID, "en").count("2026") == 2


def test_a_span_over_midnight_names_both_days():
    late = datetime(2026, 11, 24, 22, tzinfo=UTC)
    said = span(late, datetime(2026, 11, 25, 1, tzinfo=UTC), MADRID, "es")
    assert "martes 24 de noviembre de 2026, 23:00" in said
    assert "miércoles 25 de noviembre de 2026, 02:00" in said


def test_utc_is_named_once():
    assert moment(NOON, UTC, "en") == "Monday 23 November 2026, 12:00 (UTC)"
