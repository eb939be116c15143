"""How commands become events: in one commit, once, and never on stale knowledge."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.wiring import open_site
from cvsec_core.aggregates import alarm, device, door, lockdown_group
from cvsec_core.catalogue import AGGREGATES, EVENTS, RULES
from cvsec_core.errors import (
    ActorMismatchError,
    CommandIdReusedError,
    InvalidFieldError,
    RefusedError,
)
from cvsec_core.handling import SYSTEM, Answer, Asked, Handler
from cvsec_core.ids import AlarmId, CommandId, DeviceId, DoorId, StreamId
from cvsec_core.ports import Entry, EventLog, Handled
from cvsec_core.recorded import Meta, Recorded
from tests.core.places import BACK, FRONT, GROUND, LOBBY, NOON, Watch, after, built, furnished
from tests.specification import events_of

REGISTER = device.RegisterDevice(LOBBY, "Lobby", "ground floor", "UTC", 2, "guard", NOON)
ONLINE = device.ReportDeviceOnline(LOBBY, NOON)
UNLOCK = door.RequestUnlock(FRONT, "guard", NOON)


def handler(log: EventLog, cached: int = 50_000) -> Handler:
    return Handler(log, AGGREGATES, RULES, Watch(), cached=cached)


def ask(handling: Handler, *commands: Any) -> tuple[Answer, ...]:
    return handling.handle([Asked(command) for command in commands])


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog(Codec(EVENTS))


@pytest.fixture
def ready(log: MemoryLog) -> Handler:
    handling = handler(log)
    ask(handling, REGISTER, ONLINE)
    return handling


class MovesOnce:
    """A log to which somebody else writes once, between a reading and an append."""

    def __init__(self, log: EventLog, *others: Any) -> None:
        self.log, self.others = log, others
        self.attempts = 0
        self.held = 0

    def append(
        self,
        entries: Sequence[Entry],
        expected: Mapping[StreamId, int],
        handled: Sequence[Handled] = (),
    ) -> Sequence[Recorded]:
        self.attempts += 1
        if self.attempts == 1:
            handler(self.log).handle(self.others)
        return self.log.append(entries, expected, handled)

    def exclusive(self) -> AbstractContextManager[None]:
        self.held += 1
        return self.log.exclusive()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)


# One commit.
def test_several_commands_share_a_commit_and_each_has_its_own_answer(log: MemoryLog):
    answers = ask(handler(log), REGISTER, ONLINE, UNLOCK)
    assert [len(answer.events) for answer in answers] == [5, 1, 1]
    assert {answer.position for answer in answers} == {7} == {log.head()}
    assert [r.position for answer in answers for r in answer.events] == list(range(1, 8))


def test_a_later_command_of_a_commit_sees_what_an_earlier_one_did(ready: Handler):
    first, second = ask(
        ready, lockdown_group.DefineLockdownGroup(GROUND, (FRONT,), "guard", NOON),
        lockdown_group.ActivateLockdown(GROUND, "guard", NOON),
    )  # fmt: skip
    assert first.or_raise() is first
    assert len(second.or_raise().events) == 3


def test_one_refusal_does_not_undo_its_neighbours(ready: Handler):
    offline = device.ReportDeviceOffline(LOBBY, NOON)
    first, refused, last = ask(
        ready, offline, UNLOCK, device.MoveDevice(LOBBY, "attic", "guard", NOON)
    )
    assert len(first.events) == 2
    assert refused.refusals == (
        door.UnlockRefused(FRONT, "guard", None, (device.DeviceOffline(LOBBY),), NOON),
    )
    assert events_of(last) == (device.DeviceMoved(LOBBY, "attic", "guard", NOON),)


def test_an_error_leaves_nothing_of_its_command_and_all_of_the_others(ready: Handler):
    before = door.SetLockdownMeans(FRONT, "relock", NOON)
    wrong = door.RequestUnlock(FRONT, "guard", NOON, seconds=0)
    first, failed, last = ask(ready, before, wrong, UNLOCK)
    assert len(first.events) == 1
    assert failed.error is not None
    assert failed.events == ()
    assert [e.request for e in events_of(last)] == [1]


def test_an_error_in_a_consequence_leaves_nothing_of_what_led_to_it(log: MemoryLog):
    """A door of no registered device: the door is fine, its device has never been heard of."""
    handling = handler(log)
    failed, fine = ask(handling, door.RegisterDoor(FRONT, LOBBY, 1, NOON), REGISTER)
    assert isinstance(failed.error, device.DeviceUnknownError)
    assert failed.events == ()
    assert [r.version for r in fine.events if r.stream == f"door-{FRONT}"] == [1]
    assert log.head() == 5


def test_what_is_so_already_stores_nothing(ready: Handler, log: MemoryLog):
    head = log.head()
    (answer,) = ask(ready, ONLINE)
    assert answer == Answer((), head)
    assert log.head() == head


def test_a_refusal_can_be_had_as_an_exception(ready: Handler):
    ask(ready, device.ReportDeviceOffline(LOBBY, NOON))
    (answer,) = ask(ready, UNLOCK)
    with pytest.raises(RefusedError) as caught:
        answer.or_raise()
    assert caught.value.reasons == (device.DeviceOffline(LOBBY),)
    assert str(caught.value) == "Device lobby is offline."
    assert caught.value.next_step() == device.DeviceOffline(LOBBY).next_step()


def test_an_error_can_be_had_as_an_exception(ready: Handler):
    (answer,) = ask(ready, alarm.AddRemark(AlarmId("none"), "x", "guard", NOON))
    with pytest.raises(alarm.AlarmUnknownError, match="There is no alarm none"):
        answer.or_raise()


# Once.
def test_a_repeated_command_id_is_answered_as_the_first_time(ready: Handler, log: MemoryLog):
    asked = Asked(UNLOCK, CommandId("c-1"))
    (first,) = ready.handle([asked])
    (again,) = ready.handle([asked])
    assert again.events == first.events
    assert log.head() == first.position


def test_a_repeated_refusal_is_answered_as_the_first_time(ready: Handler):
    ask(ready, device.ReportDeviceOffline(LOBBY, NOON))
    asked = Asked(UNLOCK, CommandId("c-1"))
    (first,) = ready.handle([asked])
    ask(ready, ONLINE)
    (again,) = ready.handle([asked])
    assert again.events == first.events
    assert again.refusals


def test_a_repeated_command_beside_a_new_one_leaves_it_its_own_answer(ready: Handler):
    asked = Asked(UNLOCK, CommandId("c-1"))
    (first,) = ready.handle([asked])
    known, new = ready.handle([asked, Asked(UNLOCK, CommandId("c-2"))])
    assert known.events == first.events
    assert [e.request for e in events_of(new)] == [2]


def test_a_command_id_given_twice_in_one_commit_is_handled_once(ready: Handler):
    asked = Asked(UNLOCK, CommandId("c-1"))
    first, again = ready.handle([asked, asked])
    assert again.events == first.events


@pytest.mark.parametrize("together", [False, True])
def test_a_command_id_is_not_given_to_another_command(
    ready: Handler, log: MemoryLog, together: bool
):
    asked = Asked(UNLOCK, CommandId("c-1"))
    other = Asked(changed(UNLOCK, door=BACK), CommandId("c-1"))
    (*_, answer) = (
        ready.handle([asked, other])
        if together
        else (*ready.handle([asked]), *ready.handle([other]))
    )
    assert isinstance(answer.error, CommandIdReusedError)
    assert answer.error.command_id == "c-1"
    assert answer.events == ()
    assert [r.stream for r in log.answered(CommandId("c-1")) or ()] == [door.stream(FRONT)]


def test_a_command_that_stored_nothing_is_decided_again(ready: Handler):
    asked = Asked(ONLINE, CommandId("c-1"))
    (nothing,) = ready.handle([asked])
    assert nothing.events == ()
    ask(ready, device.ReportDeviceOffline(LOBBY, NOON))
    (something,) = ready.handle([asked])
    assert len(something.events) > 1


def test_a_command_whose_answer_was_an_error_is_decided_again(ready: Handler):
    twin = device.RegisterDevice(LOBBY, "Other", "attic", "UTC", 2, "guard", NOON)
    asked = Asked(twin, CommandId("c-1"))
    for _ in range(2):
        (answer,) = ready.handle([asked])
        assert isinstance(answer.error, device.DeviceRegisteredError)


def test_a_command_that_another_node_has_answered_meanwhile_is_answered_like_there(
    ready: Handler, log: MemoryLog
):
    asked = Asked(UNLOCK, CommandId("c-1"))
    moving = MovesOnce(log, asked)
    (answer,) = handler(moving).handle([asked])
    assert [(r.position, r.event.request) for r in answer.events] == [(log.head(), 1)]
    assert moving.attempts == 1


def test_a_repeated_command_id_is_answered_after_reopening_too(tmp_path: Path):
    with open_site(tmp_path / "site.db", clock=Watch()) as site:
        furnished(site)
        first = site.handle(UNLOCK, command_id="c-1")
    with open_site(tmp_path / "site.db", clock=Watch(after(60))) as site:
        again = site.handle(UNLOCK, command_id="c-1")
        assert again.events == first.events
        assert site.log.head() == first.position


class FailsAtTheEnd(MovesOnce):
    """A log that moves once, and whose disk is full when what was decided again is committed."""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self.log.exclusive():
            yield
            raise OSError


# Conflicts.
def test_what_may_not_have_been_stored_is_not_remembered(log: MemoryLog):
    ask(handler(log), REGISTER, ONLINE)
    failing = FailsAtTheEnd(log, Asked(UNLOCK))
    handling = handler(failing)
    with pytest.raises(OSError, match=r"^$"):
        handling.handle([Asked(UNLOCK)])
    stored = handler(log).state(door.stream(FRONT))
    assert handling.state(door.stream(FRONT)) == stored


def test_a_conflict_is_decided_again_under_the_write_lock(ready: Handler, log: MemoryLog):
    moving = MovesOnce(log, Asked(UNLOCK))
    (answer,) = handler(moving).handle([Asked(UNLOCK)])
    assert [e.request for e in events_of(answer)] == [2]
    assert (moving.attempts, moving.held) == (2, 1)


def test_what_was_only_read_is_decided_again_when_it_moved(ready: Handler, log: MemoryLog):
    """The unlock is of the door's stream; that its device went offline stands in another."""
    moving = MovesOnce(log, Asked(device.ReportDeviceOffline(LOBBY, NOON)))
    (answer,) = handler(moving).handle([Asked(UNLOCK)])
    assert answer.refusals[0].reasons == (device.DeviceOffline(LOBBY),)


