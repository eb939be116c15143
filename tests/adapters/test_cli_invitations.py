"""`cvsec invitations`: what a host and a receptionist do with it."""

import json
from datetime import timedelta

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from cvsec_adapters.desk.people import block
from cvsec_adapters.transport.cli import cli
from cvsec_adapters.wiring import now, open_site
from cvsec_core.aggregates.invitation import ExpireInvitation
from tests.adapters.visiting import ask, founded, run, stored, with_mail

KEYS = [
    "id", "host", "first_name", "last_name", "email", "start", "end", "reason", "visitors",
    "state", "mail",
]  # fmt: skip


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """The current folder holds a founded site without a mail server."""
    for name in ("CVSEC_DB", "CVSEC_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with open_site("site.db") as site:
        founded(site)
    return tmp_path


@pytest.fixture
def here(bare):
    """The same with a mail server."""
    with open_site("site.db") as site:
        with_mail(site)
    return bare


def at(hours):
    return f"{now() + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def wish(**told):
    fields = {
        "host": "1001",
        "first-name": "Guest",
        "last-name": "One",
        "email": "guest@example.org",
        "start": at(1),
        "end": at(3),
        "reason": "meeting",
    }
    options = fields | {name.replace("_", "-"): value for name, value in told.items()}
    return [word for name, value in options.items() for word in (f"--{name}", str(value))]


def issue(**told):
    return ask("invitations", "issue", *wish(**told))


def log():
    with open_site("site.db") as site:
        return stored(site)


def refused(*command):
    """The codes of what a command is refused for; they stand on both outputs."""
    told = run(*command, "--json", code=1)
    codes = [reason["code"] for reason in json.loads(told.stdout)["refused"]]
    assert told.stderr.startswith(f"{codes[0]}: ")
    return codes


def test_an_invitation_has_its_shape_and_its_token(here):
    issued = issue(visitors=2, mobile="+34600123456")
    assert list(issued) == [*KEYS, "token"]
    assert issued | {"id": 0, "start": 0, "end": 0, "token": 0} == {
        "id": 0, "host": "1001", "first_name": "Guest", "last_name": "One",
        "email": "guest@example.org", "start": 0, "end": 0, "reason": "meeting", "visitors": 2,
        "state": "open", "mail": "pending", "token": 0,
    }  # fmt: skip
    (listed,) = ask("invitations", "list", "--host", "1001")
    assert listed == {key: issued[key] for key in KEYS}
    assert ask("invitations", "list", "--host", "1002") == []


def test_without_a_mail_server_nothing_is_stored(bare):
    before = log()
    assert refused("invitations", "issue", *wish()) == ["mail-not-configured"]
    assert log() == before
    assert ask("people", "list", "--kind", "visitor") == []


def test_a_token_is_redeemed_once(here):
    issued = issue()
    visit = ask("invitations", "redeem", issued["token"])
    assert (visit["state"], visit["host"], visit["visitor_name"]) == (
        "expected", "1001", "Guest One",
    )  # fmt: skip
    assert refused("invitations", "redeem", issued["token"]) == ["invitation-used"]
    assert log()[-1] == "RedemptionRefused"
    assert ask("visits", "checkin", visit["id"])["state"] == "checked-in"
    (listed,) = ask("invitations", "list")
    assert listed["state"] == "redeemed"


def test_each_refusal_says_why_and_is_kept(here):
    withdrawn, expired, blocked = issue(), issue(), issue()
    assert ask("invitations", "withdraw", withdrawn["id"])["state"] == "withdrawn"
    with open_site("site.db") as site:
        over = site.clock() + timedelta(days=1)
        site.handle(ExpireInvitation(expired["id"], over)).or_raise()
    (guest,) = ask("people", "list", "--kind", "visitor")
    assert refused("invitations", "redeem", withdrawn["token"]) == ["invitation-withdrawn"]
    assert refused("invitations", "redeem", expired["token"]) == ["invitation-expired"]
    with open_site("site.db") as site:
        block(site, guest["id"], "Shouted", by="guard")
    assert refused("invitations", "redeem", blocked["token"]) == ["visitor-blocked"]
    assert log().count("RedemptionRefused") == 3
    assert refused("invitations", "issue", *wish()) == ["visitor-blocked"]
    assert log()[-1] == "InvitationRefused"
    assert ask("visits", "list") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "token-malformed"),
        ("hello", "token-malformed"),
        ("https://example.org/?I1.a.b.c", "token-malformed"),
        ("I1.YQ.AAAAAAAAAAAAAAAAAAAAAA.AAAA", "token-forged"),
        ("I1." + "A" * 600, "token-too-long"),
        ("I1.ñ", "token-malformed"),
        ("'; DROP TABLE events; --", "token-malformed"),
        ("\x1b]0;title\x07", "token-malformed"),
    ],
)
def test_whatever_else_is_scanned_is_refused_and_stores_nothing(here, text, code):
    before = log()
    assert refused("invitations", "redeem", text) == [code]
    assert log() == before


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        (b"--help", "token-malformed"),
        (b"-h", "token-malformed"),
        (b"\xff\xfe\x00", "token-malformed"),
        (b"", "token-malformed"),
        (b"I1." + b"A" * 100_000, "token-too-long"),
    ],
)
def test_what_a_scanner_writes_to_the_standard_input_is_never_an_option(here, scanned, code):
    before = log()
    told = CliRunner().invoke(cli, ["invitations", "redeem", "-"], input=scanned)
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.startswith(f"{code}: ")
    assert log() == before


