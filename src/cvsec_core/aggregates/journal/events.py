"""What a journal keeps. Stored for ever: never change a field; add a new class."""

from datetime import datetime

from attrs import frozen

from cvsec_core.ids import CredentialId, DeviceId, DoorId, PersonId
from cvsec_core.values import Direction, personal


@frozen
class PassageRecorded:
    """One record of a device. ``index`` is its number there, 0 where it has none; ``epoch`` counts
    how often the numbers began again that day; ``late``: it came after records that followed it,
    so it tells history and nothing about now. ``mark`` is its line's hash. ``holder`` and
    ``credential`` are the pseudonyms of the number and the card that were shown.
    """

    device: DeviceId
    index: int
    epoch: int
    code: int
    door: DoorId | None
    direction: Direction | None
    verify: str
    late: bool
    mark: str
    received_at: datetime
    at: datetime
    person: str | None = personal()
    card: str | None = personal()
    holder: PersonId | None = None
    credential: CredentialId | None = None

    @property
    def subject(self) -> PersonId | CredentialId | None:
        """Whose personal data it carries; None where it is nobody's but the device's day's."""
        return self.holder or self.credential


@frozen
class GapFound:
    """The records from number *first* to *last* are missing."""

    device: DeviceId
    epoch: int
    first: int
    last: int
    at: datetime


@frozen
class GapFilled:
    """Everything that was missing from number *first* to *last* has come."""

    device: DeviceId
    first: int
    last: int
    at: datetime


@frozen
class UnrecognisedKept:
    """Something that could not be read. ``about`` says what it was; ``length`` and ``digest``, a
    keyed hash, are of the whole, of which ``raw`` is the beginning.
    """

    device: DeviceId
    about: str
    length: int
    digest: str
    at: datetime
    raw: str | None = personal()


JournalEvent = PassageRecorded | GapFound | GapFilled | UnrecognisedKept
