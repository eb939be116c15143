"""One machine an aggregate; each is told against the dumbest value that could be right."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from types import ModuleType
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group, organisation
from cvsec_core.errors import CommandError
from tests.strategies import (
    COMMANDS,
    DOOR_NAMES,
    GROUP_NAMES,
    START,
    commands_of,
    moments,
)


class Machine(RuleBasedStateMachine):
    """Holds the state of one aggregate and what it answered last."""

    aggregate: ClassVar[ModuleType]

    def __init__(self) -> None:
        super().__init__()
        self.state: Any = self.aggregate.INITIAL

    def ask(self, command: Any) -> tuple[Any, ...] | None:
        """The events, or None where the command ought not to have been sent."""
        try:
            events = self.aggregate.decide(self.state, command)
        except CommandError:
            return None
        for event in events:
            self.state = self.aggregate.evolve(self.state, event)
        return events


class OrganisationMachine(Machine):
    """The model: a name or None, and a set of doors."""

    aggregate = organisation

    def __init__(self) -> None:
        super().__init__()
        self.name: str | None = None
        self.released: set[str] = set()
        self.by_devices: set[str] = set()

    @rule(command=COMMANDS[organisation.FoundOrganisation])
    def found(self, command: organisation.FoundOrganisation) -> None:
        if self.ask(command):
            assert self.name is None
            self.name = command.name

    @rule(command=COMMANDS[organisation.ReleaseForLifeSafety])
    def release(self, command: organisation.ReleaseForLifeSafety) -> None:
        events = self.ask(command)
        assert (events is None) == (not command.doors)
        self.released |= set(command.doors)

    @rule(command=COMMANDS[organisation.EndLifeSafetyRelease])
    def end(self, command: organisation.EndLifeSafetyRelease) -> None:
        events = self.ask(command)
        assert bool(events) == bool(self.released | self.by_devices)
        self.released, self.by_devices = set(), set()

    @rule(name=st.sampled_from(DOOR_NAMES), opened=st.booleans(), at=moments)
    def device_tells(self, name: Any, opened: bool, at: datetime) -> None:
        told = organisation.ReportDeviceRelease if opened else organisation.ReportDeviceReleaseEnded
        events = self.ask(told(name, at))
        assert bool(events) == (opened != (name in self.by_devices))
        self.by_devices = self.by_devices | {name} if opened else self.by_devices - {name}

    @invariant()
    def agrees(self) -> None:
        assert set(self.state.released) == self.released
        assert len(self.state.released) == len(self.released)
        assert sorted(self.state.by_devices) == sorted(self.by_devices)
        assert getattr(self.state, "name", None) == self.name


class GroupMachine(Machine):
    """The model: a set of doors, and one word for how it stands."""

    aggregate = lockdown_group

    def __init__(self) -> None:
        super().__init__()
        self.doors: set[str] = set()
        self.stands = "undefined"

    @rule(command=COMMANDS[lockdown_group.DefineLockdownGroup])
    def define(self, command: lockdown_group.DefineLockdownGroup) -> None:
        if self.ask(command):
            self.doors, self.stands = set(command.doors), "safe"

    @rule(command=COMMANDS[lockdown_group.ChangeGroupDoors])
    def change(self, command: lockdown_group.ChangeGroupDoors) -> None:
        events = self.ask(command)
        if events is None:
            assert self.stands == "undefined" or not command.doors
            return
        wanted = set(command.doors)
        for event in events:
            assert set(event.added) == wanted - self.doors
            assert set(event.removed) == self.doors - wanted
            assert event.under_lockdown == (self.stands == "real")
        assert bool(events) == (wanted != self.doors)
        self.doors = wanted

    @rule(command=COMMANDS[lockdown_group.ActivateLockdown])
    def activate(self, command: lockdown_group.ActivateLockdown) -> None:
        events = self.ask(command)
        if events is None:
            assert self.stands == "undefined"
            return
        names = [type(event).__name__ for event in events]
        if command.drill:
            assert names == {
                "safe": ["LockdownActivated"],
                "drill": [],
                "real": ["LockdownActivationRefused"],
            }[self.stands]  # fmt: skip
        else:
            assert names == ([] if self.stands == "real" else ["LockdownActivated"])
        if "LockdownActivated" in names:
            self.stands = "drill" if command.drill else "real"

    @rule(command=COMMANDS[lockdown_group.CancelLockdown])
    def cancel(self, command: lockdown_group.CancelLockdown) -> None:
        events = self.ask(command)
        if events is not None:
            assert bool(events) == (self.stands in {"drill", "real"})
            self.stands = "safe"

    @invariant()
    def agrees(self) -> None:
        assert set(getattr(self.state, "doors", ())) == self.doors
        stands = {
            lockdown_group.Undefined: "undefined",
            lockdown_group.Safe: "safe",
            lockdown_group.UnderLockdown: "drill" if getattr(self.state, "drill", 0) else "real",
        }
        assert stands[type(self.state)] == self.stands


class AlarmMachine(Machine):
    """The model: raised, active, acknowledged by whom, and until when it is shelved."""

    aggregate = alarm

    def __init__(self) -> None:
        super().__init__()
        self.raised = self.active = False
        self.by: str | None = None
        self.until: datetime | None = None

    @rule(command=commands_of("alarm"))
    def anything(self, command: Any) -> None:
        events = self.ask(command)
        if events is None:
            return
        assert self.raised or isinstance(command, alarm.RaiseAlarm)
        match command:
            case alarm.RaiseAlarm(momentary=momentary) if not self.raised:
                self.raised, self.active = True, not momentary
            case alarm.AcknowledgeAlarm(by=by):
                refused = isinstance(events[0], alarm.AcknowledgementRefused)
                assert refused == (self.by is not None)
                self.by = self.by or by
            case alarm.ReturnToNormal():
                assert bool(events) == self.active
                self.active = False
            case alarm.ShelveAlarm(until=until):
                self.until = until
            case alarm.UnshelveAlarm():
                self.until = None

    @invariant()
    def agrees(self) -> None:
        expected = {
            (True, False): alarm.Unacknowledged,
            (True, True): alarm.Acknowledged,
            (False, False): alarm.ReturnedUnacknowledged,
            (False, True): alarm.Settled,
        }[self.active, self.by is not None]
        assert type(self.state) is (expected if self.raised else alarm.Unraised)
        assert getattr(self.state, "by", None) == self.by
        if self.raised:
            assert self.state.facts.shelved_until == self.until


class DeviceMachine(Machine):
    """The model: one word for its life, a set of doors, an area and the kinds of open requests."""

    aggregate = device

    def __init__(self) -> None:
        super().__init__()
        self.life = "unregistered"
        self.doors: set[str] = set()
        self.area: str | None = None
        self.requests: dict[tuple[str, int], int] = {}

    @rule(command=commands_of("device"))
    def anything(self, command: Any) -> None:
        events = self.ask(command)
        if events is None:
            return
        for event in events:
            match event:
                case device.DeviceRegistered(area=area):
                    assert self.life == "unregistered"
                    self.life, self.area = "offline", area
                case device.DeviceCameOnline():
                    assert self.life == "offline"
                    self.life = "online"
                case device.DeviceWentOffline():
                    assert self.life == "online"
                    self.life = "offline"
                case device.DeviceRetired():
                    self.life = "retired"
                case device.DoorAttached(door=name):
                    assert name not in self.doors
                    self.doors.add(name)
                case device.DeviceMoved(area=area):
                    assert area != self.area
                    self.area = area
                case device.ClockSetRequested(request=request):
                    self.requests["clock", 0] = request
                case device.BackfillRequested(request=request, first=first):
                    self.requests["backfill", first] = request
                case device.RightsHandedOut(request=request, removes=removes):
                    self.requests["removal" if removes else "rights", 0] = request
                case device.BackfillWithdrawn(request=request, first=first):
                    assert self.requests.pop(("backfill", first)) == request
                case (
                    device.DeviceCommandApplied(request=request, kind=kind, first=first)
                    | device.DeviceCommandRejected(request=request, kind=kind, first=first)
                ):
                    assert self.requests.pop((kind, first)) == request

    @invariant()
    def agrees(self) -> None:
        lives = {device.Unregistered: "unregistered", device.Offline: "offline"} | {
            device.Online: "online",
            device.Retired: "retired",
        }
        assert lives[type(self.state)] == self.life
        if self.life != "unregistered":
            profile = self.state.profile
            assert set(profile.doors) == self.doors
            assert profile.area == self.area
            open_requests = {(i.kind, i.first): i.request for i in profile.open_requests}
            assert open_requests == self.requests


class JournalMachine(Machine):
    """The model: the set of what was told, and the list of gaps."""

    aggregate = journal

    def __init__(self) -> None:
        super().__init__()
        self.told: set[tuple[int, str]] = set()
        self.unread: set[str] = set()

    @rule(command=COMMANDS[journal.RecordPassages])
    def record(self, command: journal.RecordPassages) -> None:
        events = self.ask(command)
        assert events is not None
        new = {(line.index, line.text) for line in command.lines} - self.told
        passages = [e for e in events if isinstance(e, journal.PassageRecorded)]
        assert len(passages) == len(new)
        assert {e.index for e in passages} == {index for index, _ in new}
        self.told |= new

    @rule(command=COMMANDS[journal.RecordUnrecognised])
    def keep(self, command: journal.RecordUnrecognised) -> None:
        events = self.ask(command)
        assert bool(events) == (command.digest not in self.unread)
        self.unread.add(command.digest)

    @rule(command=COMMANDS[journal.RecordGap])
    def miss(self, command: journal.RecordGap) -> None:
        if self.ask(command) is not None:
            assert (command.first, command.last) in self.state.gaps

    @invariant()
    def runs_do_not_overlap(self) -> None:
        runs: Sequence[journal.Run] = self.state.runs
        assert all(one.last < two.first for one, two in pairwise(runs))


class DoorMachine(Machine):
    """The model: four facts that say what the mode shall be, and the numbers of open requests."""

    aggregate = door

    def __init__(self) -> None:
        super().__init__()
        self.released = self.open_hours = self.lost = False
        self.schedule: Any = None
        self.holds: set[str] = set()
        self.person: str | None = None
        self.open: dict[int, str] = {}
        self.state = door.evolve(
            self.state, door.DoorRegistered(DOOR_NAMES[0], "atrium", 1, True, START)
        )

    @rule(command=commands_of("door"))
    def anything(self, command: Any) -> None:
        self.check(command)

    @rule(group=st.sampled_from(GROUP_NAMES), engage=st.booleans(), at=moments)
    def hold(self, group: Any, engage: bool, at: datetime) -> None:
        kind = door.EngageLockdown if engage else door.LiftLockdown
        self.check(kind(DOOR_NAMES[0], group, at))

    def check(self, command: Any) -> None:
        """Learn from the command what the model is; the events say only that it was heard."""
        events = self.ask(command)
        for event in events or ():
            self._learn(event)
        match command:
            case door.EngageLockdown(group=group):
                self.person = None if group not in self.holds else self.person
                self.holds.add(group)
            case door.LiftLockdown(group=group):
                self.holds.discard(group)
            case door.SetDoorSchedule(schedule=schedule) if events is not None:
                self.schedule = schedule
            case door.ApplySchedule(unlocked=unlocked, schedule=asked):
                if asked in (None, self.schedule):
                    self.open_hours = unlocked

    def _learn(self, event: Any) -> None:
        match event:
            case door.DoorReleasedForLifeSafety():
                self.released, self.person = True, None
            case door.DoorReleaseEnded():
                self.released = bool(event.left)
            case door.ModeRequested(request=request, mode=mode, cause=cause):
                if cause == "manual":
                    self.person = mode
                self.open = {n: kind for n, kind in self.open.items() if kind != "mode"}
                self.open[request] = "mode"
            case door.UnlockRequested(request=request):
                self.open[request] = "unlock"
            case door.AlarmCancelRequested(request=request):
                self.open[request] = "cancel-alarm"
            case (
                door.DoorCommandApplied(request=request)
                | door.DoorCommandRejected(request=request)
                | door.DoorCommandExpired(request=request)
                | door.DoorCommandIndeterminate(request=request)
            ):
                del self.open[request]
            case door.ManualModeEnded():
                self.person = None
            case door.DoorPositionLost():
                self.lost = True
            case (
                door.DoorOpened()
                | door.DoorClosed()
                | door.DoorForcedOpen()
                | door.DoorHeldOpen()
                | door.ForcedOpenMasked()
            ):
                self.lost = False

    @invariant()
    def agrees(self) -> None:
        wanted = self.state.wanted
        expected = (
            ("LockedOpen" if self.released else None)
            or ("LockedDown" if self.holds else None)
            or self.person
            or ("Unlocked" if self.open_hours else "Locked")
        )
        assert wanted.mode == expected
        assert wanted.holds == self.holds
        assert {item.request: item.kind for item in self.state.asked.pending} == self.open
        assert wanted.mode != "DoubleLocked"

    @invariant()
    def sensors_are_consistent(self) -> None:
        sensed = self.state.sensed
        assert (sensed.alarm == "Normal") == (sensed.door_condition is None)
        assert sensed.alarm == "Normal" or self.lost or sensed.physical == "Open"
        assert sensed.alarm == "Normal" or sensed.physical != "Closed"


test_an_organisation_is_a_name_and_a_set_of_released_doors = OrganisationMachine.TestCase
test_a_lockdown_group_is_a_set_of_doors_and_one_word = GroupMachine.TestCase
test_an_alarm_is_whether_it_holds_and_who_has_seen_it = AlarmMachine.TestCase
test_a_device_is_one_word_and_its_doors = DeviceMachine.TestCase
test_a_journal_is_the_set_of_what_was_told = JournalMachine.TestCase
test_a_door_is_who_has_a_say_and_what_is_open = DoorMachine.TestCase
