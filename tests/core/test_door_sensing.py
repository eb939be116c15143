"""What the reports of a door's sensors make happen: only what is new."""

from typing import Any

import pytest

from cvsec_core.aggregates import door
from cvsec_core.aggregates.door import (
    AlarmToldLate,
    DoorAlarmEnded,
    DoorClosed,
    DoorCommandApplied,
    DoorForcedOpen,
    DoorHeldOpen,
    DoorOpened,
    DoorPositionLost,
    DoorRegistered,
    DuressEnded,
    DuressReported,
    FaultDetected,
    FaultEnded,
    ForcedOpenMasked,
    LockEngaged,
    LockReleased,
    ModeRequested,
    ReportDoorState,
    TamperDetected,
    TamperEnded,
    UnlockRequested,
)
from cvsec_core.ids import AlarmId
from tests.core.places import FRONT, LOBBY, NOON, after
from tests.specification import given, state_after

D = FRONT
REGISTERED = DoorRegistered(D, LOBBY, 1, True, NOON)
OPENED, CLOSED = DoorOpened(D, NOON, NOON), DoorClosed(D, None, NOON, NOON)
ONE, TWO = AlarmId("door-lobby-1.1"), AlarmId("door-lobby-1.2")
FORCED = DoorForcedOpen(D, LOBBY, ONE, None, NOON, NOON)
HELD = DoorHeldOpen(D, LOBBY, ONE, None, NOON, NOON)
UNLOCKED = [
    ModeRequested(D, LOBBY, 1, 1, "Unlocked", "lockdown", (), "manual", "guard", NOON),
    DoorCommandApplied(D, 1, "mode", "Unlocked", NOON),
]


def report(physical: Any = None, at: float = 1, **more: Any) -> ReportDoorState:
    """A report that came as it happened."""
    return ReportDoorState(D, after(at), more.pop("received", after(at)), physical, **more)


def at(seconds: float) -> tuple[Any, Any]:
    return after(seconds), after(seconds)


# Open and closed, locked and unlocked.
def test_a_door_opens_and_closes_once():
    given(door, REGISTERED).when(report("Open")).then(DoorOpened(D, *at(1)))
    given(door, REGISTERED, OPENED).when(report("Open")).then_nothing()
    given(door, REGISTERED, OPENED).when(report("Closed")).then(DoorClosed(D, None, *at(1)))
    given(door, REGISTERED).when(report("Closed")).then(DoorClosed(D, None, *at(1)))
    given(door, REGISTERED, CLOSED).when(report("Closed")).then_nothing()


def test_a_lock_is_told_by_itself():
    released, engaged = LockReleased(D, *at(1)), LockEngaged(D, *at(1))
    given(door, REGISTERED).when(report(unlocked=True)).then(released)
    given(door, REGISTERED).when(report(unlocked=False)).then(engaged)
    given(door, REGISTERED, released).when(report(unlocked=True)).then_nothing()
    given(door, REGISTERED, released).when(report(unlocked=False)).then(engaged)


def test_what_a_report_does_not_speak_of_stays_as_it_is():
    given(door, REGISTERED, FORCED).when(report()).then_nothing()


def test_of_two_reports_the_latest_received_counts():
    newer = DoorClosed(D, None, after(5), NOON)
    given(door, REGISTERED, newer).when(report("Open", 9, received=after(4))).then_nothing()
    given(door, REGISTERED, newer).when(report("Open", 1, received=after(5))).then(
        DoorOpened(D, after(5), after(1))
    )


@pytest.mark.parametrize(
    ("told", "code"), [("forced", 102), ("held_open", 28), ("tamper", 100), ("duress", 101)]
)
def test_an_alarm_that_was_overtaken_is_not_missed(told: str, code: int):
    history = [REGISTERED, DoorClosed(D, None, after(5), after(5))]
    late = AlarmToldLate(D, LOBBY, ONE, code, *at(4))
    given(door, *history).when(report("Open", 4, edge=True, **{told: True})).then(late)
    given(door, *history).when(report("Open", 4, **{told: True})).then_nothing()
    after_it = state_after(door, [*history, late]).sensed
    assert (after_it.physical, after_it.alarm, after_it.alarms) == ("Closed", "Normal", 1)


def test_several_alarms_that_were_overtaken_are_numbered():
    history = [REGISTERED, DoorClosed(D, None, after(5), after(5))]
    both = report("Open", 4, edge=True, tamper=True, forced=True)
    given(door, *history).when(both).then(
        AlarmToldLate(D, LOBBY, ONE, 102, *at(4)), AlarmToldLate(D, LOBBY, TWO, 100, *at(4))
    )


