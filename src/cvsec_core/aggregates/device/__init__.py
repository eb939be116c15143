"""A device: a controller or terminal that drives doors and reports what happens at them.

    Unregistered --RegisterDevice--> Offline <--Report…--> Online
                                        '---RetireDevice---' --> Retired

A device knows its doors, so that coming back online asserts again what they are commanded to be.
"""

from cvsec_core.aggregates.device.commands import (
    ALL_CAPABILITIES,
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
from cvsec_core.aggregates.device.deciding import (
    CLOCK_NOISE_S,
    CLOCK_TOLERANCE_S,
    KIND,
    decide,
    stream,
    stream_of,
)
from cvsec_core.aggregates.device.errors import (
    CapabilityMissing,
    DeviceOffline,
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
    DeviceRequestKind,
    DeviceRetired,
    DeviceWentOffline,
    DoorAttached,
)
from cvsec_core.aggregates.device.evolving import (
    evolve,
)
from cvsec_core.aggregates.device.states import (
    INITIAL,
    DeviceState,
    Offline,
    Online,
    Profile,
    Retired,
    Unregistered,
)

__all__ = [
    "ALL_CAPABILITIES",
    "CLOCK_NOISE_S",
    "CLOCK_TOLERANCE_S",
    "INITIAL",
    "KIND",
    "AttachDoor",
    "BackfillRequested",
    "CapabilityMissing",
    "ClockSetRequested",
    "ClockSkewMeasured",
    "DeviceCameOnline",
    "DeviceCommand",
    "DeviceCommandApplied",
    "DeviceCommandRejected",
    "DeviceCommandSent",
    "DeviceDescribed",
    "DeviceEvent",
    "DeviceMoved",
    "DeviceOffline",
    "DeviceRegistered",
    "DeviceRegisteredError",
    "DeviceRequestKind",
    "DeviceRetired",
    "DeviceRetiredError",
    "DeviceState",
    "DeviceUnknownError",
    "DeviceWentOffline",
    "DoorAttached",
    "MoveDevice",
    "Offline",
    "Online",
    "Profile",
    "RegisterDevice",
    "ReportClockSkew",
    "ReportDeviceCommandResult",
    "ReportDeviceCommandSent",
    "ReportDeviceDescribed",
    "ReportDeviceOffline",
    "ReportDeviceOnline",
    "RequestBackfill",
    "RequestClockSet",
    "RetireDevice",
    "Retired",
    "Unregistered",
    "decide",
    "evolve",
    "stream",
    "stream_of",
]
