"""Rights in the protocol's tables: what a device is told, record by record, and what it answers."""

from datetime import date
from typing import Any

import pytest

from cvsec_adapters.devices.simulated.rights import Rights
from cvsec_adapters.devices.simulated.tables import UNSUPPORTED, change_table
from cvsec_adapters.devices.zkpush.loading import Loading
from cvsec_adapters.devices.zkpush.parsing import pins_of
from cvsec_adapters.devices.zkpush.tables import LISTING, steps_of
from cvsec_core.aggregates import access_level, credential, device, person
from cvsec_core.ids import DeviceId, LevelId
from cvsec_core.projections.device_rights import Chunk, Hours, Right, User
from cvsec_core.values import Interval, WeeklySchedule
from tests.contracts.dialogue import FIRST, NOON, SECOND, SERIAL, Dialogue

STAFF = LevelId("staff")
OFFICE = WeeklySchedule(
    (Interval(("mon", "tue"), 8 * 60 + 30, 12 * 60), Interval(("mon",), 840, 1440))
)
NAME = DeviceId("a")


def test_somebody_is_a_card_under_a_number_on_some_days():
    user = User("7", "4711", "Guest\tOne\n", date(2026, 1, 1), None)
    told = (
        "DATA UPDATE user CardNo=4711\tPin=7\tPassword=\tGroup=0\tStartTime=20260101\tEndTime=0"
        "\tName=Guest One\tPrivilege=0"
    )
    assert steps_of(Chunk(STAFF, 1, users=[user])) == (told,)


@pytest.mark.parametrize(("doors", "mask"), [((1,), 1), ((2,), 2), ((1, 2, 4), 11), ((), 0)])
def test_doors_are_a_bit_each(doors: tuple[int, ...], mask: int):
    (told,) = steps_of(Chunk(STAFF, 1, rights=[Right("7", 2, doors)]))
    assert told == f"DATA UPDATE userauthorize Pin=7\tAuthorizeTimezoneId=2\tAuthorizeDoorId={mask}"


def test_hours_are_two_clocks_in_a_number():
    week = (((510, 720), (840, 1440)), *[()] * 6)
    hours = Hours(4, week, (((0, 1440),), (), ()))
    cleared, told = steps_of(Chunk(None, 1, hours=[hours]))
    assert cleared == "DATA DELETE holiday *"
    fields = dict(
        part.split("=") for part in told.removeprefix("DATA UPDATE timezone ").split("\t")
    )
    assert fields["TimezoneId"] == "4"
    assert int(fields["MonTime1"]) == (830 << 16) + 1200
    assert int(fields["MonTime2"]) == (1400 << 16) + 2359
    assert fields["MonTime3"] == fields["SunTime1"] == fields["Hol2Time1"] == "0"
    assert int(fields["Hol1Time1"]) == 2359
    assert len(fields) == 1 + 10 * 3


def test_a_holiday_is_one_day_of_a_kind():
    hours = Hours(2, ((),) * 7, ((),) * 3)
    (_, told, _) = steps_of(Chunk(None, 1, hours=[hours], holidays={date(2026, 12, 25): 3}))
    assert told == "DATA UPDATE holiday Holiday=20261225\tHolidayType=3\tLoop=2"


def test_what_somebody_may_goes_before_they_do():
    chunk = Chunk(STAFF, 1, gone=["7"], withdrawn=[("8", 3)], forgets=True)
    assert steps_of(chunk) == (
        "DATA DELETE userauthorize Pin=7",
        "DATA DELETE user Pin=7",
        "DATA DELETE userauthorize Pin=8\tAuthorizeTimezoneId=3",
        LISTING,
    )


@pytest.mark.parametrize(
    ("body", "pins"),
    [
        (b"user uid=1\tcardno=\tpin=7\r\nuser uid=2\tpin=8\r\n", ["7", "8"]),
        (b"user pin=7\nPin=8\tName=x", ["7", "8"]),
        (b"uid=1\tpin=7", ["7"]),
        (b"garbage\nuser uid=1", []),
        (b"", []),
    ],
)
def test_numbers_are_read_whatever_else_a_row_holds(body: bytes, pins: list[str]):
    assert pins_of(body, None) == pins


# Outcomes.
def loading(**parts: Any) -> Loading:
    known = Loading()
    known.handed_out(NAME, 5, Chunk(STAFF, 1, **parts))
    return known


def test_a_chunk_is_told_when_every_step_is_done():
    known = loading(gone=["7"])
    assert known.outcome(NAME, 5, 0, 0) is None
    assert known.outcome(NAME, 5, 0, 0) is None
    assert known.outcome(NAME, 5, 1, 0) == 0
    assert known.position(NAME) is None


def test_one_step_that_fails_fails_the_chunk():
    known = loading(gone=["7"])
    assert known.outcome(NAME, 5, 1, -18) == -18
    assert known.outcome(NAME, 5, 0, 0) is None


@pytest.mark.parametrize(("position", "step"), [(4, 0), (5, 9)])
def test_what_was_not_handed_out_decides_nothing(position: int, step: int):
    assert loading(gone=["7"]).outcome(NAME, position, step, -1) is None
    assert Loading().outcome(NAME, position, step, 0) is None


