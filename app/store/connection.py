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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import disk_usage
from sqlite3 import Connection
from typing import Any

from app.store import encryption, migrations
from study_configs.problem import ProgramError, StudyProblem
from study_configs.words import phrase

APPLICATION_ID = 0x524C4142  # "RLAB", in the file's header
LOCK_WAIT_S = 1.0
PRIVATE = 0o600
SHM_BYTES = 32 * 1024
BEGUN = b'"journal_begun": '
DAMAGE = (TypeError, ValueError, KeyError, AttributeError, RecursionError)  # what values not of their kind end in


def connect(path: Path, *, mode: str = "rwc", immutable: bool = False) -> Connection:
    """A connection in autocommit (transactions are begun and ended in plain sight), to be used in one thread.

    Where a key was named (encryption), to an encrypted store. Raises StudyProblem where the key can't be used.
    """
    uri = f"{path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    if encryption.wanted():
        return _encrypted(path, uri)
    # one thread uses it; another may be the one that frees it
    return sqlite3.connect(uri, uri=True, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)


def _encrypted(path: Path, uri: str) -> Connection:
    """As `connect`, with the key that was named. Raises StudyProblem where it can't be used, or the store is plain."""
    encryption.refuse_unready()
    encryption.refuse_plain(path)
    try:
        from app.store import sqlcipher
    except ImportError as error:
        raise encryption.needs(error) from error
    key = encryption.store_key()
    return sqlcipher.connect(uri, key, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)


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
        make_private(path)
        connection = connect(path)
    except (sqlite3.Error, OSError) as error:
        raise problem_from(error, path) from error
    try:
        _hold(connection, path, program_version)
    except (sqlite3.Error, OSError, *DAMAGE) as error:
        connection.close()
        raise problem_from(error, path) from error
    except StudyProblem:
        connection.close()
        raise
    return connection


def make_private(path: Path) -> None:
    """Make the file, for its owner alone whatever the umask, if there is none. Raises OSError."""
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    except FileExistsError:
        return
    os.close(file)
    path.chmod(PRIVATE)  # the umask may have taken more away


def keep_private(path: Path) -> None:
    """Take the store and the files that SQLite keeps beside it from group and others. SQLite gives those it makes the
    mode of the store. Somebody else's file stays as that person left it. Raises OSError."""
    for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
        if file.exists() and file.stat().st_mode & 0o077 and _is_ours(file):
            file.chmod(file.stat().st_mode & 0o700)


def _is_ours(path: Path) -> bool:
    return not hasattr(os, "geteuid") or os.geteuid() in (0, path.stat().st_uid)


def _writable(path: Path) -> bool:
    """Asked of the system, never tried: closing a file of our own would drop SQLite's locks on it."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _hold(connection: Connection, path: Path, program_version: str) -> None:
    connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()  # before WAL: then no shared memory is used
    refuse_foreign(connection, path)
    keep_private(path)
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
    said = "malformed" if isinstance(error, DAMAGE) else str(error)
    if "disk I/O" in said and _is_full(path):
        said = "full"
    what, todo = f"The store can't be used ({said}).", "Check the disk, then run `readerlab verify` on the store."
    for words, meaning, remedy in (*(HELD if held else NOT_DONE), *KNOWN):
        if words in said:
            what, todo = meaning, remedy
            break
    if "not a database" in said and not held and encryption.wanted():
        what, todo = encryption.WRONG_KEY, encryption.RIGHT_KEY
    if "locked" in said:
        what = f"The store is in use by {holder(path)}."
    return StudyProblem(what, where=str(path), todo=todo)


def _is_full(path: Path) -> bool:
    """Whether SQLite's I/O error means that there was no room for its index beside the store (-shm, 32 KiB)."""
    try:
        return disk_usage(path.parent).free < SHM_BYTES
    except OSError:
        return False


def why_not_opened(error: Exception, path: Path) -> StudyProblem | ProgramError:
    """What whoever opens a store is told, whatever went wrong."""
    if isinstance(error, StudyProblem | ProgramError):
        return error
    if isinstance(error, (sqlite3.Error, OSError, *DAMAGE)):
        return problem_from(error, path)
    return ProgramError(f"The store {path} could not be opened: {error!r}")


