"""What the endpoint answers, and what it records before it does."""

import logging
from datetime import tzinfo
from unittest.mock import patch

import pytest

from cvsec_adapters.devices.handing import hand_out
from cvsec_adapters.devices.zkpush.hearing import Heard
from cvsec_adapters.devices.zkpush.incoming import MOST_BODY, Incoming
from cvsec_adapters.devices.zkpush.messages import Request
from cvsec_adapters.devices.zkpush.timecode import packed
from cvsec_core.aggregates import device, door, journal, lockdown_group
from cvsec_core.aggregates.organisation import FoundOrganisation
from cvsec_core.ids import DeviceId, GroupId
from cvsec_core.projections import device_outbox
from tests.contracts.dialogue import FIRST, NOON, SECOND, SERIAL, Dialogue, line

ABOUT_ITSELF = (
    b"DeviceType=acc,~DeviceName=C3-200,FirmVer=AC Ver 4.3.4,PushVersion=3.1.2,LockCount=2,"
    b"MachineType=10,~MaxUserCount=30000,CmdFormat=0"
)


@pytest.fixture
def here() -> Dialogue:
    return Dialogue()


# Becoming acquainted.
def test_a_known_device_is_told_how_to_behave(here: Dialogue):
    lines = here.hear("GET", "cdata?SN&options=all&pushver=3.1.2").splitlines()
    told = dict(setting.split("=", 1) for setting in lines)
    assert lines[0] == "registry=ok"
    assert told["Realtime"] == "1"
    assert told["TransTables"] == "User Transaction"
    assert told["PushProtVer"] == "3.0.1"
    assert 0 < int(told["RequestDelay"]) < 10


def test_an_unknown_device_is_asked_to_register_and_refused(here: Dialogue):
    stranger = Request("GET", "/iclock/cdata", NOON, "SN=STRANGER&options=all")
    assert here.endpoint.answer(stranger).body == b"OK"
    for name in ("registry", "cdata", "devicecmd", "querydata"):
        request = Request("POST", f"/iclock/{name}", NOON, "SN=STRANGER&table=rtlog", b"x")
        assert here.endpoint.answer(request).status == 406
    assert here.passages() == []


@pytest.mark.parametrize("query", ["", "SN=", "SN=%00", "SN=a%20b", "SN=%ff%fe", f"sn={'x' * 999}"])
def test_a_serial_number_that_can_be_none_is_a_stranger(here: Dialogue, query: str):
    assert here.endpoint.answer(Request("POST", "/iclock/cdata", NOON, query)).status == 406


def test_a_device_may_register_itself_where_it_may():
    here = Dialogue(register_unknown=True, known=False)
    here.ask(FoundOrganisation("Site", "Europe/Madrid", "es", "me", NOON))
    assert here.say("POST", "cdata?SN&table=rtlog", line().encode()).status == 406
    assert here.hear("POST", "registry?SN", ABOUT_ITSELF).startswith("RegistryCode=")
    (registered,) = here.events(device.DeviceRegistered)
    assert (registered.name, registered.doors, registered.zone) == ("C3-200", 2, "Europe/Madrid")


def test_a_device_that_does_not_say_how_many_locks_it_has_stays_a_stranger():
    here = Dialogue(register_unknown=True, known=False)
    assert here.say("POST", "registry?SN", b"~DeviceName=C3-200").status == 406


def test_a_device_that_is_retired_meanwhile_keeps_its_records(
    here: Dialogue, caplog: pytest.LogCaptureFixture
):
    def retired(_: object) -> Heard:
        here.ask(device.RetireDevice(SERIAL, "me", NOON))
        return Heard("OK", (device.ReportDeviceOnline(SERIAL, NOON),))

    meanwhile = patch("cvsec_adapters.devices.zkpush.endpoint.hear", retired)
    with meanwhile, caplog.at_level(logging.CRITICAL):
        assert here.say("POST", "cdata?SN&table=rtlog", line().encode()).status == 500


def test_the_answer_to_a_registration_is_the_code_without_a_line_end(here: Dialogue):
    text = here.hear("POST", "registry?SN", ABOUT_ITSELF)
    name, code = text.split("=")
    assert name == "RegistryCode"
    assert 1 <= len(code) <= 32
    assert code.isalnum()
    profile = here.site.state(device.stream(SERIAL)).profile
    assert (profile.model, profile.firmware, profile.capacity) == ("C3-200", "AC Ver 4.3.4", 30000)


