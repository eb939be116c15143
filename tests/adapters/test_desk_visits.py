"""Visits at the desk: who is registered, with which pictures, and how the day was."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from PIL import Image

from cvsec_adapters.desk import people, visits
from cvsec_adapters.desk.hosts import HostAmbiguousError, HostUnknownError, find_host
from cvsec_adapters.desk.visitors import Visitor, id_number
from cvsec_adapters.desk.visits import Upload, upload
from cvsec_adapters.storage.pictures import (
    MOST_BYTES,
    PictureTooLargeError,
    PictureUnreadableError,
    PictureWrongTypeError,
)
from cvsec_adapters.wiring import desk_of
from cvsec_core.aggregates.person import BlockPerson
from cvsec_core.aggregates.visit import VisitUnknownError
from cvsec_core.errors import InvalidFieldError, InvalidFieldsError
from cvsec_core.ids import VisitId
from cvsec_core.projections import directory, occupancy, visitor_list
from cvsec_core.projections.deadlines import OVERSTAY
from cvsec_core.values import Period
from tests.adapters.visiting import HOUR, MORNING, Watch, place, stored, walk_in, with_mail

DAY = timedelta(days=1)
MARK = b"PLACE-OF-THE-CAMERA"


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def desk(tmp_path, watch):
    with place(tmp_path, watch) as site:
        yield desk_of(site)


def register(desk, **told):
    wish = walk_in(**told)
    visits.register(desk, wish, by="reception").or_raise()
    return wish.visit


def someone(number):
    return Visitor(f"Guest {number}", "", f"ID{number}")


def picture(kind="PNG", size=(60, 40), orientation=None):
    exif = Image.Exif()
    if orientation:
        exif[274] = orientation
        exif[270] = MARK.decode()  # ImageDescription
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, exif=exif)
    return out.getvalue()


def shown(desk, name):
    return desk.site.query(visitor_list.one, name)


# Registering.
def test_who_comes_is_enrolled_once_and_visits_a_host(desk):
    first, second = register(desk), register(desk, host="teacher th")
    (row,) = desk.site.query(directory.people, kind="visitor")
    assert (row.first_name, row.last_name) == ("Guest", "One")
    assert [shown(desk, name).host.number for name in (first, second)] == ["1001", "1003"]
    assert {shown(desk, name).visitor.number for name in (first, second)} == {row.number}


def test_a_host_is_found_by_id_or_by_how_a_name_begins(desk):
    people.enroll(desk.site, "1004", people.Details("Host", "One-Two"), by="dean")
    found = {
        asked: find_host(desk.site, asked).number
        for asked in ("1002", "host two", "TWO", "Teacher", "thr", "Host One", "one-")
    }
    assert found == {
        "1002": "1002", "host two": "1002", "TWO": "1002", "Teacher": "1003", "thr": "1003",
        "Host One": "1001", "one-": "1004",
    }  # fmt: skip


def test_of_several_hosts_each_is_named(desk):
    with pytest.raises(HostAmbiguousError) as several:
        find_host(desk.site, "host")
    assert several.value.candidates == ("1001 (Host One)", "1002 (Host Two)")
    assert "1001 (Host One), 1002 (Host Two)" in several.value.message()
    for number in range(2000, 2010):
        people.enroll(desk.site, str(number), people.Details("Host", "Many"), by="dean")
    with pytest.raises(HostAmbiguousError) as many:
        find_host(desk.site, "host")
    assert len(many.value.candidates) == 9
    assert many.value.candidates[-1] == "…"


@pytest.mark.parametrize("asked", ["nobody", "", " ", "ost", "%", "_", "x" * 5000, "\x1b[2J"])
def test_who_is_not_here_hosts_nobody(desk, asked):
    head = desk.site.log.head()
    with pytest.raises(HostUnknownError):
        register(desk, host=asked)
    assert desk.site.log.head() == head


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"visitor": Visitor("Guest\n\x1b", "", "1")}, "first_name"),
        ({"visitor": Visitor("Guest", "", None)}, "id_number"),
        ({"visitor": Visitor("Guest", "", "---")}, "id_number"),
        ({"visitor": Visitor("Guest", "", "1" * 41)}, "id_number"),
        ({"visitor": Visitor("Guest", "", "1", "guest@")}, "email"),
        ({"reason": ""}, "reason"),
        ({"party": 0}, "party"),
        ({"end": MORNING}, "end"),
        ({"start": datetime(2026, 11, 24, 10)}, "start"),  # noqa: DTZ001  # the zone is missing
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(desk, wrong, field):
    head = desk.site.log.head()
    with pytest.raises(InvalidFieldError) as refused:
        register(desk, **wrong)
    assert refused.value.field == field
    assert desk.site.log.head() == head


def test_several_wrong_fields_are_named_at_once(desk):
    with pytest.raises(InvalidFieldsError) as refused:
        register(desk, visitor=Visitor("", "", "?", "x"), reason="\n")
    named = [error.field for error in refused.value.errors]
    assert named == ["first_name", "id_number", "email", "reason"]


def test_a_document_is_the_same_however_it_is_written():
    assert {id_number(text) for text in ("12.345.678-z", " 12345678Z", "１２３４５６７８Ｚ")} == {  # noqa: RUF001  # as some keyboards write
        "12345678Z"
    }


# Pictures.
def test_pictures_are_kept_upright_without_what_the_camera_wrote(desk):
    files = {
        "photo": Upload(picture("JPEG", (60, 40), orientation=6), "image/jpeg"),
        "plate": Upload(picture("PNG"), "image/png"),
        "goods": Upload(picture("WEBP"), "image/webp"),
    }
    row = shown(desk, register(desk, pictures=files)).row
    kept = {}
    for told in row.pictures:
        of, _, name = told.partition(":")
        kept[of] = desk.pictures.get(row.visitor, name)
    assert list(kept) == ["photo", "plate", "goods"]
    with Image.open(io.BytesIO(kept["photo"])) as photo:
        assert photo.size == (40, 60)
    assert not any(MARK in data for data in kept.values())


def test_no_file_of_the_site_shows_a_picture(desk, tmp_path):
    row = shown(desk, register(desk, pictures={"photo": Upload(picture(), "image/png")})).row
    kept = desk.pictures.get(row.visitor, row.pictures[0].partition(":")[2])
    for file in tmp_path.rglob("*"):
        content = file.read_bytes()
        assert kept not in content
        assert kept[20:60] not in content


def bomb():
    """A picture of very few bytes and very many pixels."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (Upload(picture("PNG"), "image/jpeg"), PictureWrongTypeError),
        (Upload(b"<svg onload=alert(1)>", "image/png"), PictureWrongTypeError),
        (Upload(b"%PDF-1.7", "image/jpeg"), PictureWrongTypeError),
        (Upload(b"", "image/png"), PictureWrongTypeError),
        (Upload(picture("PNG")[:60], "image/png"), PictureUnreadableError),
        (Upload(b"\0" * (MOST_BYTES + 1), "image/png"), PictureTooLargeError),
        (Upload(bomb(), "image/png"), PictureTooLargeError),
    ],
    ids=["another-type", "svg", "pdf", "empty", "cut", "too-large", "bomb"],
)
def test_what_is_no_picture_is_refused_and_nothing_is_stored(desk, file, error):
    head = desk.site.log.head()
    with pytest.raises(error):
        register(desk, pictures={"photo": Upload(picture(), "image/png"), "goods": file})
    assert desk.site.log.head() == head
    assert desk.site.pseudonyms.known([("id-number", "12345678Z")]) == {}


