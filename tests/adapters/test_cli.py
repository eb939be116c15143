"""The command line, as people and programs meet it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cvsec_adapters.transport.cli import cli, session
from cvsec_adapters.wiring import open_site
from cvsec_core.aggregates import device, journal, organisation
from cvsec_core.ids import DeviceId

CTL = DeviceId("CTL")
START = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
"""A Monday, eight o'clock in Madrid."""

PROGRAM = [sys.executable, "-c", "from cvsec_adapters.transport.cli import main; main()"]

RECORD_KEYS = {
    "id", "occurred_at", "received_at", "device", "door", "code", "event", "level", "decision",
    "person", "card", "direction", "verify_mode", "index",
}  # fmt: skip
ALARM_KEYS = {
    "id", "raised_at", "level", "code", "event", "device", "door", "area", "state", "active",
    "remark", "acknowledged_by",
}  # fmt: skip
DOOR_KEYS = {
    "id", "device", "number", "mode", "confirmed", "physical", "lock", "alarm", "held_by", "online",
}  # fmt: skip
DEVICE_KEYS = {"serial", "name", "area", "online", "firmware", "clock_offset_s", "doors"}


def line(index, code, at, **told):
    fields = {"number": 1, "person": None, "card": None, "direction": "in", "verify": "4"} | told
    return journal.Line(index=index, code=code, at=at, text=f"{index} {code}", **fields)


@pytest.fixture(scope="module")
def campus(tmp_path_factory):
    """A founded site in Madrid with two devices, of which one is online, and its morning."""
    path = tmp_path_factory.mktemp("campus") / "site.db"
    with open_site(path, clock=lambda: START) as site:
        site.handle(organisation.FoundOrganisation("Campus", "Europe/Madrid", "en", "dean", START))
        for serial, name, area, doors in (
            ("CTL", "North gate", "Gate", 3),
            ("LIB", "Library", "Library", 1),
        ):
            site.handle(
                device.RegisterDevice(
                    DeviceId(serial), name, area, "Europe/Madrid", doors, "dean", START
                )
            )
        site.handle(device.ReportDeviceOnline(CTL, START))
        codes = [0, 27, 0, 22, 0, 0, 27, 0, 27]
        lines = tuple(
            line(n, code, START + timedelta(minutes=n), person=str(n), card="0" if n % 2 else "77")
            for n, code in enumerate(codes, 1)
        )
        site.handle(journal.RecordPassages(CTL, "2026-03-09", lines, START + timedelta(minutes=10)))
        site.handle(
            journal.RecordPassages(
                CTL,
                "2026-03-10",
                (
                    line(10, 102, START + timedelta(days=1), verify="0000000000000010"),
                    line(11, 999, START + timedelta(days=1, seconds=5), verify="", number=2),
                ),
                START + timedelta(days=1),
            )
        )
        site.drain()
    return path


@pytest.fixture
def here(campus, tmp_path, monkeypatch):
    """The current folder holds a copy of the campus as `site.db`."""
    for file in campus.parent.iterdir():
        shutil.copy(file, tmp_path)
    for name in ("CVSEC_DB", "CVSEC_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """The current folder holds nothing."""
    for name in ("CVSEC_DB", "CVSEC_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments, prog_name="cvsec")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result


def ask(*arguments: str):
    """What a reading command prints as JSON, and nothing else."""
    return json.loads(run(*arguments, "--json").stdout)


def program(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    """A run of the program itself."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **options,
    )


READING = [
    ("org", "show"),
    ("dashboard",),
    ("devices", "list"),
    ("doors", "list"),
    ("lockdown", "status"),
    ("alarms", "list"),
    ("records", "list"),
    ("log", "tail"),
    ("log", "show", "device-CTL"),
    ("views", "status"),
    ("alarms", "show", "journal-CTL-2026-03-09.2"),
]
ACTING = [
    ("doors", "unlock", "CTL-1"),
    ("doors", "cancel-alarm", "CTL-1"),
    ("lockdown", "define", "all", "--door", "CTL-1"),
    ("lockdown", "activate", "all"),
    ("lockdown", "cancel", "all"),
    ("alarms", "acknowledge", "x", "--remark", "seen"),
    ("views", "rebuild"),
]


