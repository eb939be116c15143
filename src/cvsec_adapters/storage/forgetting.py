"""Who is forgotten is so at once: the key is destroyed, and no file keeps what it showed."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress

from cvsec_adapters.storage.errors import StorageUnavailableError
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.aggregates.person import PersonForgotten
from cvsec_core.ports import Vault
from cvsec_core.recorded import Recorded

PAGE = 10_000
"""So many events may be looked through again at the next start rather than note each time how far
the log was looked through."""

_log = logging.getLogger("cvsec")


class Forgetting:
    """Does in vault, pictures and views what the log says: whoever was forgotten is known nowhere.

    It watches what this process appends.
    """

    def __init__(
        self,
        log: SqliteLog | MemoryLog,
        views: SqliteViews,
        vault: Vault,
        pictures: PictureStore,
    ) -> None:
        self._events, self._views, self._vault = log, views, vault
        self._pictures = pictures
        log.watch(self._recorded)

    def _recorded(self, news: Sequence[Recorded]) -> None:
        forgotten = [r for r in news if isinstance(r.event, PersonForgotten)]
        if forgotten:
            subjects = _subjects(forgotten)
            self._vault.destroy(*subjects)
            self._pictures.forget(subjects)
            self._purge(forgotten)

    def _purge(self, forgotten: Sequence[Recorded]) -> None:
        """Let the views learn of it now, and leave nothing overwritten in any file."""
        head = self._events.head()
        for group in self._views.groups:
            self._views.follow(group, self._events, head)
        # Another process may have shown what a device told between the event and the key's end.
        self._views.repeat(forgotten)
        if not (self._views.truncate() and self._events.truncate()):
            _log.warning("Somebody is reading: overwritten rows stay until the next truncation.")

    def catch_up(self, log: SqliteLog, vault: SqliteVault) -> None:
        """Destroy again what there is of all who were forgotten: an older vault, or older
        pictures, may have come back.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        head, noted = log.head(), self._noted(vault)
        # Beyond the head: an older log has come back.
        reached = noted if noted <= head else 0
        forgotten: list[Recorded] = []
        while reached < head:
            found, reached = log.read_page(reached, PAGE, frozenset({PersonForgotten}))
            forgotten += found
        subjects = _subjects(forgotten)
        fresh = [subject for subject in subjects if not vault.destroyed(subject)]
        if fresh:
            vault.destroy(*fresh)
        if forgotten or not 0 <= reached - noted < PAGE:
            # Who may only read leaves it to the next one.
            with suppress(StorageUnavailableError):
                self._pictures.forget(subjects)
                if forgotten:  # perhaps somebody ended between the keys and the views
                    self._purge(forgotten)
                self._note(vault, reached)

    def _noted(self, vault: SqliteVault) -> int:
        """The log position up to which vault and pictures both have done their part."""
        upto, pictured = vault.forgotten_upto(), self._pictures.forgotten_upto()
        return upto if pictured is None else min(upto, pictured)

    def _note(self, vault: SqliteVault, position: int) -> None:
        vault.set_forgotten_upto(position)
        if self._pictures.forgotten_upto() is not None:
            self._pictures.set_forgotten_upto(position)


def _subjects(forgotten: Iterable[Recorded]) -> list[str]:
    """Whose keys end: those of the people, and those of their credentials."""
    return [
        subject
        for recorded in forgotten
        if isinstance(event := recorded.event, PersonForgotten)
        for subject in (event.person, *event.credentials)
    ]
