"""People from a table: what is read, what is refused, and that nothing is half stored."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cvsec_adapters.desk import people
from cvsec_adapters.desk.importing import MOST, Imported, import_people
from cvsec_adapters.desk.people import Details
from cvsec_adapters.wiring import memory_site, open_site
from cvsec_core.aggregates.organisation import FoundOrganisation
from cvsec_core.aggregates.person import ForgetPerson, PersonUnknownError
from cvsec_core.errors import InvalidFieldError
from cvsec_core.projections import directory
from cvsec_core.site import Site

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
HEADER = "id,first_name,last_name,email,phone,department,card,minor"
ONE = "1,Guest,One,guest.one@example.org,600 123 401,Library,71,no"
TWO = "2,Guest,Two,guest.two@example.org,600 123 402,Library,72,yes"


@pytest.fixture
def site() -> Iterator[Site]:
    with memory_site(lambda: NOON) as made:
        made.handle(FoundOrganisation("North Campus", "Europe/Madrid", "en", "registrar", NOON))
        yield made


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


def imported(site: Site, *rows: str, header: str = HEADER, partial: bool = False) -> Imported:
    return import_people(site, table(*rows, header=header), by="registrar", partial=partial)


def counts(result: Imported) -> tuple[int, int, int]:
    return result.enrolled, result.cards, result.unchanged


def faults(result: Imported) -> list[tuple[int, str]]:
    return [(fault.line, fault.field) for fault in result.faults]


def known(site: Site) -> list[str | None]:
    return [row.number for row in site.query(directory.people)]


# What is read.
def test_everything_of_a_row_is_kept(site: Site):
    assert counts(imported(site, ONE, TWO)) == (2, 2, 0)
    row = people.row(site, "2")
    assert (row.first_name, row.last_name, row.department) == ("Guest", "Two", "Library")
    assert (row.email, row.phone, row.minor) == ("guest.two@example.org", "+34600123402", True)
    assert site.query(directory.cards, (row.id,))[row.id] == ("72",)


@pytest.mark.parametrize(
    "content",
    [
        "id,first_name\n1,Guest\n",
        "\ufeffid,first_name\r\n1,Guest\r\n",
        "id;first_name\n1;Guest\n",
        'ID, First-Name\n"1"," Guest "',
        "\n\nfirst_name,id\n\n,\nGuest,1\n\n",
    ],
)
def test_a_table_has_several_forms(site: Site, content: str):
    assert counts(import_people(site, content.encode(), by="registrar")) == (1, 0, 0)
    assert people.row(site, "1").first_name == "Guest"


def test_a_value_may_hold_the_separator_and_letters_of_any_kind(site: Site):
    imported(site, '1,Ñandú,"One, the first"', header="id,first_name,last_name")
    row = people.row(site, "1")
    assert (row.first_name, row.last_name) == ("Ñandú", "One, the first")


@pytest.mark.parametrize(
    ("said", "minor"), [("yes", True), ("SÍ", True), ("", False), ("0", False)]
)
def test_whether_somebody_is_a_minor_is_said_in_words(site: Site, said: str, minor: bool):
    imported(site, f"1,Guest,{said}", header="id,first_name,minor")
    assert people.row(site, "1").minor == minor


def test_phone_numbers_are_dialled_where_it_is_said(site: Site):
    content = table("1,Guest,020 7946 0958", header="id,first_name,phone")
    import_people(site, content, by="registrar", region="GB")
    assert people.row(site, "1").phone == "+442079460958"


# What is no table.
@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "header"),
        (b"\n\n", "header"),
        (b"id\n1", "header"),
        (b"id,first_name,nickname\n1,Guest,G", "header"),
        (b"id,first_name,id\n1,Guest,2", "header"),
        (b'"id,first_name', "header"),
        (table(ONE).decode().encode("utf-16"), "file"),
        (table(ONE).decode().encode("utf-16-be"), "file"),
        (table("1,Ñandú", header="id,first_name").decode().encode("latin-1"), "file"),
        (b"PK\x03\x04\x14\x00\x06\x00", "file"),
    ],
)
def test_what_is_no_table_is_told_by_one_error(site: Site, content: bytes, field: str):
    head = site.log.head()
    with pytest.raises(InvalidFieldError) as refused:
        import_people(site, content, by="registrar", partial=True)
    assert refused.value.field == field
    assert refused.value.message("es") != refused.value.message("en")
    assert site.log.head() == head


def test_the_line_that_is_no_utf8_is_named(site: Site):
    with pytest.raises(InvalidFieldError, match="line 3 is not"):
        import_people(site, b"id,first_name\n1,Guest\n2,\xd1and\xfa\n", by="registrar")


def test_an_unknown_column_is_named(site: Site):
    with pytest.raises(InvalidFieldError, match="got 'nickname'"):
        imported(site, "1,Guest,G", header="id,first_name,nickname")


def test_a_file_has_an_end(site: Site):
    with pytest.raises(InvalidFieldError, match=f"at most {MOST} rows"):
        imported(site, *(f"{n},Guest" for n in range(MOST + 1)), header="id,first_name")


def test_a_region_must_exist(site: Site):
    with pytest.raises(InvalidFieldError) as refused:
        import_people(site, table(ONE), by="registrar", region="XX")
    assert refused.value.field == "region"


# Bad rows.
@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",Guest,,,,,,", "id"),
        ("a b,Guest,,,,,,", "id"),
        ("1,,,,,,,", "first_name"),
        ('1,"Guest\nOne",,,,,,', "first_name"),
        (f"1,{'G' * 101},,,,,,", "first_name"),
        ("1,Guest,O\x07ne,,,,,", "last_name"),
        ("1,Guest,,nobody,,,,", "email"),
        ("1,Guest,,,12,,,", "phone"),
        ("1,Guest,,,,,000,", "card"),
        ("1,Guest,,,,,,perhaps", "minor"),
        ("1,Guest", "row"),
        ("1,Guest,,,,,,,", "row"),
        ('1,"Guest" One,,,,,,', "row"),
        (f"1,{'G' * 200_000},,,,,,", "row"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_field(site: Site, row: str, field: str):
    head = site.log.head()
    result = imported(site, ONE, "", row)
    assert faults(result) == [(4, field)]
    assert (result.rows, result.bad, counts(result)) == (2, 1, (0, 0, 0))
    assert site.log.head() == head


def test_all_that_is_wrong_is_told_at_once(site: Site):
    result = imported(site, ",Guest,,nobody,,,,", ONE, "2,,,,12,,,")
    assert faults(result) == [(2, "id"), (2, "email"), (4, "first_name"), (4, "phone")]
    assert result.bad == 2


def test_a_row_of_several_lines_is_named_by_its_first(site: Site):
    result = imported(site, '1,"Guest\n\nOne",,,,,,', "2,,,,,,,")
    assert faults(result) == [(2, "first_name"), (5, "first_name")]


def test_an_open_quote_is_told_where_it_opens(site: Site):
    assert faults(imported(site, ONE, '2,"Guest,,,,,,', TWO)) == [(3, "row")]


def test_the_good_rows_are_stored_where_that_is_wanted(site: Site):
    result = imported(site, ONE, "3,,,,,,,", TWO, partial=True)
    assert faults(result) == [(3, "first_name")]
    assert counts(result) == (2, 2, 0)
    assert sorted(known(site)) == ["1", "2"]


# Who is known already.
def test_an_import_may_be_repeated(site: Site):
    imported(site, ONE)
    head = site.log.head()
    assert counts(imported(site, ONE)) == (0, 0, 1)
    assert site.log.head() == head
    assert counts(imported(site, ONE, TWO, ONE)) == (1, 1, 2)


def test_who_is_known_otherwise_is_a_bad_row(site: Site):
    people.enroll(site, "1", Details("Guest", "Other"), by="registrar")
    result = imported(site, TWO, ONE)
    assert faults(result) == [(3, "id")]
    assert [fault.error.code for fault in result.faults] == ["person-enrolled"]
    assert known(site) == ["1"]
    assert counts(imported(site, TWO, ONE, partial=True)) == (1, 1, 0)
    assert people.row(site, "1").last_name == "Other"


def test_of_a_row_whose_card_is_taken_nothing_is_stored(site: Site):
    people.enroll(site, "9", Details("Guest"), by="registrar", card="71")
    result = imported(site, ONE, TWO, partial=True)
    assert faults(result) == [(2, "card")]
    assert counts(result) == (1, 1, 0)
    with pytest.raises(PersonUnknownError):
        people.row(site, "1")


@pytest.mark.parametrize(
    ("second", "field"), [("1,Guest,Two,,,,,", "id"), ("2,Guest,Two,,,,71,", "card")]
)
def test_two_lines_do_not_give_one_thing_to_two_people(site: Site, second: str, field: str):
    result = imported(site, ONE, second)
    assert faults(result) == [(3, field)]
    assert "line 2" in result.faults[0].error.message()
    assert "línea 2" in result.faults[0].error.message("es")


def test_who_is_known_may_be_given_a_card(site: Site):
    imported(site, "1,Guest,", header="id,first_name,card")
    assert counts(imported(site, "1,Guest,71", header="id,first_name,card")) == (0, 1, 0)


def test_who_was_forgotten_comes_back_as_somebody_new(site: Site):
    imported(site, ONE)
    before = site.person("1")
    site.handle(ForgetPerson(before, "registrar", NOON))
    assert counts(imported(site, "1,Guest", header="id,first_name")) == (1, 0, 0)
    assert site.person("1") != before


def test_progress_is_told_from_the_beginning_to_the_end(site: Site):
    told: list[tuple[str, int, int]] = []
    import_people(site, table(ONE, TWO), by="registrar", progress=lambda *step: told.append(step))
    assert told == [("check", 0, 2), ("check", 2, 2), ("store", 0, 2), ("store", 2, 2)]


# Killed in the middle.
VICTIM = """
import os, signal, sys, threading
from pathlib import Path
from cvsec_adapters.desk.importing import import_people
from cvsec_adapters.wiring import open_site

