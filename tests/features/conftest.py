"""The steps that several features share: words to an act, or what is seen to words."""

import pytest
from pytest_bdd import given, parsers, then, when

from cvsec_core import vocabulary
from cvsec_core.aggregates import device, door, lockdown_group, organisation
from cvsec_core.ids import DoorId, GroupId
from cvsec_core.projections import alarm_center, dashboard
from cvsec_core.values import Interval, WeeklySchedule
from tests.features.site import World, mode, places, span

pytest.register_assert_rewrite("tests.features.people_steps")

BECAUSE = {
    "the device is offline": "device-offline",
    "the device cannot do it": "capability-missing",
    "the door is under lockdown": "under-lockdown",
    "the door is blocked": "door-blocked",
    "the door is a way out": "egress-protected",
    "the door is open for life safety": "released-for-life-safety",
    "the lockdown is real": "real-lockdown-on",
    "the guard has acknowledged it already": "already-acknowledged",
    "it has been retired": "device-retired",
    "nobody registered it": "device-unknown",
    "no level of theirs opens it": "no-access-level",
    "it is outside their hours": "not-permitted-at-this-time",
    "nobody knows them": "unknown-person",
    "they are on the blocklist": "person-blocked",
    "they are inside already": "anti-passback",
    "the credential is disabled": "credential-not-enabled",
    "no visit of theirs is planned now": "not-expected",
    "there is no consent": "consent-missing",
    "the credential is somebody else's": "credential-of-somebody-else",
    "the credential was never issued": "unknown-credential",
    "the credential is not valid yet": "credential-not-active",
    "the credential has expired": "credential-expired",
    "the code was used already": "code-used",
    "the code has run out": "code-expired",
    "the invitation was used already": "invitation-used",
    "the invitation has run out": "invitation-expired",
    "the invitation was withdrawn": "invitation-withdrawn",
    "the visitor is not checked in": "not-checked-in",
    "the visit is over": "visit-over",
    "it is too early for the visit": "visit-early",
    "it is too early for the invitation": "invitation-early",
    "the visitor is on the blocklist": "visitor-blocked",
}
TOLD = {
    "there is no such group": "lockdown-group-unknown",
    "there is no such door": "door-unknown",
    "there is no such level": "access-level-unknown",
    "nobody acts under another's name": "actor-mismatch",
    "the device is registered already": "device-registered",
    "a remark is needed": "invalid-field",
    "a moment in the future is needed": "invalid-field",
    "a number of doors is needed": "invalid-field",
    "a name is needed": "invalid-field",
    "a number of visitors is needed": "invalid-field",
    "this is no photograph": "picture-wrong-type",
    "a card number is needed": "invalid-field",
    "4 to 8 digits are needed": "invalid-field",
    "the card is taken": "credential-taken",
    "the credential was revoked": "credential-revoked",
    "there is no code to show": "no-code",
    "a longer password is needed": "invalid-field",
    "there is no such version": "invalid-field",
    "app login is not enabled": "app-login-disabled",
    "the id or the password is wrong": "login-failed",
    "a cause is needed": "invalid-field",
    "a consent is needed": "invalid-field",
    "a guardian is of age": "invalid-field",
    "only a minor is guarded": "invalid-field",
    "nobody has that number": "person-unknown",
    "somebody else has that number": "person-enrolled",
    "nobody is known by that": "host-unknown",
    "several are called so": "host-ambiguous",
    "there is no mail server": "mail-not-configured",
    "an address is needed": "invalid-field",
    "the invitation is no longer open": "invitation-closed",
    "the code was not written here": "token-forged",
    "this is no such code": "token-malformed",
    "no code is so long": "token-too-long",
    "the end must be to come": "invalid-field",
    "the visit is no longer expected": "visit-closed",
}
ORDERS = {
    "unlock it once": {"kind": "unlock"},
    "lock it down": {"mode": "LockedDown", "means": "lockdown"},
    "lock it and to leave the exit free": {"mode": "LockedDown", "means": "relock"},
    "end its lockdown and lock": {"mode": "Locked", "undo": ("lockdown",)},
    "cancel its alarm": {"kind": "cancel-alarm"},
    "set its clock": {"kind": "clock"},
}
SEEN = {
    "open": ("physical", "Open"),
    "closed": ("physical", "Closed"),
    "with its lock released": ("lock", "Unlocked"),
    "forced open": ("alarm", "DoorForcedOpen"),
    "free of door alarms": ("alarm", "Normal"),
    "tampered with": ("tamper", "TamperDetected"),
    "held by nobody": ("held_by", ()),
}
HAPPENINGS = {
    "somebody forces the door": vocabulary.FORCED_OPEN,
    "the door is held open for too long": vocabulary.HELD_OPEN,
    "somebody opens the device's case": vocabulary.TAMPER,
    "somebody enters under duress": vocabulary.DURESS,
}