def test_an_opening_of_an_unlocked_door_that_was_overtaken_is_no_alarm():
    history = [REGISTERED, *UNLOCKED, DoorClosed(D, None, after(5), after(5))]
    given(door, *history).when(report("Open", 4, edge=True, forced=True)).then_nothing()


@pytest.mark.parametrize("lost", ["Unknown", "Fault"])
def test_a_door_whose_sensor_is_lost_is_neither_open_nor_closed(lost: str):
    gone = DoorPositionLost(D, lost, *at(1))
    given(door, REGISTERED, OPENED).when(report(lost)).then(gone)
    given(door, REGISTERED, OPENED, gone).when(report(lost, 2)).then_nothing()
    given(door, REGISTERED, OPENED, gone).when(report("Open", 2)).then(DoorOpened(D, *at(2)))
    given(door, REGISTERED, OPENED, gone).when(report("Closed", 2)).then(
        DoorClosed(D, None, *at(2))
    )


def test_a_door_whose_sensor_is_lost_while_an_alarm_tells_that_it_is_open_is_open():
    given(door, REGISTERED).when(report("Unknown", forced=True)).then(
        DoorForcedOpen(D, LOBBY, ONE, None, *at(1))
    )


def test_an_alarm_outlasts_the_sensor():
    gone = DoorPositionLost(D, "Fault", *at(1))
    given(door, REGISTERED, FORCED).when(report("Fault")).then(gone)
    given(door, REGISTERED, FORCED, gone).when(report("Closed", 2)).then(DoorClosed(D, ONE, *at(2)))


@pytest.mark.parametrize("physical", ["Unknown", "Fault"])
def test_a_sensor_that_cannot_tell_says_so(physical: Any):
    """Its board must not show the door as it was last seen."""
    result = given(door, REGISTERED, CLOSED).when(report(physical))
    assert state_after(door, [REGISTERED, CLOSED, *result.events]).sensed.physical == physical


# Forced open.
def test_an_opening_without_a_right_to_it_is_forced():
    given(door, REGISTERED).when(report("Open", forced=True)).then(
        DoorForcedOpen(D, LOBBY, ONE, None, *at(1))
    )
    assert state_after(door, [REGISTERED, FORCED]).sensed.physical == "Open"


def test_a_forced_door_that_is_still_forced_is_no_news():
    given(door, REGISTERED, FORCED).when(report("Open", 300, forced=True)).then_nothing()


def test_an_event_that_tells_it_again_within_a_minute_is_the_same():
    given(door, REGISTERED, FORCED).when(report("Open", 59, forced=True, edge=True)).then_nothing()
    given(door, REGISTERED, FORCED).when(report("Open", 60, forced=True, edge=True)).then(
        DoorForcedOpen(D, LOBBY, TWO, ONE, *at(60))
    )


def test_a_closed_door_is_not_forced():
    given(door, REGISTERED, CLOSED).when(report("Closed", forced=True)).then_nothing()
    given(door, REGISTERED, CLOSED).when(report("Closed", held_open=True)).then_nothing()


def test_a_door_that_stands_unlocked_is_not_forced():
    masked = ForcedOpenMasked(D, "unlocked", *at(1))
    given(door, REGISTERED, *UNLOCKED).when(report("Open", forced=True)).then(masked)
    given(door, REGISTERED, *UNLOCKED, masked).when(report("Open", 2, forced=True)).then_nothing()
    given(door, REGISTERED, *UNLOCKED, masked).when(report("Open", 2, forced=True, edge=True)).then(
        ForcedOpenMasked(D, "unlocked", *at(2))
    )


def test_a_door_that_shall_stand_unlocked_and_does_not_yet_is_forced():
    given(door, REGISTERED, UNLOCKED[0]).when(report("Open", forced=True)).then(
        DoorForcedOpen(D, LOBBY, ONE, None, *at(1))
    )


def test_after_an_unlock_an_opening_is_by_right_for_as_long_as_it_lasts():
    history = [
        REGISTERED,
        UnlockRequested(D, LOBBY, 1, 1, 5, "guard", None, after(10), NOON),
        DoorCommandApplied(D, 1, "unlock", None, NOON),
    ]
    given(door, *history).when(report("Open", 10, forced=True)).then(
        ForcedOpenMasked(D, "opened-by-right", *at(10))
    )
    given(door, *history).when(report("Open", 10.1, forced=True)).then(
        DoorForcedOpen(D, LOBBY, ONE, None, *at(10.1))
    )


