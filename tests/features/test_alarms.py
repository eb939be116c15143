from datetime import timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_core import vocabulary
from cvsec_core.aggregates import alarm, door
from cvsec_core.projections.alarm_center import Filter
from tests.features.site import World

scenarios("alarms.feature")

KNOWN = {
    "of any kind": lambda _: Filter(),
    "of level alarm": lambda _: Filter(level="alarm"),
    "of level exception": lambda _: Filter(level="exception"),
    "that are unacknowledged": lambda _: Filter(state="unacknowledged"),
    "that are acknowledged": lambda _: Filter(state="acknowledged"),
    'by the words "forced"': lambda _: Filter(search="forced"),
    'by the words "PUERTA FORZADA"': lambda _: Filter(search="PUERTA FORZADA"),
    'by the words "gate terminal"': lambda _: Filter(search="gate terminal"),
    "of the last 30 minutes": lambda site: Filter(start=site.now - timedelta(minutes=30)),
    "of the area Entrance": lambda _: Filter(area="Entrance"),
    "of the area Cellar": lambda _: Filter(area="Cellar"),
    "of the device at the gate door": lambda site: Filter(device=site.device("gate")),
}


@given(parsers.parse("the device of the {place:w} door let somebody through"))
def let_through(site: World, place: str):
    site.records(place, 0, "1001")


@given(
    parsers.parse(
        "a device was set up whose serial number reads like the {place:w} door, and came online"
    )
)
def device_like_a_door(site: World, place: str):
    site.set_up(site.door(place))
    site.online(site.door(place))
    site.shown = site.door(place)


@when("that device goes offline")
def that_device_goes_offline(site: World):
    site.offline(site.shown)


@given(parsers.parse("somebody pressed the exit button of the {place:w} door"))
def exit_button(site: World, place: str):
    site.records(place, 202)


@given(parsers.parse('the {who:w} acknowledged the alarm, remarking "{remark}"'))
@when(parsers.parse('the {who:w} acknowledges the alarm, remarking "{remark}"'))
def acknowledges(site: World, who: str, remark: str):
    site.do(alarm.AcknowledgeAlarm(site.alarm().id, remark, who, site.now), actor=who)


@given(parsers.parse("the guard unlocked the {place:w} door for {seconds:d} seconds"))
def unlocks_for(site: World, place: str, seconds: int):
    site.do(door.RequestUnlock(site.door(place), "guard", site.now, seconds))


@when(parsers.parse("the {who:w} acknowledges the alarm without a remark"))
def acknowledges_silently(site: World, who: str):
    site.do(alarm.AcknowledgeAlarm(site.alarm().id, " ", who, site.now))


@given(parsers.parse('the {who:w} added the remark "{remark}"'))
@when(parsers.parse('the {who:w} adds the remark "{remark}"'))
def adds_remark(site: World, who: str, remark: str):
    site.do(alarm.AddRemark(site.alarm().id, remark, who, site.now))


@when(parsers.parse("the guard cancels the alarm of the {place:w} door"))
def cancels(site: World, place: str):
    site.do(door.RequestAlarmCancel(site.door(place), "guard", site.now))


@given(parsers.re(r'the guard shelved the alarm for (?P<n>\d) hours?, remarking "(?P<remark>.+)"'))
@when(parsers.re(r'the guard shelves the alarm for (?P<n>\d) hours?, remarking "(?P<remark>.+)"'))
def shelves(site: World, n: str, remark: str):
    until = site.now + timedelta(hours=int(n))
    site.do(alarm.ShelveAlarm(site.alarm().id, until, remark, "guard", site.now))


@when(parsers.parse("the guard looks for alarms {known}"))
def looks_for(site: World, known: str):
    site.shown = site.alarms(KNOWN[known](site))


@then(parsers.parse("the guard finds {found}"))
def finds(site: World, found: str):
    names = [f'"{vocabulary.meaning(shown.row.code).named()}"' for shown in site.shown]
    assert (", ".join(names) or "nothing") == found


@then(parsers.parse("there are {number:d} alarms"))
def so_many_alarms(site: World, number: int):
    assert len(site.alarms()) == number


@then(parsers.parse("the alarm tells of the {device} in the area {area}"))
def tells_where(site: World, device: str, area: str):
    shown = site.alarms()[0]
    assert (shown.device_name, shown.area) == (device, area)


@then(parsers.parse("the alarm tells that it was raised at {hour:d}:{minute:d}"))
def tells_when(site: World, hour: int, minute: int):
    assert site.alarm().raised_at == site.now.replace(hour=hour, minute=minute)


@then(parsers.parse("the alarm is of level {level}"))
def of_level(site: World, level: str):
    assert site.alarm().level == level


@then(parsers.parse('the alarm is acknowledged by the {who:w}, remarking "{remark}"'))
def acknowledged_by(site: World, who: str, remark: str):
    row = site.alarm()
    assert (row.state, row.acknowledged_by, row.remark) == ("acknowledged", who, remark)


@then(parsers.parse('the alarm shows the remark "{remark}"'))
def shows_remark(site: World, remark: str):
    assert remark in (site.alarm().remark or "")


@then("the alarm is shelved")
def is_shelved(site: World):
    assert site.alarm().shelved_until == site.now + timedelta(hours=1)


@then("the alarm center does not list it")
def is_set_aside(site: World):
    assert site.alarm() not in [seen.row for seen in site.alarms()]


@then("the alarm is not shelved")
def is_not_shelved(site: World):
    assert site.alarm().shelved_until is None
