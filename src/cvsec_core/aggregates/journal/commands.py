"""What a device delivers."""

from datetime import datetime

from attrs import frozen

from cvsec_core.ids import CredentialId, DeviceId, DoorId, PersonId
from cvsec_core.values import Direction


@frozen
class Line:
    """One record as the driver read it. ``text`` is the line itself, to know it again by.

    The pseudonyms of person and card are filled in.
    """

    index: int
    code: int
    number: int
    person: str | None
    card: str | None
    direction: Direction | None
    verify: str
    at: datetime
    text: str
    holder: PersonId | None = None
    credential: CredentialId | None = None


@frozen
class RecordPassages:
    """What a device delivered of one day.

    ``at`` is when it was received. ``backfilled``: the device sent it from its memory, so it is
    history. ``cursor`` is the highest number known from the days before, None where none is.
    ``doors`` are the device's doors; they are filled in from its own stream.
    """

    device: DeviceId
    day: str
    lines: tuple[Line, ...]
    at: datetime
    backfilled: bool = False
    cursor: int | None = None
    doors: tuple[DoorId, ...] = ()


@frozen
class RecordGap:
    device: DeviceId
    day: str
    first: int
    last: int
    at: datetime


@frozen
class RecordUnrecognised:
    device: DeviceId
    day: str
    about: str
    raw: str
    length: int
    digest: str
    at: datetime


JournalCommand = RecordPassages | RecordGap | RecordUnrecognised
