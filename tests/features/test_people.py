from pytest_bdd import parsers, scenarios, then, when

from cvsec_core.projections import directory
from tests.features.people_site import enroll, names_of, row_of, told_of
from tests.features.site import World

pytest_plugins = ("tests.features.people_steps",)

scenarios("people.feature")


@when("the administrator enrols somebody without a name")
def enrols_nameless(site: World):
    enroll(site, "the employee", "2009", first_name=" ")


@when(parsers.parse('the administrator looks for "{words}" in the register'))
def looks_for(site: World, words: str):
    site.shown = site.site.query(directory.people, search=words)


@when(parsers.parse("somebody with the unknown number {number} enters by the {place:w} door"))
def unknown_enters(site: World, number: str, place: str):
    site.records(place, 0, who=number)


@then(parsers.parse("the administrator finds {people}"))
def finds(site: World, people: str):
    assert sorted(told_of(row) for row in site.shown) == sorted(names_of(people))


@then(parsers.re(r"the register shows (?P<who>.+?) (?P<blocked>blocked|not blocked)"))
def register_shows(site: World, who: str, blocked: str):
    assert row_of(site, who).blocked == (blocked == "blocked")
