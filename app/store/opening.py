"""A store opened to be read: as it lies there, or with the tables of this program's version.

What belongs here: read-only connections, and copies where the file itself is not to be touched. What does not: what is
asked of it (reader), holding it to write (connection), looking at one that somebody holds (glimpse).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from sqlite3 import Connection

from app.store import migrations
from app.store.connection import APPLICATION_ID, DAMAGE, connect, problem_from, refuse_foreign, scalar
from app.store.copied import copied, log_of
from study_configs.problem import StudyProblem

COPIED = "(a copy, to be read)"  # stands as the program of the versions that only a private copy was brought to
BRING_UP = "Open it once for reading cases (`readerlab run`), which brings it up to date."


@contextmanager
def open_connection(path: Path) -> Iterator[Connection]:
    """A read-only connection to a store; SQLite's errors inside come out as StudyProblem.

    A store of an older version stays as it is: a private copy, gone afterwards, is brought up to date and read.
    """
    with _opened(path) as connection:
        if migrations.version_of(connection) < migrations.NEWEST:
            _bring_up_to_date(connection, path)
        yield connection


@contextmanager
def open_as_it_is(path: Path) -> Iterator[Connection]:
    """As `open_connection`, but with the tables of the version that the store has: to judge it, for one."""
    with _opened(path) as connection:
        yield connection


def refuse_older(connection: Connection, path: Path) -> None:
    """Raise StudyProblem for a store, open as it is, whose tables are those of an older version."""
    version = migrations.version_of(connection)
    if version < migrations.NEWEST:
        what = f"The store has version {version}; this needs one of version {migrations.NEWEST}."
        raise StudyProblem(what, where=str(path), todo=BRING_UP)


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    """Of any version that this program knows, and read-only; one of an older version is always a private copy, so that
    nothing of it is touched and nothing appears beside it."""
    if path.is_dir():
        raise StudyProblem(
            "This is a folder, not a store.",
            where=str(path),
            todo="Name the store in it: a file such as readerlab.sqlite.",
        )
    if not path.is_file():
        raise StudyProblem("There is no such store.", where=str(path), todo=_where_else(path))
    try:
        with ExitStack() as open_until_then:
            yield _connection(path, open_until_then)
    except sqlite3.Error as error:
        raise problem_from(error, path) from error


def _where_else(path: Path) -> str:
    """What to do about a store that is not there; somebody whose store was lost is told of its backups."""
    backups = path.parent / "backups"
    return f"Check the path. Backups lie in {backups}: docs/safety.md." if backups.is_dir() else "Check the path."


def _connection(path: Path, open_until_then: ExitStack) -> Connection:
    if _lies_older(path):
        return _of_a_copy(path, open_until_then)
    connection = connect(path, mode="ro")
    open_until_then.callback(connection.close)  # or whoever holds a refusal would go on holding the file
    try:
        _refuse_unreadable(connection, path)
    except sqlite3.Error as error:
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise
        return _on_read_only_media(path, open_until_then)
    return connection if migrations.version_of(connection) == migrations.NEWEST else _of_a_copy(path, open_until_then)


def _on_read_only_media(path: Path, open_until_then: ExitStack) -> Connection:
    """There SQLite can open a store only as immutable, which is right when nobody left a log beside it."""
    if log_of(path).exists():
        return _of_a_copy(path, open_until_then)
    connection = open_until_then.enter_context(closing(connect(path, mode="ro", immutable=True)))
    _refuse_unreadable(connection, path)
    return connection


def _of_a_copy(path: Path, open_until_then: ExitStack) -> Connection:
    copy = open_until_then.enter_context(copied(path))
    connection = open_until_then.enter_context(closing(connect(copy, mode="rw")))
    connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()  # nobody else knows it
    _refuse_unreadable(connection, path)
    connection.execute("PRAGMA query_only=ON").fetchall()
    return connection


def _lies_older(path: Path) -> bool:
    """Whether the file says that it is of an older version, asked so that nothing of it changes. What can't be asked
    thus is found out, and told, by opening it."""
    try:
        with closing(connect(path, mode="ro", immutable=True)) as connection:
            return 0 < migrations.version_of(connection) < migrations.NEWEST
    except (sqlite3.Error, *DAMAGE):
        return False


def _refuse_unreadable(connection: Connection, path: Path) -> None:
    refuse_foreign(connection, path)
    if scalar(connection, "PRAGMA application_id") != APPLICATION_ID or migrations.version_of(connection) == 0:
        raise StudyProblem("This file is not a ReaderLab store.", where=str(path), todo="Name another file.")


def _bring_up_to_date(copy: Connection, path: Path) -> None:
    """Raises StudyProblem about the store at `path` where that fails: it is damaged then."""
    try:
        copy.execute("PRAGMA query_only=OFF").fetchall()
        migrations.upgrade(copy, COPIED)
        copy.execute("PRAGMA query_only=ON").fetchall()
    except (sqlite3.Error, *DAMAGE) as error:
        raise problem_from(error, path) from error
