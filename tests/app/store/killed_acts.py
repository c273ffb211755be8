"""Children that write acts to one store and are killed without warning; prints how many each had acknowledged.

Run as a program by test_acts: `python killed_acts.py STORE KILLS SEED`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from app.store.acts import TrialVoided, Who, write
from app.store.writer import StoreWriter

ADA = Who("coordinator", "Ada Vermeer")


def act_for_ever(store: Path, reader: str, pipe: int) -> None:
    """Void trial after trial; say each one's number once it is safe."""
    writer = StoreWriter(store)
    trial = 0
    while True:
        write(writer, ADA, TrialVoided("p" * 64, reader, trial, "a try"))
        os.write(pipe, f"{trial}\n".encode())
        trial += 1


def kill_one(store: Path, reader: str, chance: random.Random) -> int:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        act_for_ever(store, reader, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as pipe:
        acknowledged = 0
        for _ in range(1 + chance.randrange(8)):
            acknowledged = int(pipe.readline()) + 1
        time.sleep(chance.random() * 0.005)  # somewhere inside a job, a commit or an answer
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for line in pipe:  # acknowledged before the kill, read after it
            if line.endswith("\n"):
                acknowledged = int(line) + 1
    return acknowledged


if __name__ == "__main__":
    chance = random.Random(int(sys.argv[3]))
    print(json.dumps([kill_one(Path(sys.argv[1]), f"R{n}", chance) for n in range(int(sys.argv[2]))]))
