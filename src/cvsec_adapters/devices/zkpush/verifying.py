"""Decides for a device that asks whether to let somebody pass.

The device has found out who it is by what it knows itself, or by a code that it only shows us.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from attrs import frozen

from cvsec_adapters.devices.handing import driver_of
from cvsec_adapters.devices.reports import DIGEST_BYTES, Record, Sender
from cvsec_core.errors import CommandError
from cvsec_core.ids import CredentialId, PersonId, door_of
from cvsec_core.ports import ShownCode
from cvsec_core.site import Site

ReadCode = Callable[[str, datetime], ShownCode]
"""Reads the text of a dynamic code as of a moment. Raises CommandError for what is none."""

NEVER_ISSUED = CredentialId("never-issued")
"""What a card that means nobody counts as: nobody was given it, or who had it is forgotten."""
NEVER_ENROLLED = PersonId("never-enrolled")
"""Whom a number that means nobody names, where somebody's card is shown with it."""


@frozen
class Verification:
    """What a device asks: a record as of what happened, and the code that it read, if any."""

    record: Record
    code: str | None


def is_granted(
    site: Site, of: Sender, asked: Verification, at: datetime, read_code: ReadCode | None
) -> bool:
    """Whether to let them pass. The decision is recorded.

    A device that hears nothing asks again, with the same words. It is decided anew, for much may
    have changed since; only a code that was shown then is not used up by it.

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
    decision = site.decide_at_door(
        door_of(of.id, record.number),
        at,
        who=who,
        shown=shown,
        code=code,
        direction=record.direction or "in",
        actor=driver_of(of.id),
        question=_question(site, of, asked),
    )
    return decision.granted


def _question(site: Site, of: Sender, asked: Verification) -> str:
    """What the question is known again by. A hash without a key could be tried by whoever guesses
    number and card.
    """
    words = f"{of.id} {asked.record.text} {asked.record.verify} {asked.code}"
    key = site.pseudonyms.secret("lines")
    return blake2b(words.encode(), key=key, digest_size=DIGEST_BYTES).hexdigest()


def _read(text: str | None, at: datetime, read_code: ReadCode | None) -> ShownCode | None:
    if text is None or read_code is None:
        return None
    try:
        return read_code(text, at)
    except CommandError:
        return None


def _known(site: Site, record: Record) -> tuple[PersonId | None, CredentialId | None]:
    """The ids of the person and the card that the device names. Nothing is made of what means
    nobody, so that strangers leave nothing behind.
    """
    person, card = ("number", record.person or ""), ("card", record.card or "")
    ids = site.pseudonyms.known([name for name in (person, card) if name[1]])
    shown = CredentialId(ids.get(card, NEVER_ISSUED)) if record.card else None
    if person in ids:
        return PersonId(ids[person]), shown
    return (NEVER_ENROLLED if record.person and card in ids else None), shown
