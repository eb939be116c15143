"""How what happens changes what devices shall be told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from attrs import evolve as changed

from cvsec_core.aggregates import (
    access_level,
    credential,
    device,
    door,
    organisation,
    person,
    visit,
)
from cvsec_core.ids import DeviceId, LevelId, PersonId
from cvsec_core.projections.device_rights.hours import SLOTS, slots_of, written
from cvsec_core.projections.device_rights.rows import (
    DeviceRightsRow,
    FollowRow,
    HeldRow,
    HolderRow,
    LevelHoursRow,
    PlaceRow,
    RemovalRow,
    SiteRow,
)
from cvsec_core.recorded import Recorded
from cvsec_core.rows import Change, Drop, Patch, Projection, Put, Rows, Table

SITE = "site"
FIRST_NUMBER = 2
"""1 is what a device calls its own hours round the clock."""


def project(recorded: Recorded, rows: Rows) -> Iterator[Change]:
    """How one event changes what devices shall be told."""
    event, at = recorded.event, recorded.position
    match event:
        case person.AccessLevelGranted(name, level) | person.AccessLevelWithdrawn(name, level):
            held = isinstance(event, person.AccessLevelGranted)
            yield from _held(rows, name, level, at, held=held)
            if not held:
                yield from _taken(name, level, at)
        case access_level.AccessLevelDefined() | access_level.AccessLevelChanged():
            yield from _level(rows, event, at)
        case person.PersonForgotten(name):
            for level in _levels(rows, name):
                yield from _held(rows, name, level, at, held=False)
                yield from _taken(name, level, at)
            yield Drop(HeldRow, name)
        case organisation.DisplayOfPersonalDataSet(shown):
            site = rows.get(SiteRow, SITE) or SiteRow(SITE)
            yield Put(changed(site, shown=shown))
            for name in site.devices:
                yield from _from_the_start(rows, DeviceId(name), at)
        case (
            person.PersonBlocked(person=name)
            | credential.CredentialSuspended(person=name)
            | credential.CredentialRevoked(person=name)
            | visit.VisitorCheckedOut(visitor=name)
        ):
            for level in _levels(rows, name):
                yield from _touched(name, level, at)
                yield from _taken(name, level, at)
        case (
            person.PersonUnblocked(person=name)
            | person.PersonCorrected(person=name)
            | credential.CredentialIssued(person=name)
            | credential.CredentialRestored(person=name)
            | visit.VisitorCheckedIn(visitor=name)
        ):
            for level in _levels(rows, name):
                yield from _touched(name, level, at)
        case _:
            yield from _device(rows, event, at)


def _device(rows: Rows, event: object, at: int) -> Iterator[Change]:
    match event:
        case door.DoorRegistered(name, dev, number):
            yield Put(PlaceRow(name, dev, number))
            if rows.get(DeviceRightsRow, dev) is None:
                yield Put(DeviceRightsRow(dev))
                site = rows.get(SiteRow, SITE) or SiteRow(SITE)
                yield Put(changed(site, devices=(*site.devices, dev)))
        case device.DeviceStarted(dev):
            yield from _from_the_start(rows, dev, at)
        case device.RightsHandedOut(dev, request, level, upto, sent, removes):
            fields = {"request": request, "handed": at, "handed_at": sent, "upto": upto}
            yield Patch(DeviceRightsRow, dev, {**fields, "about": level or "", "removes": removes})
        case device.DeviceCommandApplied(dev, request, "rights"):
            yield from _applied(rows, dev, request)
        case device.DeviceCommandApplied(dev, request, "removal"):
            yield from _removed(rows, dev, request)
        case device.DeviceCommandRejected(dev, _, "rights", at=refused):
            yield Patch(DeviceRightsRow, dev, {"handed_at": None, "refused_at": refused})
        case device.DeviceCommandRejected(dev, _, "removal", at=refused):
            yield Patch(DeviceRightsRow, dev, {"handed_at": None, "removal_refused_at": refused})
        case device.DeviceRetired(dev):
            yield Drop(DeviceRightsRow, dev)
        case _:
            return


# People.
def _levels(rows: Rows, name: PersonId) -> tuple[LevelId, ...]:
    row = rows.get(HeldRow, name)
    return tuple(LevelId(level) for level in row.levels) if row else ()


def _held(rows: Rows, name: PersonId, level: LevelId, at: int, *, held: bool) -> Iterator[Change]:
    others = [other for other in _levels(rows, name) if other != level]
    yield Put(HeldRow(name, tuple((*others, level) if held else others)))
    yield Put(HolderRow(f"{level}|{name}", level, name, at, held))
    yield Patch(LevelHoursRow, level, {"touched": at})


def _touched(name: PersonId, level: LevelId, at: int) -> Iterator[Change]:
    yield Patch(HolderRow, f"{level}|{name}", {"position": at})
    yield Patch(LevelHoursRow, level, {"touched": at})


def _taken(name: PersonId, level: LevelId, at: int) -> Iterator[Change]:
    """Something was taken from a holder, of which devices hear before anything else."""
    yield Put(RemovalRow(f"{level}|{name}", level, at))
    yield Patch(LevelHoursRow, level, {"taken": at})


# Levels.
def _level(
    rows: Rows, event: access_level.AccessLevelDefined | access_level.AccessLevelChanged, at: int
) -> Iterator[Change]:
    """Where only the hours changed, nobody's rights have to be told again."""
    had = rows.get(LevelHoursRow, event.level)
    if had is None:
        site = rows.get(SiteRow, SITE) or SiteRow(SITE)
        yield Put(changed(site, levels=site.levels + 1))
        had = LevelHoursRow(event.level, FIRST_NUMBER + SLOTS * site.levels, (), (), ())
    hours = tuple(map(written, event.hours.intervals))
    holidays = tuple(day.isoformat() for day in event.holidays)
    now = changed(had, doors=tuple(event.doors), hours=hours, holidays=holidays)
    yield Put(now)
    anew = slots_of(had.hours) != slots_of(hours)
    for name, numbers in _opened(rows, had.doors, now.doors).items():
        yield Patch(DeviceRightsRow, name, {"hours_changed": at})
        opened = tuple(sorted(map(str, numbers)))
        follow = FollowRow(f"{name}|{event.level}", name, event.level, opened, at, removed=at)
        yield from _follow(rows, follow, anew=anew)