def test_an_old_board_is_told_the_version_under_the_name_it_looks_for(here: Dialogue):
    assert "PushProtVer=" in here.hear("POST", "push?SN")
    here.hear("POST", "registry?SN", ABOUT_ITSELF)
    assert "PushVersion=3.0.1" in here.hear("POST", "push?SN").splitlines()


@pytest.mark.parametrize("path", ["ping", "iclock/ping", "ping.aspx", "ping/", "PING"])
def test_a_path_is_understood_however_a_firmware_writes_it(here: Dialogue, path: str):
    assert here.hear("GET", f"{path}?SN") == "OK"


def test_a_serial_number_may_be_named_in_small_letters(here: Dialogue):
    request = Request("POST", "/iclock/cdata", NOON, f"sn={SERIAL}&table=rtlog", line().encode())
    assert here.endpoint.answer(request).status == 200
    assert len(here.passages()) == 1


def test_every_answer_has_the_date_that_devices_set_their_clocks_by(here: Dialogue):
    headers = dict(here.say("GET", "ping?SN").headers)
    assert headers["Date"] == "Mon, 23 Nov 2026 12:00:01 GMT"


def test_the_time_is_told_in_utc_with_the_devices_offset(here: Dialogue):
    text = here.hear("GET", "rtdata?SN&type=time", seconds=0)
    assert text == f"DateTime={packed(NOON)},ServerTZ=+0100"


def test_the_first_word_brings_a_device_online(here: Dialogue):
    here.hear("GET", "ping?SN")
    here.hear("GET", "ping?SN")
    assert len(here.events(device.DeviceCameOnline)) == 1
    assert here.presence.last_heard(SERIAL) == here.now


# Records.
def test_records_are_acknowledged_after_they_are_recorded(here: Dialogue):
    assert here.records(line(1), line(2, 27, eventaddr=2, pin=0)) == "OK"
    first, second = here.passages()
    assert (first.door, first.code, first.person, first.at) == (FIRST, 0, "7", NOON)
    assert (second.door, second.code, second.person) == (SECOND, 27, None)


def test_nothing_is_acknowledged_where_the_log_cannot_be_written(
    here: Dialogue, caplog: pytest.LogCaptureFixture
):
    failing = patch.object(here.site.log, "append", side_effect=OSError("disk full"))
    with failing, caplog.at_level(logging.CRITICAL):
        answer = here.say("POST", "cdata?SN&table=rtlog", line().encode())
    assert (answer.status, answer.body) == (500, b"")
    assert here.passages() == []
    assert here.records(line()) == "OK"
    assert len(here.passages()) == 1


def test_a_passage_at_a_door_that_is_not_registered_names_no_door(here: Dialogue):
    here.records(line(eventaddr=7))
    assert here.passages()[0].door is None


def test_an_event_that_nobody_knows_is_kept_as_it_came(here: Dialogue):
    here.records(line(1, 4711))
    assert here.passages()[0].code == 4711


def test_rows_of_the_transaction_table_are_history_and_are_counted(here: Dialogue):
    row = f"pin=7\tcardno=4711\tdoorid=1\teventtype=102\tinoutstate=0\ttime_second={packed(NOON)}"
    body = f"{row}\tindex=5\n{row}\tindex=6".encode()
    target = "cdata?SN&table=tabledata&tablename=transaction&count=2"
    assert here.hear("POST", target, body) == "transaction=2"
    assert [(p.index, p.late) for p in here.passages()] == [(5, True), (6, True)]
    assert here.events(door.DoorForcedOpen) == []


def test_rows_that_a_query_brings_are_history_as_well(here: Dialogue):
    row = f"pin=7\tdoorid=1\teventtype=0\ttime_second={packed(NOON)}\tindex=5".encode()
    target = "querydata?SN&type=tabledata&cmdid=9&tablename=transaction&packcnt=1&packidx=1"
    assert here.hear("POST", target, row) == "transaction=1"
    assert here.hear("POST", "querydata?SN&type=count&tablename=user", b"user=3") == "OK"
    assert here.passages()[0].late


