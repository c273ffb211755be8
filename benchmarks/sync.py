"""Twenty stations, an hour of reading each, to one PostgreSQL at once over links that are cut at random.

What belongs here: that claim, with what it cost. What does not: what is done when (app.store.central.sync). Each
station is a process of its own that runs `readerlab sync` until it has nothing left to send; the peer is the same rows
of the same stores put into bare tables by COPY, over a whole link, in the same run. Skipped where PostgreSQL is not
installed.
"""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import AnswerGiven, CaseShown, PhaseConfirmed, PointerMoved, TrialStarted, ViewChanged
from app.tracking.recorder import Recorder
from benchmarks.postgres import BadLink, Server, home, server

STATIONS, HOUR_S, RATE_HZ, CHUNK_S = 20, 3600, 60, 5
BYTES_PER_CUT = 3_000_000
MS = 1_000_000
LOGGED = """SELECT s.uid, e.seq, e.hash, coalesce(length(p.data), 0) FROM events e JOIN sittings s ON s.id = e.sitting
    LEFT JOIN samples p ON p.sitting = e.sitting AND p.seq = e.seq"""
PEER = (
    "CREATE TABLE {0}_events (sitting BIGINT, seq BIGINT, at_ns BIGINT, utc TEXT, kind TEXT, payload TEXT, "
    "prev_hash BYTEA, hash BYTEA, PRIMARY KEY (sitting, seq))",
    "CREATE TABLE {0}_samples (sitting BIGINT, seq BIGINT, codec TEXT, data BYTEA, PRIMARY KEY (sitting, seq))",
)
Row = dict[str, object]


