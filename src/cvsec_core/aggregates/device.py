"""A device: a controller or terminal that drives doors and reports what happens at them.

    Unregistered --RegisterDevice--> Offline <--Report…--> Online
                                        '---RetireDevice---' --> Retired

A device knows its doors, so that coming back online asserts again what they are commanded to be.
"""

from datetime import datetime
from typing import Literal, assert_never

from attrs import define, evolve as changed, frozen

from cvsec_core.errors import CommandError, Reason, Words
from cvsec_core.ids import AlarmId, DeviceId, DoorId, StreamId
from cvsec_core.values import Capability, invalid, require_choice, require_id, require_text

KIND = "device"
CLOCK_TOLERANCE_S = 30.0
"""An offset above this raises an alarm and asks for the clock to be set."""
CLOCK_NOISE_S = 5.0
"""Offsets that differ by less are the same offset."""

ALL_CAPABILITIES: tuple[Capability, ...] = (
    "pulse", "normal-open", "lockdown", "cancel-alarm", "set-clock", "backfill",
)  # fmt: skip

DeviceRequestKind = Literal["clock", "backfill"]


# Events: stored for ever. Never change a field; add a new class.
@frozen
class DeviceRegistered:
    device: DeviceId
    name: str
    area: str
    zone: str
    doors: int
    capabilities: tuple[Capability, ...]
    by: str
    at: datetime


@frozen
class DoorAttached:
    device: DeviceId
    door: DoorId
    number: int
    at: datetime


@frozen
class DeviceMoved:
    device: DeviceId
    area: str
    by: str
    at: datetime


@frozen
class DeviceDescribed:
    """What the device says about itself. ``capacity`` is how many people it can hold."""

    device: DeviceId
    model: str | None
    firmware: str | None
    capacity: int | None
    lockdown_blocks_exit: bool
    doors: tuple[DoorId, ...]
    at: datetime


@frozen
class DeviceCameOnline:
    device: DeviceId
    doors: tuple[DoorId, ...]
    ends_alarm: AlarmId | None
    at: datetime


@frozen
class DeviceWentOffline:
    device: DeviceId
    doors: tuple[DoorId, ...]
    alarm: AlarmId
    at: datetime


@frozen
class ClockSkewMeasured:
    """``offset_s``: the device's clock less ours, in seconds."""

    device: DeviceId
    offset_s: float
    alarm: AlarmId | None
    ends_alarm: AlarmId | None
    at: datetime


@frozen
class ClockSetRequested:
    device: DeviceId
    request: int
    by: str
    at: datetime


@frozen
class BackfillRequested:
    """The records from number *first* to *last* are wanted again."""

    device: DeviceId
    request: int
    first: int
    last: int
    by: str
    at: datetime


@frozen
class DeviceCommandSent:
    device: DeviceId
    request: int
    kind: DeviceRequestKind
    at: datetime


@frozen
class DeviceCommandApplied:
    device: DeviceId
    request: int
    kind: DeviceRequestKind
    at: datetime


@frozen
class DeviceCommandRejected:
    """``code``: what the device answered."""

    device: DeviceId
    request: int
    kind: DeviceRequestKind
    code: int
    at: datetime


@frozen
class DeviceRetired:
    device: DeviceId
    by: str
    at: datetime


DeviceEvent = (
    DeviceRegistered
    | DoorAttached
    | DeviceMoved
    | DeviceDescribed
    | DeviceCameOnline
    | DeviceWentOffline
    | ClockSkewMeasured
    | ClockSetRequested
    | BackfillRequested
    | DeviceCommandSent
    | DeviceCommandApplied
    | DeviceCommandRejected
    | DeviceRetired
)


# Commands: all that the decision needs, the time included.
@frozen
class RegisterDevice:
    """``device`` is the serial number; ``zone`` the name of its clock's zone
    in the IANA database, resolved by the caller.
    """

    device: DeviceId
    name: str
    area: str
    zone: str
    doors: int
    by: str
    at: datetime
    capabilities: tuple[Capability, ...] = ALL_CAPABILITIES


@frozen
class AttachDoor:
    device: DeviceId
    door: DoorId
    number: int
    at: datetime


@frozen
class MoveDevice:
    device: DeviceId
    area: str
    by: str
    at: datetime


@frozen
class ReportDeviceDescribed:
    """None: the device does not say."""

    device: DeviceId
    at: datetime
    model: str | None = None
    firmware: str | None = None
    capacity: int | None = None
    lockdown_blocks_exit: bool | None = None


@frozen
class ReportDeviceOnline:
    device: DeviceId
    at: datetime


@frozen
class ReportDeviceOffline:
    device: DeviceId
    at: datetime


@frozen
class ReportClockSkew:
    """``offset_s``: the device's clock less ours, in seconds."""

    device: DeviceId
    offset_s: float
    at: datetime