def test_a_listing_is_done_when_nobody_on_it_was_forgotten():
    known = loading(forgets=True)
    assert known.outcome(NAME, 5, 0, 2) is None  # nobody was named yet
    known.named(NAME, 2, ["7"])
    assert known.outcome(NAME, 5, 0, 2) is None
    told = known.removals(NAME)
    assert [command for _, command in told] == [
        "DATA DELETE userauthorize Pin=7",
        "DATA DELETE user Pin=7",
    ]
    assert [wire for wire, _ in told] == [1_000_000_005, 2_000_000_005]
    assert known.removals(NAME) == ()
    known.handed_out(NAME, 6, Chunk(STAFF, 1, forgets=True))
    known.named(NAME, 1, [])
    assert known.outcome(NAME, 6, 0, 1) == 0


def test_a_listing_that_nobody_asked_for_changes_nothing():
    known = Loading()
    known.named(NAME, 1, ["7"])
    assert known.removals(NAME) == ()


# On the line.
def with_rights(*, card: str = "4711") -> Dialogue:
    here = Dialogue()
    who = here.site.newcomer(("number", "7"))
    shown = here.site.new_card(card)
    for command in (
        person.EnrollPerson(
            who, "personnel", person.Particulars("Staff", "One", number="7"), "me", NOON
        ),
        access_level.DefineAccessLevel(STAFF, (FIRST, SECOND), OFFICE, "me", NOON),
        person.GrantAccess(who, STAFF, "me", NOON),
        credential.IssueCredential(shown, who, "card", "me", NOON, number=card),
    ):
        here.ask(command)
    return here


def told(here: Dialogue) -> list[tuple[str, str]]:
    """The wire ids and commands that the device gets."""
    text = here.hear("GET", "getrequest?SN")
    lines = [] if text == "OK" else text.split("\n")
    return [(wire, command) for _, wire, command in (line.split(":", 2) for line in lines)]


def done(here: Dialogue, *wires: str, code: int = 0) -> None:
    body = "\n".join(f"ID={wire}&Return={code}&CMD=DATA UPDATE" for wire in wires)
    here.hear("POST", "devicecmd?SN", body.encode())


def test_hours_come_first_then_people_then_nothing():
    here = with_rights()
    hours = told(here)
    assert [command.split(" ")[:3] for _, command in hours] == [
        ["DATA", "DELETE", "holiday"],
        ["DATA", "UPDATE", "timezone"],
        ["DATA", "UPDATE", "timezone"],
    ]
    assert told(here) == []
    done(here, *(wire for wire, _ in hours))
    people = told(here)
    (somebody, right) = (command for _, command in people)
    assert somebody.startswith("DATA UPDATE user CardNo=4711\tPin=7\tPassword=\t")
    assert "\tName=\t" in somebody
    assert right == "DATA UPDATE userauthorize Pin=7\tAuthorizeTimezoneId=2\tAuthorizeDoorId=3"
    for wire, _ in people:
        done(here, wire)
    assert told(here) == []
    assert len(here.events(device.DeviceCommandApplied)) == 2


def test_a_result_that_comes_after_the_same_was_told_again_settles_nothing():
    here = with_rights()
    first = told(here)
    here.hear("GET", "ping?SN", seconds=61)
    again = told(here)
    assert [command for _, command in again] == [command for _, command in first]
    done(here, *(wire for wire, _ in first))
    assert here.events(device.DeviceCommandApplied) == []
    done(here, *(wire for wire, _ in again))
    assert len(here.events(device.DeviceCommandApplied)) == 1


def test_a_removal_goes_out_while_a_page_is_not_answered():
    here = with_rights()
    done(here, *(wire for wire, _ in told(here)))
    page = told(here)
    (who,) = here.site.pseudonyms.named([("number", "7")]).values()
    here.ask(person.BlockPerson(who, "lost trust", "me", here.now))
    removal = told(here)
    assert [command for _, command in removal] == [
        "DATA DELETE userauthorize Pin=7",
        "DATA DELETE user Pin=7",
    ]
    done(here, *(wire for wire, _ in (*page, *removal)))
    applied = here.events(device.DeviceCommandApplied)
    assert [event.kind for event in applied] == ["rights", "removal"]
    assert [command for _, command in told(here)] == [command for _, command in removal]


def test_after_a_restart_of_ours_what_was_open_is_told_again():
    here = with_rights()
    hours = told(here)
    here.endpoint = type(here.endpoint)(here.site, here.presence)
    done(here, *(wire for wire, _ in hours))
    assert here.events(device.DeviceCommandApplied) == []
    here.hear("GET", "ping?SN", seconds=61)
    assert len(told(here)) == 3


def test_a_device_that_registers_is_told_everything_anew():
    here = with_rights()
    for _ in range(2):
        done(here, *(wire for wire, _ in told(here)))
    assert told(here) == []
    here.hear("POST", "registry?SN", b"DeviceType=acc,LockCount=2")
    assert told(here)[0][1] == "DATA DELETE holiday *"


def test_nothing_of_what_a_device_lists_is_kept():
    here = with_rights()
    listed = here.hear("POST", "querydata?SN&type=tabledata&tablename=user", b"user pin=7")
    assert listed == "user=1"
    assert here.unrecognised() == []
    other = here.hear("POST", "querydata?SN&type=tabledata&tablename=other&count=1", b"x=1")
    assert other == "other=1"
    assert len(here.unrecognised()) == 1


def test_no_row_or_event_of_a_device_tells_who_somebody_is():
    here = with_rights(card="55667788")
    for _ in range(2):
        done(here, *(wire for wire, _ in told(here)))
    kept = repr(here.events(device.RightsHandedOut, device.DeviceCommandApplied))
    assert "55667788" not in kept
    assert SERIAL in kept


def test_the_simulated_controller_refuses_what_it_does_not_know():
    assert change_table(Rights(), "UPDATE", "firstcard", {}) == UNSUPPORTED