KEEP_IT = phrase(
    "Problems", "Keep the file as it is, go back to its last copy, and read on in another store (--store)."
)
NOT_HERE = phrase("Problems", "The store can't be opened or made here.")
MAY_WRITE = phrase("Problems", "Check that you may write in that folder.")
FULL = phrase("Problems", "The disk is full, so this was not done.")
FREE_SPACE = phrase("Problems", "Free some space, then do it again.")
FAILS = phrase("Problems", "The disk reports errors, so this was not done.")
READ_ONLY = phrase("Problems", "The store can't be written, so this was not done: it is read-only.")
HELD_FULL = phrase("Problems", "The disk is full; what you did since is held, not saved.")
HELD_FREE = phrase("Problems", "Free some space. ReaderLab then saves what is held by itself, and reading goes on.")
HELD_FAILS = phrase("Problems", "The disk reports errors; what you did since is held, not saved.")
HELD_DISK = phrase("Problems", "Check the disk and its cable. As soon as it can be written, ReaderLab saves by itself.")
HELD_READ_ONLY = phrase("Problems", "The store has become read-only; what you did since is held, not saved.")
HELD_WRITABLE = phrase("Problems", "Make the disk and the file writable. ReaderLab then saves by itself.")
HELD_DAMAGED = phrase("Problems", "The store is damaged; what you did since is held, not saved.")
HELD_LEAVE = phrase(
    "Problems", "Leave, and tell the coordinator of the study: keep the file, the backups and the emergency journal."
)

OR_ENCRYPTED = phrase("Problems", "Name another file; an encrypted store needs its key (readerlab --key-file).")

HELD = (
    ("full", HELD_FULL, HELD_FREE),
    ("No space left", HELD_FULL, HELD_FREE),
    ("readonly", HELD_READ_ONLY, HELD_WRITABLE),
    ("Read-only", HELD_READ_ONLY, HELD_WRITABLE),
    ("disk I/O", HELD_FAILS, HELD_DISK),
    ("Input/output", HELD_FAILS, HELD_DISK),
    ("malformed", HELD_DAMAGED, HELD_LEAVE),
    ("not a database", HELD_DAMAGED, HELD_LEAVE),
)
NOT_DONE = (
    ("full", FULL, FREE_SPACE),
    ("No space left", FULL, FREE_SPACE),
    ("readonly", READ_ONLY, phrase("Problems", "Make it writable, then do it again.")),
    ("Read-only", READ_ONLY, phrase("Problems", "Make it writable, then do it again.")),
    ("disk I/O", FAILS, phrase("Problems", "Check the disk and its cable, then do it again.")),
    ("Input/output", FAILS, phrase("Problems", "Check the disk and its cable, then do it again.")),
)
KNOWN = (
    ("locked", "", phrase("Problems", "Close the other ReaderLab, or wait until it has finished.")),
    ("unable to open", NOT_HERE, MAY_WRITE),
    ("Permission denied", NOT_HERE, MAY_WRITE),
    ("Operation not permitted", NOT_HERE, MAY_WRITE),
    ("No such file", NOT_HERE, MAY_WRITE),
    ("not a database", phrase("Problems", "This file is not a ReaderLab store."), OR_ENCRYPTED),
    ("malformed", phrase("Problems", "The store is damaged."), KEEP_IT),
    ("decode to UTF-8", phrase("Problems", "The store is damaged."), KEEP_IT),
)


def beside(path: Path) -> Path:
    """Where the holder of a store says who it is. SQLite's lock decides; this file only gives it a name."""
    return path.with_name(path.name + ".holder")


def announce(path: Path, journals: Path | None = None) -> None:
    """Say who holds the store, and where its emergency journal would be. Raises OSError."""
    told = {
        "process": os.getpid(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "program": Path(sys.argv[0]).name,
        "journals": str(journals or ""),
        "journal_begun": 0,
    }
    file = os.open(beside(path), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
    with os.fdopen(file, "w", encoding="utf-8") as holder_file:
        beside(path).chmod(PRIVATE)
        holder_file.write(json.dumps(told))


def announce_journal(path: Path, begun: bool) -> None:
    """Say whether an emergency journal was begun: one figure in place, which mostly goes on a full disk too.

    Raises OSError where it does not: then only those who know the journal's folder find it.
    """
    with beside(path).open("r+b") as file:
        at = file.read().find(BEGUN)
        if at >= 0:
            file.seek(at + len(BEGUN))
            file.write(b"1" if begun else b"0")
            file.flush()
            os.fsync(file.fileno())


@dataclass(frozen=True, slots=True)
class LastHolder:
    """What a holder that did not close the store left about its emergency journal; `journals` None where unknown."""

    journals: Path | None
    journal_begun: bool


def last_holder(path: Path) -> LastHolder:
    """What the last holder said, if it was cut off: one that closes takes its word away."""
    told = _told(path)
    journals = told.get("journals")
    return LastHolder(Path(journals) if journals else None, told.get("journal_begun") == 1)


def holder(path: Path) -> str:
    """Who holds the store, as far as is known."""
    told = _told(path)
    if not {"program", "process", "since"} <= told.keys():
        return "another program"
    return f"another ReaderLab ({told['program'] or 'python'}, process {told['process']}, since {told['since']})"


def _told(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(beside(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
