"""Visits at the desk: register somebody who came, let them in, see them out, and how it was."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.drawing import drawn
from cvsec_adapters.desk.forms import Form
from cvsec_adapters.desk.hosts import find_host
from cvsec_adapters.desk.people import region as region_at
from cvsec_adapters.desk.visitors import Visitor, checked, with_visitor
from cvsec_adapters.storage.pictures import MOST_BYTES, Picture, accepted
from cvsec_core.aggregates.visit import CancelVisit, CheckIn, CheckOut, RegisterVisit
from cvsec_core.handling import Answer
from cvsec_core.ids import PersonId, VisitId
from cvsec_core.projections import visitor_list
from cvsec_core.site import Site
from cvsec_core.values import Period, require_text

PictureOf = Literal["photo", "plate", "goods"]
"""What a picture shows: the visitor, the plate of their car, what they bring."""
_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def _new_visit() -> VisitId:
    return VisitId(drawn())


@frozen
class Upload:
    """A picture as it came, and the content type that it came with, such as ``image/png``."""

    data: bytes
    claimed: str


def upload(file: Path) -> Upload:
    """The picture in a *file*, as far as is looked at, and what its name says that it is.

    Raises:
        OSError: the file cannot be read.
    """
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    return Upload(content, _TYPES.get(file.suffix.lower(), file.suffix or "?"))


@frozen
class WalkIn:
    """A visit that somebody at the desk asks for.

    Args:
        visitor: who comes; their ``id_number`` is asked for.
        host: whom they come to see: an id, or how a name begins.
        start: when, with its zone, as is ``end``.
        visit: the id that the visit gets.
    """

    visitor: Visitor
    host: str
    start: datetime
    end: datetime
    reason: str
    pictures: Mapping[PictureOf, Upload] = field(factory=dict[PictureOf, Upload])
    party: int = 1
    visit: VisitId = field(factory=_new_visit)


def register(desk: Desk, wish: WalkIn, *, by: str, region: str | None = None) -> Answer:
    """Register a visit, and its visitor where they were never here.

    Args:
        desk: where.
        wish: the visit.
        by: who registers it.
        region: where a phone number without a country is dialled; None: where the site is.

    Raises:
        InvalidFieldError: a field is no good.
        InvalidFieldsError: several are not.
        HostUnknownError: nobody here is called so.
        HostAmbiguousError: several are.
        PictureTooLargeError: a picture has too many bytes or pixels.
        PictureWrongTypeError: a file is no picture, or another than it says.
        PictureUnreadableError: a picture is damaged.
    """
    form = Form()
    who = checked(form, wish.visitor, region or region_at(desk.site))
    if wish.visitor.id_number is None:
        form.check(require_text, "id_number", "")
    form.check(require_text, "reason", wish.reason)
    form.close()
    host = find_host(desk.site, wish.host)
    pictures: dict[PictureOf, Picture] = {
        of: accepted(up.data, up.claimed) for of, up in wish.pictures.items()
    }
    at = desk.site.clock()
    with _kept(desk, pictures) as keep:

        def visit_of(visitor: PersonId) -> RegisterVisit:
            return RegisterVisit(
                wish.visit,
                visitor,
                host.id,
                wish.start,
                wish.end,
                wish.reason,
                by,
                at,
                wish.party,
                pictures=keep.of(visitor),
            )

        answer = with_visitor(desk.site, who, by, at, visit_of)
        keep.wanted = not answer.refusals
    return answer


def check_in(site: Site, visit: VisitId, *, by: str) -> Answer:
    """Let somebody in who is expected.

    Raises:
        VisitUnknownError: there is no such visit.
    """
    return site.handle(CheckIn(visit, by, site.clock()), actor=by)


def check_out(site: Site, visit: VisitId, *, by: str) -> Answer:
    """See somebody out.

    Raises:
        VisitUnknownError: there is no such visit.
    """
    return site.handle(CheckOut(visit, by, site.clock()), actor=by)


def cancel(site: Site, visit: VisitId, *, by: str) -> Answer:
    """Take back a visit that was expected.

    Raises:
        VisitUnknownError: there is no such visit.
        VisitClosedError: the visitor has come, or never came.
    """
    return site.handle(CancelVisit(visit, by, site.clock()), actor=by)


@frozen
class Statistics:
    """How the day is and the month was: ``flow`` has a number for each hour of today."""

    overview: visitor_list.Overview
    flow: tuple[int, ...]
    top: tuple[visitor_list.Regular, ...]


def statistics(site: Site) -> Statistics:
    """The counts of today, and who came most often this month, by the clock of the site."""
    today = site.today()
    return Statistics(
        site.query(visitor_list.overview, today),
        site.query(visitor_list.flow, today, site.zone()),
        tuple(site.query(visitor_list.top_of, month_of(site))),
    )


def month_of(site: Site) -> Period:
    """The calendar month that it is now in the site's zone, UTC."""
    zone = site.zone()
    now = site.clock().astimezone(zone)
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    following = (first + timedelta(days=31)).replace(day=1)
    utc = site.clock().tzinfo
    return Period(first.astimezone(utc), following.astimezone(utc))


class _Kept:
    """The pictures of one visitor, which are dropped again where no visit came of them."""

    def __init__(self, desk: Desk, pictures: Mapping[PictureOf, Picture]) -> None:
        self._desk, self._pictures = desk, pictures
        self._put: list[tuple[PersonId, str]] = []
        self.wanted = False

    def of(self, visitor: PersonId) -> tuple[str, ...]:
        """What stands in the event of each: what it shows, and its name in the store."""
        store = self._desk.pictures
        before = frozenset(store.names(visitor))
        names = {of: store.put(visitor, picture.data) for of, picture in self._pictures.items()}
        self._put += [(visitor, name) for name in {*names.values()} - before]
        return tuple(f"{of}:{name}" for of, name in names.items())

    def drop(self) -> None:
        for visitor, name in self._put:
            self._desk.pictures.drop(visitor, name)


@contextmanager
def _kept(desk: Desk, pictures: Mapping[PictureOf, Picture]) -> Generator[_Kept]:
    keep = _Kept(desk, pictures)
    try:
        yield keep
    finally:
        if not keep.wanted:
            keep.drop()
