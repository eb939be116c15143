from datetime import timedelta
from typing import Any

from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_adapters.desk import exporting, forgetting, people, retention, visits
from cvsec_core.aggregates import organisation, person
from cvsec_core.projections import (
    access_records,
    directory,
    notification_center,
    occupancy,
    visitor_list,
)
from tests.features.people_site import address_of, id_of, name_of, row_of, told_of
from tests.features.site import World

pytest_plugins = ("tests.features.people_steps",)

scenarios("privacy.feature")

OFFICER = {"by": "officer"}


# What is shown.
@given(parsers.re(r"the organisation decided to show (?P<what>names|nothing)"))
def decides_to_show(site: World, what: str):
    shown: tuple[organisation.Shown, ...] = ("name",) if what == "names" else ()
    site.do(organisation.SetDisplayOfPersonalData(shown, "administrator", site.now))


@then(parsers.parse("the letter to the {who:w} tells the number of {visitor}"))
def letter_tells_number(site: World, visitor: str):
    assert site.people[visitor] in letter(site)


@then(parsers.parse("the letter to the {who:w} tells the name of {visitor}"))
def letter_tells_name(site: World, visitor: str):
    assert visitor in letter(site)


@then(parsers.parse("the letter to the {who:w} does not tell the name of {visitor}"))
def letter_tells_no_name(site: World, visitor: str):
    assert not any(name in letter(site) for name in visitor.split())


@then(parsers.parse("the newest record tells the number of the {who:w}, and no name"))
def record_tells_number(site: World, who: str):
    newest: Any = site.newest()
    assert newest.person == site.people[name_of(who)]
    assert name_of(who) not in str(newest)


@then("the newest record tells no number")
def record_tells_nothing(site: World):
    newest: Any = site.newest()
    assert (newest.person, newest.card) == (None, None)


# What is corrected.
@when(parsers.parse('the administrator corrects the address of the {who:w} to "{address}"'))
def corrects_address(site: World, who: str, address: str):
    number, details = site.people[name_of(who)], people.Details(email=address)
    site.at_desk(people.correct, site.site, number, details, by="administrator")


@then(parsers.parse('{who} is found by "{words}"'))
def is_found(site: World, who: str, words: str):
    assert found_by(site, words) == ([] if who == "nobody" else [name_of(who)])


@then(parsers.parse('the {who:w} is not found by "{words}"'))
def is_not_found(site: World, words: str):
    assert found_by(site, words) == []


# What is handed out.
@when(
    parsers.parse("the data protection officer hands out what is known under the number {number}")
)
def hands_out_number(site: World, number: str):
    site.shown = site.at_desk(exporting.export, site.desk, number, **OFFICER)


@when(parsers.parse("the data protection officer hands out what is known of {who}"))
def hands_out(site: World, who: str):
    hands_out_number(site, site.people[name_of(who)])


@then(parsers.parse("it tells the name, the address and the card of the {who:w}"))
def tells_particulars(site: World, who: str):
    known = site.shown["person"]
    assert (known["first_name"], known["email"]) == (name_of(who), address_of(who))
    assert [row["number"] for row in site.shown["credentials"]] == ["1001"]


@then(parsers.parse("it tells {number:d} passage"))
def tells_passages(site: World, number: int):
    assert len(site.shown["passages"]) == number


@then(parsers.parse("it tells {number:d} visit to the number {host}"))
def tells_visits(site: World, number: int, host: str):
    assert [row["host"] for row in site.shown["visits"]] == [host] * number


@then(parsers.parse("it does not tell the name of the {who:w}"))
def tells_no_name(site: World, who: str):
    assert name_of(who) not in str(site.shown)


@then("it tells neither a password nor a PIN")
def tells_no_secret(site: World):
    state: person.Enrolled = site.site.state(person.stream(id_of(site, "the employee")))
    assert state.password
    for secret in (state.password, "argon2", "40718265", "digest"):
        assert secret not in str(site.shown)


@then(parsers.parse("the history of the {who:w} says that the {officer:w} handed it out"))
def export_on_record(site: World, who: str, officer: str):
    log = site.site.log.read(person.stream(id_of(site, who)))
    assert [r.event.by for r in log if isinstance(r.event, person.PersonalDataExported)] == [
        officer
    ]


