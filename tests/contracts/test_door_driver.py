"""What every line between a site and a controller promises, asked of each of them."""

import logging
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from cvsec_adapters import devices
from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group
from cvsec_core.ids import GroupId
from cvsec_core.projections import device_journals
from tests.contracts.door_lines import FIRST, LINES, NOON, SECOND, SERIAL, World, world

Make = Callable[..., World]
GROUP = GroupId("ground")
OPENED_REMOTELY, LOCKED_DOWN = 8, 233


@pytest.fixture(params=LINES)
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes worlds whose controllers have met their site, unless told otherwise."""
    with ExitStack() as stack:

        def made(*, met: bool = True, **particulars: Any) -> World:
            here = stack.enter_context(world(request.param, **particulars))
            if met:
                assert here.exchange()
            return here

        yield made


def under_lockdown(here: World) -> None:
    here.ask(lockdown_group.DefineLockdownGroup(GROUP, (FIRST, SECOND), "guard", here.now))
    here.ask(lockdown_group.ActivateLockdown(GROUP, "guard", here.now))


# Living together.
def test_the_first_exchange_brings_the_device_online_and_tells_how_its_doors_stand(make: Make):
    here = make()
    assert isinstance(here.device(), device.Online)
    assert here.device().profile.model == "Simulated"
    assert here.device().profile.capacity == 1000
    for name in (FIRST, SECOND):
        assert here.door(name).sensed.physical == "Closed"
        assert here.door(name).sensed.unlocked is False


def test_an_exchange_without_news_records_nothing(make: Make):
    here = make()
    head = here.site.log.head()
    assert here.exchange()
    assert here.site.log.head() == head


def test_a_passage_tells_who_where_and_when_on_both_clocks(make: Make):
    here = make()
    here.controller.present(2, "4711", here.now, "out")
    told = here.now
    here.exchange(5)
    (passage,) = here.events(journal.PassageRecorded)
    assert (passage.person, passage.card, passage.door) == ("7", "4711", SECOND)
    assert (passage.code, passage.direction, passage.verify) == (0, "out", "4")
    assert (passage.at, passage.received_at) == (told, told + timedelta(seconds=5))
    assert not passage.late


def test_an_unlock_moves_the_lock_and_is_confirmed(make: Make):
    here = make()
    here.unlock()
    here.exchange()
    assert here.controller.doors[1].energised(here.now)
    assert not here.controller.doors[2].energised(here.now)
    assert len(here.events(door.DoorCommandApplied)) == 1
    here.exchange()
    assert here.door().sensed.unlocked


def test_a_lockdown_keeps_people_out_and_lets_them_leave(make: Make):
    here = make()
    under_lockdown(here)
    here.exchange()
    assert door.confirmed(here.door(FIRST))
    assert door.confirmed(here.door(SECOND))
    assert here.controller.present(1, "4711", here.now) == 63
    assert here.controller.press_exit(1, here.now) == 202
    assert here.controller.doors[1].energised(here.now)


def test_cancelling_a_lockdown_locks_the_doors_and_lets_people_in_again(make: Make):
    here = make()
    under_lockdown(here)
    here.exchange()
    here.ask(lockdown_group.CancelLockdown(GROUP, "guard", here.now))
    here.exchange()
    assert door.confirmed(here.door())
    assert not here.controller.doors[1].lockdown
    assert here.controller.present(1, "4711", here.now) == 0


def test_an_opening_stays_switched_on_until_it_is_taken_back_under_a_lockdown(make: Make):
    here = make()
    here.ask(door.RequestMode(FIRST, "Unlocked", "guard", here.now))
    here.exchange()
    assert here.controller.doors[1].normal_open
    under_lockdown(here)
    here.exchange()
    assert here.controller.doors[1].lockdown
    assert not here.controller.doors[1].normal_open
    here.ask(lockdown_group.CancelLockdown(GROUP, "guard", here.now))
    here.exchange()
    assert not here.controller.doors[1].energised(here.now)


def test_a_door_whose_exit_a_lockdown_would_disable_is_relocked_instead(make: Make):
    here = make(exit_dies_in_lockdown=(1,))
    under_lockdown(here)
    here.exchange()
    assert here.controller.press_exit(1, here.now) == 209
    here.exchange()
    here.exchange()
    assert not here.controller.doors[1].lockdown
    assert here.controller.press_exit(1, here.now) == 202
    assert door.confirmed(here.door())


def test_a_door_that_refuses_the_lockdown_is_not_taken_for_locked_down(make: Make):
    here = make(deaf_to_lockdown=(2,))
    under_lockdown(here)
    here.exchange()
    assert door.confirmed(here.door(FIRST))
    assert not door.confirmed(here.door(SECOND))
    assert [event.door for event in here.events(door.DoorCommandRejected)] == [SECOND]


def test_a_command_that_the_device_refuses_is_rejected_with_its_code(make: Make):
    here = make()
    here.controller.refuses = -12
    here.unlock()
    here.exchange()
    (rejected,) = here.events(door.DoorCommandRejected)
    assert rejected.code == -12


def test_a_forced_door_is_an_alarm_and_an_opened_one_is_not(make: Make):
    here = make()
    here.controller.present(1, "4711", here.now)
    here.controller.push_open(1, here.now)
    here.controller.push_open(2, here.now)
    here.exchange()
    assert [event.door for event in here.events(door.DoorForcedOpen)] == [SECOND]
    assert len(here.events(alarm.AlarmRaised)) == 1
    here.controller.close(2, here.now)
    here.exchange()
    assert len(here.events(alarm.AlarmReturnedToNormal)) == 1


def test_a_door_held_open_is_told_by_the_controllers_own_timer(make: Make):
    here = make()
    here.controller.press_exit(1, here.now)
    here.controller.push_open(1, here.now)
    here.exchange(31)
    assert len(here.events(door.DoorHeldOpen)) == 1


def test_cancelling_a_doors_alarm_silences_the_device(make: Make):
    here = make()
    here.controller.tamper_with(1, here.now)
    here.exchange()
    assert len(here.events(door.TamperDetected)) == 1
    here.ask(door.RequestAlarmCancel(FIRST, "guard", here.now))
    here.exchange()
    here.exchange()
    assert not here.controller.doors[1].tamper
    assert len(here.events(door.TamperEnded)) == 1


# Coming back.
def test_a_device_that_comes_back_is_told_again_what_its_doors_shall_be(make: Make):
    here = make()
    under_lockdown(here)
    here.exchange()
    here.controller.troubles.connected = False
    assert not here.exchange()
    here.ask(device.ReportDeviceOffline(SERIAL, here.now))
    here.controller.restart(here.now)
    assert not here.controller.doors[1].lockdown
    here.controller.troubles.connected = True
    here.exchange()
    assert here.controller.doors[1].lockdown
    assert here.controller.doors[2].lockdown


def test_an_unlock_from_before_an_interruption_never_fires(make: Make):
    here = make()
    here.unlock()
    here.controller.troubles.connected = False
    here.exchange(11)
    here.controller.troubles.connected = True
    here.exchange()
    assert OPENED_REMOTELY not in [kept.record.code for kept in here.controller.memory]
    assert len(here.events(door.DoorCommandExpired)) == 1


def test_an_unlock_that_nobody_ticked_is_not_handed_out_too_late(make: Make):
    here = make()
    here.unlock()
    here.wait(11)
    assert here.line.exchange(here.now)
    assert OPENED_REMOTELY not in [kept.record.code for kept in here.controller.memory]


# Lost commands and lost replies.
@pytest.mark.parametrize("trouble", ["loses_commands", "loses_results"])
def test_an_unlock_without_a_reply_is_indeterminate_and_never_repeated(make: Make, trouble: str):
    here = make()
    setattr(here.controller.troubles, trouble, True)
    here.unlock()
    here.exchange()
    setattr(here.controller.troubles, trouble, False)
    for _ in range(4):
        here.exchange(20)
    done = [k for k in here.controller.memory if k.record.code == OPENED_REMOTELY]
    assert len(done) == (trouble == "loses_results")
    assert len(here.events(door.DoorCommandIndeterminate)) == 1
    assert not here.events(door.DoorCommandApplied)


@pytest.mark.parametrize("trouble", ["loses_commands", "loses_results"])
def test_a_lockdown_without_a_reply_is_repeated_until_it_is_confirmed(make: Make, trouble: str):
    here = make()
    setattr(here.controller.troubles, trouble, True)
    under_lockdown(here)
    here.exchange()
    assert not door.confirmed(here.door())
    setattr(here.controller.troubles, trouble, False)
    here.exchange(31)
    assert door.confirmed(here.door())
    assert here.controller.doors[1].lockdown


# Duplicates, order, memory.
def test_records_that_come_more_than_once_count_once(make: Make):
    here = make()
    here.controller.troubles.repeats = 2
    here.controller.troubles.loses_acknowledgements = True
    here.controller.present(1, "4711", here.now)
    here.controller.present(1, "4712", here.now)
    for _ in range(3):
        here.exchange()
    here.controller.troubles.loses_acknowledgements = False
    here.exchange()
    assert [passage.index for passage in here.events(journal.PassageRecorded)] == [1, 2]
    assert not here.controller.undelivered(buffered=False)


def test_the_device_keeps_its_records_while_the_log_cannot_be_written(
    make: Make, caplog: pytest.LogCaptureFixture
):
    here = make()
    here.controller.present(1, "4711", here.now)
    here.wait(1)
    failing = patch.object(here.site.log, "append", side_effect=OSError("disk full"))
    with failing, caplog.at_level(logging.CRITICAL):
        assert not here.line.exchange(here.now)
    assert here.codes() == []
    assert here.exchange()
    assert here.codes() == [0]


def test_a_late_record_updates_history_and_reverts_nothing(make: Make):
    here = make()
    here.controller.push_open(1, here.now)
    here.controller.troubles.delayed = {1}
    here.wait(1)
    here.controller.close(1, here.now)
    here.exchange()
    assert here.codes() == [201]
    here.controller.troubles.delayed = set()
    here.exchange()
    late = here.events(journal.PassageRecorded)[-1]
    assert (late.index, late.late) == (1, True)
    assert here.door().sensed.physical == "Closed"
    assert not here.events(door.DoorForcedOpen)


def test_what_was_buffered_is_history_and_opens_no_door(make: Make):
    here = make()
    here.controller.troubles.connected = False
    here.controller.present(1, "4711", here.now)
    here.controller.push_open(1, here.now)
    here.controller.close(1, here.now)
    assert not here.exchange(3600)
    here.controller.troubles.connected = True
    here.exchange()
    assert [(p.code, p.late) for p in here.events(journal.PassageRecorded)] == [
        (0, True), (200, True), (201, True),
    ]  # fmt: skip
    assert not here.events(door.DoorOpened)


def test_missing_records_are_asked_for_and_told_again(make: Make):
    here = make()
    here.controller.present(1, "4711", here.now)
    here.exchange()
    here.controller.present(1, "4711", here.now)
    here.controller.memory[-1].delivered = True  # the device believes that it told it
    here.controller.present(1, "4712", here.now)
    here.exchange()
    assert [(gap.first, gap.last) for gap in here.events(journal.GapFound)] == [(2, 2)]
    here.exchange()
    assert sorted(p.index for p in here.events(journal.PassageRecorded)) == [1, 2, 3]
    assert here.site.query(device_journals.gaps, SERIAL) == []


def test_numbers_that_begin_again_after_a_restart_are_new_records(make: Make):
    here = make()
    here.controller.present(1, "4711", here.now)
    here.controller.present(1, "4711", here.now)
    here.exchange()
    here.controller.restart(here.now, reset_numbers=True)
    here.controller.present(1, "4712", here.now)
    here.exchange()
    told = [(p.epoch, p.index) for p in here.events(journal.PassageRecorded)]
    assert told == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_records_across_midnight_of_the_device_leave_no_gap(make: Make):
    here = make()
    here.controller.present(1, "4711", here.now)
    here.exchange()
    here.wait(10 * 3600 + 3590)
    for _ in range(3):
        here.controller.present(1, "4711", here.now)
        here.wait(10)
    assert here.exchange()
    assert len(here.events(journal.PassageRecorded)) == 4
    assert not here.events(journal.GapFound)


# Clocks.
def test_a_clock_that_is_off_is_noticed_and_set(make: Make):
    here = make(skew=timedelta(seconds=90))
    assert here.device().profile.offset_s == 90
    assert here.controller.skew == timedelta()
    here.exchange()
    assert here.device().profile.offset_s == 0
    assert len(here.events(alarm.AlarmRaised)) == 1
    assert len(here.events(alarm.AlarmReturnedToNormal)) == 1


def test_a_record_from_memory_says_nothing_about_the_clock(make: Make):
    here = make()
    here.controller.present(1, "4711", here.now - timedelta(hours=3))
    here.exchange()
    assert [event.offset_s for event in here.events(device.ClockSkewMeasured)] == [0]


@pytest.mark.parametrize("hour", [0, 1])
def test_when_clocks_are_put_back_none_is_called_wrong(make: Make, hour: int):
    here = make(met=False)
    here.now = NOON.replace(month=10, day=25, hour=hour, minute=30)  # 02:30 in Paris, twice
    here.controller.present(1, "4711", here.now)
    here.exchange()
    assert here.device().profile.offset_s == 0
    assert here.events(journal.PassageRecorded)[0].at == here.now - timedelta(seconds=1)


# Strangers.
def test_a_device_that_was_retired_is_heard_no_more(make: Make):
    here = make()
    here.ask(device.RetireDevice(SERIAL, "me", here.now))
    here.controller.present(1, "4711", here.now)
    assert not here.exchange()
    assert here.codes() == []
    assert len(here.controller.undelivered(buffered=False)) == 1


def test_the_driver_signs_what_it_reports(make: Make):
    here = make()
    here.controller.present(1, "4711", here.now)
    here.exchange()
    recorded = here.site.log.read_all(0, 1000)
    actors = {r.meta.actor for r in recorded if isinstance(r.event, journal.PassageRecorded)}
    assert actors == {f"device:{SERIAL}"}
    assert here.events(device.DeviceCameOnline)[0].at == NOON + timedelta(seconds=1)


# The record of what each driver keeps.
QUALITY = tomllib.loads((Path(devices.__file__).parent / "quality.toml").read_text("utf-8"))


@pytest.mark.parametrize("driver", sorted(QUALITY["drivers"]))
def test_a_driver_says_of_every_rule_whether_it_keeps_it_and_else_why(driver: str):
    told = QUALITY["drivers"][driver]
    assert told.keys() == QUALITY["rules"].keys()
    for rule, value in told.items():
        if value != "done":
            assert value.keys() == {"is", "because"}, rule
            assert value["is"] in {"todo", "exempt"}, rule
            assert value["because"], rule


def test_every_driver_has_its_record():
    here = Path(devices.__file__).parent
    assert {path.parent.name for path in here.glob("*/__init__.py")} == QUALITY["drivers"].keys()
