import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cvsec_adapters.transport.cli import cli
from cvsec_core.catalogue import AGGREGATES
from cvsec_core.errors import CommandError, Reason
from cvsec_core.ids import DoorId
from docs import generate

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PROSE = sorted(
    path
    for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("changelog.d/*.md"))
    if "_build" not in path.parts
)
FEATURES = sorted((ROOT / "features").glob("*.feature"))
INVARIANTS = DOCS / "reference" / "invariants.md"


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)


# The reference.
@pytest.mark.parametrize("page", generate.PAGES)
def test_a_reference_page_is_what_the_code_says(page):
    made = "\n".join(generate.PAGES[page]()) + "\n"
    assert (generate.FOLDER / page).read_text(encoding="utf-8") == made, (
        "run python -m docs.generate"
    )


@pytest.mark.parametrize("command", [c for a in AGGREGATES for c in a.commands])
def test_a_command_is_documented(command):
    assert f"### {command.__name__}\n" in page_text("commands.md")


@pytest.mark.parametrize("event", [e for a in AGGREGATES for e in a.events])
def test_an_event_is_documented(event):
    assert f"### {event.__name__}\n" in page_text("events.md")


@pytest.mark.parametrize("kind", [*generate.told(Reason), *generate.told(CommandError)])
def test_what_people_are_told_is_documented_in_both_languages(kind):
    page = page_text("errors.md")
    assert f"### {kind.code}\n" in page
    assert f"| {kind.says.en} | {kind.says.es} |" in page


@pytest.mark.parametrize("kind", [*generate.told(Reason), *generate.told(CommandError)])
def test_both_languages_name_the_same_fields(kind):
    for words in (kind.says, kind.advises):
        assert fields_in(words.en) == fields_in(words.es)


@pytest.mark.parametrize("command", cli.list_commands(None))
def test_a_command_of_the_command_line_is_documented(command):
    assert f"## cvsec {command}\n" in page_text("cli.md")


def page_text(page: str) -> str:
    return (generate.FOLDER / page).read_text(encoding="utf-8")


def fields_in(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", words))


# The generator.
@pytest.fixture
def two_pages(monkeypatch):
    pages = {"a.md": lambda: iter(["one"]), "b.md": lambda: iter(["two"])}
    monkeypatch.setattr(generate, "PAGES", pages)


@pytest.mark.usefixtures("two_pages")
def test_checking_names_what_is_out_of_date_and_writes_nothing(tmp_path, capsys):
    (tmp_path / "a.md").write_text("one\n", encoding="utf-8")
    assert generate.main(["--check"], tmp_path) == 1
    assert "b.md" in (said := capsys.readouterr().out)
    assert "a.md" not in said
    assert not (tmp_path / "b.md").exists()


@pytest.mark.usefixtures("two_pages")
def test_after_writing_nothing_is_out_of_date(tmp_path):
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0
    assert (tmp_path / "b.md").read_text(encoding="utf-8") == "two\n"


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        (str, "text"),
        (DoorId, "DoorId"),
        (int | None, "whole number, or none"),
        (tuple[str, ...], "list of text"),
        (frozenset[DoorId], "list of DoorId"),
        (tuple[int, str], "whole number, text"),
    ],
)
def test_a_type_is_shown_in_words(hint, shown):
    assert generate.shown_type(hint) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(True, "yes"), (1, "1"), (0, "0"), (None, "none"), ((), "none"), ("", "empty")],
)
def test_a_default_is_shown_in_words(value, shown):
    assert generate.shown_value(value) == shown


# The prose.
@pytest.mark.parametrize("path", PROSE, ids=name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]*)\)", without_code(path.read_text(encoding="utf-8"))):
        file, _, anchor = target.partition("#")
        if not re.match(r"\w+:", target):
            found = path.parent / file if file else path
            assert found.exists(), target
            assert not anchor or anchor in anchors(found), target


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=name)
def test_prose_names_no_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"(?:/home/|/root/|/Users/|/work/|localhost:)\S*", text)


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.filterwarnings("default::ResourceWarning")
def test_the_tutorial_works_from_its_beginning_to_its_end(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for language, block in blocks(DOCS / "tutorial" / "a-first-lockdown.md"):
        if language == "python":
            exec(block, names)  # noqa: S102  # the page is ours
        for line in re.findall(r"^\$ cvsec (.+)$", block, flags=re.MULTILINE):
            result = CliRunner().invoke(cli, shlex.split(line))
            assert result.exit_code == 0, (line, result.output)


def blocks(path: Path) -> list[tuple[str, str]]:
    found = re.finditer(
        r"^```(\w+)\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return [(match[1], match[2]) for match in found]


# Invariants.
def invariants() -> list[str]:
    return re.findall(r"^I(\d+)$", INVARIANTS.read_text(encoding="utf-8"), flags=re.MULTILINE)


def proofs() -> set[str]:
    """Test functions, and state machines that were given the name of a test."""
    files = (ROOT / "tests" / "properties").glob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"^(?:def )?(test_i\d+_\w+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("number", invariants())
def test_an_invariant_is_tested_under_its_number(number):
    assert any(test.startswith(f"test_i{number}_") for test in proofs())


def test_every_test_that_an_invariant_names_is_there():
    named = set(re.findall(r"`(test_i\w+)`", INVARIANTS.read_text(encoding="utf-8")))
    assert named <= proofs()


def test_every_invariant_that_is_tested_is_told():
    numbers = {re.findall(r"\d+", test)[0] for test in proofs()}
    assert numbers <= set(invariants())


# Features.
@pytest.mark.parametrize("path", FEATURES, ids=name)
def test_a_feature_is_made_of_rules_with_a_few_scenarios_each(path):
    before, *rules = path.read_text(encoding="utf-8").split("  Rule: ")
    assert rules
    assert "Scenario" not in before
    for rule in rules:
        scenarios = len(re.findall(r"^ {4}Scenario", rule, flags=re.MULTILINE))
        assert 2 <= scenarios <= 4 or "Examples:" in rule, rule.partition("\n")[0]


@pytest.mark.parametrize("path", FEATURES, ids=name)
def test_a_feature_is_run(path):
    steps = ROOT / "tests" / "features" / f"test_{path.stem}.py"
    assert f'scenarios("{path.name}")' in steps.read_text(encoding="utf-8")
