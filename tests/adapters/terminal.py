"""The command line as people meet it: one run after another, in a folder of its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cvsec_adapters.transport.cli import cli

SETTINGS = ("CVSEC_DB", "CVSEC_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG")


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to *folder*, with no settings."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str, code: int = 0, given: bytes | None = None) -> Result:
    """A run that ends with *code*, with *given* as its standard input."""
    result = CliRunner().invoke(cli, arguments, prog_name="cvsec", input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result


def ask(*arguments: str, code: int = 0, given: bytes | None = None) -> Any:
    """What a run prints as JSON, and nothing else on stdout."""
    return json.loads(run(*arguments, "--json", code=code, given=given).stdout)


def refused(*arguments: str, code: int = 1, given: bytes | None = None) -> list[str]:
    """The codes that a run is refused with; they are the same in both languages and as JSON."""
    result = run(*arguments, "--json", code=code, given=given)
    told = json.loads(result.stdout)["refused"]
    assert all(reason["message"] and reason["next"] for reason in told)
    assert [line.partition(":")[0] for line in result.stderr.splitlines()][: len(told)] == [
        reason["code"] for reason in told
    ]
    return [reason["code"] for reason in told]


def head() -> int:
    """How many events the log holds."""
    return max(view["head"] for view in ask("views", "status"))
