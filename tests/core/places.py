"""A small building for the examples: a lobby with two doors on one device, and a yard with one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import device, door, journal, lockdown_group
from cvsec_core.ids import DeviceId, DoorId, GroupId
from cvsec_core.site import Site

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""
LOBBY, YARD = DeviceId("lobby"), DeviceId("yard")
FRONT, BACK, GATE = DoorId("lobby-1"), DoorId("lobby-2"), DoorId("yard-1")
GROUND, WHOLE = GroupId("ground"), GroupId("whole")


def after(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


class Watch:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def built(
    watch: Callable[[], datetime] | None = None,
    capabilities: tuple[str, ...] = (*device.ALL_CAPABILITIES, "block"),
) -> Site:
    """A site with both devices online and two lockdown groups."""
    return furnished(memory_site(watch or Watch()), capabilities)


def furnished(
    site: Site, capabilities: tuple[str, ...] = (*device.ALL_CAPABILITIES, "block")
) -> Site:
    """The site with both devices online and two lockdown groups."""
    for command in (
        device.RegisterDevice(
            LOBBY, "Lobby", "ground floor", "UTC", 2, "guard", NOON, capabilities
        ),
        device.RegisterDevice(YARD, "Yard", "outside", "UTC", 1, "guard", NOON, capabilities),
        device.ReportDeviceOnline(LOBBY, NOON),
        device.ReportDeviceOnline(YARD, NOON),
        lockdown_group.DefineLockdownGroup(GROUND, (FRONT, BACK), "guard", NOON),
        lockdown_group.DefineLockdownGroup(WHOLE, (BACK, GATE), "guard", NOON),
    ):
        site.handle(command)
    return site


def told(
    index: int, code: int, number: int = 1, at: datetime = NOON, text: str | None = None
) -> journal.Line:
    """One line of a device."""
    return journal.Line(
        index, code, number, None, None, "in", "card", at, text or f"{index}/{code}/{number}"
    )


def passages(
    *lines: journal.Line,
    device: DeviceId = LOBBY,
    at: datetime = NOON,
    day: str | None = None,
    backfilled: bool = False,
    cursor: int | None = None,
) -> journal.RecordPassages:
    """What a device delivered."""
    return journal.RecordPassages(
        device, day or at.date().isoformat(), lines, at, backfilled, cursor
    )


def door_of(site: Site, name: DoorId) -> door.Registered:
    """The door as it is."""
    return site.state(door.stream(name))


def confirm(site: Site, name: DoorId, at: datetime = NOON, code: int = 0) -> None:
    """The device carries out what it was asked to make of the door, or rejects it."""
    pending = door.pending_mode(door_of(site, name))
    assert pending is not None
    site.handle(door.ReportDoorCommandSent(name, pending.request, at))
    site.handle(door.ReportDoorCommandResult(name, pending.request, code, at))