def an_hour(path: Path, reader: str) -> None:
    """A store with one sitting: an hour of pointer samples at 60 Hz, a view every 200 ms, a decision every minute."""
    protocol = ProtocolRecord(sha256_of("bench"), "bench", "1", "pilot", b"bench")
    writer = StoreWriter(path)
    enrol(writer, reader, protocol, lambda index: {"index": index})
    begun = writer.begin_sitting(reader=reader, protocol_sha256=protocol.sha256, number=0)
    recorder = Recorder(writer, begun)
    for second in range(0, HOUR_S, CHUNK_S):
        if second % 60 == 0:
            decide(recorder, second // 60, second * 1000 * MS)
        recorder.record(pointer(second))
        for view in range(5 * CHUNK_S):
            recorder.record(a_view(second * 1000 * MS + view * 200 * MS, view))
        if second % 600 == 0:
            writer.run(lambda connection: None).result()  # not further ahead than ten minutes
    recorder.end("finished").result()
    writer.close()


def pointer(second: int) -> PointerMoved:
    """The pointer wanders in smooth curves over the image, in hundredths of a pixel."""
    samples = []
    for step in range(RATE_HZ * CHUNK_S):
        at_s = second + step / RATE_HZ
        column, row = 256 + 200 * math.sin(at_s * 0.7), 256 + 180 * math.cos(at_s * 0.43)
        samples.append((int(at_s * 1e9), round(column, 2), round(row, 2), int(at_s * 3) % 200))
    return PointerMoved(at_ns=samples[-1][0], viewport=0, series_uid="1.2.826.0.1.9", samples=tuple(samples))


def a_view(at_ns: int, slice_index: int) -> ViewChanged:
    return ViewChanged(
        at_ns=at_ns, viewport=0, series_uid="1.2.826.0.1.9", slice_index=slice_index, centre_px=(255.5, 255.5),
        zoom=2.7, window_centre=-600.0, window_width=1500.0, inverted=False,
    )  # fmt: skip


def decide(recorder: Recorder, trial: int, at_ns: int) -> None:
    recorder.record(TrialStarted(at_ns=at_ns, trial=trial, case=f"c{trial}", condition="aided"))
    recorder.record(CaseShown(at_ns=at_ns, trial=trial))
    recorder.record(AnswerGiven(at_ns=at_ns, trial=trial, phase=0, question="suspicion", value=trial))
    recorder.record(PhaseConfirmed(at_ns=at_ns, trial=trial, phase=0, answers={"suspicion": trial}))


def synced(store: Path, to: str) -> int:
    """Run `readerlab sync` until it has nothing left to do; returns how often it had to be begun."""
    command = [sys.executable, "-m", "app", "sync", str(store), to, "--name", store.stem]
    offscreen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for tries in range(1, 1000):
        done = subprocess.run(command, capture_output=True, text=True, env=offscreen)
        if done.returncode == 0:
            return tries
    raise RuntimeError(done.stderr)


def gathered(running: Server, stores: list[Path]) -> tuple[float, int, int, bool]:
    """Seconds until every station was done, how often a link was cut and a sync begun, whether all is right."""
    from app.store.central.database import prepare

    running.sql("CREATE DATABASE lab")
    prepare(running.url("lab"), "bench")
    bad = BadLink(running.port, bytes_per_cut=BYTES_PER_CUT, seed=6)
    try:
        start = time.perf_counter()
        with ThreadPoolExecutor(len(stores)) as pool:
            begun = list(pool.map(lambda store: synced(store, running.url("lab", port=bad.port)), stores))
        taken = time.perf_counter() - start
    finally:
        bad.close()
    there = sorted(map(tuple, _plain(running.sql(LOGGED, "lab"))))
    own = sorted(row for store in stores for row in _logged(store))
    return taken, bad.cuts, sum(begun), there == own and verify(running.url("lab")).sound


def _logged(store: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(LOGGED).fetchall()


def _plain(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [(uid, seq, bytes(held), size) for uid, seq, held, size in rows]  # type: ignore[call-overload]


def bare(running: Server, stores: list[Path]) -> float:
    """Seconds for the same rows by COPY into tables with a key and nothing else: read, sent, committed once a store."""
    running.sql("CREATE DATABASE bare")
    for at in range(len(stores)):
        for shape in PEER:
            running.sql(shape.format(f"s{at}"), "bare")
    start = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: _copied(running, each[0], each[1]), enumerate(stores)))
    return time.perf_counter() - start


def _copied(running: Server, at: int, store: Path) -> None:
    import psycopg

    with closing(sqlite3.connect(store)) as own, psycopg.connect(running.url("bare")) as connection:
        for table in ("events", "samples"):
            with connection.cursor() as cursor, cursor.copy(f"COPY s{at}_{table} FROM STDIN") as copy:
                for row in own.execute(f"SELECT * FROM {table}"):
                    copy.write_row(row)


def measure() -> list[Row]:
    """The rows for the bench table; none, with a word, where PostgreSQL is missing."""
    if home() is None:
        print("sync: skipped, PostgreSQL's server is not installed", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as name, server("fsync=on") as running:
        stores = [Path(name) / f"station-{at:02}.sqlite" for at in range(STATIONS)]
        for at, store in enumerate(stores):
            an_hour(store, f"R{at:02}")
        size_mb = sum(store.stat().st_size for store in stores) / 1e6
        copies = [Path(shutil.copyfile(store, store.with_suffix(".copy"))) for store in stores]
        peer = bare(running, copies)
        taken, cuts, begun, right = gathered(running, stores)
    print(
        f"sync: {STATIONS} × 1 h, {size_mb:.0f} MB in {taken:.1f} s ({size_mb / taken:.1f} MB/s), links cut {cuts} "
        f"times, {begun} syncs begun; bare COPY {peer:.1f} s ({size_mb / peer:.1f} MB/s); "
        f"{'every event once' if right else 'NOT as sent'}",
        file=sys.stderr,
    )
    return [
        {
            "name": f"sync of {STATIONS} stations × 1 h at once, links cut {cuts} times: every event once, none lost",
            "ours": round(taken, 1),
            "peer": round(peer, 1),
            "peer_name": "COPY of the same rows into bare tables, links whole",
            "ratio": round(taken / peer, 2),
            "unit": "s",
            "goal": "each event once, none lost",
            "holds": right and cuts > 0,
        }
    ]