def step(what, done, total):
    if what == "store" and not done:
        threading.Timer(float(sys.argv[3]), os.kill, (os.getpid(), signal.SIGKILL)).start()

with open_site(sys.argv[1]) as site:
    import_people(site, Path(sys.argv[2]).read_bytes(), by="registrar", progress=step)
    os.kill(os.getpid(), signal.SIGKILL)
"""
CROWD = 600


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_an_import_that_is_killed_is_there_whole_or_not_at_all(tmp_path: Path):
    database, file = tmp_path / "site.db", tmp_path / "people.csv"
    rows = [f"{n},Guest,{n},guest{n}@example.org,,Library,7{n:04},no" for n in range(CROWD)]
    file.write_bytes(table(*rows))
    for delay in (0, 0.01, 0.03, 0.06, 0.1, 0.2):
        done = subprocess.run(
            [sys.executable, "-c", VICTIM, str(database), str(file), f"{delay}"], check=False
        )
        assert done.returncode == -signal.SIGKILL
        with open_site(database) as site:
            assert site.log.head() in (0, 2 * CROWD)
            assert len(known(site)) in (0, CROWD)
    with open_site(database) as site:
        result = import_people(site, file.read_bytes(), by="registrar")
        assert not result.faults
        assert result.enrolled + result.unchanged == CROWD
        assert len(known(site)) == CROWD
