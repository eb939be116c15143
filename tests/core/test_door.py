"""A door: what it shall be, what its device was asked for, and what its sensors say."""
# ruff: noqa: E501  # a row of the table is one line

from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import door
from cvsec_core.aggregates.door import (
    AccessGranted,
    AlarmCancelRefused,
    AlarmCancelRequested,
    AntiPassbackSet,
    ApplySchedule,
    DoorBlocked,
    DoorCommand,
    DoorCommandApplied,
    DoorCommandExpired,
    DoorCommandIndeterminate,
    DoorCommandRejected,
    DoorCommandSent,
    DoorOpened,
    DoorRegistered,
    DoorReleased,
    DoorReleasedForLifeSafety,
    DoorReleaseEnded,
    DoorScheduleSet,
    DoorUnderLockdown,
    DoorUnknownError,
    EgressImpaired,
    EgressProtected,
    EndDoorRelease,
    EndManualMode,
    EngageLockdown,
    ExpireDoorCommand,
    LiftLockdown,
    LockdownEngaged,
    LockdownLifted,
    LockdownMeansLearned,
    ManualModeEnded,
    ModeRefused,
    ModeRequested,
    ModeStepApplied,
    ReassertMode,
    RegisterDoor,
    ReleaseDoorForLifeSafety,
    ReportDoorCommandResult,
    ReportDoorCommandSent,
    ReportDoorState,
    ReportEgressImpaired,
    RequestAccess,
    RequestAlarmCancel,
    RequestMode,
    RequestUnlock,
    ScheduleApplied,
    SetAntiPassback,
    SetDoorSchedule,
    SetLockdownMeans,
    UnlockRefused,
    UnlockRequested,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import AlarmId
from cvsec_core.values import Interval, WeeklySchedule
from tests.core.places import FRONT, GROUND, LOBBY, NOON, WHOLE, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

D = FRONT
SCHEDULE = WeeklySchedule((Interval(("mon",), 480, 1080),))
REGISTERED = DoorRegistered(D, LOBBY, 1, True, NOON)
INNER = DoorRegistered(D, LOBBY, 1, False, NOON)
"""A door on no egress path."""


def mode(
    request: int,
    wanted: Any,
    cause: Any,
    *,
    undo: tuple[Any, ...] = (),
    by: str | None = None,
    means: Any = "lockdown",
) -> ModeRequested:
    return ModeRequested(D, LOBBY, 1, request, wanted, means, undo, cause, by, NOON)


def engaged(*holds: Any, had: bool = False) -> LockdownEngaged:
    return LockdownEngaged(D, holds[-1], tuple(sorted(holds)), had, NOON)


def unlock(request: int) -> UnlockRequested:
    return UnlockRequested(D, LOBBY, 1, request, 5, "guard", None, after(10), NOON)


def cancelled(request: int) -> AlarmCancelRequested:
    return AlarmCancelRequested(D, LOBBY, 1, request, "guard", after(10), NOON)


def sent(request: int, kind: Any = "mode") -> DoorCommandSent:
    return DoorCommandSent(D, request, kind, NOON)


def applied(request: int, wanted: Any) -> DoorCommandApplied:
    return DoorCommandApplied(D, request, "mode", wanted, NOON)


RELEASED = DoorReleasedForLifeSafety(D, "person", NOON)
RELEASE_OVER = DoorReleaseEnded(D, ("person",), (), NOON)
SCHEDULED = ManualModeEnded(D, "guard", NOON)
OPEN_HOURS = ScheduleApplied(D, True, after(3600), NOON)
IMPAIRED = EgressImpaired(D, LOBBY, AlarmId("door-lobby-1.1"), 209, NOON)
RELOCK = LockdownMeansLearned(D, "relock", NOON)
HELD = DoorUnderLockdown(D, (GROUND,))

REGISTER = RegisterDoor(D, LOBBY, 1, NOON)
SET_SCHEDULE = SetDoorSchedule(D, SCHEDULE, "guard", NOON)
MEANS = SetLockdownMeans(D, "relock", NOON)
PASSBACK = SetAntiPassback(D, "hard", "guard", NOON)
ASK = RequestAccess(D, None, None, NOON, rule="a_rule", version=1)
PASSED = AccessGranted(D, LOBBY, None, None, "in", "a_rule", 1, (), NOON)
UNLOCK = RequestUnlock(D, "guard", NOON)
CANCEL = RequestAlarmCancel(D, "guard", NOON)
OPEN, LOCK = RequestMode(D, "Unlocked", "guard", NOON), RequestMode(D, "Locked", "guard", NOON)
BACK_TO_SCHEDULE = EndManualMode(D, "guard", NOON)
BLOCK, DOUBLE = (
    RequestMode(D, "Blocked", "guard", NOON),
    RequestMode(D, "DoubleLocked", "guard", NOON),
)
ENGAGE, ENGAGE_WHOLE = EngageLockdown(D, GROUND, NOON), EngageLockdown(D, WHOLE, NOON)
LIFT = LiftLockdown(D, GROUND, NOON)
RELEASE, END = ReleaseDoorForLifeSafety(D, NOON), EndDoorRelease(D, NOON)
REASSERT = ReassertMode(D, NOON)
BEGIN = ApplySchedule(D, True, after(3600), NOON)
CLOSE = ApplySchedule(D, False, None, NOON)
CLOSED = ScheduleApplied(D, False, None, NOON)
SENT, RESULT = ReportDoorCommandSent(D, 1, NOON), ReportDoorCommandResult(D, 1, 0, NOON)
EXPIRE = ExpireDoorCommand(D, 1, after(10))
STATE = ReportDoorState(D, NOON, NOON, "Open")
OPENED = DoorOpened(D, NOON, NOON)
NO_EXIT = ReportEgressImpaired(D, 209, NOON)
EVERYTHING: tuple[Any, ...] = (
    SET_SCHEDULE, MEANS, PASSBACK, ASK, UNLOCK, CANCEL, OPEN, BACK_TO_SCHEDULE, ENGAGE, LIFT, RELEASE, END, REASSERT, BEGIN, SENT,
    RESULT, EXPIRE, STATE, NO_EXIT,
)  # fmt: skip

STATES: dict[str, list[Any]] = {
    "unregistered": [],
    "locked": [REGISTERED],
    "unlocked by hand": [REGISTERED, mode(1, "Unlocked", "manual", by="guard"), applied(1, "Unlocked")],
    "open by schedule": [REGISTERED, OPEN_HOURS, mode(1, "Unlocked", "schedule")],
    "blocked": [REGISTERED, mode(1, "Blocked", "manual", by="guard"), applied(1, "Blocked")],
    "under lockdown": [REGISTERED, engaged(GROUND), mode(1, "LockedDown", "lockdown")],
    "released": [REGISTERED, RELEASED, mode(1, "LockedOpen", "life-safety")],
    "released under lockdown": [
        REGISTERED,
        engaged(GROUND),
        mode(1, "LockedDown", "lockdown"),
        RELEASED,
        mode(2, "LockedOpen", "life-safety", undo=("lockdown",)),
    ],
    "unlock requested": [REGISTERED, unlock(1)],
}  # fmt: skip
SAME_EVERYWHERE: list[tuple[Any, list[Any]]] = [
    (REGISTER, []),
    (SET_SCHEDULE, [DoorScheduleSet(D, SCHEDULE, "guard", NOON)]),
    (STATE, [OPENED]),
    (PASSBACK, [AntiPassbackSet(D, "hard", D, "guard", NOON)]),
    (ASK, [PASSED]),
]


def on_and(request: int, *on: str) -> Any:
    """A request for being locked that switches these off."""
    return mode(request, "Locked", "release", undo=on)


TABLE: list[Row] = [
    ("unregistered", REGISTER, [REGISTERED]),
    *(("unregistered", command, DoorUnknownError) for command in EVERYTHING),
    *((s, c, o) for s in STATES if s != "unregistered" for c, o in SAME_EVERYWHERE),
    *((s, BACK_TO_SCHEDULE, []) for s in STATES if s not in {"unregistered", "unlocked by hand", "blocked"}),
    ("unlocked by hand", BACK_TO_SCHEDULE, [SCHEDULED, mode(2, "Locked", "schedule", undo=("normal-open",))]),
    ("blocked", BACK_TO_SCHEDULE, [SCHEDULED, mode(2, "Locked", "schedule")]),
    # Nobody has a say: locked.
    ("locked", MEANS, [RELOCK]),
    ("locked", NO_EXIT, [IMPAIRED, RELOCK]),
    ("locked", UNLOCK, [unlock(1)]),
    ("locked", CANCEL, [cancelled(1)]),
    ("locked", OPEN, [mode(1, "Unlocked", "manual", by="guard")]),
    ("locked", LOCK, [mode(1, "Locked", "manual", by="guard")]),
    ("locked", BLOCK, [mode(1, "Blocked", "manual", by="guard")]),
    ("locked", DOUBLE, [ModeRefused(D, "DoubleLocked", "guard", (EgressProtected(D, "DoubleLocked"),), NOON)]),
    ("locked", ENGAGE, [engaged(GROUND), mode(1, "LockedDown", "lockdown")]),
    ("locked", LIFT, []),
    ("locked", RELEASE, [RELEASED, mode(1, "LockedOpen", "life-safety")]),
    ("locked", END, []),
    ("locked", REASSERT, []),
    ("locked", BEGIN, [OPEN_HOURS, mode(1, "Unlocked", "schedule")]),
    ("locked", CLOSE, [CLOSED]),
    ("locked", SENT, []),
    ("locked", RESULT, []),
    ("locked", EXPIRE, []),
    # A person goes before the schedule.
    ("unlocked by hand", MEANS, [RELOCK]),
    ("unlocked by hand", NO_EXIT, [IMPAIRED, RELOCK]),
    ("unlocked by hand", UNLOCK, [unlock(2)]),
    ("unlocked by hand", CANCEL, [cancelled(2)]),
    ("unlocked by hand", OPEN, []),
    ("unlocked by hand", LOCK, [mode(2, "Locked", "manual", by="guard", undo=("normal-open",))]),
    ("unlocked by hand", ENGAGE, [engaged(GROUND), mode(2, "LockedDown", "lockdown", undo=("normal-open",))]),
    ("unlocked by hand", LIFT, []),
    ("unlocked by hand", RELEASE, [RELEASED, mode(2, "LockedOpen", "life-safety")]),
    ("unlocked by hand", END, []),
    ("unlocked by hand", REASSERT, [mode(2, "Unlocked", "reassert")]),
    ("unlocked by hand", BEGIN, [OPEN_HOURS]),
    ("unlocked by hand", CLOSE, [CLOSED]),
    ("unlocked by hand", SENT, []),
    ("unlocked by hand", RESULT, []),
    ("unlocked by hand", EXPIRE, []),
    # The schedule goes before the default.
    ("open by schedule", MEANS, [RELOCK]),
    ("open by schedule", NO_EXIT, [IMPAIRED, RELOCK]),
    ("open by schedule", UNLOCK, [unlock(2)]),
    ("open by schedule", CANCEL, [cancelled(2)]),
    ("open by schedule", OPEN, [mode(2, "Unlocked", "manual", by="guard")]),
    ("open by schedule", LOCK, [mode(2, "Locked", "manual", by="guard", undo=("normal-open",))]),
    ("open by schedule", ENGAGE, [engaged(GROUND), mode(2, "LockedDown", "lockdown", undo=("normal-open",))]),
    ("open by schedule", LIFT, []),
    ("open by schedule", RELEASE, [RELEASED, mode(2, "LockedOpen", "life-safety")]),
    ("open by schedule", END, []),
    ("open by schedule", REASSERT, [mode(2, "Unlocked", "reassert")]),
    ("open by schedule", BEGIN, [OPEN_HOURS]),
    ("open by schedule", CLOSE, [CLOSED, mode(2, "Locked", "schedule", undo=("normal-open",))]),
    ("open by schedule", SENT, [DoorCommandSent(D, 1, "mode", NOON)]),
    ("open by schedule", RESULT, []),
    ("open by schedule", EXPIRE, []),
    # Blocked: no momentary access.
    ("blocked", MEANS, [RELOCK]),
    ("blocked", NO_EXIT, [IMPAIRED, RELOCK]),
    ("blocked", UNLOCK, [UnlockRefused(D, "guard", None, (DoorBlocked(D),), NOON)]),
    ("blocked", CANCEL, [cancelled(2)]),
    ("blocked", OPEN, [mode(2, "Unlocked", "manual", by="guard")]),
    ("blocked", BLOCK, []),
    ("blocked", ENGAGE, [engaged(GROUND), mode(2, "LockedDown", "lockdown")]),
    ("blocked", LIFT, []),
    ("blocked", RELEASE, [RELEASED, mode(2, "LockedOpen", "life-safety")]),
    ("blocked", END, []),
    ("blocked", REASSERT, [mode(2, "Blocked", "reassert")]),
    ("blocked", BEGIN, [OPEN_HOURS]),
    ("blocked", CLOSE, [CLOSED]),
    ("blocked", SENT, []),
    ("blocked", RESULT, []),
    ("blocked", EXPIRE, []),
    # Lockdown goes before people.
    ("under lockdown", MEANS, [RELOCK, mode(2, "LockedDown", "lockdown", undo=("lockdown",), means="relock")]),
    ("under lockdown", NO_EXIT, [IMPAIRED, RELOCK, mode(2, "LockedDown", "lockdown", undo=("lockdown",), means="relock")]),
    ("under lockdown", UNLOCK, [UnlockRefused(D, "guard", None, (HELD,), NOON)]),
    ("under lockdown", CANCEL, [cancelled(2)]),
    ("under lockdown", OPEN, [ModeRefused(D, "Unlocked", "guard", (HELD,), NOON)]),
    ("under lockdown", LOCK, [ModeRefused(D, "Locked", "guard", (HELD,), NOON)]),
    ("under lockdown", DOUBLE, [ModeRefused(D, "DoubleLocked", "guard", (HELD, EgressProtected(D, "DoubleLocked")), NOON)]),
    ("under lockdown", ENGAGE, []),
    ("under lockdown", ENGAGE_WHOLE, [engaged(GROUND, WHOLE)]),
    ("under lockdown", LIFT, [LockdownLifted(D, GROUND, (), NOON), on_and(2, "lockdown")]),
    ("under lockdown", RELEASE, [RELEASED, mode(2, "LockedOpen", "life-safety", undo=("lockdown",))]),
    ("under lockdown", END, []),
    ("under lockdown", REASSERT, [mode(2, "LockedDown", "reassert")]),
    ("under lockdown", BEGIN, [OPEN_HOURS]),
    ("under lockdown", SENT, [DoorCommandSent(D, 1, "mode", NOON)]),
    ("under lockdown", RESULT, []),
    ("under lockdown", EXPIRE, []),
    # Life safety goes before everything.
    ("released", MEANS, [RELOCK]),
    ("released", NO_EXIT, [IMPAIRED, RELOCK]),
    ("released", UNLOCK, [unlock(2)]),
    ("released", CANCEL, [cancelled(2)]),
    ("released", LOCK, [ModeRefused(D, "Locked", "guard", (DoorReleased(D),), NOON)]),
    ("released", ENGAGE, [engaged(GROUND)]),
    ("released", LIFT, []),
    ("released", RELEASE, []),
    ("released", END, [RELEASE_OVER, on_and(2, "normal-open")]),
    ("released", REASSERT, [mode(2, "LockedOpen", "reassert")]),
    ("released", BEGIN, [OPEN_HOURS]),
    ("released", SENT, [DoorCommandSent(D, 1, "mode", NOON)]),
    ("released", RESULT, []),
    ("released", EXPIRE, []),
    ("released under lockdown", MEANS, [RELOCK]),
    ("released under lockdown", NO_EXIT, [IMPAIRED, RELOCK]),
    ("released under lockdown", UNLOCK, [UnlockRefused(D, "guard", None, (HELD,), NOON)]),
    ("released under lockdown", CANCEL, [cancelled(3)]),
    ("released under lockdown", OPEN, [ModeRefused(D, "Unlocked", "guard", (HELD, DoorReleased(D)), NOON)]),
    ("released under lockdown", ENGAGE_WHOLE, [engaged(GROUND, WHOLE)]),
    ("released under lockdown", LIFT, [LockdownLifted(D, GROUND, (), NOON)]),
    ("released under lockdown", RELEASE, []),
    ("released under lockdown", END, [RELEASE_OVER, mode(3, "LockedDown", "release", undo=("normal-open",))]),
    ("released under lockdown", REASSERT, [mode(3, "LockedOpen", "reassert", undo=("lockdown",))]),
    ("released under lockdown", BEGIN, [OPEN_HOURS]),
    ("released under lockdown", SENT, []),
    ("released under lockdown", RESULT, []),
    ("released under lockdown", EXPIRE, []),
    # A momentary request is on its way.
    ("unlock requested", MEANS, [RELOCK]),
    ("unlock requested", NO_EXIT, [IMPAIRED, RELOCK]),
    ("unlock requested", UNLOCK, [unlock(2)]),
    ("unlock requested", CANCEL, [cancelled(2)]),
    ("unlock requested", OPEN, [mode(2, "Unlocked", "manual", by="guard")]),
    ("unlock requested", ENGAGE, [DoorCommandExpired(D, 1, "unlock", NOON), engaged(GROUND), mode(2, "LockedDown", "lockdown")]),
    ("unlock requested", LIFT, []),
    ("unlock requested", RELEASE, [RELEASED, mode(2, "LockedOpen", "life-safety")]),
    ("unlock requested", END, []),
    ("unlock requested", REASSERT, []),
    ("unlock requested", BEGIN, [OPEN_HOURS, mode(2, "Unlocked", "schedule")]),
    ("unlock requested", SENT, [DoorCommandSent(D, 1, "unlock", NOON)]),
    ("unlock requested", RESULT, []),
    ("unlock requested", EXPIRE, [DoorCommandExpired(D, 1, "unlock", after(10))]),
]  # fmt: skip


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(door, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, DoorCommand, TABLE) == set()


# Being set up.
def test_a_door_has_a_name_that_can_be_an_id():
    given(door).when(changed(REGISTER, door="two words")).then_raises(InvalidFieldError)


def test_the_same_schedule_again_is_none():
    set_ = DoorScheduleSet(D, SCHEDULE, "guard", NOON)
    given(door, REGISTERED, set_).when(SET_SCHEDULE).then_nothing()


@pytest.mark.parametrize(
    "wrong", [Interval(("mon",), 60, 60), Interval(("mon",), -1, 5), Interval(("mon",), 0, 1441)]
)
def test_a_schedule_is_made_of_times_of_a_day(wrong: Interval):
    command = changed(SET_SCHEDULE, schedule=WeeklySchedule((wrong,)))
    given(door, REGISTERED).when(command).then_raises(InvalidFieldError)


def test_only_a_door_on_an_egress_path_is_relocked_instead():
    given(door, INNER).when(MEANS).then_nothing()
    given(door, INNER).when(NO_EXIT).then_nothing()
    given(door, REGISTERED, RELOCK).when(MEANS).then_nothing()
    given(door, REGISTERED, RELOCK).when(NO_EXIT).then(IMPAIRED)
    given(door, REGISTERED, IMPAIRED, RELOCK).when(changed(MEANS, means="lockdown")).then_nothing()


def test_a_door_on_no_egress_path_may_be_double_locked():
    given(door, INNER).when(DOUBLE).then(mode(1, "DoubleLocked", "manual", by="guard"))


def test_a_relocked_door_switches_nothing_on():
    given(door, REGISTERED, RELOCK).when(ENGAGE).then(
        engaged(GROUND), mode(1, "LockedDown", "lockdown", means="relock")
    )
    state = state_after(
        door, [REGISTERED, RELOCK, mode(1, "LockedDown", "lockdown", means="relock")]
    )
    assert state.asked.switched_on == frozenset()


# Requests.
@pytest.mark.parametrize("seconds", [0, -1, 255])
def test_an_unlock_is_for_as_long_as_controllers_can(seconds: int):
    given(door, REGISTERED).when(changed(UNLOCK, seconds=seconds)).then_raises(InvalidFieldError)


@pytest.mark.parametrize("seconds", [1, 254])
def test_an_unlock_may_be_short_or_long(seconds: int):
    given(door, REGISTERED).when(changed(UNLOCK, seconds=seconds)).then(
        changed(unlock(1), seconds=seconds)
    )


def test_objections_of_policies_come_after_those_of_the_door():
    for command, event in (
        (UNLOCK, UnlockRefused(D, "guard", None, (HELD, DoorReleased(D)), NOON)),
        (OPEN, ModeRefused(D, "Unlocked", "guard", (HELD, DoorReleased(D)), NOON)),
        (CANCEL, AlarmCancelRefused(D, "guard", (DoorReleased(D),), NOON)),
    ):
        objecting = changed(command, objections=(DoorReleased(D),))
        given(door, REGISTERED, engaged(GROUND)).when(objecting).then(event)


def test_a_refusal_changes_nothing():
    for refused in (
        UnlockRefused(D, "guard", None, (HELD,), NOON),
        ModeRefused(D, "Locked", "guard", (HELD,), NOON),
        AlarmCancelRefused(D, "guard", (HELD,), NOON),
    ):
        assert state_after(door, [REGISTERED, refused]) == state_after(door, [REGISTERED])


# What became of them.
def test_a_momentary_command_is_handed_out_once_and_in_time():
    sent = DoorCommandSent(D, 1, "unlock", NOON)
    given(door, REGISTERED, unlock(1), sent).when(SENT).then_nothing()
    late = changed(SENT, at=after(10))
    given(door, REGISTERED, unlock(1)).when(late).then_nothing()
    given(door, REGISTERED, unlock(1)).when(changed(SENT, at=after(9.9))).then(
        DoorCommandSent(D, 1, "unlock", after(9.9))
    )


def test_a_mode_is_handed_out_until_it_is_answered():
    asked = [REGISTERED, mode(1, "Unlocked", "manual"), DoorCommandSent(D, 1, "mode", NOON)]
    given(door, *asked).when(changed(SENT, at=after(99))).then(
        DoorCommandSent(D, 1, "mode", after(99))
    )


def test_what_was_told_of_a_time_before_the_request_is_about_another():
    early = changed(RESULT, at=after(-1))
    given(door, REGISTERED, unlock(1)).when(early).then_nothing()


def test_what_was_handed_out_and_not_answered_is_indeterminate():
    given(door, REGISTERED, unlock(1), DoorCommandSent(D, 1, "unlock", NOON)).when(EXPIRE).then(
        DoorCommandIndeterminate(D, 1, "unlock", after(10))
    )


def test_nothing_expires_before_its_time():
    early = changed(EXPIRE, at=after(9.9))
    given(door, REGISTERED, unlock(1)).when(early).then_nothing()


def test_a_device_may_say_no():
    given(door, REGISTERED, unlock(1)).when(changed(RESULT, code=-4)).then(
        DoorCommandRejected(D, 1, "unlock", -4, NOON, LOBBY)
    )


REJECTED = DoorCommandRejected(D, 1, "mode", -4, NOON, LOBBY, AlarmId("door-lobby-1.1"))


@pytest.mark.parametrize(
    ("state", "done"),
    [
        ("open by schedule", applied(1, "Unlocked")),
        ("under lockdown", applied(1, "LockedDown")),
        ("released", applied(1, "LockedOpen")),
        ("unlock requested", DoorCommandApplied(D, 1, "unlock", None, NOON)),
    ],
)
def test_only_what_was_handed_out_is_confirmed_by_a_result(state: str, done: DoorCommandApplied):
    given(door, *STATES[state]).when(RESULT).then_nothing()
    given(door, *STATES[state], sent(1, done.kind)).when(RESULT).then(done)


def test_a_mode_that_is_not_taken_is_one_alarm_until_it_is_taken():
    asked = [REGISTERED, mode(1, "Unlocked", "manual")]
    given(door, *asked).when(changed(RESULT, code=-4)).then(REJECTED)
    again = [*asked, REJECTED, mode(2, "Unlocked", "reassert"), sent(2)]
    given(door, *again).when(changed(RESULT, request=2, code=-4)).then(
        DoorCommandRejected(D, 2, "mode", -4, NOON, LOBBY)
    )
    taken = DoorCommandApplied(D, 2, "mode", "Unlocked", NOON, AlarmId("door-lobby-1.1"))
    given(door, *again).when(changed(RESULT, request=2)).then(taken)
    later = [*again, taken, mode(3, "Locked", "manual")]
    given(door, *later).when(changed(RESULT, request=3, code=-4)).then(
        DoorCommandRejected(D, 3, "mode", -4, NOON, LOBBY, AlarmId("door-lobby-1.2"))
    )


def test_an_unlock_that_is_carried_out_does_not_end_the_alarm_of_a_mode():
    history = [REGISTERED, mode(1, "Unlocked", "manual"), REJECTED, unlock(2), sent(2, "unlock")]
    given(door, *history).when(changed(RESULT, request=2)).then(
        DoorCommandApplied(D, 2, "unlock", None, NOON)
    )
    assert state_after(door, history).asked.rejected == "door-lobby-1.1"


def test_a_mode_that_is_asked_for_is_not_confirmed_by_what_was():
    history = [REGISTERED, mode(1, "Unlocked", "manual"), applied(1, "Unlocked")]
    assert door.confirmed(state_after(door, history))
    again = [*history, mode(2, "Unlocked", "reassert")]
    assert state_after(door, again).asked.confirmed is None


def test_a_door_is_secured_as_its_device_can():
    registered = changed(REGISTERED, means="relock")
    given(door).when(changed(REGISTER, means="relock")).then(registered)
    given(door, registered).when(ENGAGE).then(
        engaged(GROUND), mode(1, "LockedDown", "lockdown", means="relock")
    )


def test_what_another_schedule_says_is_not_applied():
    set_ = DoorScheduleSet(D, SCHEDULE, "guard", NOON)
    for history in ([REGISTERED], [REGISTERED, set_]):
        given(door, *history).when(changed(BEGIN, schedule=WeeklySchedule())).then_nothing()
    given(door, REGISTERED, set_).when(changed(BEGIN, schedule=SCHEDULE, zone="Asia/Tokyo")).then(
        changed(OPEN_HOURS, zone="Asia/Tokyo"), mode(1, "Unlocked", "schedule")
    )


def test_a_mode_of_several_steps_is_applied_with_the_last_of_them():
    asked = [REGISTERED, mode(1, "Unlocked", "manual"), sent(1)]
    first, second = (changed(RESULT, step=s, steps=2) for s in (0, 1))
    given(door, *asked).when(second).then(ModeStepApplied(D, 1, 1, NOON))
    done = ModeStepApplied(D, 1, 1, NOON)
    given(door, *asked, done).when(second).then_nothing()
    given(door, *asked, done).when(first).then(applied(1, "Unlocked"))


def test_the_answer_to_a_request_that_was_replaced_says_nothing():
    asked = [REGISTERED, mode(1, "Unlocked", "manual"), mode(2, "Locked", "manual")]
    given(door, *asked).when(RESULT).then_nothing()


def test_what_was_switched_on_is_switched_off_by_what_comes_after_it():
    """Also where the device never answered the first request: it may have carried it out."""
    asked = [REGISTERED, mode(1, "Unlocked", "manual"), engaged(GROUND), mode(2, "LockedDown", "lockdown", undo=("normal-open",))]  # fmt: skip
    assert state_after(door, asked).asked.switched_on == {"normal-open", "lockdown"}
    assert state_after(door, [*asked, applied(2, "LockedDown")]).asked.switched_on == {"lockdown"}
    given(door, *asked).when(LIFT).then(
        LockdownLifted(D, GROUND, (), NOON), on_and(3, "lockdown", "normal-open")
    )


@pytest.mark.parametrize("end", [DoorCommandRejected(D, 1, "unlock", -1, NOON), DoorCommandExpired(D, 1, "unlock", NOON), DoorCommandIndeterminate(D, 1, "unlock", NOON)])  # fmt: skip
def test_only_an_unlock_that_was_applied_lets_the_door_be_opened(end: object):
    assert state_after(door, [REGISTERED, unlock(1), end]).asked.open_until is None
    done = DoorCommandApplied(D, 1, "unlock", None, NOON)
    assert state_after(door, [REGISTERED, unlock(1), done]).asked.open_until == after(10)


def test_what_became_of_an_unknown_request_folds_all_the_same():
    done = DoorCommandApplied(D, 9, "unlock", None, NOON)
    assert state_after(door, [REGISTERED, done]) == state_after(door, [REGISTERED])
    assert state_after(door, [done]) == door.INITIAL


# Life safety.
def test_a_release_lasts_until_each_of_its_causes_is_over():
    by_device = DoorReleasedForLifeSafety(D, "device", NOON)
    history = [REGISTERED, RELEASED, mode(1, "LockedOpen", "life-safety")]
    given(door, *history).when(changed(RELEASE, cause="device")).then(by_device)
    history.append(by_device)
    given(door, *history).when(changed(END, cause="device")).then(
        DoorReleaseEnded(D, ("device",), ("person",), NOON)
    )
    given(door, *history).when(END).then(
        DoorReleaseEnded(D, ("device", "person"), (), NOON), on_and(2, "normal-open")
    )
    given(door, REGISTERED, RELEASED).when(changed(END, cause="device")).then_nothing()


def test_a_door_given_back_to_its_schedule_is_what_that_says():
    manual = mode(1, "Locked", "manual", by="guard")
    given(door, REGISTERED, OPEN_HOURS, manual).when(BACK_TO_SCHEDULE).then(
        SCHEDULED, mode(2, "Unlocked", "schedule")
    )
    assert state_after(door, [REGISTERED, manual, SCHEDULED]).wanted.manual is None


# Lockdown.
def test_a_second_group_finds_the_door_confirmed_where_it_is():
    held = [*STATES["under lockdown"], applied(1, "LockedDown")]
    given(door, *held).when(ENGAGE_WHOLE).then(engaged(GROUND, WHOLE, had=True))


def test_a_second_group_finds_no_door_confirmed_whose_last_request_was_rejected():
    """The way of securing it was changed, and the device did not do it."""
    held = [
        *STATES["under lockdown"],
        applied(1, "LockedDown"),
        RELOCK,
        mode(2, "LockedDown", "lockdown", undo=("lockdown",), means="relock"),
        DoorCommandRejected(D, 2, "mode", -1, NOON),
    ]
    given(door, *held).when(ENGAGE_WHOLE).then(engaged(GROUND, WHOLE))


def test_one_group_letting_go_is_not_enough():
    held = [*STATES["under lockdown"], engaged(GROUND, WHOLE)]
    given(door, *held).when(LIFT).then(LockdownLifted(D, GROUND, (WHOLE,), NOON))


def test_after_a_lockdown_nobody_remembers_what_a_person_had_asked_for():
    held = [*STATES["unlocked by hand"], engaged(GROUND), mode(2, "LockedDown", "lockdown", undo=("normal-open",)), applied(2, "LockedDown")]  # fmt: skip
    given(door, *held).when(LIFT).then(LockdownLifted(D, GROUND, (), NOON), on_and(3, "lockdown"))


def test_after_a_lockdown_the_schedule_is_what_it_is_now():
    held = [*STATES["under lockdown"], applied(1, "LockedDown"), OPEN_HOURS]
    given(door, *held).when(LIFT).then(
        LockdownLifted(D, GROUND, (), NOON), mode(2, "Unlocked", "release", undo=("lockdown",))
    )


def test_an_unlock_that_was_handed_out_before_a_lockdown_is_not_withdrawn():
    history = [REGISTERED, unlock(1), DoorCommandSent(D, 1, "unlock", NOON)]
    given(door, *history).when(ENGAGE).then(engaged(GROUND), mode(2, "LockedDown", "lockdown"))


def test_a_device_that_came_back_is_asked_again_for_what_is_pending():
    history = [REGISTERED, mode(1, "Locked", "manual")]
    given(door, *history).when(REASSERT).then(mode(2, "Locked", "reassert"))


def test_registering_again_changes_nothing_and_folds():
    assert state_after(door, [REGISTERED, REGISTERED]) == state_after(door, [REGISTERED])
