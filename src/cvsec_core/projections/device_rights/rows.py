"""What is kept of what devices shall be told, and of what they were."""

from datetime import datetime

from attrs import frozen

from cvsec_core.ids import DeviceId, DoorId, LevelId, PersonId


@frozen
class PlaceRow:
    """Where a door is driven."""

    id: DoorId
    device: DeviceId
    number: int


@frozen
class SiteRow:
    """``levels`` counts those that there ever were; ``shown`` is what devices may know by name."""

    id: str
    devices: tuple[str, ...] = ()
    levels: int = 0
    shown: tuple[str, ...] = ()


@frozen
class LevelHoursRow:
    """``number`` is the first under which its hours are kept at devices; an interval reads as
    ``mon,tue 480-1080``. ``touched`` is where something about a holder changed last, and ``taken``
    where something was taken from one.
    """

    id: LevelId
    number: int
    doors: tuple[str, ...]
    hours: tuple[str, ...]
    holidays: tuple[str, ...]
    touched: int = 0
    taken: int = 0


@frozen
class HolderRow:
    """``position`` is where something about them changed last that matters at a door; ``held``:
    they hold the level still.
    """

    id: str
    level: LevelId
    person: PersonId
    position: int
    held: bool


@frozen
class RemovalRow:
    """From whom something was taken that matters at a door: the level, a card, or all that a
    block takes; ``position`` is where that happened last, and the id that of the holder.
    """

    id: str
    level: LevelId
    position: int


@frozen
class HeldRow:
    """The levels that a person holds."""

    id: PersonId
    levels: tuple[str, ...]


@frozen
class FollowRow:
    """How far a device was told about the holders of a level, and which of its doors that opens;
    none: it was taken out of the level, and those who held it are still to be told. ``since`` is
    where it began from the start; who changed ``before`` that may have been told of other doors.
    Of what was taken from holders it was told up to ``removed``, also when it begins anew.
    """

    id: str
    device: DeviceId
    level: LevelId
    doors: tuple[str, ...]
    since: int
    before: int = 0
    cursor: int = 0
    removed: int = 0


@frozen
class DeviceRightsRow:
    """The levels that a device follows, how far it was told of their hours, and what was handed out
    without an outcome so far: of ``about`` (a level, or nothing for hours), up to ``upto``; only
    what was taken, where it ``removes``.
    """

    id: DeviceId
    levels: tuple[str, ...] = ()
    hours_changed: int = 0
    hours_told: int = 0
    request: int = 0
    handed: int = 0
    handed_at: datetime | None = None
    about: str = ""
    upto: int = 0
    removes: bool = False
    refused_at: datetime | None = None
    removal_refused_at: datetime | None = None
