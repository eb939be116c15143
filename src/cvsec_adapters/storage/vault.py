"""The keys of those of whom the log tells something personal, in a file of their own.

Every key is wrapped under the master key, so that the file alone tells nothing.
"""

import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from cvsec_adapters.storage.boxes import WrongKeyError, opened, shut
from cvsec_adapters.storage.connections import connect, immediate, translated, truncate_wal
from cvsec_adapters.storage.errors import (
    KeyDestroyedError,
    VaultForeignError,
    VaultUnavailableError,
)
from cvsec_adapters.storage.keys import KEY_BYTES, Cipher
from cvsec_adapters.storage.layouts import Layout, prepare
from cvsec_adapters.storage.pseudonyms import mark_of, new_ids
from cvsec_core.ports import Name

T = TypeVar("T")

KEYS_KNOWN = 8_192
"""So many keys are kept at hand, those that were used last."""

# A key that is null was destroyed; a name without an id is that of somebody who was forgotten.
_LAYOUT = Layout(
    (
        "CREATE TABLE keys (subject TEXT PRIMARY KEY, box BLOB) WITHOUT ROWID",
        "CREATE TABLE names (mark TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID",
        "CREATE INDEX names_by_id ON names (id)",
        "CREATE TABLE secrets (name TEXT PRIMARY KEY, box BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE marks (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE site (id TEXT NOT NULL)",
    ),
    1,
    "keys",
    VaultUnavailableError,
)
_NAMES = "names"
_FORGOTTEN = "forgotten"

_Of = tuple[str, str]
"""What a key is for: its table, and its name there."""


