"""Invitations at the desk: who is invited, what is refused, and what a scan may bring."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings, strategies as st

from cvsec_adapters.desk import invitations, people, visits
from cvsec_adapters.desk.hosts import HostUnknownError
from cvsec_adapters.desk.invitations import Again
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.tokens.signed import new_nonce
from cvsec_adapters.wiring import desk_of, open_site
from cvsec_core.aggregates import invitation, person
from cvsec_core.aggregates.invitation import InvitationClosedError, InvitationUnknownError
from cvsec_core.aggregates.person import BlockPerson, ForgetPerson
from cvsec_core.errors import CommandError, InvalidFieldError, InvalidFieldsError
from cvsec_core.ids import InvitationId
from cvsec_core.projections import directory, invitations as board, visitor_list
from cvsec_core.rules.visiting import MailNotConfiguredError
from tests.adapters.visiting import (
    EMAIL,
    HOUR,
    MORNING,
    Watch,
    invite,
    place,
    stored,
    walk_in,
    with_mail,
)


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def desk(tmp_path, watch):
    with place(tmp_path, watch) as site:
        with_mail(site)
        yield desk_of(site)


def issue(desk, **told):
    wish = invite(**told)
    invitations.issue(desk, wish, by="host").or_raise()
    return wish.invitation


def guests(desk):
    return desk.site.query(directory.people, kind="visitor")


def codes_of(answer):
    return [reason.code for refusal in answer.refusals for reason in refusal.reasons]


# Before anything is stored.
def test_without_a_mail_server_not_even_the_guest_is_stored(tmp_path):
    with place(tmp_path) as site:
        head = site.log.head()
        with pytest.raises(MailNotConfiguredError) as refused:
            invitations.issue(desk_of(site), invite(), by="host")
        assert site.log.head() == head
        assert site.pseudonyms.known([("email", EMAIL)]) == {}
        again = Again(MORNING, MORNING + HOUR)
        with pytest.raises(MailNotConfiguredError):
            invitations.reissue(desk_of(site), InvitationId("x"), again, by="host")
    assert "org mail" in refused.value.next_step()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"guest": Visitor("", "One", None, EMAIL)}, "first_name"),
        ({"guest": Visitor("Guest\r\nBcc: all@example.org", "", None, EMAIL)}, "first_name"),
        ({"guest": Visitor("Guest", "One\n", None, EMAIL), "reason": "a\nb"}, "reason"),
        ({"guest": Visitor("Guest", "x" * 101, None, EMAIL)}, "last_name"),
        ({"guest": Visitor("Guest", "", None, "guest@example.org\nBcc: all@x.org")}, "email"),
        ({"guest": Visitor("Guest", "", None, None)}, "email"),
        ({"guest": Visitor("Guest", "", None, EMAIL, "12")}, "phone"),
        ({"visitors": 0}, "visitors"),
        ({"visitors": 501}, "visitors"),
        ({"reason": " "}, "reason"),
        ({"remarks": "two\nlines"}, "remarks"),
        ({"end": MORNING + HOUR}, "end"),
        ({"start": MORNING - 3 * HOUR, "end": MORNING - HOUR}, "end"),
        ({"start": MORNING.replace(tzinfo=None)}, "start"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(desk, wrong, field):
    head = desk.site.log.head()
    with pytest.raises(InvalidFieldError) as refused:
        invitations.issue(desk, invite(**wrong), by="host")
    assert refused.value.field == field
    assert refused.value.message("es") != refused.value.message("en")
    assert desk.site.log.head() == head


def test_several_wrong_fields_are_named_at_once(desk):
    guest = Visitor(" ", "\x00", None, "nobody", "none")
    with pytest.raises(InvalidFieldsError) as refused:
        invitations.issue(desk, invite(guest=guest, reason="", visitors=-1), by="host")
    named = [error.field for error in refused.value.errors]
    assert named == ["first_name", "last_name", "email", "phone", "reason", "visitors"]


def test_who_does_not_work_here_invites_nobody(desk):
    issue(desk)
    (guest,) = guests(desk)
    head = desk.site.log.head()
    for host in ("nobody", "", "   ", guest.number, "guest"):
        with pytest.raises(HostUnknownError):
            invitations.issue(desk, invite(host=host), by="host")
    assert desk.site.log.head() == head


# The guest.
def test_who_is_invited_again_is_the_same_guest(desk):
    first = issue(desk)
    second = issue(desk, guest=Visitor("Guest", "", None, "GUEST@Example.org", "+34600123456"))
    (row,) = guests(desk)
    assert (row.first_name, row.last_name, row.phone) == ("Guest", "One", "+34600123456")
    shown = desk.site.query(board.of_host)
    assert [(one.row.id, one.row.guest) for one in shown] == [(second, row.id), (first, row.id)]
    assert row.number.startswith("V-")
    assert desk.site.person(row.number) == row.id


def test_who_was_invited_by_mail_and_shows_a_document_at_the_desk_is_known_by_both(desk):
    issue(desk)
    met = walk_in(visitor=Visitor("Guest", "One", "12 345 678-z", EMAIL))
    visits.register(desk, met, by="reception").or_raise()
    visits.register(desk, walk_in(), by="reception").or_raise()
    assert len(guests(desk)) == 1


def test_another_document_is_another_person_whatever_their_address(desk):
    issue(desk)
    visits.register(desk, walk_in(visitor=Visitor("Guest", "", "1", EMAIL)), by="r").or_raise()
    visits.register(desk, walk_in(visitor=Visitor("Guest", "", "2", EMAIL)), by="r").or_raise()
    assert len(guests(desk)) == 2
    issue(desk)
    first, *_ = desk.site.query(board.of_host)
    state = desk.site.state(person.stream(first.row.guest))
    assert state.particulars.id_number == "1"


def test_a_letter_goes_to_the_address_that_the_host_gave(desk):
    """The guest told the desk of another address; a third one was corrected."""
    issue(desk)
    met = walk_in(visitor=Visitor("Guest", "One", "12345678Z", EMAIL))
    visits.register(desk, met, by="reception").or_raise()
    told = walk_in(visitor=Visitor("Guest", "One", "12345678Z", "new@example.org"))
    visits.register(desk, told, by="reception").or_raise()
    (row,) = guests(desk)
    assert row.email == "new@example.org"
    issue(desk)
    (row,) = guests(desk)
    assert row.email == EMAIL
    people.correct(desk.site, row.number, people.Details(email="third@example.org"), by="dean")
    issue(desk, guest=Visitor("Guest", "", None, "third@example.org"))
    (row,) = guests(desk)
    assert row.email == "third@example.org"


def test_nobody_takes_over_the_address_of_somebody_else(desk):
    visits.register(desk, walk_in(visitor=Visitor("Guest", "", "1", EMAIL)), by="r").or_raise()
    visits.register(desk, walk_in(visitor=Visitor("Other", "", "2")), by="r").or_raise()
    visits.register(desk, walk_in(visitor=Visitor("Other", "", "2", EMAIL)), by="r").or_raise()
    assert {row.first_name: row.email for row in guests(desk)} == {"Guest": EMAIL, "Other": None}
    name = issue(desk)
    assert desk.site.query(board.one, name).guest.first_name == "Guest"


def test_a_visitor_who_gives_the_address_of_somebody_who_works_here_is_not_them(desk):
    walked = walk_in(visitor=Visitor("Guest", "", "1", "host@example.org"))
    visits.register(desk, walked, by="reception").or_raise()
    issue(desk, guest=Visitor("Teacher", "Three", None, "teacher@example.org"))
    assert {row.first_name for row in guests(desk)} == {"Guest", "Teacher"}
    assert people.row(desk.site, "1001").kind == "personnel"


def test_a_blocked_guest_is_refused_and_that_is_recorded(desk):
    issue(desk)
    (row,) = guests(desk)
    desk.site.handle(BlockPerson(row.id, "Shouted", "guard", MORNING))
    answer = invitations.issue(desk, invite(), by="host")
    assert codes_of(answer) == ["visitor-blocked"]
    assert stored(desk.site)[-1] == "InvitationRefused"


def test_a_forgotten_guest_comes_back_as_somebody_else(desk):
    issue(desk)
    (before,) = guests(desk)
    desk.site.handle(ForgetPerson(before.id, "dpo", MORNING)).or_raise()
    name = issue(desk)
    (after,) = guests(desk)
    assert after.id != before.id
    assert desk.site.query(board.one, name).guest.number != before.number


def test_two_who_invite_the_same_stranger_at_once_invite_one_person(tmp_path, watch):
    with place(tmp_path, watch) as site:
        with_mail(site)
    sites = [open_site(tmp_path / "site.db", clock=watch) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for number in range(5):
            guest = Visitor("Guest", "", None, f"guest-{number}@example.org")
            list(pool.map(lambda at, to=guest: issue(desk_of(at), guest=to), sites))
    assert len(sites[0].query(directory.people, kind="visitor")) == 5
    assert len(sites[0].query(board.of_host)) == 20
    for site in sites:
        site.close()


# Again, and no more.
def test_an_invitation_is_repeated_with_what_stood_in_it(desk):
    name = issue(desk, visitors=3, remarks="By the side gate")
    wish = Again(MORNING + 25 * HOUR, MORNING + 26 * HOUR)
    invitations.reissue(desk, name, wish, by="host").or_raise()
    issued = desk.site.state(invitation.stream(wish.invitation)).issued
    assert (issued.again, issued.visitors, issued.reason, issued.remarks) == (
        name, 3, "meeting", "By the side gate",
    )  # fmt: skip
    other = Again(wish.start, wish.end, "interview", 1, "")
    invitations.reissue(desk, name, other, by="host").or_raise()
    issued = desk.site.state(invitation.stream(other.invitation)).issued
    assert (issued.visitors, issued.reason, issued.remarks) == (1, "interview", None)


MADRID = ZoneInfo("Europe/Madrid")


def at(text):
    """A time of the site."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2026-10-20T13:59", "2026-10-20T14:00", "2026-10-20T15:30"),
        ("2026-10-20T14:00", "2026-10-21T14:00", "2026-10-21T15:30"),
        ("2026-10-23T18:00", "2026-10-24T14:00", "2026-10-24T15:30"),
        ("2026-10-24T18:00", "2026-10-25T14:00", "2026-10-25T15:30"),
        ("2027-03-27T18:00", "2027-03-28T14:00", "2027-03-28T15:30"),
        ("2026-12-31T23:59", "2027-01-01T14:00", "2027-01-01T15:30"),
    ],
)
def test_without_a_time_it_is_repeated_at_the_next_such_time_of_day(desk, watch, now, first, last):
    watch.now = at("2026-10-20T09:00")
    name = issue(desk, start=at("2026-10-20T14:00"), end=at("2026-10-20T15:30"))
    watch.now, wish = at(now), Again()
    invitations.reissue(desk, name, wish, by="host").or_raise()
    issued = desk.site.state(invitation.stream(wish.invitation)).issued
    assert (issued.start, issued.end) == (at(first), at(last))


