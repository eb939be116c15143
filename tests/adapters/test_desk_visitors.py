"""Who a visitor is: by their document, else by their address and first name; and who is blocked."""

import pytest

from cvsec_adapters.desk import invitations, people, visits
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.wiring import desk_of
from cvsec_core.aggregates.person import BlockPerson
from cvsec_core.projections import directory, invitations as board
from tests.adapters.visiting import EMAIL, MORNING, Watch, invite, place, stored, walk_in, with_mail

INNOCENT = "innocent@example.org"


@pytest.fixture
def desk(tmp_path):
    with place(tmp_path, Watch()) as site:
        with_mail(site)
        yield desk_of(site)


def register(desk, *who):
    return visits.register(desk, walk_in(visitor=Visitor(*who)), by="reception")


def issue(desk, *who):
    wish = invite(guest=Visitor(*who))
    answer = invitations.issue(desk, wish, by="host")
    return answer if answer.refusals else desk.site.query(board.one, wish.invitation)


def guests(desk):
    return desk.site.query(directory.people, kind="visitor")


def blocked(desk):
    """A visitor with the document B1 is on the blocklist."""
    register(desk, "Guest", "", "B1").or_raise()
    (row,) = guests(desk)
    desk.site.handle(BlockPerson(row.id, "Shouted", "guard", MORNING))
    return row


def codes_of(answer):
    return [reason.code for refusal in answer.refusals for reason in refusal.reasons]


def test_of_who_is_blocked_nothing_is_corrected(desk):
    row = blocked(desk)
    before = stored(desk.site)
    assert codes_of(register(desk, "Innocent", "", "B1", INNOCENT)) == ["visitor-blocked"]
    assert stored(desk.site) == [*before, "VisitRefused"]
    assert people.row(desk.site, row.number).email is None


def test_an_address_that_somebody_who_is_blocked_gave_is_not_theirs(desk):
    row = blocked(desk)
    register(desk, "Innocent", "", "B1", INNOCENT)
    assert desk.site.pseudonyms.known([("email", INNOCENT)]) == {}
    assert issue(desk, "Innocent", "", None, INNOCENT).row.guest != row.id


def test_another_first_name_at_the_same_address_is_another_person(desk):
    gus = issue(desk, "Gus", "One", None, EMAIL)
    mallory = issue(desk, "Mallory", "", None, EMAIL)
    assert (mallory.guest.first_name, mallory.guest.email) == ("Mallory", EMAIL)
    assert mallory.row.guest != gus.row.guest
    assert mallory.guest.number.startswith("V-")
    assert issue(desk, "Mallory", "", None, EMAIL).row.guest == mallory.row.guest
    assert issue(desk, "Gus", "", None, EMAIL).row.guest == gus.row.guest
    assert [*desk.site.pseudonyms.known([("email", EMAIL)]).values()] == [gus.row.guest]


@pytest.mark.parametrize("first_name", ["JOSÉ", "jose", "  José ", "Jose\u0301"])
def test_a_first_name_is_the_same_however_it_is_written(desk, first_name):
    met = issue(desk, "José", "", None, EMAIL)
    assert issue(desk, first_name, "", None, EMAIL).row.guest == met.row.guest


def test_who_is_blocked_is_known_by_the_address_whatever_they_are_called(desk):
    met = issue(desk, "Gus", "", None, EMAIL)
    desk.site.handle(BlockPerson(met.row.guest, "Shouted", "guard", MORNING))
    assert codes_of(issue(desk, "Mallory", "", None, EMAIL)) == ["visitor-blocked"]
    assert codes_of(register(desk, "Mallory", "", "M1", EMAIL)) == ["visitor-blocked"]
    assert desk.site.pseudonyms.known([("id-number", "M1")]) == {}


def test_a_document_that_another_name_shows_is_still_theirs(desk):
    register(desk, "Gus", "", "G1").or_raise()
    register(desk, "Augustus", "", "G1", EMAIL).or_raise()
    (row,) = guests(desk)
    assert (row.first_name, row.email) == ("Gus", EMAIL)


def test_who_has_a_document_and_the_address_of_another_is_known_by_the_document(desk):
    gus = issue(desk, "Gus", "", None, EMAIL)
    register(desk, "Mallory", "", "M1", EMAIL).or_raise()
    register(desk, "Mallory", "", "M1", EMAIL).or_raise()
    assert {row.first_name for row in guests(desk)} == {"Gus", "Mallory"}
    assert len(guests(desk)) == 2
    assert [*desk.site.pseudonyms.known([("email", EMAIL)]).values()] == [gus.row.guest]
