"""I10: an alarm is acknowledged at most once, with a name, a time and a remark, and its condition
is the same after as before.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cvsec_core.aggregates import alarm
from cvsec_core.errors import ActorMismatchError, CommandError
from cvsec_core.handling import Answer
from cvsec_core.ids import AlarmId
from cvsec_core.projections import alarm_center
from tests.properties.guardhouse import Guardhouse, people


class Acknowledging(Guardhouse):
    """The model is the alarms that were acknowledged, each by whom."""

    def __init__(self) -> None:
        super().__init__()
        self.acknowledged: dict[AlarmId, str] = {}

    def learn(self, answer: Answer) -> None:
        super().learn(answer)
        for recorded in answer.events:
            event = recorded.event
            if isinstance(event, alarm.AlarmAcknowledged):
                assert event.alarm not in self.acknowledged
                assert event.by == recorded.meta.actor != ""
                assert event.at == self.now >= event.raised_at
                assert event.remark == event.remark.strip() != ""
                self.acknowledged[event.alarm] = event.by

    def active(self) -> dict[str, bool]:
        """Whether the condition of each alarm holds."""
        alarms = self.site.query(alarm_center.page, limit=500).alarms
        return {item.row.id: item.row.active for item in alarms}

    @rule(
        data=st.data(),
        actor=people,
        by=people,
        remark=st.sampled_from(("seen", "seen", " looked ", " ", "")),
    )
    def somebody_signed_in_acknowledges(
        self, data: st.DataObject, actor: str, by: str, remark: str
    ) -> None:
        name, before, head = self.some_alarm(data), self.active(), self.site.log.head()
        first = self.acknowledged.get(name)
        command = alarm.AcknowledgeAlarm(name, remark, by, self.now)
        try:
            answer = self.site.handle(command, actor=actor)
        except CommandError as error:
            assert self.site.log.head() == head
            mismatch = isinstance(error, ActorMismatchError)
            assert mismatch == (actor != by)
            if actor == by:
                assert name not in before or (first is None and not remark.strip())
        else:
            self.learn(answer)
            (event,) = (recorded.event for recorded in answer.events)
            self.came_of_it(event, first, by)
        assert self.active() == before

    def came_of_it(self, event: Any, first: str | None, by: str) -> None:
        """Acknowledged, or told who did so before."""
        if first is None:
            assert self.acknowledged[event.alarm] == by
        else:
            assert event.reasons == (alarm.AlreadyAcknowledged(first),)


test_i10_an_alarm_is_acknowledged_once = Acknowledging.TestCase
