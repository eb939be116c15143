"""`cvsec people import`, as people and programs meet it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cvsec_adapters.transport.cli import cli
from cvsec_adapters.transport.cli.importing import SHOWN

HEADER = "id,first_name,last_name,email,phone,department,card,minor"
GOOD = "1,Guest,One,guest.one@example.org,600 123 401,Library,71,no"
PROGRAM = [sys.executable, "-c", "from cvsec_adapters.transport.cli import main; main()"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder holds a founded site."""
    for name in ("CVSEC_DB", "CVSEC_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    run("org", "found", "Campus", "--zone", "Europe/Madrid")
    return tmp_path


def run(*arguments: str, code: int = 0, given: bytes | None = None) -> Result:
    result = CliRunner().invoke(cli, arguments, given, prog_name="cvsec")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result


def written(here: Path, *rows: str) -> str:
    file = here / "people.csv"
    file.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return file.name


def test_people_are_there_afterwards(here: Path):
    file = written(here, GOOD, "2,Guest,Two,,,,,")
    told = run("people", "import", file).stdout
    assert told == "Enrolled: 2. Cards issued: 1. Unchanged: 0.\n"
    people = json.loads(run("people", "list", "--json").stdout)
    assert [(one["id"], one["phone"], one["cards"]) for one in people] == [
        ("1", "+34600123401", ["71"]),
        ("2", None, []),
    ]


def test_json_has_counts_and_every_bad_row(here: Path):
    file = written(here, GOOD, *([",,,,,,,x"] * SHOWN))
    told = json.loads(run("people", "import", file, "--json", code=1).stdout)
    assert {name: told[name] for name in ("rows", "enrolled", "cards", "unchanged", "bad")} == {
        "rows": SHOWN + 1,
        "enrolled": 0,
        "cards": 0,
        "unchanged": 0,
        "bad": SHOWN,
    }
    assert len(told["faults"]) == 3 * SHOWN
    assert told["faults"][-1] == {
        "line": SHOWN + 2,
        "field": "minor",
        "code": "invalid-field",
        "message": "minor: expected yes or no, got 'x'.",
    }
    assert json.loads(run("people", "list", "--json").stdout) == []


def test_people_are_told_the_first_bad_rows_and_how_many_there_are(here: Path):
    file = written(here, GOOD, *([",Guest,,,,,,"] * (SHOWN + 5)))
    told = run("people", "import", file, code=1)
    lines = told.stderr.splitlines()
    assert lines[0].startswith("line 3: id: expected")
    assert lines[SHOWN:] == [
        "… and 5 more.",
        f"Bad rows: {SHOWN + 5} of {SHOWN + 6}.",
        "Nothing was stored. Correct the file, or store the others with --partial.",
    ]
    assert told.stdout == ""


def test_in_part_the_good_rows_are_stored_and_the_end_still_tells(here: Path):
    file = written(here, ",Guest,,,,,,", GOOD)
    told = run("people", "import", file, "--partial", code=1)
    assert told.stdout == "Enrolled: 1. Cards issued: 1. Unchanged: 0.\n"
    assert "line 2: id" in told.stderr
    again = run("people", "import", file, "--partial", "--json", code=1)
    assert json.loads(again.stdout)["unchanged"] == 1


def test_what_the_site_has_against_a_row_names_its_field(here: Path):
    run("people", "enroll", "1", "--first-name", "Other")
    told = run("people", "import", written(here, GOOD), code=1).stderr
    assert told.startswith("line 2: id: Somebody else is enrolled with that id.")


def test_it_is_told_in_the_language_of_the_organisation(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("org", "found", "Campus", "--locale", "es")
    told = run("people", "import", written(tmp_path, ",Guest,,,,,,"), code=1).stderr
    assert told.startswith("línea 2: id: se esperaba")
    assert "No se ha guardado nada." in told


@pytest.mark.parametrize(
    "content", [b"\xff\xfei\0d\0", b"name\n", "id,first_name\n1,Ñ".encode("latin-1")]
)
def test_what_is_no_table_is_wrong_use(here: Path, content: bytes):
    (here / "people.csv").write_bytes(content)
    told = run("people", "import", "people.csv", "--json", code=2)
    assert json.loads(told.stdout)["refused"][0]["code"] == "invalid-field"
    assert told.stderr.startswith("invalid-field: ")


def test_a_table_may_come_through_a_pipe(here: Path):
    given = f"{HEADER}\n{GOOD}\n".encode()
    run("people", "import", "-", given=given)
    assert here.joinpath("site.db").exists()
    assert len(json.loads(run("people", "list", "--json").stdout)) == 1


def test_a_file_that_is_not_there_makes_no_site(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("people", "import", "people.csv", code=2)
    assert not list(tmp_path.iterdir())


def test_a_terminal_is_shown_a_bar_and_a_pipe_is_not(here: Path):
    file = written(here, *(f"{n},Guest,,,,,," for n in range(1500)))
    piped = subprocess.run(
        [*PROGRAM, "people", "import", file], capture_output=True, text=True, check=True
    )
    assert piped.stderr == ""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "people", "import", file],
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm"},
    ) as shown:
        os.close(slave)
        seen = _all_of(master)
        assert shown.stdout is not None
        assert b"Unchanged: 1500" in shown.stdout.read()
    assert "Checking" in seen
    assert "Storing" in seen


def _all_of(terminal: int) -> str:
    seen = b""
    try:
        while block := os.read(terminal, 65536):
            seen += block
    except OSError:  # nobody writes to it any more
        pass
    os.close(terminal)
    return seen.decode(errors="replace")
