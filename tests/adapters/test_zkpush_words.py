"""The protocol's words one by one: times, commands, lines, bits."""

from datetime import datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, strategies as st

from cvsec_adapters.devices.zkpush.commands import position_and_step, steps_of, wire_id
from cvsec_adapters.devices.zkpush.parsing import (
    Result,
    axes_of,
    options_of,
    read_lines,
    record_of,
    results_of,
    state_of,
    text_of,
)
from cvsec_adapters.devices.zkpush.timecode import packed, unpacked
from cvsec_core.ids import DeviceId, DoorId
from cvsec_core.projections.device_outbox import CommandRow


def wall(*parts: int) -> datetime:
    """What a device's wall clock shows."""
    return datetime(*parts)  # noqa: DTZ001  # it knows no zone


LOCAL = wall(2026, 11, 23, 13, 0, 5)
ROW = CommandRow("id", 12, DeviceId("D"), DoorId("D-1"), 1, 1, "unlock", seconds=5)


# Times.
@pytest.mark.parametrize(
    ("local", "number"),
    [
        (wall(2000, 1, 1), 0),
        (wall(2000, 2, 1), 31 * 86400),
        (wall(2001, 1, 1), 372 * 86400),
        (wall(2026, 11, 23, 12, 30), 864390600),
    ],
)
def test_a_time_is_packed_as_if_every_month_had_31_days(local: datetime, number: int):
    assert packed(local) == number
    assert unpacked(number) == local


@given(st.datetimes(wall(2000, 1, 1), wall(2099, 12, 31)))
def test_a_packed_time_is_read_back_to_the_second(local: datetime):
    assert unpacked(packed(local)) == local.replace(microsecond=0)


def test_a_day_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="day"):
        unpacked((31 + 30) * 86400)  # the 31st of February


# Commands.
MODE = evolve(ROW, kind="mode", mode="Locked", means="lockdown", seconds=0)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ROW, ["01010105"]),
        (evolve(ROW, number=16, seconds=254), ["011001FE"]),
        (evolve(ROW, kind="cancel-alarm"), ["02010000"]),
        (evolve(MODE, mode="LockedDown"), ["06010100"]),
        (evolve(MODE, mode="LockedDown", undo=("normal-open",)), ["06010100", "04010000"]),
        (evolve(MODE, mode="LockedDown", means="relock"), ["04010000", "01010100"]),
        (
            evolve(MODE, mode="LockedDown", means="relock", undo=("lockdown",)),
            ["06010000", "04010000", "01010100"],
        ),
        (MODE, ["04010000", "01010100"]),
        (evolve(MODE, undo=("lockdown",)), ["06010000"]),
        (evolve(MODE, undo=("normal-open",)), ["04010000", "01010100"]),
        (
            evolve(MODE, undo=("lockdown", "normal-open")),
            ["06010000", "04010000", "01010100"],
        ),
        (evolve(MODE, mode="Unlocked"), ["04010100"]),
        (evolve(MODE, mode="LockedOpen", undo=("lockdown",)), ["06010000", "04010100"]),
        (evolve(MODE, mode="Blocked"), []),
        (evolve(ROW, number=256), []),
    ],
)
def test_a_command_is_these_digits(row: CommandRow, told: list[str]):
    assert list(steps_of(row, LOCAL)) == [f"CONTROL DEVICE {digits}" for digits in told]


def test_a_clock_is_set_to_the_time_of_the_devices_zone():
    row = evolve(ROW, kind="clock", door=None, number=0)
    assert steps_of(row, LOCAL) == (f"SET OPTIONS DateTime={packed(LOCAL)}",)


def test_missing_records_are_asked_for_by_number():
    row = evolve(ROW, kind="backfill", door=None, number=0, first=3, last=9)
    assert steps_of(row, LOCAL) == ("ACCOUNT transaction StartIndex=3\tEndIndex=9",)


@given(st.integers(1, 999_999_999), st.integers(0, 2))
def test_a_wire_id_tells_position_and_step(position: int, step: int):
    assert position_and_step(wire_id(position, step)) == (position, step)


# Records.
LINE = {
    "time": "2026-11-23 13:00:00", "pin": "7", "cardno": "4711", "eventaddr": "2",
    "event": "0", "inoutstatus": "1", "verifytype": "15", "index": "12",
}  # fmt: skip


def test_a_line_is_read_by_name_whatever_else_it_holds():
    record = record_of({"unheard-of": "x", **LINE})
    assert (record.index, record.code, record.number) == (12, 0, 2)
    assert (record.person, record.card, record.direction) == ("7", "4711", "out")
    assert record.local == wall(2026, 11, 23, 13)


@pytest.mark.parametrize(
    ("field", "value", "attribute", "read"),
    [
        ("pin", "0", "person", None),
        ("cardno", "0", "card", None),
        ("cardno", "", "card", None),
        ("inoutstatus", "0", "direction", "in"),
        ("inoutstatus", "2", "direction", None),
        ("inoutstatus", "x", "direction", None),
        ("eventaddr", "0", "number", 0),
        ("index", "", "index", 0),
        ("verifytype", "0000000000000010", "verify", "0000000000000010"),
        ("verifytype", "", "verify", ""),
        ("time", str(packed(LOCAL)), "local", LOCAL),
    ],
)
def test_a_field_is_read_as(field: str, value: str, attribute: str, read: Any):
    assert getattr(record_of(LINE | {field: value}), attribute) == read


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time", ""),
        ("time", "2026-13-01 00:00:00"),
        ("time", "1999-12-31 23:59:59"),
        ("time", "9999-12-31 23:59:59"),
        ("time", "tomorrow"),
        ("event", ""),
        ("event", "-1"),
        ("event", "٣"),
        ("event", "70000"),
        ("index", "99999999999999999999"),
        ("index", "1_0"),
        ("eventaddr", "lobby"),
        ("pin", "7" * 65),
        ("verifytype", "1" * 65),
    ],
)
def test_a_line_with_such_a_field_is_none(field: str, value: str):
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says
        record_of(LINE | {field: value})


