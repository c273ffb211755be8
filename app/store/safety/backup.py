"""A copy of the store, made while it is open by SQLite's own online backup, and checked.

What belongs here: making one copy, checking it, keeping the newest few. What does not: when it is made (writer), and
putting one back, which people do (docs/safety.md).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from app.store.connection import connect, keep_private, make_private, scalar
from study_configs.problem import StudyProblem

FOLDER = "backups"
KEPT = 10
CUT_OFF_S = 86_400
STEP_PAGES = 256  # 1 MiB at a time; between two steps the store can be written
TODO = "The store itself is safe. Look at the disk of the backups; the next sign-out makes another one."


@dataclass(frozen=True, slots=True)
class Backups:
    """Where backups go and how many are kept, the newest; none are made where `kept` is 0."""

    folder: Path
    kept: int = KEPT


def beside(store: Path) -> Backups:
    """Backups of a store as they are made where nobody says otherwise."""
    return Backups(store.parent / FOLDER)


def back_up(
    connection: Connection, store: Path, backups: Backups, between: Callable[[], None] = lambda: None
) -> Path | None:
    """Copy the store that `connection` has open, check the copy, remove the oldest ones; returns the copy's path.

    `between` is called between two steps and may write through the same connection: what it writes is in the copy too.
    Raises StudyProblem where the copy can't be made or is not sound; it is removed then.
    """
    if not backups.kept:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    made = backups.folder / f"{store.stem}-{stamp}{store.suffix}"
    partial = made.with_name(made.name + ".partial")
    try:
        backups.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(partial)
        _copy(connection, partial, between)
        partial.rename(made)
        _remove_oldest(store, backups)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):  # the disk that failed may not even give its files back
            partial.unlink(missing_ok=True)
        said = f"A backup of the store could not be made ({error})."
        raise StudyProblem(said, where=str(backups.folder), todo=TODO) from error
    return made


def _copy(connection: Connection, to: Path, between: Callable[[], None]) -> None:
    """Copy, check, and leave one file that is on the disk. Raises OSError or sqlite3.Error."""
    with closing(connect(to)) as copy:
        connection.backup(copy, pages=STEP_PAGES, progress=lambda *_: between(), sleep=0)
        found = scalar(copy, "PRAGMA quick_check(1)")
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {found}")
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, also on read-only media
    keep_private(to)
    file = os.open(to, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _remove_oldest(store: Path, backups: Backups) -> None:
    """Only files that are backups by name; other people's files in the folder stay. So do copies that are being made,
    unless a day has passed: whoever made those was cut off."""
    stamped = f"{store.stem}-{8 * '[0-9]'}T{12 * '[0-9]'}Z{store.suffix}"
    for old in sorted(backups.folder.glob(stamped))[: -backups.kept]:
        old.unlink()
    for begun in backups.folder.glob(f"{stamped}.partial*"):
        if begun.stat().st_mtime < time.time() - CUT_OFF_S:
            begun.unlink()
