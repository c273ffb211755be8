"""Connections to a store's file, and SQLite's errors in people's words.

What belongs here: opening, pragmas, naming who holds the store. What does not: SQL about study data. The workstation
speaks sqlite3 itself: importing SQLAlchemy (models) would cost it half a second before the first image.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from app.store import migrations
from study_configs.problem import StudyProblem

APPLICATION_ID = 0x524C4142  # "RLAB", in the file's header
LOCK_WAIT_S = 1.0


def connect(path: Path, *, mode: str = "rwc", immutable: bool = False) -> Connection:
    """A connection in autocommit (transactions are begun and ended in plain sight), to be used in one thread."""
    uri = f"{path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    # one thread uses it; another may be the one that frees it
    return sqlite3.connect(uri, uri=True, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)


def scalar(connection: Connection, query: str, values: Sequence[Any] = ()) -> Any:
    """The first value of the first row, None where there is no row. Raises sqlite3.Error."""
    try:
        row = connection.execute(query, values).fetchone()
    except UnicodeDecodeError as error:  # flipped bits in the schema: what SQLite says of them can't be read
        raise sqlite3.DatabaseError("malformed database schema") from error
    return None if row is None else row[0]


def open_exclusive(path: Path, program_version: str) -> Connection:
    """The one connection that writes: exclusive, WAL, synchronous=FULL, migrated to the newest version.

    Raises StudyProblem where the folder is missing, the file can't be written, is no store, is of a newer version, or
    another ReaderLab holds it.
    """
    if not path.parent.is_dir():
        raise StudyProblem(
            f"There is no folder {path.parent}.", where=str(path), todo="Make the folder or name another store."
        )
    if path.is_dir():
        raise StudyProblem("This is a folder, not a store.", where=str(path), todo="Name a file in it, with --store.")
    if path.exists() and not (_writable(path) and _writable(path.parent)):
        raise StudyProblem(
            "The store can't be written: the disk, folder or file is read-only.",
            where=str(path),
            todo="Choose a folder you may write in.",
        )
    try:
        connection = connect(path)
    except sqlite3.Error as error:
        raise problem_from(error, path) from error
    try:
        _hold(connection, path, program_version)
    except sqlite3.Error as error:
        connection.close()
        raise problem_from(error, path) from error
    except StudyProblem:
        connection.close()
        raise
    return connection


def _writable(path: Path) -> bool:
    """Asked of the system, never tried: closing a file of our own would drop SQLite's locks on it."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _hold(connection: Connection, path: Path, program_version: str) -> None:
    connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()  # before WAL: then no shared memory is used
    refuse_foreign(connection, path)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("BEGIN IMMEDIATE")  # takes the lock, or says that somebody else has it
    if scalar(connection, "PRAGMA application_id") != APPLICATION_ID:
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute("COMMIT")
    migrations.upgrade(connection, program_version)


def refuse_foreign(connection: Connection, path: Path) -> None:
    """Raise StudyProblem for a database that is not a store, or a store from a newer version."""
    tables = scalar(connection, "SELECT count(*) FROM sqlite_master")
    application = scalar(connection, "PRAGMA application_id")
    if tables and application != APPLICATION_ID:
        raise StudyProblem("This is a database, but not a ReaderLab store.", where=str(path), todo="Name another file.")
    version = migrations.version_of(connection)
    if version > migrations.NEWEST:
        raise StudyProblem(
            f"The store has version {version}; this program knows versions up to {migrations.NEWEST}.",
            where=str(path),
            todo="Open it with the newer ReaderLab that wrote it, or update this one. Nothing was changed.",
        )


def problem_from(error: Exception, path: Path, *, held: bool = False) -> StudyProblem:
    """What SQLite or the operating system says about a store, with what to do. `held`: it is tried again by itself."""
    said = str(error)
    what, todo = f"The store can't be used ({said}).", "Check the disk, then run `readerlab verify` on the store."
    for words, meaning, remedy in (*(HELD if held else NOT_DONE), *KNOWN):
        if words in said:
            what, todo = meaning, remedy
            break
    if "locked" in said:
        what = f"The store is in use by {holder(path)}."
    return StudyProblem(what, where=str(path), todo=todo)


KEEP_IT = "Keep the file as it is, go back to its last copy, and read on in another store (--store)."

HELD = (
    ("full", "The disk is full; answers are held in memory.", "Free some space; ReaderLab then saves by itself."),
    (
        "readonly",
        "The store can't be written any more: it is read-only.",
        "Make it writable; ReaderLab saves by itself.",
    ),
    ("disk I/O", "The disk reports errors; answers are held in memory.", "Check the disk and its cable."),
)
NOT_DONE = (
    ("full", "The disk is full, so this was not done.", "Free some space, then do it again."),
    ("No space left", "The disk is full, so this was not done.", "Free some space, then do it again."),
    (
        "readonly",
        "The store can't be written, so this was not done: it is read-only.",
        "Make it writable, then do it again.",
    ),
    ("disk I/O", "The disk reports errors, so this was not done.", "Check the disk and its cable, then do it again."),
)
KNOWN = (
    ("locked", "", "Close the other ReaderLab, or wait until it has finished."),
    ("unable to open", "The store can't be opened or made here.", "Check that you may write in that folder."),
    ("not a database", "This file is not a ReaderLab store.", "Name another file."),
    ("malformed", "The store is damaged.", KEEP_IT),
    ("decode to UTF-8", "The store is damaged.", KEEP_IT),
)


def beside(path: Path) -> Path:
    """Where the holder of a store says who it is. SQLite's lock decides; this file only gives it a name."""
    return path.with_name(path.name + ".holder")


def announce(path: Path) -> None:
    told = {
        "process": os.getpid(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "program": Path(sys.argv[0]).name,
    }
    beside(path).write_text(json.dumps(told), encoding="utf-8")


def holder(path: Path) -> str:
    """Who holds the store, as far as is known."""
    try:
        told = json.loads(beside(path).read_text(encoding="utf-8"))
        return f"another ReaderLab ({told['program'] or 'python'}, process {told['process']}, since {told['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another program"
