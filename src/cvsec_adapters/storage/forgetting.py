"""Who is forgotten is so at once: the key is destroyed, and no file keeps what it showed."""

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

from cvsec_adapters.storage.errors import StorageUnavailableError
from cvsec_adapters.storage.memory import MemoryLog
from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.storage.sqlite import SqliteLog
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.storage.views import SqliteViews
from cvsec_core.aggregates.person import PersonForgotten, stream
from cvsec_core.ids import PersonId
from cvsec_core.ports import Vault
from cvsec_core.recorded import Recorded

PAGE = 10_000
"""So many events may be looked through again at the next start rather than note each time how far
the log was looked through."""

SETTLED_AFTER = 3600
"""So many seconds after a picture was put, what it was put for is stored, or never will be."""

_log = logging.getLogger("cvsec")


class Forgetting:
    """Does in vault, pictures and views what the log says: whoever was forgotten is known nowhere.

    It watches what this process appends. What cannot be done at once is owed, and done when
    `settle` is called or the next one is forgotten; other commits do not wait for it.
    """

    def __init__(
        self,
        log: SqliteLog | MemoryLog,
        views: SqliteViews,
        vault: Vault,
        pictures: PictureStore,
    ) -> None:
        self._events, self._views = log, views
        self.vault, self.pictures = vault, pictures
        self._paying = threading.Lock()
        self._owed: list[Recorded] = []
        self._emptied = True
        log.watch(self._recorded)

    def settle(self) -> None:
        """Do what could not be done so far, and say in the log of the program where it still
        cannot.
        """
        try:
            self._pay()
        except StorageUnavailableError:
            _log.exception("Somebody was forgotten, and not all of their data could be destroyed.")

    def _recorded(self, news: Sequence[Recorded]) -> None:
        forgotten = [r for r in news if isinstance(r.event, PersonForgotten)]
        self._owed += forgotten
        if forgotten:
            self._pay()

    def _pay(self) -> None:
        """Do for all who are owed it what vault, pictures and views each have to do, though one of
        them cannot.

        Raises:
            StorageUnavailableError: one of them cannot.
        """
        with self._paying:
            owed = tuple(self._owed)
            if owed:
                self._carry_out(owed)
                del self._owed[: len(owed)]
            elif not self._emptied:
                self._emptied = self.vault.truncate(patient=False) and self.pictures.truncate(
                    patient=False
                )

    def _carry_out(self, forgotten: Sequence[Recorded]) -> None:
        subjects = _subjects(forgotten)
        errors: list[StorageUnavailableError] = []
        for step in (
            lambda: self.vault.destroy(*subjects),
            lambda: self.pictures.forget(subjects),
            lambda: self._purge(forgotten),
            self._empty,
        ):
            try:
                step()
            except StorageUnavailableError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _purge(self, forgotten: Sequence[Recorded]) -> None:
        """Let the views learn of it now, and leave nothing overwritten in any file."""
        head = self._events.head()
        for group in self._views.groups:
            self._views.follow(group, self._events, head)
        # Another process may have shown what a device told between the event and the key's end.
        self._views.repeat(forgotten)
        if not (self._views.truncate() and self._events.truncate()):
            _log.warning("Somebody is reading: overwritten rows stay until the next truncation.")

    def _empty(self) -> None:
        """Leave no key and no picture in what their files keep of the past."""
        self._emptied = False
        self._emptied = self.vault.truncate() and self.pictures.truncate()
        if not self._emptied:
            _log.warning("Somebody is reading: destroyed keys stay until the next truncation.")

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
                self.pictures.forget(subjects)
                if forgotten:  # perhaps somebody ended between the keys and the views
                    self._purge(forgotten)
                    self._empty()
                if self._emptied:
                    self._note(vault, reached)

    def drop_strangers(self, log: SqliteLog) -> None:
        """Leave nothing of those whose pictures were put for something that was never stored, as
        where a process was killed on the way.

        Raises:
            PicturesUnavailableError: the file of the pictures cannot be read.
        """
        upto = int(time.time()) - SETTLED_AFTER
        put = self.pictures.put_until(upto)
        if not put:
            return
        # Who may only read leaves it to the next one.
        with suppress(StorageUnavailableError):
            with log.exclusive():  # nobody is enrolled meanwhile
                enrolled = {r.stream for r in log.read_many([stream(PersonId(who)) for who in put])}
                strangers = [who for who in put if stream(PersonId(who)) not in enrolled]
                if strangers:
                    self.vault.destroy(*strangers)
            if self.pictures.forget(strangers):
                self._empty()
            self.pictures.set_looked_through(upto)

    def _noted(self, vault: SqliteVault) -> int:
        """The log position up to which vault and pictures both have done their part."""
        upto, pictured = vault.forgotten_upto(), self.pictures.forgotten_upto()
        return upto if pictured is None else min(upto, pictured)

    def _note(self, vault: SqliteVault, position: int) -> None:
        vault.set_forgotten_upto(position)
        if self.pictures.forgotten_upto() is not None:
            self.pictures.set_forgotten_upto(position)


def _subjects(forgotten: Iterable[Recorded]) -> list[str]:
    """Whose keys end: those of the people, and those of their credentials."""
    return [
        subject
        for recorded in forgotten
        if isinstance(event := recorded.event, PersonForgotten)
        for subject in (event.person, *event.credentials)
    ]
