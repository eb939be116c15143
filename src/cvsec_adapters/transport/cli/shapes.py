"""The JSON of what the site knows: one function a thing, the same wherever it is sent."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cvsec_core.aggregates.organisation import Founded, OrganisationState
from cvsec_core.handling import Answer
from cvsec_core.projections.access_records import Record
from cvsec_core.projections.alarm_center import Alarm
from cvsec_core.projections.dashboard import Dashboard
from cvsec_core.projections.devices import DeviceRow
from cvsec_core.projections.door_board import Door
from cvsec_core.projections.lockdown_board import GroupStatus, HeldDoor
from cvsec_core.recorded import Recorded
from cvsec_core.vocabulary import meaning

Shape = dict[str, Any]

LEGACY_DIGITS = 3
"""A verify mode of up to so many digits is a number; a longer one is a row of switches."""


def time(at: datetime | None) -> str | None:
    """UTC in ISO 8601 with `Z`; None stays None."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def record(row: Record) -> Shape:
    """An access record."""
    means = row.meaning
    return {
        "id": row.id,
        "occurred_at": time(row.occurred_at),
        "received_at": time(row.received_at),
        "device": row.device,
        "door": row.door,
        "code": row.code,
        "event": means.named(),
        "level": means.level,
        "decision": means.decision,
        "person": nobody_is_null(row.person),
        "card": nobody_is_null(row.card),
        "direction": row.direction,
        "verify_mode": verify_mode(row.verify),
        "index": row.index,
    }


def nobody_is_null(number: str | None) -> str | None:
    """A person or card; devices write 0 where there is none."""
    return number if number and number.strip("0") else None


def verify_mode(text: str) -> int | str | None:
    """The old kind is a number, the new kind a text of 16 switches; None where it is absent."""
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) <= LEGACY_DIGITS else text


def alarm(shown: Alarm) -> Shape:
    """An alarm; its device's area is that of today."""
    row = shown.row
    return {
        "id": row.id,
        "raised_at": time(row.raised_at),
        "level": row.level,
        "code": row.code,
        "event": meaning(row.code).named(),
        "device": row.device,
        "door": row.door,
        "area": shown.area,
        "state": row.state,
        "active": row.active,
        "remark": row.remark,
        "acknowledged_by": row.acknowledged_by,
    }


def door(shown: Door) -> Shape:
    """A door, each of its axes by itself."""
    row = shown.row
    return {
        "id": row.id,
        "device": row.device,
        "number": row.number,
        "mode": row.mode,
        "confirmed": row.confirmed,
        "physical": row.physical,
        "lock": row.lock,
        "alarm": row.alarm,
        "held_by": list(row.held_by),
        "online": shown.online,
    }


def device(row: DeviceRow) -> Shape:
    """A device; ``doors`` is how many it has."""
    return {
        "serial": row.id,
        "name": row.name,
        "area": row.area,
        "online": row.online,
        "firmware": row.firmware,
        "clock_offset_s": row.clock_offset_s,
        "doors": row.doors,
    }


def dashboard(board: Dashboard) -> Shape:
    """The counts of a site or an area."""
    alarms = board.alarms
    return {
        "area": board.area,
        "people": board.people,
        "devices": board.devices,
        "online": board.online,
        "offline": board.offline,
        "doors": board.doors,
        "visitors": board.visitors,
        "alarms": {
            "today": alarms.today,
            "total": alarms.total,
            "unacknowledged": alarms.unacknowledged,
            "acknowledged": alarms.acknowledged,
        },
    }


def lockdown(status: GroupStatus) -> Shape:
    """A lockdown group; a drill holds no doors."""
    row = status.row
    return {
        "group": row.id,
        "state": row.state,
        "drill": row.state == "drill",
        "reason": row.reason,
        "by": row.by,
        "since": time(row.since),
        "doors": [held_door(held) for held in status.doors],
        "unconfirmed": list(status.unconfirmed),
        "seconds_to_secure": status.seconds_to_secure,
    }


def held_door(held: HeldDoor) -> Shape:
    """A door under lockdown, and whether that is confirmed."""
    return {
        "door": held.door,
        "held_by": list(held.held_by),
        "commanded_at": time(held.commanded_at),
        "confirmed": held.confirmed,
        "confirmed_at": time(held.confirmed_at),
        "seconds_to_secure": held.seconds_to_secure,
        "means": held.means,
        "physical": held.physical,
        "lock": held.lock,
        "online": held.online,
    }


def answer(told: Answer) -> Shape:
    """What a command led to: the ids of its events. Refused ones never come here."""
    return {"position": told.position, "events": [r.id for r in told.events], "refused": []}


def organisation(state: OrganisationState) -> Shape:
    """The organisation, or what holds until it is founded. Its password is only where it says."""
    founded = isinstance(state, Founded)
    mail = state.settings.mail
    return {
        "founded": founded,
        "name": state.name if founded else None,
        "zone": state.zone if founded else "UTC",
        "locale": state.locale if founded else "en",
        "mail": None
        if mail is None
        else {
            "host": mail.host,
            "port": mail.port,
            "from": mail.sender,
            "user": mail.user,
            "password_file": mail.password_file,
            "security": mail.security,
        },
        "policy": state.settings.policy,
        "display": list(state.settings.shown),
        "reasons": list(state.settings.visit_reasons),
    }


def logged(recorded: Recorded, name: str, fields: Shape) -> Shape:
    """An event as it stands in the log, under its stored name."""
    return {
        "position": recorded.position,
        "id": recorded.id,
        "recorded_at": time(recorded.meta.recorded_at),
        "actor": recorded.meta.actor,
        "name": name,
        "fields": fields,
    }


def view_file(group: str, position: int, head: int, generation: int, path: Path | None) -> Shape:
    """How far a group of views is, and where it lies; no file: in memory."""
    return {
        "group": group,
        "position": position,
        "head": head,
        "generation": generation,
        "file": None if path is None else str(path),
    }


def replayed(file: Path, requests: int, events: int, records: int) -> Shape:
    """What a capture brought that was news."""
    return {"file": str(file), "requests": requests, "events": events, "records": records}
