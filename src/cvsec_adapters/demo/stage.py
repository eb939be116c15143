"""The stage of a day: its clock, its controllers and the server they dial in to.

The clock stands still while something happens and runs, *speed* times as fast as a real one, while
the play waits. Controllers and server are real: they talk PUSH over HTTP on this machine.
"""

import time
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from zoneinfo import ZoneInfo

from attrs import define, field

from cvsec_adapters.demo import campus
from cvsec_adapters.demo.campus import Person, Place
from cvsec_adapters.demo.postbox import Postbox, open_postbox
from cvsec_adapters.desk import Desk
from cvsec_adapters.devices.simulated.controller import Controller
from cvsec_adapters.devices.simulated.push import PushClient, through_http
from cvsec_adapters.wiring import desk_of, now as real_now, open_site, serving
from cvsec_core.errors import CommandError, Words
from cvsec_core.handling import Answer
from cvsec_core.ids import DeviceId
from cvsec_core.projections import mail_outbox
from cvsec_core.projections.devices import devices_in
from cvsec_core.site import Site
from cvsec_core.values import Direction

EVENING = 18
"""The campus lies where it is this hour now, so that its whole day is today and behind us."""
TRIES = 5
"""A busy machine may let a connection time out; so often a controller dials again."""
PATIENCE_S = 20
"""For so long the play waits for what the server does by itself."""
STEP, PASSAGE = timedelta(seconds=2), timedelta(seconds=8)


@define
class StageError(CommandError):
    """The play cannot go on: something that has to happen does not."""

    detail: str

    code = "demo-stuck"
    says = Words("The demo is stuck: {detail}.", "La demostración no avanza: {detail}.")
    advises = Words(
        "Try again when the machine is less busy.", "Inténtelo cuando el equipo esté menos ocupado."
    )


class DayClock:
    """The time on the campus: what the play says, and after its end the real time."""

    def __init__(self, at: datetime) -> None:
        self._at: datetime | None = at

    def __call__(self) -> datetime:
        """The time, UTC."""
        return self._at or real_now()

    def move(self, span: timedelta) -> None:
        """Let time pass."""
        self._at = self() + span

    def run_on(self) -> None:
        """From here on it is a clock like any other."""
        self._at = None


class Passage(NamedTuple):
    """Somebody shows a card at a door of a place, and goes through it where they are let."""

    place: Place
    number: int
    card: str
    direction: Direction = "in"


