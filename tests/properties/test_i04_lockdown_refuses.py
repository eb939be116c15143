"""I4: a door under lockdown refuses every mode but release, for the record, lockdown first."""

from hypothesis.stateful import invariant

from cvsec_core.aggregates import door
from cvsec_core.handling import Answer
from cvsec_core.ids import DoorId
from tests.properties.guardhouse import Guardhouse
from tests.strategies import DOOR_NAMES


class LockdownRefuses(Guardhouse):
    def learn(self, answer: Answer) -> None:
        super().learn(answer)
        held: dict[DoorId, tuple[str, ...]] = {}
        for recorded in self.heard:
            match recorded.event:
                case door.LockdownEngaged(name, holds=holds) | door.LockdownLifted(
                    name, holds=holds
                ):
                    held[name] = holds
                case door.ModeRefused(name, reasons=reasons) | door.UnlockRefused(
                    name, reasons=reasons
                ):
                    lockdown = [r for r in reasons if isinstance(r, door.DoorUnderLockdown)]
                    assert lockdown == (
                        [door.DoorUnderLockdown(name, held[name])] if held.get(name) else []
                    )
                    assert not lockdown or reasons[0] is lockdown[0]
                case door.ModeRequested(name, cause="manual") | door.UnlockRequested(name):
                    assert not held.get(name)

    @invariant()
    def every_request_is_refused_and_recorded(self) -> None:
        for name in DOOR_NAMES:
            state = self.door(name)
            if not isinstance(state, door.Registered) or not state.wanted.holds:
                continue
            for ask in (
                door.RequestMode(name, "Unlocked", "guard", self.now),
                door.RequestUnlock(name, "guard", self.now),
            ):
                answer = self.handle(ask)
                assert answer is not None
                (refusal,) = answer.refusals
                assert isinstance(refusal.reasons[0], door.DoorUnderLockdown)
            assert self.door(name) == state


test_i4_a_door_under_lockdown_refuses_all_but_its_release = LockdownRefuses.TestCase
