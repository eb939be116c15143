"""People and invitations by the stock `eventsourcing` library."""

# ruff: noqa: ARG002, PLR0917  # the arguments of these methods are the fields of their events

import csv
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError, OperationalError

from tests.bench import events
from tests.bench.measuring import timed
from tests.bench.stock import opened


class Invitation(Aggregate):
    """An invitation that admits somebody once, and counts whom it did not."""

    @event("Issued")
    def __init__(
        self, host: str, guest: str, nonce: str, start: datetime, end: datetime, reason: str
    ) -> None:
        self.host, self.guest, self.nonce = host, guest, nonce
        self.start, self.end, self.reason = start, end, reason
        self.visit: UUID | None = None
        self.refusals = 0

    @event("Redeemed")
    def redeem(self, visit: UUID, at: datetime, actor: str) -> None:
        self.visit = visit

    @event("Refused")
    def refuse(self, cause: str, at: datetime, actor: str) -> None:
        self.refusals += 1


class Visit(Aggregate):
    """A visit with what it keeps of its invitation."""

    @event("Registered")
    def __init__(
        self, host: str, guest: str, start: datetime, end: datetime, reason: str, actor: str
    ) -> None:
        self.host, self.guest, self.start, self.end, self.reason = host, guest, start, end, reason


class Person(Aggregate):
    """A person with what the table tells of them."""

    @event("Enrolled")
    def __init__(self, told: dict[str, str], by: str, at: datetime) -> None:
        self.told = told


class Card(Aggregate):
    """A card of somebody."""

    @event("Issued")
    def __init__(self, person: UUID, number: str, by: str, at: datetime) -> None:
        self.person, self.number = person, number


def invite(folder: Path, count: int) -> list[str]:
    """Let there be so many invitations; returns the id of each."""
    end = events.MIDNIGHT + timedelta(hours=8)
    with opened(folder) as app:
        made = [
            Invitation("host", f"guest{at}", "n" * 22, events.MIDNIGHT, end, "Interview")
            for at in range(count)
        ]
        app.save(*made)
        return [str(one.id) for one in made]


@contextmanager
def scanning(folder: Path) -> Generator[Callable[[str], bool]]:
    """Let whoever comes first in; who meets another tries again."""
    with opened(folder) as app:
        yield partial(_scan, app)


def _scan(app: Application[UUID], name: str) -> bool:
    while True:
        one: Invitation = app.repository.get(UUID(name))
        first = one.visit is None
        news: list[Any] = [one]
        if first:
            told = (one.host, one.guest, one.start, one.end, one.reason)
            news.append(Visit(*told, events.SOMEBODY))
            one.redeem(news[-1].id, events.MIDNIGHT, events.SOMEBODY)
        else:
            one.refuse("used", events.MIDNIGHT, events.SOMEBODY)
        try:
            app.save(*news)
        except (IntegrityError, OperationalError):
            continue
        return first


def import_people(content: bytes, folder: Path) -> list[float]:
    """Make aggregates of a table's rows, and save them at once."""
    with opened(folder) as app:
        return timed([partial(_import, app, content)])


def _import(app: Application[UUID], content: bytes) -> None:
    made: list[Aggregate] = []
    for row in csv.DictReader(StringIO(content.decode())):
        one = Person(row, events.SOMEBODY, events.MIDNIGHT)
        made += (one, Card(one.id, row["card"], events.SOMEBODY, events.MIDNIGHT))
    app.save(*made)
