from datetime import timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_adapters.desk import visits
from cvsec_core.aggregates import visit
from cvsec_core.projections import occupancy, visitor_list
from tests.features.people_site import (
    name_of,
    names_of,
    photographs,
    register_visitor,
    told_of,
    visit_of,
)
from tests.features.site import World

pytest_plugins = ("tests.features.people_steps",)

scenarios("visitors.feature")


# Registering.
@when(
    parsers.parse(
        "the receptionist registers the visitor {visitor} for the person with the number {number}"
    )
)
def registers_by_number(site: World, visitor: str, number: str):
    register_visitor(site, visitor, number)


@when(
    parsers.parse(
        'the receptionist registers the visitor {visitor} for whoever is called "{words}"'
    )
)
def registers_by_name(site: World, visitor: str, words: str):
    register_visitor(site, visitor, words)


@when(
    parsers.parse(
        "the receptionist registers {visitor}, who comes to the {host:w} for a {reason}"
        " until {time}"
    )
)
def registers_for(site: World, visitor: str, host: str, reason: str, time: str):
    register_visitor(site, visitor, site.people[name_of(host)], reason=reason, end=site.clock(time))


@given(
    parsers.parse(
        "the receptionist registered the visitor {visitor} for the {host:w} until tomorrow"
    )
)
def registered_until_tomorrow(site: World, visitor: str, host: str):
    register_visitor(site, visitor, site.people[name_of(host)], end=site.now + timedelta(days=1))


@given(
    parsers.parse("the receptionist registered the visitor {visitor} for the {host:w}, a day ahead")
)
def registered_a_day_ahead(site: World, visitor: str, host: str):
    start = site.now + timedelta(days=1)
    to = site.people[name_of(host)]
    register_visitor(site, visitor, to, start=start, end=start + timedelta(hours=2))


@when(parsers.parse("the receptionist registers {visitor} with a text file for a photograph"))
def registers_with_text(site: World, visitor: str):
    upload = visits.Upload(b"no photograph", "image/png")
    register_visitor(site, visitor, site.people["Host"], pictures={"plate": upload})


@given(
    parsers.parse("the receptionist registered {visitor} as a party of {party:d} for the {host:w}")
)
@when(
    parsers.parse("the receptionist registers {visitor} as a party of {party:d} for the {host:w}")
)
def registers_party(site: World, visitor: str, party: int, host: str):
    register_visitor(site, visitor, site.people[name_of(host)], party=party)


@given(parsers.parse("the receptionist cancelled the visit of {visitor}"))
@when(parsers.parse("the receptionist cancels the visit of {visitor}"))
def cancels(site: World, visitor: str):
    site.do(visit.CancelVisit(visit_of(site, visitor).id, "receptionist", site.now))


@given(parsers.re(r"(?P<visitor>the visitor .+) came( (?P<times>\d+) times?)?"))
def came(site: World, visitor: str, times: str | None):
    for _ in range(int(times or 1)):
        register_visitor(site, visitor, site.people["Host"])
        visits.check_in(site.site, visit_of(site, visitor).id, by="receptionist")
        visits.check_out(site.site, visit_of(site, visitor).id, by="receptionist")


@given("it became the next month where the site is")
def next_month(site: World):
    site.move_to(visits.month_of(site.site).end)


# Looking.
@when(parsers.parse('the receptionist looks for visitors called "{words}"'))
def looks_for_name(site: World, words: str):
    site.shown = site.site.query(visitor_list.page, search=words)


@when(parsers.parse("the receptionist looks for visitors who are {state}"))
def looks_for_state(site: World, state: str):
    site.shown = site.site.query(visitor_list.page, state=state.replace(" ", "-"))


@when("the receptionist looks at the flow of today")
def looks_at_flow(site: World):
    site.shown = visits.statistics(site.site).flow


@when("the receptionist looks at the top five of the month")
def looks_at_top(site: World):
    site.shown = visits.statistics(site.site).top


# What is seen.
@then(parsers.parse("the visit of {visitor} has photographs of {what}"))
def has_photographs(site: World, visitor: str, what: str):
    row = visit_of(site, visitor)
    kept = dict(told.split(":") for told in row.pictures or ())
    assert set(kept) == set(photographs(what))
    assert all(site.desk.pictures.get(row.visitor, name) for name in kept.values())


@then(parsers.parse("the muster list counts {number:d} people"))
def muster_counts(site: World, number: int):
    there = site.site.query(occupancy.muster, site.now)
    assert sum(found.row.party for found in there) == number


@then("the visitor list is empty")
def list_is_empty(site: World):
    assert site.site.query(visitor_list.page) == []


@then(parsers.parse("the list tells that {visitor} comes for a {reason} from {start} to {end}"))
def list_tells(site: World, visitor: str, reason: str, start: str, end: str):
    row = visit_of(site, visitor)
    assert (row.reason, row.start, row.end) == (reason, site.clock(start), site.clock(end))


@then(parsers.parse("somebody saw {visitor} leave at {time}"))
def seen_to_leave(site: World, visitor: str, time: str):
    row = visit_of(site, visitor)
    assert (row.checked_out_at, row.assumed) == (site.clock(time), False)


@then(parsers.parse("it is only assumed that {visitor} has left"))
def assumed_to_have_left(site: World, visitor: str):
    assert visit_of(site, visitor).assumed


@then(
    parsers.parse(
        "the overview counts {today:d} visitors today, {came:d} who came"
        " and {here:d} who is still here"
    )
)
def overview_counts(site: World, today: int, came: int, here: int):
    seen = visits.statistics(site.site).overview
    assert (seen.today, seen.checked_in, seen.not_checked_out) == (today, came, here)


@then(parsers.parse("the receptionist finds {visitors}"))
def finds(site: World, visitors: str):
    assert [told_of(found.visitor) for found in site.shown] == names_of(visitors)


@then(parsers.re(r"it shows (?P<counts>.*?)( and )?none at other times"))
def flow_shows(site: World, counts: str):
    wanted = [count.split() for count in counts.split(", ") if count]
    by_hour = {int(hour): int(number) for number, _, hour, _ in wanted}
    assert {hour: number for hour, number in enumerate(site.shown) if number} == by_hour


@then("the top five are:")
def top_five(site: World, datatable: list[list[str]]):
    shown = [[str(top.rank), told_of(top.name), str(top.visits)] for top in site.shown]
    assert sorted(shown) == sorted(datatable[1:])


@then(parsers.parse("{visitor} is not among the top five"))
def not_in_top(site: World, visitor: str):
    assert visitor not in [told_of(top.name) for top in site.shown]
