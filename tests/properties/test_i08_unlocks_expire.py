"""I8: an unlock expires and never fires late; a lockdown persists and is asserted again."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from cvsec_core.aggregates import device, door
from cvsec_core.handling import Answer
from cvsec_core.ids import DoorId
from cvsec_core.projections import deadlines, device_outbox
from cvsec_core.values import ManualMode
from tests.properties.guardhouse import Guardhouse, doors
from tests.strategies import DEVICE_NAMES


class UnlocksExpire(Guardhouse):
    def __init__(self) -> None:
        super().__init__()
        self.limits: dict[tuple[DoorId, int], object] = {}
        self.sent: set[tuple[DoorId, int]] = set()

    def learn(self, answer: Answer) -> None:
        super().learn(answer)
        for recorded in answer.events:
            match recorded.event:
                case door.UnlockRequested(name, request=request, at=at, not_after=limit):
                    assert limit == at + door.MOMENTARY_LIFE
                    self.limits[name, request] = limit
                case door.DoorCommandSent(name, request, "unlock", at):
                    assert at < self.limits[name, request]
                    assert (name, request) not in self.sent
                    self.sent.add((name, request))

    @invariant()
    def what_is_due_is_in_time_and_was_not_handed_out(self) -> None:
        for name in DEVICE_NAMES:
            for row in self.site.query(device_outbox.due, name, self.now):
                if row.kind == "unlock":
                    assert (row.door, row.request) not in self.sent
                    assert self.now < self.limits[row.door, row.request]

    @rule()
    def time_runs_out(self) -> None:
        """After its time and a tick nothing momentary is open any more."""
        self.now += timedelta(seconds=10)
        self.tick()
        for name in DEVICE_NAMES:
            rows = self.site.query(device_outbox.due, name, self.now)
            assert [row for row in rows if row.not_after] == []
        due = self.site.query(deadlines.due, self.now, "UTC")
        assert [row for row in due if row.kind == "request"] == []


class LockdownPersists(Guardhouse):
    @rule(name=doors)
    def its_device_comes_back(self, name: DoorId) -> None:
        """A door under lockdown is told so again, whatever was confirmed before."""
        before = self.door(name)
        if not isinstance(before, door.Registered):
            return
        self.handle(device.ReportDeviceOffline(before.identity.device, self.now))
        self.handle(device.ReportDeviceOnline(before.identity.device, self.now))
        if before.wanted.mode == "LockedDown":
            due = self.site.query(device_outbox.due, before.identity.device, self.now)
            assert [r.mode for r in due if r.door == name and r.kind == "mode"] == ["LockedDown"]
            assert not door.confirmed(self.door(name))

    @invariant()
    def a_lockdown_without_confirmation_is_still_to_be_told(self) -> None:
        for name in DEVICE_NAMES:
            state = self.site.state(device.stream(name))
            members = () if isinstance(state, device.Unregistered) else state.profile.doors
            for member in members:
                it = self.door(member)
                if it.wanted.mode == "LockedDown" and not door.confirmed(it):
                    later = self.now + timedelta(minutes=5)
                    due = self.site.query(device_outbox.due, name, later)
                    asked_again = self.site.query(deadlines.due, later, "UTC")
                    assert any(r.door == member and r.kind == "mode" for r in due) or any(
                        r.subject == member and r.kind == "mode" for r in asked_again
                    )


class NothingIsDueForEver(Guardhouse):
    @rule(name=doors, mode=st.sampled_from(("Locked", "Blocked")))
    def its_device_refuses(self, name: DoorId, mode: ManualMode) -> None:
        self.set_mode(name, "guard", mode)
        self.devices_do_as_they_are_told(-1)

    @invariant()
    def a_tick_leaves_nothing_due(self) -> None:
        self.tick()
        assert self.site.query(deadlines.due, self.now, "UTC") == []


test_i8_an_unlock_expires_and_never_fires_late = UnlocksExpire.TestCase
test_i8_a_lockdown_persists_until_it_is_confirmed = LockdownPersists.TestCase
test_i8_what_is_due_is_settled_by_a_tick = NothingIsDueForEver.TestCase
