"""Opens a site: its log, its views, its vault, and what lies beside them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from cvsec_adapters.storage.codec import Codec
from cvsec_adapters.storage.errors import ExtraMissingError, VaultMissingError
from cvsec_adapters.storage.forgetting import Forgetting
from cvsec_adapters.storage.keys import (
    Privacy,
    pictures_path,
    privacy_from,
    vault_path,
)
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.memory_vault import MemoryVault
from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.storage.rebuilding import rebuild_all
from cvsec_adapters.storage.rotation import settle
from cvsec_adapters.storage.sqlite import Durability, SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.catalogue import EVENTS, PROJECTIONS
from cvsec_core.handling import Answer
from cvsec_core.ports import Clock, EventLog, Vault
from cvsec_core.recorded import Event
from cvsec_core.rows import Group
from cvsec_core.site import Site

if TYPE_CHECKING:
    from cvsec_adapters.desk import Desk


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
        VaultMissingError: there are events, and no vault.
        VaultForeignError: the vault is another site's.
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
        _bind(log, vault)
        views = SqliteViews(path, PROJECTIONS, log, privacy.files)
        pictures = PictureStore(pictures_path(path), vault, privacy.files)
        forgetting = Forgetting(log, views, vault, pictures)
        forgetting.catch_up(log, vault)
        forgetting.drop_strangers(log)
    except BaseException:
        log.close()
        raise
    return _site(log, views, clock, forgetting)


def _bind(log: SqliteLog, vault: SqliteVault) -> None:
    """A log that has a past has a vault of its own."""
    if log.head() and not vault.path.exists():
        raise VaultMissingError(str(vault.path))
    vault.belong_to(log.identity())


def memory_site(clock: Clock = now) -> Site:
    """A site that is gone when the program ends."""
    vault = MemoryVault()
    log = MemoryLog(_codec(vault))
    views = SqliteViews(None, PROJECTIONS, log)
    pictures = PictureStore(None, vault)
    forgetting = Forgetting(log, views, vault, pictures)
    return _site(log, views, clock, forgetting)


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
    forgetting: Forgetting

    def tick(self, now: datetime) -> tuple[Answer, ...]:
        """Handle what is due at *now*, and destroy what of the forgotten could not be before."""
        self.forgetting.settle()
        return super().tick(now)

    def close(self) -> None:
        """Let go of the log, the views and the pictures."""
        self.pictures.close()
        super().close()


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


def _site(log: EventLog, views: SqliteViews, clock: Clock, forgetting: Forgetting) -> Site:
    vault, pictures = forgetting.vault, forgetting.pictures
    site = StoredSite(log, views, clock=clock, zones=zone, pseudonyms=vault, scratch=_scratch)
    site.vault, site.pictures, site.forgetting = vault, pictures, forgetting
    return site


def _scratch() -> SqliteViews:
    """Views in memory that no log knows of, for looking back in time."""
    return SqliteViews(None, PROJECTIONS, MemoryLog(Codec(())))
