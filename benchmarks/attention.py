"""Attention for a store of a million events: how long until every reader's figures are there.

What belongs here: one claim with its figures. What does not: making the store (million), what the figures mean.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from app.analysis.attention import attention_of, summaries, to_text
from app.store.location import open_any
from benchmarks.million import million_store

GOAL_S = 10.0
Row = dict[str, object]


def rows_read_s(store: Path) -> float:
    """How long SQLite takes to hand over every row of the log and its samples, and nothing else."""
    start = time.perf_counter()
    with open_any(store) as reader:
        query = "SELECT e.payload, s.data FROM events e LEFT JOIN samples s ON s.sitting = e.sitting AND s.seq = e.seq"
        for _ in reader.connection.execute(query):
            pass
    return time.perf_counter() - start


def measure(store: Path | None = None) -> list[Row]:
    """The row for the bench table; without a store one is made, which takes a minute or two."""
    if store is None:
        with tempfile.TemporaryDirectory() as name:
            return measure(million_store(Path(name) / "million.sqlite"))
    peer_s = rows_read_s(store)
    start, cpu = time.perf_counter(), time.process_time()
    found = attention_of(store)
    table = to_text(summaries(found))
    taken_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    with open_any(store) as reader:
        events = reader.connection.execute("SELECT COUNT(*) FROM events").fetchone()[0]
    return [
        {
            "name": f"attention for a store of {events:,} events ({cpu_s:.1f} s of this process's CPU)",
            "ours": round(taken_s, 2),
            "peer": round(peer_s, 2),
            "peer_name": "SQLite alone: every row handed over",
            "ratio": round(taken_s / peer_s, 2),
            "unit": "s",
            "goal": f"<= {GOAL_S:g} s",
            "holds": bool(table) and taken_s <= GOAL_S,
        }
    ]


if __name__ == "__main__":
    for row in measure():
        print(row)
