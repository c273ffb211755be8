"""A store whose file is moved, deleted or unmounted under the connection that writes it, and its coming back.

What belongs here: noticing it, and whether what stands there now is the store as it was left. What does not: when that
is asked (writer).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection

from app.store.connection import open_exclusive, scalar
from study_configs.problem import StudyProblem
from study_configs.words import phrase

LOST = phrase("Problems", "The store was moved or deleted under ReaderLab; what you did since is held, not saved.")
PUT_BACK = phrase("Problems", "Put it back (with its -wal file) and leave ReaderLab open: it saves by itself.")
ANOTHER = phrase("Problems", "Another file stands where the store was; what you did since is held, not saved.")
HEAD = "SELECT events, hash FROM heads WHERE sitting = ?"

Identity = tuple[tuple[int, int] | None, ...]


def identity(path: Path) -> Identity:
    """Device and inode of the store and of its write-ahead log; None where one is missing."""
    return tuple(_inode(file) for file in (path, path.with_name(path.name + "-wal")))


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino)


def refuse_lost(path: Path, opened: Identity) -> None:
    """Inserts into an unlinked file go on succeeding. Raises StudyProblem where the file is not the one opened."""
    if identity(path) != opened:
        raise StudyProblem(LOST, where=str(path), todo=PUT_BACK)


def found_again(
    path: Path, opened: Identity, connection: Connection, uid: str, heads: Mapping[int, tuple[int, bytes]]
) -> Connection | None:
    """A connection to the store that stands at its place again, None where `connection` still is the right one.

    `heads` are the events and last hash of each sitting as they were last committed. Raises StudyProblem where another
    file, or an older copy, stands there, and what opening it raises; `connection` may be closed then.
    """
    found = identity(path)
    if found == opened or found[0] is None:
        return None
    if found[0] == opened[0]:
        _fold_in(connection)
    again = open_exclusive(path, "")
    if not _is_as_left(again, uid, heads):
        again.close()
        raise StudyProblem(ANOTHER, where=str(path), todo=PUT_BACK)
    connection.close()  # SQLite sees that its file was moved, and leaves the log alone that stands there now
    return again


def _fold_in(connection: Connection) -> None:
    """Only the log was taken away: SQLite has it open still, so the file gets all of it. Then the connection is closed,
    since two connections of one process to one file would take each other's locks away."""
    with suppress(sqlite3.ProgrammingError):  # an earlier try closed it
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close()


def _is_as_left(connection: Connection, uid: str, heads: Mapping[int, tuple[int, bytes]]) -> bool:
    if scalar(connection, "SELECT uid FROM act_heads") != uid:
        return False
    return all(connection.execute(HEAD, (sitting,)).fetchone() == head for sitting, head in heads.items())
