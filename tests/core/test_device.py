"""A device: registered, online or offline, retired; and what it is asked for beside its doors."""

from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import device
from cvsec_core.aggregates.device import (
    AttachDoor,
    BackfillRequested,
    BackfillWithdrawn,
    ClockSetRequested,
    ClockSkewMeasured,
    DeviceCameOnline,
    DeviceCommand,
    DeviceCommandApplied,
    DeviceCommandRejected,
    DeviceCommandSent,
    DeviceDescribed,
    DeviceMoved,
    DeviceRegistered,
    DeviceRegisteredError,
    DeviceRetired,
    DeviceRetiredError,
    DeviceStarted,
    DeviceUnknownError,
    DeviceWentOffline,
    DoorAttached,
    HandOutRights,
    LifeSafetyOpened,
    LifeSafetyOver,
    MoveDevice,
    RegisterDevice,
    ReportClockSkew,
    ReportDeviceCommandResult,
    ReportDeviceCommandSent,
    ReportDeviceDescribed,
    ReportDeviceOffline,
    ReportDeviceOnline,
    ReportDeviceStarted,
    ReportLifeSafetyOpened,
    ReportLifeSafetyOver,
    RequestBackfill,
    RequestClockSet,
    RetireDevice,
    RightsHandedOut,
    WithdrawBackfill,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import AlarmId, DeviceId, EventId, LevelId
from tests.core.places import BACK, FRONT, LOBBY, NOON, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

ALL = device.ALL_CAPABILITIES
REGISTER = RegisterDevice(LOBBY, "Lobby", "ground floor", "Europe/Madrid", 2, "guard", NOON)
REGISTERED = DeviceRegistered(
    LOBBY, "Lobby", "ground floor", "Europe/Madrid", 2, ALL, "guard", NOON
)
ATTACH, ATTACHED = AttachDoor(LOBBY, FRONT, 1, NOON), DoorAttached(LOBBY, FRONT, 1, NOON)
MOVE, MOVED = MoveDevice(LOBBY, "attic", "guard", NOON), DeviceMoved(LOBBY, "attic", "guard", NOON)
DESCRIBE = ReportDeviceDescribed(LOBBY, NOON, model="M2", capacity=500)
DESCRIBED = DeviceDescribed(LOBBY, "M2", None, 500, False, (FRONT,), NOON)
COME, GO = ReportDeviceOnline(LOBBY, after(9)), ReportDeviceOffline(LOBBY, after(5))
CAME = DeviceCameOnline(LOBBY, (FRONT,), None, after(9))
WENT = DeviceWentOffline(LOBBY, (FRONT,), AlarmId("device-lobby.1"), after(5))
CAME_BACK = DeviceCameOnline(LOBBY, (FRONT,), AlarmId("device-lobby.1"), after(9))
SKEW = ReportClockSkew(LOBBY, 3.5, NOON)
MEASURED = ClockSkewMeasured(LOBBY, 3.5, None, None, NOON)
SET_CLOCK, CLOCK = RequestClockSet(LOBBY, "guard", NOON), ClockSetRequested(LOBBY, 1, "guard", NOON)
FETCH = RequestBackfill(LOBBY, 3, 7, "guard", NOON)
FETCHED = BackfillRequested(LOBBY, 1, 3, 7, "guard", NOON)
SEND, RESULT = (
    ReportDeviceCommandSent(LOBBY, 1, NOON),
    ReportDeviceCommandResult(LOBBY, 1, 0, NOON),
)
HAND_OUT = HandOutRights(LOBBY, LevelId("staff"), 7, NOON)
HANDED_OUT = RightsHandedOut(LOBBY, 1, LevelId("staff"), 7, NOON)
WITHDRAW = WithdrawBackfill(LOBBY, 3, NOON)
FIRE = EventId("journal-lobby-2026-03-02@1")
OPENED, OVER = ReportLifeSafetyOpened(LOBBY, FIRE, NOON), ReportLifeSafetyOver(LOBBY, NOON)
START, STARTED = ReportDeviceStarted(LOBBY, NOON), DeviceStarted(LOBBY, (FRONT,), NOON)
RETIRE, RETIRED = RetireDevice(LOBBY, "guard", NOON), DeviceRetired(LOBBY, (), "guard", NOON)
EVERYTHING: tuple[Any, ...] = (
    REGISTER, ATTACH, MOVE, DESCRIBE, COME, GO, SKEW, SET_CLOCK, FETCH, SEND, RESULT, RETIRE,
    WITHDRAW, HAND_OUT, OPENED, OVER, START,
)  # fmt: skip

STATES: dict[str, list[Any]] = {
    "unregistered": [],
    "registered": [REGISTERED, ATTACHED],
    "online": [REGISTERED, ATTACHED, CAME],
    "offline again": [REGISTERED, ATTACHED, CAME, WENT],
    "retired": [REGISTERED, ATTACHED, CAME, RETIRED],
}


def alive(
    state: str, online: list[Any], offline: list[Any], ends: tuple[AlarmId, ...] = ()
) -> list[Row]:
    """What a registered device answers."""
    return [
        (state, REGISTER, []),
        (state, ATTACH, []),
        (state, AttachDoor(LOBBY, BACK, 2, NOON), [DoorAttached(LOBBY, BACK, 2, NOON)]),
        (state, MOVE, [MOVED]),
        (state, DESCRIBE, [DESCRIBED]),
        (state, COME, online),
        (state, GO, offline),
        (state, SKEW, [MEASURED]),
        (state, SET_CLOCK, [CLOCK]),
        (state, FETCH, [FETCHED]),
        (state, SEND, []),
        (state, RESULT, []),
        (state, WITHDRAW, []),
        (state, HAND_OUT, [HANDED_OUT]),
        (state, OPENED, [LifeSafetyOpened(LOBBY, (FRONT,), FIRE, NOON)]),
        (state, OVER, []),
        (state, START, [STARTED]),
        (state, RETIRE, [DeviceRetired(LOBBY, ends, "guard", NOON)]),
    ]


TABLE: list[Row] = [
    ("unregistered", REGISTER, [REGISTERED]),
    *(("unregistered", command, DeviceUnknownError) for command in EVERYTHING[1:]),
    *alive("registered", [CAME], []),
    *alive("online", [], [WENT]),
    *alive("offline again", [CAME_BACK], [], (AlarmId("device-lobby.1"),)),
    *(
        ("retired", command, DeviceRetiredError)
        for command in (REGISTER, ATTACH, MOVE, SET_CLOCK, COME)
    ),
    *(
        ("retired", command, [])
        for command in EVERYTHING
        if command not in (REGISTER, ATTACH, MOVE, SET_CLOCK, COME)
    ),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(device, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, DeviceCommand, TABLE) == set()


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Foyer"},
        {"area": "attic"},
        {"zone": "UTC"},
        {"doors": 4},
        {"capabilities": ("pulse",)},
    ],
)
def test_a_serial_number_is_registered_once(other: dict[str, Any]):
    given(device, REGISTERED, ATTACHED).when(changed(REGISTER, **other)).then_raises(
        DeviceRegisteredError
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": DeviceId("")},
        {"device": DeviceId("a b")},
        {"device": DeviceId("x" * 65)},
        {"device": DeviceId("a\tb")},
        {"name": ""},
        {"area": " "},
        {"doors": 0},
        {"doors": 10_001},
    ],
)
def test_what_a_device_is_registered_as_is_well_formed(wrong: dict[str, Any]):
    given(device).when(changed(REGISTER, **wrong)).then_raises(InvalidFieldError)


