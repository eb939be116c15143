"""People as features call them: by their role, as in "the host", or as "the visitor Guest One"."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from attrs import evolve as changed
from PIL import Image

from cvsec_adapters.desk import visits
from cvsec_adapters.desk.visitors import Visitor
from cvsec_core.aggregates import person
from cvsec_core.ids import CredentialId, PersonId
from cvsec_core.projections import directory, visitor_list
from cvsec_core.values import Direction
from tests.features.site import World

NOBODY = "nobody"


def name_of(words: str) -> str:
    """The name in "the host" or "the visitor Guest One": Host, Guest One."""
    return words.removeprefix("the ").removeprefix("visitor ").title()


def names_of(words: str) -> list[str]:
    """The names in "the host and the visitor Guest One"."""
    return [] if words == NOBODY else [name_of(word) for word in words.split(" and ")]


def id_of(site: World, words: str) -> PersonId:
    """The id of who is called so."""
    return site.site.person(site.people[name_of(words)])


def row_of(site: World, words: str) -> directory.PersonRow:
    """What the register knows of who is called so."""
    row = site.site.query(directory.one, id_of(site, words))
    assert row is not None
    return row


def told_of(row: directory.PersonRow | None) -> str:
    """What people call the person of that row."""
    return f"{row.first_name} {row.last_name}".strip() if row else "Somebody Unknown"


def particulars_of(words: str, number: str) -> person.Particulars:
    """First and last name as they are called."""
    first, _, last = name_of(words).partition(" ")
    return person.Particulars(first, last, number)


def enroll(site: World, words: str, number: str, kind: str = "personnel", **more: Any) -> None:
    """Somebody is enrolled under *number*."""
    newcomer = site.site.newcomer(("number", number))
    minor = more.pop("minor", False)
    about = changed(particulars_of(words, number), **more)
    site.do(person.EnrollPerson(newcomer, kind, about, "administrator", site.now, minor))
    if not site.told:
        site.people[name_of(words)] = number


def known(site: World, words: str, **more: Any) -> None:
    """Whoever is called so is enrolled, if nobody has enrolled them yet."""
    if name_of(words) not in site.people:
        enroll(site, words, f"3{len(site.people):03}", **more)


def link(site: World, ward: str, guardian: str, consent: str = "Letter 7") -> None:
    """Somebody is the guardian of somebody, who consents to what *consent* says."""
    names = id_of(site, ward), id_of(site, guardian)
    site.do(person.LinkGuardian(*names, consent, "administrator", site.now))


def correct(site: World, words: str, **more: Any) -> None:
    """Some particulars of somebody are other ones from now on."""
    row = row_of(site, words)
    names = ("first_name", "last_name", "number", "email", "phone", "department")
    had = person.Particulars(**{name: getattr(row, name) for name in names})
    site.do(person.CorrectPerson(row.id, changed(had, **more), "administrator", site.now))


def register_visitor(site: World, words: str, host: str, **more: Any) -> None:
    """The receptionist takes down who came, and to whom: a number, or how a name begins."""
    first, _, last = name_of(words).partition(" ")
    who = Visitor(first, last, f"ID{first}{last}", email=more.pop("email", None))
    wish = visits.WalkIn(who, host, site.now, site.now + timedelta(hours=2), "meeting")
    answer = site.at_desk(visits.register, site.desk, changed(wish, **more), by="receptionist")
    if answer is not None and not answer.refusals:
        visitor = site.site.query(visitor_list.page)[0].visitor
        assert visitor is not None
        site.people[name_of(words)] = visitor.number or ""


def photographs(words: str) -> tuple[visits.PictureOf, ...]:
    """What photographs show, in "the face, the plate and the goods"."""
    shown: dict[str, visits.PictureOf] = {"face": "photo", "plate": "plate", "goods": "goods"}
    return tuple(of for word, of in shown.items() if word in words)


def picture() -> bytes:
    """A small photograph."""
    out = BytesIO()
    Image.new("RGB", (8, 6), "green").save(out, "PNG")
    return out.getvalue()


def address_of(words: str) -> str:
    """The address of who is called so."""
    return f"{name_of(words).lower().replace(' ', '.')}@example.org"


def visit_of(site: World, words: str) -> visitor_list.VisitRow:
    """The newest visit of who is called so."""
    return site.site.query(visitor_list.page, search=name_of(words))[0].row


def comes_to(
    site: World,
    place: str,
    who: PersonId | None = None,
    *,
    shown: CredentialId | None = None,
    direction: Direction = "in",
) -> None:
    """Somebody is at the door, and its device asks whether to open."""
    site.shown = site.site.decide_at_door(
        site.door(place), site.now, who=who, shown=shown, direction=direction
    )
    site.told = site.shown.reasons
