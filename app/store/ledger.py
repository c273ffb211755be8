"""The acts' chain told of every row that is never changed, so that one put in or taken out is found.

What belongs here: telling, and holding the tables against what was told. What does not: each row's own seal and each
sitting's own chain (verify). Without it, the last reader enrolled, or a whole sitting, could be deleted unseen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from app.store import chain
from app.store.acts import PROGRAM, LedgerBegan, RowFrozen, SittingBegun, SittingSealed, record

SEALED = ("protocols", "readers", "orders", "models", "truths")  # their last column is the seal
VERSIONS = "schema_version"
SITTINGS = "SELECT uid, genesis FROM sittings ORDER BY id"
TOLD = "SELECT kind, payload FROM acts WHERE kind IN ('LedgerBegan', 'RowFrozen', 'SittingBegun', 'SittingSealed')"
ENDS = """SELECT s.uid, h.events, h.hash FROM sittings s JOIN heads h ON h.sitting = s.id
    WHERE s.ended_utc IS NOT NULL ORDER BY s.id"""


def begin(connection: Connection) -> None:
    """Tell of everything that is there, once: as the last step of making a store, or of one from before it was told."""
    rows = tuple((table, seal) for table in (*SEALED, VERSIONS) for seal in _seals(connection, table))
    sittings = tuple((uid, bytes(genesis).hex()) for uid, genesis in connection.execute(SITTINGS))
    record(connection, PROGRAM, LedgerBegan(rows, sittings))


def row_frozen(connection: Connection, table: str, row: Sequence[Any]) -> None:
    """Tell of a row in the transaction that puts it in. Its last value is its seal, but for schema_version."""
    record(connection, PROGRAM, RowFrozen(table, chain.seal(row) if table == VERSIONS else row[-1]))


def sitting_begun(connection: Connection, uid: str, genesis: bytes) -> None:
    record(connection, PROGRAM, SittingBegun(uid, genesis.hex()))


def sitting_sealed(connection: Connection, uid: str, events: int, last: bytes) -> None:
    record(connection, PROGRAM, SittingSealed(uid, events, last.hex()))


def faults(connection: Connection) -> Iterator[str]:
    """What the tables and the acts disagree on, in sentences. A store without a ledger is one of before version 3."""
    told = _Told()
    for kind, text in connection.execute(TOLD):
        told.take(kind, json.loads(text))
    if not told.began:
        yield "The act that tells what the store held at its beginning is gone."
        return
    for table in (*SEALED, VERSIONS):
        held = Counter(_seals(connection, table))
        lost, put_in = told.rows[table] - held, held - told.rows[table]
        if lost:
            yield f"{_rows(lost.total())} of {table} that were written are not there, or changed."
        if put_in:
            yield f"{_rows(put_in.total())} of {table} were put in past the program, or changed."
    yield from _sitting_faults(connection, told)


class _Told:
    """What the acts say that there is."""

    def __init__(self) -> None:
        self.began = False
        self.rows: dict[str, Counter[str]] = {table: Counter() for table in (*SEALED, VERSIONS)}
        self.sittings: dict[str, str] = {}
        self.ends: dict[str, tuple[int, str]] = {}

    def take(self, kind: str, values: dict[str, Any]) -> None:
        match kind:
            case "LedgerBegan":
                self.began = True
                for table, seal in values["rows"]:
                    self.rows[table][seal] += 1
                self.sittings.update(values["sittings"])
            case "RowFrozen":
                self.rows[values["table"]][values["seal"]] += 1
            case "SittingBegun":
                self.sittings[values["sitting"]] = values["genesis"]
            case "SittingSealed":
                self.ends[values["sitting"]] = (values["events"], values["hash"])


def _sitting_faults(connection: Connection, told: _Told) -> Iterator[str]:
    held = {uid: bytes(genesis).hex() for uid, genesis in connection.execute(SITTINGS)}
    for uid in told.sittings.keys() - held.keys():
        yield f"Sitting {uid} was begun and is not there."
    for uid, genesis in held.items():
        if told.sittings.get(uid) != genesis:
            yield f"Sitting {uid} was put in past the program, or its row was changed."
    ends = {uid: (events, bytes(last).hex()) for uid, events, last in connection.execute(ENDS)}
    for uid, sealed in told.ends.items():
        if uid in held and ends.get(uid) != sealed:
            yield f"Sitting {uid} does not end as it was sealed."


def _seals(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [chain.seal(row) if table == VERSIONS else str(row[-1]) for row in rows]


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
