"""How is each door: what shall it be, is that confirmed, and what do the sensors say?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import door
from cvsec_core.ids import DeviceId, DoorId
from cvsec_core.projections.devices import DeviceRow, devices_in
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Among, Change, Patch, Projection, Put, Rows, Table, Value, Views
from cvsec_core.values import DoorAlarm, DoorMode, Fault, Lock, Means, Physical, Tamper


@frozen
class DoorRow:
    """The axes of a door, each by itself. ``confirmed``: its device has confirmed ``mode``."""

    id: DoorId
    device: DeviceId
    number: int
    egress: bool
    mode: DoorMode = "Locked"
    confirmed: bool = False
    means: Means = "lockdown"
    held_by: tuple[str, ...] = ()
    physical: Physical = "Unknown"
    lock: Lock = "Unknown"
    alarm: DoorAlarm = "Normal"
    tamper: Tamper = "Unknown"
    fault: Fault = "Unknown"
    changed_at: datetime | None = None


def project(recorded: Recorded, _rows: Rows) -> Iterator[Change]:
    """How one event changes its door."""
    event = recorded.event
    if isinstance(event, door.DoorRegistered):
        yield Put(
            DoorRow(event.door, event.device, event.number, event.egress, changed_at=event.at)
        )
        return
    fields = _changes(event)
    if fields:
        name = DoorId(recorded.stream.removeprefix(f"{door.KIND}-"))
        yield Patch(DoorRow, name, {**fields, "changed_at": event.at})


def _changes(event: object) -> dict[str, Value]:
    match event:
        case door.DoorOpened() | door.ForcedOpenMasked():
            return {"physical": "Open"}
        case door.DoorClosed():
            return {"physical": "Closed", "alarm": "Normal"}
        case door.DoorPositionLost(physical=physical):
            return {"physical": physical}
        case door.LockEngaged():
            return {"lock": "Locked"}
        case door.LockReleased():
            return {"lock": "Unlocked"}
        case door.ModeRequested(mode=mode, means=means):
            return {"mode": mode, "confirmed": False, "means": means}
        case door.DoorCommandApplied(kind="mode"):
            return {"confirmed": True}
        case door.LockdownEngaged(holds=holds) | door.LockdownLifted(holds=holds):
            return {"held_by": holds}
        case _:
            return _alarms(event)


def _alarms(event: object) -> dict[str, Value]:
    match event:
        case door.DoorForcedOpen():
            return {"alarm": "DoorForcedOpen", "physical": "Open"}
        case door.DoorHeldOpen():
            return {"alarm": "DoorOpenTooLong", "physical": "Open"}
        case door.DoorAlarmEnded():
            return {"alarm": "Normal"}
        case door.TamperDetected():
            return {"tamper": "TamperDetected"}
        case door.TamperEnded():
            return {"tamper": "NotInTamper"}
        case door.FaultDetected():
            return {"fault": "FaultDetected"}
        case door.FaultEnded():
            return {"fault": "NotInFault"}
        case _:
            return {}


PROJECTION = Projection(
    "door-board",
    "boards",
    (Table(DoorRow, (("device", "number"),)),),
    (
        door.DoorRegistered,
        door.DoorOpened,
        door.ForcedOpenMasked,
        door.DoorClosed,
        door.DoorPositionLost,
        door.LockEngaged,
        door.LockReleased,
        door.ModeRequested,
        door.DoorCommandApplied,
        door.LockdownEngaged,
        door.LockdownLifted,
        door.DoorForcedOpen,
        door.DoorHeldOpen,
        door.DoorAlarmEnded,
        door.TamperDetected,
        door.TamperEnded,
        door.FaultDetected,
        door.FaultEnded,
    ),
    project,
)


@frozen
class Door:
    """A door as people see it; ``online`` is its device's."""

    row: DoorRow
    online: bool
    area: str


def doors(
    views: Views,
    *,
    area: str | None = None,
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> list[Door]:
    """The doors by device and number, after the one with that device and number.

    Doors of retired devices are left out.
    """
    devices = {row.id: row for row in devices_in(views, area)}
    where = Among("device", tuple(devices))
    rows = views.select(DoorRow, where, order=("device", "number"), after=after, limit=limit)
    return [_shown(row, devices.get(row.device)) for row in rows]


def one(views: Views, name: DoorId) -> Door | None:
    """The door of that id, or None."""
    row = views.get(DoorRow, name)
    return _shown(row, views.get(DeviceRow, row.device)) if row else None


def _shown(row: DoorRow, device: DeviceRow | None) -> Door:
    return Door(row, bool(device and device.online), device.area if device else "")
