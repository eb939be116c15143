"""I12: nobody is checked out who was not checked in, nobody twice, and what nobody saw is called
assumed.
"""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import person, visit
from cvsec_core.errors import CommandError
from cvsec_core.handling import SYSTEM
from cvsec_core.ids import VisitId
from cvsec_core.projections import deadlines, visitor_list
from cvsec_core.projections.deadlines import OVERSTAY
from cvsec_core.recorded import Recorded
from tests.core.guests import GUEST, HOST, enroll, forget, register
from tests.core.places import NOON

NAMES = tuple(VisitId(f"v-{number}") for number in range(1, 4))
names = st.sampled_from(NAMES)


class Reception(RuleBasedStateMachine):
    """The model: for each visit one word, and when it is to end."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.site = memory_site(lambda: self.now)
        for who in (HOST, GUEST):
            self.site.handle(enroll(who)).or_raise()
        self.stands = dict.fromkeys(NAMES, "unregistered")
        self.ends = dict.fromkeys(NAMES, NOON)
        self.gone_by = dict.fromkeys(NAMES, NOON)
        self.known = True

    def teardown(self) -> None:
        self.site.close()

    def handle(self, command: Any) -> list[Any] | None:
        try:
            return [recorded.event for recorded in self.site.handle(command).events]
        except CommandError:
            return None

    @rule(minutes=st.sampled_from((0, 1, 30, 60, 240)))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(name=names, minutes=st.sampled_from((10, 60, 600)))
    def register(self, name: VisitId, minutes: int) -> None:
        end = self.now + timedelta(minutes=minutes)
        events = self.handle(register(name, start=self.now, end=end, at=self.now))
        if self.known and self.stands[name] == "unregistered":
            assert events
            self.stands[name], self.ends[name] = "expected", end
        else:
            assert events is None

    @rule(name=names)
    def check_in(self, name: VisitId) -> None:
        events, before = self.handle(visit.CheckIn(name, "desk", self.now)), self.stands[name]
        if before == "unregistered":
            assert events is None
        elif before == "checked-in":
            assert events == []
        elif before in ("checked-out", "cancelled") or not self.known:
            assert isinstance(events and events[0], visit.CheckInRefused)
        else:
            assert isinstance(events and events[0], visit.VisitorCheckedIn)
            self.stands[name] = "checked-in"
            self.gone_by[name] = max(self.ends[name], self.now) + OVERSTAY

    @rule(name=names)
    def check_out(self, name: VisitId) -> None:
        events, before = self.handle(visit.CheckOut(name, "desk", self.now)), self.stands[name]
        if before == "unregistered":
            assert events is None
        elif before == "checked-in":
            assert events == [visit.VisitorCheckedOut(name, GUEST, False, "desk", self.now)]
            self.stands[name] = "checked-out"
        elif before == "checked-out":
            assert events == []
        else:
            refusal = visit.CheckOutRefused(name, GUEST, (visit.NotCheckedIn(),), "desk", self.now)
            assert events == [refusal]

    @rule(name=names)
    def cancel(self, name: VisitId) -> None:
        events = self.handle(visit.CancelVisit(name, "desk", self.now))
        if self.stands[name] == "expected":
            assert events
            self.stands[name] = "cancelled"
        else:
            assert events == ([] if self.stands[name] == "cancelled" else None)

    @rule(name=names)
    def assume_too_early(self, name: VisitId) -> None:
        events = self.handle(visit.AssumeCheckOut(name, self.ends[name] - timedelta(seconds=1)))
        assert not events

    @rule()
    def tick(self) -> None:
        for answer in self.site.tick(self.now):
            for recorded in answer.events:
                self.settled(recorded)
        assert self.site.query(deadlines.due, self.now, "UTC") == []
        assert not [n for n in NAMES if self.stands[n] == "expected" and self.ends[n] <= self.now]
        inside = [n for n in NAMES if self.stands[n] == "checked-in"]
        assert not [name for name in inside if self.gone_by[name] <= self.now]

    def settled(self, recorded: Recorded) -> None:
        event: Any = recorded.event
        assert recorded.meta.actor == SYSTEM
        if isinstance(event, visit.VisitorCheckedOut):
            assert event == visit.VisitorCheckedOut(event.visit, GUEST, True, None, self.now)
            assert self.now >= self.gone_by[event.visit]
            assert self.stands[event.visit] == "checked-in"
            self.stands[event.visit] = "checked-out"
        else:
            assert isinstance(event, visit.NoShowRecorded)
            assert self.stands[event.visit] == "expected"
            self.stands[event.visit] = "no-show"

    @rule(really=st.integers(0, 9))
    def forget(self, really: int) -> None:
        if not really:
            self.site.handle(forget(GUEST, at=self.now))
            self.known = False

    @invariant()
    def the_list_says_the_same(self) -> None:
        for name, stands in self.stands.items():
            shown = self.site.query(visitor_list.one, name)
            assert (shown.row.state if shown else "unregistered") == stands
            if shown and stands == "checked-out":
                came, left = shown.row.checked_in_at, shown.row.checked_out_at
                assert came is not None
                assert left is not None
                assert came <= left

    @invariant()
    def every_check_out_follows_one_check_in(self) -> None:
        for name in NAMES:
            told = [
                type(recorded.event).__name__
                for recorded in self.site.log.read(visit.stream(name))
                if isinstance(recorded.event, visit.VisitorCheckedIn | visit.VisitorCheckedOut)
            ]
            assert told in ([], ["VisitorCheckedIn"], ["VisitorCheckedIn", "VisitorCheckedOut"])

    @invariant()
    def whoever_is_forgotten_stays_so(self) -> None:
        state = self.site.state(person.stream(GUEST))
        assert isinstance(state, person.Enrolled) == self.known


test_i12_nobody_leaves_who_has_not_come = Reception.TestCase
