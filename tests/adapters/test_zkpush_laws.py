"""What holds of the endpoint whatever devices send, and in whatever order."""

from typing import Any

from hypothesis import given, settings, strategies as st

from cvsec_adapters.devices.zkpush.messages import Request
from cvsec_core.aggregates import door, journal
from tests.contracts.dialogue import FIRST, NOON, SERIAL, Dialogue, line

SETTINGS = settings(deadline=None, max_examples=60)
NAMES = ("cdata", "registry", "push", "getrequest", "devicecmd", "querydata", "ping", "rtdata", "x")
TABLES = ("rtlog", "rtstate", "tabledata", "options", "novelty", "")

queries = st.builds(
    "SN={}&table={}&tablename={}&type={}&count={}".format,
    st.just(SERIAL) | st.text(max_size=8),
    st.sampled_from(TABLES),
    st.sampled_from(("transaction", "user", "biophoto")) | st.text(max_size=8),
    st.sampled_from(("tabledata", "count", "options", "time")),
    st.text("0123456789-x", max_size=22),
)
field = st.sampled_from(("time", "event", "index", "eventaddr", "sensor", "alarm", "ID", "Return"))
lines = st.lists(
    st.tuples(field, st.text(max_size=12) | st.from_regex(r"[0-9]{1,12}", fullmatch=True)),
    max_size=6,
).map(lambda pairs: "\t".join(f"{name}={value}" for name, value in pairs))
bodies = st.binary(max_size=200) | st.lists(lines, max_size=5).map(
    lambda told: "\n".join(told).encode("utf-8", "surrogatepass")
)


@SETTINGS
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("GET", "POST", "PUT", "")),
            st.sampled_from(NAMES) | st.text(max_size=20),
            queries | st.text(max_size=40),
            bodies,
        ),
        max_size=6,
    )
)
def test_every_request_is_answered_and_none_fails(requests: list[tuple[str, str, str, bytes]]):
    here = Dialogue()
    for method, name, query, body in requests:
        answer = here.endpoint.answer(Request(method, f"/iclock/{name}", NOON, query, body))
        assert answer.status in {200, 406}
    assert here.records(line()) == "OK"
    assert here.passages()


@SETTINGS
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_garbage_around_a_record_does_not_lose_it(before: bytes, after: bytes):
    here = Dialogue()
    body = b"\n".join((before, line(77).encode(), after))
    assert here.hear("POST", "cdata?SN&table=rtlog", body) == "OK"
    assert 77 in [passage.index for passage in here.passages()]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Some records, and the batches in which a device delivers them: each at least once."""
    count = draw(st.integers(1, 12))
    codes = draw(
        st.lists(st.sampled_from((0, 27, 102, 200, 201, 206)), min_size=count, max_size=count)
    )
    days = draw(st.lists(st.integers(21, 23), min_size=count, max_size=count).map(sorted))
    records = [
        line(index, code, f"2026-11-{day} 13:00:{index:02}")
        for index, (code, day) in enumerate(zip(codes, days, strict=True), 1)
    ]
    sent = draw(st.permutations(records + draw(st.lists(st.sampled_from(records), max_size=8))))
    batches: list[list[str]] = []
    while sent:
        size = draw(st.integers(1, len(sent)))
        batches.append(sent[:size])
        sent = sent[size:]
    return records, batches


def told(passage: Any) -> tuple[int, int, Any]:
    return passage.index, passage.code, passage.at


@SETTINGS
@given(deliveries())
def test_records_count_once_however_they_come(delivery: tuple[list[str], list[list[str]]]):
    records, batches = delivery
    here, once = Dialogue(), Dialogue()
    once.records(*records)
    for batch in batches:
        here.records(*batch)
    assert sorted(map(told, here.passages())) == sorted(map(told, once.passages()))
    assert len(here.passages()) == len(records)


@SETTINGS
@given(st.permutations(range(1, 8)))
def test_a_late_record_never_reverts_what_a_newer_one_told(order: list[int]):
    here = Dialogue()
    for index in order:
        here.records(line(index, 200 if index % 2 else 201, f"2026-11-23 13:00:{index:02}"))
    newest = max(order)
    times = [event.at for event in here.events(door.DoorOpened, door.DoorClosed)]
    assert times == sorted(times)
    assert here.sensed(FIRST).physical == ("Open" if newest % 2 else "Closed")


@SETTINGS
@given(deliveries())
def test_what_came_after_is_told_to_be_late(delivery: tuple[list[str], list[list[str]]]):
    _, batches = delivery
    here = Dialogue()
    for batch in batches:
        here.records(*batch)
    seen: dict[tuple[int, str], int] = {}
    for event in here.events(journal.PassageRecorded):
        key = (event.epoch, event.at.date().isoformat())
        assert event.late or event.index > seen.get(key, 0)
        seen[key] = max(seen.get(key, 0), event.index)
