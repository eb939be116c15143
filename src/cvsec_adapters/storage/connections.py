"""SQLite connections as every file of ours wants them, and what SQLite's errors mean to people."""

import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from cvsec_adapters.storage.errors import ExtraMissingError, Kind, StorageUnavailableError

BUSY_SECONDS = 10.0
"""How long a statement waits for another process before it gives up."""

Access = Literal["create", "write", "read", "frozen"]
"""Make the file where it is missing; open it if it is there; only read it; only read it, and it
cannot change meanwhile."""

Synchronous = Literal["FULL", "NORMAL", "OFF"]

_URI: dict[Access, str] = {
    "create": "mode=rwc",
    "write": "mode=rw",
    "read": "mode=ro",
    "frozen": "mode=ro&immutable=1",
}

_HOW: dict[str, Any] = {
    "uri": True,
    "timeout": BUSY_SECONDS,
    "isolation_level": None,
    "check_same_thread": False,
    "cached_statements": 256,
}

_PLAIN = b"SQLite format 3\0"
_PAGE = 4096
_TEXT = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}

_KINDS: dict[int, Kind] = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_NOTADB: "not-database",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_READONLY: "read-only",
}


class NotDecryptedError(sqlite3.DatabaseError):
    """With the key that was given the file is no database."""


def connect(
    path: Path,
    access: Access = "write",
    synchronous: Synchronous = "FULL",
    key: bytes | None = None,
) -> sqlite3.Connection:
    """A connection in autocommit mode that may move between threads and remembers its statements.

    Args:
        path: the file.
        access: what may be done with it. A file that is made is its owner's alone.
        synchronous: what survives a power cut.
        key: of an encrypted file, 32 bytes; None: the file is plain.

    Raises:
        sqlite3.Error: there is no such file, or it cannot be opened.
        ExtraMissingError: there is a key, but what decrypts is not installed.
    """
    if access == "create" and not path.exists():
        _make_private(path)
    uri = f"{path.absolute().as_uri()}?{_URI[access]}"
    if key is None:
        connection = sqlite3.connect(uri, **_HOW)
    else:
        connection = _sqlcipher().connect(uri, key, **_HOW)
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA cache_size=-16384")  # KiB
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def _make_private(path: Path) -> None:
    """Make an empty file that its owner alone may read; those that SQLite lays beside it are the
    same. Where none can be made, SQLite says so in its own way.
    """
    with suppress(OSError):
        path.touch(mode=0o600)


def _sqlcipher() -> ModuleType:
    try:
        from cvsec_adapters.storage import sqlcipher
    except ModuleNotFoundError as error:
        raise ExtraMissingError("sqlcipher3") from error
    return sqlcipher


def rekey(path: Path, old: bytes, new: bytes) -> None:
    """Encrypt a file under another key, whole or not at all; nothing happens where it is so.

    Raises:
        sqlite3.Error: neither key opens it, or somebody else has it open.
    """
    done = opens(path, new)
    with closing(connect(path, key=new if done else old)) as connection:
        # It leaves the write-ahead log only where nobody else has it open.
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        if not done:
            _sqlcipher().rekey(connection, new)
    with closing(connect(path, key=new)) as connection:
        into_wal(connection)


def require_alone(path: Path) -> None:
    """Find out that nobody else has a plain file open.

    Raises:
        sqlite3.Error: somebody has.
    """
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        into_wal(connection)


def opens(path: Path, key: bytes) -> bool:
    """Whether *key* is the one of the file.

    Raises:
        sqlite3.Error: that cannot be found out.
    """
    try:
        with closing(connect(path, key=key)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except NotDecryptedError:
        return False
    return True


def row_class(connection: sqlite3.Connection) -> Any:  # noqa: ANN401  # each driver has one of its own
    """What makes rows whose columns have names."""
    return getattr(connection, "row_class", sqlite3.Row)


def truncate_wal(connection: sqlite3.Connection, *, patient: bool = True) -> bool:
    """Bring everything into the file itself and empty its write-ahead log.

    Args:
        connection: to the file.
        patient: wait for those who read.

    Returns:
        False where somebody reads for so long that it could not be emptied.
    """
    usual = round(BUSY_SECONDS * 1000)
    connection.execute(f"PRAGMA busy_timeout={usual if patient else 0}").fetchall()
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.execute(f"PRAGMA busy_timeout={usual}").fetchall()
    return not busy


def openings(path: Path, first: Access = "write") -> tuple[Access, ...]:
    """The ways to open a file that perhaps cannot be written, to be tried one after the other."""
    # In a folder that cannot be written SQLite refuses a write-ahead log unless it is told that
    # nothing changes; but then it does not see what stands in that log only.
    ahead = path.with_name(f"{path.name}-wal")
    if ahead.exists() and ahead.stat().st_size:
        return first, "read"
    return first, "read", "frozen"


def into_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log, so that readers and the writer do not wait for another.

    Raises:
        sqlite3.OperationalError: the file cannot be written, or stays locked.
    """
    # SQLite does not wait for others here, whatever the timeout says.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if kind_of(error) != "busy" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def immediate(connection: sqlite3.Connection) -> Generator[None]:
    """A transaction with the write lock from its beginning: taken later, it can fail at once."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """End the transaction, where SQLite has not done so itself (as on a full disk)."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def kind_of(error: sqlite3.Error) -> Kind:
    """What kind of trouble an error of SQLite tells of."""
    if isinstance(error, NotDecryptedError):
        return "wrong-key"
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return _KINDS.get(code & 0xFF, "unreadable")


@contextmanager
def translated(path: Path, into: type[StorageUnavailableError]) -> Generator[None]:
    """Let SQLite's errors out as ours.

    Raises:
        StorageUnavailableError: in the class *into*.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise into(str(path), kind_at(path, error)) from error


def kind_at(path: Path, error: sqlite3.Error) -> Kind:
    """What kind of trouble an error is, with a look at the path where SQLite knows too little."""
    kind = kind_of(error)
    if kind == "wrong-key" and _beginning(path).startswith(_PLAIN):
        return "plain"
    if kind == "not-database" and _is_encrypted(path):
        return "encrypted"
    if kind != "unreadable":
        return kind
    if path.is_dir():
        return "is-folder"
    if not path.parent.is_dir():
        return "no-folder"
    return kind if path.exists() else "read-only"  # it could not be made


def _is_encrypted(path: Path) -> bool:
    """Whether the file looks as one of SQLCipher does: whole pages of noise."""
    beginning = _beginning(path)
    return len(beginning) == _PAGE and not path.stat().st_size % _PAGE and not {*beginning} <= _TEXT


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_PAGE)
