"""What the central database holds of what was just written to it, asked before the commit.

What belongs here: holding its rows against those that were sent, whatever triggers or rules somebody put there. What
does not: writing them (frozen, delivery). A sender may not read the tables; the views just_… show it the rows of its
own transaction alone (tables.JUST). What is changed after the commit is found by `readerlab verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from app.store.central.outgoing import Log, Row
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"  # triggers that would wait for the commit do their work now
EVENTS = """SELECT count(*), sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws('|', seq, at_ns, utc, kind, payload), 'UTF8') || prev_hash || hash), '' ORDER BY seq), ''))
    FROM just_events WHERE sitting = %s"""
SAMPLES = """SELECT count(*), sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws('|', seq, codec), 'UTF8') || data), '' ORDER BY seq), ''))
    FROM just_samples WHERE sitting = %s"""
TELL = "Tell its administrator: a trigger or a rule there alters data. Nothing of it was kept."


def refuse_other_rows(connection: Connection, table: str, sent: Iterable[Row], *, all_new: bool = False) -> None:
    """Raise StudyProblem where a row that was just written is none of those sent; with `all_new`, also where one of
    those is missing."""
    connection.execute(AT_ONCE)
    there = _values(connection.cursor(binary=True).execute(f"SELECT * FROM just_{table}").fetchall())
    given = _values(sent)
    if there - given or (all_new and given - there):
        raise StudyProblem(
            f"The central database keeps rows of {table} otherwise than they were sent.",
            where=_address(connection),
            todo=TELL,
        )


def refuse_missing(connection: Connection, table: str, columns: Sequence[str], sent: Iterable[Row]) -> None:
    """Raise StudyProblem where a row that was sent is not there: neither new nor from before. `sent` are the values of
    the columns, which begin its key."""
    wanted = set(sent)
    query = f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} = ANY(%s)"
    if wanted - set(connection.execute(query, (list({row[0] for row in wanted}),)).fetchall()):
        raise StudyProblem(
            f"The central database drops rows of {table} that were sent.", where=_address(connection), todo=TELL
        )


def is_stored(connection: Connection, sitting: int, log: Log) -> bool:
    """Whether the events and samples that were just written under a sitting (id there) are those of the log."""
    connection.execute(AT_ONCE)
    events = connection.execute(EVENTS, (sitting,)).fetchone()
    samples = connection.execute(SAMPLES, (sitting,)).fetchone()
    return (events, samples) == (_digest(log.events, bound=2), _digest(log.samples, bound=1))


def _digest(rows: list[Row], bound: int) -> tuple[int, bytes]:
    """As EVENTS and SAMPLES; the last `bound` values of a row are bytes."""
    whole = hashlib.sha256()
    for row in rows:
        text = "|".join(str(value) for value in row[:-bound])
        whole.update(hashlib.sha256(text.encode() + b"".join(row[-bound:])).digest())
    return len(rows), whole.digest()


def _values(rows: Iterable[Row]) -> set[Row]:
    return {tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in rows}


def _address(connection: Connection) -> str:
    return f"{connection.info.host}:{connection.info.port}/{connection.info.dbname}"