def test_a_device_is_moved_to_somewhere_else():
    here = MoveDevice(LOBBY, "ground floor", "guard", NOON)
    given(device, REGISTERED).when(here).then_nothing()
    given(device, REGISTERED).when(MoveDevice(LOBBY, "", "guard", NOON)).then_raises(
        InvalidFieldError
    )
    assert state_after(device, [REGISTERED, MOVED]).profile.area == "attic"


def test_what_a_device_does_not_say_of_itself_stays_as_it_was():
    first = DeviceDescribed(LOBBY, "M2", "1.0", 500, True, (), NOON)
    given(device, REGISTERED, first).when(ReportDeviceDescribed(LOBBY, NOON, firmware="1.1")).then(
        DeviceDescribed(LOBBY, "M2", "1.1", 500, True, (), NOON)
    )
    given(device, REGISTERED, first).when(
        ReportDeviceDescribed(LOBBY, NOON, lockdown_blocks_exit=False)
    ).then(DeviceDescribed(LOBBY, "M2", "1.0", 500, False, (), NOON))
    given(device, REGISTERED, first).when(
        ReportDeviceDescribed(LOBBY, NOON, "M2", "1.0", 500, True)
    ).then_nothing()


# The clock.
def skews(*offsets: float) -> list[list[Any]]:
    """The events of each report, one after another."""
    history: list[Any] = [REGISTERED]
    told = []
    for offset in offsets:
        state = state_after(device, history)
        events = device.decide(state, ReportClockSkew(LOBBY, offset, NOON))
        told.append([(e.offset_s, e.alarm, e.ends_alarm) for e in events])
        history += events
    return told


def test_an_offset_is_news_when_it_moved_by_more_than_noise():
    assert skews(0.0, 4.9, 5.0, -4.9, 0.5) == [
        [(0.0, None, None)],
        [],
        [(5.0, None, None)],
        [(-4.9, None, None)],
        [(0.5, None, None)],
    ]


