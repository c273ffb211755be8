"""A store looked at from outside, also while a workstation holds it: for the coordinator's desk.

What belongs here: opening it so, and whether anything changed since the last look. What does not: questions to it
(reader), and writing, for which whoever holds the store is waited for (writer).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

from app.store.connection import beside
from app.store.copied import copied, log_of
from app.store.opening import open_connection

Signature = tuple[tuple[int, int], ...]  # (size, time of the last change in ns) of the store and of its log


def signature(path: Path) -> Signature:
    """Changes whenever the store does; cheap enough to ask every second. Empty where there is no store."""
    looked = (_looks(each) for each in (path, log_of(path)))
    return tuple(each for each in looked if each is not None)


def _looks(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:  # the log goes at any moment: when its workstation closes the store
        return None
    return found.st_size, found.st_mtime_ns


def is_held(path: Path) -> bool:
    """Whether some ReaderLab says that it holds the store; one that was killed may have left the word behind."""
    return beside(path).exists()


@contextmanager
def glimpse(path: Path) -> Iterator[Connection]:
    """A read-only connection to the store as of its last commit. Raises StudyProblem where it can't be read.

    A workstation holds its store exclusively, so that nobody can open it beside it: then a copy is opened.
    """
    if not path.is_file() or not is_held(path):
        with open_connection(path) as connection:
            yield connection
        return
    with copied(path) as copy, open_connection(copy) as connection:
        yield connection