# Reading.
@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_json_is_all_that_stands_on_stdout(here, command):
    result = run(*command, "--json")
    json.loads(result.stdout)
    assert result.stderr == ""


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_people_get_text_that_fits_80_columns(here, command):
    result = run(*command)
    assert result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", [*READING, *ACTING], ids=" ".join)
def test_a_missing_database_is_named_and_not_made(empty, command):
    result = run(*command, code=1)
    assert result.stderr.startswith("database-missing: There is no database site.db.\nNext: ")
    assert result.stdout == ""
    assert list(empty.iterdir()) == []


def test_a_record_has_its_shape(here):
    newest, forced, *_, first = ask("records", "list")
    assert set(newest) == set(first) == RECORD_KEYS
    assert first | {"id": 0} == {
        "id": 0,
        "occurred_at": "2026-03-09T07:01:00Z",
        "received_at": "2026-03-09T07:10:00Z",
        "device": "CTL",
        "door": "CTL-1",
        "code": 0,
        "event": "Verified, door opened",
        "level": "normal",
        "decision": "granted",
        "person": "1",
        "card": None,
        "direction": "in",
        "verify_mode": 4,
        "index": 1,
    }
    assert forced["verify_mode"] == "0000000000000010"
    assert newest["verify_mode"] is None
    assert newest["event"] == "Unrecognised event 999"
    assert ask("records", "show", str(first["id"])) == first


def test_an_alarm_has_its_shape(here):
    forced, *_, first = ask("alarms", "list")
    assert set(forced) == ALARM_KEYS
    assert first == {
        "id": "journal-CTL-2026-03-09.2",
        "raised_at": "2026-03-09T07:02:00Z",
        "level": "exception",
        "code": 27,
        "event": "Unregistered credential",
        "device": "CTL",
        "door": "CTL-1",
        "area": "Gate",
        "state": "unacknowledged",
        "active": False,
        "remark": None,
        "acknowledged_by": None,
    }
    assert forced["event"] == "Door forced open"
    assert forced["active"] is True
    assert ask("alarms", "show", first["id"]) == first


def test_a_door_has_its_shape(here):
    doors = ask("doors", "list")
    assert [door["id"] for door in doors] == ["CTL-1", "CTL-2", "CTL-3", "LIB-1"]
    assert doors[0] == {
        "id": "CTL-1",
        "device": "CTL",
        "number": 1,
        "mode": "Locked",
        "confirmed": False,
        "physical": "Open",
        "lock": "Unknown",
        "alarm": "DoorForcedOpen",
        "held_by": [],
        "online": True,
    }
    assert all(set(door) == DOOR_KEYS for door in doors)
    assert [door["id"] for door in ask("doors", "list", "--area", "Library")] == ["LIB-1"]


def test_a_device_has_its_shape(here):
    gate, library = ask("devices", "list")
    assert set(gate) == DEVICE_KEYS
    assert library == {
        "serial": "LIB",
        "name": "Library",
        "area": "Library",
        "online": False,
        "firmware": None,
        "clock_offset_s": None,
        "doors": 1,
    }
    assert ask("devices", "list", "--online") == [gate]
    assert ask("devices", "list", "--offline") == [library]
    assert ask("devices", "list", "--area", "Library") == [library]


def test_the_dashboard_has_its_shape_and_adds_up(here):
    board = ask("dashboard")
    assert {key: board[key] for key in board if key != "alarms"} == {
        "area": None,
        "people": 0,
        "devices": 2,
        "online": 1,
        "offline": 1,
        "doors": 4,
        "visitors": 0,
    }
    assert board["alarms"] == {
        "today": 0,
        "total": 5,
        "unacknowledged": 5,
        "acknowledged": 0,
    }
    assert ask("dashboard", "--area", "Library")["devices"] == 1


