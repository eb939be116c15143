"""Builds a running site from its parts: the only module that knows them all."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from http import HTTPStatus
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from attrs import define, evolve as changed

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.errors import ExtraMissingError
from cvsec_adapters.storage.forgetting import Forgetting
from cvsec_adapters.storage.keys import (
    Cipher,
    Privacy,
    cipher_in,
    key_source,
    pictures_path,
    privacy_from,
    vault_path,
)
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.storage.rebuilding import rebuild_all
from cvsec_adapters.storage.rotation import rotate, settle
from cvsec_adapters.storage.sqlite import Durability, SqliteLog
from cvsec_adapters.storage.vault import MemoryVault, SqliteVault
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.aggregates import device
from cvsec_core.aggregates.device import RegisterDevice
from cvsec_core.aggregates.door import RegisterDoor
from cvsec_core.aggregates.journal import PassageRecorded
from cvsec_core.catalogue import EVENTS, PROJECTIONS
from cvsec_core.errors import CommandError, Words
from cvsec_core.handling import Asked
from cvsec_core.ids import DeviceId, door_of
from cvsec_core.ports import Clock, EventLog, Vault
from cvsec_core.recorded import Event
from cvsec_core.rows import Group
from cvsec_core.site import Site

if TYPE_CHECKING:
    from cvsec_adapters.demo.stage import Stage
    from cvsec_adapters.desk import Desk
    from cvsec_adapters.devices.zkpush.endpoint import Endpoint
    from cvsec_adapters.devices.zkpush.messages import Request
    from cvsec_adapters.devices.zkpush.verifying import ReadCode


CLOCK_DRIFT = timedelta(seconds=30)
"""By so much the clock of a device that shows or reads a dynamic code may be wrong."""


def now() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


def zone(name: str) -> tzinfo:
    """The time zone of an IANA name.

    Raises:
        KeyError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError) as error:
        raise KeyError(name) from error


def open_site(
    path: str | PathLike[str],
    *,
    durability: Durability = "full",
    clock: Clock = now,
    privacy: Privacy | None = None,
) -> Site:
    """The site whose log is the SQLite file at *path*, which is made where it is missing. Its views
    and its vault lie beside it.

    Args:
        path: the log's file.
        durability: what a power cut leaves.
        clock: tells the time.
        privacy: the site's key, and whether files are encrypted; None: as the environment says,
            see `cvsec_adapters.storage.keys.privacy_from`.

    Raises:
        LogUnavailableError: the file cannot be opened, is no event log, or has another key.
        VaultUnavailableError: the same of the vault.
        NewerSchemaError: a newer version of cvsec made it.
        ExtraMissingError: what encrypts is not installed.
        CommandError: the environment does not say which key to use.
    """
    path = Path(path)
    privacy = privacy or privacy_from(os.environ, path)
    settle(path, privacy.cipher, at_rest=privacy.at_rest)
    vault = SqliteVault(vault_path(path), privacy.cipher, privacy.files)
    log = SqliteLog(path, _codec(vault), durability, privacy.files)
    try:
        views = SqliteViews(path, PROJECTIONS, log, privacy.files)
        pictures = PictureStore(pictures_path(path), vault, privacy.files)
        Forgetting(log, views, vault, pictures).catch_up(log, vault)
    except BaseException:
        log.close()
        raise
    return _site(log, views, clock, vault, pictures)


def rotate_key(path: str | PathLike[str], old: Privacy, new: Cipher) -> None:
    """Turn the closed site at *path* over to another master key; a crash on the way leaves it so
    that `open_site` opens it with either.

    Raises:
        StorageUnavailableError: a file is in use, or *old* is not its key.
    """
    rotate(Path(path), old.cipher, new, at_rest=old.at_rest)


class KeyInUse(NamedTuple):
    """Where the master key of a site comes from, and what tells it from others. ``at_rest``: files
    are encrypted as a whole.
    """

    source: str
    fingerprint: str
    at_rest: bool


def key_in_use(path: Path) -> KeyInUse:
    """The key that the environment gives to the site at *path*.

    Raises:
        CommandError: the environment does not say which key to use.
    """
    privacy = privacy_from(os.environ, path)
    return KeyInUse(key_source(os.environ), privacy.cipher.fingerprint, privacy.at_rest)


def change_key(path: Path, file: Path) -> KeyInUse:
    """Turn the closed site at *path* over from the key that the environment gives to the one in
    *file*, which is made where it is missing.

    Raises:
        StorageUnavailableError: a file is in use, or has another key than the environment gives.
        CommandError: the environment does not say which key it has, or the new one is no good.
    """
    old, new = privacy_from(os.environ, path), cipher_in(file, path)
    rotate_key(path, old, new)
    return KeyInUse(str(file), new.fingerprint, old.at_rest)


def memory_site(clock: Clock = now) -> Site:
    """A site that is gone when the program ends."""
    vault = MemoryVault()
    log = MemoryLog(_codec(vault))
    views = SqliteViews(None, PROJECTIONS, log)
    pictures = PictureStore(None, vault)
    Forgetting(log, views, vault, pictures)
    return _site(log, views, clock, vault, pictures)