def test_a_clock_that_is_off_is_one_alarm_until_it_is_right():
    assert skews(30.0, 36.0, 60.0, 2.0, -31.0) == [
        [(30.0, None, None)],
        [(36.0, "device-lobby.1", None)],
        [(60.0, None, None)],
        [(2.0, None, "device-lobby.1")],
        [(-31.0, "device-lobby.2", None)],
    ]


def test_alarms_of_a_device_count_on():
    history = [REGISTERED, ATTACHED, CAME, WENT, CAME_BACK]
    second = DeviceWentOffline(LOBBY, (FRONT,), AlarmId("device-lobby.2"), after(5))
    given(device, *history).when(GO).then(second)


@pytest.mark.parametrize("offset", [float("nan"), float("inf"), float("-inf")])
def test_an_offset_is_a_number(offset: float):
    """JSON knows no other; what cannot be read back must not be stored."""
    report = ReportClockSkew(LOBBY, offset, NOON)
    given(device, REGISTERED).when(report).then_raises(InvalidFieldError)


def test_a_measurement_that_is_older_than_the_last_is_no_news():
    newer = ClockSkewMeasured(LOBBY, 0.0, None, None, after(9))
    given(device, REGISTERED, newer).when(ReportClockSkew(LOBBY, 50.0, after(8))).then_nothing()


def test_a_clock_that_was_off_is_right_again_when_it_is_so_by_more_than_noise():
    assert skews(31.0, 28.0, 25.0, 29.9) == [
        [(31.0, "device-lobby.1", None)],
        [],
        [(25.0, None, "device-lobby.1")],
        [],
    ]


# Life safety.
def test_a_device_opens_for_life_safety_once_until_it_is_over():
    opened = LifeSafetyOpened(LOBBY, (FRONT,), FIRE, NOON)
    over = LifeSafetyOver(LOBBY, (FRONT,), NOON)
    given(device, REGISTERED, ATTACHED, opened).when(OPENED).then_nothing()
    given(device, REGISTERED, ATTACHED, opened).when(OVER).then(over)
    given(device, REGISTERED, ATTACHED, opened, over).when(OPENED).then(opened)


def test_each_record_of_a_fire_is_heard_once():
    """Whoever declared it over meanwhile did not know better than the device."""
    opened, second = LifeSafetyOpened(LOBBY, (FRONT,), FIRE, NOON), EventId("journal-lobby@2")
    later = changed(OPENED, at=after(1))
    given(device, REGISTERED, ATTACHED, opened).when(later).then_nothing()
    given(device, REGISTERED, ATTACHED, opened).when(changed(later, cause=second)).then(
        LifeSafetyOpened(LOBBY, (FRONT,), second, after(1))
    )


# Beginning anew.
def test_a_device_begins_anew_once_at_a_time():
    history = [REGISTERED, ATTACHED, STARTED]
    given(device, *history).when(START).then_nothing()
    given(device, *history).when(ReportDeviceStarted(LOBBY, after(-1))).then_nothing()
    given(device, *history).when(ReportDeviceStarted(LOBBY, after(1))).then(
        DeviceStarted(LOBBY, (FRONT,), after(1))
    )


# Requests.
def test_a_request_is_sent_and_answered():
    for request, event, kind, first in (
        (SET_CLOCK, CLOCK, "clock", 0),
        (FETCH, FETCHED, "backfill", 3),
    ):
        given(device, REGISTERED).when(request).then(event)
        asked = [REGISTERED, event]
        sent = DeviceCommandSent(LOBBY, 1, kind, first, NOON)
        given(device, *asked).when(SEND).then(sent)
        given(device, *asked, sent).when(RESULT).then(
            DeviceCommandApplied(LOBBY, 1, kind, first, NOON)
        )
        given(device, *asked, sent).when(changed(RESULT, code=-3)).then(
            DeviceCommandRejected(LOBBY, 1, kind, first, -3, NOON)
        )


def test_a_removal_that_is_not_taken_is_one_alarm_until_it_is_taken():
    alarm = AlarmId("device-lobby.1")
    removing = changed(HANDED_OUT, removes=True)
    given(device, REGISTERED).when(changed(HAND_OUT, removes=True)).then(removing)
    rejected = DeviceCommandRejected(LOBBY, 1, "removal", 0, -3, NOON, alarm)
    given(device, REGISTERED, removing).when(changed(RESULT, code=-3)).then(rejected)
    again = [REGISTERED, removing, rejected, changed(removing, request=2)]
    given(device, *again).when(changed(RESULT, request=2, code=-3)).then(
        DeviceCommandRejected(LOBBY, 2, "removal", 0, -3, NOON)
    )
    given(device, *again).when(changed(RESULT, request=2)).then(
        DeviceCommandApplied(LOBBY, 2, "removal", 0, NOON, alarm)
    )
    given(device, *again).when(RETIRE).then(DeviceRetired(LOBBY, (alarm,), "guard", NOON))