def test_the_log_shows_stored_names_and_fields(here):
    first, *_ = ask("log", "tail", "--limit", "1000")
    assert first == {
        "position": 1,
        "id": "organisation-site@1",
        "recorded_at": "2026-03-09T07:00:00Z",
        "actor": "dean",
        "name": "organisation-founded.1",
        "fields": {
            "at": "2026-03-09T07:00:00Z",
            "by": "dean",
            "locale": "en",
            "name": "Campus",
            "zone": "Europe/Madrid",
        },
    }
    assert [e["position"] for e in ask("log", "tail", "--limit", "3")][-1] == len(
        ask("log", "tail", "--limit", "1000")
    )
    assert {e["id"].partition("@")[0] for e in ask("log", "show", "door-CTL-1")} == {"door-CTL-1"}


def test_views_tell_how_far_they_are(here):
    boards, history, people = ask("views", "status")
    assert set(boards) == {"group", "position", "head", "generation", "file"}
    assert boards["group"] == "boards"
    assert boards["position"] == boards["head"] == history["position"] == people["position"]
    assert Path(boards["file"]).exists()


def test_an_unfounded_site_shows_what_holds(empty):
    run("devices", "register", "X", "--doors", "1")
    assert ask("org", "show") == {
        "founded": False, "name": None, "zone": "UTC", "locale": "en", "mail": None, "policy": 0,
        "display": [],
        "reasons": ["meeting", "delivery", "interview", "maintenance", "other"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("alarms", "show", "nothing"), "alarm-unknown"),
        (("records", "show", "1"), "record-unknown"),
        (("log", "show", "door-nothing"), "stream-unknown"),
        (("doors", "unlock", "nothing"), "door-unknown"),
        (("lockdown", "activate", "nothing"), "lockdown-group-unknown"),
        (("lockdown", "define", "g", "--door", "nothing"), "door-unknown"),
        (("alarms", "acknowledge", "nothing", "--remark", "seen"), "alarm-unknown"),
    ],
    ids=str,
)
def test_what_is_not_there_is_told(here, command, code):
    result = run(*command, code=1)
    assert result.stderr.startswith(f"{code}: ")
    assert "\nNext: " in result.stderr
    assert result.stdout == ""


def test_views_that_are_far_behind_follow_where_one_can_see_it(here, monkeypatch):
    before = ask("records", "list")
    for file in here.glob("*.views.*"):
        file.unlink()
    monkeypatch.setattr(session, "FAR", 1)
    monkeypatch.setattr(session, "STEP", 7)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with session.Session().existing() as site:
        assert site.views.position("history") == site.views.position("boards") == site.log.head()
    assert ask("records", "list") == before


# Filters and pages.
@pytest.mark.parametrize("what", ["alarms", "records"])
@pytest.mark.parametrize("span", [(), ("--from", "2026-03-09", "--to", "2026-03-10")], ids=str)
@pytest.mark.parametrize("limit", ["1", "2", "5"])
def test_cursors_lead_through_everything_once(here, what, span, limit):
    every = ask(what, "list", *span, "--limit", "1000")
    seen, after = [], ()
    while True:
        result = run(what, "list", "--json", "--limit", limit, *span, *after)
        seen += json.loads(result.stdout)
        if not result.stderr:
            break
        after = ("--after", result.stderr.removeprefix("next: ").strip())
    assert seen == every


def test_a_date_is_a_day_of_the_organisation(here):
    day = ask("records", "list", "--from", "2026-03-09", "--to", "2026-03-09")
    assert {record["occurred_at"][:10] for record in day} == {"2026-03-09"}
    assert len(day) == 9
    assert ask("records", "list", "--to", "2026-03-08") == []


def test_a_time_without_zone_is_the_sites(here):
    from_third = ask("records", "list", "--from", "2026-03-09T08:03", "--to", "2026-03-09")
    assert len(from_third) == 7
    assert from_third == ask(
        "records", "list", "--from", "2026-03-09T07:03Z", "--to", "2026-03-09T23:00Z"
    )


