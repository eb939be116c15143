"""`cvsec mail`: sending letters, and seeing what became of them."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from cvsec_adapters.wiring import now, open_site
from tests.adapters.visiting import ask, founded, run, with_mail
from tests.contracts.test_mailer import PASSWORD, USER, Authority, Box, mail_server

PROGRAM = [sys.executable, "-c", "from cvsec_adapters.transport.cli import main; main()"]
KEYS = ["id", "to", "kind", "state", "attempts", "error"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current folder holds a founded site without a mail server."""
    for name in ("CVSEC_DB", "CVSEC_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with open_site("site.db") as site:
        founded(site)
    return tmp_path


@pytest.fixture
def box(here, authority):
    """A mail server that the site knows."""
    box = Box()
    with mail_server(box, "none", authority) as settings:
        with open_site("site.db") as site:
            with_mail(site, settings.port)
        yield box


def at(hours):
    return f"{now() + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def issue(email="guest@example.org"):
    return ask(
        "invitations", "issue", "--host", "1001", "--first-name", "Guest", "--email", email,
        "--start", at(1), "--end", at(2), "--reason", "meeting",
    )  # fmt: skip


def test_a_letter_has_its_shape_before_and_after_it_is_sent(box):
    issued = issue()
    (pending,) = ask("mail", "status")
    assert pending == {
        "id": f"invitation.{issued['id']}", "to": "guest@example.org", "kind": "invitation",
        "state": "pending", "attempts": 0, "error": None,
    }  # fmt: skip
    sent = ask("mail", "send")
    assert sent == [pending | {"state": "sent", "attempts": 1}]
    assert ask("mail", "status") == sent
    assert ask("mail", "send") == []
    assert ask("invitations", "list")[0]["mail"] == "sent"
    assert len(box.contents) == 1


def test_what_failed_says_why_and_is_listed(box):
    box.replies["RCPT"] = "550 No such mailbox"
    issue()
    (failed,) = ask("mail", "send")
    assert (failed["state"], failed["attempts"]) == ("given-up", 1)
    assert "550 No such mailbox" in failed["error"]
    assert ask("mail", "status", "--state", "given-up") == [failed]
    assert ask("mail", "status", "--state", "pending") == []
    told = run("mail", "status").stdout
    assert "GIVEN" in told
    assert max(map(len, told.splitlines())) <= 80


def test_pages_follow_each_other(box):
    for n in range(3):
        issue(f"guest-{n}@example.org")
    first = run("mail", "status", "--limit", "2", "--json")
    cursor = first.stderr.removeprefix("next: ").strip()
    (last,) = ask("mail", "status", "--after", cursor)
    assert last["to"] == "guest-0@example.org"


def test_without_a_mail_server_there_is_nothing_to_send_by(here):
    told = run("mail", "send", "--json", code=1)
    assert json.loads(told.stdout)["refused"][0]["code"] == "mail-not-configured"
    assert told.stderr.startswith("mail-not-configured: No mail server is configured.\nNext: ")
    assert ask("mail", "status") == []


def test_the_settings_of_the_organisation_hold(here, authority, monkeypatch):
    """As somebody sets them: encrypted, with a login, the password in a file."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.pem))
    (here / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    box = Box()
    with mail_server(box, "starttls", authority, auth_required=True) as settings:
        ask(
            "org", "mail", "--host", "127.0.0.1", "--port", str(settings.port), "--from",
            "door@example.org", "--user", USER, "--password-file", str(here / "password"),
            "--security", "starttls",
        )  # fmt: skip
        issue()
        assert [letter["state"] for letter in ask("mail", "send")] == ["sent"]
    (here / "password").unlink()
    issue("other@example.org")
    assert run("mail", "send", code=1).stderr.startswith("mail-password-unreadable: ")
    assert len(box.contents) == 1


def test_letters_leave_while_somebody_serves(box, here):
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0"],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert "Serving" in server.stdout.readline()
        issue()
        deadline = time.monotonic() + 60
        while [letter["state"] for letter in ask("mail", "status")] != ["sent"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        server.send_signal(signal.SIGINT)
        _, told = server.communicate(timeout=30)
    assert told == ""
    assert len(box.contents) == 1


def test_it_speaks_spanish_where_the_organisation_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_site("site.db") as site:
        founded(site, "es")
    assert "No hay cartas." in run("mail", "status").stdout
    assert run("mail", "send", code=1).stderr.startswith(
        "mail-not-configured: No hay un servidor de correo configurado."
    )
