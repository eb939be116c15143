"""I6: after release a door is locked, or what its schedule says now: never what it was before."""

from hypothesis.stateful import invariant, rule

from cvsec_core.aggregates import door, organisation
from cvsec_core.aggregates.lockdown_group import CancelLockdown
from tests.properties.guardhouse import Guardhouse
from tests.strategies import DOOR_NAMES, GROUP_NAMES


class AfterRelease(Guardhouse):
    @rule()
    def release_everything(self) -> None:
        """Cancel all, then see where the doors that were held have gone."""
        held = [n for n in DOOR_NAMES if self._held(n)]
        self.tick()
        self.handle(organisation.EndLifeSafetyRelease("guard", self.now))
        for group in GROUP_NAMES:
            self.handle(CancelLockdown(group, "guard", self.now))
        for name in held:
            wanted = self.door(name).wanted
            local = self.now.replace(tzinfo=None)
            says = bool(wanted.schedule and wanted.schedule.covers(local))
            assert wanted.manual is None
            assert wanted.released or wanted.mode == ("Unlocked" if says else "Locked")

    @invariant()
    def what_the_device_is_asked_for_is_what_the_door_shall_be(self) -> None:
        for name in DOOR_NAMES:
            state = self.door(name)
            asked = [
                r.event
                for r in self.heard
                if isinstance(r.event, door.ModeRequested) and r.event.door == name
            ]
            if asked:
                assert asked[-1].mode == state.wanted.mode
                assert asked[-1].request == max(event.request for event in asked)

    def _held(self, name: str) -> bool:
        state = self.door(name)
        return isinstance(state, door.Registered) and bool(state.wanted.holds)


test_i6_after_release_a_door_goes_to_what_its_schedule_says_now = AfterRelease.TestCase
