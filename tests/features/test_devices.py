from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_core.aggregates import device
from cvsec_core.projections import door_board
from tests.features.site import World

scenarios("devices.feature")


@given(parsers.parse("the administrator registered the {place:w} terminal with {doors:d} doors"))
@when(parsers.parse("the administrator registers the {place:w} terminal with {doors:d} doors"))
def registers(site: World, place: str, doors: int):
    site.set_up(place, doors=doors)


@when(parsers.parse("the administrator registers the same device as the {other:w} terminal"))
def registers_again(site: World, other: str):
    site.set_up("lobby", named=other, doors=4)


@given(
    parsers.re(r"the device of the (?P<place>\w+) door showed a time (?P<s>\d+) seconds? ahead.*")
)
@when(parsers.re(r"the device of the (?P<place>\w+) door shows a time (?P<s>\d+) seconds? ahead.*"))
def shows_time(site: World, place: str, s: str):
    site.do(device.ReportClockSkew(site.device(place), float(s), site.now))


@then(parsers.parse("the board shows {doors:d} doors of the {place:w} terminal"))
def board_shows_doors(site: World, doors: int, place: str):
    shown = site.site.query(door_board.doors)
    assert [door.row.device for door in shown] == [site.device(place)] * doors


@then(parsers.parse("the board shows the {place:w} door online"))
def door_online(site: World, place: str):
    seen = site.site.query(door_board.one, site.door(place))
    assert seen is not None
    assert seen.online


@then(parsers.parse("the board shows the {place:w} door offline"))
def door_offline(site: World, place: str):
    seen = site.site.query(door_board.one, site.door(place))
    assert seen is not None
    assert not seen.online
