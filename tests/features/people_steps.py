"""The steps about people that several features share; a test module names this one in
``pytest_plugins``.
"""

from datetime import timedelta

from pytest_bdd import given, parsers, then, when

from cvsec_adapters.desk import credentials, visits
from cvsec_adapters.desk.hours import schedule
from cvsec_core.aggregates import access_level, organisation, person
from cvsec_core.ids import LevelId
from cvsec_core.projections import directory, mail_outbox
from tests.features.people_site import (
    address_of,
    comes_to,
    correct,
    enroll,
    id_of,
    known,
    link,
    name_of,
    names_of,
    register_visitor,
    told_of,
    visit_of,
)
from tests.features.site import DAYS, World

GRANTED, DENIED = 0, 23
ON = {"on weekdays": "mon-fri", "on Fridays": "fri"}


# Time.
@given(parsers.re(r"it became (?P<day>[STWF]\w+day) (?P<hour>\d+):(?P<minute>\d+)"))
def it_became(site: World, day: str, hour: str, minute: str):
    days = (DAYS.index(day) - site.now.weekday()) % len(DAYS)
    there = site.now.replace(hour=int(hour), minute=int(minute))
    site.move_to(there + timedelta(days=days))


# The register.
@given(parsers.re(r"the (?P<who>\w+) was enrolled"))
def was_enrolled(site: World, who: str):
    known(site, who)


@given(parsers.parse("the {who:w} was enrolled with the number {number}"))
@when(parsers.parse("the administrator enrols the {who:w} with the number {number}"))
def is_enrolled(site: World, who: str, number: str):
    enroll(site, who, number)


@given(parsers.parse("the {who:w} was enrolled as a minor"))
def minor_was_enrolled(site: World, who: str):
    known(site, who, minor=True)


@given(parsers.parse("the {guardian:w} of the {who:w} consented in writing"))
def guardian_consented(site: World, guardian: str, who: str):
    link(site, who, guardian)


@given(parsers.parse("the {who:w} moved to the department {department}"))
@when(parsers.parse("the administrator moves the {who:w} to the department {department}"))
def moved_to_department(site: World, who: str, department: str):
    correct(site, who, department=department)


@given(parsers.parse('the administrator blocked {who} because "{cause}"'))
@when(parsers.parse('the administrator blocks {who} because "{cause}"'))
def is_blocked(site: World, who: str, cause: str):
    site.do(person.BlockPerson(id_of(site, who), cause, "administrator", site.now))


@given(parsers.parse("the administrator lifted the block of {who}"))
@when(parsers.parse("the administrator lifts the block of {who}"))
def block_is_lifted(site: World, who: str):
    site.do(person.UnblockPerson(id_of(site, who), "administrator", site.now))


@given(parsers.parse("the {who:w} had an address"))
def has_address(site: World, who: str):
    correct(site, who, email=address_of(who))


@given(parsers.re(r"the (?P<who>\w+) switched notifications (?P<switch>on|off)"))
@when(parsers.re(r"the (?P<who>\w+) switches notifications (?P<switch>on|off)"))
def switches_notifications(site: World, who: str, switch: str):
    site.do(person.SwitchNotifications(id_of(site, who), switch == "on", who, site.now))


@then(parsers.parse("the register names {people}"))
def register_names(site: World, people: str):
    rows = site.site.query(directory.people)
    assert sorted(told_of(row) for row in rows) == sorted(names_of(people))


# Letters.
@given("a mail server was set up")
def mail_server(site: World):
    command = organisation.ConfigureMail(
        "mail.example.org", 25, "site@example.org", "administrator", site.now, security="none"
    )
    site.do(command)


@then("no letter is due")
def no_letter(site: World):
    assert site.site.query(mail_outbox.due, site.now) == []


@then(parsers.parse("a letter to {who} is due"))
def letter_is_due(site: World, who: str):
    recipients = [row.recipient for row in site.site.query(mail_outbox.due, site.now)]
    assert recipients == [id_of(site, who)]


# What readers see.
@given(parsers.parse("the {who:w} entered by the {place:w} door"))
@when(parsers.parse("the {who:w} enters by the {place:w} door"))
def enters_by(site: World, who: str, place: str):
    passes(site, who, place)