# What is forgotten.
@given(parsers.parse("the data protection officer forgot {who}"))
@when(parsers.parse("the data protection officer forgets {who}"))
def forgets(site: World, who: str):
    site.shown = site.at_desk(forgetting.forget, site.desk, site.people[name_of(who)], **OFFICER)


@when(parsers.parse("somebody with the forgotten number {number} enters by the {place:w} door"))
def forgotten_enters(site: World, number: str, place: str):
    site.records(place, 0, who=number)


@then("the proof says that nothing is left")
def proof_says_nothing_left(site: World):
    assert site.shown.left.is_nothing


@then(parsers.parse("the records of the number {number} are {count:d}"))
def records_of_number(site: World, number: str, count: int):
    wanted = access_records.Filter(person=number)
    assert len(site.site.query(access_records.page, wanted).records) == count


@then(parsers.re(r"there (is|are) (?P<count>\d+) records?"))
def so_many_records(site: World, count: str):
    assert len(site.site.query(access_records.page).records) == int(count)


@then(parsers.parse("nobody but the {who:w} has card {number}"))
def only_holder(site: World, who: str, number: str):
    holders = [
        told_of(row)
        for row in site.site.query(directory.people)
        for card in site.site.query(directory.credentials_of, row.id)
        if (card.number, card.state) == (number, "active")
    ]
    assert holders == [name_of(who)]


@then(parsers.parse("the day counts {number:d} visitor who came"))
def day_counts(site: World, number: int):
    seen = visits.statistics(site.site)
    assert (seen.overview.checked_in, sum(seen.flow)) == (number, number)


@then("the top five of the month have nobody's name in them")
def top_has_no_name(site: World):
    assert [(top.name, top.visits) for top in visits.statistics(site.site).top] == [(None, 1)]


@then(parsers.parse("{minutes:d} minutes ago {number:d} person was here, who has no name"))
def was_here(site: World, minutes: int, number: int):
    moment = site.now - timedelta(minutes=minutes)
    present = site.site.as_of(moment).query(occupancy.muster, moment)
    assert len(present) == number
    assert not any(f.person and (f.person.first_name or f.person.number) for f in present)


@then(parsers.re(r"the only visit is cancelled(?P<reasonless>, and tells no reason)?"))
def visit_is_cancelled(site: World, reasonless: str | None):
    (seen,) = site.site.query(visitor_list.page)
    assert seen.row.state == "cancelled"
    assert not reasonless or seen.row.reason is None


@then("no letter has gone out")
def no_letters(site: World):
    assert site.mailer.letters == []


@then(parsers.parse("the visitor list names {visitor} once, and somebody unknown once"))
def visitor_list_names(site: World, visitor: str):
    seen = [told_of(found.visitor) for found in site.site.query(visitor_list.page)]
    assert seen == [visitor, "Somebody Unknown"]


@given(parsers.parse("visitors were to be remembered for {days:d} days"))
def remembered_for(site: World, days: int):
    site.at_desk(retention.set_days, site.site, days, by="administrator")


@then("no photograph of that visit can be seen")
def no_photograph(site: World):
    (seen,) = site.site.query(visitor_list.page)
    assert seen.row.pictures in (None, ())
    assert list(site.desk.pictures.names(seen.row.visitor)) == []


@given("visitors were to be remembered until somebody asks")
def remembered_until_asked(site: World):
    site.at_desk(retention.set_days, site.site, None, by="administrator")


# Minors.
@when("the guardian withdraws every consent for the student")
def withdraws_all(site: World):
    student, guardian = id_of(site, "the student"), id_of(site, "the guardian")
    for purpose in ("account", "guardian-feed"):
        site.do(person.WithdrawConsent(student, purpose, "administrator", site.now, guardian))


@then("the app login of the student is disabled")
def login_is_disabled(site: World):
    assert not row_of(site, "the student").app_login


@then(parsers.parse("the guardian is told nothing when the student enters by the {place:w} door"))
def told_nothing(site: World, place: str):
    site.records(place, 0, who=site.people["Student"])
    guardian = id_of(site, "the guardian")
    assert site.site.query(notification_center.messages, guardian) == []


def found_by(site: World, words: str) -> list[str]:
    return [told_of(row) for row in site.site.query(directory.people, search=words)]


def letter(site: World) -> str:
    (sent,) = site.mailer.letters
    body: Any = sent.get_body(("plain",))
    return f"{sent['Subject']} {body.get_content()}"