def test_a_token_may_come_by_the_standard_input(here):
    token = issue()["token"]
    told = CliRunner().invoke(cli, ["invitations", "redeem", "-", "--json"], input=f"{token}\n")
    assert json.loads(told.stdout)["state"] == "expected"


def test_a_changed_token_is_forged(here):
    token = issue()["token"]
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert refused("invitations", "redeem", other) == ["token-forged"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"email": "guest"}, "email"),
        ({"email": "guest@example.org\r\nBcc: all@example.org"}, "email"),
        ({"first_name": "Guest\r\nBcc: all@example.org"}, "first_name"),
        ({"mobile": "abc"}, "phone"),
        ({"visitors": 0}, "visitors"),
        ({"end": "2020-01-01"}, "end"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(here, told, field):
    before = log()
    told = run("invitations", "issue", *wish(**told), code=2)
    assert told.stderr.startswith(f"invalid-field: {field}: expected ")
    assert log() == before


def test_an_invitation_is_repeated_by_its_id_alone(here):
    first = issue(visitors=3)
    again = ask("invitations", "reinvite", first["id"])
    assert again["token"] != first["token"]
    same = ["host", "first_name", "email", "reason", "visitors", "start", "end"]
    assert {key: again[key] for key in same} == {key: first[key] for key in same}
    assert "same hours as before" in run("invitations", "reinvite", "--help").stdout


def test_an_invitation_is_repeated_with_other_times(here):
    first = issue(visitors=3)
    again = ask("invitations", "reinvite", first["id"], "--start", at(30), "--end", at(31))
    assert again["id"] != first["id"]
    assert again["token"] != first["token"]
    same = ["host", "first_name", "last_name", "email", "reason", "visitors"]
    assert [again[key] for key in same] == [first[key] for key in same]
    fewer = ask(
        "invitations", "reinvite", first["id"], "--start", at(1), "--end", at(2), "--visitors", "1"
    )
    assert fewer["visitors"] == 1


def test_what_is_not_there_is_told(here):
    span = ("--start", at(1), "--end", at(2))
    for command in (("reinvite", "x", *span), ("withdraw", "x"), ("qr", "x")):
        assert run("invitations", *command, code=1).stderr.startswith("invitation-unknown: ")
    issued = issue()
    ask("invitations", "redeem", issued["token"])
    for command in (("withdraw", issued["id"]), ("qr", issued["id"])):
        assert run("invitations", *command, code=1).stderr.startswith("invitation-closed: ")


def test_the_code_is_written_to_files_and_read_back(here):
    issued = issue()
    told = ask("invitations", "qr", issued["id"], "--png", "code.png", "--svg", "code.svg")
    assert told == {
        "id": issued["id"], "token": issued["token"], "files": ["code.png", "code.svg"],
    }  # fmt: skip
    with Image.open("code.png") as picture:
        (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == issued["token"]
    assert (here / "code.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "code.png" in run("invitations", "qr", issued["id"], "--png", "code.png").stdout


def test_people_see_the_code_and_lists_that_fit_80_columns(here):
    told = run("invitations", "issue", *wish()).stdout
    assert "█" in told
    drawn = [line for line in told.splitlines() if not line.startswith("I1.")]
    assert max(map(len, drawn)) <= 80
    (listed,) = ask("invitations", "list")
    assert "█" in run("invitations", "qr", listed["id"]).stdout
    assert max(map(len, run("invitations", "list").stdout.splitlines())) <= 80


def test_pages_follow_each_other(here):
    names = [issue()["id"] for _ in range(3)]
    first = run("invitations", "list", "--limit", "2", "--json")
    cursor = first.stderr.removeprefix("next: ").strip()
    rest = ask("invitations", "list", "--after", cursor)
    assert [one["id"] for one in rest] == names[:1]


def test_it_speaks_spanish_where_the_organisation_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_site("site.db") as site:
        founded(site, "es")
        with_mail(site)
    assert run("invitations", "issue", *wish()).stdout.startswith("Emitida; ")
    assert "Invitaciones" in run("invitations", "list").stdout
    assert run("invitations", "redeem", "x", code=1).stderr.startswith(
        "token-malformed: Este no es un código"
    )