@given(parsers.parse("the {who:w} left by the {place:w} door"))
@when(parsers.parse("the {who:w} leaves by the {place:w} door"))
def leaves_by(site: World, who: str, place: str):
    site.pass_time(timedelta(seconds=1))
    site.records(place, GRANTED, who=site.people[name_of(who)], way="out")


@given(parsers.parse("the {place:w} door turned the {who:w} away"))
@when(parsers.parse("the {place:w} door turns the {who:w} away"))
def turned_away(site: World, place: str, who: str):
    site.records(place, DENIED, who=site.people[name_of(who)])


@when(
    parsers.parse(
        "the device of the {place:w} door tells from its memory that the {who:w} entered"
        " {minutes:d} minutes ago"
    )
)
def told_from_memory(site: World, place: str, who: str, minutes: int):
    site.behind = timedelta(minutes=minutes)
    site.records(place, GRANTED, who=site.people[name_of(who)], backfilled=True)
    site.behind = timedelta()


def passes(site: World, who: str, place: str) -> None:
    site.pass_time(timedelta(seconds=1))
    site.records(place, GRANTED, who=site.people[name_of(who)])


# Levels and cards.
@given(
    parsers.re(
        r'the level "(?P<level>\w+)" opened the (?P<place>\w+) door (?P<days>on \w+)'
        r" from (?P<start>[\d:]+) to (?P<end>[\d:]+)"
    )
)
def level_opened(site: World, level: str, place: str, days: str, start: str, end: str):  # noqa: PLR0917  # as the step has it
    hours = schedule([f"{ON[days]} {start}-{end}"])
    doors = (site.door(place),)
    site.do(access_level.DefineAccessLevel(LevelId(level), doors, hours, "administrator", site.now))


@given(parsers.parse('{who} held the level "{level}"'))
@when(parsers.parse('the administrator grants {who} the level "{level}"'))
def holds_level(site: World, who: str, level: str):
    site.do(person.GrantAccess(id_of(site, who), LevelId(level), "administrator", site.now))


@given(parsers.parse("the {who:w} was given card {number:w}"))
@when(parsers.parse("the administrator gives the {who:w} card {number:w}"))
def is_given_card(site: World, who: str, number: str):
    site.at_desk(
        credentials.issue_card, site.site, site.people[name_of(who)], number, by="administrator"
    )


@given(parsers.parse("card {number} was suspended as {reason}"))
def card_is_suspended(site: World, number: str, reason: str):
    site.at_desk(credentials.suspend, site.site, number, reason.capitalize(), by="administrator")


@when(parsers.parse("the {who:w} shows card {number} to the {place:w} door"))
def card_is_shown(site: World, who: str, number: str, place: str):
    comes_to(site, place, id_of(site, who), shown=site.site.new_card(number))


@then(parsers.re(r"the \w+ is let (in|out)"))
def let_through(site: World):
    assert site.codes() == []
    assert site.shown.granted


# Reception.
@given(parsers.parse("the receptionist registered {visitor} for the {host:w}"))
@when(parsers.parse("the receptionist registers {visitor} for the {host:w}"))
def is_registered(site: World, visitor: str, host: str):
    register_visitor(site, visitor, site.people[name_of(host)])


@given(parsers.parse("the receptionist checked {visitor} in"))
@when(parsers.parse("the receptionist checks {visitor} in"))
def is_checked_in(site: World, visitor: str):
    site.at_desk(visits.check_in, site.site, visit_of(site, visitor).id, by="receptionist")


@given(parsers.parse("the receptionist checked {visitor} out"))
@when(parsers.parse("the receptionist checks {visitor} out"))
def is_checked_out(site: World, visitor: str):
    site.at_desk(visits.check_out, site.site, visit_of(site, visitor).id, by="receptionist")


@then(parsers.parse("the visitor list shows {visitor}, for the {host:w}, as {state}"))
def list_shows(site: World, visitor: str, host: str, state: str):
    row = visit_of(site, visitor)
    assert (row.visitor, row.host) == (id_of(site, visitor), id_of(site, host))
    assert row.state == state.replace(" ", "-")


@given("the day was over")
@when("the day is over")
def day_is_over(site: World):
    site.move_to(site.site.today().end)
