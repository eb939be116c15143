"""A log, and the vault that belongs to it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cvsec_adapters.desk import people
from cvsec_adapters.desk.people import Details
from cvsec_adapters.storage.errors import VaultForeignError, VaultMissingError, VaultPresentError
from cvsec_adapters.transport.cli import cli
from cvsec_adapters.wiring import new_vault, open_site
from cvsec_core.aggregates.person import PersonUnknownError
from cvsec_core.projections import directory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return made(tmp_path / "site.db")


def made(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    with open_site(path, clock=lambda: NOON) as site:
        people.enroll(site, "1001", Details("Host"), by="administrator")
    return path


def vault_of(path: Path) -> Path:
    return path.with_name("site.vault.db")


def test_a_log_without_its_vault_is_not_opened(site: Path):
    vault_of(site).unlink()
    with pytest.raises(VaultMissingError):
        open_site(site)
    assert not vault_of(site).exists()


def test_the_vault_of_another_site_is_not_taken(site: Path, tmp_path: Path):
    other = made(tmp_path / "other" / "site.db")
    vault_of(other).replace(vault_of(site))
    with pytest.raises(VaultForeignError):
        open_site(site)


def test_its_own_vault_is_taken_again(site: Path):
    away = site.with_name("away")
    vault_of(site).rename(away)
    with pytest.raises(VaultMissingError):
        open_site(site)
    away.rename(vault_of(site))
    with open_site(site) as again:
        assert [row.first_name for row in again.query(directory.people)] == ["Host"]


def test_whose_vault_is_lost_goes_on_without_whom_they_knew(site: Path):
    with pytest.raises(VaultPresentError):
        new_vault(site)
    vault_of(site).unlink()
    assert new_vault(site) == vault_of(site)
    with open_site(site, clock=lambda: NOON) as again:
        with pytest.raises(PersonUnknownError):
            again.person("1001")
        people.enroll(again, "1001", Details("Another"), by="administrator")
        assert again.log.head() == 2


def test_the_command_line_says_what_to_do(site: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(site.parent)
    vault_of(site).unlink()
    refused = run("people", "list", code=1)
    assert refused.stderr.startswith("vault-missing: site.vault.db is missing")
    assert "keys new-vault" in refused.stderr
    assert run("keys", "new-vault", "--yes").stdout == "An empty vault: site.vault.db.\n"
    assert run("keys", "new-vault", "--yes", code=1).stderr.startswith("vault-present: ")


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments, prog_name="cvsec")
    assert result.exit_code == code, result.output
    return result
