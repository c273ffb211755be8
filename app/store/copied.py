"""A store's files copied as they stand, also while a workstation holds them.

What belongs here: the copy. What does not: opening it (opening, glimpse), backups (safety).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from study_configs.problem import StudyProblem

ATTEMPTS = 5
WAL_HEADER = 32  # bytes; holds the salts, which change whenever the log is begun anew


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A private copy of the store as of its last commit, for as long as the block lasts. Raises StudyProblem, OSError.

    File and write-ahead log are copied: while the salts of the log stay the same, the log only grows and holds every
    page that a checkpoint may just be writing into the file (sqlite.org/walformat.html), so that file first, log second
    gives the store as of the log's last commit. Where the log was begun anew meanwhile, it is copied again.
    """
    with tempfile.TemporaryDirectory(prefix="readerlab-copy-") as folder:
        yield _copied(path, Path(folder))


def log_of(path: Path) -> Path:
    """Where a store's write-ahead log is, if it has one."""
    return path.with_name(path.name + "-wal")


def _copied(path: Path, folder: Path) -> Path:
    copy = folder / path.name
    for _ in range(ATTEMPTS):
        before = _salts(path)
        shutil.copyfile(path, copy)
        log_of(copy).unlink(missing_ok=True)
        if before:
            with suppress(FileNotFoundError):  # whoever held the store closed it, and took the log away
                shutil.copyfile(log_of(path), log_of(copy))
        if _salts(path) == before:
            return copy
    raise StudyProblem(
        "The store changes too quickly to be looked at now.", where=str(path), todo="It is tried again by itself."
    )


def _salts(path: Path) -> bytes:
    try:
        with log_of(path).open("rb") as log:
            return log.read(WAL_HEADER)
    except FileNotFoundError:
        return b""
