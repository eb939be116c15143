"""Whole conversations of devices, from files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cvsec_adapters.devices.presence import MemoryPresence
from cvsec_adapters.devices.zkpush.capture import (
    CaptureFormatError,
    doors_in,
    read_capture,
    replay,
    requests_in,
)
from cvsec_adapters.devices.zkpush.endpoint import Endpoint
from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import alarm, device, door, journal
from cvsec_core.ids import DeviceId, door_of
from cvsec_core.site import Site
from cvsec_core.vocabulary import meaning

OURS = Path(__file__).parent / "captures"
BESIDE = Path(__file__).parents[3] / "shared" / "captures" / "zkpush"


class Replayed:
    """A site after a capture happened there, twice where *times* says so."""

    def __init__(self, path: Path, zone: str, times: int = 1) -> None:
        requests = read_capture(path)
        self.site: Site = memory_site(lambda: requests[-1].received_at)
        for serial, doors in doors_in(requests).items():
            name = DeviceId(serial)
            at = requests[0].received_at
            self.site.handle(device.RegisterDevice(name, serial, "A", zone, doors, "me", at))
        for _ in range(times):
            answers = replay(Endpoint(self.site, MemoryPresence()), requests)
            assert {answer.status for answer in answers} == {200}
        self.serial = DeviceId(requests[0].serial)

    def events(self, *kinds: type) -> list[Any]:
        recorded = self.site.log.read_all(0, 10_000)
        return [r.event for r in recorded if isinstance(r.event, kinds)]

    def passages(self) -> list[Any]:
        return self.events(journal.PassageRecorded)

    def door(self, number: int) -> Any:
        return self.site.state(door.stream(door_of(self.serial, number))).sensed


# Our own.
def test_a_morning_is_told_as_it_was():
    here = Replayed(OURS / "morning.http", "Europe/Paris")
    assert [(p.index, p.code, p.person, p.card) for p in here.passages()] == [
        (101, 0, "12", "5001"), (102, 200, None, None), (103, 201, None, None),
        (104, 27, None, "777"),
    ]  # fmt: skip
    assert {(p.received_at - p.at).total_seconds() for p in here.passages()} == {1, 2}
    assert [(a.code, a.level) for a in here.events(alarm.AlarmRaised)] == [(27, "exception")]
    assert here.door(1).physical == "Closed"
    assert len(here.events(door.DoorOpened)) == 1


def test_a_forced_door_is_one_alarm_that_ends():
    here = Replayed(OURS / "forced.http", "Europe/Paris")
    (forced,) = here.events(door.DoorForcedOpen)
    assert forced.door == door_of(here.serial, 2)
    assert len(here.events(alarm.AlarmRaised)) == 1
    assert len(here.events(alarm.AlarmReturnedToNormal)) == 1
    assert here.door(2).physical == "Closed"


@pytest.mark.parametrize("name", ["morning.http", "forced.http"])
def test_a_capture_that_happens_again_changes_nothing(name: str):
    once = Replayed(OURS / name, "Europe/Paris")
    twice = Replayed(OURS / name, "Europe/Paris", times=2)
    assert twice.site.log.head() == once.site.log.head()


# Doors and errors.
def test_a_device_has_the_doors_that_it_tells_something_of():
    assert doors_in(read_capture(OURS / "morning.http")) == {"FIX0000000001": 2}


@pytest.mark.parametrize(
    ("spoil", "line", "expected"),
    [
        (lambda text: text.replace("# received: ", "# at: ", 1), 1, "`# received: `"),
        (lambda text: text.replace("+00:00", "", 1), 1, "a time with its offset"),
        (lambda text: text.replace("2026-11-23T07:00:00", "noon", 1), 1, "a time with its offset"),
        (lambda text: text.replace("###\n", "###\n\n", 1), 10, "`# received: `"),
        (lambda text: text.replace("Length: 76", "Length: 75"), 10, "Content-Length: 76"),
        (lambda text: text.replace(" HTTP/1.1", "", 1), 1, "a request line"),
        (lambda _: "", 1, "`# received: `"),
        (lambda _: "# received: 2026-11-23T07:00:00+00:00\nGET / HTTP/1.1", 1, "an empty line"),
    ],
)
def test_a_file_that_is_no_capture_is_told_what_is_wrong_and_where(
    spoil: Callable[[str], str], line: int, expected: str
):
    text = (OURS / "morning.http").read_bytes().decode()
    with pytest.raises(CaptureFormatError) as caught:
        requests_in(spoil(text).encode(), "morning.http")
    assert (caught.value.file, caught.value.line) == ("morning.http", line)
    assert str(caught.value).startswith(f"morning.http, line {line}: expected {expected}")
    assert "se esperaba" in caught.value.message("es")
    assert caught.value.next_step()


# What public sources show of real devices, where that folder is at hand.
@pytest.fixture
def real() -> Callable[[str, str], Replayed]:
    def replayed(name: str, zone: str) -> Replayed:
        if not BESIDE.is_dir():
            pytest.skip("there is no folder shared/captures/zkpush beside the checkout")
        twice = Replayed(BESIDE / name, zone, times=2)
        assert twice.site.log.head() == Replayed(BESIDE / name, zone).site.log.head()
        assert twice.events(journal.UnrecognisedKept) == []
        return twice

    return replayed


Real = Callable[[str, str], Replayed]


def test_a_speedface_terminal_tells_four_grants(real: Real):
    here = real("speedface_v5l.http", "America/Mexico_City")
    told = [(p.index, p.code, p.direction, p.verify) for p in here.passages()]
    assert told == [(114, 3, "in", "1"), (115, 3, "in", "1"), (116, 3, "in", "15"),
                    (117, 3, "in", "15")]  # fmt: skip
    assert {meaning(p.code).decision for p in here.passages()} == {"granted"}
    assert {p.door for p in here.passages()} == {door_of(here.serial, 1)}
    assert all(0 <= (p.received_at - p.at).total_seconds() <= 2 for p in here.passages())


def test_a_two_door_board_tells_a_remote_opening_and_its_relays(real: Real):
    here = real("c3_200.http", "Europe/Paris")
    (opening,) = here.passages()
    assert (opening.code, opening.person, opening.door) == (205, None, door_of(here.serial, 1))
    moved = here.events(door.LockReleased, door.LockEngaged)
    assert [(type(m).__name__, m.door[-1]) for m in moved] == [
        ("LockReleased", "1"), ("LockEngaged", "2"), ("LockEngaged", "1"), ("LockReleased", "2"),
    ]  # fmt: skip
    assert {here.door(1).physical, here.door(2).physical} == {"Unknown"}


def test_an_older_board_tells_an_unregistered_card(real: Real):
    here = real("unregistered_card.http", "Asia/Shanghai")
    (passage,) = here.passages()
    assert (passage.code, passage.card, passage.person) == (27, "505931040", None)
    assert meaning(27).decision == "denied"
    assert [a.level for a in here.events(alarm.AlarmRaised)] == ["exception"]


def test_a_senseface_terminal_tells_a_grant_by_face_and_a_closed_door(real: Real):
    here = real("senseface_3a.http", "UTC")
    (passage,) = here.passages()
    assert (passage.code, passage.verify) == (3, "15")
    assert (here.door(1).physical, here.door(1).alarm) == ("Closed", "Normal")
    assert here.events(alarm.AlarmRaised) == []


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_out_of_time_is_named(moment: str):
    text = f"# received: {moment}\nGET /iclock/ping?SN=X HTTP/1.1\n\n".encode()
    with pytest.raises(CaptureFormatError, match="era"):
        requests_in(text, "odd.http")


def test_a_request_that_names_no_device_is_named():
    text = b"# received: 2026-11-23T12:00:00+00:00\nGET /iclock/ping HTTP/1.1\n\n"
    with pytest.raises(CaptureFormatError, match="SN="):
        requests_in(text, "odd.http")
