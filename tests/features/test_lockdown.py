from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_core.aggregates import device, lockdown_group, organisation
from cvsec_core.projections import lockdown_board
from tests.features.conftest import doors_of, group_id
from tests.features.site import World, places

scenarios("lockdown.feature")


@given(parsers.parse('the guard cancelled the lockdown of "{group}"'))
@when(parsers.parse('the guard cancels the lockdown of "{group}"'))
def guard_cancels(site: World, group: str):
    site.do(lockdown_group.CancelLockdown(group_id(group), "guard", site.now))


@given(parsers.parse('the guard began a drill of "{group}"'))
@when(parsers.parse('the guard begins a drill of "{group}"'))
def guard_drills(site: World, group: str):
    site.do(lockdown_group.ActivateLockdown(group_id(group), "guard", site.now, drill=True))


@when("the guard ends the life-safety release")
def guard_ends_release(site: World):
    site.do(organisation.EndLifeSafetyRelease("guard", site.now))


@when(parsers.parse('the guard changes "{group}" to {doors}'))
def guard_changes_group(site: World, group: str, doors: str):
    command = lockdown_group.ChangeGroupDoors(
        group_id(group), doors_of(site, doors), "guard", site.now
    )
    site.do(command)


@given(
    parsers.parse(
        "the device of the {place:w} door said that its lockdown disables the exit button"
    )
)
def lockdown_disables_exit(site: World, place: str):
    site.do(device.ReportDeviceDescribed(site.device(place), site.now, lockdown_blocks_exit=True))


@given(parsers.parse("the device of the {place:w} door rejected what it was told"))
def rejected(site: World, place: str):
    site.answer(place, code=-1)


@given(parsers.parse("the device of the {place:w} door reported that the fire alarm opened it"))
@when(parsers.parse("the device of the {place:w} door reports that the fire alarm opened it"))
def fire(site: World, place: str):
    site.records(place, 210)


@when(parsers.parse("the device of the {place:w} door reports that the fire alarm is over"))
def fire_over(site: World, place: str):
    site.records(place, 4000)


@when(parsers.parse("somebody presses the exit button of the {place:w} door in vain"))
def exit_in_vain(site: World, place: str):
    site.records(place, 209)


@then(parsers.parse('"{group}" is under lockdown'))
def under_lockdown(site: World, group: str):
    assert status(site, group).row.state == "under-lockdown"


@then(parsers.parse('"{group}" is in a drill'))
def in_a_drill(site: World, group: str):
    assert status(site, group).row.state == "drill"


@then(parsers.parse('"{group}" is safe'))
def is_safe(site: World, group: str):
    assert status(site, group).row.state == "safe"


@then(parsers.parse('"{group}" still waits for {doors}'))
def waits_for(site: World, group: str, doors: str):
    assert set(status(site, group).unconfirmed) == {site.door(p) for p in places(doors)}


@then(parsers.parse('"{group}" waits for no door'))
def waits_for_none(site: World, group: str):
    assert status(site, group).unconfirmed == ()


@then(parsers.parse('nobody can say yet how long it took to secure "{group}"'))
def not_secured_yet(site: World, group: str):
    assert status(site, group).seconds_to_secure is None


@then(parsers.parse('it took {seconds:d} seconds to secure "{group}"'))
def secured_in(site: World, group: str, seconds: int):
    assert status(site, group).seconds_to_secure == seconds


@then(parsers.parse('"{group}" shows that the {place:w} door is secured by its lock'))
def secured_by_lock(site: World, group: str, place: str):
    means = {held.door: held.means for held in status(site, group).doors}
    assert means[site.door(place)] == "relock"


@then(parsers.parse('the board shows the {place:w} door held by "{group}"'))
def held_by(site: World, place: str, group: str):
    assert site.row(place).held_by == (group_id(group),)


def status(site: World, group: str) -> lockdown_board.GroupStatus:
    found = site.site.query(lockdown_board.one, group_id(group))
    assert found is not None
    return found