class SqliteVault:
    """A `Vault` in the SQLite file at *path*, which is made when it is first used.

    Threads may share a vault; several processes may open the same file. It may be used again after
    it was closed.

    Args:
        path: the file.
        cipher: what the keys are wrapped with.
        file: what the file as a whole is encrypted with, or None where it is plain.
    """

    def __init__(
        self, path: str | PathLike[str], cipher: Cipher, file: Cipher | None = None
    ) -> None:
        self.path = Path(path)
        self._cipher, self._file = cipher, file
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._ids: OrderedDict[str, str] = OrderedDict()
        self._version = 0
        self._secrets: dict[str, bytes] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """A vault crosses to another process as what opens it there."""
        return (SqliteVault, (self.path, self._cipher, self._file))

    def key(self, subject: str) -> bytes:
        """The subject's key, made at first use and durable before it is told.

        Raises:
            KeyDestroyedError: it was destroyed.
            VaultUnavailableError: the vault cannot be used.
        """
        try:
            return self.keys((subject,))[subject]
        except KeyError:
            raise KeyDestroyedError(subject) from None

    def keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """The keys of all *subjects* but those whose key was destroyed.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            found = self._found(connection, subjects)
            missing = sorted(subject for subject in subjects if subject not in found)
            if missing and len(missing) > len(self._gone(connection, missing)):
                with immediate(connection):
                    made = self._make(connection, missing)
                _keep(self._known, made)
                found |= made
            return found

    def find(self, subject: str) -> bytes | None:
        """The subject's key, or None.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        return self.found((subject,)).get(subject)

    def found(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """The keys of those that have one.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            return self._found(connection, subjects)

    def destroy(self, *subjects: str) -> None:
        """Destroy the keys of *subjects* for ever; what the file keeps of its past goes with
        `truncate`.

        Raises:
            VaultUnavailableError: the vault cannot be written.
        """
        rows = [(subject,) for subject in subjects]
        with self._using() as connection:
            with immediate(connection):
                connection.executemany(
                    "INSERT INTO keys VALUES (?, NULL) ON CONFLICT DO UPDATE SET box = NULL "
                    "WHERE box IS NOT NULL",
                    rows,
                )
                connection.executemany("UPDATE names SET id = NULL WHERE id = ?", rows)
            self._known.clear()
            self._ids.clear()

    def truncate(self, *, patient: bool = True) -> bool:
        """Empty the write-ahead log, so that no key that was destroyed stays in it.

        Args:
            patient: wait for those who read.

        Returns:
            False where somebody reads for so long that it could not be emptied.

        Raises:
            VaultUnavailableError: the vault cannot be written.
        """
        with self._using() as connection:
            return truncate_wal(connection, patient=patient)

    def destroyed(self, subject: str) -> bool:
        """Whether the subject's key was destroyed.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            return bool(self._gone(connection, (subject,)))

    def names_of(self, subject: str) -> int:
        """How many names lead to the subject.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            return connection.execute(
                "SELECT count(*) FROM names WHERE id = ?", (subject,)
            ).fetchone()[0]

    def known(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of those *names* that have one.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            return self._found_ids(connection, self._marks(connection, names))

    def named(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names* but those of who was forgotten.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        return self._with_new_ids(names, anew=False)

    def renamed(self, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names*.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        return self._with_new_ids(names, anew=True)

    def shared(self, id_: str, names: Collection[Name]) -> Mapping[Name, str]:
        """The ids of all *names*, once those that mean nobody mean *id_* too.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            marks = self._marks(connection, names)
            with immediate(connection):
                if not self._gone(connection, (id_,)):
                    connection.executemany(
                        "INSERT INTO names VALUES (?, ?) "
                        "ON CONFLICT DO UPDATE SET id = excluded.id WHERE id IS NULL",
                        [(mark, id_) for mark in marks],
                    )
            return self._found_ids(connection, marks)

    def secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose of the site, made at first use.

        Raises:
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            if purpose not in self._secrets:
                self._secrets[purpose] = self._secret(connection, purpose)
            return self._secrets[purpose]

    def rotate(self, master: bytes) -> None:
        """Wrap every key under another master key, all or none. The file keeps its own key.

        Raises:
            KeyFormatError: the new master key is not 32 bytes.
            VaultUnavailableError: the vault cannot be written.
        """
        cipher = Cipher(master)
        old, new = self._cipher.derived("subject-keys"), cipher.derived("subject-keys")
        with self._using() as connection:
            with immediate(connection):
                for table, name in (("keys", "subject"), ("secrets", "name")):
                    rows = connection.execute(
                        f"SELECT {name}, box FROM {table} WHERE box IS NOT NULL"  # noqa: S608  # our names
                    ).fetchall()
                    keys = [(of, self._unwrapped(old, (table, of), box)) for of, box in rows]
                    connection.executemany(
                        f"UPDATE {table} SET box = ? WHERE {name} = ?",  # noqa: S608  # our names
                        [(_wrapped(new, (table, of), key), of) for of, key in keys],
                    )
            self._cipher = cipher
            truncate_wal(connection)

    def belong_to(self, site: str) -> None:
        """Belong to the *site* with that identity from here on, and to no other.

        Raises:
            VaultForeignError: it belongs to another.
            VaultUnavailableError: the vault cannot be used.
        """
        with self._using() as connection:
            row = connection.execute("SELECT id FROM site").fetchone()
            if row is None:
                with immediate(connection):
                    connection.execute(
                        "INSERT INTO site SELECT ? WHERE NOT EXISTS (SELECT 1 FROM site)", (site,)
                    )
                row = connection.execute("SELECT id FROM site").fetchone()
            if row[0] != site:
                raise VaultForeignError(str(self.path))

    def forgotten_upto(self) -> int:
        """The log position up to which who is forgotten was destroyed here; 0 at first."""
        with self._using() as connection:
            found = connection.execute(
                "SELECT position FROM marks WHERE name = ?", (_FORGOTTEN,)
            ).fetchone()
            return found[0] if found else 0

    def set_forgotten_upto(self, position: int) -> None:
        """Note that whoever was forgotten up to *position* has been destroyed.

        Raises:
            VaultUnavailableError: the vault cannot be written.
        """
        with self._using() as connection:
            connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (_FORGOTTEN, position))

    def back_up(self, path: Path) -> None:
        """Write a copy to a new file at *path*, encrypted as this one, while others go on.

        Raises:
            VaultUnavailableError: it cannot be written.
        """
        with self._using() as connection, translated(path, VaultUnavailableError):
            connection.execute("VACUUM INTO ?", (str(path),))

    def close(self) -> None:
        """Close the file, and know no key any more."""
        with self._lock:
            self._known.clear()
            self._ids.clear()
            self._secrets.clear()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _using(self) -> Generator[sqlite3.Connection]:
        with self._lock, translated(self.path, VaultUnavailableError):
            connection = self._connection
            if connection is None:
                connection = self._connection = self._open()
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:  # another connection wrote; perhaps it destroyed
                self._known.clear()
                self._ids.clear()
                self._check(connection)  # or gave everything another master key
                self._version = version
            yield connection

    def _open(self) -> sqlite3.Connection:
        key = None if self._file is None else self._file.derived("vault")
        access = prepare(self.path, _LAYOUT, key)
        connection = connect(self.path, access, "FULL", key)
        connection.execute("PRAGMA secure_delete=ON").fetchall()
        try:
            self._check(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        """Find out whether the master key is the right one, before anything is made with it."""
        row = connection.execute("SELECT name, box FROM secrets LIMIT 1").fetchone()
        if row is not None:
            self._unwrapped(self._cipher.derived("subject-keys"), ("secrets", row[0]), row[1])
        elif connection.execute("SELECT 1 FROM keys LIMIT 1").fetchone() is None:
            self._secret(connection, _NAMES)

    def _found(self, connection: sqlite3.Connection, subjects: Collection[str]) -> dict[str, bytes]:
        known = self._known
        unknown = [subject for subject in subjects if subject not in known]
        found = {subject: known[subject] for subject in subjects if subject in known}
        for subject in found:
            known.move_to_end(subject)
        if unknown:
            news = self._read_keys(connection, unknown)
            found |= news
            _keep(known, news)
        return found

    def _read_keys(
        self, connection: sqlite3.Connection, subjects: Collection[str]
    ) -> dict[str, bytes]:
        wrap = self._cipher.derived("subject-keys")
        rows = connection.execute(
            "SELECT subject, box FROM keys WHERE box IS NOT NULL "
            "AND subject IN (SELECT value FROM json_each(?))",
            (_json(subjects),),
        )
        return {of: self._unwrapped(wrap, ("keys", of), box) for of, box in rows.fetchall()}

    def _gone(self, connection: sqlite3.Connection, subjects: Iterable[str]) -> list[str]:
        rows = connection.execute(
            "SELECT subject FROM keys WHERE box IS NULL "
            "AND subject IN (SELECT value FROM json_each(?))",
            (_json(list(subjects)),),
        ).fetchall()
        return [row[0] for row in rows]

    def _make(self, connection: sqlite3.Connection, subjects: Collection[str]) -> dict[str, bytes]:
        """The keys of *subjects*: those that others have just made, and new ones; none of who is
        destroyed.
        """
        self._check(connection)  # what is wrapped under an old key is lost to who has the new one
        had, gone = self._read_keys(connection, subjects), {*self._gone(connection, subjects)}
        wanted = [subject for subject in subjects if subject not in had and subject not in gone]
        made = {subject: secrets.token_bytes(KEY_BYTES) for subject in wanted}
        wrap = self._cipher.derived("subject-keys")
        connection.executemany(
            "INSERT INTO keys VALUES (?, ?)",
            [(of, _wrapped(wrap, ("keys", of), key)) for of, key in made.items()],
        )
        return had | made

    def _marks(self, connection: sqlite3.Connection, names: Collection[Name]) -> dict[str, Name]:
        if _NAMES not in self._secrets:
            self._secrets[_NAMES] = self._secret(connection, _NAMES)
        key = self._secrets[_NAMES]
        return {mark_of(key, name): name for name in names}

    def _found_ids(
        self, connection: sqlite3.Connection, marks: Mapping[str, Name]
    ) -> dict[Name, str]:
        known = self._ids
        found = {mark: known[mark] for mark in marks if mark in known}
        for mark in found:
            known.move_to_end(mark)
        unknown = [mark for mark in marks if mark not in found]
        if unknown:
            rows = connection.execute(
                "SELECT mark, id FROM names WHERE id IS NOT NULL "
                "AND mark IN (SELECT value FROM json_each(?))",
                (_json(unknown),),
            )
            news: dict[str, str] = dict(rows.fetchall())
            found |= news
            _keep(known, news)
        return {marks[mark]: id_ for mark, id_ in found.items()}

    def _with_new_ids(self, names: Collection[Name], *, anew: bool) -> dict[Name, str]:
        """The ids of all *names*; *anew*: who was forgotten has another one too."""
        with self._using() as connection:
            marks = self._marks(connection, names)
            found = self._found_ids(connection, marks)
            # In order, so that the pages of a large table are each written once.
            missing = sorted(mark for mark, name in marks.items() if name not in found)
            if missing:
                with immediate(connection):
                    ids = self._make_ids(connection, missing, anew=anew)
                _keep(self._ids, ids)
                found |= {marks[mark]: id_ for mark, id_ in ids.items()}
            return found

    def _make_ids(
        self, connection: sqlite3.Connection, marks: Collection[str], *, anew: bool
    ) -> dict[str, str]:
        """The ids of *marks*: those that others have just made, and new ones."""
        had: dict[str, str | None] = dict(
            connection.execute(
                "SELECT mark, id FROM names WHERE mark IN (SELECT value FROM json_each(?))",
                (_json(marks),),
            ).fetchall()
        )
        ids = {mark: id_ for mark, id_ in had.items() if id_}
        wanted = [m for m in marks if m not in had or (anew and m not in ids)]
        made = dict(zip(wanted, new_ids(len(wanted)), strict=True))
        connection.executemany(
            "INSERT INTO names VALUES (?, ?) ON CONFLICT DO UPDATE SET id = excluded.id",
            made.items(),
        )
        return ids | made

    def _secret(self, connection: sqlite3.Connection, purpose: str) -> bytes:
        wrap = self._cipher.derived("subject-keys")
        question = "SELECT box FROM secrets WHERE name = ?"
        row = connection.execute(question, (purpose,)).fetchone()
        if row is None:
            made = _wrapped(wrap, ("secrets", purpose), secrets.token_bytes(KEY_BYTES))
            connection.execute(
                "INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO NOTHING", (purpose, made)
            )
            row = connection.execute(question, (purpose,)).fetchone()
        return self._unwrapped(wrap, ("secrets", purpose), row[0])

    def _unwrapped(self, wrap: bytes, of: _Of, box: bytes) -> bytes:
        try:
            return opened(wrap, box, " ".join(of).encode())
        except WrongKeyError as error:
            raise VaultUnavailableError(str(self.path), "wrong-key") from error


def _keep(known: OrderedDict[str, T], news: Mapping[str, T]) -> None:
    """Have *news* at hand, instead of what was not used for longest."""
    known.update(news)
    while len(known) > KEYS_KNOWN:
        known.popitem(last=False)


def _wrapped(wrap: bytes, of: _Of, key: bytes) -> bytes:
    return shut(wrap, key, " ".join(of).encode())


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
