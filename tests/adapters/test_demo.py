"""The demonstration day, played once to its end and then looked at from all sides."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from zoneinfo import ZoneInfo

import pytest

from cvsec_adapters.demo.stage import EVENING, evening_zone
from cvsec_adapters.wiring import open_site
from cvsec_core.projections import access_records

PROGRAM = [sys.executable, "-c", "from cvsec_adapters.transport.cli import main; main()"]
QUICKLY = ("demo", "--speed", "1000000")


def environment():
    """No option of the surroundings."""
    left_out = ("CVSEC_DB", "CVSEC_ACTOR", "LANG", "LC_ALL", "LC_MESSAGES", "COLUMNS")
    return {name: value for name, value in os.environ.items() if name not in left_out}


def run(folder, *arguments):
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The folder in which a day was played, and what the program printed."""
    folder = tmp_path_factory.mktemp("day")
    told = run(folder, *QUICKLY)
    assert told.returncode == 0, told.stderr
    return folder, told


@pytest.fixture
def ask(played):
    folder, _ = played

    def asked(*arguments):
        told = run(folder, "--db", "demo-site.db", *arguments, "--json")
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)

    return asked


def test_it_ends_by_itself_with_the_boards_and_what_to_try_next(played):
    _, told = played
    for board in (
        "Dashboard", "Alarm center", "Access records", "Lockdown board", "Visits", "Invitations",
        "Letters", "Notifications", "On site",
    ):  # fmt: skip
        assert f"\n{board}" in told.stdout
    assert "the database is demo-site.db" in told.stdout
    assert "cvsec --db demo-site.db alarms list" in told.stdout
    assert told.stderr == ""
    assert max(map(len, told.stdout.splitlines())) <= 80


def test_three_controllers_drive_twelve_doors(ask):
    devices = ask("devices", "list")
    assert len(devices) == 3
    assert all(device["online"] for device in devices)
    assert all(device["firmware"] for device in devices)
    assert len(ask("doors", "list")) == sum(device["doors"] for device in devices) == 12


def test_sixty_people_come_in(ask):
    records = ask("records", "list", "--limit", "10000")
    granted = {r["person"] for r in records if r["decision"] == "granted"}
    assert len(granted) == 60
    assert {r["direction"] for r in records if r["decision"] == "granted"} == {"in", "out"}
    assert {r["event"] for r in records if r["decision"] == "denied"} == {
        "Unregistered credential",
        "Door is locked down",
    }


def test_the_counts_add_up(ask):
    counts = ask("dashboard")["alarms"]
    alarms = ask("alarms", "list", "--limit", "1000")
    open_ones = [alarm for alarm in alarms if alarm["state"] == "unacknowledged"]
    assert counts["total"] == len(alarms) == counts["unacknowledged"] + counts["acknowledged"]
    assert counts["unacknowledged"] == len(open_ones)
    assert counts["acknowledged"] >= 1


def test_the_alarms_of_the_story_are_there(ask):
    alarms = {alarm["event"]: alarm for alarm in ask("alarms", "list")}
    for event in ("Door held open", "Door forced open", "Device offline", "Exit is impaired"):
        assert alarms[event]["active"] is False
    assert alarms["Device clock is off"]["active"] is True
    assert alarms["Door forced open"]["acknowledged_by"] == "guard"


def test_the_board_names_the_door_that_does_not_confirm(ask, played):
    science, west = ask("lockdown", "status")
    assert science["unconfirmed"] == ["LABS-4"]
    assert science["seconds_to_secure"] is None
    assert west["unconfirmed"] == []
    assert west["seconds_to_secure"] > 0
    (shared,) = [held for held in west["doors"] if held["door"] == "LABS-1"]
    assert shared["held_by"] == ["science", "west-wing"]
    assert "Not confirmed yet: LABS-4" in played[1].stdout
    doors = {door["id"]: door for door in ask("doors", "list")}
    assert (doors["LABS-4"]["mode"], doors["LABS-4"]["confirmed"]) == ("LockedDown", False)
    assert (doors["LABS-3"]["mode"], doors["LABS-3"]["confirmed"]) == ("LockedDown", True)


def test_a_door_with_a_dead_exit_button_is_relocked(ask):
    _, west = ask("lockdown", "status")
    means = {held["door"]: held["means"] for held in west["doors"]}
    assert means["LIBRARY-2"] == "relock"
    assert means["LIBRARY-1"] == "lockdown"


def test_the_controller_that_came_back_told_what_it_had_kept(played, ask):
    folder, told = played
    with open_site(folder / "demo-site.db") as site:
        records = site.query(access_records.page, limit=10_000).records
    late = [record for record in records if record.late]
    assert len(late) == 36
    assert {record.device for record in late} == {"LABS"}
    assert all(record.received_at - record.occurred_at > timedelta(minutes=20) for record in late)
    assert "(late)" in told.stdout
    (offset,) = [d["clock_offset_s"] for d in ask("devices", "list") if d["serial"] == "LABS"]
    assert offset == pytest.approx(-480, abs=2)


