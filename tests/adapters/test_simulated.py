"""The simulated controller by itself: what it does at its doors, and what it tells."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from cvsec_adapters.devices.simulated.controller import Controller
from cvsec_adapters.devices.simulated.push import PushClient, through_http

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def controller() -> Controller:
    return Controller("SIM", 2, people={"4711": "7"})


def told(controller: Controller) -> list[tuple[int, int]]:
    return [(kept.record.code, kept.record.number) for kept in controller.memory]


def test_a_known_card_releases_the_lock_for_a_while(controller: Controller):
    assert controller.present(1, "4711", NOON) == 0
    assert controller.doors[1].energised(NOON + 4 * SECOND)
    assert not controller.doors[1].energised(NOON + 5 * SECOND)
    assert not controller.doors[2].energised(NOON)


def test_an_unknown_card_opens_nothing(controller: Controller):
    assert controller.present(1, "666", NOON) == 27
    assert not controller.doors[1].energised(NOON)


def test_a_lockdown_denies_entry_and_not_exit(controller: Controller):
    assert controller.lockdown(1, NOON, on=True) == 0
    assert controller.present(1, "4711", NOON) == 63
    assert controller.pulse(1, 5, NOON) < 0
    assert not controller.doors[1].energised(NOON)
    assert controller.press_exit(1, NOON) == 202
    assert controller.doors[1].energised(NOON)
    assert controller.lockdown(1, NOON, on=False) == 0
    assert [code for code, _ in told(controller)] == [233, 63, 202, 234]


def test_an_exit_that_dies_in_a_lockdown_says_so():
    controller = Controller("SIM", 1, exit_dies_in_lockdown=(1,))
    controller.lockdown(1, NOON, on=True)
    assert controller.press_exit(1, NOON) == 209
    assert not controller.doors[1].energised(NOON)


def test_locking_does_not_end_a_normal_opening(controller: Controller):
    controller.normal_open(1, NOON, on=True)
    controller.lock(1, NOON)
    assert controller.doors[1].energised(NOON)
    controller.normal_open(1, NOON, on=False)
    assert not controller.doors[1].energised(NOON)


def test_a_locked_door_that_opens_was_forced(controller: Controller):
    assert controller.push_open(1, NOON) == 102
    controller.close(1, NOON)
    controller.pulse(1, 5, NOON)
    assert controller.push_open(1, NOON) == 200
    assert told(controller) == [(102, 1), (201, 1), (8, 1), (200, 1)]


def test_a_door_that_stands_open_too_long_is_told_once(controller: Controller):
    controller.press_exit(1, NOON)
    controller.push_open(1, NOON)
    for seconds in (30, 31, 32):
        controller.pass_time(NOON + seconds * SECOND)
    assert told(controller).count((28, 1)) == 1


def test_its_wall_clock_stands_in_its_zone_and_may_be_off():
    controller = Controller("SIM", zone=ZoneInfo("Asia/Shanghai"), skew=-90 * SECOND)
    assert controller.clock(NOON).isoformat() == "2026-11-23T19:58:30"
    controller.set_clock(controller.clock(NOON) + 90 * SECOND, NOON)
    assert controller.skew == timedelta()


def test_a_restart_switches_everything_off_and_keeps_the_memory(controller: Controller):
    controller.lockdown(1, NOON, on=True)
    controller.restart(NOON)
    assert not controller.doors[1].lockdown
    assert [kept.record.index for kept in controller.memory] == [1, 2]
    controller.restart(NOON, reset_numbers=True)
    assert controller.memory[-1].record.index == 1


def test_a_door_that_there_is_not_is_an_error(controller: Controller):
    assert controller.pulse(3, 5, NOON) < 0


@pytest.mark.parametrize(
    "told",
    [
        lambda it: it.pulse(1, 5, NOON), lambda it: it.lock(1, NOON),
        lambda it: it.normal_open(1, NOON, on=True), lambda it: it.lockdown(1, NOON, on=True),
        lambda it: it.cancel_alarm(1, NOON), lambda it: it.set_clock(it.clock(NOON), NOON),
        lambda it: it.tell_again(1, 9),
    ],
)  # fmt: skip
def test_a_controller_that_refuses_refuses_everything(
    controller: Controller, told: Callable[[Controller], int]
):
    controller.refuses = -8
    assert told(controller) == -8
    assert controller.memory == []
    assert not controller.doors[1].energised(NOON)


def test_a_line_that_is_no_http_is_a_line_that_is_down():
    def speak_no_http() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"hello\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=speak_no_http)
        thread.start()
        client = PushClient(
            Controller("SIM"), through_http("127.0.0.1", listening.getsockname()[1])
        )
        assert not client.exchange(NOON)
        thread.join()


def test_records_of_an_interruption_are_buffered(controller: Controller):
    controller.troubles.connected = False
    controller.present(1, "4711", NOON)
    assert controller.undelivered(buffered=False) == []
    assert len(controller.undelivered(buffered=True)) == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("CONTROL DEVICE 01010105", 0), ("CONTROL DEVICE 0101010500", 0),
        ("CONTROL DEVICE 02020000", 0), ("CONTROL DEVICE 04010100", 0),
        ("CONTROL DEVICE 06010100", 0), ("CONTROL DEVICE 01090105", -10),
        ("CONTROL DEVICE 03000000", -13), ("CONTROL DEVICE 01", -801),
        ("CONTROL DEVICE lobby", -801), ("SET OPTIONS DateTime=864390600", 0),
        ("SET OPTIONS Volume=9", -801), ("ACCOUNT transaction StartIndex=1\tEndIndex=9", 0),
        ("REBOOT", -13),
    ],
)  # fmt: skip
def test_it_answers_the_commands_of_the_protocol(command: str, answer: int):
    answers: list[bytes] = []

    def send(method: str, target: str, body: bytes) -> tuple[int, bytes]:
        if "devicecmd" in target:
            answers.append(body)
        return 200, f"C:7:{command}".encode() if "getrequest" in target else b"OK"

    assert PushClient(Controller("SIM", 2), send).exchange(NOON)
    assert answers == [f"ID=7&Return={answer}&CMD={command.split(' ', maxsplit=1)[0]}".encode()]


@pytest.mark.parametrize("failing", ["registry", "rtlog", "rtstate", "getrequest"])
def test_a_record_that_was_not_taken_is_kept_for_the_next_time(failing: str):
    controller, heard = Controller("SIM"), list[str]()
    controller.press_exit(1, NOON)

    def send(method: str, target: str, body: bytes) -> tuple[int, bytes]:
        heard.append(target)
        return (500 if failing in target and len(heard) < 10 else 200), b"OK"

    client = PushClient(controller, send)
    assert not client.exchange(NOON)
    heard += [""] * 10
    assert client.exchange(NOON)
    assert controller.undelivered(buffered=False) == []
