"""What encryption at rest costs: an hour of reading made safe, verified and confirmed, in clear and under a key.

What belongs here: that comparison. What does not: that nothing stands in clear (tests/app/store/test_encryption.py).
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.store import encryption
from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed
from app.tracking.recorder import Recorder, clock
from benchmarks.store import RATE, an_hour, stored

ROUNDS, CONFIRMATIONS = 3, 200
Row = dict[str, Any]


@contextmanager
def under(key: Path | None) -> Iterator[None]:
    """Every store opened inside is encrypted, or none is."""
    before = os.environ.pop(encryption.VARIABLE, None)
    if key is not None:
        os.environ[encryption.VARIABLE] = str(key)
    try:
        yield
    finally:
        os.environ.pop(encryption.VARIABLE, None)
        if before is not None:
            os.environ[encryption.VARIABLE] = before


def confirmed_ms(path: Path) -> float:
    """The median of what a reader waits for after pressing Confirm."""
    writer = StoreWriter(path)
    protocol = ProtocolRecord(sha256_of("bench"), "bench", "1", "demo", b"bench")
    enrol(writer, "simulated-1", protocol, lambda index: {"index": index})
    recorder = Recorder(writer, writer.begin_sitting(reader="simulated-1", protocol_sha256=protocol.sha256, number=1))
    waited = []
    for trial in range(CONFIRMATIONS):
        began = time.perf_counter()
        recorder.commit(PhaseConfirmed(at_ns=clock(), trial=trial, phase=0, answers={"sure": 40})).result()
        waited.append(1000 * (time.perf_counter() - began))
    writer.close()
    return statistics.median(waited)


def verified_s(path: Path) -> float:
    began = time.perf_counter()
    assert verify(path).sound
    return time.perf_counter() - began


def measure() -> list[Row]:
    """The rows for the bench table; the best of a few alternating rounds."""
    hour = an_hour(random.Random(6))
    writing: dict[bool, list[float]] = {True: [], False: []}
    checking: dict[bool, list[float]] = {True: [], False: []}
    waiting: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as name:
        key = Path(name) / "bench.key"
        encryption.make_key(key)
        for turn in range(ROUNDS):
            for is_keyed in (False, True):
                with under(key if is_keyed else None):
                    path = Path(name) / f"{turn}-{is_keyed}.sqlite"
                    writing[is_keyed].append(stored(path, hour))
                    checking[is_keyed].append(verified_s(path))
                    waiting[is_keyed].append(confirmed_ms(Path(name) / f"{turn}-{is_keyed}-confirmed.sqlite"))
    rate = {is_keyed: len(hour) / min(times) for is_keyed, times in writing.items()}
    return [
        _row("encrypted: events made safe a second", rate, "/s", f">= {RATE} /s", rate[True] >= RATE),
        _row("encrypted: verify an hour of reading", _best(checking), "s", "-", True),
        _row("encrypted: a confirmation, median", _best(waiting), "ms", "-", True),
    ]


def _best(times: dict[bool, list[float]]) -> dict[bool, float]:
    return {is_keyed: min(each) for is_keyed, each in times.items()}


def _row(name: str, found: dict[bool, float], unit: str, goal: str, holds: bool) -> Row:
    ours, plain = (round(found[is_keyed], 2) for is_keyed in (True, False))
    told: Row = {"name": name, "ours": ours, "peer": plain, "peer_name": "the same store in clear"}
    return {**told, "ratio": round(ours / plain, 3), "unit": unit, "goal": goal, "holds": holds}


if __name__ == "__main__":
    for row in measure():
        print(row)
