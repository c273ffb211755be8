"""The store under load: how many events a second it makes safe, and how large an hour of reading is.

What belongs here: those two claims, on a made-up hour of reading CTs. What does not: what one event costs the thread
that draws (record), what survives (faults).
"""

from __future__ import annotations

import gc
import math
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.event_rows import row_of
from app.store.migrations import SCRIPT, statements_of
from app.store.reader import ProtocolRecord
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking import events as e
from app.tracking.recorder import Recorder

SECOND = 1_000_000_000
HOUR_S, CASES, SLICES = 3600, 30, 300
SAMPLES_PER_S, BEAT_NS = 60, SECOND // 5  # pointer positions, and how often the observer hands them on
ROUNDS = 3
BATCH = 2_000  # of the peer: a tenth of a second at the rate to be reached, as our writer waits
RATE, SIZE_MB, MOST_SLOWER = 20_000, 25.0, 2.0
SERIES = "1.2.826.0.1.3680043.8.498.45787841905188114249{:04}"
TABLES = ("events", "samples")
Row = dict[str, Any]


def an_hour(chance: random.Random) -> list[e.Event]:
    """An hour at a workstation, the pointer moving all the time: 30 CTs, each scrolled through about twice."""
    length = HOUR_S * SECOND // CASES
    happened = [event for case in range(CASES) for event in a_case(chance, case, case * length, length)]
    pointer = the_way(chance, HOUR_S)
    return sorted([*happened, *pointer], key=lambda event: event.at_ns)


