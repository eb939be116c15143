"""`cvsec visits`: what a receptionist does with it."""

from datetime import timedelta

import pytest
from PIL import Image

from cvsec_adapters.desk.people import block
from cvsec_adapters.wiring import now, open_site
from tests.adapters.visiting import ask, founded, run, stored

VISIT_KEYS = [
    "id", "visitor", "visitor_name", "host", "start", "end", "reason", "state", "checked_in_at",
    "checked_out_at", "assumed",
]  # fmt: skip


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current folder holds a founded site."""
    for name in ("CVSEC_DB", "CVSEC_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with open_site("site.db") as site:
        founded(site)
    return tmp_path


def tomorrow(clock):
    """A time of tomorrow, as people write it."""
    return f"{now() + timedelta(days=1):%Y-%m-%d} {clock}"


def wish(**told):
    fields = {
        "first-name": "Guest",
        "last-name": "One",
        "id-number": "12345678Z",
        "host": "1001",
        "start": tomorrow("10:00"),
        "end": tomorrow("11:30"),
        "reason": "delivery",
    }
    options = fields | {name.replace("_", "-"): value for name, value in told.items()}
    return [word for name, value in options.items() for word in (f"--{name}", str(value))]


def register(**told):
    return ask("visits", "register", *wish(**told))


def log():
    with open_site("site.db") as site:
        return stored(site)


def at_once():
    """Now, as people write it."""
    return f"{now():%Y-%m-%dT%H:%MZ}"


def test_a_visit_goes_from_the_desk_to_the_door_and_back(here):
    visit = register(start=at_once())
    assert list(visit) == VISIT_KEYS
    number = visit["visitor"]
    assert number.startswith("V-")
    assert visit | {"id": 0, "start": 0, "end": 0, "visitor": 0} == {
        "id": 0, "visitor": 0, "visitor_name": "Guest One", "host": "1001", "start": 0, "end": 0,
        "reason": "delivery", "state": "expected", "checked_in_at": None, "checked_out_at": None,
        "assumed": False,
    }  # fmt: skip
    entered = ask("visits", "checkin", visit["id"])
    assert (entered["state"], entered["checked_out_at"]) == ("checked-in", None)
    assert ask("visits", "checkin", visit["id"]) == entered
    left = ask("visits", "checkout", visit["id"])
    assert (left["state"], left["checked_in_at"]) == ("checked-out", entered["checked_in_at"])
    assert ask("visits", "list") == [left]
    assert ask("people", "show", number)["kind"] == "visitor"


def test_a_visit_is_cancelled_until_the_visitor_comes(here):
    visit = register()
    gone = ask("visits", "cancel", visit["id"])
    assert gone == visit | {"state": "cancelled"}
    assert run("visits", "cancel", visit["id"]).stdout.startswith("It is so already")
    come = register(start=at_once())
    ask("visits", "checkin", come["id"])
    assert run("visits", "cancel", come["id"], code=1).stderr.startswith("visit-closed: ")
    assert run("visits", "cancel", "none", code=1).stderr.startswith("visit-unknown: ")


def test_the_blocklist_knows_an_address_in_capitals(here):
    run("people", "enroll", "B1", "--first-name", "Guest", "--email", "Guest.One@example.org")
    run("people", "block", "B1", "--reason", "theft")
    told = wish(id_number="87654321X", email="guest.ONE@example.org")
    assert run("visits", "register", *told, code=1).stderr.startswith("visitor-blocked: ")
    assert ask("people", "list", "--kind", "visitor") == []


def test_times_are_those_of_the_site(here):
    visit = register(start="2031-07-01 10:00", end="2031-07-01T11:00Z")
    assert (visit["start"], visit["end"]) == ("2031-07-01T08:00:00Z", "2031-07-01T11:00:00Z")
    whole = register(start="2031-01-01", end="2031-01-01")
    assert (whole["start"], whole["end"]) == ("2030-12-31T23:00:00Z", "2031-01-01T23:00:00Z")


def test_a_host_may_be_named_by_the_beginning_of_a_name(here):
    assert register(host="teach")["host"] == "1003"
    several = run("visits", "register", *wish(host="HOST"), code=1)
    assert several.stderr.startswith("host-ambiguous: ")
    assert "1001 (Host One), 1002 (Host Two)" in several.stderr
    nobody = run("visits", "register", *wish(host="zzz"), code=1)
    assert nobody.stderr.startswith("host-unknown: ")
    assert "\nNext: " in nobody.stderr


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"id_number": "?"}, "id_number"),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"first_name": "Guest\nBcc: x"}, "first_name"),
        ({"end": "2020-01-01"}, "end"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_wrong_field_is_named(here, told, field):
    before = log()
    refused = run("visits", "register", *wish(**told), code=2)
    assert refused.stderr.startswith(f"invalid-field: {field}: expected ")
    assert log() == before


def test_every_wrong_field_is_named_at_once(here):
    refused = run("visits", "register", *wish(email="x", phone="y", id_number="-"), code=2)
    lines = refused.stderr.splitlines()
    assert [line.split(":")[1].strip() for line in lines[:3]] == ["id_number", "email", "phone"]


def test_a_time_that_is_none_is_told(here):
    refused = run("visits", "register", *wish(start="soon"), code=2)
    assert "expected a date or a date and time" in refused.stderr


def test_pictures_come_from_files(here):
    for name, colour in (("photo.jpg", "red"), ("plate.png", "blue"), ("goods.webp", "green")):
        Image.new("RGB", (30, 20), colour).save(name)
    visit = register(photo="photo.jpg", plate="plate.png", goods="goods.webp")
    with open_site("site.db") as site:
        (name,) = site.pseudonyms.known([("number", visit["visitor"])]).values()
        assert len(site.pictures.names(name)) == 3


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("lie.png", b"GIF89a", "picture-wrong-type"),
        ("photo.gif", b"GIF89a", "picture-wrong-type"),
        ("noname", b"\xff\xd8\xff", "picture-wrong-type"),
        ("large.jpg", b"\0" * (10 * 2**20 + 1), "picture-too-large"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_is_stored(here, name, content, code):
    (here / name).write_bytes(content)
    before = log()
    refused = run("visits", "register", *wish(photo=name), code=1)
    assert refused.stderr.startswith(f"{code}: ")
    assert log() == before
    assert ask("people", "list", "--kind", "visitor") == []


def test_a_file_that_is_not_there_is_told(here):
    refused = run("visits", "register", *wish(photo="nothing.png"), code=2)
    assert "'nothing.png' does not exist" in refused.stderr


def test_who_is_on_the_blocklist_is_not_registered(here):
    number = register()["visitor"]
    with open_site("site.db") as site:
        block(site, number, "Shouted", by="guard")
    refused = run("visits", "register", *wish(), "--json", code=1)
    assert '"code": "visitor-blocked"' in refused.stdout
    assert refused.stderr.startswith("visitor-blocked: ")
    assert log()[-1] == "VisitRefused"


def test_what_cannot_be_is_told(here):
    visit = register()["id"]
    for command, code in (
        (("checkout", visit), "not-checked-in"),
        (("checkin", "nothing"), "visit-unknown"),
        (("checkout", "nothing"), "visit-unknown"),
    ):
        assert run("visits", *command, code=1).stderr.startswith(f"{code}: ")


def test_the_list_is_narrowed_by_day_name_and_state(here):
    first = register()
    second = register(id_number="2", first_name="Somebody", start="2031-07-01", end="2031-07-01")
    third = register(id_number="3", first_name="Third", start=at_once())
    ask("visits", "checkin", third["id"])

    def listed(*options):
        return [visit["id"] for visit in ask("visits", "list", *options)]

    assert listed() == [third["id"], second["id"], first["id"]]
    assert listed("--day", "2031-07-01") == [second["id"]]
    assert listed("--day", "2031-07-02") == []
    assert listed("--day", "today") == [third["id"]]
    assert listed("--search", "someb") == [second["id"]]
    assert listed("--state", "expected") == [second["id"], first["id"]]
    assert listed("--state", "checked-in", "--search", "third") == [third["id"]]
    assert listed("--state", "no-show") == []


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20260301", "2026-W01-1"])
def test_a_day_that_is_none_is_told(here, day):
    assert "--day" in run("visits", "list", "--day", day, code=2).stderr


def test_pages_follow_each_other(here):
    names = [register(id_number=str(n))["id"] for n in range(5)]
    first = run("visits", "list", "--limit", "3", "--json")
    cursor = first.stderr.removeprefix("next: ").strip()
    rest = ask("visits", "list", "--limit", "3", "--after", cursor)
    assert [visit["id"] for visit in rest] == names[1::-1]


def test_the_counts_have_their_shape(here):
    for n in range(3):
        visit = register(id_number=str(n), start=f"{now():%Y-%m-%d}")["id"]
        ask("visits", "checkin", visit)
    ask("visits", "checkout", visit)
    told = ask("visits", "stats")
    assert list(told) == ["today", "not_checked_out", "checked_in", "flow", "top"]
    assert (told["not_checked_out"], len(told["flow"]), sum(told["flow"])) == (2, 24, 3)
    assert {(one["rank"], one["visits"]) for one in told["top"]} == {(1, 1)}
    assert list(told["top"][0]) == ["rank", "visitor", "visitor_name", "visits"]


@pytest.mark.parametrize("command", ["list", "stats"])
def test_people_get_text_that_fits_80_columns(here, command):
    for told in (run("visits", command).stdout, _after_some(command)):
        assert told
        assert max(map(len, told.splitlines())) <= 80


def _after_some(command):
    for n in range(3):
        guest = {"first_name": "Guest" * 5, "last_name": "Of many words"}
        visit = register(id_number=str(n), start=at_once(), **guest)["id"]
        ask("visits", "checkin", visit)
    return run("visits", command).stdout


def test_it_speaks_spanish_where_the_organisation_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_site("site.db") as site:
        founded(site, "es")
    told = run("visits", "register", *wish())
    assert told.stdout.startswith("Registrada como ")
    assert "Visitas" in run("visits", "list").stdout
    assert "Visitantes de hoy" in run("visits", "stats").stdout
    assert run("visits", "register", *wish(host="zzz"), code=1).stderr.startswith(
        "host-unknown: Nadie aquí tiene el id zzz"
    )


@pytest.mark.parametrize("command", [("list",), ("stats",), ("checkin", "x"), ("checkout", "x")])
def test_a_missing_database_is_named_and_not_made(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert run("visits", *command, code=1).stderr.startswith("database-missing: ")
    assert run("visits", "register", *wish(), code=1).stderr.startswith("database-missing: ")
    assert list(tmp_path.iterdir()) == []
