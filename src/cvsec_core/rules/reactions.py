"""What follows from an event on other streams, in the same commit.

A reaction sees one event and its id. Only `decide` has a say in what it asks for.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group, organisation
from cvsec_core.commit import Reaction
from cvsec_core.ids import AlarmId, DoorId, EventId, StreamId, door_of
from cvsec_core.values import Means
from cvsec_core.vocabulary import (
    CLOCK_SKEW,
    DEVICE_OFFLINE,
    DEVICE_STARTED,
    DURESS,
    DURESS_BY_FINGER,
    EGRESS_IMPAIRED,
    EXIT_BLOCKED,
    FAULT,
    FIRE_ENDED,
    FIRE_OPEN,
    FORCED_OPEN,
    HELD_OPEN,
    MODE_REJECTED,
    TAMPER,
    meaning,
)

Commands = Iterator[Any]


# Devices and their doors.
def a_device_brings_its_doors(event: device.DeviceRegistered, _cause: EventId) -> Commands:
    means: Means = "lockdown" if "lockdown" in event.capabilities else "relock"
    for number in range(1, event.doors + 1):
        name = door_of(event.device, number)
        yield door.RegisterDoor(name, event.device, number, event.at, means=means)


def a_device_knows_its_doors(event: door.DoorRegistered, _cause: EventId) -> Commands:
    yield device.AttachDoor(event.device, event.door, event.number, event.at)


def doors_learn_how_to_be_secured(event: device.DeviceDescribed, _cause: EventId) -> Commands:
    if event.lockdown_blocks_exit:
        for name in event.doors:
            yield door.SetLockdownMeans(name, "relock", event.at)


def a_device_that_came_back_is_told_again(
    event: device.DeviceCameOnline, _cause: EventId
) -> Commands:
    for name in event.doors:
        yield door.ReassertMode(name, event.at)
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def an_offline_device_is_an_alarm(event: device.DeviceWentOffline, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, DEVICE_OFFLINE, cause)


def a_clock_that_is_off_is_an_alarm(event: device.ClockSkewMeasured, cause: EventId) -> Commands:
    if event.alarm:
        yield _raised(event.alarm, event, CLOCK_SKEW, cause)
    if abs(event.offset_s) > device.CLOCK_TOLERANCE_S:
        yield device.RequestClockSet(event.device, None, event.at)
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def a_retired_devices_alarms_are_over(event: device.DeviceRetired, _cause: EventId) -> Commands:
    for name in event.ends_alarms:
        yield alarm.ReturnToNormal(name, event.at)


def a_gap_that_was_filled_is_not_asked_for(event: journal.GapFilled, _cause: EventId) -> Commands:
    yield device.WithdrawBackfill(event.device, event.first, event.at)


def a_gap_is_asked_for(event: journal.GapFound, _cause: EventId) -> Commands:
    yield device.RequestBackfill(event.device, event.first, event.last, None, event.at)


# Lockdown and life safety.
def lockdown_engages_every_door(
    event: lockdown_group.LockdownActivated, _cause: EventId
) -> Commands:
    if not event.drill:
        for name in event.doors:
            yield door.EngageLockdown(name, event.group, event.at)


def cancelling_lifts_every_door(
    event: lockdown_group.LockdownCancelled, _cause: EventId
) -> Commands:
    if not event.drill:
        for name in event.doors:
            yield door.LiftLockdown(name, event.group, event.at)


def a_change_of_doors_reaches_them(
    event: lockdown_group.GroupDoorsChanged, _cause: EventId
) -> Commands:
    if event.under_lockdown:
        for name in event.added:
            yield door.EngageLockdown(name, event.group, event.at)
        for name in event.removed:
            yield door.LiftLockdown(name, event.group, event.at)


def life_safety_opens_every_door(
    event: organisation.LifeSafetyReleaseBegun, _cause: EventId
) -> Commands:
    for name in event.doors:
        yield door.ReleaseDoorForLifeSafety(name, event.at)


def the_end_of_life_safety_reaches_every_door(
    event: organisation.LifeSafetyReleaseEnded, _cause: EventId
) -> Commands:
    for name in event.doors:
        yield door.EndDoorRelease(name, event.at)


def a_device_that_started_is_told_again(event: device.DeviceStarted, _cause: EventId) -> Commands:
    for name in event.doors:
        yield door.ReassertMode(name, event.at)


def a_device_opens_all_its_doors(event: device.LifeSafetyOpened, _cause: EventId) -> Commands:
    for name in event.doors:
        yield door.ReleaseDoorForLifeSafety(name, event.at, "device")


def a_device_closes_all_its_doors(event: device.LifeSafetyOver, _cause: EventId) -> Commands:
    for name in event.doors:
        yield door.EndDoorRelease(name, event.at, "device")


def the_organisation_knows_what_devices_opened(
    event: door.DoorReleasedForLifeSafety, _cause: EventId
) -> Commands:
    if event.cause == "device":
        yield organisation.ReportDeviceRelease(event.door, event.at)


def the_organisation_knows_what_devices_closed(
    event: door.DoorReleaseEnded, _cause: EventId
) -> Commands:
    if "device" in event.ended:
        yield organisation.ReportDeviceReleaseEnded(event.door, event.at)


# What a device reports.
def a_report_reaches_its_door_or_raises_an_alarm(
    event: journal.PassageRecorded,
    cause: EventId,
) -> Commands:
    """A live report about a door with lasting conditions goes to the door, which knows whether it
    is news; any other exception or alarm is one that is over as it is told.
    """
    if event.late:
        yield from _momentary(event, cause)
    elif event.door is None:
        yield from _momentary(event, cause)
        yield from _of_the_device(event, cause)
    elif event.code in DOOR_REPORTS:
        yield _door_report(event, event.door, cause)
    else:
        yield from _momentary(event, cause)
        yield from _life_safety(event, event.door)


DOOR_REPORTS: Mapping[int, Mapping[str, Any]] = {
    FORCED_OPEN: {"forced": True, "physical": "Open"},
    HELD_OPEN: {"held_open": True, "physical": "Open"},
    TAMPER: {"tamper": True},
    DURESS: {"duress": True},
    DURESS_BY_FINGER: {"duress": True},
    200: {"physical": "Open"},
    201: {"physical": "Closed"},
}
"""What an event's code says of the door's axes."""


def _door_report(
    event: journal.PassageRecorded,
    name: DoorId,
    cause: EventId,
) -> door.ReportDoorState:
    return door.ReportDoorState(
        name,
        event.at,
        event.received_at,
        edge=True,
        journal=StreamId(cause.rpartition("@")[0]),
        **DOOR_REPORTS[event.code],
    )


def _life_safety(event: journal.PassageRecorded, name: DoorId) -> Commands:
    if event.code in EXIT_BLOCKED:
        yield door.ReportEgressImpaired(name, event.code, event.received_at)
    elif event.code == DEVICE_STARTED:
        yield device.ReportDeviceStarted(event.device, event.received_at)
    elif event.code in FIRE_OPEN:
        yield door.ReleaseDoorForLifeSafety(name, event.received_at, "device")
    elif event.code == FIRE_ENDED:
        yield door.EndDoorRelease(name, event.received_at, "device")


def _of_the_device(event: journal.PassageRecorded, cause: EventId) -> Commands:
    if event.code == DEVICE_STARTED:
        yield device.ReportDeviceStarted(event.device, event.received_at)
    elif event.code in FIRE_OPEN:
        yield device.ReportLifeSafetyOpened(event.device, cause, event.received_at)
    elif event.code == FIRE_ENDED:
        yield device.ReportLifeSafetyOver(event.device, event.received_at)


def _momentary(event: journal.PassageRecorded, cause: EventId) -> Commands:
    level = meaning(event.code).level
    if level != "normal":
        name = AlarmId(cause.replace("@", "."))
        yield alarm.RaiseAlarm(
            name, event.device, event.door, event.code, level, event.at, cause, momentary=True
        )


# Alarms of doors.
def a_forced_door_is_an_alarm(event: door.DoorForcedOpen, cause: EventId) -> Commands:
    yield from _replaced(event)
    yield _raised(event.alarm, event, FORCED_OPEN, cause, event.door)


def a_held_door_is_an_alarm(event: door.DoorHeldOpen, cause: EventId) -> Commands:
    yield from _replaced(event)
    yield _raised(event.alarm, event, HELD_OPEN, cause, event.door)


def tamper_is_an_alarm(event: door.TamperDetected, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, TAMPER, cause, event.door)


def a_fault_is_an_alarm(event: door.FaultDetected, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, FAULT, cause, event.door)


def duress_is_an_alarm(event: door.DuressReported, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, DURESS, cause, event.door, momentary=True)


def an_impaired_exit_is_an_alarm(event: door.EgressImpaired, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, EGRESS_IMPAIRED, cause, event.door, momentary=True)


def a_mode_that_is_not_taken_is_an_alarm(
    event: door.DoorCommandRejected, cause: EventId
) -> Commands:
    if event.alarm:
        yield _raised(event.alarm, event, MODE_REJECTED, cause, event.door)


def an_alarm_told_late_is_an_alarm(event: door.AlarmToldLate, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, event.code, cause, event.door, momentary=True)


def a_condition_that_ended_returns_to_normal(
    event: door.DoorClosed
    | door.DoorAlarmEnded
    | door.TamperEnded
    | door.FaultEnded
    | door.DoorCommandApplied,
    _cause: EventId,
) -> Commands:
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def _replaced(event: door.DoorForcedOpen | door.DoorHeldOpen) -> Commands:
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def _raised(  # each is a fact of the alarm
    name: AlarmId,
    event: Any,
    code: int,
    cause: EventId,
    of_door: DoorId | None = None,
    *,
    momentary: bool = False,
) -> alarm.RaiseAlarm:
    level = meaning(code).level
    return alarm.RaiseAlarm(name, event.device, of_door, code, level, event.at, cause, momentary)


REACTIONS: Mapping[type, tuple[Reaction, ...]] = {
    device.DeviceRegistered: (a_device_brings_its_doors,),
    door.DoorRegistered: (a_device_knows_its_doors,),
    device.DeviceDescribed: (doors_learn_how_to_be_secured,),
    device.DeviceCameOnline: (a_device_that_came_back_is_told_again,),
    device.DeviceWentOffline: (an_offline_device_is_an_alarm,),
    device.ClockSkewMeasured: (a_clock_that_is_off_is_an_alarm,),
    device.DeviceRetired: (a_retired_devices_alarms_are_over,),
    device.DeviceStarted: (a_device_that_started_is_told_again,),
    device.LifeSafetyOpened: (a_device_opens_all_its_doors,),
    device.LifeSafetyOver: (a_device_closes_all_its_doors,),
    door.DoorReleasedForLifeSafety: (the_organisation_knows_what_devices_opened,),
    door.DoorReleaseEnded: (the_organisation_knows_what_devices_closed,),
    journal.GapFound: (a_gap_is_asked_for,),
    journal.GapFilled: (a_gap_that_was_filled_is_not_asked_for,),
    lockdown_group.LockdownActivated: (lockdown_engages_every_door,),
    lockdown_group.LockdownCancelled: (cancelling_lifts_every_door,),
    lockdown_group.GroupDoorsChanged: (a_change_of_doors_reaches_them,),
    organisation.LifeSafetyReleaseBegun: (life_safety_opens_every_door,),
    organisation.LifeSafetyReleaseEnded: (the_end_of_life_safety_reaches_every_door,),
    journal.PassageRecorded: (a_report_reaches_its_door_or_raises_an_alarm,),
    door.DoorForcedOpen: (a_forced_door_is_an_alarm,),
    door.DoorHeldOpen: (a_held_door_is_an_alarm,),
    door.TamperDetected: (tamper_is_an_alarm,),
    door.FaultDetected: (a_fault_is_an_alarm,),
    door.DuressReported: (duress_is_an_alarm,),
    door.EgressImpaired: (an_impaired_exit_is_an_alarm,),
    door.DoorCommandRejected: (a_mode_that_is_not_taken_is_an_alarm,),
    door.AlarmToldLate: (an_alarm_told_late_is_an_alarm,),
    door.DoorCommandApplied: (a_condition_that_ended_returns_to_normal,),
    door.DoorClosed: (a_condition_that_ended_returns_to_normal,),
    door.DoorAlarmEnded: (a_condition_that_ended_returns_to_normal,),
    door.TamperEnded: (a_condition_that_ended_returns_to_normal,),
    door.FaultEnded: (a_condition_that_ended_returns_to_normal,),
}
