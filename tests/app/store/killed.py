"""Children that write to one store and are killed without warning; prints which events were acknowledged.

Run as a program by test_writer: `python killed.py STORE KILLS SEED`. Each child begins a sitting of its own.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed, WheelTurned
from app.tracking.recorder import Recorder, clock

SOURCE = b"readerlab: 1\n"


def write_for_ever(store: Path, pipe: int) -> None:
    """Confirm phase after phase with other events between; say each one's number once it is safe."""
    writer = StoreWriter(store)
    protocol = ProtocolRecord(sha256_of(SOURCE), "kill", "1", "study", SOURCE)
    enrol(writer, "R1", protocol, lambda index: {"index": index})
    sitting = writer.begin_sitting(reader="R1", protocol_sha256=protocol.sha256, number=0)
    recorder = Recorder(writer, sitting)
    os.write(pipe, f"sitting {sitting}\n".encode())
    phase = 0
    while True:
        for _ in range(phase % 7):
            recorder.record(WheelTurned(at_ns=clock(), viewport=0, steps=1.0))
        recorder.commit(PhaseConfirmed(at_ns=clock(), trial=0, phase=phase, answers={"suspicion": phase})).result()
        os.write(pipe, f"{phase}\n".encode())
        phase += 1


def kill_one(store: Path, chance: random.Random) -> dict[str, int]:
    """One child's sitting and how many confirmations it had acknowledged when it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        write_for_ever(store, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as pipe:
        sitting = int(pipe.readline().split()[1])
        acknowledged = 0
        for _ in range(chance.randrange(30)):
            acknowledged = int(pipe.readline()) + 1
        time.sleep(chance.random() * 0.01)  # somewhere inside a batch, a commit or an answer
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for line in pipe:  # acknowledged before the kill, read after it
            if line.endswith("\n"):
                acknowledged = int(line) + 1
    return {"sitting": sitting, "acknowledged": acknowledged}


if __name__ == "__main__":
    chance = random.Random(int(sys.argv[3]))
    print(json.dumps([kill_one(Path(sys.argv[1]), chance) for _ in range(int(sys.argv[2]))]))
