"""What still has to be told to a device, and what was told without a result so far?

A momentary command is a row of its own until its outcome. A wanted state is one row a door (its
mode) or a device (its clock, each gap in its records); a later request replaces it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import frozen

from cvsec_core.aggregates import device, door
from cvsec_core.ids import DeviceId, DoorId
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Is, Patch, Projection, Put, Rows, Table, Views
from cvsec_core.values import DoorMode, Means

SEND_AGAIN = timedelta(seconds=30)
"""A wanted state that was handed out without a result is handed out again after so long."""
SEND_AGAIN_SOON = timedelta(seconds=5)
"""And after so long where a lockdown or life safety waits for it."""


@frozen
class CommandRow:
    """``position`` is the log position of the event that asked for it, and its id on the wire.
    ``kind`` is ``unlock``, ``cancel-alarm``, ``mode``, ``clock``, ``backfill``, ``rights`` or
    ``removal``.
    """

    id: str
    position: int
    device: DeviceId
    door: DoorId | None
    number: int
    request: int
    kind: str
    seconds: int = 0
    mode: DoorMode | None = None
    means: Means | None = None
    undo: tuple[str, ...] = ()
    first: int = 0
    last: int = 0
    not_after: datetime | None = None
    sent_at: datetime | None = None
    rejected: bool = False


def project(recorded: Recorded, _rows: Rows) -> Iterator[Change]:
    """How one event changes what has to be told."""
    event, at = recorded.event, recorded.position
    match event:
        case door.UnlockRequested(name, dev, number, request, seconds, not_after=not_after):
            yield Put(
                CommandRow(
                    _momentary(name, request), at, dev, name, number, request, "unlock",
                    seconds=seconds, not_after=not_after,
                )
            )  # fmt: skip
        case door.AlarmCancelRequested(name, dev, number, request, not_after=not_after):
            yield Put(
                CommandRow(
                    _momentary(name, request), at, dev, name, number, request, "cancel-alarm",
                    not_after=not_after,
                )
            )  # fmt: skip
        case door.ModeRequested(name, dev, number, request, mode, means, undo):
            yield Put(
                CommandRow(
                    _wanted(name, "mode"), at, dev, name, number, request, "mode",
                    mode=mode, means=means, undo=undo,
                )
            )  # fmt: skip
        case device.ClockSetRequested(dev, request):
            yield Put(CommandRow(_wanted(dev, "clock"), at, dev, None, 0, request, "clock"))
        case device.BackfillRequested(dev, request, first, last):
            key = _backfill(dev, first)
            row = CommandRow(key, at, dev, None, 0, request, "backfill", first=first, last=last)
            yield Put(row)
        case device.RightsHandedOut(dev, request, at=sent, removes=removes):
            kind = "removal" if removes else "rights"
            key = _wanted(dev, kind)
            yield Put(CommandRow(key, at, dev, None, 0, request, kind, sent_at=sent))
        case _:
            yield from _outcome(event)


def _outcome(event: object) -> Iterator[Change]:
    match event:
        case door.DoorCommandSent(name, request, kind, at):
            yield Patch(CommandRow, _key(name, request, kind), {"sent_at": at})
        case door.DoorCommandRejected(name, _, "mode"):
            yield Patch(CommandRow, _wanted(name, "mode"), {"rejected": True})
        case (
            door.DoorCommandApplied(name, request, kind)
            | door.DoorCommandRejected(name, request, kind)
            | door.DoorCommandExpired(name, request, kind)
            | door.DoorCommandIndeterminate(name, request, kind)
        ):
            yield Drop(CommandRow, _key(name, request, kind))
        case device.DeviceCommandSent(dev, _, kind, first, at):
            yield Patch(CommandRow, _of_device(dev, kind, first), {"sent_at": at})
        case device.DeviceCommandApplied(dev, _, kind, first) | device.DeviceCommandRejected(
            dev, _, kind, first
        ):
            yield Drop(CommandRow, _of_device(dev, kind, first))
        case device.BackfillWithdrawn(dev, _, first):
            yield Drop(CommandRow, _backfill(dev, first))
        case _:
            return


def _key(name: DoorId, request: int, kind: door.RequestKind) -> str:
    return _wanted(name, "mode") if kind == "mode" else _momentary(name, request)


def _momentary(name: DoorId, request: int) -> str:
    return f"{name}|{request}"


def _of_device(name: str, kind: device.DeviceRequestKind, first: int) -> str:
    return _backfill(name, first) if kind == "backfill" else _wanted(name, kind)


def _backfill(name: str, first: int) -> str:
    return f"{name}|backfill|{first}"


def _wanted(name: str, axis: str) -> str:
    return f"{name}|{axis}"


PROJECTION = Projection(
    "device-outbox",
    "boards",
    (Table(CommandRow, (("device", "position"), ("position",))),),
    (
        door.UnlockRequested,
        door.AlarmCancelRequested,
        door.ModeRequested,
        door.DoorCommandSent,
        door.DoorCommandApplied,
        door.DoorCommandRejected,
        door.DoorCommandExpired,
        door.DoorCommandIndeterminate,
        device.ClockSetRequested,
        device.BackfillRequested,
        device.RightsHandedOut,
        device.DeviceCommandSent,
        device.DeviceCommandApplied,
        device.DeviceCommandRejected,
        device.BackfillWithdrawn,
    ),
    project,
)


def due(views: Views, name: DeviceId, now: datetime) -> list[CommandRow]:
    """What the device shall be told now, in the order in which it was asked for.

    A momentary command is told once and in time; a wanted state again where no result came. What
    is wanted of rights is put together as it is told: see `device_rights`.
    """
    rows = views.select(CommandRow, Is("device", name), order=("position",))
    return [row for row in rows if _is_due(row, now)]


def _is_due(row: CommandRow, now: datetime) -> bool:
    if row.not_after is not None:
        return row.sent_at is None and now < row.not_after
    if row.rejected or row.kind in {"rights", "removal"}:
        return False
    urgent = row.mode in {"LockedDown", "LockedOpen"}
    return row.sent_at is None or now - row.sent_at >= (SEND_AGAIN_SOON if urgent else SEND_AGAIN)


def by_position(views: Views, position: int) -> CommandRow | None:
    """The command with that id on the wire, or None where it is settled or was replaced."""
    return next(iter(views.select(CommandRow, Is("position", position), limit=1)), None)