def test_of_who_is_refused_no_new_picture_is_kept(desk):
    first = register(desk, pictures={"photo": Upload(picture(), "image/png")})
    row = shown(desk, first).row
    desk.site.handle(BlockPerson(row.visitor, "Shouted", "guard", MORNING))
    other = {
        "photo": Upload(picture(), "image/png"),
        "goods": Upload(picture(size=(9, 9)), "image/png"),
    }
    refused = visits.register(desk, walk_in(pictures=other), by="reception")
    assert [r.code for no in refused.refusals for r in no.reasons] == ["visitor-blocked"]
    assert stored(desk.site)[-1] == "VisitRefused"
    assert [f"photo:{name}" for name in desk.pictures.names(row.visitor)] == [*row.pictures]


def test_with_a_wrong_time_no_picture_is_kept(desk):
    with pytest.raises(InvalidFieldError):
        register(desk, end=MORNING, pictures={"photo": Upload(picture(), "image/png")})
    name = desk.site.pseudonyms.known([("id-number", "12345678Z")])
    assert [desk.pictures.names(subject) for subject in name.values()] == [()]


def test_a_file_is_what_its_name_says(tmp_path):
    for name, claimed in (("a.JPG", "image/jpeg"), ("a.webp", "image/webp"), ("a.exe", ".exe")):
        (tmp_path / name).write_bytes(b"content")
        assert upload(tmp_path / name) == Upload(b"content", claimed)


# In and out.
def test_who_is_let_in_is_on_site_until_they_are_seen_out(desk):
    name = register(desk)
    visits.check_in(desk.site, name, by="reception").or_raise()
    assert [one.row.provenance for one in desk.site.query(occupancy.muster, desk.site.clock())] == [
        "observed"
    ]
    visits.check_out(desk.site, name, by="reception").or_raise()
    assert desk.site.query(occupancy.muster, desk.site.clock()) == []
    assert shown(desk, name).row.assumed is False


def test_nobody_is_seen_out_who_was_not_let_in(desk):
    answer = visits.check_out(desk.site, register(desk), by="reception")
    assert [r.code for no in answer.refusals for r in no.reasons] == ["not-checked-in"]
    with pytest.raises(VisitUnknownError):
        visits.check_in(desk.site, VisitId("nothing"), by="reception")


