"""I13: at the door duress cannot be told from any other request; elsewhere it is an alarm."""

from functools import reduce
from typing import Any

from attrs import evolve as changed
from hypothesis import given, strategies as st

from cvsec_core.aggregates import door
from cvsec_core.aggregates.door import DuressReported, RequestAccess
from cvsec_core.errors import CommandError
from cvsec_core.ids import EventId
from cvsec_core.rules.reactions import REACTIONS
from cvsec_core.vocabulary import DURESS, meaning
from tests import strategies

CAUSE = EventId("door-atrium-1@9")


def answered(state: Any, command: RequestAccess) -> tuple[Any, ...] | None:
    try:
        return door.decide(state, command)
    except CommandError:
        return None


@given(data=st.data())
def test_i13_duress_is_answered_like_any_request_and_alarms_elsewhere(data: st.DataObject):
    """Whether they are let in or not, whatever has happened to the door before."""
    history = data.draw(strategies.histories_of("door"))
    state = reduce(door.evolve, history, door.INITIAL)
    command: RequestAccess = data.draw(strategies.COMMANDS[RequestAccess])
    objections = tuple(data.draw(st.lists(strategies.reasons(), max_size=2, unique=True)))
    calm = changed(command, duress=False, objections=objections)

    at_ease = answered(state, calm)
    forced = answered(state, changed(calm, duress=True))

    if at_ease is None:
        assert forced is None
        return
    assert forced is not None
    *at_the_door, elsewhere = forced
    assert tuple(at_the_door) == at_ease
    assert isinstance(elsewhere, DuressReported)
    (alarm,) = (raised for react in REACTIONS[DuressReported] for raised in react(elsewhere, CAUSE))
    assert (alarm.code, alarm.level, alarm.door) == (DURESS, "alarm", command.door)
    assert meaning(DURESS).level == "alarm"