def test_records_are_found_by_door_and_person(here):
    assert len(ask("records", "list", "--door", "CTL-2")) == 1
    assert [r["index"] for r in ask("records", "list", "--person", "7")] == [7]


def test_alarms_are_found_by_each_filter(here):
    assert len(ask("alarms", "list", "--level", "alarm")) == 1
    assert len(ask("alarms", "list", "--search", "unregistered")) == 3
    assert len(ask("alarms", "list", "--search", "NORTH")) == 5
    assert ask("alarms", "list", "--device", "LIB") == []
    assert len(ask("alarms", "list", "--area", "Gate")) == 5
    assert ask("alarms", "list", "--state", "acknowledged") == []


# Acting.
def test_a_site_comes_to_be(empty):
    run("org", "found", "Escuela", "--zone", "Europe/Madrid", "--locale", "es")
    assert ask("org", "show")["name"] == "Escuela"
    assert (
        "Ya es así"
        in run("org", "found", "Escuela", "--zone", "Europe/Madrid", "--locale", "es").stdout
    )
    result = run("org", "found", "Other", code=1)
    assert result.stderr.startswith("organisation-founded: Este sitio ya pertenece")
    assert "Siguiente: " in result.stderr
    run("devices", "register", "S1", "--name", "Puerta", "--area", "Patio", "--doors", "2")
    assert [door["id"] for door in ask("doors", "list")] == ["S1-1", "S1-2"]
    assert "Panel" in run("dashboard").stdout


def test_a_refused_unlock_prints_every_reason(here):
    run("lockdown", "define", "west", "--door", "LIB-1", "--door", "CTL-1")
    run("lockdown", "activate", "west", "--reason", "intruder")
    result = run("doors", "unlock", "LIB-1", code=1)
    assert result.stderr.splitlines() == [
        "under-lockdown: Door LIB-1 is under lockdown (west).",
        "device-offline: Device LIB is offline.",
        "Next: Cancel the lockdown of west first.",
        "Next: Check its power and network, or open the door on the spot.",
    ]
    told = json.loads(run("doors", "unlock", "LIB-1", "--json", code=1).stdout)
    assert [reason["code"] for reason in told["refused"]] == [
        "under-lockdown",
        "device-offline",
    ]


def test_an_unlock_is_requested_not_done(here):
    result = run("doors", "unlock", "CTL-1", "--seconds", "7", "--as", "guard")
    assert result.stdout.startswith("Requested the unlock of CTL-1.")
    event = ask("log", "tail", "--limit", "1")[0]
    assert event["name"] == "unlock-requested.1"
    assert event["fields"]["seconds"] == 7
    assert event["actor"] == event["fields"]["by"] == "guard"


def test_cancelling_an_alarm_is_a_request_to_the_device(here):
    run("doors", "cancel-alarm", "CTL-1")
    assert ask("log", "tail", "--limit", "1")[0]["name"] == "alarm-cancel-requested.1"


def test_anti_passback_is_set_at_a_door(here):
    assert run("doors", "anti-passback", "CTL-1", "hard", "--zone", "garage").stdout == "Set.\n"
    event = ask("log", "tail", "--limit", "1")[0]
    assert event["name"] == "anti-passback-set.1"
    assert (event["fields"]["mode"], event["fields"]["zone"]) == ("hard", "garage")
    again = run("doors", "anti-passback", "CTL-1", "hard", "--zone", "garage")
    assert again.stdout.startswith("It is so already")
    run("doors", "anti-passback", "CTL-1", "none")
    run("doors", "anti-passback", "CTL-1", "gentle", code=2)
    assert run("doors", "anti-passback", "X-1", "soft", code=1).stderr.startswith("door-unknown: ")


