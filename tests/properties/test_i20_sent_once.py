"""I20: nothing is sent twice by a replay or a rebuild."""

from hypothesis.stateful import invariant, rule

from cvsec_adapters.wiring import rebuild
from cvsec_core.ids import DoorId
from cvsec_core.projections import device_outbox
from cvsec_core.projections.device_outbox import CommandRow
from tests.properties.guardhouse import Guardhouse
from tests.strategies import DEVICE_NAMES


class SentOnce(Guardhouse):
    """A row is handed out once; a wish for a state again only after the time for an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.handed_out: dict[int, object] = {}

    def claim(self, row: CommandRow) -> None:
        before = self.handed_out.get(row.position)
        if before is not None:
            assert row.not_after is None
            assert self.now - before >= device_outbox.SEND_AGAIN
        super().claim(row)
        self.handed_out[row.position] = self.now

    @rule()
    def rebuild_and_look(self) -> None:
        before = {name: self.due(name) for name in DEVICE_NAMES}
        rebuild(self.site, lambda *_: None)
        assert {name: self.due(name) for name in DEVICE_NAMES} == before

    @rule()
    def replay(self) -> None:
        """Fold and project everything again, as after a start: nothing is asked of the world."""
        head = self.site.log.head()
        moment = self.site.as_of(self.now)
        for name in DEVICE_NAMES:
            moment.query(device_outbox.due, name, self.now)
        assert self.site.log.head() == head

    @invariant()
    def what_is_on_the_wire_is_known_by_its_position(self) -> None:
        for name in DEVICE_NAMES:
            for row in self.due(name):
                assert self.site.query(device_outbox.by_position, row.position) == row
                (asked,) = self.site.log.read_all(row.position - 1, 1)
                assert asked.event.request == row.request
                assert getattr(asked.event, "door", None) == row.door

    def due(self, name: str) -> list[CommandRow]:
        """What the device shall be told now."""
        return self.site.query(device_outbox.due, DoorId(name), self.now)


test_i20_nothing_is_sent_twice = SentOnce.TestCase