def test_a_table_that_is_not_ours_is_acknowledged_by_its_count(here: Dialogue):
    target = "cdata?SN&table=tabledata&tablename=user&count=3"
    assert here.hear("POST", target, b"user uid=1\tpassword=1234") == "user=3"
    (kept,) = here.unrecognised()
    assert (kept.about, kept.length, kept.raw) == ("tabledata:user", 24, "")


@pytest.mark.parametrize("table", ["templatev10", "BIODATA", "biophoto", "userpic", "facev7"])
def test_of_a_body_part_only_length_and_hash_are_kept(here: Dialogue, table: str):
    here.hear("POST", f"cdata?SN&table=tabledata&tablename={table}&count=1", b"pin=1\ttmp=AAAA")
    (kept,) = here.unrecognised()
    assert kept.raw == ""
    assert kept.length == 14
    assert len(kept.digest) == 32


def test_a_template_without_a_tables_name_is_not_kept_either(here: Dialogue):
    here.hear("POST", "cdata?SN&table=tabledata", b"biodata Pin=1\tTmp=AAAA")
    assert [kept.raw for kept in here.unrecognised()] == [""]


@pytest.mark.parametrize(
    "body",
    [b"no fields at all", b"time=yesterday\tevent=0", b"\xff\xfe\x00", b"time=2026-11-23 13:00:00"],
)
def test_a_line_that_cannot_be_read_is_kept_and_spoils_no_neighbour(here: Dialogue, body: bytes):
    whole = b"\n".join((line(1).encode(), body, line(2).encode()))
    assert here.hear("POST", "cdata?SN&table=rtlog", whole) == "OK"
    assert [p.index for p in here.passages()] == [1, 2]
    (kept,) = here.unrecognised()
    assert (kept.about, kept.length) == ("rtlog", len(body))
    here.hear("POST", "cdata?SN&table=rtlog", whole)
    assert len(here.unrecognised()) == 1


def test_an_unknown_table_is_kept_and_answered(here: Dialogue):
    assert here.hear("POST", "cdata?SN&table=novelty", b"a=1\nb=2") == "OK"
    assert here.hear("POST", "never?SN&type=x", b"c") == "OK"
    assert [(k.about, k.length, k.raw) for k in here.unrecognised()] == [
        ("cdata:novelty", 7, ""),
        ("never:x", 1, ""),
    ]


@pytest.mark.parametrize("table", ["identitycard", "extuser", "mulcarduser", "novelty"])
def test_of_a_table_that_may_tell_who_somebody_is_no_content_is_kept(here: Dialogue, table: str):
    told = b"Pin=7\tIDNum=X1234567\tName=Guest One"
    here.hear("POST", f"cdata?SN&table=tabledata&tablename={table}&count=1", told)
    (kept,) = here.unrecognised()
    assert (kept.about, kept.raw, kept.length) == (f"tabledata:{table}", "", len(told))


def test_of_a_record_that_cannot_be_read_what_tells_of_nobody_is_kept(here: Dialogue):
    told = (
        "time=2026-13-45 25:00:00\tPIN=7\tcardno=4711\tevent=0\tsensor=0aF\tname=Guest\t"
        "qrcode=secret\tGuest One\tindex=a name\teventaddr=1 pin=7"
    )
    here.hear("POST", "cdata?SN&table=rtlog", told.encode())
    (kept,) = here.unrecognised()
    assert kept.raw == (
        "time=2026-13-45 25:00:00\tPIN=…\tcardno=…\tevent=0\tsensor=0aF\tname=…\t"
        "qrcode=…\t…\tindex=…\teventaddr=…"
    )


def test_of_a_long_line_the_beginning_is_kept(here: Dialogue):
    here.hear("POST", "cdata?SN&table=rtlog", b"event=\t" * 10_000)
    (kept,) = here.unrecognised()
    assert (len(kept.raw), kept.length) == (journal.RAW_LIMIT, 70_000)


def test_a_body_that_is_too_long_is_cut_counted_and_answered(here: Dialogue):
    incoming = Incoming(here.endpoint, "POST", "/iclock/cdata", f"SN={SERIAL}&table=rtlog")
    incoming.feed(line(1).encode() + b"\n")
    for _ in range(18):
        incoming.feed(b"x" * 1_000_000)
    answer = incoming.answer(NOON)
    assert answer.body == b"OK"
    assert [p.index for p in here.passages()] == [1]
    cut = [kept for kept in here.unrecognised() if kept.about == "oversized:rtlog"]
    assert [kept.length for kept in cut] == [18_000_000 + len(line(1)) + 1]
    assert MOST_BODY < 18_000_000


