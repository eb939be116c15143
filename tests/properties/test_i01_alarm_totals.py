"""I1: total alarms = acknowledged + unacknowledged, at every position of the log."""

from datetime import timedelta

from hypothesis.stateful import invariant

from cvsec_core.aggregates import alarm
from cvsec_core.projections import alarm_center
from cvsec_core.values import Period
from tests.properties.guardhouse import Guardhouse
from tests.strategies import DEVICE_NAMES, START

ALWAYS = Period(START - timedelta(days=2), START + timedelta(days=2))


class AlarmTotals(Guardhouse):
    @invariant()
    def totals_add_up(self) -> None:
        raised = {r.event.alarm for r in self.heard if isinstance(r.event, alarm.AlarmRaised)}
        seen = {r.event.alarm for r in self.heard if isinstance(r.event, alarm.AlarmAcknowledged)}

        counts = self.site.query(alarm_center.counts, ALWAYS)

        assert counts == alarm_center.Counts(
            len(raised), len(raised), len(raised - seen), len(seen)
        )
        parts = [self.site.query(alarm_center.counts, ALWAYS, (d,)) for d in DEVICE_NAMES]
        assert sum(part.total for part in parts) == len(raised)

    def teardown(self) -> None:
        try:
            self.totals_add_up_in_the_past()
        finally:
            super().teardown()

    def totals_add_up_in_the_past(self) -> None:
        """The same at every moment that anything was recorded at."""
        for moment in sorted({r.meta.recorded_at for r in self.heard})[-3:]:
            counts = self.site.as_of(moment).query(alarm_center.counts, ALWAYS)
            known = [r.event for r in self.heard if r.meta.recorded_at <= moment]
            assert counts.total == counts.acknowledged + counts.unacknowledged
            assert counts.total == sum(isinstance(event, alarm.AlarmRaised) for event in known)


test_i1_the_total_is_the_acknowledged_and_the_unacknowledged = AlarmTotals.TestCase