@pytest.fixture
def site():
    world = World()
    with world.site:
        yield world


# Time.
@given(parsers.re(r"(?P<number>\d+) (?P<unit>seconds?|minutes?|hours?) passed"))
@when(parsers.re(r"(?P<number>\d+) (?P<unit>seconds?|minutes?|hours?) pass"))
def time_passes(site: World, number: str, unit: str):
    site.pass_time(span(int(number), unit))


@given(parsers.parse("it became Monday {hour:d}:{minute:d}"))
@when(parsers.parse("it becomes Monday {hour:d}:{minute:d}"))
def it_becomes(site: World, hour: int, minute: int):
    site.move_to(site.now.replace(hour=hour, minute=minute))


@given("midnight passed where the site is")
def midnight_passed(site: World):
    site.move_to(site.site.today().end)


# Setting up.
@given(parsers.parse("the site was founded in the zone {zone}"))
def site_was_founded(site: World, zone: str):
    site.do(organisation.FoundOrganisation("The works", zone, "en", "administrator", site.now))


@given(parsers.parse("the {place:w} door was set up and its device came online"))
def door_was_set_up_online(site: World, place: str):
    site.set_up(place)
    site.online(place)


@given(parsers.parse("the {place:w} door was set up in the area {area}"))
def door_was_set_up_in_area(site: World, place: str, area: str):
    site.set_up(place, area)


@given(parsers.parse('the lockdown group "{group}" was made of {doors}'))
@when(parsers.parse('the guard makes the lockdown group "{group}" of {doors}'))
def group_was_made(site: World, group: str, doors: str):
    site.do(
        lockdown_group.DefineLockdownGroup(
            group_id(group), doors_of(site, doors), "guard", site.now
        )
    )


@given(
    parsers.parse(
        "the {place:w} door was to stand unlocked on weekdays from {start:d}:00 to {end:d}:00"
    )
)
def door_had_a_schedule(site: World, place: str, start: int, end: int):
    hours = Interval(("mon", "tue", "wed", "thu", "fri"), start * 60, end * 60)
    schedule = WeeklySchedule((hours,))
    site.do(door.SetDoorSchedule(site.door(place), schedule, "administrator", site.now))
    site.move_to(site.now)


@when(parsers.parse("the administrator moves the device of the {place:w} door to the area {area}"))
@given(parsers.parse("the administrator moved the device of the {place:w} door to the area {area}"))
def device_was_moved(site: World, place: str, area: str):
    site.do(device.MoveDevice(site.device(place), area, "administrator", site.now))


@given(parsers.parse("the administrator retired the device of the {place:w} door"))
@when(parsers.parse("the administrator retires the device of the {place:w} door"))
def device_is_retired(site: World, place: str):
    site.do(device.RetireDevice(site.device(place), "administrator", site.now))


# What devices do.
@given(parsers.parse("the device of the {place:w} door came online"))
@when(parsers.parse("the device of the {place:w} door comes online"))
def device_comes_online(site: World, place: str):
    site.online(place)


@given(parsers.parse("the device of the {place:w} door went offline"))
@when(parsers.parse("the device of the {place:w} door goes offline"))
def device_goes_offline(site: World, place: str):
    site.offline(place)


@given(parsers.parse("the device of the {place:w} door carried out what it was told"))
@when(parsers.parse("the device of the {place:w} door carries out what it was told"))
def device_carries_out(site: World, place: str):
    site.answer(place)


@given(parsers.parse("the device of the {place:w} door refused an unregistered card"))
@when(parsers.parse("the device of the {place:w} door refuses an unregistered card"))
def card_is_refused(site: World, place: str):
    site.records(place, 27, "9999")


# What happens at doors.
@given(parsers.parse("somebody opened the {place:w} door"))
@when(parsers.parse("somebody opens the {place:w} door from inside"))
def door_opens(site: World, place: str):
    site.records(place, 200)


@given(parsers.parse("somebody closed the {place:w} door"))
@when(parsers.parse("somebody closes the {place:w} door"))
def door_closes(site: World, place: str):
    site.records(place, 201)


@given(parsers.parse("somebody forced the {place:w} door"))
@when(parsers.parse("somebody forces the {place:w} door"))
def door_is_forced(site: World, place: str):
    site.records(place, vocabulary.FORCED_OPEN)


@when(parsers.parse("{happening} at the {place:w} door"))
def something_happens(site: World, happening: str, place: str):
    site.records(place, HAPPENINGS[happening])


