"""What a command makes happen to a device."""

from datetime import datetime
from math import isfinite
from typing import assert_never

from cvsec_core.aggregates.device.commands import (
    AttachDoor,
    DeviceCommand,
    HandOutRights,
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
    WithdrawBackfill,
)
from cvsec_core.aggregates.device.errors import (
    CapabilityMissing,
    DeviceRegisteredError,
    DeviceRetiredError,
    DeviceUnknownError,
)
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
    DeviceRequestKind,
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
from cvsec_core.errors import Reason
from cvsec_core.ids import AlarmId, DeviceId, StreamId
from cvsec_core.values import Capability, invalid, require_choice, require_id, require_text

KIND = "device"
CLOCK_TOLERANCE_S = 30.0
"""An offset above this raises an alarm and asks for the clock to be set."""
CLOCK_NOISE_S = 5.0
"""Offsets that differ by less are the same offset."""


def stream_of(command: DeviceCommand) -> StreamId:
    """The stream of the device that *command* is about."""
    return stream(command.device)


def stream(device: DeviceId) -> StreamId:
    """The stream of *device*."""
    return StreamId(f"{KIND}-{device}")


def decide(state: DeviceState, command: DeviceCommand) -> tuple[DeviceEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        DeviceUnknownError: the device is not registered.
        DeviceRegisteredError: it is registered with other particulars.
        DeviceRetiredError: it was retired.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case RegisterDevice() as wish, Unregistered():
            return _register(wish)
        case RegisterDevice(device) as wish, Offline(profile) | Online(profile):
            if _particulars(wish) != _known(profile):
                raise DeviceRegisteredError(device)
            return ()
        case (_, Unregistered()):
            raise DeviceUnknownError(command.device)
        case (_, Retired()):
            return _after_retirement(command)
        case (
            (AttachDoor() | MoveDevice() | ReportDeviceDescribed() | RetireDevice()) as wish,
            Offline(profile) | Online(profile),
        ):
            return _describe(profile, wish)
        case ReportDeviceOnline(device, at), Offline(profile):
            return (DeviceCameOnline(device, profile.doors, profile.offline_alarm, at),)
        case ReportDeviceOffline(device, at), Online(profile):
            return (DeviceWentOffline(device, profile.doors, _next_alarm(device, profile), at),)
        case (ReportDeviceOnline(), Online()) | (ReportDeviceOffline(), Offline()):
            return ()
        case ReportDeviceStarted(device, at), Offline(profile) | Online(profile):
            news = _is_after(at, profile.started_at)
            return (DeviceStarted(device, profile.doors, at),) if news else ()
        case ReportLifeSafetyOpened(device, cause, at), Offline(profile) | Online(profile):
            news = cause != profile.life_safety
            return (LifeSafetyOpened(device, profile.doors, cause, at),) if news else ()
        case ReportLifeSafetyOver(device, at), Offline(profile) | Online(profile):
            begun = profile.life_safety is not None
            return (LifeSafetyOver(device, profile.doors, at),) if begun else ()
        case ReportClockSkew() as measured, Offline(profile) | Online(profile):
            return _measure(profile, measured)
        case (
            (
                RequestClockSet()
                | RequestBackfill()
                | WithdrawBackfill()
                | HandOutRights()
                | ReportDeviceCommandSent()
                | ReportDeviceCommandResult()
            ) as wish,
            Offline(profile) | Online(profile),
        ):
            return _request(profile, wish)
        case _:
            assert_never(asked)


def _after_retirement(command: DeviceCommand) -> tuple[DeviceEvent, ...]:
    """What a device tells after it was retired changes nothing of it; nothing is asked of it."""
    match command:
        case (
            RegisterDevice()
            | AttachDoor()
            | MoveDevice()
            | RequestClockSet()
            | ReportDeviceOnline()
        ):
            raise DeviceRetiredError(command.device)
        case (
            RetireDevice()
            | ReportDeviceDescribed()
            | ReportDeviceOffline()
            | ReportDeviceStarted()
            | ReportClockSkew()
            | ReportLifeSafetyOpened()
            | ReportLifeSafetyOver()
            | ReportDeviceCommandSent()
            | ReportDeviceCommandResult()
            | RequestBackfill()
            | WithdrawBackfill()
            | HandOutRights()
        ):
            return ()
        case _:
            assert_never(command)


def _particulars(wish: RegisterDevice) -> tuple[object, ...]:
    return (wish.name, wish.area, wish.zone, wish.doors, wish.capabilities)


def _known(profile: Profile) -> tuple[object, ...]:
    return (profile.name, profile.area, profile.zone, profile.declared, profile.capabilities)


def _is_after(at: datetime, last: datetime | None) -> bool:
    return last is None or at > last


def _register(command: RegisterDevice) -> tuple[DeviceEvent, ...]:
    require_id("device", command.device)
    require_text("name", command.name)
    require_text("area", command.area)
    for capability in command.capabilities:
        require_choice("capabilities", capability, Capability)
    if not 1 <= command.doors <= 10_000:  # noqa: PLR2004  # far above any controller
        invalid("doors", command.doors, "1 to 10000", "de 1 a 10000")
    return (
        DeviceRegistered(
            command.device,
            command.name,
            command.area,
            command.zone,
            command.doors,
            command.capabilities,
            command.by,
            command.at,
        ),
    )


def _describe(
    profile: Profile, command: AttachDoor | MoveDevice | ReportDeviceDescribed | RetireDevice
) -> tuple[DeviceEvent, ...]:
    match command:
        case AttachDoor(device, door, number, at):
            return () if door in profile.doors else (DoorAttached(device, door, number, at),)
        case MoveDevice(device, area, by, at):
            require_text("area", area)
            return () if area == profile.area else (DeviceMoved(device, area, by, at),)
        case RetireDevice(device, by, at):
            alarms = (profile.offline_alarm, profile.clock_alarm, profile.removal_alarm)
            return (DeviceRetired(device, tuple(a for a in alarms if a), by, at),)
        case ReportDeviceDescribed():
            return _described(profile, command)
        case _:
            assert_never(command)


def _described(profile: Profile, command: ReportDeviceDescribed) -> tuple[DeviceEvent, ...]:
    had = (profile.model, profile.firmware, profile.capacity, profile.lockdown_blocks_exit)
    model = profile.model if command.model is None else command.model
    firmware = profile.firmware if command.firmware is None else command.firmware
    capacity = profile.capacity if command.capacity is None else command.capacity
    blocks = (
        profile.lockdown_blocks_exit
        if command.lockdown_blocks_exit is None
        else command.lockdown_blocks_exit
    )
    if (model, firmware, capacity, blocks) == had:
        return ()
    return (
        DeviceDescribed(
            command.device, model, firmware, capacity, blocks, profile.doors, command.at
        ),
    )


def _measure(profile: Profile, command: ReportClockSkew) -> tuple[DeviceEvent, ...]:
    """A first offset is worth an event, and a newer one that moved by more than noise."""
    if not isfinite(command.offset_s):
        invalid("offset_s", command.offset_s, "a number of seconds", "un número de segundos")
    had = profile.offset_s
    if profile.measured_at is not None and command.at < profile.measured_at:
        return ()
    # Once off, a clock is right again only when it is so by more than noise: else it would flutter.
    limit = CLOCK_TOLERANCE_S - CLOCK_NOISE_S if profile.clock_alarm else CLOCK_TOLERANCE_S
    off = abs(command.offset_s) > limit
    turned = off != (profile.clock_alarm is not None)
    if had is not None and not turned and abs(command.offset_s - had) < CLOCK_NOISE_S:
        return ()
    raised = _next_alarm(command.device, profile) if off and not profile.clock_alarm else None
    ended = profile.clock_alarm if not off else None
    return (ClockSkewMeasured(command.device, command.offset_s, raised, ended, command.at),)


def _request(
    profile: Profile,
    command: RequestClockSet
    | RequestBackfill
    | WithdrawBackfill
    | HandOutRights
    | ReportDeviceCommandSent
    | ReportDeviceCommandResult,
) -> tuple[DeviceEvent, ...]:
    match command:
        case RequestClockSet(device, by, at):
            if "set-clock" not in profile.capabilities:
                return _refused(command, "clock", CapabilityMissing(device, "set-clock"))
            return (ClockSetRequested(device, profile.requests + 1, by, at),)
        case RequestBackfill(device, first, last, by, at):
            if "backfill" not in profile.capabilities:
                return _refused(command, "backfill", CapabilityMissing(device, "backfill"))
            return (BackfillRequested(device, profile.requests + 1, first, last, by, at),)
        case HandOutRights(device, level, upto, at, removes):
            return (RightsHandedOut(device, profile.requests + 1, level, upto, at, removes),)
        case ReportDeviceCommandSent(device, request, at):
            asked = _asked(profile, request, at)
            if asked is None:
                return ()
            return (DeviceCommandSent(device, request, asked.kind, asked.first, at),)
        case WithdrawBackfill(device, first, at):
            return tuple(
                BackfillWithdrawn(device, item.request, first, at)
                for item in profile.open_requests
                if item.kind == "backfill" and item.first == first
            )
        case ReportDeviceCommandResult():
            asked = _asked(profile, command.request, command.at)
            return () if asked is None else (_outcome(profile, asked, command),)
        case _:
            assert_never(command)


def _outcome(
    profile: Profile, asked: OpenRequest, told: ReportDeviceCommandResult
) -> DeviceCommandApplied | DeviceCommandRejected:
    """A removal that is not taken is an alarm, once until it is taken."""
    device, request, kind, first, at = told.device, asked.request, asked.kind, asked.first, told.at
    removes, standing = kind == "removal", profile.removal_alarm
    if told.code < 0:
        alarm = _next_alarm(device, profile) if removes and not standing else None
        return DeviceCommandRejected(device, request, kind, first, told.code, at, alarm)
    return DeviceCommandApplied(device, request, kind, first, at, standing if removes else None)


def _refused(
    command: RequestClockSet | RequestBackfill, kind: DeviceRequestKind, reason: Reason
) -> tuple[DeviceEvent, ...]:
    """Nobody is refused what nobody asked for."""
    if command.by is None:
        return ()
    return (DeviceRequestRefused(command.device, kind, (reason,), command.by, command.at),)


def _asked(profile: Profile, request: int, at: datetime) -> OpenRequest | None:
    """The open request of that number; None where it is settled, or where *at* lies
    before it was asked, so that something else must be meant.
    """
    for item in profile.open_requests:
        if item.request == request and at >= item.asked_at:
            return item
    return None


def _next_alarm(device: DeviceId, profile: Profile) -> AlarmId:
    return AlarmId(f"{KIND}-{device}.{profile.alarms + 1}")