def desk_of(site: Site) -> "Desk":
    """What people at a desk need beside *site*: its tokens, codes, passwords, pictures and keys.

    Raises:
        ExtraMissingError: what it takes is not installed.
    """
    try:
        from cvsec_adapters.desk import Desk
        from cvsec_adapters.tokens.passwords import Passwords
        from cvsec_adapters.tokens.signed import DynamicCodes, InvitationTokens
    except ModuleNotFoundError as error:
        raise ExtraMissingError(error.name or "cvsec[visitors]") from error
    assert isinstance(site, StoredSite)  # noqa: S101  # every site is made here
    secret = site.pseudonyms.secret
    return Desk(
        site,
        InvitationTokens((secret("invitations"),)),
        DynamicCodes((secret("codes"),), drift=CLOCK_DRIFT),
        Passwords(),
        site.pictures,
        site.vault,
    )


def back_up(site: Site, folder: str | PathLike[str]) -> None:
    """Copy the log, the pictures and the vault of *site*, which goes on meanwhile, into a *folder*
    that holds no such files yet. With the same key, `open_site` opens the copy.

    Raises:
        StorageUnavailableError: a copy cannot be written.
    """
    log = site.log
    assert isinstance(log, SqliteLog)  # noqa: S101  # a site in memory has no files
    assert isinstance(site, StoredSite)  # noqa: S101  # every site is made here
    vault = site.vault
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / log.path.name
    # What the log's copy names was durable before it; so pictures and keys come after.
    log.back_up(copy)
    site.pictures.back_up(pictures_path(copy))
    if isinstance(vault, SqliteVault):
        vault.back_up(vault_path(copy))


def rebuild(site: Site, progress: Callable[[Group, int, int], None]) -> None:
    """Make all views of *site* again from its log, beside those in use.

    Args:
        progress: called with the group, the position reached and the head.

    Raises:
        RebuildRunningError: a rebuild is at work already.
    """
    assert isinstance(site.views, SqliteViews)  # noqa: S101  # every site is made here
    rebuild_all(site.views, site.log, progress)


class StoredSite(Site):
    """A site, and the keys and pictures that are kept beside its log."""

    vault: Vault
    pictures: PictureStore

    def close(self) -> None:
        """Let go of the log, the views and the pictures."""
        self.pictures.close()
        super().close()


class Replayed(NamedTuple):
    """What a capture brought: its requests, and the events and access records that were news."""

    file: Path
    requests: int
    events: int
    records: int


def replay_captures(
    site: Site,
    files: Sequence[Path],
    *,
    register: Callable[[DeviceId, int], RegisterDevice] | None,
    progress: Callable[[str, int, int], None],
) -> list[Replayed]:
    """Let what the capture *files* hold happen on *site*, at the times at which it was received.

    Every file is read, and every device looked up, before anything is stored.

    Args:
        site: where it happens.
        files: the captures, in the order in which they happen.
        register: how a device that is not known is registered, by its serial and the doors that it
            shows; it is also told of doors that a known device shows beyond its own. None: every
            device must be known.
        progress: called with a file's name, the requests done and how many there are.

    Raises:
        CaptureFormatError: a file is no capture.
        DeviceUnknownError: a device is not registered, and shall not be.
        DeviceRetiredError: a device takes part in nothing any more.
        OSError: a file cannot be read.
    """
    from cvsec_adapters.devices.presence import MemoryPresence
    from cvsec_adapters.devices.zkpush.capture import doors_in, read_capture
    from cvsec_adapters.devices.zkpush.endpoint import Endpoint

    captures = [read_capture(file) for file in files]
    doors = doors_in(request for capture in captures for request in capture)
    newcomers = [c for name in doors for c in _arrival(site, DeviceId(name), doors[name], register)]
    for answer in site.handle_all(newcomers):
        answer.or_raise()
    endpoint = Endpoint(site, MemoryPresence())
    return [
        _replayed(site, endpoint, file, requests, progress)
        for file, requests in zip(files, captures, strict=True)
    ]


def _arrival(
    site: Site,
    name: DeviceId,
    doors: int,
    register: Callable[[DeviceId, int], RegisterDevice] | None,
) -> Iterator[Asked]:
    """What has to be registered before device *name* with so many *doors* can be heard."""
    state: device.DeviceState = site.state(device.stream(name))
    if isinstance(state, device.Retired):
        raise device.DeviceRetiredError(name)
    if register is None:
        if isinstance(state, device.Unregistered):
            raise device.DeviceUnknownError(name)
        return
    asked = register(name, doors)
    if isinstance(state, device.Unregistered):
        yield Asked(asked)
        return
    for number in range(1, doors + 1):
        if door_of(name, number) not in state.profile.doors:
            found = RegisterDoor(door_of(name, number), name, number, asked.at)
            yield Asked(found, actor=asked.by)