@define
class Stage:
    """Everything that the play moves."""

    site: Site
    desk: Desk
    post: Postbox
    port: int
    clock: DayClock
    zone: ZoneInfo
    speed: float
    controllers: dict[DeviceId, Controller]
    _lines: dict[DeviceId, PushClient]
    _still: Lock
    _pool: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(len(campus.PLACES)))

    @property
    def now(self) -> datetime:
        """The time on the campus, UTC."""
        return self.clock()

    def moment(self, hour: int, minute: int = 0) -> datetime:
        """A time of the day, UTC."""
        local = self.now.astimezone(self.zone)
        return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)

    def ask(self, command: object, actor: str) -> Answer:
        """What the site answers to somebody's *command*, refusals among it."""
        return self.site.handle(command, actor=actor)

    def controller(self, place: Place) -> Controller:
        """The controller of *place*."""
        return self.controllers[place.serial]

    def wait(self, span: timedelta, places: Iterable[Place] = campus.PLACES) -> None:
        """Let time pass, and the controllers of *places* dial in at its end.

        Nobody is watched in between: a controller did not fall silent because the play leapt.
        """
        with self._still:
            self.clock.move(span)
            self.exchange(places)
        time.sleep(span.total_seconds() / self.speed)

    def until(self, hour: int, minute: int) -> None:
        """Wait for a time of the day; in steps, as the controllers keep talking."""
        target = self.moment(hour, minute)
        if target <= self.now:
            local = self.now.astimezone(self.zone)
            raise StageError(f"it is {local:%H:%M} already, not yet {hour:02}:{minute:02}")
        part = (target - self.now) / 4
        for _ in range(4):
            self.wait(part)

    def exchange(self, places: Iterable[Place] = campus.PLACES) -> None:
        """Let controllers dial in, tell everything and do what the site wants, all at once.

        Raises:
            StageError: a controller whose network is up does not get through.
        """
        list(self._pool.map(self._dial, [place.serial for place in places]))

    def go_through(self, passages: Iterable[Passage]) -> None:
        """People go through doors, one after the other; then the controllers tell of it."""
        begun = at = self.now
        for place, number, card, direction in passages:
            controller = self.controller(place)
            if controller.present(number, card, at, direction) == 0:
                controller.push_open(number, at + STEP)
                controller.close(number, at + 2 * STEP)
            at += PASSAGE
        self.wait(at - begun + STEP)

    def until_offline(self, place: Place) -> None:
        """Wait until the server has noticed by itself that a device is silent.

        Raises:
            StageError: it does not.
        """
        deadline = time.monotonic() + PATIENCE_S
        while place.serial not in {row.id for row in self.site.query(devices_in, online=False)}:
            if time.monotonic() > deadline:
                raise StageError(f"nobody noticed that {place.serial} is silent")
            time.sleep(0.05)

    def until_posted(self) -> None:
        """Wait until every letter has left by itself.

        Raises:
            StageError: one does not.
        """
        deadline = time.monotonic() + PATIENCE_S
        while any(self.site.query(mail_outbox.page, state) for state in ("pending", "claimed")):
            if time.monotonic() > deadline:
                raise StageError("a letter does not leave")
            time.sleep(0.02)

    def go_on(self, pause_s: float) -> None:
        """In real time: let the controllers dial in every *pause_s* seconds, for ever."""
        while True:
            with self._still:
                self.clock.run_on()
                self.exchange()
            time.sleep(pause_s)

    def leave(self) -> None:
        """Nobody dials in any more."""
        self._pool.shutdown()

    def _dial(self, serial: DeviceId) -> None:
        controller = self.controllers[serial]
        for _ in range(TRIES):
            if self._lines[serial].exchange(self.now) or not controller.troubles.connected:
                return
        raise StageError(f"controller {serial} does not get through to the server")


@contextmanager
def set_up(path: Path, speed: float) -> Generator[Stage]:
    """The stage of a new day, with a site in the database at *path*."""
    moment = real_now()
    zone = ZoneInfo(evening_zone(moment))
    local = moment.astimezone(zone)
    opening = local.replace(hour=campus.OPENS, minute=0, second=0, microsecond=0)
    clock, still = DayClock(opening.astimezone(UTC)), Lock()
    controllers = {place.serial: _controller(place, zone) for place in campus.PLACES}
    with (
        open_postbox() as post,
        open_site(path, clock=clock) as site,
        serving(site, still) as port,
    ):
        send = through_http("127.0.0.1", port)
        lines = {serial: PushClient(controllers[serial], send) for serial in controllers}
        desk = desk_of(site)
        stage = Stage(site, desk, post, port, clock, zone, speed, controllers, lines, still)
        try:
            yield stage
        finally:
            stage.leave()


def _controller(place: Place, zone: ZoneInfo) -> Controller:
    allowed: tuple[Person, ...] = campus.ALLOWED[place.serial]
    return Controller(
        place.serial,
        len(place.doors),
        zone=zone,
        people={person.card: person.number for person in allowed},
        exit_dies_in_lockdown=(campus.TRAP,) if place is campus.LIBRARY else (),
        deaf_to_lockdown=(campus.DEAF,) if place is campus.LABS else (),
    )


def evening_zone(moment: datetime) -> str:
    """The zone in which *moment* lies in the hour after `EVENING`.

    >>> evening_zone(datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
    'Etc/GMT+5'
    >>> evening_zone(datetime(2026, 3, 9, 3, 30, tzinfo=UTC))
    'Etc/GMT+9'
    """
    ahead = (EVENING - moment.astimezone(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # there plus is west