def test_what_moved_elsewhere_is_no_conflict(ready: Handler, log: MemoryLog):
    elsewhere = changed(REGISTER, device=DeviceId("yard"))
    moving = MovesOnce(log, Asked(elsewhere))
    racing = handler(moving)
    (answer,) = racing.handle([Asked(UNLOCK)])
    assert (moving.attempts, answer.position) == (1, log.head())
    assert racing.state(device.stream(DeviceId("yard"))).profile.name == "Lobby"


def test_of_two_who_claim_a_command_only_one_hands_it_out(ready: Handler, log: MemoryLog):
    ask(ready, UNLOCK)
    claim = door.ReportDoorCommandSent(FRONT, 1, NOON)
    moving = MovesOnce(log, Asked(claim))
    (answer,) = handler(moving).handle([Asked(claim)])
    assert answer.events == ()
    sent = [r for r in log.read_all(0, 99) if isinstance(r.event, door.DoorCommandSent)]
    assert len(sent) == 1


# Never stale.
def test_two_handlers_on_one_log_never_answer_from_what_was(ready: Handler, log: MemoryLog):
    other = handler(log)
    for number in range(1, 6):
        (one,) = ask(ready, UNLOCK)
        (two,) = ask(other, UNLOCK)
        assert [e.request for e in (*events_of(one), *events_of(two))] == [
            2 * number - 1,
            2 * number,
        ]
    assert ready.state(door.stream(FRONT)) == other.state(door.stream(FRONT))


