from datetime import date, datetime, timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_adapters.desk import credentials
from cvsec_core.aggregates import access_level, credential, door, person
from cvsec_core.ids import LevelId, PersonId
from cvsec_core.values import PassbackMode
from tests.features.people_site import comes_to, id_of, name_of
from tests.features.site import DAYS, MONDAY, World

pytest_plugins = ("tests.features.people_steps",)

scenarios("access.feature")

PASSBACK: dict[str, PassbackMode] = {"denied": "hard", "noted": "soft"}


# Levels.
@given(parsers.parse('{day:w} was a holiday for the level "{level}"'))
def was_holiday(site: World, day: str, level: str):
    had: access_level.Defined = site.site.state(access_level.stream(LevelId(level)))
    command = access_level.ChangeAccessLevel(
        LevelId(level), tuple(had.doors), had.hours, "administrator", site.now, (date_of(day),)
    )
    site.do(command)


@given(parsers.parse('the level "{level}" was withdrawn from {who}'))
def level_withdrawn(site: World, level: str, who: str):
    site.do(person.WithdrawAccess(id_of(site, who), LevelId(level), "administrator", site.now))


# Doors that look for people who are inside already.
@given(parsers.re(r"the (?P<place>\w+) door (?P<how>denied|noted) who was inside already"))
def looks_for_inside(site: World, place: str, how: str):
    site.do(door.SetAntiPassback(site.door(place), PASSBACK[how], "administrator", site.now))


@given(parsers.parse("the guard forgave the holder of card {number} for being inside"))
def forgiven(site: World, number: str):
    site.do(credential.ResetAntiPassback(site.site.card(number), "guard", site.now))


@given(parsers.parse("the {who:w} was given a card to show under duress"))
def duress_card(site: World, who: str):
    number, duress = site.people[name_of(who)], credentials.Validity(duress=True)
    credentials.issue_card(site.site, number, "2468", by="administrator", validity=duress)


# At the door.
@when("a stranger comes to the lobby door")
def stranger_comes(site: World):
    comes_to(site, "lobby", PersonId("stranger"))


@when(parsers.parse("the {who} comes to the {place:w} door"))
def somebody_comes(site: World, who: str, place: str):
    comes_to(site, place, id_of(site, who))


@when(parsers.parse("the {who:w} wants to leave by the {place:w} door"))
def somebody_leaves(site: World, who: str, place: str):
    comes_to(site, place, id_of(site, who), direction="out")


@when(parsers.parse("the {who:w} shows the card for duress at the {place:w} door"))
def shows_duress_card(site: World, who: str, place: str):
    comes_to(site, place, shown=site.site.card("2468"))


@when(parsers.parse("the guard asks whether the {who:w} may enter by the {place:w} door"))
def guard_asks(site: World, who: str, place: str):
    asked(site, who, place, site.now)


@when(
    parsers.parse(
        "the guard asks whether the {who:w} was allowed by the {place:w} door"
        " at {hour:d}:{minute:d}"
    )
)
def guard_asks_of_then(site: World, who: str, place: str, hour: int, minute: int):
    asked(site, who, place, site.now.replace(hour=hour, minute=minute))


def asked(site: World, who: str, place: str, at: datetime) -> None:
    site.shown = site.site.explain(id_of(site, who), site.door(place), at)
    site.told = site.shown.reasons


# What comes of it.
@then("it is noted that they are inside already")
def noted_inside(site: World):
    assert [reason.code for reason in site.shown.noted] == ["anti-passback"]


@then("the door says nothing of duress")
def silent_about_duress(site: World):
    assert not site.shown.duress
    assert site.shown.noted == ()


@then(
    parsers.parse(
        "the history of the {place:w} door names the {who:w} as refused, with every reason"
    )
)
def refusal_on_record(site: World, place: str, who: str):
    (refused,) = site.history(place, door.AccessDenied)
    assert (refused.person, refused.reasons) == (id_of(site, who), site.told)


@then(
    parsers.parse(
        "the guard is told that it would be the {place:w} door on {day:w} {hour:d}:{minute:d}"
    )
)
def alternative(site: World, place: str, day: str, hour: int, minute: int):
    (other,) = site.shown.alternatives
    assert (other.door, DAYS[other.at.weekday()]) == (site.door(place), day)
    assert (other.at.hour, other.at.minute) == (hour, minute)


@then("the guard is told of nothing that would be allowed")
def no_alternative(site: World):
    assert not site.shown.granted
    assert site.shown.alternatives == ()


def date_of(day: str) -> date:
    return MONDAY.date() + timedelta(days=DAYS.index(day))