def test_an_alarm_is_acknowledged_once(here):
    alarm = ask("alarms", "list", "--level", "alarm")[0]["id"]
    run("alarms", "acknowledge", alarm, "--remark", "Caretaker", "--as", "guard")
    shown = ask("alarms", "show", alarm)
    assert (shown["state"], shown["remark"], shown["acknowledged_by"]) == (
        "acknowledged",
        "Caretaker",
        "guard",
    )
    again = run("alarms", "acknowledge", alarm, "--remark", "again", code=1)
    assert again.stderr.startswith("already-acknowledged: guard has")
    assert ask("dashboard")["alarms"]["acknowledged"] == 1


def test_a_lockdown_names_its_unconfirmed_doors(here):
    run("lockdown", "define", "west", "--door", "CTL-1", "--door", "LIB-1")
    run("lockdown", "define", "east", "--door", "CTL-1")
    run("lockdown", "activate", "west", "--as", "dean")
    run("lockdown", "activate", "east", "--drill", "--reason", "exercise")
    east, west = ask("lockdown", "status")
    assert set(west) == {
        "group", "state", "drill", "reason", "by", "since", "doors", "unconfirmed",
        "seconds_to_secure",
    }  # fmt: skip
    assert (east["state"], east["drill"], east["doors"], east["reason"]) == (
        "drill", True, [], "exercise"
    )  # fmt: skip
    assert (west["state"], west["drill"], west["by"]) == ("under-lockdown", False, "dean")
    assert west["unconfirmed"] == ["CTL-1", "LIB-1"]
    assert west["seconds_to_secure"] is None
    assert set(west["doors"][0]) == {
        "door", "held_by", "commanded_at", "confirmed", "confirmed_at", "seconds_to_secure",
        "means", "physical", "lock", "online",
    }  # fmt: skip
    assert "Not confirmed yet: CTL-1, LIB-1" in run("lockdown", "status").stdout
    door = ask("doors", "list")[0]
    assert (door["mode"], door["confirmed"], door["held_by"]) == ("LockedDown", False, ["west"])
    run("lockdown", "cancel", "west")
    assert "It is so already" in run("lockdown", "cancel", "west").stdout
    refused = run("lockdown", "define", "east", "--door", "CTL-2", code=1)
    assert refused.stderr.startswith("lockdown-group-taken: ")


def test_a_writing_command_answers_in_json_too(here):
    told = json.loads(run("doors", "unlock", "CTL-1", "--json").stdout)
    assert told["refused"] == []
    assert told["events"] == ["door-CTL-1@3"]
    assert isinstance(told["position"], int)


def test_the_actor_is_who_the_options_say(here, monkeypatch):
    monkeypatch.setenv("CVSEC_ACTOR", "from-the-environment")
    run("doors", "unlock", "CTL-2")
    assert ask("log", "tail", "--limit", "1")[0]["actor"] == "from-the-environment"
    run("--as", "before", "doors", "unlock", "CTL-3")
    assert ask("log", "tail", "--limit", "1")[0]["actor"] == "before"


def test_views_are_made_again(here):
    before = ask("alarms", "list")
    boards, *_ = ask("views", "rebuild")
    assert boards["generation"] == 2
    assert ask("alarms", "list") == before