def _replayed(
    site: Site,
    endpoint: "Endpoint",
    file: Path,
    requests: Sequence["Request"],
    progress: Callable[[str, int, int], None],
) -> Replayed:
    before = site.log.head()
    for number, request in enumerate(requests, 1):
        status = endpoint.answer(request).status
        if status != HTTPStatus.OK:
            raise NotReplayedError(str(file), number)
        progress(file.name, number, len(requests))
    news = site.log.read_all(before, site.log.head() - before)
    passages = sum(isinstance(recorded.event, PassageRecorded) for recorded in news)
    return Replayed(file, len(requests), len(news), passages)


@define
class NotReplayedError(CommandError):
    """A request of a capture could not be recorded; those before it were."""

    file: str
    request: int

    code = "not-replayed"
    says = Words(
        "{file}: request {request} could not be recorded.",
        "{file}: no se pudo guardar la petición {request}.",
    )
    advises = Words(
        "See the cause above, and replay the file again: what is known is not recorded twice.",
        "Vea la causa arriba y repita el archivo: lo conocido no se guarda dos veces.",
    )


def serve(site: Site, *, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve the devices that dial in to *site* and send its letters, until SIGINT or SIGTERM.

    Args:
        site: the site; it stays open.
        host: the address to listen at.
        port: the port to listen at, 0: any that is free.
        ready: called with the port as soon as requests are taken.

    Raises:
        OSError: there is no listening at that address and port.
    """
    from cvsec_adapters.devices.dialling_in import dialling_in
    from cvsec_adapters.transport.http import serving as http

    with _posting(site):
        devices = dialling_in(site, read_code=_read_code(site))
        http.serve(site, devices, host=host, port=port, ready=ready)


@contextmanager
def serving(site: Site, still: AbstractContextManager[object]) -> Generator[int]:
    """Serve the devices of *site* from a thread, on a free port of this machine, which comes back,
    and send its letters.

    *still* is held while somebody looks for silent devices, so that a clock can leap in between.
    """
    from cvsec_adapters.devices.dialling_in import dialling_in
    from cvsec_adapters.transport.http import serving as http

    devices = dialling_in(site, read_code=_read_code(site))

    def watch(_: datetime) -> None:
        with still:
            devices.watch(site.clock())

    with _posting(site, 0.1), http.serving(site, changed(devices, watch=watch)) as port:
        yield port


def _read_code(site: Site) -> "ReadCode | None":
    """What reads dynamic codes at doors; None where it is not installed."""
    try:
        return desk_of(site).codes.read
    except ExtraMissingError:
        return None


def _posting(site: Site, pause_s: float = 2.0) -> AbstractContextManager[None]:
    """Letters leave meanwhile; not where what writes them is not installed."""
    try:
        desk = desk_of(site)
    except ExtraMissingError:
        return nullcontext()
    from cvsec_adapters.desk.mailing import posting

    return posting(desk, pause_s)


def demo_stage(path: Path, speed: float) -> AbstractContextManager["Stage"]:
    """The stage of a demonstration day, on a new site in the database at *path*."""
    from cvsec_adapters.demo.stage import set_up

    return set_up(path, speed)


def play_day(stage: "Stage", tell: Callable[[datetime, str], None]) -> None:
    """Play a demonstration day; *tell* is called with the time and what happens.

    Raises:
        StageError: the play cannot go on.
    """
    from cvsec_adapters.demo.day import play

    play(stage, tell)


class ViewFile(NamedTuple):
    """How far a group of views is, and where it lies; no path: in memory."""

    group: Group
    position: int
    head: int
    generation: int
    path: Path | None


def view_files(site: Site) -> list[ViewFile]:
    """Every group of views of *site*, without bringing it up to date."""
    views, log = site.views, site.log
    assert isinstance(views, SqliteViews)  # noqa: S101  # every site is made here
    head = log.head()
    return [_view_file(views, group, head) for group in views.groups]


def _view_file(views: SqliteViews, group: Group, head: int) -> ViewFile:
    position, generation = views.position(group), views.generations.generation(group)
    base = views.base_path
    path = base and base.with_name(f"{base.stem}.{group}.views.{generation}.db")
    return ViewFile(group, position, head, generation, path if path and path.exists() else None)


def stored(event: Event) -> tuple[str, dict[str, Any]]:
    """The name under which *event* is stored, and its fields as they are stored."""
    name, body = _unsealed().encode(event)
    return name, msgspec.json.decode(body)


@cache
def _unsealed() -> Codec:
    return _codec(None)


def _codec(vault: Vault | None) -> Codec:
    return Codec(EVENTS, vault=vault)


def _site(
    log: EventLog, views: SqliteViews, clock: Clock, vault: Vault, pictures: PictureStore
) -> Site:
    site = StoredSite(log, views, clock=clock, zones=zone, pseudonyms=vault, scratch=_scratch)
    site.vault, site.pictures = vault, pictures
    return site


def _scratch() -> SqliteViews:
    """Views in memory that no log knows of, for looking back in time."""
    return SqliteViews(None, PROJECTIONS, MemoryLog(Codec(())))