def test_the_unlock_from_afar_was_carried_out_and_two_were_refused(ask):
    names = [event["name"] for event in ask("log", "show", "door-GATES-4")]
    assert names.index("unlock-requested.1") < names.index("door-command-applied.1")
    refused = [e for e in ask("log", "tail", "--limit", "5000") if e["name"] == "unlock-refused.1"]
    assert [e["fields"]["reasons"][0]["code"] for e in refused] == [
        "device-offline",
        "under-lockdown",
    ]


def test_everybody_is_enrolled_and_visitors_have_come(ask):
    people = ask("people", "list", "--limit", "1000")
    kinds = [person["kind"] for person in people]
    assert (kinds.count("personnel"), kinds.count("visitor")) == (63, 5)
    assert {visit["visitor_name"]: visit["state"] for visit in ask("visits", "list")} == {
        "Guest One": "checked-out",
        "Courier One": "checked-out",
        "Visitor Four": "no-show",
        "Guest Two": "checked-in",
    }
    assert ask("visits", "stats")["not_checked_out"] == 1
    board = ask("dashboard")
    assert (board["people"], board["visitors"]) == (63, 5)


def test_guests_were_invited_by_letters_that_have_left(played, ask):
    invited = {one["first_name"] + one["last_name"]: one for one in ask("invitations", "list")}
    assert {name: (one["state"], one["mail"]) for name, one in invited.items()} == {
        "GuestOne": ("redeemed", "sent"),
        "GuestTwo": ("redeemed", "sent"),
        "GuestThree": ("withdrawn", "sent"),
    }
    letters = ask("mail", "status")
    assert {(letter["state"], letter["attempts"]) for letter in letters} == {("sent", 1)}
    assert sorted(letter["kind"] for letter in letters) == [
        *["invitation"] * 3, "invitation-withdrawn", *["visitor-arrived"] * 3,
    ]  # fmt: skip
    told = " ".join(played[1].stdout.split())
    assert 'the host reads "Guest One has arrived"' in told
    assert "This invitation has been used already." in told
    assert "This visitor is on the blocklist." in told


def test_a_guardian_was_told_and_the_muster_counts_guests(played, ask):
    told = ask("notifications", "5017")
    assert {message["about"] for message in told} == {"1017"}
    assert {message["direction"] for message in told} >= {"in", "out"}
    there = ask("muster")
    assert {one["provenance"] for one in there} == {"observed", "inferred"}
    story = " ".join(played[1].stdout.split())
    assert "people are on site, 3 of them guests." in story


def test_what_is_suggested_works(played):
    folder, told = played
    suggested = [line for line in told.stdout.splitlines() if line.startswith("cvsec ")]
    assert len(suggested) > 4
    for line in suggested:
        if line.endswith(" serve"):
            continue
        done = run(folder, *line.split()[1:])
        refused = "unlock" in line
        assert done.returncode == int(refused), line + done.stderr


def test_each_day_has_a_database_of_its_own(played, tmp_path):
    (tmp_path / "demo-site.db").write_bytes(b"mine")
    assert run(tmp_path, *QUICKLY).returncode == 0
    assert (tmp_path / "demo-site.db").read_bytes() == b"mine"
    assert (tmp_path / "demo-site-2.db").exists()
    folder, _ = played
    refused = run(folder, *QUICKLY, "--db", "demo-site.db")
    assert refused.returncode == 1
    assert refused.stderr.startswith("database-exists: There is a database demo-site.db already.")


def test_with_serve_it_goes_on_until_ctrl_c(tmp_path):
    demo = subprocess.Popen(
        [*PROGRAM, *QUICKLY, "--serve", "--db", "mine.db"],
        cwd=tmp_path,
        env=environment() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert demo.stdout is not None
        printed = []
        while not printed or "stop with Ctrl-C" not in printed[-1]:
            printed.append(demo.stdout.readline())
            assert printed[-1], "".join(printed)
        port = int(printed[1].rpartition(":")[2].partition("/")[0])
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/readyz")
        assert connection.getresponse().read() == b"ok"
        connection.close()
        assert run(tmp_path, "--db", "mine.db", "lockdown", "cancel", "west-wing").returncode == 0
    finally:
        demo.send_signal(signal.SIGINT)
        _, told = demo.communicate(timeout=30)
    assert told == ""
    assert demo.returncode == 0


@pytest.mark.parametrize("hour", range(24))
def test_the_campus_lies_where_it_is_evening(hour):
    moment = datetime(2026, 3, 9, hour, 59, tzinfo=UTC)
    assert moment.astimezone(ZoneInfo(evening_zone(moment))).hour == EVENING
