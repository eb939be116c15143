"""The keys of those of whom the log tells something personal, in memory."""

import secrets
import threading
from collections.abc import Collection, Mapping

from cvsec_adapters.storage.errors import KeyDestroyedError
from cvsec_adapters.storage.keys import KEY_BYTES
from cvsec_adapters.storage.pseudonyms import new_ids
from cvsec_core.ports import Name


class MemoryVault:
    """A `Vault` that is gone when the process ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, bytes | None] = {}
        self._names: dict[Name, str | None] = {}
        self._secrets: dict[str, bytes] = {}

    def key(self, subject: str) -> bytes:
        """The subject's key, made at first use.

        Raises:
            KeyDestroyedError: it was destroyed.
        """
        try:
            return self.keys((subject,))[subject]
        except KeyError:
            raise KeyDestroyedError(subject) from None

    def keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """The keys of all *subjects* but those whose key was destroyed."""
        with self._lock:
            for subject in subjects:
                if subject not in self._keys:
                    self._keys[subject] = secrets.token_bytes(KEY_BYTES)
        return self.found(subjects)

    def find(self, subject: str) -> bytes | None:
        """The subject's key, or None."""
        return self._keys.get(subject)

    def found(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """The keys of those that have one."""
        return {subject: key for subject in subjects if (key := self._keys.get(subject))}

    def destroy(self, *subjects: str) -> None:
        """Destroy the keys of *subjects* for ever."""
        with self._lock:
            self._keys.update(dict.fromkeys(subjects))
            for name in [name for name, id_ in self._names.items() if id_ in subjects]:
                self._names[name] = None

    def truncate(self, *, patient: bool = True) -> bool:  # noqa: ARG002  # nobody reads a file
        """Nothing that was destroyed is kept."""
        return True

    def destroyed(self, subject: str) -> bool:
        """Whether the subject's key was destroyed."""
        return self._keys.get(subject, b"") is None

    def names_of(self, subject: str) -> int:
        """How many names lead to the subject."""
        return sum(id_ == subject for id_ in self._names.values())

    def known(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of those *names* that have one."""
        return {name: id_ for name in names if (id_ := self._names.get(name))}

    def named(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names* but those of who was forgotten."""
        with self._lock:
            for name in names:
                if name not in self._names:
                    self._names[name] = new_ids(1)[0]
        return self.known(names)

    def renamed(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names*."""
        with self._lock:
            for name in names:
                if not self._names.get(name):
                    self._names[name] = new_ids(1)[0]
        return self.known(names)

    def shared(self, id_: str, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names*, once those that mean nobody mean *id_* too."""
        with self._lock:
            for name in names:
                if not self._names.get(name) and not self.destroyed(id_):
                    self._names[name] = id_
        return self.known(names)

    def secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose of the site."""
        with self._lock:
            return self._secrets.setdefault(purpose, secrets.token_bytes(KEY_BYTES))

    def rotate(self, master: bytes) -> None:
        """Nothing is wrapped here."""

    def close(self) -> None:
        """Nothing to release."""
