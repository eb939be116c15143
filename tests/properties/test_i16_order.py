"""I16: order is the log's; a late report updates history and never reverts a newer state; the same
report twice counts once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from cvsec_core.aggregates import door, journal
from cvsec_core.ids import DeviceId, DoorId
from cvsec_core.projections import access_records
from tests.properties.guardhouse import Guardhouse, devices, doors


class OneOrder(Guardhouse):
    @invariant()
    def the_log_has_one_order_and_its_clock_never_runs_backwards(self) -> None:
        events = self.site.log.read_all(0, 100_000)
        assert [r.position for r in events] == list(range(1, len(events) + 1))
        times = [r.meta.recorded_at for r in events]
        assert times == sorted(times)
        versions: dict[str, int] = {}
        for recorded in events:
            assert recorded.version == versions.get(recorded.stream, 0) + 1
            versions[recorded.stream] = recorded.version

    @rule(back=st.integers(1, 20))
    def the_clock_is_set_back(self, back: int) -> None:
        self.now -= timedelta(seconds=back)


class LateReports(Guardhouse):
    """The model of a door's leaf: of all reports the one that was received last."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: dict[DoorId, tuple[datetime, str]] = {}

    @rule(name=doors, physical=st.sampled_from(("Open", "Closed")), late=st.integers(0, 8))
    def report_leaf(self, name: DoorId, physical: str, late: int) -> None:
        received = self.now - timedelta(seconds=late)
        before = self.door(name).sensed
        self.handle(door.ReportDoorState(name, received, received, physical))
        if before.seen_at is None or received >= before.seen_at:
            assert self.door(name).sensed.physical == physical
        else:
            assert self.door(name).sensed == before

    @rule(name=devices, number=st.integers(1, 2), code=st.sampled_from((102, 200, 201, 28, 100)))
    def tell_late(self, name: DeviceId, number: int, code: int) -> None:
        before = [self.door(DoorId(f"{name}-{n}")).sensed for n in (1, 2)]
        self.lines += 1
        line = journal.Line(0, code, number, None, None, None, "", self.now, f"late {self.lines}")
        day = self.now.date().isoformat()
        answer = self.handle(journal.RecordPassages(name, day, (line,), self.now, backfilled=True))
        assert answer is not None
        assert [e.event.late for e in answer.events if hasattr(e.event, "late")] == [True]
        assert [self.door(DoorId(f"{name}-{n}")).sensed for n in (1, 2)] == before


class CountedOnce(Guardhouse):
    """The model: a set of what was told, by its device, day, number and line."""

    def __init__(self) -> None:
        super().__init__()
        self.told: set[tuple[str, str, int, str]] = set()

    @rule(
        name=devices,
        lines=st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab")), max_size=4),
        code=st.sampled_from((0, 206)),
    )
    def deliver(self, name: DeviceId, lines: Sequence[tuple[int, str]], code: int) -> None:
        day = self.now.date().isoformat()
        passages = tuple(
            journal.Line(index, code, 1, None, None, None, "", self.now, f"{index}{code}{text}")
            for index, text in lines
        )
        command = journal.RecordPassages(name, day, passages, self.now)
        answer = self.handle(command)
        new = {(name, day, line.index, line.text) for line in passages} - self.told
        assert answer is not None
        recorded = [e for e in answer.events if isinstance(e.event, journal.PassageRecorded)]
        assert len(recorded) == len(new)
        self.told |= new
        again = self.handle(command)
        assert again is not None
        assert again.events == ()

    @invariant()
    def every_passage_is_one_record(self) -> None:
        passages = [r for r in self.heard if isinstance(r.event, journal.PassageRecorded)]
        page = self.site.query(access_records.page, limit=100_000)
        assert [row.id for row in page.records] == [r.position for r in reversed(passages)]


test_i16_the_log_has_one_order = OneOrder.TestCase
test_i16_a_late_report_never_reverts_a_newer_state = LateReports.TestCase
test_i16_the_same_report_twice_counts_once = CountedOnce.TestCase
