"""Decisions explained, notifications and the muster on the command line."""

from datetime import UTC, datetime, timedelta

import pytest

from cvsec_adapters.wiring import open_site
from cvsec_core.aggregates import journal
from cvsec_core.ids import DeviceId
from tests.adapters.terminal import ask, enter, head, refused, run

CTL = DeviceId("CTL")
MONDAY = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
"""Eight o'clock in Madrid."""


def passed(*lines: tuple[int, str, str], at: datetime = MONDAY, first: int = 1):
    """The device tells that people went in or out: code, number, direction."""
    told = tuple(
        journal.Line(
            index=first + n, code=code, at=at + timedelta(minutes=n), text=f"{first + n}", number=1,
            person=number, card=None, direction=way, verify="4",
        )
        for n, (code, number, way) in enumerate(lines)
    )  # fmt: skip
    with open_site("site.db") as site:
        site.handle(journal.RecordPassages(CTL, f"{at:%Y-%m-%d}", told, at + timedelta(hours=1)))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A site in Madrid, a parent and a student, who may pass one of two doors on weekdays."""
    folder = enter(tmp_path, monkeypatch)
    run("org", "found", "North Campus", "--zone", "Europe/Madrid")
    run("devices", "register", "CTL", "--doors", "2")
    run("people", "enroll", "P1", "--first-name", "Parent", "--last-name", "One")
    run("people", "enroll", "S1", "--first-name", "Student", "--minor", "--department", "Class 4")
    run("levels", "define", "pupils", "--door", "CTL-1", "--hours", "mon-fri 08:00-18:00")
    run("levels", "grant", "pupils", "S1")
    return folder


# Explaining.
def test_a_grant_is_explained(here):
    told = ask("explain", "S1", "CTL-1", "--at", "2031-03-10T08:00")
    assert set(told) == {
        "granted", "person", "door", "at", "reasons", "noted", "rule", "version", "alternatives",
    }  # fmt: skip
    assert (told["granted"], told["reasons"], told["alternatives"]) == (True, [], [])
    assert told["at"] == "2031-03-10T07:00:00Z"


def test_a_denial_is_explained_with_what_would_be_allowed(here):
    told = ask("explain", "S1", "CTL-1", "--at", "2031-03-09T12:00")
    assert told["granted"] is False
    assert [reason["code"] for reason in told["reasons"]] == ["not-permitted-at-this-time"]
    assert told["alternatives"] == [{"door": "CTL-1", "at": "2031-03-10T07:00:00Z"}]
    assert told["rule"]
    assert told["version"] >= 1
    elsewhere = ask("explain", "S1", "CTL-2", "--at", "2031-03-10T12:00")
    assert elsewhere["alternatives"] == [{"door": "CTL-1", "at": "2031-03-10T11:00:00Z"}]
    text = run("explain", "S1", "CTL-1", "--at", "2031-03-09T12:00").stdout
    assert "not-permitted-at-this-time: " in text
    assert "Instead: CTL-1, 2031-03-10 08:00:00" in text
    assert max(map(len, text.splitlines())) <= 80


def test_every_reason_is_told(here):
    run("people", "block", "P1", "--reason", "lost keys")
    told = ask("explain", "P1", "CTL-1")
    assert [reason["code"] for reason in told["reasons"]] == ["person-blocked", "no-access-level"]


def test_explaining_is_a_question(here):
    before = head()
    run("explain", "P1", "CTL-1")
    run("explain", "S1", "CTL-1")
    assert refused("explain", "nobody", "CTL-1") == ["person-unknown"]
    assert refused("explain", "S1", "CTL-9") == ["door-unknown"]
    assert head() == before


# Notifications.
def test_a_guardian_is_told_with_consent_and_only_while_it_stands(here):
    passed((0, "S1", "in"))
    assert ask("notifications", "P1") == []
    assert [told["about"] for told in ask("notifications", "S1")] == ["S1"]
    run("people", "guardian", "S1", "P1", "--consent", "form 7")
    passed((0, "S1", "out"), (0, "P1", "in"), at=MONDAY + timedelta(hours=8), first=2)
    told = ask("notifications", "P1")
    assert [(one["about"], one["direction"]) for one in told] == [("P1", "in"), ("S1", "out")]
    assert set(told[0]) == {
        "id", "about", "name", "department", "code", "event", "decision", "door", "direction",
        "late", "occurred_at",
    }  # fmt: skip
    assert run("people", "withdraw-consent", "S1", "P1", "--purpose", "guardian-feed").stdout == (
        "The consent is withdrawn.\n"
    )
    assert [one["about"] for one in ask("notifications", "P1")] == ["P1"]


def test_nothing_personal_is_shown_until_the_organisation_says_so(here):
    passed((0, "S1", "in"))
    for command in (("notifications", "S1"), ("muster",)):
        (told,) = ask(*command)
        assert (told["name"], told["department"]) == (None, None)
        assert "Student" not in run(*command).stdout
    run("org", "display", "--show", "name")
    for command in (("notifications", "S1"), ("muster",)):
        (told,) = ask(*command)
        assert (told["name"], told["department"]) == ("Student", None)
    run("org", "display", "--show", "department")
    assert ask("muster")[0]["department"] == "Class 4"


def test_notifications_are_paged_and_switched_off(here):
    passed(*[(0, "S1", "in"), (0, "S1", "out")] * 3)
    page = run("notifications", "S1", "--limit", "4", "--json")
    cursor = page.stderr.removeprefix("next: ").strip()
    assert len(ask("notifications", "S1", "--after", cursor)) == 2
    run("people", "notify", "S1", "off")
    passed((0, "S1", "in"), at=MONDAY + timedelta(days=1), first=10)
    assert len(ask("notifications", "S1")) == 6
    assert refused_text("notifications", "nobody") == "person-unknown"


def refused_text(*command: str) -> str:
    return run(*command, code=1).stderr.partition(":")[0]


# The muster.
def test_the_muster_tells_who_is_there_and_how_that_is_known(here):
    passed((0, "S1", "in"), (0, "P1", "in"), (0, "999", "in"), (27, "P1", "out"), (0, "P1", "out"))
    there = ask("muster")
    assert [(one["id"], one["kind"], one["provenance"]) for one in there] == [
        ("999", None, "observed"),
        ("S1", "personnel", "observed"),
    ]
    assert there[1] | {"name": None} == {
        "id": "S1",
        "kind": "personnel",
        "name": None,
        "department": None,
        "party": 1,
        "since": "2026-03-09T07:00:00Z",
        "door": "CTL-1",
        "provenance": "observed",
    }
    text = run("muster").stdout
    assert "On site  2" in text
    assert "2 observed" in text
    assert "2026-03-09 08:00:00" in text
    assert max(map(len, text.splitlines())) <= 80


def test_nobody_is_there_at_first(here):
    assert ask("muster") == []
    assert "Nobody." in run("muster").stdout