def test_who_did_not_come_is_a_no_show_whether_anybody_looked_or_not(desk, watch):
    name, later = register(desk), register(desk, end=MORNING + 3 * HOUR)
    watch.now = MORNING + 2 * HOUR

    def listed(state):
        page = desk.site.query(visitor_list.page, state=state, now=watch.now)
        return [visit.row.id for visit in page]

    assert (listed("no-show"), listed("expected")) == ([name], [later])
    assert shown(desk, name).state(watch.now) == "no-show"
    desk.site.tick(watch.now)
    assert shown(desk, name).row.state == "no-show"
    assert (listed("no-show"), listed("expected")) == ([name], [later])
    visits.check_in(desk.site, name, by="reception").or_raise()
    assert shown(desk, name).state(watch.now) == "checked-in"


def test_who_was_seen_by_nobody_is_assumed_to_have_left(desk, watch):
    name = register(desk)
    visits.check_in(desk.site, name, by="reception").or_raise()
    watch.now = MORNING + 2 * HOUR + OVERSTAY
    desk.site.tick(watch.now)
    row = shown(desk, name).row
    assert (row.state, row.assumed) == ("checked-out", True)


def test_a_host_with_an_address_is_told_where_there_is_a_mail_server(desk):
    def told(**wish):
        name = register(desk, **wish)
        visits.check_in(desk.site, name, by="reception").or_raise()
        return stored(desk.site)[-1] == "MailQueued"

    assert told() is False
    with_mail(desk.site)
    assert (told(), told(host="1002"), told(host="1003")) == (True, False, True)
    people.switch_notifications(desk.site, "1003", on=False, by="dean")
    assert told(host="1003") is False


def test_pages_of_no_shows_follow_each_other(desk, watch):
    names = [register(desk, end=MORNING + HOUR + timedelta(minutes=n + 1)) for n in range(6)]
    desk.site.tick(MORNING + HOUR + timedelta(minutes=3))
    watch.now = MORNING + 3 * HOUR
    seen, after = [], None
    for _ in range(3):
        page = desk.site.query(
            visitor_list.page, state="no-show", now=watch.now, after=after, limit=2
        )
        seen += [visit.row.id for visit in page]
        after = (page[-1].row.position,)
    assert seen == names[::-1]


# How it was.
def came(desk, watch, at, number, party=1):
    watch.now = at
    name = register(
        desk, visitor=someone(number), start=at, end=at + timedelta(minutes=30), party=party
    )
    visits.check_in(desk.site, name, by="reception").or_raise()
    visits.check_out(desk.site, name, by="reception").or_raise()
    return name


def test_the_flow_of_the_day_is_by_the_clock_of_the_site(desk, watch):
    midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    came(desk, watch, midnight - timedelta(seconds=1), 1)
    came(desk, watch, midnight, 2)
    came(desk, watch, MORNING, 3, party=4)
    came(desk, watch, MORNING + timedelta(minutes=59), 3)
    told = visits.statistics(desk.site)
    assert {hour: n for hour, n in enumerate(told.flow) if n} == {0: 1, 9: 5}
    assert (told.overview.today, told.overview.checked_in) == (3, 3)
    assert told.overview.not_checked_out == 0


def test_the_top_five_of_the_month_share_ranks(desk, watch):
    for number, times in {1: 3, 2: 2, 3: 2, 4: 1, 5: 1, 6: 1}.items():
        for n in range(times):
            came(desk, watch, MORNING + timedelta(minutes=40 * n + number), number)
    top = visits.statistics(desk.site).top
    assert [(one.rank, one.visits) for one in top] == [
        (1, 3), (2, 2), (2, 2), (4, 1), (4, 1), (4, 1),
    ]  # fmt: skip
    assert top[0].name.first_name == "Guest 1"


def test_a_month_begins_and_ends_by_the_clock_of_the_site(desk, watch):
    begin = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
    end = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    came(desk, watch, begin - timedelta(seconds=1), 1)
    came(desk, watch, begin, 2)
    came(desk, watch, end - timedelta(seconds=1), 2)
    assert visits.month_of(desk.site) == Period(begin, end)
    (top,) = visits.statistics(desk.site).top
    assert (top.name.first_name, top.visits) == ("Guest 2", 2)
    watch.now = end
    assert visits.statistics(desk.site).top == ()


def test_a_month_is_whole_where_the_clock_is_set(desk, watch):
    for moment, first, last in (
        ("2026-03-29T00:30", "2026-02-28T23:00", "2026-03-31T22:00"),
        ("2026-10-25T01:30", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("2026-12-31T22:59", "2026-11-30T23:00", "2026-12-31T23:00"),
    ):
        watch.now = datetime.fromisoformat(f"{moment}+00:00")
        period = visits.month_of(desk.site)
        assert (period.start, period.end) == tuple(
            datetime.fromisoformat(f"{edge}+00:00") for edge in (first, last)
        )


def test_a_visit_asked_for_twice_is_registered_once(desk):
    wish = walk_in()
    visits.register(desk, wish, by="reception").or_raise()
    with pytest.raises(Exception, match="registered already"):
        visits.register(desk, evolve(wish, reason="again"), by="reception")