def a_case(chance: random.Random, case: int, start: int, length: int) -> Iterator[e.Event]:
    series, here = SERIES.format(case), {"trial": case, "phase": 0}
    half = start + length // 2
    affine = (0.7, 0.0, 0.0, -180.0, 0.0, 0.7, 0.0, -180.0, 0.0, 0.0, 1.0, -300.5, 0.0, 0.0, 0.0, 1.0)
    opened = {"series_uid": series, "modality": "CT", "rows": 512, "columns": 512, "frames": SLICES}
    yield e.TrialStarted(at_ns=start, trial=case, case=f"case-{case:03}", condition="reader_first")
    yield e.SeriesOpened(at_ns=start + 1, trial=case, affine=affine, **opened)
    yield view(start + 2, series, 0)
    yield e.CaseShown(at_ns=start + 2, trial=case)
    yield e.PhaseStarted(at_ns=start + 3, **here, layers=())
    yield from scrolled(chance, series, start + SECOND, length // 2 - 2 * SECOND)
    yield from answered(chance, case, 0, series, half - SECOND)
    yield e.PhaseStarted(at_ns=half, trial=case, phase=1, layers=("boxes",))
    yield from advised(chance, half)
    yield from scrolled(chance, series, half + SECOND, length // 2 - 3 * SECOND)
    yield from answered(chance, case, 1, series, start + length - SECOND)


def scrolled(chance: random.Random, series: str, start: int, length: int) -> Iterator[e.Event]:
    """Bursts of the wheel through the stack, and the window dragged once."""
    turns = sorted(chance.randrange(length) for _ in range(SLICES))
    for at, turn in enumerate(turns):
        now = start + turn
        yield e.WheelTurned(at_ns=now, viewport=0, steps=-1.0, stamp_ms=now // 1_000_000)
        yield view(now + 12_000_000, series, at % SLICES)
    for at in range(10):
        yield e.CommandIssued(at_ns=start + length * at // 10, command="window.lung", source="key")
    for step in range(30):
        now = start + length // 2 + step * 33_000_000
        yield view(now, series, SLICES // 2, window_centre=-600.0 + step, window_width=1500.0 + 3 * step)


def view(at_ns: int, series: str, slice_index: int, **changed: float) -> e.ViewChanged:
    window = {"window_centre": -600.0, "window_width": 1500.0, **changed}
    fit = {"centre_px": (255.5, 255.5), "zoom": 2.109375, "inverted": False, "size_px": (1240, 1080)}
    return e.ViewChanged(at_ns=at_ns, viewport=0, series_uid=series, slice_index=slice_index, **window, **fit)


def answered(chance: random.Random, case: int, phase: int, series: str, at_ns: int) -> Iterator[e.Event]:
    here = {"trial": case, "phase": phase}
    place = {"series_uid": series, "sop_uid": series + ".117", "slice_index": 117, "column": 200.25, "row": 310.5}
    yield e.MarkPlaced(at_ns=at_ns, **here, question="nodules", mark="m1", **place, position_mm=(-39.8, 37.4, -183.5))
    for number in range(4):
        value = chance.randint(0, 100)
        yield e.AnswerGiven(at_ns=at_ns + number, **here, question="suspicion", value=value)
    answers = {"suspicion": value, "recall": True, "nodules": ("m1",)}
    yield e.PhaseConfirmed(at_ns=at_ns + 5, **here, answers=answers)


def advised(chance: random.Random, start: int) -> Iterator[e.Event]:
    """Boxes that come and go in the viewport while the stack is scrolled."""
    for at in range(40):
        share = round(chance.random(), 2)
        elements = (("boxes", f"lung_cad/{at % 4}", "box", 0.5, 1.0, share),) if at % 2 else ()
        yield e.ExposureChanged(at_ns=start + SECOND + at * SECOND, viewport=0, elements=elements)


def the_way(chance: random.Random, seconds: int) -> Iterator[e.PointerMoved]:
    """A pointer that swings over the image with a hand's tremor, in the observer's batches."""
    step = SECOND // SAMPLES_PER_S
    case_ns, batch, beat = HOUR_S * SECOND // CASES, [], 0
    for at in range(seconds * SAMPLES_PER_S):
        now, turn = at * step + chance.randrange(2_000_000), at / SAMPLES_PER_S
        column = 256 + 180 * math.sin(turn / 1.7) + chance.gauss(0, 0.6)
        row = 256 + 150 * math.sin(turn / 1.1) + chance.gauss(0, 0.6)
        if now // BEAT_NS != beat and batch:
            yield moved(batch, case_ns)
            batch = []
        beat = now // BEAT_NS
        batch.append((now, round(100 * column) / 100, round(100 * row) / 100, int(turn * 5) % SLICES))
    yield moved(batch, case_ns)


def moved(samples: list[tuple[int, float, float, int]], case_ns: int) -> e.PointerMoved:
    at_ns = samples[-1][0]
    return e.PointerMoved(at_ns=at_ns, viewport=0, series_uid=SERIES.format(at_ns // case_ns), samples=tuple(samples))


def stored(path: Path, hour: list[e.Event]) -> float:
    """Seconds from the first event handed over until the last is safe."""
    protocol = ProtocolRecord(sha256_of("bench"), "bench", "1", "demo", b"bench")
    writer = StoreWriter(path)
    enrol(writer, "simulated-1", protocol, lambda index: {"index": index})
    recorder = Recorder(writer, writer.begin_sitting(reader="simulated-1", protocol_sha256=protocol.sha256, number=1))
    start = time.perf_counter()
    for event in hour:
        recorder.record(event)
    recorder.end("finished").result()
    taken = time.perf_counter() - start
    writer.close()
    return taken


def bare(path: Path, source: Path) -> float:
    """Seconds in which bare sqlite3 writes the same rows into the same tables, as safely, without triggers."""
    with closing(sqlite3.connect(source)) as ours:
        events = ours.execute("SELECT * FROM events ORDER BY seq").fetchall()
        samples = {row[1]: row for row in ours.execute("SELECT * FROM samples")}
        sittings = ours.execute("SELECT * FROM sittings").fetchall()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "fullfsync=ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    for statement in statements_of(SCRIPT):
        if statement.startswith(tuple(f"CREATE TABLE {table} " for table in (*TABLES, "sittings"))):
            connection.execute(statement)
    connection.executemany(f"INSERT INTO sittings VALUES ({','.join('?' * 9)})", sittings)
    start, rest = time.perf_counter(), iter(events)
    while batch := list(islice(rest, BATCH)):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?)", batch)
        dense = [samples[row[1]] for row in batch if row[1] in samples]
        connection.executemany("INSERT INTO samples VALUES (?,?,?,?)", dense)
        connection.execute("COMMIT")
    taken = time.perf_counter() - start
    connection.close()
    return taken


def made(hour: list[e.Event]) -> float:
    """Seconds in which the events are made into rows' values, which the bare module is spared."""
    start = time.perf_counter()
    for event in hour:
        row_of(event)
    return time.perf_counter() - start


def measure() -> list[Row]:
    """The rows for the bench table: the best of a few alternating rounds, since the disk is shared."""
    hour = an_hour(random.Random(6))
    gc.freeze()  # nobody at a workstation has an hour of events in memory
    ours, peer, making = [], [], []
    with tempfile.TemporaryDirectory() as name:
        for turn in range(ROUNDS):
            path, bare_path = Path(name) / f"ours-{turn}.sqlite", Path(name) / f"peer-{turn}.sqlite"
            ours.append(stored(path, hour))
            peer.append(bare(bare_path, path))
            making.append(made(hour))
        size_mb, peer_mb = path.stat().st_size / 1e6, bare_path.stat().st_size / 1e6
        report = verify(path)
    gc.unfreeze()
    sound = report.sound and report.events == len(hour) + 1
    ready, from_events = min(peer), min(peer) + min(making)
    return [
        _rate("events made safe a second, against rows that are ready", len(hour), min(ours), ready, sound),
        _rate("events made safe a second, against making the rows, too", len(hour), min(ours), from_events, sound),
        _size("an hour of reading in the store", size_mb, peer_mb, sound),
    ]


def _rate(name: str, events: int, ours_s: float, peer_s: float, sound: bool) -> Row:
    holds = sound and events / ours_s >= RATE and ours_s <= MOST_SLOWER * peer_s
    goal = f">= {RATE} /s, <= {MOST_SLOWER:g} ×"
    return _row(name, round(events / ours_s), round(events / peer_s), "/s", goal, holds)


def _size(name: str, ours_mb: float, peer_mb: float, sound: bool) -> Row:
    return _row(name, round(ours_mb, 2), round(peer_mb, 2), "MB", f"<= {SIZE_MB:g} MB", sound and ours_mb <= SIZE_MB)


def _row(name: str, ours: float, peer: float, unit: str, goal: str, holds: bool) -> Row:
    told: Row = {"name": name, "ours": ours, "peer": peer, "peer_name": "sqlite3, the same rows, batched"}
    return {**told, "ratio": round(ours / peer, 3), "unit": unit, "goal": goal, "holds": holds}


if __name__ == "__main__":
    for row in measure():
        print(row)
