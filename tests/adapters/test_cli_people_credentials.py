"""Cards, PINs and QR codes on the command line."""

import shutil
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from cvsec_adapters.tokens.signed import DynamicCodes
from cvsec_adapters.wiring import CLOCK_DRIFT, now, open_site
from cvsec_core.ids import DoorId
from tests.adapters.terminal import ask, enter, head, refused, run

CREDENTIAL_KEYS = {
    "id", "person", "kind", "state", "number", "reason", "valid_from", "valid_until", "issued_at",
}  # fmt: skip


@pytest.fixture(scope="module")
def campus(tmp_path_factory):
    """A site with two doors, of which somebody holds one at all hours, and somebody else."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = enter(tmp_path_factory.mktemp("credentials"), monkeypatch)
        run("org", "found", "North Campus", "--zone", "Europe/Madrid")
        run("devices", "register", "CTL", "--doors", "2")
        run("people", "enroll", "P1", "--first-name", "Host", "--last-name", "One")
        run("people", "enroll", "P2", "--first-name", "Guard", "--last-name", "Two")
        run("levels", "define", "staff", "--door", "CTL-1", "--hours", "daily 00:00-24:00")
        run("levels", "grant", "staff", "P1")
    return folder


@pytest.fixture
def here(campus, tmp_path, monkeypatch):
    """The current folder holds a copy of the campus as `site.db`."""
    for file in campus.iterdir():
        shutil.copy(file, tmp_path)
    return enter(tmp_path, monkeypatch)


def issue_pin(pin: str, *more: str, person: str = "P1"):
    asked = ("credentials", "issue", person, "--kind", "pin", "--pin-file", "-", *more)
    return ask(*asked, given=f"{pin}\n".encode())


# Cards.
def test_a_card_is_known_by_its_number(here):
    told = ask("credentials", "issue", "P1", "--kind", "card", "--number", "7001")
    assert set(told) == CREDENTIAL_KEYS
    assert (told["id"], told["person"], told["state"]) == ("7001", "P1", "active")
    assert ask("credentials", "list", "P1") == [told]
    suspended = ask("credentials", "suspend", "7001", "--reason", "Lost")
    assert (suspended["state"], suspended["reason"]) == ("suspended", "Lost")
    assert ask("people", "show", "P1")["cards"] == ["7001"]
    assert ask("credentials", "restore", "7001")["state"] == "active"
    assert ask("credentials", "revoke", "7001")["state"] == "revoked"
    assert ask("people", "show", "P1")["cards"] == []
    assert refused("credentials", "restore", "7001") == ["credential-revoked"]


def test_a_card_is_one_persons_at_a_time(here):
    card = ("--kind", "card", "--number", "7001")
    run("credentials", "issue", "P1", *card)
    before = head()
    assert refused("credentials", "issue", "P2", *card) == ["credential-taken"]
    assert run("credentials", "issue", "P1", *card).stdout.startswith("It is so already")
    assert head() == before
    run("credentials", "revoke", "7001")
    assert ask("credentials", "issue", "P2", *card)["person"] == "P2"
    assert ask("credentials", "list", "P1") == []
    assert ask("people", "show", "P2")["cards"] == ["7001"]


def test_somebody_whom_nobody_saw_leave_may_enter_again(here):
    run("credentials", "issue", "P1", "--kind", "card", "--number", "7001")
    run("doors", "anti-passback", "CTL-1", "hard")
    with open_site("site.db") as site:
        assert site.decide_at_door(DoorId("CTL-1"), site.clock(), shown=site.card("7001")).granted
    inside = ask("explain", "P1", "CTL-1")
    assert [reason["code"] for reason in inside["reasons"]] == ["anti-passback"]
    assert run("credentials", "reset-passback", "7001").stdout == "They may enter again.\n"
    assert ask("explain", "P1", "CTL-1")["granted"] is True
    assert refused("credentials", "reset-passback", "7002") == ["credential-unknown"]


def test_a_date_until_which_a_card_counts_is_a_whole_day_there(here):
    told = ask(
        "credentials", "issue", "P1", "--kind", "card", "--number", "7001",
        "--valid-from", "2026-07-01", "--valid-until", "2026-07-31",
    )  # fmt: skip
    assert (told["valid_from"], told["valid_until"]) == (
        "2026-06-30T22:00:00Z",
        "2026-07-31T22:00:00Z",
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("--kind", "card", "--number", "0000"), "number"),
        (("--kind", "card", "--number", ""), "number"),
        (("--kind", "card", "--number", "7 7"), "number"),
        (
            ("--kind", "card", "--number", "7", "--valid-from", "2026-07-02", "--valid-until",
             "2026-07-01"),
            "valid_until",
        ),
    ],
)  # fmt: skip
def test_a_card_that_is_no_good_is_not_issued(here, given, field):
    before = head()
    wrong = run("credentials", "issue", "P1", *given, code=2)
    assert wrong.stderr.startswith(f"invalid-field: {field}: ")
    assert head() == before


@pytest.mark.parametrize(
    "given",
    [
        ("--kind", "card"),
        ("--kind", "pin"),
        ("--kind", "qr", "--number", "7"),
        ("--kind", "pin", "--number", "7"),
        ("--kind", "fingerprint"),
        (),
    ],
)
def test_each_kind_has_options_of_its_own(here, given):
    run("credentials", "issue", "P1", *given, code=2)


@pytest.mark.parametrize("command", ["suspend", "restore", "revoke"])
@pytest.mark.parametrize("name", ["7999", "pin-aaaaaaaaaa", "qr-aaaaaaaaaa", "nothing"])
def test_what_was_never_issued_is_unknown(here, command, name):
    assert refused("credentials", command, name) == ["credential-unknown"]


# PINs.
def test_a_pin_is_kept_as_a_hash_and_told_nowhere(here):
    told = issue_pin("48151623")
    assert told["id"].startswith("pin-")
    assert told["number"] is None
    assert issue_pin("48151623") == told
    shown = run("log", "tail").stdout + run("people", "show", "P1").stdout
    shown += run("credentials", "list", "P1").stdout
    assert "48151623" not in shown


def test_a_new_pin_takes_the_place_of_the_one_before(here):
    first, second = issue_pin("4815"), issue_pin("1623")
    states = {told["id"]: told["state"] for told in ask("credentials", "list", "P1")}
    assert states == {first["id"]: "revoked", second["id"]: "active"}
    assert ask("credentials", "suspend", second["id"])["state"] == "suspended"


def test_two_people_may_have_the_same_pin_and_nobody_can_tell(here):
    issue_pin("4815")
    issue_pin("4815", person="P2")
    digests = [
        event["fields"]["digest"]
        for event in ask("log", "tail")
        if event["name"].startswith("credential-issued")
    ]
    assert len(digests) == len(set(digests)) == 2


def test_a_pin_for_duress_is_another_one(here):
    ordinary, duress = issue_pin("4815"), issue_pin("1623", "--duress")
    states = {told["id"]: told["state"] for told in ask("credentials", "list", "P1")}
    assert states == {ordinary["id"]: "active", duress["id"]: "active"}
    asked = ("credentials", "issue", "P1", "--kind", "pin", "--pin-file", "-", "--duress")
    assert refused(*asked, code=2, given=b"4815\n") == ["invalid-field"]


@pytest.mark.parametrize("pin", [b"123", b"123456789", b"12a4", "١٢٣٤".encode(), b"", b"12 34"])
def test_a_pin_is_4_to_8_digits(here, pin):
    asked = ("credentials", "issue", "P1", "--kind", "pin", "--pin-file", "-")
    before = head()
    wrong = run(*asked, code=2, given=pin)
    assert wrong.stderr.startswith("invalid-field: pin")
    assert not pin or pin.decode() not in wrong.stderr
    assert head() == before


# Dynamic codes.
def shown_code(person: str = "P1") -> str:
    return ask("credentials", "qr", person)["text"]


def test_a_code_can_be_read_from_picture_drawing_and_terminal(here):
    told = ask("credentials", "qr", "P1", "--png", "code.png", "--svg", "code.svg")
    assert set(told) == {"id", "text", "until", "files"}
    assert told["files"] == ["code.png", "code.svg"]
    with Image.open(here / "code.png") as picture:
        (read,) = zxingcpp.read_barcodes(picture)
    assert read.text == told["text"]
    assert (here / "code.svg").read_text(encoding="utf-8").startswith("<")
    text = run("credentials", "qr", "P1").stdout
    assert "█" in text
    assert max(map(len, text.splitlines()[:-2])) <= 80
    saved = run("credentials", "qr", "P1", "--png", "code.png").stdout
    assert "█" not in saved


def test_who_never_had_a_qr_credential_is_issued_one(here):
    first = ask("credentials", "qr", "P1")
    before = head()
    second = ask("credentials", "qr", "P1")
    assert head() == before
    assert first["id"] == second["id"]
    assert first["text"] != second["text"]
    assert ask("credentials", "issue", "P1", "--kind", "qr")["id"] == first["id"]


def test_what_was_taken_from_somebody_shows_no_code(here):
    name = ask("credentials", "issue", "P1", "--kind", "qr")["id"]
    run("credentials", "suspend", name)
    assert refused("credentials", "qr", "P1") == ["no-code"]
    run("credentials", "revoke", name)
    assert refused("credentials", "qr", "P1") == ["no-code"]
    other = ask("credentials", "issue", "P1", "--kind", "qr")["id"]
    assert other != name
    assert ask("credentials", "qr", "P1")["id"] == other
    assert refused("credentials", "qr", "nobody") == ["person-unknown"]


def test_a_code_opens_a_door_once(here):
    code = shown_code()
    verify = ("credentials", "verify", code, "--door", "CTL-1")
    granted = ask(*verify)
    assert (granted["granted"], granted["person"], granted["door"]) == (True, "P1", "CTL-1")
    assert granted["reasons"] == []
    before = head()
    denied = ask(*verify, code=1)
    assert [reason["code"] for reason in denied["reasons"]] == ["code-used"]
    assert head() > before
    names = {event["name"].rpartition(".")[0] for event in ask("log", "tail")}
    assert {"dynamic-code-presented", "dynamic-code-refused", "access-denied"} <= names
    text = run("credentials", "verify", code, "--door", "CTL-1", code=1).stdout
    assert "denied" in text
    assert "code-used: This code has been used already." in text


def test_every_reason_is_told(here):
    code = shown_code("P2")
    run("people", "block", "P2", "--reason", "lost keys")
    run("credentials", "suspend", ask("credentials", "list", "P2")[0]["id"])
    denied = ask("credentials", "verify", code, "--door", "CTL-2", code=1)
    assert {reason["code"] for reason in denied["reasons"]} >= {
        "credential-not-enabled",
        "person-blocked",
        "no-access-level",
    }
    assert len(denied["reasons"]) == len({reason["code"] for reason in denied["reasons"]})


def test_a_code_that_ran_out_is_refused(here):
    name = ask("credentials", "qr", "P1")["id"]
    with open_site(here / "site.db") as site:
        codes = DynamicCodes((site.pseudonyms.secret("codes"),), drift=CLOCK_DRIFT)
        old = codes.write(name, "n" * 16, now() - timedelta(minutes=5))
    denied = ask("credentials", "verify", old, "--door", "CTL-1", code=1)
    assert [reason["code"] for reason in denied["reasons"]] == ["code-expired"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C1.forged.1.nnnnnnnnnnnnnnnn.signature", "token-forged"),
        ("https://example.org", "token-malformed"),
        ("", "token-malformed"),
        ("C1." + "x" * 1000, "token-too-long"),
        ("C1.\x00", "token-forged"),
        ("C1.ñ", "token-malformed"),
        ("I1.invitation.nnnnnnnnnnnnnnnn.signature", "token-malformed"),
    ],
)
def test_hostile_text_is_refused_and_nothing_is_stored(here, text, code):
    before = head()
    assert refused("credentials", "verify", text, "--door", "CTL-1") == [code]
    assert head() == before


def test_a_door_that_there_is_not_uses_no_code_up(here):
    code = shown_code()
    before = head()
    assert refused("credentials", "verify", code, "--door", "CTL-9") == ["door-unknown"]
    assert head() == before
    assert ask("credentials", "verify", code, "--door", "CTL-1")["granted"] is True
