"""The pictures of a site, each sealed under the key of the person to whom it belongs.

They lie in a file of their own beside the log, which is made with the first picture. The name that
a picture gets is a keyed digest: without the person's key nobody can tell of which picture it is.
"""

import hashlib
import hmac
import sqlite3
import threading
import time
from collections.abc import Collection, Generator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

import msgspec

from cvsec_adapters.storage.boxes import WrongKeyError, opened, shut
from cvsec_adapters.storage.connections import connect, immediate, translated, truncate_wal
from cvsec_adapters.storage.errors import PicturesUnavailableError
from cvsec_adapters.storage.keys import Cipher
from cvsec_adapters.storage.layouts import Layout, prepare
from cvsec_core.ports import Vault

LAYOUT = Layout(
    (
        """CREATE TABLE pictures (
        subject TEXT NOT NULL, name TEXT NOT NULL, box BLOB NOT NULL, put_at INTEGER NOT NULL,
        UNIQUE (subject, name))""",
        "CREATE INDEX pictures_by_time ON pictures (put_at, subject)",
        "CREATE TABLE marks (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
    ),
    1,
    "pictures",
    PicturesUnavailableError,
)
_FORGOTTEN = "forgotten"
_LOOKED_THROUGH = "looked-through"
_NAME_BYTES = 16