def test_a_night_and_a_whole_day_stay_so_where_the_clock_is_changed(desk, watch):
    watch.now = at("2026-10-23T09:00")
    night = issue(desk, start=at("2026-10-23T22:00"), end=at("2026-10-24T06:00"))
    day = issue(desk, start=at("2026-10-24T00:00"), end=at("2026-10-25T00:00"))
    watch.now = at("2026-10-24T21:00")
    for name, first, last in (
        (night, "2026-10-24T22:00", "2026-10-25T06:00"),
        (day, "2026-10-25T00:00", "2026-10-26T00:00"),
    ):
        wish = Again()
        invitations.reissue(desk, name, wish, by="host").or_raise()
        issued = desk.site.state(invitation.stream(wish.invitation)).issued
        assert (issued.start, issued.end) == (at(first), at(last))


def test_with_a_start_alone_it_is_as_long_and_with_an_end_alone_it_starts_as_before(desk):
    name = issue(desk)
    later, longer = Again(start=MORNING + 30 * HOUR), Again(end=MORNING + 5 * HOUR)
    for wish in (later, longer):
        invitations.reissue(desk, name, wish, by="host").or_raise()
    spans = [
        (issued.start - MORNING, issued.end - MORNING)
        for wish in (later, longer)
        for issued in [desk.site.state(invitation.stream(wish.invitation)).issued]
    ]
    assert spans == [(30 * HOUR, 31 * HOUR), (HOUR, 5 * HOUR)]


