"""What a report of a door's sensors makes happen: only what is new."""

from datetime import timedelta

from cvsec_core.aggregates.door.commands import ReportDoorState, ReportEgressImpaired
from cvsec_core.aggregates.door.events import (
    AlarmToldLate,
    DoorAlarmEnded,
    DoorClosed,
    DoorForcedOpen,
    DoorHeldOpen,
    DoorOpened,
    DoorPositionLost,
    DoorSensorEvent,
    DuressEnded,
    DuressReported,
    EgressImpaired,
    FaultDetected,
    FaultEnded,
    ForcedOpenMasked,
    LockEngaged,
    LockReleased,
    Mask,
    TamperDetected,
    TamperEnded,
)
from cvsec_core.aggregates.door.states import Condition, Registered, Sensed, confirmed
from cvsec_core.ids import AlarmId, DoorId
from cvsec_core.values import GRANT_WINDOW, DoorAlarm
from cvsec_core.vocabulary import DURESS, FORCED_OPEN, HELD_OPEN, TAMPER

CLOCKS_APART = timedelta(seconds=30)
"""So far the clock of a device may be from ours without anybody being told."""
Told = bool | None
"""What a report says of a condition; None: nothing."""
SAME_CONDITION = timedelta(seconds=60)
"""An event that tells of an alarm condition which holds already, within so long, is the same."""


