"""How a door changes by what happens to it."""

from datetime import datetime
from typing import Literal, assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.door.events import (
    AlarmCancelRefused,
    AlarmCancelRequested,
    AlarmToldLate,
    AntiPassbackSet,
    DoorAlarmEnded,
    DoorClosed,
    DoorCommandApplied,
    DoorCommandExpired,
    DoorCommandIndeterminate,
    DoorCommandRejected,
    DoorCommandSent,
    DoorControlEvent,
    DoorEvent,
    DoorForcedOpen,
    DoorHeldOpen,
    DoorOpened,
    DoorPassingEvent,
    DoorPositionLost,
    DoorRegistered,
    DoorReleasedForLifeSafety,
    DoorReleaseEnded,
    DoorScheduleSet,
    DoorSensorEvent,
    DuressEnded,
    DuressReported,
    EgressImpaired,
    FaultDetected,
    FaultEnded,
    ForcedOpenMasked,
    LockdownEngaged,
    LockdownLifted,
    LockdownMeansLearned,
    LockEngaged,
    LockReleased,
    ManualModeEnded,
    ModeRefused,
    ModeRequested,
    ModeStepApplied,
    ScheduleApplied,
    TamperDetected,
    TamperEnded,
    UnlockRefused,
    UnlockRequested,
)
from cvsec_core.aggregates.door.modes import switched_on_by
from cvsec_core.aggregates.door.states import (
    AntiPassback,
    Asked,
    Condition,
    DoorState,
    Identity,
    Pending,
    Registered,
    Sensed,
    Unregistered,
    Wanted,
    pending,
)
from cvsec_core.values import opening_window


def evolve(state: DoorState, event: DoorEvent) -> DoorState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(state, Unregistered):
        if isinstance(event, DoorRegistered):
            identity = Identity(event.door, event.device, event.number, event.egress)
            return Registered(identity, Wanted(means=event.means))
        return state
    if isinstance(event, DoorSensorEvent):
        wanted = state.wanted
        if isinstance(event, EgressImpaired):
            wanted = changed(wanted, exit_blocked=True)
        sensed = _sensed(state.sensed, event)
        return Registered(state.identity, wanted, state.asked, sensed, state.passback)
    return state if isinstance(event, DoorPassingEvent) else _controlled(state, event)


def _sensed(sensed: Sensed, event: DoorSensorEvent) -> Sensed:
    """The commonest first: the order is that of a busy day."""
    match event:
        case DoorOpened(received_at=seen):
            return _seen(sensed, "Open", seen)
        case DoorClosed(received_at=seen, ends_alarm=ended):
            closed = _seen(sensed, "Closed", seen)
            return changed(closed, alarm="Normal", door_condition=None) if ended else closed
        case DoorPositionLost(physical=physical, received_at=seen):
            return changed(sensed, physical=physical, seen_at=seen)
        case LockEngaged(received_at=seen):
            return changed(sensed, unlocked=False, seen_at=seen)
        case LockReleased(received_at=seen):
            return changed(sensed, unlocked=True, seen_at=seen)
        case DoorForcedOpen():
            return changed(_with_alarm(sensed, event), alarm="DoorForcedOpen", physical="Open")
        case DoorHeldOpen():
            return changed(_with_alarm(sensed, event), alarm="DoorOpenTooLong", physical="Open")
        case DoorAlarmEnded(received_at=seen):
            return changed(sensed, alarm="Normal", door_condition=None, seen_at=seen)
        case TamperDetected(alarm=alarm, received_at=seen, at=at):
            holds = Condition(alarm, at)
            return changed(sensed, tamper=holds, alarms=sensed.alarms + 1, seen_at=seen)
        case TamperEnded(received_at=seen):
            return changed(sensed, tamper=None, seen_at=seen)
        case FaultDetected(alarm=alarm, received_at=seen, at=at):
            holds = Condition(alarm, at)
            return changed(sensed, fault=holds, alarms=sensed.alarms + 1, seen_at=seen)
        case FaultEnded(received_at=seen):
            return changed(sensed, fault=None, seen_at=seen)
        case DuressReported(alarm=alarm, received_at=seen, at=at):
            holds = Condition(alarm, at)
            return changed(sensed, duress=holds, alarms=sensed.alarms + 1, seen_at=seen)
        case DuressEnded(received_at=seen):
            return changed(sensed, duress=None, seen_at=seen)
        case ForcedOpenMasked(received_at=seen):
            return changed(sensed, physical="Open", seen_at=seen)
        case EgressImpaired() | AlarmToldLate():
            return changed(sensed, alarms=sensed.alarms + 1)
        case _:
            assert_never(event)


def _seen(sensed: Sensed, physical: Literal["Open", "Closed"], seen: datetime) -> Sensed:
    """Built outright: openings and closings are most of a door's life; `evolve` takes longer."""
    return Sensed(
        physical,
        sensed.unlocked,
        seen,
        sensed.alarm,
        sensed.door_condition,
        sensed.tamper,
        sensed.fault,
        sensed.duress,
        sensed.alarms,
    )


