"""The way to the central database: transactions that are tried again where the link was cut.

What belongs here: connecting, trying again. What does not: what is done in a transaction (frozen, delivery):
each must find out by itself what an earlier try has left, since a cut in the middle of a commit hides how it ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from app.store.central.database import address_of, connect, connect_asking, is_cut, problem_from, refuse_other_version

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
PAUSES_S = (0.05, 0.2, 0.5, 1.0, 2.0)
AGAIN = ("40001", "40P01", "55P03")  # two transactions met: serialisation, deadlock, a lock not to be had
SETTINGS = (
    "SET lock_timeout = '60s'",
    "SET idle_in_transaction_session_timeout = '60s'",  # a link that is gone without a word holds no lock for longer
    "SET synchronous_commit = on",
)


class Link:
    """One connection at a time to a central database of this program's version.

    Raises StudyProblem where it can't be reached, or a transaction was cut six times one after the other.
    """

    def __init__(self, url: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.where = address_of(url)
        self._url, self._sleep = url, sleep
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = self._ready(connect_asking(url))

    def run(self, work: Callable[[psycopg.Connection[tuple[Any, ...]]], T]) -> T:
        """Do `work` in one transaction, again from its beginning where it was cut."""
        import psycopg

        for pause in (*PAUSES_S, None):
            try:
                if self._connection is None:
                    self._connection = self._ready(connect(self._url))
                with self._connection.transaction():
                    return work(self._connection)
            except Exception as error:
                cause = error if isinstance(error, psycopg.Error) else error.__cause__
                if not isinstance(cause, psycopg.Error):
                    raise
                if pause is None or not (is_cut(cause) or cause.sqlstate in AGAIN):
                    raise problem_from(cause, self.where) from cause
                self._drop()
                self._sleep(pause)
        raise AssertionError("the last pause is None")

    def close(self) -> None:
        self._drop()

    def _ready(self, connection: psycopg.Connection[tuple[Any, ...]]) -> psycopg.Connection[tuple[Any, ...]]:
        import psycopg

        try:
            refuse_other_version(connection, self.where)
            for setting in SETTINGS:
                connection.execute(setting)
        except psycopg.Error as error:
            connection.close()
            raise problem_from(error, self.where) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop(self) -> None:
        """The old connection may be dead already; closing it then says so."""
        import psycopg

        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
