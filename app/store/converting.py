"""A store put under a key, and back: a new file beside it, checked, then put in its place.

What belongs here: the conversion, and what of the old plain store is left afterwards. What does not: keys (encryption)
and opening stores (connection).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from app.store import encryption
from app.store.connection import (
    APPLICATION_ID,
    LOCK_WAIT_S,
    PRIVATE,
    last_holder,
    make_private,
    problem_from,
    refuse_foreign,
    scalar,
)
from app.store.migrations import version_of
from app.store.opening import refuse_older
from app.store.safety import journal
from app.store.safety.backup import FOLDER
from app.store.verify import ACTS_SINCE, VerifyReport, verify_open
from study_configs.problem import StudyProblem


@dataclass(frozen=True, slots=True)
class Converted:
    """What was done. `plain_copies` are backups that still hold the store in clear, as far as they lie beside it."""

    path: Path
    events: int
    plain_copies: tuple[Path, ...]


def encrypt(store: Path, key: bytes) -> Converted:
    """Put a plain store under a key. Raises StudyProblem, and changes nothing then."""
    if not store.is_file():
        raise StudyProblem("There is no such store.", where=str(store), todo="Check the path.")
    if not encryption.is_plain(store):
        raise StudyProblem(
            "The store is encrypted already.", where=str(store), todo="`readerlab decrypt` puts it back in clear."
        )
    return _converted(store, None, key)


def decrypt(store: Path, key: bytes) -> Converted:
    """Put an encrypted store back in clear. Raises StudyProblem, and changes nothing then."""
    if not store.is_file():
        raise StudyProblem("There is no such store.", where=str(store), todo="Check the path.")
    if encryption.is_plain(store):
        raise StudyProblem("The store is not encrypted.", where=str(store), todo="There is nothing to do.")
    return _converted(store, key, None)


def _converted(store: Path, before: bytes | None, after: bytes | None) -> Converted:
    made = store.with_name(store.name + ".converted")
    try:
        with closing(_opened(store, before)) as connection:
            _hold(connection, store)
            report = _sound(connection, store)
            made.unlink(missing_ok=True)
            make_private(made)
            _copy(connection, made, after)
            with closing(_opened(made, after)) as copy:
                _refuse_other(report, _sound(copy, made))
            _put_in_place(made, store)
    except (sqlite3.Error, OSError) as error:
        raise _told(error, store, before) from error
    finally:
        with suppress(OSError):
            made.unlink(missing_ok=True)
    return Converted(store, report.events, tuple(_plain_copies(store)))


def _told(error: Exception, store: Path, key: bytes | None) -> StudyProblem:
    if key is not None and "not a database" in str(error):
        return StudyProblem(encryption.WRONG_KEY, where=str(store), todo=encryption.RIGHT_KEY)
    return problem_from(error, store)


def _opened(path: Path, key: bytes | None) -> Connection:
    try:
        from app.store import sqlcipher
    except ImportError as error:
        raise encryption.needs(error) from error
    return sqlcipher.connect(
        f"{path.absolute().as_uri()}?mode=rw", key, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False
    )


def _hold(connection: Connection, store: Path) -> None:
    """Alone with the store, all of it in one file. Raises StudyProblem while rows of it wait elsewhere."""
    connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("COMMIT")
    refuse_foreign(connection, store)
    if scalar(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise StudyProblem("This file is not a ReaderLab store.", where=str(store), todo="Name another file.")
    if version_of(connection) < ACTS_SINCE:  # it has no name yet, by which its journals would be found
        refuse_older(connection, store)
    folder = last_holder(store).journals
    folders = [each for each in (journal.default_folder(), folder) if each is not None and each.is_dir()]
    uid = str(scalar(connection, "SELECT uid FROM act_heads"))
    if last_holder(store).journal_begun or journal.left_behind(folders, uid):
        raise StudyProblem(
            "Answers of this store wait in an emergency journal.",
            where=str(store),
            todo="Open the store once as it is (`readerlab run`), then they are saved; convert it afterwards.",
        )
    connection.execute("PRAGMA journal_mode=DELETE").fetchall()


def _sound(connection: Connection, path: Path) -> VerifyReport:
    report = verify_open(connection, path)
    if not report.sound:
        raise StudyProblem(
            f"The store is damaged: {report.problems[0].what}",
            where=str(path),
            todo="Nothing was changed. Run `readerlab verify`.",
        )
    return report


def _copy(connection: Connection, to: Path, key: bytes | None) -> None:
    from app.store import sqlcipher

    connection.execute(f"ATTACH DATABASE ? AS made KEY {sqlcipher.keyed(key) if key else repr('')}", (str(to),))
    connection.execute("SELECT sqlcipher_export('made')").fetchall()
    connection.execute(f"PRAGMA made.application_id={APPLICATION_ID}")
    connection.execute("DETACH DATABASE made")


def _refuse_other(before: VerifyReport, after: VerifyReport) -> None:
    same = ("sittings", "events", "heads", "acts")
    if any(getattr(before, each) != getattr(after, each) for each in same):
        raise StudyProblem("The converted store is not the same.", where=before.path, todo="Nothing was changed.")


def _put_in_place(made: Path, store: Path) -> None:
    """Raises OSError; until the rename nothing has changed."""
    made.chmod(PRIVATE)
    with _file(made) as file:
        os.fsync(file)
    made.replace(store)
    store.with_name(store.name + "-shm").unlink(missing_ok=True)  # of the log that was folded in
    if os.name == "posix":
        with _file(store.parent) as folder:
            os.fsync(folder)


@contextmanager
def _file(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY)
    try:
        yield file
    finally:
        os.close(file)


def _plain_copies(store: Path) -> Iterator[Path]:
    for copy in sorted((store.parent / FOLDER).glob(f"{store.stem}-*{store.suffix}")):
        if encryption.is_plain(copy):
            yield copy