@frozen
class RequestClockSet:
    device: DeviceId
    by: str
    at: datetime


@frozen
class RequestBackfill:
    device: DeviceId
    first: int
    last: int
    by: str
    at: datetime


@frozen
class ReportDeviceCommandSent:
    device: DeviceId
    request: int
    at: datetime


@frozen
class ReportDeviceCommandResult:
    """What the device answered: 0 or more is success."""

    device: DeviceId
    request: int
    code: int
    at: datetime


@frozen
class RetireDevice:
    device: DeviceId
    by: str
    at: datetime


DeviceCommand = (
    RegisterDevice
    | AttachDoor
    | MoveDevice
    | ReportDeviceDescribed
    | ReportDeviceOnline
    | ReportDeviceOffline
    | ReportClockSkew
    | RequestClockSet
    | RequestBackfill
    | ReportDeviceCommandSent
    | ReportDeviceCommandResult
    | RetireDevice
)


# States: one class a place in the life of a device.
@frozen
class Unregistered: ...


@frozen
class Profile:
    """What is known of a device, online or not.

    ``open_requests`` are the requests without a result, with their kind; a later one of a kind
    replaces the earlier.
    """

    name: str
    area: str
    zone: str
    capabilities: tuple[Capability, ...]
    doors: tuple[DoorId, ...] = ()
    model: str | None = None
    firmware: str | None = None
    capacity: int | None = None
    lockdown_blocks_exit: bool = False
    offset_s: float | None = None
    alarms: int = 0
    offline_alarm: AlarmId | None = None
    clock_alarm: AlarmId | None = None
    requests: int = 0
    open_requests: tuple[tuple[int, DeviceRequestKind], ...] = ()


@frozen
class Offline:
    profile: Profile


@frozen
class Online:
    profile: Profile


@frozen
class Retired:
    profile: Profile


DeviceState = Unregistered | Offline | Online | Retired
INITIAL = Unregistered()


# Reasons and errors: the rule that was broken.
@frozen
class DeviceOffline(Reason):
    """An offline device cannot be told anything that must happen now."""

    device: str

    code = "device-offline"
    says = Words("Device {device} is offline.", "El dispositivo {device} está sin conexión.")
    advises = Words(
        "Check its power and network, or open the door on the spot.",
        "Compruebe su alimentación y su red, o abra la puerta en el lugar.",
    )


@frozen
class CapabilityMissing(Reason):
    """A device is asked only for what it can do."""

    device: str
    capability: str

    code = "capability-missing"
    says = Words(
        "Device {device} cannot do this: {capability}.",
        "El dispositivo {device} no puede hacer esto: {capability}.",
    )
    advises = Words("Use a command that the device has.", "Use una orden que el dispositivo tenga.")


@define
class DeviceUnknownError(CommandError):
    """No such device is registered."""

    device: str

    code = "device-unknown"
    says = Words("No device {device} is registered.", "El dispositivo {device} no está registrado.")
    advises = Words(
        "Register it with `devices register`, or see `devices list`.",
        "Regístrelo con `devices register` o vea `devices list`.",
    )


@define
class DeviceRegisteredError(CommandError):
    """A serial number is registered once."""

    device: str

    code = "device-registered"
    says = Words(
        "Device {device} is registered already, with other particulars.",
        "El dispositivo {device} ya está registrado con otros datos.",
    )
    advises = Words("Move it to change its area.", "Muévalo para cambiar su área.")


@define
class DeviceRetiredError(CommandError):
    """A retired device takes part in nothing."""

    device: str

    code = "device-retired"
    says = Words("Device {device} has been retired.", "El dispositivo {device} se ha dado de baja.")
    advises = Words(
        "Register its successor under its own serial number.",
        "Registre su sucesor con su propio número de serie.",
    )


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


def evolve(state: DeviceState, event: DeviceEvent) -> DeviceState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, DeviceRegistered):
        return Offline(Profile(event.name, event.area, event.zone, event.capabilities))
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
        case ClockSkewMeasured(offset_s=offset, alarm=alarm, ends_alarm=ended):
            return changed(
                profile,
                offset_s=offset,
                alarms=profile.alarms + (alarm is not None),
                clock_alarm=None if ended else (alarm or profile.clock_alarm),
            )
        case ClockSetRequested(request=request):
            return _with_request(profile, request, "clock")
        case BackfillRequested(request=request):
            return _with_request(profile, request, "backfill")
        case DeviceCommandSent():
            return profile
        case DeviceCommandApplied(request=request) | DeviceCommandRejected(request=request):
            still = tuple(item for item in profile.open_requests if item[0] != request)
            return changed(profile, open_requests=still)
        case _:
            assert_never(event)


def _with_request(profile: Profile, request: int, kind: DeviceRequestKind) -> Profile:
    others = tuple(item for item in profile.open_requests if item[1] != kind)
    return changed(profile, requests=request, open_requests=(*others, (request, kind)))
