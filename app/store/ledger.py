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
from app.store.faults import Fault

SEALED = ("protocols", "readers", "orders", "models", "truths")  # their last column is the seal
VERSIONS = "schema_version"
KEYS = {  # how many of its first columns are a table's primary key
    "protocols": 1,
    "readers": 1,
    "orders": 2,
    "models": 3,
    "truths": 2,
    VERSIONS: 1,
}
SITTINGS = "SELECT uid, genesis FROM sittings ORDER BY id"
TOLD = "SELECT kind, payload FROM acts WHERE kind IN ('LedgerBegan', 'RowFrozen', 'SittingBegun', 'SittingSealed')"
ENDS = """SELECT s.uid, h.events, h.hash FROM sittings s JOIN heads h ON h.sitting = s.id
    WHERE s.ended_utc IS NOT NULL ORDER BY s.id"""


def begin(connection: Connection) -> None:
    """Tell of everything that is there, once: as the last step of making a store, or of one from before it was told."""
    rows = tuple((table, *held) for table in (*SEALED, VERSIONS) for held in _held(connection, table))
    sittings = tuple((uid, bytes(genesis).hex()) for uid, genesis in connection.execute(SITTINGS))
    record(connection, PROGRAM, LedgerBegan(rows, sittings))


def row_frozen(connection: Connection, table: str, row: Sequence[Any]) -> None:
    """Tell of a row in the transaction that puts it in. Its last value is its seal, but for schema_version."""
    record(connection, PROGRAM, RowFrozen(table, *_named(table, row)))


def sitting_begun(connection: Connection, uid: str, genesis: bytes) -> None:
    record(connection, PROGRAM, SittingBegun(uid, genesis.hex()))


def sitting_sealed(connection: Connection, uid: str, events: int, last: bytes) -> None:
    record(connection, PROGRAM, SittingSealed(uid, events, last.hex()))


def faults(connection: Connection) -> Iterator[Fault]:
    """What the tables and the acts disagree on. A store without a ledger is one of before version 3."""
    told = _Told()
    for kind, text in connection.execute(TOLD):
        told.take(kind, json.loads(text))
    if not told.began:
        yield Fault("The act that tells what the store held at its beginning is gone.", table="acts")
        return
    for table in (*SEALED, VERSIONS):
        yield from _row_faults(table, told.rows[table], _held(connection, table), told.keys)
    yield from _sitting_faults(connection, told)


def _row_faults(
    table: str, told: Counter[str], held: list[tuple[str, str]], keys: dict[tuple[str, str], str]
) -> Iterator[Fault]:
    """Rows of one table by their seals; one that was changed is both: a row that is gone, and one that nobody told."""
    there, by_seal = Counter(seal for seal, _ in held), dict(held)
    put_in = list((there - told).elements())
    changed = {by_seal[seal] for seal in put_in}
    for seal in (told - there).elements():
        key = keys.get((table, seal), "")
        if key not in changed:
            yield Fault(f"A row of {table} that was written is missing: {key or 'seal ' + seal}.", table=table, key=key)
    known = {keys.get((table, seal), "") for seal in told}
    for seal in put_in:
        key = by_seal[seal]
        how = "was changed" if key in known else "was put in past the program, or changed"
        yield Fault(f"A row of {table} {how}: {key}.", table=table, key=key)


class _Told:
    """What the acts say that there is."""

    def __init__(self) -> None:
        self.began = False
        self.rows: dict[str, Counter[str]] = {table: Counter() for table in (*SEALED, VERSIONS)}
        self.keys: dict[tuple[str, str], str] = {}  # what the acts say that a row's key is, by table and seal
        self.sittings: dict[str, str] = {}
        self.ends: dict[str, tuple[int, str]] = {}

    def take(self, kind: str, values: dict[str, Any]) -> None:
        match kind:
            case "LedgerBegan":
                self.began = True
                for table, seal, *key in values["rows"]:
                    self._row(table, seal, *key)
                self.sittings.update(values["sittings"])
            case "RowFrozen":
                self._row(values["table"], values["seal"], values.get("key", ""))
            case "SittingBegun":
                self.sittings[values["sitting"]] = values["genesis"]
            case "SittingSealed":
                self.ends[values["sitting"]] = (values["events"], values["hash"])

    def _row(self, table: str, seal: str, key: str = "") -> None:
        self.rows[table][seal] += 1
        self.keys[table, seal] = key


def _sitting_faults(connection: Connection, told: _Told) -> Iterator[Fault]:
    held = {uid: bytes(genesis).hex() for uid, genesis in connection.execute(SITTINGS)}
    for uid in told.sittings.keys() - held.keys():
        yield Fault(f"Sitting {uid} was begun and is not there.", uid=uid)
    for uid, genesis in held.items():
        if told.sittings.get(uid) != genesis:
            yield Fault(f"Sitting {uid} was put in past the program, or its row was changed.", uid=uid)
    ends = {uid: (events, bytes(last).hex()) for uid, events, last in connection.execute(ENDS)}
    for uid, sealed in told.ends.items():
        if uid in held and ends.get(uid) != sealed:
            yield Fault(f"Sitting {uid} does not end as it was sealed.", uid=uid)


def _held(connection: Connection, table: str) -> list[tuple[str, str]]:
    return [_named(table, row) for row in connection.execute(f"SELECT * FROM {table}").fetchall()]


def _named(table: str, row: Sequence[Any]) -> tuple[str, str]:
    """A row's seal and its key."""
    seal = chain.seal(row) if table == VERSIONS else str(row[-1])
    return seal, " ".join(str(each) for each in row[: KEYS[table]])