@pytest.mark.parametrize("cached", [1, 2, 50_000])
def test_a_small_cache_answers_like_a_large_one(log: MemoryLog, cached: int):
    handling = handler(log, cached)
    ask(handling, REGISTER, ONLINE, UNLOCK, door.RequestUnlock(BACK, "guard", NOON))
    ask(handling, UNLOCK)
    (answer,) = ask(handling, device.ReportDeviceOffline(LOBBY, NOON))
    assert len(answer.events) == 2
    assert handling.state(door.stream(FRONT)).asked.requests == 2


def test_a_state_that_nobody_ever_wrote_to_is_the_initial_one(ready: Handler):
    assert ready.state(door.stream(DoorId("nowhere"))) == door.INITIAL


def test_writing_where_nobody_wrote_between_keeps_the_cache(log: MemoryLog):
    """The log is asked for a stream once, whatever this handler itself adds to it."""
    counting = Counting(log)
    handling = handler(counting)
    ask(handling, REGISTER, ONLINE)
    counting.reads.clear()
    ask(handling, UNLOCK)
    ask(handling, UNLOCK)
    assert counting.reads == []


class Counting:
    """A log that notes which streams it was asked for."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.reads: list[StreamId] = []

    def read(self, stream: StreamId, after: int = 0) -> Sequence[Recorded]:
        self.reads.append(stream)
        return self.log.read(stream, after)

    def read_many(self, streams: Sequence[StreamId]) -> Sequence[Recorded]:
        self.reads.extend(streams)
        return self.log.read_many(streams)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)


def test_the_streams_that_rules_need_are_read_together(log: MemoryLog):
    ask(handler(log), REGISTER, ONLINE)
    counting = Counting(log)
    group = lockdown_group.DefineLockdownGroup(GROUND, (FRONT, BACK), "guard", NOON)
    ask(handler(counting), group)
    assert sorted(counting.reads) == [
        "device-lobby",
        "door-lobby-1",
        "door-lobby-2",
        "lockdown-ground",
    ]


# Who.
def test_nobody_acts_under_anothers_name(ready: Handler, log: MemoryLog):
    head = log.head()
    (answer,) = ready.handle([Asked(UNLOCK, actor="reception")])
    assert isinstance(answer.error, ActorMismatchError)
    assert (answer.error.actor, answer.error.by) == ("reception", "guard")
    assert log.head() == head


@pytest.mark.parametrize(
    ("command", "actor", "expected"),
    [
        (UNLOCK, "guard", "guard"),
        (UNLOCK, None, "guard"),
        (device.ReportClockSkew(LOBBY, 1.0, NOON), None, SYSTEM),
        (device.ReportClockSkew(LOBBY, 1.0, NOON), "driver", "driver"),
    ],
)
def test_the_actor_is_who_is_signed_in(
    ready: Handler, command: object, actor: str | None, expected: str
):
    (answer,) = ready.handle([Asked(command, actor=actor)])
    assert answer.events[0].meta.actor == expected


def test_the_correlation_is_the_command_unless_somebody_says_otherwise(ready: Handler):
    (one,) = ready.handle([Asked(UNLOCK, CommandId("c-1"))])
    (two,) = ready.handle([Asked(UNLOCK, CommandId("c-2"), None, "tour")])
    assert [a.events[0].meta.correlation for a in (one, two)] == ["c-1", "tour"]


@pytest.mark.parametrize("by", ["", "  "])
def test_nobody_acts_under_no_name(ready: Handler, by: str):
    (answer,) = ready.handle([Asked(changed(UNLOCK, by=by))])
    assert isinstance(answer.error, InvalidFieldError)


@pytest.mark.parametrize("field", ["at", "received_at"])
def test_a_moment_without_its_zone_could_be_any(ready: Handler, field: str):
    report = door.ReportDoorState(FRONT, NOON, NOON, "Open")
    naive = changed(report, **{field: NOON.replace(tzinfo=None)})
    (answer,) = ready.handle([Asked(naive)])
    assert isinstance(answer.error, InvalidFieldError)


def test_of_a_whole_nothing_is_left_where_one_is_wrong(ready: Handler, log: MemoryLog):
    head = log.head()
    wrong = changed(UNLOCK, door=DoorId("nowhere"))
    first, second, third = ready.handle([Asked(UNLOCK), Asked(wrong), Asked(UNLOCK)], whole=True)
    assert (first.events, first.error) == (third.events, third.error) == ((), None)
    assert isinstance(second.error, door.DoorUnknownError)
    assert log.head() == head
    assert [len(a.events) for a in ready.handle([Asked(UNLOCK)] * 2, whole=True)] == [1, 1]


# The site's door to it.
def test_a_site_raises_what_a_command_ought_not_to_be():
    site = built()
    with pytest.raises(door.DoorUnknownError):
        site.handle(door.RequestUnlock(DoorId("nowhere"), "guard", NOON))


def test_a_site_that_is_asked_nothing_answers_nothing():
    site = built()
    assert site.handle_all([]) == ()
    assert len(site.handle_all([Asked(UNLOCK), Asked(UNLOCK)])) == 2


def test_meta_and_time_come_from_the_clock_and_never_run_backwards():
    watch = Watch()
    site = built(watch)
    watch.now = after(-60)
    answer = site.handle(UNLOCK)
    assert answer.events[0].meta == Meta("guard", NOON)


@pytest.mark.parametrize(("ahead", "then"), [(-90, -90), (60, 60), (60.1, 0), (86_400, 0)])
def test_what_a_person_asks_is_not_kept_for_a_clock_that_runs_ahead(
    ready: Handler, ahead: float, then: float
):
    (answer,) = ask(ready, changed(UNLOCK, at=after(ahead)))
    assert [event.at for event in events_of(answer)] == [after(then)]


def test_what_a_device_tells_has_the_time_that_it_tells(ready: Handler):
    (answer,) = ask(ready, device.ReportDeviceOffline(LOBBY, after(90)))
    assert events_of(answer)[0].at == after(90)


@pytest.fixture(autouse=True)
def _closed(log: MemoryLog) -> Iterator[None]:
    yield
    log.close()
