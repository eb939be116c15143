"""Which groups are under lockdown, and is every door of theirs secured, or which are not yet?"""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates import door, lockdown_group
from cvsec_core.ids import DoorId, GroupId
from cvsec_core.projections.devices import DeviceRow
from cvsec_core.projections.door_board import DoorRow
from cvsec_core.recorded import Recorded
from cvsec_core.rows import (
    Among,
    Change,
    Drop,
    Is,
    Patch,
    Projection,
    Put,
    Rows,
    Table,
    Views,
)
from cvsec_core.values import Lock, Means


@frozen
class GroupRow:
    """``state`` is ``safe``, ``under-lockdown`` or ``drill``."""

    id: GroupId
    doors: tuple[str, ...]
    state: str = "safe"
    reason: str = ""
    by: str | None = None
    since: datetime | None = None


@frozen
class HoldRow:
    """A group that holds a door. ``confirmed_at`` is when its device first confirmed it,
    ``confirmed`` whether that still stands (a device that restarts must confirm again).
    """

    id: str
    group: GroupId
    door: DoorId
    commanded_at: datetime
    confirmed: bool
    confirmed_at: datetime | None = None


@frozen
class HeldDoorRow:
    """The groups that hold a door."""

    id: DoorId
    groups: tuple[str, ...]


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes groups and holds."""
    event = recorded.event
    match event:
        case door.LockdownEngaged(name, group, holds, confirmed, at):
            confirmed_at = at if confirmed else None
            yield Put(HoldRow(_key(group, name), group, name, at, confirmed, confirmed_at))
            yield Put(HeldDoorRow(name, holds))
        case door.LockdownLifted(name, group, holds):
            yield Drop(HoldRow, _key(group, name))
            yield Put(HeldDoorRow(name, holds)) if holds else Drop(HeldDoorRow, name)
        case door.ModeRequested(name) | door.DoorCommandRejected(name, kind="mode"):
            yield from _each_hold(rows, name, {"confirmed": False})
        case door.DoorCommandApplied(name, mode="LockedDown", at=at):
            yield from _confirmed(rows, name, at)
        case _:
            yield from _group(event, rows)


def _group(event: object, rows: Rows) -> Iterator[Change]:
    match event:
        case lockdown_group.LockdownGroupDefined(group, doors):
            yield Put(GroupRow(group, doors))
        case lockdown_group.GroupDoorsChanged(group, added, removed):
            row = rows.get(GroupRow, group)
            if row:
                kept = tuple(name for name in row.doors if name not in removed)
                yield Patch(GroupRow, group, {"doors": (*kept, *added)})
        case lockdown_group.LockdownActivated(group, _, drill, reason, by, _, at):
            state = "drill" if drill else "under-lockdown"
            yield Patch(GroupRow, group, {"state": state, "reason": reason, "by": by, "since": at})
        case lockdown_group.LockdownCancelled(group):
            over = {"state": "safe", "reason": "", "by": None, "since": None}
            yield Patch(GroupRow, group, over)
        case _:
            return


def _each_hold(rows: Rows, name: DoorId, fields: dict[str, bool]) -> Iterator[Change]:
    held = rows.get(HeldDoorRow, name)
    for group in held.groups if held else ():
        yield Patch(HoldRow, _key(group, name), fields)


def _confirmed(rows: Rows, name: DoorId, at: datetime) -> Iterator[Change]:
    held = rows.get(HeldDoorRow, name)
    for group in held.groups if held else ():
        hold = rows.get(HoldRow, _key(group, name))
        if hold:
            first = hold.confirmed_at or at
            yield Patch(HoldRow, hold.id, {"confirmed": True, "confirmed_at": first})


def _key(group: str, name: DoorId) -> str:
    return f"{group}|{name}"


PROJECTION = Projection(
    "lockdown-board",
    "boards",
    (
        Table(GroupRow),
        Table(HoldRow, (("group", "door"), ("door",))),
        Table(HeldDoorRow),
    ),
    (
        door.LockdownEngaged,
        door.LockdownLifted,
        door.ModeRequested,
        door.DoorCommandApplied,
        door.DoorCommandRejected,
        lockdown_group.LockdownGroupDefined,
        lockdown_group.GroupDoorsChanged,
        lockdown_group.LockdownActivated,
        lockdown_group.LockdownCancelled,
    ),
    project,
)


@frozen
class HeldDoor:
    """One door of a group under lockdown; ``confirmed`` only as long as its lock does not report
    itself unlocked.

    ``seconds_to_secure`` runs from the command of this group to the device's first confirmation;
    None while it has not confirmed. ``means`` is ``relock`` where the device's own lockdown would
    also have disabled the exit.
    """

    door: DoorId
    held_by: tuple[str, ...]
    commanded_at: datetime
    confirmed: bool
    confirmed_at: datetime | None
    seconds_to_secure: float | None
    means: Means
    lock: Lock
    physical: str
    online: bool


@frozen
class GroupStatus:
    """A group, its doors under lockdown, and those of them that are not yet confirmed."""

    row: GroupRow
    doors: tuple[HeldDoor, ...]
    unconfirmed: tuple[DoorId, ...]
    seconds_to_secure: float | None


def status(views: Views) -> list[GroupStatus]:
    """Every group by name. ``seconds_to_secure`` of a group is that of its slowest door, None as
    long as one of them is not confirmed.
    """
    return [_status(views, row) for row in views.select(GroupRow)]


def one(views: Views, group: GroupId) -> GroupStatus | None:
    """The group of that name, or None."""
    row = views.get(GroupRow, group)
    return _status(views, row) if row else None


def _status(views: Views, row: GroupRow) -> GroupStatus:
    holds = views.select(HoldRow, Is("group", row.id), order=("door",))
    names = tuple(hold.door for hold in holds)
    boards = {board.id: board for board in views.select(DoorRow, Among("id", names))}
    devices = tuple({board.device for board in boards.values()})
    online = {d.id: d.online for d in views.select(DeviceRow, Among("id", devices))}
    doors = tuple(
        _held(hold, boards[hold.door], online=online.get(boards[hold.door].device, False))
        for hold in holds
    )
    unconfirmed = tuple(held.door for held in doors if not held.confirmed)
    taken = [held.seconds_to_secure for held in doors if held.seconds_to_secure is not None]
    slowest = None if unconfirmed else max(taken, default=None)
    return GroupStatus(row, doors, unconfirmed, slowest)


def _held(hold: HoldRow, board: DoorRow, *, online: bool) -> HeldDoor:
    taken = hold.confirmed_at and (hold.confirmed_at - hold.commanded_at).total_seconds()
    return HeldDoor(
        hold.door,
        board.held_by,
        hold.commanded_at,
        hold.confirmed and board.lock != "Unlocked",
        hold.confirmed_at,
        taken if isinstance(taken, float) else None,
        board.means,
        board.lock,
        board.physical,
        online,
    )
