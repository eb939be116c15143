"""What holds for every aggregate: the laws of deciding, folding, storing and viewing."""

from copy import deepcopy
from functools import reduce

import pytest
from hypothesis import given, settings, strategies as st

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.aggregates import alarm, credential, device, door, person
from cvsec_core.catalogue import AGGREGATES, EVENTS, PROJECTIONS
from cvsec_core.commit import Aggregate
from cvsec_core.errors import CommandError, Refusal
from cvsec_core.ids import StreamId
from cvsec_core.looking import GROUPS
from cvsec_core.ports import Entry
from cvsec_core.recorded import Meta, Recorded
from tests import strategies
from tests.properties.bare_rows import BareRows
from tests.properties.rows_of import all_rows

CODEC = Codec(EVENTS)
META = Meta("guard", strategies.START)

SAID_ANEW = (
    Refusal,  # each refusal is a fact of its own
    door.UnlockRequested,  # whoever asks twice wants two unlocks
    door.AlarmCancelRequested,
    door.ModeRequested,  # asserted again, since the device came back again
    door.ScheduleApplied,  # its deadline moves each time
    door.DoorCommandSent,  # a wanted mode is handed out until it is answered
    door.EgressImpaired,  # somebody pressed the exit button again
    door.AccessGranted,  # whoever comes twice is let in twice
    door.DuressReported,  # whoever is forced twice is so twice; records come through the journal
    door.ForcedOpenMasked,  # a door was opened again; the journal knows what was told twice
    device.DeviceCommandSent,
    device.ClockSetRequested,
    device.RightsHandedOut,  # told again where no outcome came
    device.BackfillRequested,
    person.PersonalDataExported,  # everything was handed out again
    credential.AntiPassbackReset,  # forgiven again
    credential.DuressShown,  # it was shown again; the journal knows what was told twice
    alarm.RemarkAdded,  # a remark may be made twice
)
"""What is news each time that it is asked or told."""

every_aggregate = pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda a: a.kind)


@every_aggregate
@given(data=st.data())
def test_asking_twice_adds_nothing_but_refusals(aggregate: Aggregate, data: st.DataObject):
    history = data.draw(strategies.histories_of(aggregate.kind))
    command = data.draw(strategies.commands_of(aggregate.kind))
    state = reduce(aggregate.evolve, history, aggregate.initial)
    try:
        events = aggregate.decide(state, command)
    except CommandError:
        return

    try:
        again = aggregate.decide(reduce(aggregate.evolve, events, state), command)
    except CommandError:  # what there is once is not made twice
        return
    assert [event for event in again if not isinstance(event, SAID_ANEW)] == []


@every_aggregate
@given(data=st.data())
def test_any_history_folds_and_any_command_is_answered(aggregate: Aggregate, data: st.DataObject):
    history = data.draw(strategies.histories_of(aggregate.kind, max_size=20))
    command = data.draw(strategies.commands_of(aggregate.kind))
    state = reduce(aggregate.evolve, history, aggregate.initial)
    try:
        events = aggregate.decide(state, command)
    except CommandError as error:
        assert error.message("en")  # noqa: PT017  # or none is raised
        assert error.message("es")  # noqa: PT017
    else:
        assert all(type(event) in aggregate.events for event in events)


@every_aggregate
@given(data=st.data())
def test_deciding_changes_neither_state_nor_command(aggregate: Aggregate, data: st.DataObject):
    history = data.draw(strategies.histories_of(aggregate.kind))
    command = data.draw(strategies.commands_of(aggregate.kind))
    state = reduce(aggregate.evolve, history, aggregate.initial)
    before = deepcopy((state, command, history))

    answers = []
    for _ in range(2):
        try:
            answers.append(aggregate.decide(state, command))
        except CommandError as error:
            answers.append(error.message())

    assert (state, command, history) == before
    assert answers[0] == answers[1]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_stored_is_what_is_read_back(event: type, data: st.DataObject):
    happened = data.draw(strategies.EVENTS[event])
    (meta, tail), *_ = CODEC.stamped([Entry(StreamId("any-thing"), 1, happened, META)], None)
    name, body = CODEC.encode(happened)

    (read,) = CODEC.decode([(7, "any-thing", 1, name, body + tail)])

    assert read == Recorded(StreamId("any-thing"), 1, 7, meta, happened)
    assert CODEC.encode(read.event) == (name, body)


@settings(max_examples=40)
@given(
    history=st.lists(st.one_of(*strategies.EVENTS.values()), max_size=40),
    pages=st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_a_view_rebuilt_is_the_view_that_was_kept(history: list[object], pages: list[int]):
    log = MemoryLog(CODEC)
    stream = StreamId("any-thing")
    kept = SqliteViews(None, PROJECTIONS, log)
    for version, event in enumerate(history):
        log.append([Entry(stream, version + 1, event, META)], {stream: version})
        if version % pages[version % len(pages)] == 0:
            _follow(kept, log)
    _follow(kept, log)

    rebuilt = SqliteViews(None, PROJECTIONS, log)
    _follow(rebuilt, log)

    bare = BareRows()
    for recorded in log.read_all(0, len(history)):
        bare.project(PROJECTIONS, recorded)
    assert all_rows(kept) == all_rows(rebuilt) == bare.all_rows(PROJECTIONS)


def _follow(views: SqliteViews, log: MemoryLog) -> None:
    for group in GROUPS:
        views.follow(group, log, log.head())
