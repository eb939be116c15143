"""I9: forced open needs that nobody was let through, asked to leave or had the door opened."""

from hypothesis.stateful import invariant

from cvsec_core.aggregates import door, journal
from cvsec_core.values import GRANT_WINDOW, opening_window
from cvsec_core.vocabulary import opens
from tests.properties.guardhouse import Guardhouse


class ForcedOpen(Guardhouse):
    @invariant()
    def no_opening_by_right_is_called_forced(self) -> None:
        let: list[tuple[str, object]] = []
        until: dict[str, object] = {}
        seconds: dict[tuple[str, int], int] = {}
        by_journal: set[str] = set()
        for recorded in self.heard:
            event = recorded.event
            match event:
                case journal.PassageRecorded(door=name, at=at, code=code):
                    by_journal.add(recorded.meta.command_id or "")
                    if name and opens(code):
                        let.append((name, at))
                case door.UnlockRequested(name, request=request):
                    seconds[name, request] = event.seconds
                case door.DoorCommandApplied(name, request, "unlock", at=at):
                    until[name] = at + opening_window(seconds[name, request])
                case door.DoorForcedOpen(name, at=at, received_at=received):
                    assert name not in until or received > until[name]
                    told_by_journal = recorded.meta.causation
                    if told_by_journal and told_by_journal.startswith("journal-"):
                        assert not [n for n, t in let if n == name and t <= at <= t + GRANT_WINDOW]

    @invariant()
    def a_door_that_stands_unlocked_is_never_forced(self) -> None:
        confirmed: dict[str, object] = {}
        for recorded in self.heard:
            match recorded.event:
                case door.ModeRequested(name) | door.DoorCommandRejected(name, kind="mode"):
                    confirmed[name] = None
                case door.DoorCommandApplied(name, kind="mode", mode=mode):
                    confirmed[name] = mode
                case door.DoorForcedOpen(name):
                    assert confirmed.get(name) not in {"Unlocked", "LockedOpen"}


test_i9_no_opening_by_right_is_called_forced = ForcedOpen.TestCase
