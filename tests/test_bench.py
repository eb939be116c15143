"""The benchmark says what it promises to say; how fast anything is, no test asserts."""

import json

import pytest

from tests.bench import events, machine, ours, report
from tests.bench.benchmarks import NAMES, rows
from tests.bench.rows import RATES, Row, Scale

TINY = Scale(
    runs=1,
    commits=4,
    batches=2,
    commands=4,
    stream=10,
    followed=600,
    doors=40,
    small=600,
    big=800,
    rebuilds=1,
    questions=2,
    starts=1,
    decisions=5,
    contests=1,
    processes=2,
    invitations=3,
    scans=3,
    imports=1,
    people=20,
    known=20,
    forgotten=2,
)

KEYS = ["name", "unit", "ours", "stock", "bare", "vs_stock", "vs_bare", "p50_ms", "p99_ms"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    return rows(TINY, tmp_path_factory.mktemp("bench"), lambda _: None)


def test_every_row_comes_once_and_in_order(measured):
    assert tuple(row.name for row in measured) == NAMES


def test_the_document_has_the_promised_keys(measured):
    document = json.loads(json.dumps(report.document({"cores": 2}, measured)))
    assert list(document) == ["machine", "durability", "rows"]
    assert document["durability"] == "full"
    assert [list(row) for row in document["rows"]] == [KEYS] * len(NAMES)
    assert all(row["ours"] > 0 and row["p50_ms"] > 0 for row in document["rows"])


def test_peers_take_part_where_they_can(measured):
    compared = {row.name for row in measured if row.stock and row.bare}
    assert compared == {
        "append-1", "append-100", "append-100-sealed", "append-100-at-rest", "command", "replay",
        "lockdown-10k", "redeem-one", "redeem-many", "import-people",
    }  # fmt: skip


def test_the_table_names_every_row_and_goal(measured):
    table = report.table({"cores": 2}, measured)
    assert all(name in table for name in NAMES)
    assert all(goal.says in table for goal in report.GOALS.values())


@pytest.mark.parametrize(("unit", "ratio"), [(RATES[0], 2), ("s", 0.5)])
def test_above_one_is_faster_than_the_peer(unit, ratio):
    row = Row("x", unit, ours=10, stock=5, bare=None, p50_ms=1, p99_ms=None)
    assert row.faster_than(row.stock) == ratio
    assert row.faster_than(row.bare) is None


def test_a_work_folder_is_gone_afterwards():
    with machine.work_folder() as folder:
        (folder / "some.db").write_bytes(b"")
        assert machine.facts(folder)["fsync_4k_ms"] > 0
    assert not folder.exists()


@pytest.mark.parametrize("count", [600, 21_000])
def test_the_last_day_of_the_mix_has_alarms(tmp_path, count):
    with ours.opened(tmp_path, events.end_of(count), durability="normal") as site:
        events.fill(site, count)
        assert site.log.head() == count
        _, counts = ours.see_alarms(site)
    assert 0 < counts.today <= counts.total
    assert counts.unacknowledged > 0 < counts.acknowledged