# What the guard does at doors.
@given(parsers.parse("the guard unlocked the {place:w} door"))
@when(parsers.parse("the guard unlocks the {place:w} door"))
def guard_unlocks(site: World, place: str):
    site.do(door.RequestUnlock(site.door(place), "guard", site.now))


@given(parsers.parse("the guard set the {place:w} door to {words}"))
@when(parsers.parse("the guard sets the {place:w} door to {words}"))
def guard_sets_mode(site: World, place: str, words: str):
    site.do(door.RequestMode(site.door(place), mode(words), "guard", site.now))


@given(parsers.parse('the guard locked down "{group}"'))
@when(parsers.parse('the guard locks down "{group}"'))
def guard_locks_down(site: World, group: str):
    site.do(lockdown_group.ActivateLockdown(group_id(group), "guard", site.now))


@given(parsers.parse("the guard opened the {place:w} door for life safety"))
@when(parsers.parse("the guard opens the {place:w} door for life safety"))
def life_safety(site: World, place: str):
    doors = (site.door(place),)
    site.do(organisation.ReleaseForLifeSafety(doors, "smoke", "guard", site.now))


# What people are told.
@then(parsers.parse("the {who:w} is refused because {reasons}"))
@then(parsers.parse("the {who:w} is turned away because {reasons}"))
def somebody_is_refused(site: World, who: str, reasons: str):
    assert site.codes() == [BECAUSE[reason] for reason in reasons.split(", and because ")]


@then(parsers.parse("the {who:w} is told that {what}"))
def somebody_is_told(site: World, who: str, what: str):
    assert site.codes() == [TOLD[what]]


# What devices are told.
@then(parsers.parse("the device of the {place:w} door is told nothing"))
def device_is_told_nothing(site: World, place: str):
    assert site.orders(place) == []


@then(parsers.parse("the device of the {place:w} door is told to {order}"))
def device_is_told(site: World, place: str, order: str):
    wanted = ORDERS[order]
    told = [{name: getattr(row, name) for name in wanted} for row in site.orders(place)]
    assert wanted in told


@then(parsers.parse("the device of the {place:w} door is told only to lock it down"))
def device_is_told_lockdown_only(site: World, place: str):
    assert [(row.kind, row.mode) for row in site.orders(place)] == [("mode", "LockedDown")]


# What the board of doors shows.
@then(parsers.parse("the {place:w} door is told to be {words}"))
def board_shows_mode(site: World, place: str, words: str):
    assert site.row(place).mode == mode(words)


@then(parsers.parse("the board shows the {place:w} door {what}"))
def board_shows(site: World, place: str, what: str):
    field, value = SEEN[what]
    assert getattr(site.row(place), field) == value


# What the alarm center shows.
@then(parsers.parse('the alarm "{name}" stands at the {place:w} door'))
def alarm_stands_at_door(site: World, name: str, place: str):
    found = site.alarms(alarm_center.Filter(search=name))
    assert [shown.row.door for shown in found] == [site.door(place)]


@then(parsers.parse('the alarm "{name}" stands at the {place:w} device'))
def alarm_stands_at_device(site: World, name: str, place: str):
    found = site.alarms(alarm_center.Filter(search=name))
    assert [(shown.row.device, shown.row.door) for shown in found] == [(site.device(place), None)]


@then("there is no alarm")
def there_is_no_alarm(site: World):
    assert site.alarms() == []


@then("the alarm still needs somebody")
def alarm_needs_somebody(site: World):
    assert site.alarm().state == "unacknowledged"


@then("the condition is over")
def condition_is_over(site: World):
    assert not site.alarm().active


@then("the condition still holds")
def condition_holds(site: World):
    assert site.alarm().active


@then(
    parsers.parse(
        "the alarm center counts {today:d} today, {un:d} unacknowledged and {ack:d} acknowledged"
    )
)
def alarm_center_counts(site: World, today: int, un: int, ack: int):
    counts = site.site.query(alarm_center.counts, site.site.today())
    assert (counts.today, counts.unacknowledged, counts.acknowledged) == (today, un, ack)
    assert counts.total == un + ack


# What a record shows.
@then(parsers.parse("the newest record shows a passage that was {decision}"))
def newest_record_decision(site: World, decision: str):
    assert site.newest().meaning.decision == decision


@then(parsers.parse("the dashboard counts {all:d} devices, {on:d} online and {off:d} offline"))
def dashboard_counts(site: World, all: int, on: int, off: int):  # noqa: A002  # the word of the step
    seen = site.site.query(dashboard.summary, site.site.today())
    assert (seen.devices, seen.online, seen.offline) == (all, on, off)


def group_id(words: str) -> GroupId:
    return GroupId(words.replace(" ", "-"))


def doors_of(site: World, words: str) -> tuple[DoorId, ...]:
    return tuple(site.door(place) for place in places(words))
