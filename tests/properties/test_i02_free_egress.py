"""I2: nothing that is asked takes the exit away from a door on an egress path."""

from hypothesis.stateful import invariant, rule

from cvsec_core.aggregates import alarm, device, door
from cvsec_core.ids import DoorId
from cvsec_core.vocabulary import EGRESS_IMPAIRED, EXIT_BLOCKED
from tests.properties.guardhouse import Guardhouse, doors
from tests.strategies import DEVICE_NAMES, DOOR_NAMES


class FreeEgress(Guardhouse):
    @invariant()
    def no_door_is_double_locked(self) -> None:
        for name in DOOR_NAMES:
            state = self.door(name)
            if isinstance(state, door.Registered) and state.identity.egress:
                assert state.wanted.mode != "DoubleLocked"

    @invariant()
    def lockdown_spares_the_exit_where_the_device_would_not(self) -> None:
        for name in DEVICE_NAMES:
            state = self.site.state(device.stream(name))
            if isinstance(state, device.Unregistered) or not state.profile.lockdown_blocks_exit:
                continue
            for member in state.profile.doors:
                assert self.door(member).wanted.means == "relock"

    @invariant()
    def every_blocked_exit_is_an_alarm(self) -> None:
        blocked = [r for r in self.heard if isinstance(r.event, door.EgressImpaired)]
        alarms = {
            r.event.alarm
            for r in self.heard
            if isinstance(r.event, alarm.AlarmRaised) and r.event.code == EGRESS_IMPAIRED
        }
        assert all(r.event.code in EXIT_BLOCKED for r in blocked)
        assert {r.event.alarm for r in blocked} == alarms


class TaughtByEvidence(Guardhouse):
    """A device that once kept people in is not trusted again."""

    @rule(name=doors)
    def an_exit_is_blocked(self, name: DoorId) -> None:
        self.tell(name, 209)

    @invariant()
    def an_exit_that_was_blocked_is_never_again_locked_down_by_the_device(self) -> None:
        impaired = set()
        for recorded in self.heard:
            match recorded.event:
                case door.EgressImpaired(name):
                    impaired.add(name)
                case door.ModeRequested(name, mode="LockedDown", means="lockdown"):
                    assert name not in impaired


test_i2_nothing_takes_the_exit_away = FreeEgress.TestCase
test_i2_a_blocked_exit_is_remembered = TaughtByEvidence.TestCase