def sensed(state: Registered, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    """The events of *report*; ``()`` where it says nothing new or was overtaken by a newer one."""
    now = state.sensed
    if now.seen_at is not None and report.received_at < now.seen_at:
        return _told_late(state, report) if report.edge else ()
    alarm = _alarm(state, report)
    return (
        *_lock(now, report),
        *(alarm or _opened(now, report)),
        *_closed(now, report),
        *_lost(now, report),
        *_lasting(state, report),
    )


def _told_late(state: Registered, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    """What was overtaken says nothing of now, but an alarm is not to be missed."""
    codes = (
        (report.forced and not _mask(state, report), FORCED_OPEN),
        (report.held_open, HELD_OPEN),
        (report.tamper, TAMPER),
        (report.duress, DURESS),
    )
    told = [code for is_told, code in codes if is_told]
    door, device = report.door, state.identity.device
    return tuple(
        AlarmToldLate(door, device, _alarm_id(door, number), code, report.received_at, report.at)
        for number, code in enumerate(told, state.sensed.alarms + 1)
    )


def impaired(state: Registered, report: ReportEgressImpaired) -> tuple[DoorSensorEvent, ...]:
    """The alarm that an exit did not work."""
    alarm = next_alarm(report.door, state.sensed)
    return (EgressImpaired(report.door, state.identity.device, alarm, report.code, report.at),)


def _lock(now: Sensed, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    if report.unlocked is None or report.unlocked == now.unlocked:
        return ()
    event = LockReleased if report.unlocked else LockEngaged
    return (event(report.door, report.received_at, report.at),)


def _lost(now: Sensed, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    if report.forced or report.held_open:  # it is open, whatever the sensor says
        return ()
    if report.physical not in ("Unknown", "Fault") or report.physical == now.physical:
        return ()
    return (DoorPositionLost(report.door, report.physical, report.received_at, report.at),)


def _opened(now: Sensed, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    """That it opened, where no alarm says so already."""
    if report.physical != "Open" or now.physical == "Open":
        return ()
    return (DoorOpened(report.door, report.received_at, report.at),)


def _closed(now: Sensed, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    if report.physical != "Closed" or (now.physical == "Closed" and not now.door_condition):
        return ()
    ended = now.door_condition.alarm if now.door_condition else None
    return (DoorClosed(report.door, ended, report.received_at, report.at),)


def _alarm(state: Registered, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    now = state.sensed
    if report.forced and report.physical != "Closed":
        return _forced(state, report)
    if report.held_open and report.physical != "Closed":
        if _stands_unlocked(state) or _already(now, "DoorOpenTooLong", report):
            return ()
        return (_condition(DoorHeldOpen, state, report),)
    over = report.forced is False and report.held_open is False and report.physical != "Closed"
    if over and now.door_condition:
        ended = now.door_condition.alarm
        return (DoorAlarmEnded(report.door, ended, report.received_at, report.at),)
    return ()


def _forced(state: Registered, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    """Forced open needs that nobody was let through, asked to leave, or had the door opened."""
    mask = _mask(state, report)
    if mask:
        known = state.sensed.physical == "Open" and not report.edge
        if known:
            return ()
        return (ForcedOpenMasked(report.door, mask, report.received_at, report.at),)
    if _already(state.sensed, "DoorForcedOpen", report):
        return ()
    return (_condition(DoorForcedOpen, state, report),)


def _condition(
    event: type[DoorForcedOpen] | type[DoorHeldOpen], state: Registered, report: ReportDoorState
) -> DoorForcedOpen | DoorHeldOpen:
    now = state.sensed
    return event(
        report.door,
        state.identity.device,
        next_alarm(report.door, now),
        now.door_condition.alarm if now.door_condition else None,
        report.received_at,
        report.at,
    )


def _mask(state: Registered, report: ReportDoorState) -> Mask | None:
    if _stands_unlocked(state):
        return "unlocked"
    until = state.asked.open_until
    if until is not None and report.received_at <= until:
        return "opened-by-right"
    let, barred = report.released_at, state.asked.barred_since
    if let is None or (barred is not None and let <= barred + CLOCKS_APART):
        return None
    return "opened-by-right" if let <= report.at <= let + GRANT_WINDOW else None


def _stands_unlocked(state: Registered) -> bool:
    return state.asked.confirmed in {"Unlocked", "LockedOpen"} and confirmed(state)


def _already(now: Sensed, alarm: DoorAlarm, report: ReportDoorState) -> bool:
    if now.alarm != alarm or now.door_condition is None:
        return False
    return not _again(now.door_condition, report)


def _lasting(state: Registered, report: ReportDoorState) -> tuple[DoorSensorEvent, ...]:
    """Tamper, fault and duress: each begins and ends by itself."""
    now, events = state.sensed, list[DoorSensorEvent]()
    door, device, seen, at = report.door, state.identity.device, report.received_at, report.at
    alarms = now.alarms + (_raises_alarm(state, report))
    if now.tamper and _ends(now.tamper, report.tamper, report):
        events.append(TamperEnded(door, now.tamper.alarm, seen, at))
    if now.fault and _ends(now.fault, report.fault, report):
        events.append(FaultEnded(door, now.fault.alarm, seen, at))
    if now.duress and _ends(now.duress, report.duress, report):
        events.append(DuressEnded(door, seen, at))
    for begins, event in (
        (_begins(now.tamper, report.tamper, report), TamperDetected),
        (_begins(now.fault, report.fault, report), FaultDetected),
        (_begins(now.duress, report.duress, report), DuressReported),
    ):
        if begins:
            alarms += 1
            events.append(event(door, device, _alarm_id(door, alarms), seen, at))
    return tuple(events)


def _begins(had: Condition | None, told: Told, report: ReportDoorState) -> bool:
    return bool(told) and (had is None or _again(had, report))


def _ends(had: Condition, told: Told, report: ReportDoorState) -> bool:
    """It is over, or it begins once more."""
    return told is False or (bool(told) and _again(had, report))


def _again(had: Condition, report: ReportDoorState) -> bool:
    """Whether an event tells of another occurrence than the one that holds."""
    return report.edge and report.at - had.since >= SAME_CONDITION


def _raises_alarm(state: Registered, report: ReportDoorState) -> bool:
    return any(isinstance(e, DoorForcedOpen | DoorHeldOpen) for e in _alarm(state, report))


def next_alarm(door: DoorId, now: Sensed) -> AlarmId:
    """The id of the alarm that the door raises next."""
    return _alarm_id(door, now.alarms + 1)


def _alarm_id(door: DoorId, number: int) -> AlarmId:
    return AlarmId(f"door-{door}.{number}")
