"""Brings in what a device tells and hands out what it shall be told, on every line alike."""

from collections.abc import Callable, Sequence
from datetime import datetime

from cvsec_core.aggregates import device, door
from cvsec_core.handling import Answer, Asked
from cvsec_core.ids import DeviceId
from cvsec_core.ports import Presence
from cvsec_core.projections import device_outbox, device_rights
from cvsec_core.projections.device_outbox import CommandRow
from cvsec_core.projections.device_rights import Chunk
from cvsec_core.site import Site

UNSUPPORTED = -708
"""The answer to a command that the device has no words for."""


def driver_of(name: DeviceId) -> str:
    """The actor under which a device's driver reports."""
    return f"device:{name}"


class NotRecordedError(Exception):
    """Something that a device told was not recorded, so it must not be acknowledged."""


def bring_in(
    site: Site, presence: Presence, name: DeviceId, told: Sequence[object], now: datetime
) -> None:
    """Record the commands that a device's words became, and that it is there, in one commit.

    Raises:
        NotRecordedError: one of them could not be recorded.
    """
    presence.heard(name, now)
    state: device.DeviceState = site.state(device.stream(name))
    online = [device.ReportDeviceOnline(name, now)] if isinstance(state, device.Offline) else []
    answers = site.handle_all(
        [Asked(command, actor=driver_of(name)) for command in (*online, *told)]
    )
    for answer in answers:
        if answer.error is not None:
            raise NotRecordedError from answer.error


def hand_out(
    site: Site, name: DeviceId, now: datetime, steps_of: Callable[[CommandRow], int]
) -> list[CommandRow]:
    """What the device shall be told now. That it was handed out is recorded before it is told, so a
    momentary command goes out once, whoever asks at the same time.

    Args:
        site: where it was asked for.
        name: the device.
        now: the time now, UTC.
        steps_of: how many steps the line needs for a command; 0 where it has no words for it.
    """
    rows = site.query(device_outbox.due, name, now)
    answers = site.handle_all(
        [Asked(_sent(row, now, steps_of(row)), actor=driver_of(name)) for row in rows]
    )
    return [row for row, answer in zip(rows, answers, strict=True) if _was_sent(answer)]


def _sent(row: CommandRow, now: datetime, steps: int) -> object:
    if not steps:
        return _result(row, UNSUPPORTED, now, 0, 1)
    if row.door is None:
        return device.ReportDeviceCommandSent(row.device, row.request, now)
    return door.ReportDoorCommandSent(row.door, row.request, now)


def _was_sent(answer: Answer) -> bool:
    sent = (door.DoorCommandSent, device.DeviceCommandSent)
    return any(isinstance(recorded.event, sent) for recorded in answer.events)


def hand_out_rights(
    site: Site, name: DeviceId, now: datetime, steps_of: Callable[[Chunk], int]
) -> tuple[int, Chunk] | None:
    """What the device shall be told of rights now, and the log position where that is recorded;
    None where there is nothing. What takes no step is settled at once.

    Args:
        site: where people have rights.
        name: the device.
        now: the time now, UTC.
        steps_of: how many steps the line needs for it.
    """
    while True:
        # What changes while it is looked up is told again.
        head = site.log.head()
        chunk = site.query(device_rights.next_chunk, name, now, site.zone(), head)
        if chunk is None:
            return None
        wish = device.HandOutRights(name, chunk.about, chunk.upto, now, chunk.removes)
        handed = site.handle(wish, actor=driver_of(name)).events
        if not handed:  # it has been retired meanwhile
            return None
        if steps_of(chunk):
            return handed[0].position, chunk
        for settled in outcomes(site, name, [(handed[0].position, 0, 0)], now, lambda _: 1):
            site.handle(settled, actor=driver_of(name))


def outcomes(
    site: Site,
    name: DeviceId,
    results: Sequence[tuple[int, int, int]],
    now: datetime,
    steps_of: Callable[[CommandRow], int],
) -> list[object]:
    """The commands that report *results*; of what is settled, replaced or never was asked of this
    device there is nothing to report.

    Args:
        site: where it was asked for.
        name: the device that tells.
        results: log position, step and code of each.
        now: the time now, UTC.
        steps_of: how many steps the line needs for a command.
    """
    found = (
        (site.query(device_outbox.by_position, position), step, code)
        for position, step, code in results
    )
    return [
        _result(row, code, now, step, steps_of(row))
        for row, step, code in found
        if row is not None and row.device == name and step < steps_of(row)
    ]


def _result(row: CommandRow, code: int, now: datetime, step: int, steps: int) -> object:
    if row.door is None:
        return device.ReportDeviceCommandResult(row.device, row.request, code, now)
    return door.ReportDoorCommandResult(row.door, row.request, code, now, step, steps)
