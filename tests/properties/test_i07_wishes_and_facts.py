"""I7: what was requested, sent, applied, rejected, expired or is unknown are different facts."""

from collections import defaultdict

from hypothesis.stateful import initialize, invariant

from cvsec_core.aggregates import door
from cvsec_core.handling import Answer
from cvsec_core.ids import DoorId
from cvsec_core.projections import door_board, lockdown_board
from tests.properties.guardhouse import Guardhouse
from tests.strategies import GROUP_NAMES

ENDS = (
    door.DoorCommandApplied,
    door.DoorCommandRejected,
    door.DoorCommandExpired,
    door.DoorCommandIndeterminate,
)
ASKS = (door.UnlockRequested, door.AlarmCancelRequested, door.ModeRequested)


class OneEnd(Guardhouse):
    """A request has one number and comes to one end, to an unknown one only if it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.open_requests: dict[DoorId, dict[int, str]] = defaultdict(dict)
        self.sent: set[tuple[DoorId, int]] = set()
        self.numbers: dict[DoorId, int] = defaultdict(int)

    def learn(self, answer: Answer) -> None:
        super().learn(answer)
        for recorded in answer.events:
            event = recorded.event
            if isinstance(event, ASKS):
                self._asked(event)
            elif isinstance(event, door.DoorCommandSent):
                assert event.request in self.open_requests[event.door]
                self.sent.add((event.door, event.request))
            elif isinstance(event, ENDS):
                assert self.open_requests[event.door].pop(event.request) == event.kind
                was_sent = (event.door, event.request) in self.sent
                if isinstance(event, door.DoorCommandExpired):
                    assert not was_sent
                if isinstance(event, door.DoorCommandIndeterminate):
                    assert was_sent

    def _asked(self, event: door.UnlockRequested | door.ModeRequested) -> None:
        kinds = {door.UnlockRequested: "unlock", door.AlarmCancelRequested: "cancel-alarm"}
        kind = kinds.get(type(event), "mode")
        assert event.request == self.numbers[event.door] + 1
        self.numbers[event.door] = event.request
        if kind == "mode":
            replaced = [n for n, k in self.open_requests[event.door].items() if k == "mode"]
            for number in replaced:
                del self.open_requests[event.door][number]
        self.open_requests[event.door][event.request] = kind

    @invariant()
    def the_door_knows_its_open_requests(self) -> None:
        for name, requests in self.open_requests.items():
            state = self.door(name)
            assert {item.request: item.kind for item in state.asked.pending} == requests


class Secured(Guardhouse):
    """A site on which every group was locked down, and every device has confirmed it."""

    @initialize()
    def lock_down(self) -> None:
        self.open_for_business()
        for group in GROUP_NAMES:
            self.activate(group, "guard", drill=False)
        self.devices_do_as_they_are_told(0)


class OnlyFactsConfirm(Secured):
    """The model: a mode is confirmed when the last thing heard of it was that it was applied."""

    @invariant()
    def the_boards_show_as_confirmed_what_the_device_confirmed_last(self) -> None:
        last: dict[DoorId, object] = {}
        for recorded in self.heard:
            match recorded.event:
                case door.ModeRequested(name) | door.DoorCommandRejected(name, kind="mode"):
                    last[name] = None
                case door.DoorCommandApplied(name, kind="mode", mode=mode):
                    last[name] = mode
        for item in self.site.query(door_board.doors):
            row = item.row
            assert row.confirmed == (last.get(row.id) is not None)
            assert not row.confirmed or last[row.id] == row.mode

    @invariant()
    def a_group_names_every_door_that_is_not_confirmed_to_be_locked_down(self) -> None:
        shown = {item.row.id: item.row for item in self.site.query(door_board.doors)}
        for status in self.site.query(lockdown_board.status):
            expected = {held.door for held in status.doors if not _is_locked_down(shown[held.door])}
            assert set(status.unconfirmed) == expected
            assert (status.seconds_to_secure is None) == (bool(expected) or not status.doors)


def _is_locked_down(row: door_board.DoorRow) -> bool:
    """Its device says so, and its lock does not say otherwise."""
    return row.confirmed and row.mode == "LockedDown" and row.lock != "Unlocked"


class OneOpinion(Secured):
    @invariant()
    def the_door_and_its_board_agree_on_what_is_confirmed(self) -> None:
        for item in self.site.query(door_board.doors):
            assert item.row.confirmed == door.confirmed(self.door(item.row.id))


test_i7_a_request_comes_to_one_end = OneEnd.TestCase
test_i7_under_lockdown_names_the_doors_not_yet_confirmed = OnlyFactsConfirm.TestCase
test_i7_the_door_and_its_board_agree_on_what_is_confirmed = OneOpinion.TestCase
