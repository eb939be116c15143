"""Makes commands of what a device told: its words become the site's, whatever line it is on."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from itertools import groupby

from attrs import frozen

from cvsec_core.aggregates import device, door, journal
from cvsec_core.ids import DeviceId, DoorId, door_of
from cvsec_core.projections import device_journals
from cvsec_core.site import Site
from cvsec_core.values import Direction

RECORDS = frozenset({"rtlog", "rtstate", "transaction", "auth"})
"""What tells what happened. Of all else that cannot be read only length and hash are kept: it may
tell who somebody is, or be a template, a picture or a password."""
IMPERSONAL = frozenset({
    "time", "time_second", "event", "eventtype", "eventaddr", "doorid", "inoutstatus", "inoutstate",
    "verifytype", "verified", "index", "sensor", "relay", "alarm",
})  # fmt: skip
"""Fields of records that tell of nobody. Forgetting somebody does not reach into a line that could
not be read, so no other value is kept of one."""
MASKED = "…"
"""Stands for a value that is not kept."""
_FIELD = re.compile(r"[A-Za-z_]{1,32}")
_VALUE = re.compile(r"[0-9A-Fa-f]{0,64}|[0-9/-]{6,10}[ T][0-9:.]{4,12}")
MOST_ABOUT = 80
"""A device may name a table as it likes; so many characters tell what it was."""
DIGEST_BYTES = 16


def digest_of(data: bytes) -> str:
    """The hash by which something unreadable is known again, in hex."""
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


@frozen
class Whole:
    """Length and hash of a body of which only the beginning was kept."""

    length: int
    digest: str


@frozen
class Record:
    """One thing that happened. ``number`` is the door, 0 the device itself; ``local`` the
    device's wall clock; ``verify`` stays text, for some firmwares send sixteen binary digits.
    """

    index: int
    code: int
    number: int
    person: str | None
    card: str | None
    direction: Direction | None
    verify: str
    local: datetime

    @property
    def text(self) -> str:
        """What the record is known again by: the same whether it came live or from memory."""
        told = (self.local.isoformat(), self.person, self.card, self.number, self.code)
        return "\t".join(map(str, (*told, self.direction, self.index)))


@frozen
class Axes:
    """What a state report says of one door; None: nothing."""

    number: int
    open: bool | None
    unlocked: bool | None
    forced: bool | None
    held_open: bool | None
    tamper: bool | None
    duress: bool | None
    fault: bool | None


@frozen
class Sender:
    """The registered device that a request came from, on its own wall clock."""

    id: DeviceId
    profile: device.Profile
    zone: tzinfo

    def day(self, at: datetime) -> str:
        """The day of the device's clock that *at* falls in."""
        return at.astimezone(self.zone).date().isoformat()

    def utc(self, local: datetime, near: datetime) -> datetime:
        """The moment at which the device's wall clock shows *local*; of the two that there are when
        clocks are put back, the one that is nearer to *near*.
        """
        first, second = (
            local.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        return first if abs(first - near) <= abs(second - near) else second


def sender(site: Site, serial: str) -> Sender | None:
    """The device with that serial number; None where it is not registered or was retired."""
    if not serial.isprintable():
        return None
    name = DeviceId(serial)
    state: device.DeviceState = site.state(device.stream(name))
    if not isinstance(state, device.Online | device.Offline):
        return None
    try:
        return Sender(name, state.profile, site.zones(state.profile.zone))
    except KeyError:  # the zone's rules are gone from this machine
        return Sender(name, state.profile, UTC)


def passages(
    site: Site, of: Sender, records: Sequence[Record], at: datetime, *, backfilled: bool
) -> list[journal.RecordPassages]:
    """The records as one command for each day of the device's clock, in the order of the days."""
    commands: list[journal.RecordPassages] = []
    before: int | None = None
    by_day = sorted(records, key=_day)
    for day, group in groupby(by_day, key=_day):
        lines = tuple(_line(of, record, at) for record in group)
        cursor = _cursor(site, of, day, before)
        commands.append(journal.RecordPassages(of.id, day, lines, at, backfilled, cursor))
        # The next day's numbers follow on these, which no view knows of yet.
        before = max((before or 0, *(line.index for line in lines)))
    return commands


def _day(record: Record) -> str:
    return record.local.date().isoformat()


def _line(of: Sender, record: Record, at: datetime) -> journal.Line:
    return journal.Line(
        record.index,
        record.code,
        record.number,
        record.person,
        record.card,
        record.direction,
        record.verify,
        of.utc(record.local, at),
        record.text,
    )


def _cursor(site: Site, of: Sender, day: str, before: int | None) -> int | None:
    """The highest number known; asked for only where the day's own stream does not know one."""
    kept: journal.JournalState = site.state(journal.stream(of.id, day))
    if kept.runs:
        return None
    row = site.query(device_journals.cursor, of.id)
    known = [number for number in (row and row.highest, before) if number]
    return max(known, default=None)


def door_states(
    of: Sender, told: Iterable[Axes], local: datetime, at: datetime
) -> list[door.ReportDoorState]:
    """What a state report of the device's time *local* says of each registered door."""
    known = set(of.profile.doors)
    doors = ((door_of(of.id, axes.number), axes) for axes in told)
    return [
        _door_state(of, name, axes, of.utc(local, at), at) for name, axes in doors if name in known
    ]


def _door_state(
    of: Sender, name: DoorId, axes: Axes, device_time: datetime, at: datetime
) -> door.ReportDoorState:
    return door.ReportDoorState(
        name,
        device_time,
        at,
        physical=None if axes.open is None else "Open" if axes.open else "Closed",
        unlocked=axes.unlocked,
        forced=axes.forced,
        held_open=axes.held_open,
        tamper=axes.tamper,
        fault=axes.fault,
        duress=axes.duress,
        journal=journal.stream(of.id, of.day(device_time)),
    )


def skew(of: Sender, local: datetime, at: datetime) -> device.ReportClockSkew:
    """How far the device's clock is ahead of ours. A live report tells; a record may have lain."""
    return device.ReportClockSkew(of.id, (of.utc(local, at) - at).total_seconds(), at)


def unreadable(
    of: Sender, about: str, lines: Iterable[bytes], at: datetime
) -> list[journal.RecordUnrecognised]:
    """Each of *lines* as something that could not be read."""
    return [unrecognised(of, about, line, at) for line in lines]


def _masked(field: str) -> str:
    name, given, value = field.partition("=")
    if not (given and _FIELD.fullmatch(name)):
        return MASKED
    plain = name.lower() in IMPERSONAL and _VALUE.fullmatch(value)
    return field if plain else f"{name}={MASKED}"


def unrecognised(
    of: Sender, about: str, data: bytes, at: datetime, whole: Whole | None = None
) -> journal.RecordUnrecognised:
    """*data* as something that could not be read; of its content only what tells of nobody."""
    told = whole or Whole(len(data), digest_of(data))
    shown = data[: journal.RAW_LIMIT].decode("utf-8", "replace")
    raw = "\t".join(map(_masked, shown.split("\t"))) if about in RECORDS else ""
    return journal.RecordUnrecognised(
        of.id, of.day(at), about[:MOST_ABOUT], raw, told.length, told.digest, at
    )