# Wrong use.
@pytest.mark.parametrize(
    "command",
    [
        ("nonsense",),
        ("alarms", "list", "--nonsense"),
        ("alarms", "list", "--state", "open"),
        ("alarms", "list", "--level", "loud"),
        ("alarms", "list", "--limit", "0"),
        ("alarms", "list", "--limit", "many"),
        ("alarms", "list", "--after", "nonsense"),
        ("alarms", "list", "--after", "p"),
        ("alarms", "list", "--after", "tffffffffffffff.p1"),
        ("alarms", "list", "--after", "t1.p1"),
        ("alarms", "list", "--from", "2026-03-09", "--after", "p1"),
        ("alarms", "list", "--from", "yesterday"),
        ("alarms", "list", "--to", "2026-02-30"),
        ("records", "list", "--from", "0001-01-01T00:00+05:00"),
        ("--db", ".", "alarms", "list"),
        ("--db", "", "alarms", "list"),
        ("alarms", "list", "--db", ""),
        ("records", "show", "first"),
        ("records", "show", "99999999999999999999"),
        ("alarms", "show"),
        ("alarms", "acknowledge", "journal-CTL-2026-03-09.2"),
        ("alarms", "acknowledge", "journal-CTL-2026-03-09.2", "--remark", " "),
        ("devices", "register", "X"),
        ("devices", "register", "X", "--doors", "0"),
        ("devices", "register", "X", "--doors", "two"),
        ("devices", "register", "X", "--doors", "1", "--zone", "Mars/Olympus"),
        ("devices", "register", "a b", "--doors", "1"),
        ("devices", "replay"),
        ("devices", "replay", "missing.http"),
        ("devices", "replay", ".", "--register"),
        ("org", "found", "X", "--zone", "Mars/Olympus"),
        ("org", "found", "X", "--locale", "fr"),
        ("lockdown", "define", "g"),
        ("lockdown", "define", "a b", "--door", "CTL-1"),
        ("doors", "unlock", "CTL-1", "--seconds", "0"),
        ("doors", "unlock", "CTL-1", "--seconds", "255"),
        ("doors", "unlock", "CTL-1", "--seconds", "soon"),
        ("log", "tail", "--limit", "-1"),
        ("completion", "csh"),
        ("records", "list", "--from", "2026-03-10", "--to", "2026-03-09"),
        ("demo", "--speed", "nan"),
        ("demo", "--speed", "0"),
        ("serve", "--port", "70000"),
        ("alarms", "list", "--search", "\udcff"),
    ],
    ids=ascii,
)
def test_it_is_told_and_changes_nothing(here, command):
    before = ask("log", "tail", "--limit", "1")
    result = run(*command, code=2)
    assert result.stdout == ""
    assert "expected" in result.stderr or "Error: " in result.stderr
    assert ask("log", "tail", "--limit", "1") == before


@pytest.mark.parametrize("command", [(), ("alarms",), ("alarms", "list"), ("demo",), ("serve",)])
def test_every_command_explains_itself(empty, command):
    result = run(*command, "-h")
    assert "Usage: cvsec" in result.stdout
    assert list(empty.iterdir()) == []