def test_a_page_of_rights_that_is_not_taken_is_no_alarm_and_ends_none():
    removing, alarm = changed(HANDED_OUT, removes=True), AlarmId("device-lobby.1")
    rejected = DeviceCommandRejected(LOBBY, 1, "removal", 0, -3, NOON, alarm)
    asked = [REGISTERED, removing, rejected, changed(HANDED_OUT, request=2)]
    given(device, *asked).when(changed(RESULT, request=2, code=-3)).then(
        DeviceCommandRejected(LOBBY, 2, "rights", 0, -3, NOON)
    )
    given(device, *asked).when(changed(RESULT, request=2)).then(
        DeviceCommandApplied(LOBBY, 2, "rights", 0, NOON)
    )


def test_a_request_comes_to_one_end():
    for end in (
        DeviceCommandApplied(LOBBY, 1, "clock", 0, NOON),
        DeviceCommandRejected(LOBBY, 1, "clock", 0, -1, NOON),
    ):
        given(device, REGISTERED, CLOCK, end).when(RESULT).then_nothing()
        given(device, REGISTERED, CLOCK, end).when(SEND).then_nothing()


def test_a_later_request_of_a_kind_replaces_the_earlier():
    later = ClockSetRequested(LOBBY, 2, "guard", NOON)
    given(device, REGISTERED, CLOCK).when(SET_CLOCK).then(later)
    given(device, REGISTERED, CLOCK, later).when(RESULT).then_nothing()


def test_backfills_of_several_gaps_stand_side_by_side():
    other = RequestBackfill(LOBBY, 9, 9, "guard", NOON)
    second = BackfillRequested(LOBBY, 2, 9, 9, "guard", NOON)
    given(device, REGISTERED, FETCHED).when(other).then(second)
    given(device, REGISTERED, FETCHED, second).when(RESULT).then(
        DeviceCommandApplied(LOBBY, 1, "backfill", 3, NOON)
    )


def test_a_backfill_is_withdrawn_when_what_was_missing_has_come():
    withdrawn = BackfillWithdrawn(LOBBY, 1, 3, NOON)
    given(device, REGISTERED, FETCHED).when(WITHDRAW).then(withdrawn)
    given(device, REGISTERED, FETCHED, withdrawn).when(WITHDRAW).then_nothing()
    given(device, REGISTERED, CLOCK).when(WITHDRAW).then_nothing()


def test_a_result_from_before_a_request_is_about_another():
    early = changed(RESULT, at=after(-1))
    given(device, REGISTERED, CLOCK).when(early).then_nothing()
    given(device, REGISTERED, CLOCK).when(changed(SEND, at=after(-1))).then_nothing()


def test_a_refused_request_changes_nothing():
    reasons = (device.CapabilityMissing(LOBBY, "set-clock"),)
    refused = device.DeviceRequestRefused(LOBBY, "clock", reasons, "guard", NOON)
    assert state_after(device, [REGISTERED, refused]) == state_after(device, [REGISTERED])


def test_requests_of_two_kinds_stand_side_by_side():
    fetch = BackfillRequested(LOBBY, 2, 3, 7, "guard", NOON)
    state = state_after(device, [REGISTERED, CLOCK, fetch])
    open_requests = [(item.request, item.kind) for item in state.profile.open_requests]
    assert open_requests == [(1, "clock"), (2, "backfill")]


@pytest.mark.parametrize("request_", [SET_CLOCK, FETCH])
def test_a_device_is_not_asked_for_what_it_cannot_do(request_: object):
    plain = changed(REGISTERED, capabilities=("pulse",))
    reason = device.CapabilityMissing(LOBBY, "set-clock" if request_ is SET_CLOCK else "backfill")
    given(device, plain).when(request_).then_refused(reason)


@pytest.mark.parametrize(
    ("request_", "asked"),
    [
        (changed(SET_CLOCK, by=None), changed(CLOCK, by=None)),
        (changed(FETCH, by=None), changed(FETCHED, by=None)),
    ],
)
def test_what_nobody_asked_for_is_never_refused(request_: object, asked: object):
    given(device, REGISTERED).when(request_).then(asked)
    given(device, changed(REGISTERED, capabilities=("pulse",))).when(request_).then_nothing()


def test_what_is_told_of_no_device_folds_all_the_same():
    assert state_after(device, [CAME, WENT, MOVED, RETIRED]) == device.INITIAL
    assert state_after(device, [REGISTERED, RETIRED, MOVED]).profile.area == "attic"