def _with_alarm(sensed: Sensed, event: DoorForcedOpen | DoorHeldOpen) -> Sensed:
    return changed(
        sensed,
        door_condition=Condition(event.alarm, event.at),
        alarms=sensed.alarms + 1,
        seen_at=event.received_at,
    )


def _controlled(state: Registered, event: DoorControlEvent) -> Registered:
    match event:
        case (
            DoorCommandSent()
            | DoorCommandApplied()
            | DoorCommandRejected()
            | DoorCommandExpired()
            | DoorCommandIndeterminate()
            | ModeStepApplied()
        ):
            outcome = changed(state, asked=_outcome(state, event))
            raised = isinstance(event, DoorCommandRejected) and event.alarm is not None
            if not raised:
                return outcome
            return changed(outcome, sensed=changed(state.sensed, alarms=state.sensed.alarms + 1))
        case UnlockRequested(request=request, not_after=not_after, seconds=seconds, at=at):
            return _asking(state, Pending(request, "unlock", at, not_after, seconds=seconds))
        case AlarmCancelRequested(request=request, not_after=not_after, at=at):
            return _asking(state, Pending(request, "cancel-alarm", at, not_after))
        case ModeRequested():
            return _mode_asked(state, event)
        case AntiPassbackSet(mode=mode, zone=zone):
            return changed(state, passback=AntiPassback(mode, zone))
        case DoorRegistered() | UnlockRefused() | ModeRefused() | AlarmCancelRefused():
            return state
        case _:
            return changed(state, wanted=_wanted(state.wanted, event))


def _wanted(
    wanted: Wanted,
    event: DoorScheduleSet
    | ScheduleApplied
    | LockdownMeansLearned
    | LockdownEngaged
    | LockdownLifted
    | DoorReleasedForLifeSafety
    | DoorReleaseEnded
    | ManualModeEnded,
) -> Wanted:
    match event:
        case LockdownEngaged(holds=holds):
            return changed(wanted, holds=frozenset(holds), manual=None)
        case ManualModeEnded():
            return changed(wanted, manual=None)
        case LockdownLifted(holds=holds):
            return changed(wanted, holds=frozenset(holds))
        case DoorReleasedForLifeSafety(cause=cause):
            return changed(wanted, released=wanted.released | {cause}, manual=None)
        case DoorReleaseEnded(left=left):
            return changed(wanted, released=frozenset(left))
        case ScheduleApplied(unlocked=unlocked):
            return changed(wanted, scheduled_open=unlocked)
        case DoorScheduleSet(schedule=schedule):
            return changed(wanted, schedule=schedule)
        case LockdownMeansLearned(means=means):
            return changed(wanted, means=means)
        case _:
            assert_never(event)


def _asking(state: Registered, item: Pending) -> Registered:
    asked = state.asked
    return changed(
        state, asked=changed(asked, requests=item.request, pending=(*asked.pending, item))
    )


def _mode_asked(state: Registered, event: ModeRequested) -> Registered:
    """A later wish for a mode replaces the earlier; what was switched on adds up until undone."""
    asked = state.asked
    others = tuple(item for item in asked.pending if item.kind != "mode")
    adds = switched_on_by(event.mode, event.means)
    after = Asked(
        event.request,
        (*others, Pending(event.request, "mode", event.at, undo=event.undo)),
        None,
        asked.switched_on | adds,
        asked.open_until,
        asked.barred_since,
        asked.rejected,
    )
    wanted = changed(state.wanted, manual=event.mode) if event.cause == "manual" else state.wanted  # pyright: ignore[reportArgumentType]  # a manual cause has a manual mode
    return Registered(state.identity, wanted, after, state.sensed, state.passback)


def _outcome(
    state: Registered,
    event: DoorCommandSent
    | DoorCommandApplied
    | DoorCommandRejected
    | DoorCommandExpired
    | DoorCommandIndeterminate
    | ModeStepApplied,
) -> Asked:
    asked, item = state.asked, pending(state, event.request)
    if item is None:
        return asked
    others = tuple(other for other in asked.pending if other.request != event.request)
    match event:
        case DoorCommandSent():
            return changed(asked, pending=(*others, changed(item, sent=True)))
        case ModeStepApplied(step=step):
            return changed(asked, pending=(*others, changed(item, steps=item.steps | {step})))
        case DoorCommandApplied(kind="mode", mode=mode):
            return changed(
                asked,
                pending=others,
                confirmed=mode,
                switched_on=asked.switched_on - frozenset(item.undo),
                open_until=None if mode == "LockedDown" else asked.open_until,
                barred_since=event.at if mode == "LockedDown" else None,
                rejected=None,
            )
        case DoorCommandApplied(kind="unlock", at=at):
            barred = bool(state.wanted.holds)
            until = None if barred else at + opening_window(item.seconds)
            return changed(asked, pending=others, open_until=until)
        case DoorCommandRejected(kind="mode", alarm=alarm):
            rejected = alarm or asked.rejected
            return changed(asked, pending=others, confirmed=None, rejected=rejected)
        case (
            DoorCommandApplied()
            | DoorCommandRejected()
            | DoorCommandExpired()
            | DoorCommandIndeterminate()
        ):
            return changed(asked, pending=others)
        case _:
            assert_never(event)
