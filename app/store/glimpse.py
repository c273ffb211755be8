"""A store looked at from outside, also while a workstation holds it: for the coordinator's desk.

What belongs here: opening it so, and whether anything changed since the last look. What does not: questions to it
(reader), and writing, for which whoever holds the store is waited for (writer).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

from app.store.connection import beside
from app.store.reader import open_connection
from study_configs.problem import StudyProblem

ATTEMPTS = 5
WAL_HEADER = 32  # bytes; holds the salts, which change whenever the log is begun anew

Signature = tuple[tuple[int, int], ...]  # (size, time of the last change in ns) of the store and of its log


def signature(path: Path) -> Signature:
    """Changes whenever the store does; cheap enough to ask every second. Empty where there is no store."""
    return tuple((each.stat().st_size, each.stat().st_mtime_ns) for each in (path, _log_of(path)) if each.exists())


def is_held(path: Path) -> bool:
    """Whether some ReaderLab says that it holds the store; one that was killed may have left the word behind."""
    return beside(path).exists()


@contextmanager
def glimpse(path: Path) -> Iterator[Connection]:
    """A read-only connection to the store as of its last commit. Raises StudyProblem where it can't be read.

    A workstation holds its store exclusively, so that nobody can open it beside it. Then file and write-ahead log are
    copied and the copy is opened: while the salts of the log stay the same, the log only grows and holds every page
    that a checkpoint may just be writing into the file (sqlite.org/walformat.html), so that file first, log second
    gives the store as of the log's last commit. Where the log was begun anew meanwhile, it is copied again.
    """
    if not path.is_file() or not is_held(path):
        with open_connection(path) as connection:
            yield connection
        return
    with (
        tempfile.TemporaryDirectory(prefix="readerlab-glimpse-") as folder,
        open_connection(_copied(path, Path(folder))) as connection,
    ):
        yield connection


def _copied(path: Path, folder: Path) -> Path:
    copy = folder / path.name
    for _ in range(ATTEMPTS):
        before = _salts(path)
        shutil.copyfile(path, copy)
        _log_of(copy).unlink(missing_ok=True)
        if before:
            shutil.copyfile(_log_of(path), _log_of(copy))
        if _salts(path) == before:
            return copy
    raise StudyProblem(
        "The store changes too quickly to be looked at now.", where=str(path), todo="It is tried again by itself."
    )


def _salts(path: Path) -> bytes:
    try:
        with _log_of(path).open("rb") as log:
            return log.read(WAL_HEADER)
    except FileNotFoundError:
        return b""


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")