def test_a_result_of_what_was_never_handed_out_confirms_nothing(here: Dialogue):
    """Positions are easy to guess; a lockdown is confirmed only by a device that was told of it."""
    here.hear("GET", "ping?SN")
    here.ask(lockdown_group.DefineLockdownGroup(GroupId("all"), (FIRST,), "me", NOON))
    here.ask(lockdown_group.ActivateLockdown(GroupId("all"), "me", NOON))
    (row,) = here.site.query(device_outbox.due, SERIAL, NOON)
    guess = f"ID={row.position}&Return=0&CMD=CONTROL DEVICE".encode()
    assert here.hear("POST", "devicecmd?SN", guess) == "OK"
    assert here.events(door.DoorCommandApplied) == []
    assert f"C:{row.position}:CONTROL DEVICE 0601" in here.hear("GET", "getrequest?SN")
    here.hear("POST", "devicecmd?SN", guess)
    (applied,) = here.events(door.DoorCommandApplied)
    assert applied.mode == "LockedDown"


# States.
def state(
    sensor: str = "05", relay: str = "00", alarm: str = "0000", time: str = "13:00:00"
) -> bytes:
    text = f"time=2026-11-23 {time}\tsensor={sensor}\trelay={relay}\talarm={alarm}\tdoor=01"
    return text.encode()


def test_a_state_report_tells_of_each_registered_door(here: Dialogue):
    assert here.hear("POST", "cdata?SN&table=rtstate", state("09", "02", "0010")) == "OK"
    first, second = here.sensed(FIRST), here.sensed(SECOND)
    assert (first.physical, first.unlocked, first.alarm) == ("Closed", False, "Normal")
    assert (second.physical, second.unlocked, second.alarm) == ("Open", True, "DoorOpenTooLong")


def test_a_door_without_a_sensor_stays_unknown(here: Dialogue):
    here.hear("POST", "cdata?SN&table=rtstate", state("00"))
    assert here.sensed(FIRST).physical == "Unknown"


def test_a_state_with_odd_digits_is_kept_and_changes_nothing(here: Dialogue):
    assert here.hear("POST", "cdata?SN&table=rtstate", state("5")) == "OK"
    assert here.sensed(FIRST).physical == "Unknown"
    assert [kept.about for kept in here.unrecognised()] == ["rtstate"]


def test_the_clocks_offset_is_measured_by_state_reports(here: Dialogue):
    here.hear("POST", "cdata?SN&table=rtstate", state(time="13:01:40"), seconds=0)
    (skew,) = here.events(device.ClockSkewMeasured)
    assert skew.offset_s == 100
    told = here.hear("GET", "getrequest?SN", seconds=5)
    assert told.endswith(f"SET OPTIONS DateTime={packed(NOON) + 3600 + 5}")


def test_a_report_from_before_the_last_word_measures_nothing(here: Dialogue):
    here.hear("POST", "cdata?SN&table=rtstate", state(time="13:00:00"), seconds=0)
    here.hear("POST", "cdata?SN&table=rtstate", state(time="13:00:40"), seconds=-10)
    assert [skew.offset_s for skew in here.events(device.ClockSkewMeasured)] == [0]


def test_a_zone_whose_rules_are_gone_counts_as_utc(here: Dialogue):
    def gone(name: str) -> tzinfo:
        raise KeyError(name)

    here.site.zones = gone
    here.records(line(time="2026-11-23 12:00:00"))
    assert here.passages()[0].at == NOON


# Commands.
def unlocked(here: Dialogue) -> str:
    here.ask(door.RequestUnlock(FIRST, "guard", here.now, 7))
    return here.hear("GET", "getrequest?SN")


def test_an_unlock_is_handed_out_once(here: Dialogue):
    here.hear("GET", "ping?SN")
    marker, wire, command = unlocked(here).split(":")
    assert (marker, command) == ("C", "CONTROL DEVICE 01010107")
    assert here.hear("GET", "getrequest?SN") == "OK"
    assert here.hear("POST", "devicecmd?SN", f"ID={wire}&Return=0&CMD=CONTROL".encode()) == "OK"
    assert len(here.events(door.DoorCommandApplied)) == 1


