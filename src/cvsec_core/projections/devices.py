"""Which devices are there, what are they, and are they online?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import device
from cvsec_core.ids import DeviceId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Change,
    Condition,
    Contains,
    Is,
    Patch,
    Projection,
    Put,
    Rows,
    Table,
    Views,
)


@frozen
class DeviceRow:
    id: DeviceId
    name: str
    area: str
    zone: str
    doors: int
    online: bool
    changed_at: datetime
    model: str | None = None
    firmware: str | None = None
    clock_offset_s: float | None = None
    retired: bool = False


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes the devices."""
    event = recorded.event
    match event:
        case device.DeviceRegistered(name, label, area, zone, doors):
            yield Put(DeviceRow(name, label, area, zone, doors, False, event.at))  # noqa: FBT003  # in the row's order
        case device.DoorAttached(name, _, number):
            row = rows.get(DeviceRow, name)
            if row and number > row.doors:
                yield Patch(DeviceRow, name, {"doors": number})
        case device.DeviceMoved(name, area):
            yield Patch(DeviceRow, name, {"area": area})
        case device.DeviceDescribed(name, model, firmware):
            yield Patch(DeviceRow, name, {"model": model, "firmware": firmware})
        case device.DeviceCameOnline(name):
            yield Patch(DeviceRow, name, {"online": True, "changed_at": event.at})
        case device.DeviceWentOffline(name):
            yield Patch(DeviceRow, name, {"online": False, "changed_at": event.at})
        case device.ClockSkewMeasured(name, offset):
            yield Patch(DeviceRow, name, {"clock_offset_s": offset})
        case device.DeviceRetired(name):
            yield Patch(DeviceRow, name, {"retired": True, "online": False})
        case _:
            return


PROJECTION = Projection(
    "devices",
    "boards",
    (Table(DeviceRow, (("area", "online"), ("online",))),),
    (
        device.DeviceRegistered,
        device.DoorAttached,
        device.DeviceMoved,
        device.DeviceDescribed,
        device.DeviceCameOnline,
        device.DeviceWentOffline,
        device.ClockSkewMeasured,
        device.DeviceRetired,
    ),
    project,
)


def devices_in(
    views: Views, area: str | None = None, *, online: bool | None = None
) -> list[DeviceRow]:
    """The devices of *area*, or only those that are online or offline there; by id."""
    wanted = [Is("retired", False), *in_area(area)]  # noqa: FBT003
    if online is not None:
        wanted.append(Is("online", online))
    return views.select(DeviceRow, *wanted)


def devices_named(views: Views, text: str) -> list[DeviceRow]:
    """The devices whose name contains *text*, in upper or lower case."""
    return views.select(DeviceRow, Contains("name", text))


def in_area(area: str | None) -> tuple[Condition, ...]:
    """The condition that a device stands in *area*; none where that is None."""
    return () if area is None else (Is("area", area),)
