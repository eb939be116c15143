"""I5: a door is locked down while any group holds it; drills hold nothing."""

from hypothesis.stateful import invariant

from cvsec_core.aggregates import door, lockdown_group
from cvsec_core.projections import lockdown_board
from tests.properties.guardhouse import Guardhouse
from tests.strategies import DOOR_NAMES, GROUP_NAMES


class HoldsFollowGroups(Guardhouse):
    @invariant()
    def a_door_is_held_by_exactly_the_groups_under_real_lockdown_that_name_it(self) -> None:
        groups = {name: self.site.state(f"{lockdown_group.KIND}-{name}") for name in GROUP_NAMES}
        for name in DOOR_NAMES:
            state = self.door(name)
            if not isinstance(state, door.Registered):
                continue
            holding = {
                group
                for group, it in groups.items()
                if isinstance(it, lockdown_group.UnderLockdown)
                and not it.drill
                and name in it.doors
            }
            assert state.wanted.holds == holding
            if holding and not state.wanted.released:
                assert state.wanted.mode == "LockedDown"

    @invariant()
    def the_board_shows_the_same_holds(self) -> None:
        for status in self.site.query(lockdown_board.status):
            if status.row.state != "under-lockdown":
                assert status.doors == ()
                continue
            assert {held.door for held in status.doors} == set(status.row.doors)
            for held in status.doors:
                assert set(held.held_by) == self.door(held.door).wanted.holds


test_i5_a_door_is_locked_down_while_any_group_holds_it = HoldsFollowGroups.TestCase