def test_a_device_of_the_other_command_format_gets_the_long_form(here: Dialogue):
    here.hear("POST", "cdata?SN&table=options", b"CmdFormat=1")
    told = unlocked(here)
    assert told.startswith(f"DataType=1,SN={SERIAL},Priority=1,CmdID=")
    assert told.endswith(",CmdDesc=CONTROL DEVICE 01010107")


def test_accepted_is_no_outcome_yet(here: Dialogue):
    here.hear("GET", "ping?SN")
    wire = unlocked(here).split(":")[1]
    here.hear("POST", "devicecmd?SN", f"ID={wire}&Return=-5000&CMD=CONTROL".encode())
    assert here.events(door.DoorCommandApplied, door.DoorCommandRejected) == []
    here.hear("POST", "devicecmd?SN", f"ID={wire}&Return=-28&CMD=CONTROL".encode())
    (rejected,) = here.events(door.DoorCommandRejected)
    assert rejected.code == -28


def test_outcomes_of_what_nobody_asked_for_are_passed_over(here: Dialogue):
    here.hear("GET", "ping?SN")
    wire = unlocked(here).split(":")[1]
    done = f"ID={wire}&Return=0&CMD=CONTROL\nID=999999&Return=0&CMD=CONTROL".encode()
    head = here.site.log.head()
    assert here.hear("POST", "devicecmd?SN", done) == "OK"
    assert here.hear("POST", "devicecmd?SN", done) == "OK"
    assert here.site.log.head() == head + 1


def test_a_mode_of_two_steps_holds_when_both_are_done(here: Dialogue):
    here.hear("GET", "ping?SN")
    here.ask(door.RequestMode(FIRST, "Unlocked", "guard", here.now))
    opened = here.hear("GET", "getrequest?SN").split(":")[1]
    here.hear("POST", "devicecmd?SN", f"ID={opened}&Return=0".encode())
    here.ask(door.RequestMode(FIRST, "Locked", "guard", here.now))
    told = [item.split(":") for item in here.hear("GET", "getrequest?SN").splitlines()]
    assert [command for _, _, command in told] == [
        "CONTROL DEVICE 04010000",
        "CONTROL DEVICE 01010100",
    ]
    for count, (_, wire, _) in enumerate(told, 1):
        here.hear("POST", "devicecmd?SN", f"ID={wire}&Return=0".encode())
        applied = [event.mode for event in here.events(door.DoorCommandApplied)]
        assert applied == ["Unlocked", "Locked"][:count]


def test_what_the_protocol_has_no_words_for_is_rejected_and_never_sent():
    here = Dialogue(known=False)
    able = (*device.ALL_CAPABILITIES, "block")
    here.ask(device.RegisterDevice(SERIAL, "Lobby", "A", "UTC", 1, "me", NOON, able))
    here.hear("GET", "ping?SN")
    here.ask(door.RequestMode(FIRST, "Blocked", "guard", here.now))
    assert here.hear("GET", "getrequest?SN") == "OK"
    (rejected,) = here.events(door.DoorCommandRejected)
    assert rejected.code == -708
    assert here.events(door.DoorCommandSent) == []


def test_two_that_ask_at_the_same_time_get_an_unlock_once(here: Dialogue):
    here.hear("GET", "ping?SN")
    here.ask(door.RequestUnlock(FIRST, "guard", here.now))
    seen_by_both = here.site.query(device_outbox.due, SERIAL, here.now)
    with patch.object(here.site, "query", return_value=seen_by_both):
        told = [hand_out(here.site, SERIAL, here.now, lambda _: 1) for _ in range(2)]
    assert [len(rows) for rows in told] == [1, 0]


def test_a_device_says_nothing_about_what_another_was_told(here: Dialogue):
    here.hear("GET", "ping?SN")
    wire = unlocked(here).split(":")[1]
    here.ask(device.RegisterDevice(DeviceId("OTHER"), "Other", "A", "UTC", 1, "me", NOON))
    body = f"ID={wire}&Return=0".encode()
    other = Request("POST", "/iclock/devicecmd", here.now, "SN=OTHER", body)
    assert here.endpoint.answer(other).body == b"OK"
    assert here.events(door.DoorCommandApplied) == []