# Files that are no good.
def test_a_newer_database_is_left_alone(empty, monkeypatch):
    monkeypatch.setenv("CVSEC_AT_REST", "off")
    run("org", "found", "School")
    with sqlite3.connect("site.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = Path("site.db").read_bytes()
    result = run("alarms", "list", code=1)
    assert result.stderr.startswith("newer-schema: site.db was written by a newer version")
    assert "\nNext: Update cvsec" in result.stderr
    assert Path("site.db").read_bytes() == before


@pytest.mark.parametrize("command", [("alarms", "list"), ("org", "found", "X")], ids=" ".join)
def test_a_file_that_is_no_database_is_named(empty, command):
    Path("site.db").write_text("a shopping list")
    result = run(*command, code=1)
    assert result.stderr.startswith("log-unavailable: site.db: ")
    assert Path("site.db").read_text() == "a shopping list"


def _without_rights(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, run by a user that may read the folder and write nothing in it."""
    files = [folder, *folder.iterdir()]
    rights = {file: file.stat().st_mode for file in files}
    for file in files:
        file.chmod(0o555 if file.is_dir() else 0o444)
    above = [parent for parent in folder.parents if parent.stat().st_uid == os.getuid()]
    opened = {parent: parent.stat().st_mode for parent in above if parent != Path("/")}
    for parent, mode in opened.items():
        parent.chmod(mode | 0o055)
    user = {"user": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    try:
        return program(*arguments, cwd=folder, **user)
    finally:
        for file, mode in {**rights, **opened}.items():
            file.chmod(mode)


CAPTURE = """# received: 2026-03-09T07:00:05+00:00
POST /iclock/cdata?SN=NEW1&table=rtlog HTTP/1.1
Content-Length: {length}

{body}
"""


def capture(folder: Path, doors=(1,), name="a.http") -> Path:
    body = "\r\n".join(
        f"time=2026-03-09 08:00:0{n}\tpin=4{n}\tcardno=0\teventaddr={door}\tevent=0\t"
        f"inoutstatus=0\tverifytype=1\tindex={n}"
        for n, door in enumerate(doors, 1)
    )
    path = folder / name
    path.write_bytes(CAPTURE.format(length=len(body), body=body).encode())
    return path


# Replay.
def test_an_unknown_device_is_refused_and_nothing_stored(here):
    before = ask("log", "tail", "--limit", "1")
    result = run("devices", "replay", str(capture(here)), code=1)
    assert result.stderr.startswith("device-unknown: No device NEW1 is registered.")
    assert ask("log", "tail", "--limit", "1") == before


def test_register_lets_it_in_with_the_doors_it_shows(here):
    file = str(capture(here, doors=(1, 3)))
    result = run("devices", "replay", file, "--register", "--zone", "Europe/Madrid")
    assert "new access records 2" in result.stdout
    found = [d for d in ask("devices", "list") if d["serial"] == "NEW1"]
    assert [(d["name"], d["area"], d["doors"], d["online"]) for d in found] == [
        ("NEW1", "Unassigned", 3, True)
    ]
    assert [r["door"] for r in ask("records", "list", "--limit", "2")] == ["NEW1-3", "NEW1-1"]
    assert ask("records", "list")[0]["occurred_at"] == "2026-03-09T07:00:02Z"
    assert ask("records", "list")[0]["received_at"] == "2026-03-09T07:00:05Z"


def test_twice_is_once(here):
    file = str(capture(here))
    run("devices", "replay", file, "--register")
    before = ask("records", "list")
    told = json.loads(run("devices", "replay", file, "--json").stdout)
    assert told == [{"file": file, "requests": 1, "events": 0, "records": 0}]
    assert ask("records", "list") == before


def test_a_known_device_is_given_the_doors_it_lacks(here):
    run("devices", "register", "NEW1", "--doors", "1", "--name", "Side door")
    run("devices", "replay", str(capture(here, doors=(2,))), "--register")
    assert [d["id"] for d in ask("doors", "list") if d["device"] == "NEW1"] == [
        "NEW1-1",
        "NEW1-2",
    ]
    assert ask("records", "list")[0]["door"] == "NEW1-2"
    (device_row,) = [d for d in ask("devices", "list") if d["serial"] == "NEW1"]
    assert (device_row["name"], device_row["doors"]) == ("Side door", 2)


def test_replay_makes_the_database(empty):
    run("devices", "replay", str(capture(empty)), "--register")
    assert len(ask("records", "list")) == 1


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"nonsense\n", 1),
        (b"# received: soon\nGET /iclock/ping?SN=NEW1 HTTP/1.1\n\n", 1),
        (b"\x00\xff\xfe", 1),
    ],
    ids=repr,
)
def test_a_wrong_file_names_its_line_and_stores_nothing(here, content, line):
    good, bad = capture(here), here / "bad.http"
    bad.write_bytes(content)
    before = ask("log", "tail", "--limit", "1")
    result = run("devices", "replay", str(good), str(bad), "--register", code=1)
    assert result.stderr.startswith(f"capture-format: {bad}, line {line}: expected ")
    assert ask("log", "tail", "--limit", "1") == before


def test_what_a_device_writes_does_not_take_over_the_terminal(here):
    file = capture(here)
    file.write_bytes(file.read_bytes().replace(b"pin=41", b"pin=\x1b["))
    run("devices", "replay", str(file), "--register")
    assert ask("records", "list")[0]["person"] == "\x1b["
    assert "person ?[" in run("records", "list").stdout
    stream = ask("log", "tail", "--limit", "1")[0]["id"].partition("@")[0]
    for command in (("log", "tail"), ("log", "show", stream), ("records", "list")):
        assert "\x1b" not in run(*command).stdout


def test_an_unknown_zone_is_wrong_use(here):
    result = run("devices", "replay", str(capture(here)), "--register", "--zone", "X/Y", code=2)
    assert "expected the name of a time zone" in result.stderr


# What only a process of its own shows.


def test_help_is_quick_to_come_by(here):
    code = (
        "import sys; from cvsec_adapters.transport.cli import cli\n"
        "try: cli(['-h'])\n"
        "except SystemExit: pass\n"
        "heavy = ('rich', 'sqlite3', 'eventsourcing', 'litestar')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.endswith("[]\n")


def test_a_closed_pipe_is_no_mistake(here):
    for command in ("log tail", "log tail --json", "alarms list", "records list --json"):
        shell = (
            f'"{sys.executable}" -c '
            '"from cvsec_adapters.transport.cli import main; main()" '
            f"{command} | true"
        )
        told = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
        assert told.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["log tail", "alarms list --json"])
def test_a_full_disk_is_told(here, command):
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [*PROGRAM, *command.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert told.returncode == 1
    assert "No space left" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_environment_names_database_and_language(here):
    env = {
        **os.environ,
        "CVSEC_DB": "nowhere.db",
        "LANG": "es_ES.UTF-8",
        "LC_ALL": "es_ES.UTF-8",
    }
    told = program("alarms", "list", env=env)
    assert told.returncode == 1
    assert told.stderr.startswith("database-missing: No existe la base de datos nowhere.db.")


def test_no_color_is_respected(here):
    env = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "", "TERM": "xterm-256color"}
    assert "\x1b[3" not in program("alarms", "list", env=env).stdout


def test_a_terminal_without_accents_gets_an_answer(here):
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    told = program("alarms", "list", env=env)
    assert told.returncode == 0
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete(here, shell):
    assert "_CVSEC_COMPLETE" in run("completion", shell).stdout


def test_ids_are_completed_from_the_database(here):
    env = {
        **os.environ,
        "_CVSEC_COMPLETE": "bash_complete",
        "COMP_WORDS": "cvsec doors unlock CTL",
        "COMP_CWORD": "3",
    }
    told = program(env=env)
    assert told.stdout.splitlines() == ["plain,CTL-1", "plain,CTL-2", "plain,CTL-3"]


def test_following_the_log_prints_a_line_an_event(here):
    follower = subprocess.Popen(
        [*PROGRAM, "log", "tail", "--follow", "--json", "--limit", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        assert follower.stdout is not None
        first = json.loads(follower.stdout.readline())
        run("doors", "unlock", "CTL-2")
        second = json.loads(follower.stdout.readline())
        assert second["position"] == first["position"] + 1
    finally:
        follower.send_signal(2)
        _, told = follower.communicate(timeout=20)
    assert "Traceback" not in told
    assert follower.returncode == 0


# Serving.
def test_serve_takes_in_what_devices_send_until_it_is_stopped(here):
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().removeprefix("Serving site.db at http://")
        port = int(address.partition(";")[0].rpartition(":")[2])
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        body = (
            "time=2026-03-11 08:00:00\tpin=5\tcardno=0\teventaddr=1\tevent=0\tinoutstatus=0"
            "\tverifytype=15\tindex=1"
        )
        connection.request("POST", "/iclock/cdata?SN=LIB&table=rtlog", body)
        assert connection.getresponse().read() == b"OK"
        connection.close()
        assert ask("records", "list")[0]["door"] == "LIB-1"
        assert ask("records", "list")[0]["verify_mode"] == 15
        busy = run("serve", "--port", str(port), code=1)
        assert busy.stderr.startswith(f"cannot-listen: Cannot listen at 127.0.0.1, port {port}: ")
    finally:
        server.send_signal(2)
        _, told = server.communicate(timeout=20)
    assert (server.returncode, told) == (0, "")


def test_a_replay_that_cannot_be_recorded_says_why(here):
    run("devices", "register", "NEW1", "--doors", "1")
    result = _without_rights(here, "devices", "replay", str(capture(here)))
    assert result.returncode == 1
    assert "-unavailable: site." in result.stderr
    assert "Traceback" not in result.stderr
