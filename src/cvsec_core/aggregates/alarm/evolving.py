"""How an alarm changes by what happens to it."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.alarm.events import (
    AcknowledgementRefused,
    AlarmAcknowledged,
    AlarmEvent,
    AlarmRaised,
    AlarmReturnedToNormal,
    AlarmShelved,
    AlarmUnshelved,
    RemarkAdded,
)
from cvsec_core.aggregates.alarm.states import (
    Acknowledged,
    AlarmState,
    Facts,
    ReturnedUnacknowledged,
    Settled,
    Unacknowledged,
    Unraised,
)


def evolve(state: AlarmState, event: AlarmEvent) -> AlarmState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, AlarmRaised):
        return Unacknowledged(Facts(event.device, event.at))
    if isinstance(state, Unraised):
        return state
    match event:
        case AlarmAcknowledged(by=by):
            over = isinstance(state, ReturnedUnacknowledged | Settled)
            return Settled(state.facts, by) if over else Acknowledged(state.facts, by)
        case AlarmReturnedToNormal():
            acknowledged = isinstance(state, Acknowledged | Settled)
            return (
                Settled(state.facts, state.by)
                if acknowledged
                else ReturnedUnacknowledged(state.facts)
            )
        case AlarmShelved(until=until):
            return changed(state, facts=changed(state.facts, shelved_until=until))
        case AlarmUnshelved():
            return changed(state, facts=changed(state.facts, shelved_until=None))
        case RemarkAdded() | AcknowledgementRefused():
            return state
        case _:
            assert_never(event)
