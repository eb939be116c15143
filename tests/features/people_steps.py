"""The steps about people that several features share; a test module names this one in
``pytest_plugins``.
"""

from datetime import timedelta

from pytest_bdd import given, parsers, then, when

from cvsec_adapters.desk import credentials, login, mailing, people, visits
from cvsec_adapters.desk.hours import schedule
from cvsec_core.aggregates import access_level, organisation, person
from cvsec_core.ids import LevelId
from cvsec_core.projections import directory, mail_outbox, notification_center, occupancy
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
    photographs,
    picture,
    register_visitor,
    told_of,
    visit_of,
)
from tests.features.site import DAYS, World

GRANTED, DENIED = 0, 23
ON = {"on weekdays": "mon-fri", "on Fridays": "fri"}


# Time.
@given(parsers.re(r"(?P<number>\d+) days passed"))
@when(parsers.re(r"(?P<number>\d+) days pass"))
def days_pass(site: World, number: str):
    site.pass_time(timedelta(days=int(number)))


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


@when(parsers.parse("the administrator lifts the block of {who}"))
def block_is_lifted(site: World, who: str):
    site.do(person.UnblockPerson(id_of(site, who), "administrator", site.now))


@given(parsers.parse("the {who:w} had an address"))
def has_address(site: World, who: str):
    correct(site, who, email=address_of(who))


@given(parsers.re(r"the (?P<who>\w+) switched notifications (?P<switch>on|off)"))
def switches_notifications(site: World, who: str, switch: str):
    site.do(person.SwitchNotifications(id_of(site, who), switch == "on", who, site.now))


@then(parsers.parse("the register names {people}"))
def register_names(site: World, people: str):
    rows = site.site.query(directory.people)
    assert sorted(told_of(row) for row in rows) == sorted(names_of(people))


# Signing in.
@given(parsers.parse('the administrator set the password of the {who:w} to "{password}"'))
def sets_password(site: World, who: str, password: str):
    site.at_desk(
        login.set_password, site.desk, site.people[name_of(who)], password, by="administrator"
    )


@given(parsers.re(r"the administrator (?P<how>en|dis)abled the app login of the (?P<who>\w+)"))
@when(parsers.re(r"the administrator (?P<how>en|dis)ables the app login of the (?P<who>\w+)"))
def switches_login(site: World, how: str, who: str):
    switch = {"on": how == "en", "by": "administrator"}
    site.at_desk(people.switch_login, site.site, site.people[name_of(who)], **switch)


@when(parsers.re(r'the (?P<who>\w+) signs in with "(?P<password>.*)"'))
def signs_in(site: World, who: str, password: str):
    site.shown = site.at_desk(login.login, site.desk, site.people[name_of(who)], password)


# Messages and letters.
@then(parsers.re(r"the (?P<who>\w+) has (?P<number>no|\d+) messages?"))
def has_messages(site: World, who: str, number: str):
    told = site.site.query(notification_center.messages, id_of(site, who))
    assert len(told) == (0 if number == "no" else int(number))


@given("the letters were sent")
@when("the letters are sent")
def letters_are_sent(site: World):
    mailing.send_due(site.desk, site.mailer)


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


@given(parsers.parse("the {who:w} was given the PIN {pin}"))
@when(parsers.parse("the administrator gives the {who:w} the PIN {pin}"))
def given_pin(site: World, who: str, pin: str):
    site.at_desk(
        credentials.issue_pin, site.site, site.people[name_of(who)], pin, by="administrator"
    )


@when(parsers.parse("somebody shows card {number} to the {place:w} door"))
def somebody_shows_card(site: World, number: str, place: str):
    comes_to(site, place, shown=site.site.new_card(number))


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


@given(parsers.parse("the receptionist registered {visitor} with photographs of {what}"))
@when(parsers.parse("the receptionist registers {visitor} with photographs of {what}"))
def is_registered_with_photographs(site: World, visitor: str, what: str):
    uploads = {of: visits.Upload(picture(), "image/png") for of in photographs(what)}
    register_visitor(site, visitor, site.people["Host"], pictures=uploads)


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


@when("the day is over")
def day_is_over(site: World):
    site.move_to(site.site.today().end)


@then(parsers.re(r"the muster list names (?P<people>.+?)(, as (?P<how>\w+))?"))
def muster_names(site: World, people: str, how: str | None):
    present = site.site.query(occupancy.muster, site.now)
    assert [told_of(found.person) for found in present] == names_of(people)
    assert how is None or [found.row.provenance for found in present] == [how]
