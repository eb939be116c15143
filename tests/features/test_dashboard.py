from pytest_bdd import parsers, scenarios, then, when

from cvsec_core.projections import dashboard, devices
from tests.features.site import World

scenarios("dashboard.feature")


@when("the guard looks at the dashboard")
def looks(site: World):
    site.shown = site.site.query(dashboard.summary, site.site.today())


@when(parsers.parse("the guard looks at the dashboard of the area {area}"))
def looks_at_area(site: World, area: str):
    site.shown = site.site.query(dashboard.summary, site.site.today(), area)


@when(parsers.parse("the guard opens the list of devices that are {state}"))
def opens_list(site: World, state: str):
    site.shown = site.site.query(devices.devices_in, online=state == "online")


@then(parsers.parse("it counts {all:d} devices, {on:d} online and {off:d} offline"))
def counts_devices(site: World, all: int, on: int, off: int):  # noqa: A002  # the word of the step
    assert (site.shown.devices, site.shown.online, site.shown.offline) == (all, on, off)


@then(parsers.parse("it counts {doors:d} doors"))
def counts_doors(site: World, doors: int):
    assert site.shown.doors == doors


@then(parsers.parse("it counts {people:d} people and {visitors:d} visitors"))
def counts_people(site: World, people: int, visitors: int):
    assert (site.shown.people, site.shown.visitors) == (people, visitors)


@then(
    parsers.parse(
        "it counts {today:d} alarms today, {un:d} unacknowledged and {ack:d} acknowledged"
    )
)
def counts_alarms(site: World, today: int, un: int, ack: int):
    alarms = site.shown.alarms
    assert (alarms.today, alarms.unacknowledged, alarms.acknowledged) == (today, un, ack)


@then(parsers.parse("the list names {names}"))
def list_names(site: World, names: str):
    assert [row.name for row in site.shown] == names.replace("the ", "").split(" and ")
