"""Who is forgotten is so at once: the key is destroyed, and no file keeps what it showed."""

import logging
from collections.abc import Sequence
from contextlib import suppress

from cvsec_adapters.storage.errors import VaultUnavailableError
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.aggregates.person import PersonForgotten
from cvsec_core.ports import Vault
from cvsec_core.recorded import Event, Recorded

PAGE = 10_000
"""So many events may be looked through again at the next start rather than note each time how far
the log was looked through."""

_log = logging.getLogger("cvsec")


class Forgetting:
    """Does in vault and views what the log says: whoever was forgotten is known nowhere.

    It watches what this process appends.
    """

    def __init__(self, log: SqliteLog | MemoryLog, views: SqliteViews, vault: Vault) -> None:
        self._events, self._views, self._vault = log, views, vault
        log.watch(self._recorded)

    def _recorded(self, news: Sequence[Recorded]) -> None:
        forgotten = [r.event for r in news if isinstance(r.event, PersonForgotten)]
        for event in forgotten:
            for subject in _subjects(event):
                self._vault.destroy(subject)
        if forgotten:
            self._purge()

    def _purge(self) -> None:
        """Let the views learn of it now, and leave nothing overwritten in any file."""
        head = self._events.head()
        for group in self._views.groups:
            self._views.follow(group, self._events, head)
        if not (self._views.truncate() and self._events.truncate()):
            _log.warning("Somebody is reading: overwritten rows stay until the next truncation.")

    def catch_up(self, log: SqliteLog, vault: SqliteVault) -> None:
        """Destroy again the keys of all who were forgotten: an older vault may have come back.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        head, noted = log.head(), vault.forgotten_upto()
        # Beyond the head: an older log has come back.
        reached = noted if noted <= head else 0
        fresh: list[str] = []
        while reached < head:
            found, reached = log.read_page(reached, PAGE, frozenset({PersonForgotten}))
            fresh += [subject for recorded in found for subject in _subjects(recorded.event)]
        fresh = [subject for subject in fresh if not vault.destroyed(subject)]
        for subject in fresh:
            vault.destroy(subject)
        if fresh:
            self._purge()
        if fresh or not 0 <= reached - noted < PAGE:
            with suppress(VaultUnavailableError):  # who may only read looks through it again
                vault.set_forgotten_upto(reached)


def _subjects(event: Event) -> tuple[str, ...]:
    """Whose keys end with *event*: the person's own, and those of their credentials."""
    return (event.person, *event.credentials) if isinstance(event, PersonForgotten) else ()
