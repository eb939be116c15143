"""How a device changes by what happens to it."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.device.events import (
    BackfillRequested,
    BackfillWithdrawn,
    ClockSetRequested,
    ClockSkewMeasured,
    DeviceCameOnline,
    DeviceCommandApplied,
    DeviceCommandRejected,
    DeviceCommandSent,
    DeviceDescribed,
    DeviceEvent,
    DeviceMoved,
    DeviceRegistered,
    DeviceRequestRefused,
    DeviceRetired,
    DeviceStarted,
    DeviceWentOffline,
    DoorAttached,
    LifeSafetyOpened,
    LifeSafetyOver,
    RightsHandedOut,
)
from cvsec_core.aggregates.device.states import (
    DeviceState,
    Offline,
    Online,
    OpenRequest,
    Profile,
    Retired,
    Unregistered,
)


def evolve(state: DeviceState, event: DeviceEvent) -> DeviceState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, DeviceRegistered):
        return Offline(Profile(event.name, event.area, event.zone, event.capabilities, event.doors))
    if isinstance(state, Unregistered):
        return state
    match event:
        case DeviceCameOnline():
            return Online(changed(state.profile, offline_alarm=None))
        case DeviceWentOffline(alarm=alarm):
            return Offline(
                changed(state.profile, offline_alarm=alarm, alarms=state.profile.alarms + 1)
            )
        case DeviceRetired():
            return Retired(state.profile)
        case _:
            return changed(state, profile=_profile_after(state.profile, event))


def _profile_after(
    profile: Profile,
    event: DoorAttached
    | DeviceMoved
    | DeviceDescribed
    | ClockSkewMeasured
    | ClockSetRequested
    | BackfillRequested
    | BackfillWithdrawn
    | RightsHandedOut
    | DeviceRequestRefused
    | LifeSafetyOpened
    | LifeSafetyOver
    | DeviceStarted
    | DeviceCommandSent
    | DeviceCommandApplied
    | DeviceCommandRejected,
) -> Profile:
    match event:
        case DoorAttached(door=door):
            return changed(profile, doors=(*profile.doors, door))
        case DeviceMoved(area=area):
            return changed(profile, area=area)
        case DeviceDescribed(model=model, firmware=firmware, capacity=capacity):
            return changed(
                profile,
                model=model,
                firmware=firmware,
                capacity=capacity,
                lockdown_blocks_exit=event.lockdown_blocks_exit,
            )
        case ClockSkewMeasured(offset_s=offset, alarm=alarm, ends_alarm=ended, at=at):
            return changed(
                profile,
                offset_s=offset,
                measured_at=at,
                alarms=profile.alarms + (alarm is not None),
                clock_alarm=None if ended else (alarm or profile.clock_alarm),
            )
        case ClockSetRequested(request=request, at=at):
            return _with_request(profile, OpenRequest(request, "clock", at))
        case BackfillRequested(request=request, first=first, at=at):
            return _with_request(profile, OpenRequest(request, "backfill", at, first))
        case RightsHandedOut(request=request, at=at, removes=removes):
            return _with_request(
                profile, OpenRequest(request, "removal" if removes else "rights", at)
            )
        case DeviceCommandSent() | DeviceRequestRefused():
            return profile
        case DeviceStarted(at=at):
            return changed(profile, started_at=at)
        case LifeSafetyOpened(cause=cause):
            return changed(profile, life_safety=cause)
        case LifeSafetyOver():
            return changed(profile, life_safety=None)
        case DeviceCommandApplied(request=request, ends_alarm=ended):
            return changed(
                _without_request(profile, request),
                removal_alarm=None if ended else profile.removal_alarm,
            )
        case DeviceCommandRejected(request=request, alarm=alarm):
            return changed(
                _without_request(profile, request),
                alarms=profile.alarms + (alarm is not None),
                removal_alarm=alarm or profile.removal_alarm,
            )
        case BackfillWithdrawn(request=request):
            return _without_request(profile, request)
        case _:
            assert_never(event)


def _with_request(profile: Profile, asked: OpenRequest) -> Profile:
    others = tuple(item for item in profile.open_requests if not _same(item, asked))
    return changed(profile, requests=asked.request, open_requests=(*others, asked))


def _without_request(profile: Profile, request: int) -> Profile:
    still = tuple(item for item in profile.open_requests if item.request != request)
    return changed(profile, open_requests=still)


def _same(one: OpenRequest, other: OpenRequest) -> bool:
    return one.kind == other.kind and one.first == other.first
