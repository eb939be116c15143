"""I3: a release for life safety opens its doors, and its end ends it everywhere."""

from hypothesis.stateful import invariant

from cvsec_core.aggregates import door, organisation
from cvsec_core.ids import DoorId
from tests.properties.guardhouse import Guardhouse
from tests.strategies import DOOR_NAMES


class LifeSafetyReachesTheDoor(Guardhouse):
    @invariant()
    def every_door_that_the_organisation_released_is_open_for_life_safety(self) -> None:
        for name in self.site.state(organisation.STREAM).released:
            assert self.door(name).wanted.mode == "LockedOpen"


class EveryReleaseCanBeEnded(Guardhouse):
    @invariant()
    def when_nobody_holds_a_release_nothing_is_stuck_open(self) -> None:
        """Whoever ends the release ends it for every door, whoever began it."""
        answer = self.handle(organisation.EndLifeSafetyRelease("guard", self.now))
        assert answer is not None
        assert not [n for n in DOOR_NAMES if self._released(n)]

    def _released(self, name: DoorId) -> bool:
        state = self.door(name)
        return isinstance(state, door.Registered) and state.wanted.released


test_i3_a_release_holds_until_it_is_ended = LifeSafetyReachesTheDoor.TestCase
test_i3_every_release_can_be_ended_by_people = EveryReleaseCanBeEnded.TestCase
