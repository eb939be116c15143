from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_core.aggregates import door
from cvsec_core.ids import door_of
from tests.features.site import World

scenarios("doors.feature")


@given(
    parsers.parse("the {place:w} door was set up with a device that cannot be unlocked from afar")
)
def door_without_unlock(site: World, place: str):
    site.set_up(place, capabilities=("lockdown",))


@given(
    parsers.parse(
        "the device of the {place:w} door also drove the {other:w} door, which is no way out"
    )
)
def second_door(site: World, place: str, other: str):
    site.doors[other] = door_of(site.device(place), 2)
    site.do(door.RegisterDoor(site.doors[other], site.device(place), 2, site.now, egress=False))


@given(parsers.parse("the device of the {place:w} door took its orders without an answer"))
def orders_taken(site: World, place: str):
    site.hand_out(place)


@when(parsers.parse("the lock of the {place:w} door is released"))
def lock_released(site: World, place: str):
    site.do(door.ReportDoorState(site.door(place), site.now, site.now, unlocked=True))


@when(parsers.parse("somebody tampers with the device of the {place:w} door"))
def tampered(site: World, place: str):
    site.do(door.ReportDoorState(site.door(place), site.now, site.now, tamper=True))


@when(parsers.parse("the receptionist unlocks the {place:w} door under the name of the guard"))
def under_another_name(site: World, place: str):
    site.do(door.RequestUnlock(site.door(place), "guard", site.now), actor="receptionist")


@when(parsers.parse("the receptionist unlocks the {place:w} door on behalf of {principal}"))
def on_behalf(site: World, place: str, principal: str):
    command = door.RequestUnlock(site.door(place), "receptionist", site.now, on_behalf_of=principal)
    site.do(command, actor="receptionist")


@then(parsers.parse("the board shows that the {place:w} door has confirmed it"))
def confirmed(site: World, place: str):
    assert site.row(place).confirmed


@then(parsers.parse("the board shows that the {place:w} door has not confirmed it"))
def not_confirmed(site: World, place: str):
    assert not site.row(place).confirmed


@then(
    parsers.parse(
        "the history says of the {place:w} door that nobody knows what became of the unlock"
    )
)
def indeterminate(site: World, place: str):
    assert [told.kind for told in site.history(place, door.DoorCommandIndeterminate)] == ["unlock"]


@then(
    parsers.parse("the history names the {who:w} for the {place:w} door, on behalf of {principal}")
)
def named_in_history(site: World, who: str, place: str, principal: str):
    (asked,) = site.history(place, door.UnlockRequested)
    assert (asked.by, asked.on_behalf_of) == (who, principal)