def _opened(
    rows: Rows, before: tuple[str, ...], now: tuple[str, ...]
) -> Mapping[DeviceId, list[int]]:
    """The doors that a level opens *now*, by device; none at one where it only did *before*."""
    doors, numbers = frozenset(now), defaultdict[DeviceId, list[int]](list)
    for name in dict.fromkeys((*before, *now)):
        place = rows.get(PlaceRow, name)
        if place is not None:
            numbers[place.device] += [place.number] if name in doors else []
    return numbers


def _follow(rows: Rows, now: FollowRow, *, anew: bool) -> Iterator[Change]:
    """Follow the level from the start, where the doors that it opens changed or shall be told."""
    had = rows.get(FollowRow, now.id)
    if had is not None and had.doors == now.doors and not anew:
        return
    yield Put(now if had is None else changed(now, before=now.since, removed=had.removed))
    row = rows.get(DeviceRightsRow, now.device)
    if row is not None and now.level not in row.levels:
        yield Put(changed(row, levels=(*row.levels, now.level), hours_changed=now.since))


# Devices.
def _from_the_start(rows: Rows, name: DeviceId, at: int) -> Iterator[Change]:
    row = rows.get(DeviceRightsRow, name)
    if row is None:
        return
    yield Put(DeviceRightsRow(name, row.levels, hours_changed=at))
    for level in row.levels:
        yield Patch(FollowRow, f"{name}|{level}", {"since": at, "cursor": 0})


def _applied(rows: Rows, name: DeviceId, request: int) -> Iterator[Change]:
    """What was changed since it was handed out is still to be told."""
    row = rows.get(DeviceRightsRow, name)
    if row is None or row.request != request:
        return
    settled = changed(row, request=0, handed_at=None, refused_at=None)
    follow = rows.get(FollowRow, f"{name}|{row.about}")
    if not row.about:
        settled = changed(settled, hours_told=row.upto)
    elif follow is not None and follow.since < row.handed:
        level = rows.get(LevelHoursRow, follow.level)
        if not follow.doors and level is not None and row.upto >= level.touched:
            yield Drop(FollowRow, follow.id)
            kept = tuple(other for other in row.levels if other != follow.level)
            settled = changed(settled, levels=kept)
        else:
            yield Patch(FollowRow, follow.id, {"cursor": row.upto})
    yield Put(settled)


def _removed(rows: Rows, name: DeviceId, request: int) -> Iterator[Change]:
    row = rows.get(DeviceRightsRow, name)
    if row is None or row.request != request:
        return
    yield Patch(FollowRow, f"{name}|{row.about}", {"removed": row.upto})
    yield Put(changed(row, request=0, handed_at=None, removal_refused_at=None))


PROJECTION = Projection(
    "device-rights",
    "people",
    (
        Table(PlaceRow),
        Table(SiteRow),
        Table(LevelHoursRow),
        Table(HolderRow, (("level", "position"),)),
        Table(RemovalRow, (("level", "position"),)),
        Table(HeldRow),
        Table(FollowRow, (("device",),)),
        Table(DeviceRightsRow),
    ),
    (
        person.AccessLevelGranted,
        person.AccessLevelWithdrawn,
        person.PersonBlocked,
        person.PersonUnblocked,
        person.PersonCorrected,
        person.PersonForgotten,
        credential.CredentialIssued,
        credential.CredentialSuspended,
        credential.CredentialRestored,
        credential.CredentialRevoked,
        visit.VisitorCheckedIn,
        visit.VisitorCheckedOut,
        access_level.AccessLevelDefined,
        access_level.AccessLevelChanged,
        organisation.DisplayOfPersonalDataSet,
        door.DoorRegistered,
        device.DeviceStarted,
        device.RightsHandedOut,
        device.DeviceCommandApplied,
        device.DeviceCommandRejected,
        device.DeviceRetired,
    ),
    project,
)