def test_a_record_is_the_same_from_either_table():
    row = {
        "cardno": "4711", "pin": "7", "verified": "15", "doorid": "2", "eventtype": "0",
        "inoutstate": "1", "time_second": str(packed(wall(2026, 11, 23, 13))), "index": "12",
    }  # fmt: skip
    assert record_of(row) == record_of(LINE)
    assert record_of(row).text == record_of(LINE).text


def test_lines_end_in_lf_or_crlf_and_garbage_spoils_no_neighbour():
    text = "\t".join(f"{name}={value}" for name, value in LINE.items())
    body = f"{text}\r\n\xff\xfe=\n\n{text}\n".encode("latin-1")
    good, bad = read_lines(body, record_of, None)
    assert len(good) == 2
    assert bad == [b"\xff\xfe="]


def test_chinese_firmware_writes_names_in_its_own_encoding():
    assert text_of("门".encode("gb2312"), "83") == "门"
    assert text_of("Puerta à".encode(), "69") == "Puerta à"
    assert text_of(b"\xff", None) == "�"


# States.
def bits(sensor: str, relay: str, alarm: str, number: int) -> Any:
    told = {"time": "2026-11-23 13:00:00", "sensor": sensor, "relay": relay, "alarm": alarm}
    return axes_of(state_of(told), number)


@pytest.mark.parametrize(
    ("sensor", "number", "is_open"),
    [
        ("01", 1, False), ("02", 1, True), ("00", 1, None), ("03", 1, None),
        ("08", 2, True), ("80", 4, True), ("0002", 5, True), ("01", 5, None), ("", 1, None),
    ],
)  # fmt: skip
def test_two_sensor_bits_tell_of_each_door(sensor: str, number: int, is_open: bool | None):
    assert bits(sensor, "00", "00", number).open is is_open


@pytest.mark.parametrize(
    ("relay", "number", "unlocked"),
    [("01", 1, True), ("02", 1, False), ("02", 2, True), ("0400", 3, True), ("0001", 9, True),
     ("00", 9, None), ("", 1, None)],
)  # fmt: skip
def test_one_relay_bit_tells_of_each_lock(relay: str, number: int, unlocked: bool | None):
    assert bits("00", relay, "00", number).unlocked is unlocked


@pytest.mark.parametrize(
    ("alarm", "told"),
    [
        ("00", set()), ("01", {"forced"}), ("02", {"tamper"}), ("80", {"tamper"}),
        ("04", {"duress"}), ("08", {"duress"}), ("10", {"held_open"}), ("20", {"fault"}),
        ("40", {"fault"}), ("ff", {"forced", "tamper", "duress", "held_open", "fault"}),
    ],
)  # fmt: skip
def test_one_alarm_byte_tells_of_each_door(alarm: str, told: set[str]):
    axes = bits("00", "00", f"00{alarm}", 2)
    names = ("forced", "tamper", "duress", "held_open", "fault")
    assert {name for name in names if getattr(axes, name)} == told
    assert bits("00", "00", alarm, 2).forced is None


@pytest.mark.parametrize("field", ["sensor", "relay", "alarm"])
@pytest.mark.parametrize("value", ["0", "0 1", "xx", "00" * 33])
def test_an_odd_or_endless_run_of_digits_is_refused(field: str, value: str):
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says
        bits(**({"sensor": "00", "relay": "00", "alarm": "00"} | {field: value}), number=1)


# Outcomes and options.
@pytest.mark.parametrize(
    ("body", "results"),
    [
        (b"ID=1&Return=0&CMD=DATA UPDATE", [Result(1, 0)]),
        (b"ID=1&Return=0&CMD=CONTROL\nID=2&Return=-28&CMD=CONTROL&SN=sub",
         [Result(1, 0), Result(2, -28)]),
        (b"ID=3\nSN=X\nReturn=7\nCMD=Query\nContent=\n", [Result(3, 7)]),
        (b"ID=1&Return=0\r\nID=2&Return=1\r\n", [Result(1, 0), Result(2, 1)]),
    ],
)  # fmt: skip
def test_outcomes_are_read_a_line_or_a_field_a_line(body: bytes, results: list[Result]):
    assert results_of(body) == (results, [])


def test_an_outcome_without_a_number_spoils_no_neighbour():
    good, bad = results_of(b"ID=1&Return=0\nID=x&Return=0\nID=2&Return=0")
    assert good == [Result(1, 0), Result(2, 0)]
    assert bad == [b"ID=x&Return=0"]


def test_options_are_told_between_commas_and_some_begin_with_a_tilde():
    told = options_of(b"~DeviceName=C3-200,FirmVer=AC Ver 4.3,LockCount=2", None)
    assert told == {"devicename": "C3-200", "firmver": "AC Ver 4.3", "lockcount": "2"}
