"""What a device is told, in the protocol's words, and how its answer finds the way back.

The digits of ``CONTROL DEVICE AABBCCDD`` are two hex digits each: AA what to do, BB the door
(00 would be all of them), CC and DD as the protocol's table of remote control has them.
"""

from datetime import datetime

from cvsec_adapters.devices.zkpush.timecode import packed
from cvsec_core.projections.device_outbox import CommandRow

STEP = 1_000_000_000
"""Between the wire ids of two steps of one command lies room for this many log positions."""
ACCEPTED = -5000
"""A controller passed the command on; the result follows under the same id."""
LAST_DOOR = 0xFF
"""The highest door that two hex digits can name."""


def wire_id(position: int, step: int = 0) -> int:
    """The id under which the device hears of one step of the command at *position*."""
    return position + step * STEP


def position_and_step(wire: int) -> tuple[int, int]:
    """The command's log position and the step that a wire id stands for."""
    step, position = divmod(wire, STEP)
    return position, step


def steps_of(row: CommandRow, local: datetime) -> tuple[str, ...]:
    """What the device is told to carry *row* out, in order; empty where the protocol has no words.

    Args:
        row: what was asked for.
        local: the time now on the wall clock of the device's zone. How many steps there are does
            not depend on it.
    """
    if row.number > LAST_DOOR:
        return ()
    match row.kind:
        case "unlock":
            return (_control(f"01{_door(row)}01{row.seconds:02X}"),)
        case "cancel-alarm":
            return (_control(f"02{_door(row)}0000"),)
        case "clock":
            return (f"SET OPTIONS DateTime={packed(local)}",)
        case "backfill":
            return (f"ACCOUNT transaction StartIndex={row.first}\tEndIndex={row.last}",)
        case _:
            return tuple(map(_control, _mode(row)))


def _mode(row: CommandRow) -> tuple[str, ...]:
    lifted = (_lockdown(row, "00"),) if "lockdown" in row.undo else ()
    match row.mode:
        case "LockedDown" if row.means == "lockdown":
            # Secure first; an opening that is switched on underneath is taken away after.
            ended = (_normal_open(row, "00"),) if "normal-open" in row.undo else ()
            return (_lockdown(row, "01"), *ended)
        case "LockedDown":
            return (*lifted, *_relock(row))
        case "Locked":
            return lifted if row.undo == ("lockdown",) else (*lifted, *_relock(row))
        case "Unlocked" | "LockedOpen":
            return (*lifted, _normal_open(row, "01"))
        case _:
            return ()


def _lockdown(row: CommandRow, cc: str) -> str:
    """AA 06, CC 01 locks down and 00 lifts it, DD unused."""
    return f"06{_door(row)}{cc}00"


def _normal_open(row: CommandRow, cc: str) -> str:
    """AA 04, CC 01 enables normal-open and 00 disables it, DD unused."""
    return f"04{_door(row)}{cc}00"


def _relock(row: CommandRow) -> tuple[str, ...]:
    """Normal-open off first, then AA 01 output, CC 01 the lock, DD 00 close.

    The second alone does not end normal-open: seen on a two-door board of that make.
    """
    return _normal_open(row, "00"), f"01{_door(row)}0100"


def _door(row: CommandRow) -> str:
    return f"{row.number:02X}"


def _control(digits: str) -> str:
    return f"CONTROL DEVICE {digits}"
