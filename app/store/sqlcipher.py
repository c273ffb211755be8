"""SQLCipher as if it were Python's own sqlite3: its connections, with sqlite3's errors.

What belongs here: the connection class and the keying of a file. What does not: which key (encryption), and everything
that is the same for a plain store (connection). The package `sqlcipher3` is optional; only encryption imports this.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlcipher3 import dbapi2


def connect(uri: str, key: bytes | None, **options: Any) -> sqlite3.Connection:
    """A connection to a file that `key` (32 bytes, used as they are) encrypts; to a plain one where it is None.

    Whether the key fits shows at the first read: sqlite3.DatabaseError, "file is not a database".
    """
    with _as_sqlite3():
        connection = dbapi2.connect(uri, uri=True, factory=_Connection, **options)
    connection.execute("PRAGMA cipher_log_level = NONE")  # what goes wrong is raised; nothing is to stand on stderr
    if key is not None:
        connection.execute(f"PRAGMA key = {keyed(key)}")
    return cast(sqlite3.Connection, connection)  # it does whatever sqlite3's does here, and raises the same


def keyed(key: bytes) -> str:
    """A raw key as SQLCipher's SQL takes it: no passphrase, so nothing is derived from it but by SQLCipher itself."""
    return f"\"x'{key.hex()}'\""


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except dbapi2.Error as error:
        kind: type[sqlite3.Error] = getattr(sqlite3, type(error).__name__, sqlite3.DatabaseError)
        raise kind(*error.args) from error
    except MemoryError as error:  # how a page that fails its check comes out of some statements
        raise sqlite3.DatabaseError("database disk image is malformed") from error


class _Cursor(dbapi2.Cursor):
    def execute(self, *given: Any) -> Any:
        with _as_sqlite3():
            return super().execute(*given)

    def executemany(self, *given: Any) -> Any:
        with _as_sqlite3():
            return super().executemany(*given)

    def executescript(self, *given: Any) -> Any:
        with _as_sqlite3():
            return super().executescript(*given)

    def fetchone(self) -> Any:
        with _as_sqlite3():
            return super().fetchone()

    def fetchmany(self, *given: Any) -> Any:
        with _as_sqlite3():
            return super().fetchmany(*given)

    def fetchall(self) -> Any:
        with _as_sqlite3():
            return super().fetchall()

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # it says that it gives itself
        with _as_sqlite3():
            yield from iter(super().__next__, None)  # no row is None; the end of the rows ends it


class _Connection(dbapi2.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        with _as_sqlite3():
            return super().cursor(factory)

    def execute(self, *given: Any) -> Any:
        return self.cursor().execute(*given)

    def executemany(self, *given: Any) -> Any:
        return self.cursor().executemany(*given)

    def executescript(self, *given: Any) -> Any:
        return self.cursor().executescript(*given)

    def backup(self, target: Any, **options: Any) -> None:
        with _as_sqlite3():
            super().backup(target, **options)

    def close(self) -> None:
        with _as_sqlite3():
            super().close()
