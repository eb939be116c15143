"""The stock `eventsourcing` library as its tutorial has it: aggregates, JSON, its SQLite module."""

# ruff: noqa: ARG002, PLR0917  # the arguments of these methods are the fields of their events

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from cvsec_core.aggregates import door, journal
from tests.bench import events
from tests.bench.events import Commit
from tests.bench.measuring import timed

FILE = "stock.db"


class Door(Aggregate):
    """A door with what the measured commands need of it."""

    @event("Registered")
    def __init__(self, name: str, controller: str, number: int) -> None:
        self.name, self.controller, self.number = name, controller, number
        self.physical, self.mode = "Unknown", "Locked"
        self.holds: list[str] = []
        self.requests = 0

    def report(self, physical: str, received_at: datetime, at: datetime) -> None:
        if physical == self.physical:
            return
        (self.open if physical == "Open" else self.close)(self.name, received_at, at, self.name)

    @event("Opened")
    def open(self, door: str, received_at: datetime, at: datetime, actor: str) -> None:
        self.physical = "Open"

    @event("Closed")
    def close(self, door: str, received_at: datetime, at: datetime, actor: str) -> None:
        self.physical = "Closed"

    def lock_down(self, group: str, at: datetime, actor: str) -> None:
        if group in self.holds:
            return
        self.engage(self.name, group, [*self.holds, group], at, actor)
        if self.mode != "LockedDown":
            self.ask(self.name, self.controller, self.number, self.requests + 1, at, actor)

    @event("LockdownEngaged")
    def engage(self, door: str, group: str, holds: list[str], at: datetime, actor: str) -> None:
        self.holds = holds

    @event("ModeRequested")
    def ask(
        self, door: str, controller: str, number: int, request: int, at: datetime, actor: str
    ) -> None:
        self.mode, self.requests = "LockedDown", request


class Journal(Aggregate):
    """A journal that only keeps what it is told."""

    @event("Begun")
    def __init__(self) -> None:
        self.last = 0

    @event("PassageRecorded")
    def record(
        self,
        device: str,
        index: int,
        epoch: int,
        code: int,
        door: str | None,
        direction: str | None,
        verify: str,
        late: bool,
        mark: str,
        received_at: datetime,
        at: datetime,
        person: str | None,
        card: str | None,
        actor: str,
    ) -> None:
        self.last = index


class Group(Aggregate):
    """Doors that are locked down together."""

    @event("Defined")
    def __init__(self, doors: list[UUID]) -> None:
        self.doors = doors
        self.is_locked_down = False

    @event("Activated")
    def activate(self, doors: list[UUID], by: str, at: datetime) -> None:
        self.is_locked_down = True


def opened(folder: Path) -> "closing[Application[UUID]]":
    """An application on the SQLite file in that folder."""
    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / FILE)}
    return closing(Application[UUID](env=env))


def append(commits: Sequence[Commit], folder: Path) -> list[float]:
    """Save events of the same content, which were made before."""
    things: dict[str, Any] = {}
    with opened(folder) as app:
        for commit in commits:
            things.setdefault(commit.entries[0].stream, None)
        for stream in things:
            things[stream] = Journal() if stream.startswith(journal.KIND) else _door(stream)
        app.save(*things.values())
        return timed(_saves(app, commits, things))


def _saves(
    app: Application[UUID], commits: Sequence[Commit], things: dict[str, Any]
) -> Iterator[Callable[[], object]]:
    for commit in commits:
        thing = things[commit.entries[0].stream]
        for entry in commit.entries:
            match entry.event:
                case journal.PassageRecorded() as told:
                    thing.record(
                        told.device, told.index, told.epoch, told.code, told.door, told.direction,
                        told.verify, told.late, told.mark, told.received_at, told.at, told.person,
                        told.card, entry.meta.actor,
                    )  # fmt: skip
                case door.DoorOpened(name, received_at, at):
                    thing.open(name, received_at, at, entry.meta.actor)
                case told:
                    thing.close(told.door, told.received_at, told.at, entry.meta.actor)
        yield partial(app.save, *thing.collect_events())


def _door(stream: str) -> Door:
    name = stream.partition("-")[2]
    return Door(name, name.partition("-")[0], 1)


def command(doors: int, count: int, folder: Path) -> list[float]:
    """Get a door, tell it that it is open or closed, save it."""
    with opened(folder) as app:
        made = [_door(f"door-{events.door_name(number)}") for number in range(doors)]
        app.save(*made)
        return timed(_reports(app, [one.id for one in made], count))


def _reports(
    app: Application[UUID], doors: Sequence[UUID], count: int
) -> Iterator[Callable[[], object]]:
    for number in range(count):
        at = events.MIDNIGHT + events.STEP * number
        physical = "Closed" if number // len(doors) % 2 else "Open"
        yield partial(_report, app, doors[number % len(doors)], physical, at)


def _report(app: Application[UUID], name: UUID, physical: str, at: datetime) -> None:
    one: Door = app.repository.get(name)
    one.report(physical, at, at)
    app.save(one)


def prepare_replay(count: int, folder: Path) -> UUID:
    """A door that has opened and closed until it has *count* events."""
    with opened(folder) as app:
        one = _door(f"door-{events.door_name(0)}")
        for number in range(1, count):
            at = events.MIDNIGHT + events.STEP * number
            one.report("Open" if number % 2 else "Closed", at, at)
        app.save(one)
        return one.id


def replay(prepared: Path, name: UUID, folder: Path) -> list[float]:
    """Get the door."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    with opened(folder) as app:
        return timed([partial(app.repository.get, name)])


def prepare_lockdown(doors: int, folder: Path) -> UUID:
    """A group of *doors* doors, each of which has opened and closed."""
    with opened(folder) as app:
        made = [_door(f"door-{events.door_name(number)}") for number in range(doors)]
        for one in made:
            one.report("Open", events.MIDNIGHT, events.MIDNIGHT)
            one.report("Closed", events.MIDNIGHT, events.MIDNIGHT)
        group = Group([one.id for one in made])
        app.save(group, *made)
        return group.id


def lockdown(prepared: Path, name: UUID, folder: Path) -> list[float]:
    """Get the group and all its doors, lock them down, and save them at once."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    with opened(folder) as app:
        return timed([partial(_lock_down, app, name)])


def _lock_down(app: Application[UUID], name: UUID) -> None:
    group: Group = app.repository.get(name)
    group.activate(group.doors, events.SOMEBODY, events.MIDNIGHT)
    doors: list[Door] = [app.repository.get(one) for one in group.doors]
    for one in doors:
        one.lock_down("everything", events.MIDNIGHT, events.SOMEBODY)
    app.save(group, *doors)