class PictureStore:
    """Pictures in the SQLite file at *path*; None: in memory.

    Threads may share a store; several processes may open the same file. It may be used again after
    it was closed, but for one in memory, which is then empty.

    Args:
        path: the file.
        vault: the keys that seal the pictures.
        file: what the file as a whole is encrypted with, or None where it is plain.
    """

    def __init__(
        self, path: str | PathLike[str] | None, vault: Vault, file: Cipher | None = None
    ) -> None:
        self.path = None if path is None else Path(path)
        self._vault, self._file = vault, file
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def put(self, subject: str, picture: bytes) -> str:
        """Keep a picture, and return its name; the same picture of the same person has one name.

        Raises:
            KeyDestroyedError: the person has been forgotten.
            PicturesUnavailableError: the file cannot be written.
            VaultUnavailableError: the person's key cannot be had.
        """
        with self._using() as connection, immediate(connection):
            # Under the write lock: whoever is forgotten meanwhile is forgotten after this.
            key = self._vault.key(subject)
            name = _named(key, picture)
            box = shut(key, picture, _label(subject, name))
            connection.execute(
                "INSERT INTO pictures VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET put_at = excluded.put_at",
                (subject, name, box, int(time.time())),
            )
        return name

    def get(self, subject: str, name: str) -> bytes | None:
        """The picture of that name, or None where there is none, or the person is forgotten.

        Raises:
            PicturesUnavailableError: the file cannot be read, or the picture is damaged.
            VaultUnavailableError: the person's key cannot be had.
        """
        key = self._vault.find(subject)
        if key is None or not self._is_there():
            return None
        with self._using() as connection:
            row = connection.execute(
                "SELECT box FROM pictures WHERE subject = ? AND name = ?", (subject, name)
            ).fetchone()
        if row is None:
            return None
        try:
            return opened(key, row[0], _label(subject, name))
        except WrongKeyError as error:
            raise PicturesUnavailableError(str(self.path), "damaged") from error

    def names(self, subject: str) -> tuple[str, ...]:
        """The names of the pictures of a person, in the order in which they were put.

        Raises:
            PicturesUnavailableError: the file cannot be read.
        """
        if not self._is_there():
            return ()
        with self._using() as connection:
            rows = connection.execute(
                "SELECT name FROM pictures WHERE subject = ? ORDER BY rowid", (subject,)
            ).fetchall()
        return tuple(row[0] for row in rows)

    def drop(self, subject: str, name: str) -> None:
        """Delete one picture, as when nothing came of what it was put for.

        Raises:
            PicturesUnavailableError: the file cannot be written.
        """
        if self._is_there():
            with self._using() as connection:
                connection.execute(
                    "DELETE FROM pictures WHERE subject = ? AND name = ?", (subject, name)
                )

    def forget(self, subjects: Collection[str]) -> int:
        """Delete every picture of these people; what the file keeps of its past goes with
        `truncate`.

        Returns:
            How many there were.

        Raises:
            PicturesUnavailableError: the file cannot be written.
        """
        if not subjects or not self._is_there():
            return 0
        with self._using() as connection:
            return connection.execute(
                "DELETE FROM pictures WHERE subject IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(list(subjects)).decode(),),
            ).rowcount

    def truncate(self, *, patient: bool = True) -> bool:
        """Empty the write-ahead log, so that no picture that was deleted stays in it.

        Args:
            patient: wait for those who read.

        Returns:
            False where somebody reads for so long that it could not be emptied.

        Raises:
            PicturesUnavailableError: the file cannot be written.
        """
        if self.path is None or not self._is_there():
            return True
        with self._using() as connection:
            return truncate_wal(connection, patient=patient)

    def forgotten_upto(self) -> int | None:
        """The log position up to which the pictures of who is forgotten were deleted here; None
        where there are no pictures.
        """
        if self.path is None or not self._is_there():
            return None
        with self._using() as connection:
            row = connection.execute(
                "SELECT position FROM marks WHERE name = ?", (_FORGOTTEN,)
            ).fetchone()
        return row[0] if row else 0

    def set_forgotten_upto(self, position: int) -> None:
        """Note that the pictures of whoever was forgotten up to *position* have been deleted.

        Raises:
            PicturesUnavailableError: the file cannot be written.
        """
        self._note(_FORGOTTEN, position)

    def put_until(self, moment: int) -> tuple[str, ...]:
        """The people of whom pictures were put until a *moment*, in seconds since 1970, and after
        the one that `set_looked_through` noted.

        Raises:
            PicturesUnavailableError: the file cannot be read.
        """
        if self.path is None or not self._is_there():
            return ()
        with self._using() as connection:
            rows = connection.execute(
                "SELECT DISTINCT subject FROM pictures WHERE put_at <= ? AND put_at > "
                "coalesce((SELECT position FROM marks WHERE name = ?), 0)",
                (moment, _LOOKED_THROUGH),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def set_looked_through(self, moment: int) -> None:
        """Note that of every picture that was put until *moment* something came, or it was deleted.

        Raises:
            PicturesUnavailableError: the file cannot be written.
        """
        self._note(_LOOKED_THROUGH, moment)

    def back_up(self, path: Path) -> None:
        """Write a copy to a new file at *path*, encrypted as this one, while others go on; nothing
        where there are no pictures.

        Raises:
            PicturesUnavailableError: it cannot be written.
        """
        if self._is_there():
            with self._using() as connection, translated(path, PicturesUnavailableError):
                connection.execute("VACUUM INTO ?", (str(path),))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _note(self, mark: str, position: int) -> None:
        with self._using() as connection:
            connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (mark, position))

    def _is_there(self) -> bool:
        return self._connection is not None or (self.path is not None and self.path.exists())

    @contextmanager
    def _using(self) -> Generator[sqlite3.Connection]:
        with self._lock, translated(self.path or Path(":memory:"), PicturesUnavailableError):
            if self._connection is None:
                self._connection = self._open()
            yield self._connection

    def _open(self) -> sqlite3.Connection:
        if self.path is None:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            for statement in LAYOUT.tables:
                connection.execute(statement)
            return connection
        key = None if self._file is None else self._file.derived("pictures")
        access = prepare(self.path, LAYOUT, key)
        connection = connect(self.path, access, "FULL", key)
        connection.execute("PRAGMA secure_delete=ON").fetchall()
        return connection


def _named(key: bytes, picture: bytes) -> str:
    """A digest that tells nothing to who does not have the key."""
    names = hmac.digest(key, b"names of pictures", hashlib.sha256)
    return hmac.digest(names, picture, hashlib.sha256)[:_NAME_BYTES].hex()


def _label(subject: str, name: str) -> bytes:
    return f"picture {subject} {name}".encode()
