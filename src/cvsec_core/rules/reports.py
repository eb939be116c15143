"""What follows from a record of a device: for its door, for its alarms, for life safety."""

from collections.abc import Iterator, Mapping
from typing import Any

from cvsec_core.aggregates import alarm, credential, device, door, journal
from cvsec_core.ids import AlarmId, DoorId, EventId, StreamId
from cvsec_core.vocabulary import (
    DEVICE_STARTED,
    DURESS,
    DURESS_BY_FINGER,
    EXIT_BLOCKED,
    FIRE_ENDED,
    FIRE_OPEN,
    FORCED_OPEN,
    HELD_OPEN,
    TAMPER,
    meaning,
)

Commands = Iterator[Any]


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


def a_credential_knows_where_it_was_shown(
    event: journal.PassageRecorded, _cause: EventId
) -> Commands:
    """No device knows that a credential is shown under duress, whether it lets them in or not. One
    that tells of duress by itself is believed.
    """
    if event.credential is None or event.door is None or event.code in DOOR_REPORTS:
        return
    if meaning(event.code).decision != "none":
        yield credential.ReportCredentialShown(
            event.credential, event.device, event.door, event.at, event.received_at, event.late
        )


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
