"""Readers of two processes ask about one person at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from cvsec_adapters.wiring import open_site
from cvsec_core.aggregates import access_level, device, door, person
from cvsec_core.ids import DeviceId, LevelId, door_of
from cvsec_core.values import WEEK, Interval, WeeklySchedule

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BY = ("admin", NOON)
LOBBY = DeviceId("lobby")
DOORS = door_of(LOBBY, 1), door_of(LOBBY, 2)
ALWAYS = WeeklySchedule((Interval(WEEK, 0, 1440),))


def test_one_of_them_lets_somebody_into_a_zone(tmp_path: Path):
    with ExitStack() as opened:
        sites = [
            opened.enter_context(open_site(tmp_path / "site.db", clock=lambda: NOON))
            for _ in range(2)
        ]
        who = sites[0].newcomer(("number", "7"))
        for command in (
            device.RegisterDevice(LOBBY, "Lobby", "A", "UTC", 2, *BY),
            *(door.SetAntiPassback(name, "hard", *BY, "zone") for name in DOORS),
            person.EnrollPerson(who, "personnel", person.Particulars("Staff", number="7"), *BY),
            access_level.DefineAccessLevel(LevelId("all"), DOORS, ALWAYS, *BY),
            person.GrantAccess(who, LevelId("all"), *BY),
        ):
            sites[0].handle(command)

        def asks(turn: int) -> bool:
            return sites[turn % 2].decide_at_door(DOORS[turn // 2 % 2], NOON, who=who).granted

        with ThreadPoolExecutor(4) as readers:
            assert sorted(readers.map(asks, range(12))) == [False] * 11 + [True]
