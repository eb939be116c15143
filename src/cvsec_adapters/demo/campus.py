"""Who and what there is on the campus: places and roles, and nobody in particular."""

from typing import NamedTuple

from cvsec_core.aggregates.device import ALL_CAPABILITIES
from cvsec_core.ids import DeviceId, DoorId, GroupId, door_of
from cvsec_core.values import Capability

NAME = "Demo campus"
OPENS, CLOSES = 8, 18
"""The hours between which the day is played."""


class Place(NamedTuple):
    """A controller, where it stands, and what its doors are called."""

    serial: DeviceId
    name: str
    area: str
    doors: tuple[str, ...]
    capabilities: tuple[Capability, ...] = ALL_CAPABILITIES


GATES = Place(
    DeviceId("GATES"),
    "Gate house",
    "Grounds",
    ("north gate", "south gate", "car park", "delivery gate"),
)
LIBRARY = Place(
    DeviceId("LIBRARY"),
    "Library controller",
    "Library",
    ("library entrance", "reading room", "archive", "library terrace"),
)
LABS = Place(
    DeviceId("LABS"),
    "Laboratory controller",
    "Laboratories",
    ("laboratory entrance", "chemistry", "computing", "server room"),
    # An old controller: its clock can only be set on the spot.
    tuple(can for can in ALL_CAPABILITIES if can != "set-clock"),
)
PLACES = (GATES, LIBRARY, LABS)

DEAF = 4
"""The door of the laboratories (the server room) whose bolt is stuck: it cannot be locked down."""
TRAP = 2
"""The door of the library (the reading room) whose exit button dies when it is locked down."""

WEST, SCIENCE = GroupId("west-wing"), GroupId("science")
LOBBY = door_of(LABS.serial, 1)
"""The laboratory entrance belongs to both groups."""
GROUPS: dict[GroupId, tuple[DoorId, ...]] = {
    WEST: (*(door_of(LIBRARY.serial, n) for n in (1, 2, 3, 4)), LOBBY),
    SCIENCE: tuple(door_of(LABS.serial, n) for n in (1, 2, 3, 4)),
}


class Person(NamedTuple):
    """Somebody with a card. ``number`` is what the controllers know them by."""

    role: str
    number: str
    card: str


def _people(role: str, count: int, first: int) -> tuple[Person, ...]:
    return tuple(
        Person(f"{role} {n}", str(first + n), str(70_000 + first + n)) for n in range(1, count + 1)
    )


STUDENTS = _people("student", 40, 1000)
TEACHERS = _people("teacher", 12, 2000)
STAFF = _people("caretaker", 8, 3000)
PEOPLE = (*STUDENTS, *TEACHERS, *STAFF)
GUARDED = tuple(STUDENTS[n] for n in (2, 16, 29))
"""The students who are under age. The guardian of 1017 has the number 5017."""
GUARDIAN = 4000
"""So much higher is a guardian's number than the student's."""


class Guest(NamedTuple):
    """Somebody who comes to visit."""

    first_name: str
    last_name: str
    email: str | None = None
    id_number: str | None = None


INVITED = Guest("Guest", "One", "guest-one@example.org")
DELEGATION = Guest("Guest", "Two", "guest-two@example.org")
HINDERED = Guest("Guest", "Three", "guest-three@example.org")
COURIER = Guest("Courier", "One", None, "C-0001")
UNWANTED = Guest("Visitor", "Four", None, "V-0004")
OLD_CARD = "66666"
"""A card that somebody forgot to hand in; no controller knows it any more."""

ALLOWED = {
    GATES.serial: PEOPLE,
    LIBRARY.serial: PEOPLE,
    LABS.serial: (*STUDENTS[:10], *TEACHERS, *STAFF),
}
"""Who is let in where: of the students only ten have lessons in the laboratories."""
