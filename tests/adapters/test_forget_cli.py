"""Forgetting, exporting, retention and keys from the command line."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from cvsec_adapters.storage.keys import vault_path
from cvsec_adapters.transport.cli.root import cli
from tests.properties.a_life import traces

PROGRAM = [sys.executable, "-c", "from cvsec_adapters.transport.cli import main; main()"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "site").mkdir()
    monkeypatch.chdir(tmp_path / "site")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))

    def running(*words: str, code: int = 0, **environ: str | None) -> Result:
        result = CliRunner().invoke(cli, list(words), env=environ)
        assert result.exit_code == code, result.output
        return result

    return running


@pytest.fixture
def site(run: Run) -> Run:
    run("org", "found", "North Campus", "--zone", "Europe/Madrid")
    run(
        "people", "enroll", "1001", "--first-name", "Host", "--last-name", "Zebulonia",
        "--email", "host@example.org", "--card", "4711",
    )  # fmt: skip
    run("people", "enroll", "1002", "--first-name", "Host", "--last-name", "Two")
    return run


def shape(result: Result) -> Any:
    return json.loads(result.stdout)


def test_somebody_is_forgotten_with_a_proof(site: Run):
    proof = shape(site("people", "forget", "1001", "--json", "--as", "officer"))
    assert proof["forgotten"] is True
    assert proof["by"] == "officer"
    assert proof["keys_destroyed"] == 2
    assert proof["left"] == {"keys": 0, "names": 0, "pictures": 0, "rows": 0}
    assert [p["id"] for p in shape(site("people", "list", "--json"))] == ["1002"]
    assert shape(site("people", "proof", str(proof["position"]), "--json")) == proof
    forgotten = shape(site("people", "forgotten", "--json"))
    assert forgotten == [{name: proof[name] for name in ("position", "at", "by")}]
    for words in (("show", "1001"), ("export", "1001"), ("forget", "1001")):
        assert "person-unknown" in site("people", *words, code=1).stderr


def test_people_read_the_proof(site: Run):
    shown = site("people", "forget", "1001").stdout
    assert "Forgotten." in shown
    assert "Keys destroyed  2" in shown
    assert "Forgotten       yes" in shown
    position = shape(site("people", "forgotten", "--json"))[0]["position"]
    assert f"position {position} of the log" in site("people", "proof", str(position)).stdout
    assert str(position) in site("people", "forgotten").stdout
    site("people", "forget", "1002")


def test_until_somebody_is_forgotten_there_is_nobody(site: Run):
    assert "Nobody." in site("people", "forgotten").stdout


def test_a_proof_is_about_a_forgetting(site: Run):
    assert "not-forgetting" in site("people", "proof", "1", code=1).stderr
    assert "not-forgetting" in site("people", "proof", "9999", code=1).stderr


def test_a_proof_fails_where_an_older_vault_came_back_meanwhile(site: Run, tmp_path: Path):
    database = Path("site.db")
    shutil.copy(vault_path(database), tmp_path / "older")
    position = shape(site("people", "forget", "1001", "--json"))["position"]
    (tmp_path / "older").replace(vault_path(database))
    assert shape(site("people", "proof", str(position), "--json"))["forgotten"] is True


def test_everything_about_somebody_is_exported(site: Run):
    exported = shape(site("people", "export", "1001", "--json", "--as", "officer"))
    assert exported["person"]["last_name"] == "Zebulonia"
    assert exported["by"] == "officer"
    assert exported["credentials"][0]["number"] == "4711"
    site("people", "export", "1001", "--to", "host.json")
    assert json.loads(Path("host.json").read_text())["person"] == exported["person"]
    if os.name == "posix":
        assert stat.S_IMODE(Path("host.json").stat().st_mode) == 0o600
    site("people", "export", "1001", "--to", "host.json", code=1)  # it is there already
    site("people", "export", "nobody", "--to", "nobody.json", code=1)
    assert not Path("nobody.json").exists()
    told = site("log", "tail", "--json").stdout
    assert told.count('"personal-data-exported.1"') == 2


def test_retention_is_shown_set_and_swept(site: Run):
    first = {"days": 31, "forgotten": 0, "due": 0, "kept": []}
    assert shape(site("people", "retention", "--json")) == first
    assert shape(site("people", "retention", "--days", "7", "--json")) == {**first, "days": 7}
    assert "after 7 days" in site("people", "retention", "--sweep").stdout
    assert shape(site("people", "retention", "--off", "--json"))["days"] is None
    assert "not by themselves" in site("people", "retention").stdout
    site("people", "retention", "--days", "7", "--off", code=2)
    site("people", "retention", "--days", "0", code=2)


def test_the_site_gets_another_key(site: Run, tmp_path: Path):
    file = tmp_path / "keys" / "new"
    before = shape(site("keys", "show", "--json"))
    assert before["source"] == "CVSEC_KEY"
    rotated = shape(site("keys", "rotate", "--to", str(file), "--json"))
    assert rotated["source"] == str(file)
    assert rotated["fingerprint"] != before["fingerprint"]
    wrong = site("people", "list", code=1)
    assert wrong.stderr.splitlines() == [
        "log-unavailable: site.db: the key is not the one of this file.",
        "Next: Give the key that the site was made with, in CVSEC_KEY or the key file.",
    ]
    there = {"CVSEC_KEY": None, "CVSEC_KEY_FILE": str(file)}
    assert len(shape(site("people", "list", "--json", **there))) == 2
    assert shape(site("keys", "show", "--json", **there)) == rotated
    again = shape(site("keys", "rotate", "--to", str(file), "--json", **there))
    assert again == rotated  # it has it already


def test_the_key_says_nothing_of_itself(site: Run):
    shown = site("keys", "show").stdout
    assert "c5c5" not in shown
    assert "CVSEC_KEY" in shown


def test_a_wrong_key_rotates_nothing(site: Run, tmp_path: Path):
    new = tmp_path / "keys" / "new"
    refused = site("keys", "rotate", "--to", str(new), code=1, CVSEC_KEY="ab" * 32)
    assert refused.stderr.count("\n") == 2
    assert "wrong" in refused.stderr or "not the one" in refused.stderr
    assert len(shape(site("people", "list", "--json"))) == 2


def test_a_key_does_not_lie_beside_what_it_locks(site: Run):
    assert "key-beside-data" in site("keys", "rotate", "--to", "new.key", code=1).stderr
    assert (
        "database-missing"
        in site("keys", "rotate", "--to", "/nowhere/key", "--db", "none.db", code=1).stderr
    )


def test_a_server_that_runs_meanwhile_forgets_too(site: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CVSEC_AT_REST", "off")
    number, card = "9041788315", "5522019866"
    open_files = ("--db", "open.db")
    site("devices", "register", "GATE", "--doors", "1", *open_files)
    site("people", "enroll", number, "--first-name", "Zebulonia", "--card", card, *open_files)
    with serving("open.db") as port:
        tells(port, number, card, 1)
        shown = shape(site("records", "list", "--json", *open_files))
        assert [(row["person"], row["card"]) for row in shown] == [(number, card)]
        assert traces(Path(), (number, card, "Zebulonia"))
        proof = shape(site("people", "forget", number, "--json", *open_files))
        assert (proof["forgotten"], proof["kept"]["passages"]) == (True, 1)
        tells(port, number, card, 2)
        shown = shape(site("records", "list", "--json", *open_files))
        assert [(row["person"], row["card"]) for row in shown] == [(None, None), (None, None)]
        assert traces(Path(), (number, card, "Zebulonia")) == []
    assert traces(Path(), (number, card, "Zebulonia")) == []


@contextmanager
def serving(database: str) -> Generator[int]:
    """`cvsec serve` in a process of its own; its port."""
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--db", database], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().partition(";")[0]
        yield int(address.rpartition(":")[2])
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)


def tells(port: int, number: str, card: str, index: int) -> None:
    """The device tells of a passage."""
    body = (
        f"time=2026-03-11 08:00:0{index}\tpin={number}\tcardno={card}\teventaddr=1\tevent=0"
        f"\tinoutstatus=0\tverifytype=15\tindex={index}"
    )
    answer = httpx.post(f"http://127.0.0.1:{port}/iclock/cdata?SN=GATE&table=rtlog", content=body)
    assert answer.text == "OK"
