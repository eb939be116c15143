"""What a command makes happen to a device."""

from typing import assert_never

from cvsec_core.aggregates.device.commands import (
    AttachDoor,
    DeviceCommand,
    MoveDevice,
    RegisterDevice,
    ReportClockSkew,
    ReportDeviceCommandResult,
    ReportDeviceCommandSent,
    ReportDeviceDescribed,
    ReportDeviceOffline,
    ReportDeviceOnline,
    RequestBackfill,
    RequestClockSet,
    RetireDevice,
)
from cvsec_core.aggregates.device.errors import (
    DeviceRegisteredError,
    DeviceRetiredError,
    DeviceUnknownError,
)
from cvsec_core.aggregates.device.events import (
    BackfillRequested,
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
    DeviceRetired,
    DeviceWentOffline,
    DoorAttached,
)
from cvsec_core.aggregates.device.states import (
    DeviceState,
    Offline,
    Online,
    Profile,
    Retired,
    Unregistered,
)
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
        case RegisterDevice(device, name, area, zone), Offline(profile) | Online(profile):
            if (name, area, zone) != (profile.name, profile.area, profile.zone):
                raise DeviceRegisteredError(device)
            return ()
        case (_, Unregistered()):
            raise DeviceUnknownError(command.device)
        case RetireDevice(), Retired():
            return ()
        case (_, Retired()):
            raise DeviceRetiredError(command.device)
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
        case ReportClockSkew() as measured, Offline(profile) | Online(profile):
            return _measure(profile, measured)
        case (
            (
                RequestClockSet()
                | RequestBackfill()
                | ReportDeviceCommandSent()
                | ReportDeviceCommandResult()
            ) as wish,
            Offline(profile) | Online(profile),
        ):
            return _request(profile, wish)
        case _:
            assert_never(asked)


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
            return (DeviceRetired(device, by, at),)
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
    """A first offset is worth an event, and one that moved by more than noise."""
    had = profile.offset_s
    if had is not None and abs(command.offset_s - had) < CLOCK_NOISE_S:
        return ()
    off = abs(command.offset_s) > CLOCK_TOLERANCE_S
    raised = _next_alarm(command.device, profile) if off and not profile.clock_alarm else None
    ended = profile.clock_alarm if not off else None
    return (ClockSkewMeasured(command.device, command.offset_s, raised, ended, command.at),)


def _request(
    profile: Profile,
    command: RequestClockSet
    | RequestBackfill
    | ReportDeviceCommandSent
    | ReportDeviceCommandResult,
) -> tuple[DeviceEvent, ...]:
    match command:
        case RequestClockSet(device, by, at):
            if "set-clock" not in profile.capabilities:
                return ()
            return (ClockSetRequested(device, profile.requests + 1, by, at),)
        case RequestBackfill(device, first, last, by, at):
            if "backfill" not in profile.capabilities:
                return ()
            return (BackfillRequested(device, profile.requests + 1, first, last, by, at),)
        case ReportDeviceCommandSent(device, request, at):
            kind = dict(profile.open_requests).get(request)
            return (DeviceCommandSent(device, request, kind, at),) if kind else ()
        case ReportDeviceCommandResult(device, request, code, at):
            kind = dict(profile.open_requests).get(request)
            if kind is None:
                return ()
            if code < 0:
                return (DeviceCommandRejected(device, request, kind, code, at),)
            return (DeviceCommandApplied(device, request, kind, at),)
        case _:
            assert_never(command)


def _next_alarm(device: DeviceId, profile: Profile) -> AlarmId:
    return AlarmId(f"{device}.{profile.alarms + 1}")