@pytest.mark.parametrize(
    "wrong", [{"end": MORNING - HOUR}, {"visitors": 0}, {"remarks": "\n"}, {"reason": ""}]
)
def test_what_is_wrong_with_a_repetition_is_told(desk, wrong):
    name = issue(desk)
    head = desk.site.log.head()
    wish = evolve(Again(MORNING + HOUR, MORNING + 2 * HOUR), **wrong)
    with pytest.raises(InvalidFieldError):
        invitations.reissue(desk, name, wish, by="host")
    assert desk.site.log.head() == head


def test_only_what_was_issued_is_repeated_withdrawn_or_shown(desk):
    name = InvitationId("nothing")
    with pytest.raises(InvitationUnknownError):
        invitations.reissue(desk, name, Again(MORNING, MORNING + HOUR), by="host")
    with pytest.raises(InvitationUnknownError):
        invitations.withdraw(desk.site, name, by="host")
    with pytest.raises(InvitationUnknownError):
        invitations.token_of(desk, name)


def test_a_code_is_shown_while_it_admits_somebody(desk, watch):
    withdrawn, used, late = issue(desk), issue(desk), issue(desk)
    assert desk.tokens.read(invitations.token_of(desk, used)).invitation == used
    invitations.withdraw(desk.site, withdrawn, by="host").or_raise()
    invitations.redeem(desk, invitations.token_of(desk, used), by="reception").or_raise()
    watch.now = MORNING + 2 * HOUR
    for name in (withdrawn, used, late):
        with pytest.raises(InvitationClosedError):
            invitations.token_of(desk, name)
    with pytest.raises(InvitationClosedError):
        invitations.withdraw(desk.site, late, by="host")


