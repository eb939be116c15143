"""Connections to encrypted files: SQLCipher's, with the error classes of `sqlite3`."""

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cvsec_adapters.storage.connections import NotDecryptedError

if TYPE_CHECKING:
    import sqlite3 as dbapi2  # the same functions, and with types
else:
    from sqlcipher3 import dbapi2

M = TypeVar("M", bound=Callable[..., Any])


def connect(address: str, key: bytes, **how: Any) -> sqlite3.Connection:  # noqa: ANN401  # as sqlite3 has it
    """A connection that behaves as one of `sqlite3`.

    Args:
        address: the file as a URI.
        key: 32 bytes, used as they are: a passphrase would cost 0.1 s a connection.
        how: as for `sqlite3.connect`.

    Raises:
        sqlite3.Error: the file cannot be opened. That the key is wrong is found at the first read.
    """
    connection = _opened(address, how)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")  # before anything else
    connection.execute("PRAGMA cipher_log_level = NONE")  # errors are raised; stderr is not ours
    return connection


def rekey(connection: sqlite3.Connection, key: bytes) -> None:
    """Encrypt the whole file under another key, in one transaction.

    Raises:
        sqlite3.Error: it cannot be done; the file is as it was.
    """
    connection.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")


def _translated(method: M) -> M:
    @wraps(method)
    def translating(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as the method has it
        try:
            return method(*args, **kwargs)
        except dbapi2.Error as error:
            raise _told(error) from error

    return cast("M", translating)


def _told(error: Any) -> sqlite3.Error:  # noqa: ANN401  # an error of a package without types
    """The same error in the class that `sqlite3` has for it."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code == sqlite3.SQLITE_NOTADB:
        told: sqlite3.Error = NotDecryptedError(*error.args)
    else:
        told = getattr(sqlite3, type(error).__name__)(*error.args)
    told.sqlite_errorcode = code
    return told


class _Cursor(dbapi2.Cursor):
    execute = _translated(dbapi2.Cursor.execute)
    executemany = _translated(dbapi2.Cursor.executemany)
    fetchone = _translated(dbapi2.Cursor.fetchone)
    fetchmany = _translated(dbapi2.Cursor.fetchmany)
    fetchall = _translated(dbapi2.Cursor.fetchall)
    __next__ = _translated(dbapi2.Cursor.__next__)


class _Connection(dbapi2.Connection):
    row_class = dbapi2.Row
    """What makes rows whose columns have names."""

    def cursor(self, factory: Any = _Cursor) -> Any:  # noqa: ANN401  # as sqlite3 has it
        """A cursor; every statement goes through one."""
        return super().cursor(factory)

    commit = _translated(dbapi2.Connection.commit)
    rollback = _translated(dbapi2.Connection.rollback)
    close = _translated(dbapi2.Connection.close)
    create_function = _translated(dbapi2.Connection.create_function)


def _opened(address: str, how: dict[str, Any]) -> _Connection:
    try:
        return dbapi2.connect(address, factory=_Connection, **how)
    except dbapi2.Error as error:
        raise _told(error) from error
