"""The served application: over real connections, on this machine."""

import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

import httpx
import pytest

from cvsec_adapters.devices.dialling_in import DiallingIn, dialling_in
from cvsec_adapters.devices.presence import MemoryPresence
from cvsec_adapters.devices.silence import GRACE, report_silence
from cvsec_adapters.devices.zkpush.incoming import MOST_BODY
from cvsec_adapters.transport.http.serving import serving
from cvsec_adapters.wiring import memory_site, open_site
from cvsec_core.aggregates import device, door, journal
from cvsec_core.projections.devices import devices_in
from cvsec_core.site import Site
from tests.contracts.dialogue import FIRST, NOON, SERIAL, line

TARGET = f"/iclock/cdata?SN={SERIAL}&table=rtlog"


@pytest.fixture
def site() -> Iterator[Site]:
    with memory_site() as site:
        site.handle(device.RegisterDevice(SERIAL, "Lobby", "A", "Europe/Paris", 2, "me", NOON))
        yield site


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with (
        serving(site, dialling_in(site)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        yield client


def passages(site: Site) -> list[journal.PassageRecorded]:
    recorded = site.log.read_all(0, 1000)
    return [r.event for r in recorded if isinstance(r.event, journal.PassageRecorded)]


def test_a_device_is_answered_with_the_drivers_date_and_nothing_else(client: httpx.Client):
    answer = client.get(f"/iclock/ping?SN={SERIAL}")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert set(answer.headers) == {"content-type", "date", "content-length"}
    assert answer.headers["date"].endswith(" GMT")


@pytest.mark.parametrize("path", ["/iclock/iclock/ping", "/iclock/ping.aspx", "/iclock/ping/"])
def test_the_paths_of_odd_firmwares_arrive(client: httpx.Client, path: str):
    assert client.get(f"{path}?SN={SERIAL}").text == "OK"


def test_a_record_arrives_with_every_byte_as_it_was(client: httpx.Client, site: Site):
    body = f"{line(7)}\r\n".encode() + b"\xff\xfe\x00garbage\n"
    assert client.post(TARGET, content=body).text == "OK"
    assert [passage.index for passage in passages(site)] == [7]
    (kept,) = [
        r.event for r in site.log.read_all(0, 1000) if isinstance(r.event, journal.UnrecognisedKept)
    ]
    assert kept.length == 10


def test_an_unknown_device_keeps_its_records(client: httpx.Client):
    assert client.post("/iclock/cdata?SN=STRANGER&table=rtlog", content=b"x").status_code == 406


def test_a_body_that_is_too_long_is_answered_and_what_was_before_is_kept(
    client: httpx.Client, site: Site
):
    parts = [line(1).encode(), b"\n", *[b"x" * 65536] * (MOST_BODY // 65536 + 8)]
    assert client.post(TARGET, content=iter(parts)).text == "OK"
    assert [passage.index for passage in passages(site)] == [1]


def test_a_device_that_asks_first_whether_it_may_go_on_may(client: httpx.Client):
    connection = HTTPConnection("127.0.0.1", client.base_url.port, timeout=30)
    connection.request("POST", TARGET, line().encode(), {"Expect": "100-continue"})
    assert connection.getresponse().read() == b"OK"
    connection.close()


def test_a_device_that_hangs_up_half_way_leaves_nothing(client: httpx.Client, site: Site):
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as raw:
        head = f"POST {TARGET} HTTP/1.1\r\nHost: site\r\nContent-Length: 999\r\n\r\n"
        raw.sendall(head.encode() + line().encode())
    assert client.get("/healthz").status_code == 200
    assert passages(site) == []


def test_the_server_says_that_it_lives_and_is_ready(client: httpx.Client):
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").text == "ok"
    assert client.get("/nowhere").status_code == 404


def test_a_server_without_its_log_is_not_ready(client: httpx.Client, site: Site):
    before = site.log.head

    def gone() -> int:
        raise OSError("gone")

    site.log.head = gone  # type: ignore[method-assign]
    try:
        assert client.get("/readyz").status_code == 503
    finally:
        site.log.head = before  # type: ignore[method-assign]


def test_a_serving_process_handles_what_is_due():
    begun = datetime.now(UTC)
    clock: list[datetime] = [begun]
    due, watched = Event(), Event()
    with memory_site(lambda: clock[0]) as site:
        site.handle(device.RegisterDevice(SERIAL, "Lobby", "A", "UTC", 1, "me", begun))
        site.handle(device.ReportDeviceOnline(SERIAL, begun))
        site.handle(door.RequestUnlock(FIRST, "guard", begun))
        quiet = dialling_in(site)

        def watch(now: datetime) -> None:
            quiet.watch(now)
            watched.set()
            if now > begun:
                due.set()

        with serving(site, DiallingIn(quiet.begin, watch)):
            assert watched.wait(30)
            clock[0] = begun + GRACE + timedelta(seconds=1)
            assert due.wait(30)
        kinds = [type(r.event) for r in site.log.read_all(0, 1000)]
        assert door.DoorCommandExpired in kinds
        assert device.DeviceWentOffline in kinds


def test_a_serving_process_outlives_a_log_that_is_away_for_a_while(
    caplog: pytest.LogCaptureFixture,
):
    tried, back = Event(), Event()

    def watch(_: datetime) -> None:
        if tried.is_set():
            back.set()
            return
        tried.set()
        raise OSError("away")

    with (
        memory_site() as site,
        caplog.at_level(logging.CRITICAL),
        serving(site, DiallingIn(dialling_in(site).begin, watch)),
    ):
        assert back.wait(30)


# Silence.
@pytest.fixture
def quiet(site: Site) -> Callable[[MemoryPresence, float], list[str]]:
    site.handle(device.ReportDeviceOnline(SERIAL, NOON))

    def after(presence: MemoryPresence, seconds: float) -> list[str]:
        return report_silence(site, presence, NOON, NOON + timedelta(seconds=seconds))

    return after


Quiet = Callable[[MemoryPresence, float], list[str]]


def test_a_device_that_is_silent_for_too_long_is_offline(quiet: Quiet, site: Site):
    assert quiet(MemoryPresence(), 91) == [SERIAL]
    assert site.query(devices_in, online=True) == []
    assert quiet(MemoryPresence(), 92) == []


def test_nobody_is_called_silent_before_the_process_has_served_for_a_while(quiet: Quiet):
    assert quiet(MemoryPresence(), 90) == []


def test_a_device_that_was_heard_is_not_silent(quiet: Quiet):
    presence = MemoryPresence()
    presence.heard(SERIAL, NOON + timedelta(seconds=60))
    assert quiet(presence, 150) == []
    assert quiet(presence, 151) == [SERIAL]


def test_presence_never_runs_backwards():
    presence = MemoryPresence()
    assert presence.last_heard(SERIAL) is None
    presence.heard(SERIAL, NOON)
    presence.heard(SERIAL, NOON - timedelta(hours=1))
    assert presence.last_heard(SERIAL) == NOON


# A process of its own.
SERVE = """
import sys
from cvsec_adapters.devices.dialling_in import dialling_in
from cvsec_adapters.transport.http.serving import serve
from cvsec_adapters.wiring import open_site

with open_site(sys.argv[1]) as site:
    serve(site, dialling_in(site), ready=lambda port: print(port, flush=True))
print("closed", flush=True)
"""


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_process_quietly_after_it_has_closed_its_site(tmp_path: Path, sig: int):
    path = tmp_path / "site.db"
    with open_site(path) as site:
        site.handle(device.RegisterDevice(SERIAL, "Lobby", "A", "UTC", 1, "me", NOON))
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    assert httpx.post(f"http://127.0.0.1:{port}{TARGET}", content=line()).text == "OK"
    process.send_signal(sig)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "closed\n", "")
    with open_site(path) as site:
        assert len(passages(site)) == 1