# Scans.
def test_a_scan_makes_a_visit_once(desk):
    token = invitations.token_of(desk, issue(desk, visitors=4))
    invitations.redeem(desk, token, by="reception").or_raise()
    again = invitations.redeem(desk, token, by="reception")
    assert codes_of(again) == ["invitation-used"]
    (shown,) = desk.site.query(visitor_list.page)
    assert (shown.row.state, shown.row.party, shown.visitor.first_name) == ("expected", 4, "Guest")
    assert stored(desk.site)[-1] == "RedemptionRefused"


def test_each_refusal_has_its_reason_and_is_recorded(desk, watch):
    withdrawn, late, forged = issue(desk), issue(desk), issue(desk)
    tokens = {name: invitations.token_of(desk, name) for name in (withdrawn, late)}
    tokens[forged] = desk.tokens.write(forged, new_nonce())
    invitations.withdraw(desk.site, withdrawn, by="host").or_raise()
    refused = {
        name: codes_of(invitations.redeem(desk, tokens[name], by="reception"))
        for name in (withdrawn, forged)
    }
    (row,) = guests(desk)
    desk.site.handle(BlockPerson(row.id, "Shouted", "guard", MORNING))
    blocked = codes_of(invitations.redeem(desk, tokens[late], by="reception"))
    watch.now = MORNING + 2 * HOUR
    expired = codes_of(invitations.redeem(desk, tokens[late], by="reception"))
    assert refused == {withdrawn: ["invitation-withdrawn"], forged: ["invitation-forged"]}
    assert blocked == ["visitor-blocked"]
    assert expired == ["invitation-expired", "visitor-blocked"]
    assert stored(desk.site).count("RedemptionRefused") == 4


def test_an_invitation_is_expired_from_its_end_on_whether_anybody_looked_or_not(desk, watch):
    name = issue(desk)
    watch.now = MORNING + 2 * HOUR
    shown = desk.site.query(board.one, name)
    assert (shown.row.state, shown.state(watch.now)) == ("open", "expired")
    assert shown.state(watch.now - HOUR) == "open"
    desk.site.tick(watch.now)
    assert desk.site.query(board.one, name).row.state == "expired"


def test_a_token_of_another_site_is_forged(desk, tmp_path):
    (tmp_path / "other").mkdir()
    with place(tmp_path / "other") as site:
        with_mail(site)
        token = invitations.token_of(desk_of(site), issue(desk_of(site)))
    with pytest.raises(CommandError) as refused:
        invitations.redeem(desk, token, by="reception")
    assert refused.value.code == "token-forged"


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=600) | st.from_regex(r"I1\.[A-Za-z0-9_.-]{0,500}", fullmatch=True))
def test_whatever_is_scanned_is_refused_and_stores_nothing(desk, text):
    head = desk.site.log.head()
    with pytest.raises(CommandError) as refused:
        invitations.redeem(desk, text, by="reception")
    assert refused.value.code in ("token-malformed", "token-too-long", "token-forged")
    assert desk.site.log.head() == head


def test_people_who_work_here_are_found_by_the_beginning_of_a_name(desk):
    issue(desk, host="teach")
    issue(desk, host="three")
    issue(desk, host=" host   one ")
    numbers = [shown.host.number for shown in desk.site.query(board.of_host)]
    assert numbers == ["1001", "1003", "1003"]
    assert people.row(desk.site, "1003").kind == "personnel"
