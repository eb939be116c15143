"""A whole site on which anything may happen in any order: the machine that the invariants share.

It asks and reports with a clock of its own, hands out what devices are due like a driver would, and
lets devices answer late, twice, or not at all. A test of an invariant adds what it watches.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group, organisation
from cvsec_core.errors import CommandError
from cvsec_core.handling import Answer
from cvsec_core.ids import AlarmId, DeviceId, DoorId, EventId, GroupId
from cvsec_core.projections import alarm_center, device_outbox
from cvsec_core.recorded import Recorded
from cvsec_core.site import Site
from cvsec_core.values import Interval, ManualMode, WeeklySchedule
from tests.strategies import CODES, DEVICE_NAMES, DOOR_NAMES, GROUP_NAMES, PEOPLE, START

EVERY_CAPABILITY = (*device.ALL_CAPABILITIES, "block")
MADE_OF: dict[GroupId, tuple[DoorId, ...]] = {
    GROUP_NAMES[0]: DOOR_NAMES[:2],
    GROUP_NAMES[1]: DOOR_NAMES[1:3],
    GROUP_NAMES[2]: DOOR_NAMES,
}
BY_DAY = WeeklySchedule((Interval(("mon", "tue", "wed"), 8 * 60 + 1, 8 * 60 + 3),))

doors = st.sampled_from((DOOR_NAMES[1], *DOOR_NAMES))  # one of them is met most often
devices = st.sampled_from(DEVICE_NAMES)
groups = st.sampled_from(GROUP_NAMES)
people = st.sampled_from(PEOPLE)
axis = st.none() | st.booleans()


class Guardhouse(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.site = self.open()
        self.asked: list[device_outbox.CommandRow] = []
        """What was handed out to devices, answered or not."""
        self.lines = 0
        self.heard: list[Recorded] = []
        """All events that any command led to."""

    def open(self) -> Site:
        """The site at work."""
        return memory_site(lambda: self.now)

    def teardown(self) -> None:
        self.site.close()

    def handle(self, command: Any) -> Answer | None:
        """What came of *command*; None where it ought not to have been sent."""
        try:
            answer = self.site.handle(command)
        except CommandError:
            return None
        self.learn(answer)
        return answer

    def learn(self, answer: Answer) -> None:
        """Somebody watches."""
        self.heard.extend(answer.events)

    def door(self, name: DoorId) -> door.Registered:
        """The door as it is."""
        return self.site.state(door.stream(name))

    @initialize()
    def open_for_business(self) -> None:
        for name in DEVICE_NAMES:
            self.handle(
                device.RegisterDevice(
                    name, name, "lobby", "UTC", 2, "facility-manager", self.now, EVERY_CAPABILITY
                )
            )
            self.handle(device.ReportDeviceOnline(name, self.now))
        for group, members in MADE_OF.items():
            self.handle(
                lockdown_group.DefineLockdownGroup(group, members, "facility-manager", self.now)
            )

    # Time goes on.
    @rule(seconds=st.sampled_from((0, 1, 3, 9, 10, 31, 61, 120)))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def tick(self) -> None:
        for answer in self.site.tick(self.now):
            self.learn(answer)

    # People ask.
    @rule(name=doors, by=people, seconds=st.sampled_from((0, 1, 5, 254)))
    def unlock(self, name: DoorId, by: str, seconds: int) -> None:
        self.handle(door.RequestUnlock(name, by, self.now, seconds))

    @rule(name=doors, by=people)
    def cancel_the_doors_alarm(self, name: DoorId, by: str) -> None:
        self.handle(door.RequestAlarmCancel(name, by, self.now))

    @rule(
        name=doors,
        by=people,
        mode=st.sampled_from(("Locked", "Unlocked", "Blocked", "DoubleLocked")),
    )
    def set_mode(self, name: DoorId, by: str, mode: ManualMode) -> None:
        self.handle(door.RequestMode(name, mode, by, self.now))

    @rule(name=doors, by=people)
    def give_back_to_schedule(self, name: DoorId, by: str) -> None:
        self.handle(door.EndManualMode(name, by, self.now))

    @rule(name=doors, schedule=st.sampled_from((BY_DAY, WeeklySchedule())))
    def set_schedule(self, name: DoorId, schedule: WeeklySchedule) -> None:
        self.handle(door.SetDoorSchedule(name, schedule, "facility-manager", self.now))

    @rule(group=groups, by=people, drill=st.booleans())
    def activate(self, group: GroupId, by: str, drill: bool) -> None:
        self.handle(lockdown_group.ActivateLockdown(group, by, self.now, drill))

    @rule(group=groups, by=people)
    def cancel(self, group: GroupId, by: str) -> None:
        self.handle(lockdown_group.CancelLockdown(group, by, self.now))

    @rule(group=groups, members=st.lists(doors, min_size=1, max_size=4))
    def change_doors(self, group: GroupId, members: Sequence[DoorId]) -> None:
        self.handle(
            lockdown_group.ChangeGroupDoors(group, tuple(members), "facility-manager", self.now)
        )

    @rule(members=st.lists(doors, min_size=1, max_size=4))
    def release_for_life_safety(self, members: Sequence[DoorId]) -> None:
        self.handle(
            organisation.ReleaseForLifeSafety(tuple(members), "fire in the yard", "guard", self.now)
        )

    @rule()
    def end_life_safety(self) -> None:
        self.handle(organisation.EndLifeSafetyRelease("guard", self.now))

    # Devices come and go, take orders and answer.
    @rule(name=devices)
    def come_online(self, name: DeviceId) -> None:
        self.handle(device.ReportDeviceOnline(name, self.now))

    @rule(name=devices)
    def go_offline(self, name: DeviceId) -> None:
        self.handle(device.ReportDeviceOffline(name, self.now))

    @rule(name=devices, offset=st.sampled_from((-40.0, 0.0, 3.0, 50.0)))
    def measure_clock(self, name: DeviceId, offset: float) -> None:
        self.handle(device.ReportClockSkew(name, offset, self.now))

    @rule(name=devices, blocks=axis, firmware=st.sampled_from((None, "1.0", "1.1")))
    def describe(self, name: DeviceId, blocks: bool | None, firmware: str | None) -> None:
        self.handle(
            device.ReportDeviceDescribed(
                name, self.now, firmware=firmware, lockdown_blocks_exit=blocks
            )
        )

    @rule(name=devices)
    def hand_out(self, name: DeviceId) -> None:
        if isinstance(self.site.state(device.stream(name)), device.Online):
            for row in self.site.query(device_outbox.due, name, self.now):
                self.claim(row)

    def claim(self, row: device_outbox.CommandRow) -> None:
        """Report it sent; whoever is the first to do so hands it out."""
        sent = (
            door.ReportDoorCommandSent(row.door, row.request, self.now)
            if row.door
            else device.ReportDeviceCommandSent(row.device, row.request, self.now)
        )
        answer = self.handle(sent)
        if answer and answer.events:
            self.asked.append(row)

    @rule(data=st.data(), code=st.sampled_from((0, 0, 0, -1)), steps=st.integers(1, 2))
    def answer(self, data: st.DataObject, code: int, steps: int) -> None:
        if self.asked:
            row = data.draw(st.sampled_from(self.asked))
            step = data.draw(st.integers(0, steps - 1))
            self.handle(
                door.ReportDoorCommandResult(row.door, row.request, code, self.now, step, steps)
                if row.door
                else device.ReportDeviceCommandResult(row.device, row.request, code, self.now)
            )

    @rule(code=st.sampled_from((0, 0, -1)))
    def devices_do_as_they_are_told(self, code: int) -> None:
        """Or all of them refuse."""
        for name in DEVICE_NAMES:
            self.hand_out(name)
        for row in self.asked:
            self.handle(
                door.ReportDoorCommandResult(row.door, row.request, code, self.now)
                if row.door
                else device.ReportDeviceCommandResult(row.device, row.request, code, self.now)
            )
        self.asked.clear()

    # Doors tell how they are.
    @rule(
        name=doors,
        physical=st.sampled_from((None, "Open", "Closed", "Unknown")),
        axes=st.tuples(axis, axis, axis, axis, axis, axis),
        edge=st.booleans(),
        late=st.sampled_from((0, 0, 0, 5)),
    )
    def report_state(
        self, name: DoorId, physical: Any, axes: tuple[Any, ...], edge: bool, late: int
    ) -> None:
        received = self.now - timedelta(seconds=late)
        self.handle(door.ReportDoorState(name, received, received, physical, *axes, edge=edge))

    def tell(self, name: DoorId, code: int) -> Answer | None:
        """The door's device tells something new, as it happens."""
        self.lines += 1
        identity = self.door(name).identity
        line = journal.Line(
            100 + self.lines, code, identity.number, None, None, None, "", self.now, f"{self.lines}"
        )
        day = self.now.date().isoformat()
        return self.handle(journal.RecordPassages(identity.device, day, (line,), self.now))

    @rule(name=doors, code=st.sampled_from((0, 28, 102, 102, 200, 201, 202)))
    def somebody_passes(self, name: DoorId, code: int) -> None:
        self.tell(name, code)

    @rule(name=doors, code=st.sampled_from((36, 210, 4000)))
    def something_is_wrong(self, name: DoorId, code: int) -> None:
        self.tell(name, code)

    @rule(name=devices, opened=st.booleans())
    def fire_panel_tells(self, name: DeviceId, opened: bool) -> None:
        self.lines += 1
        record = EventId(f"journal-{name}@{self.lines}")
        self.handle(
            device.ReportLifeSafetyOpened(name, record, self.now)
            if opened
            else device.ReportLifeSafetyOver(name, self.now)
        )

    @rule(name=devices)
    def begin_anew(self, name: DeviceId) -> None:
        self.handle(device.ReportDeviceStarted(name, self.now))

    @rule(
        name=devices,
        lines=st.lists(
            st.tuples(st.integers(0, 12), st.sampled_from(CODES), st.integers(0, 2)),
            min_size=1,
            max_size=4,
        ),
        backfilled=st.booleans(),
    )
    def record(
        self, name: DeviceId, lines: Sequence[tuple[int, int, int]], backfilled: bool
    ) -> None:
        passages = tuple(
            journal.Line(
                index, code, number, None, None, "in", "card", self.now, f"{index}/{code}/{number}"
            )
            for index, code, number in lines
        )
        day = self.now.date().isoformat()
        self.handle(journal.RecordPassages(name, day, passages, self.now, backfilled))

    # People look after alarms.
    def some_alarm(self, data: st.DataObject) -> AlarmId:
        """One of the newest alarms, or one that there is not."""
        shown = self.site.query(alarm_center.page, limit=8).alarms
        return data.draw(st.sampled_from([AlarmId("nobody.1"), *(item.row.id for item in shown)]))

    @rule(data=st.data(), by=people, remark=st.sampled_from(("seen", " ", "all is well")))
    def acknowledge(self, data: st.DataObject, by: str, remark: str) -> None:
        self.handle(alarm.AcknowledgeAlarm(self.some_alarm(data), remark, by, self.now))

    @rule(data=st.data(), by=people)
    def remark(self, data: st.DataObject, by: str) -> None:
        self.handle(alarm.AddRemark(self.some_alarm(data), "looked again", by, self.now))

    @rule(data=st.data(), seconds=st.sampled_from((-1, 5, 60)))
    def shelve(self, data: st.DataObject, seconds: int) -> None:
        until = self.now + timedelta(seconds=seconds)
        self.handle(alarm.ShelveAlarm(self.some_alarm(data), until, "known", "guard", self.now))
