"""Decides for a device that asks whether to let somebody pass.

The device has found out who it is by what it knows itself, or by a code that it only shows us.
"""

from collections.abc import Callable
from datetime import datetime

from attrs import frozen

from cvsec_adapters.devices.handing import driver_of
from cvsec_adapters.devices.reports import Record, Sender, digest_of
from cvsec_core.errors import CommandError
from cvsec_core.ids import CredentialId, PersonId, door_of
from cvsec_core.ports import ShownCode
from cvsec_core.site import Site

ReadCode = Callable[[str, datetime], ShownCode]
"""Reads the text of a dynamic code as of a moment. Raises CommandError for what is none."""

NEVER_ISSUED = CredentialId("never-issued")
"""What the card of somebody who is forgotten counts as."""
AGAIN_S = 30
"""A device that hears nothing asks again, with the same words; for so long it is answered as the
first time."""


@frozen
class Verification:
    """What a device asks: a record as of what happened, and the code that it read, if any."""

    record: Record
    code: str | None


def is_granted(
    site: Site, of: Sender, asked: Verification, at: datetime, read_code: ReadCode | None
) -> bool:
    """Whether to let them pass. The decision is recorded.

    Args:
        site: where it is decided.
        of: the device.
        asked: who shows what at which of its doors.
        at: the time now, UTC.
        read_code: what reads dynamic codes; None: they count as unknown.

    Raises:
        DoorUnknownError: the device has no such door.
    """
    record = asked.record
    code = _read(asked.code, at, read_code)
    who, shown = (None, None) if asked.code else _known(site, record)
    moment = int(at.timestamp()) // AGAIN_S
    told = digest_of(f"{of.id} {moment} {record.text} {record.verify} {asked.code}".encode())
    decision = site.decide_at_door(
        door_of(of.id, record.number),
        at,
        who=who,
        shown=shown,
        code=code,
        direction=record.direction or "in",
        actor=driver_of(of.id),
        command_id=f"verify {told}",
    )
    return decision.granted


def _read(text: str | None, at: datetime, read_code: ReadCode | None) -> ShownCode | None:
    if text is None or read_code is None:
        return None
    try:
        return read_code(text, at)
    except CommandError:
        return None


def _known(site: Site, record: Record) -> tuple[PersonId | None, CredentialId | None]:
    """The ids of the person and the card that the device names."""
    person, card = ("number", record.person or ""), ("card", record.card or "")
    ids = site.pseudonyms.named([name for name in (person, card) if name[1]])
    shown = CredentialId(ids.get(card, NEVER_ISSUED)) if record.card else None
    return (PersonId(ids[person]) if person in ids else None), shown
