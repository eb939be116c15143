"""I3: life safety goes before lockdown, lockdown before people, people before the schedule.

The model of a door is four facts, gathered from what happened.
"""

from collections import defaultdict
from typing import Any

from hypothesis.stateful import invariant

from cvsec_core.aggregates import door
from cvsec_core.handling import Answer
from cvsec_core.ids import DoorId
from cvsec_core.projections import door_board
from tests.properties.guardhouse import Guardhouse


class Precedence(Guardhouse):
    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[DoorId, dict[str, Any]] = defaultdict(dict)

    def learn(self, answer: Answer) -> None:
        super().learn(answer)
        for recorded in answer.events:
            match recorded.event:
                case door.ModeRequested(name, mode=mode, cause="manual"):
                    self.facts[name]["person"] = mode
                case door.ScheduleApplied(name, unlocked):
                    self.facts[name]["schedule"] = "Unlocked" if unlocked else "Locked"
                case door.LockdownEngaged(name, holds=holds):
                    self.facts[name] |= {"lockdown": holds, "person": None}
                case door.LockdownLifted(name, holds=holds):
                    self.facts[name]["lockdown"] = holds
                case door.DoorReleasedForLifeSafety(name):
                    self.facts[name] |= {"life": True, "person": None}
                case door.DoorReleaseEnded(name, left=left):
                    self.facts[name]["life"] = bool(left)
                case door.ManualModeEnded(name):
                    self.facts[name]["person"] = None

    @invariant()
    def whoever_has_most_say_decides(self) -> None:
        shown = {item.row.id: item.row.mode for item in self.site.query(door_board.doors)}
        for name, mode in shown.items():
            facts = self.facts[name]
            expected = (
                ("LockedOpen" if facts.get("life") else None)
                or ("LockedDown" if facts.get("lockdown") else None)
                or facts.get("person")
                or facts.get("schedule")
                or "Locked"
            )
            assert self.door(name).wanted.mode == expected
            assert mode == expected


test_i3_whoever_has_most_say_decides_the_mode = Precedence.TestCase
