"""verify: a store of a million events in time, and each of 10,000 random single edits found.

What belongs here: two claims with their figures. What does not: drawing edits (edits), what verify checks (app.store).
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from app.store.accounts import first_coordinator
from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import AnswerGiven, PhaseConfirmed, PointerMoved
from app.tracking.recorder import Recorder, clock
from benchmarks.edits import unfound
from benchmarks.million import EVENTS, million_store

GOAL_S = 10.0
EDITS = 10_000
ROWS = """SELECT e.at_ns, e.utc, e.kind, e.payload, e.prev_hash, s.data
    FROM events e LEFT JOIN samples s USING (sitting, seq)"""
Row = dict[str, object]


def verified_s(store: Path) -> tuple[float, bool]:
    began = time.perf_counter()
    report = verify(store)
    return time.perf_counter() - began, report.sound and report.events >= EVENTS


def hashed_s(store: Path) -> float:
    """The floor: every row read and hashed once, nothing compared."""
    began = time.perf_counter()
    with closing(sqlite3.connect(store)) as connection:
        for row in connection.execute(ROWS):
            hashlib.sha256(b"".join(each if isinstance(each, bytes) else str(each).encode() for each in row)).digest()
    return time.perf_counter() - began


def edited(folder: Path) -> tuple[int, int]:
    """How many of the edits of a small store were found, and how many changed anything."""
    path = folder / "small.sqlite"
    writer = StoreWriter(path)
    first_coordinator(writer, "lead", "a long password")
    protocol = ProtocolRecord(sha256_of("edits"), "edits", "1", "demo", b"edits")
    for reader in ("R1", "R2"):
        enrol(writer, reader, protocol, lambda index: {"index": index}, models={"nodules": "ab12"})
        sitting = writer.begin_sitting(reader=reader, protocol_sha256=protocol.sha256, number=1)
        recorder = Recorder(writer, sitting)
        for trial in range(8):
            samples = tuple((clock() + n, 1.25 * n, 2.5, 3) for n in range(6))
            recorder.record(PointerMoved(at_ns=clock(), viewport=0, samples=samples))
            recorder.record(AnswerGiven(at_ns=clock(), trial=trial, phase=0, question="sure", value=40))
            recorder.commit(PhaseConfirmed(at_ns=clock(), trial=trial, phase=0, answers={"sure": 40})).result()
        if reader == "R1":
            recorder.end("finished").result()
    writer.close()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        with closing(sqlite3.connect(path)) as connection:
            connection.backup(copy)
        missed = unfound(copy, path, EDITS, seed=3)
    return EDITS - len(missed), EDITS


def measure() -> list[Row]:
    """The rows for the bench table."""
    with tempfile.TemporaryDirectory() as name:
        store = million_store(Path(name) / "million.sqlite")
        ours, sound = verified_s(store)
        floor = hashed_s(store)
        found, edits = edited(Path(name))
    return [
        {
            "name": "verify a store of a million events",
            "ours": round(ours, 2), "peer": round(floor, 2), "peer_name": "each row read and hashed, nothing compared",
            "ratio": round(ours / floor, 3), "unit": "s", "goal": f"<= {GOAL_S:g} s", "holds": sound and ours <= GOAL_S,
        },
        {
            "name": "random single edits of a store that verify finds",
            "ours": found, "peer": edits, "peer_name": "edits made", "ratio": round(found / edits, 4), "unit": "edits",
            "goal": f"{edits} of {edits}", "holds": found == edits,
        },
    ]  # fmt: skip


if __name__ == "__main__":
    for row in measure():
        print(row)
