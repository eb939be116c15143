"""I14: every decision and refusal is recorded with all its reasons."""

from functools import reduce
from typing import Any

import pytest
from attrs import evolve as changed, fields
from hypothesis import given, strategies as st

from cvsec_core.aggregates import alarm, device, door, lockdown_group
from cvsec_core.catalogue import AGGREGATES
from cvsec_core.commit import Aggregate
from cvsec_core.errors import CommandError, Reason, Refusal
from cvsec_core.handling import Answer
from tests import strategies
from tests.properties.guardhouse import Guardhouse


class AllReasons(Guardhouse):
    def handle(self, command: object) -> Answer | None:
        expected = self._reasons(command)
        answer = super().handle(command)
        if answer is not None:
            refused = [e for r in answer.events if isinstance(e := r.event, Refusal)]
            assert [event.reasons for event in refused] == ([expected] if expected else [])
        return answer

    def _reasons(self, command: object) -> tuple[Reason, ...]:
        """All that stands against it, found out by looking at each thing by itself."""
        if not isinstance(command, door.RequestUnlock | door.RequestMode | door.RequestAlarmCancel):
            return self._of_others(command)
        it = self.door(command.door)
        asks_mode, asks_unlock = (
            isinstance(command, door.RequestMode),
            isinstance(command, door.RequestUnlock),
        )
        reasons: list[Reason] = []
        if it.wanted.holds and (asks_mode or asks_unlock):
            reasons.append(door.DoorUnderLockdown(command.door, tuple(sorted(it.wanted.holds))))
        if asks_mode and it.wanted.released:
            reasons.append(door.DoorReleased(command.door))
        if asks_mode and command.mode == "DoubleLocked" and it.identity.egress:
            reasons.append(door.EgressProtected(command.door, "DoubleLocked"))
        if asks_unlock and it.wanted.mode == "Blocked":
            reasons.append(door.DoorBlocked(command.door))
        controller = self.site.state(device.stream(it.identity.device))
        if not asks_mode and isinstance(controller, device.Offline):
            reasons.append(device.DeviceOffline(it.identity.device))
        return tuple(reasons)

    def _of_others(self, command: object) -> tuple[Reason, ...]:
        match command:
            case alarm.AcknowledgeAlarm(name):
                state = self.site.state(f"alarm-{name}")
                if isinstance(state, alarm.Acknowledged | alarm.Settled):
                    return (alarm.AlreadyAcknowledged(state.by),)
            case lockdown_group.ActivateLockdown(group, drill=True):
                state = self.site.state(f"lockdown-{group}")
                if isinstance(state, lockdown_group.UnderLockdown) and not state.drill:
                    return (lockdown_group.RealLockdownOn(group),)
        return ()


test_i14_a_refusal_carries_all_its_reasons = AllReasons.TestCase


OBJECTED = [
    (aggregate, command)
    for aggregate in AGGREGATES
    for command in aggregate.commands
    if "objections" in {f.name for f in fields(command)}
]
"""Every command that rules may object to, and whose it is."""


@pytest.mark.parametrize(("aggregate", "command"), OBJECTED, ids=lambda it: it.__name__ if isinstance(it, type) else "")  # fmt: skip  # noqa: E501
@given(data=st.data())
def test_i14_what_rules_object_to_is_told_with_the_rest(
    aggregate: Aggregate, command: type, data: st.DataObject
):
    """What is objected to is refused, and no objection is left out."""
    history = data.draw(strategies.histories_of(aggregate.kind))
    objections = tuple(
        data.draw(st.lists(strategies.reasons(), min_size=1, max_size=3, unique=True))
    )
    wish: Any = changed(data.draw(strategies.COMMANDS[command]), objections=objections)
    try:
        events = aggregate.decide(reduce(aggregate.evolve, history, aggregate.initial), wish)
    except CommandError:
        return
    refusals = [event for event in events if isinstance(event, Refusal)]
    assert len(refusals) == bool(events)
    for refusal in refusals:
        assert set(objections) <= set(refusal.reasons)