@pytest.mark.parametrize(("since", "by_right"), [(0, True), (15, True), (15.1, False), (-1, False)])
def test_after_a_grant_at_the_door_an_opening_is_by_right_for_a_while(
    since: float, *, by_right: bool
):
    result = given(door, REGISTERED).when(
        report("Open", 20, forced=True, released_at=after(20 - since))
    )
    assert isinstance(result.events[-1], ForcedOpenMasked) == by_right


# Held open.
def test_a_door_that_is_held_open_is_an_alarm_once():
    given(door, REGISTERED).when(report("Open", held_open=True)).then(
        DoorHeldOpen(D, LOBBY, ONE, None, *at(1))
    )
    given(door, REGISTERED, HELD).when(report("Open", held_open=True)).then_nothing()


def test_a_forced_door_that_is_held_open_is_another_alarm():
    given(door, REGISTERED, FORCED).when(report("Open", held_open=True)).then(
        DoorHeldOpen(D, LOBBY, TWO, ONE, *at(1))
    )


def test_a_door_that_stands_unlocked_may_be_held_open():
    history = [REGISTERED, *UNLOCKED, OPENED]
    given(door, *history).when(report("Open", held_open=True)).then_nothing()


def test_a_door_that_stands_unlocked_and_is_held_open_is_open():
    """No alarm, but it did open."""
    given(door, REGISTERED, *UNLOCKED, CLOSED).when(report("Open", held_open=True)).then(
        DoorOpened(D, *at(1))
    )


def test_an_alarm_ends_when_it_is_told_to_be_over_or_the_door_closes():
    over = report("Open", forced=False, held_open=False)
    given(door, REGISTERED, FORCED).when(over).then(DoorAlarmEnded(D, ONE, *at(1)))
    given(door, REGISTERED, FORCED).when(report("Closed")).then(DoorClosed(D, ONE, *at(1)))
    given(door, REGISTERED, FORCED).when(report("Closed", forced=False, held_open=False)).then(
        DoorClosed(D, ONE, *at(1))
    )
    given(door, REGISTERED, OPENED).when(over).then_nothing()
    for end in (DoorAlarmEnded(D, ONE, NOON, NOON), DoorClosed(D, ONE, NOON, NOON)):
        assert state_after(door, [REGISTERED, FORCED, end]).sensed.alarm == "Normal"


# Tamper, fault and duress.
@pytest.mark.parametrize(
    ("axis", "begins", "ends"),
    [("tamper", TamperDetected, TamperEnded), ("fault", FaultDetected, FaultEnded)],
)
def test_a_lasting_condition_begins_and_ends_once(axis: str, begins: Any, ends: Any):
    begun, ended = begins(D, LOBBY, ONE, *at(1)), ends(D, ONE, *at(1))
    given(door, REGISTERED).when(report(**{axis: True})).then(begun)
    given(door, REGISTERED, begun).when(report(**{axis: True})).then_nothing()
    given(door, REGISTERED, begun).when(report(**{axis: False})).then(ended)
    given(door, REGISTERED, begun, ended).when(report(**{axis: False})).then_nothing()
    given(door, REGISTERED).when(report(**{axis: False})).then_nothing()


def test_duress_is_told_once_until_it_ends():
    begun, ended = DuressReported(D, LOBBY, ONE, *at(1)), DuressEnded(D, *at(1))
    given(door, REGISTERED).when(report(duress=True)).then(begun)
    given(door, REGISTERED, begun).when(report(duress=True)).then_nothing()
    given(door, REGISTERED, begun).when(report(duress=False)).then(ended)
    given(door, REGISTERED, begun, ended).when(report(duress=False)).then_nothing()


def test_several_alarms_of_one_report_have_names_of_their_own():
    result = given(door, REGISTERED).when(
        report("Open", forced=True, tamper=True, fault=True, duress=True)
    )
    names = [event.alarm for event in result.events]
    assert names == ["door-lobby-1.1", "door-lobby-1.2", "door-lobby-1.3", "door-lobby-1.4"]
    assert state_after(door, [REGISTERED, *result.events]).sensed.alarms == 4


@pytest.mark.parametrize(
    "event",
    [OPENED, CLOSED, FORCED, HELD, DoorAlarmEnded(D, ONE, NOON, NOON), DuressEnded(D, NOON, NOON)],
)
def test_what_is_told_of_no_door_folds_all_the_same(event: object):
    assert state_after(door, [event]) == door.INITIAL
