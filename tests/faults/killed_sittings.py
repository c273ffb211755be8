"""Readers at the real windows who are killed without warning, one after the other, in one store; prints what was lost.

Run as a program by test_kills and by benchmarks.faults: `python killed_sittings.py STUDY STORE KILLS SEED`. Each child
is a whole workstation with a simulated reader and a pointer that moves 60 times a second. It says over a pipe which
events were acknowledged, and when it took a pointer sample; who was killed comes back, and a reader who comes to the
end is followed by another one. What was said is then looked for in the store.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.assembling.application import application
from app.assembling.composer import Composer, RunPlan
from app.simulated.reader import SimulatedReader
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import Event, PhaseConfirmed, PointerMoved
from app.windows.workstation import Workstation
from study_configs.study import load_study

POINTER_MS = 16
LONGEST_S = 2.5  # from the first word of a child to its death; who reads on undisturbed needs about 2 s
START_WITHIN_S = 90.0


Safe = tuple[int, str, int]  # sitting, kind, at_ns


@dataclass(frozen=True, slots=True)
class Life:
    """What one child said before its end: which events were acknowledged, (sitting, at_ns) of its pointer samples."""

    reader: str
    safe: tuple[Safe, ...]
    points: tuple[tuple[int, int], ...]
    finished: bool
    failed: tuple[str, ...]


class Telling(StoreWriter):
    """A store's writer that says over a pipe what it acknowledged, at the moment when windows may show it."""

    pipe = -1

    def commit(self, sitting: int, event: Event, utc_ns: int) -> Future[str]:
        future = super().commit(sitting, event, utc_ns)
        kind = type(event).__name__
        future.add_done_callback(lambda done: self._tell(sitting, kind, event.at_ns, done))
        return future

    def _tell(self, sitting: int, kind: str, at_ns: int, done: Future[str]) -> None:
        if done.exception() is None:
            say(self.pipe, "safe", sitting, kind, at_ns)


def say(pipe: int, *words: object) -> None:
    os.write(pipe, (" ".join(str(word) for word in words) + "\n").encode())


class Pointer:
    """Moves over the active viewport, and says of every sample that the observer took."""

    def __init__(self, window: Workstation, pipe: int) -> None:
        self.window, self.pipe, self.step, self.watched = window, pipe, 0, False
        self.timer = QTimer(window, interval=POINTER_MS)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.move)
        self.timer.start()

    def move(self) -> None:
        window = self.window
        if window.room is None or window.pages.currentWidget() is not window.room:
            return
        self.listen()
        viewport, none = window.room.grid.active_viewport, Qt.MouseButton.NoButton
        self.step += 1
        at = QPointF(viewport.width() / 2 + self.step % 97, viewport.height() / 2 + self.step % 61)
        move = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, move)

    def listen(self) -> None:
        if self.watched:
            return
        self.watched = True
        observer, sitting = self.window.observer, self.window.driver.recorder.sitting
        add = observer._add
        observer._add = lambda raw: (add(raw), say(self.pipe, "point", sitting, raw[0]))


def read(study: Path, store: Path, reader: str, pipe: int) -> None:
    """A workstation from start to farewell, in this process."""
    application((1280, 800))
    Telling.pipe = pipe
    writer = Telling(store)
    plan = RunPlan(store, reader, size=(1280, 800), simulate="hasty")
    composer = Composer(plan, load_study(study), writer, QApplication.instance())
    window = composer.workstation()
    window.resize(1280, 800)
    window.show()
    window.unattended = True
    simulated, pointer = SimulatedReader(window, "hasty", reader), Pointer(window, pipe)
    window.left.connect(QApplication.quit)
    simulated.start()
    say(pipe, "begun")
    QApplication.exec()
    pointer.timer.stop()
    window.desk.close()
    composer.close()
    writer.close()
    say(pipe, "finished")


def one_life(study: Path, store: Path, reader: str, die_after_s: float) -> Life:
    """Start a child, kill it so long after its first word, and return what it had said."""
    end, pipe = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(end)
        try:
            read(study, store, reader, pipe)
        except BaseException as error:
            say(pipe, "failed", repr(error).replace("\n", " "))
            raise
        finally:
            os._exit(0)
    os.close(pipe)
    said = _until_killed(child, end, die_after_s)
    os.waitpid(child, 0)
    os.close(end)
    return _told(said, reader)


def _until_killed(child: int, end: int, die_after_s: float) -> bytes:
    """Listen, kill at the moment, and read on to the end: what was said before death counts."""
    os.set_blocking(end, False)
    said, begun, started = b"", 0.0, time.monotonic()
    killed = False
    while True:
        try:
            part = os.read(end, 65536)
            if not part:
                return said if killed or b"finished" in said else said + b"failed by itself\n"
            said += part
        except BlockingIOError:
            time.sleep(0.001)
        now = time.monotonic()
        begun = begun or (now if b"begun" in said else 0.0)
        due = begun and now - begun >= die_after_s
        if not killed and (due or now - started > START_WITHIN_S):
            os.kill(child, signal.SIGKILL)
            killed = True


def _told(said: bytes, reader: str) -> Life:
    lines = [line.split(" ", 3) for line in said.decode().split("\n")[:-1]]
    return Life(
        reader,
        tuple((int(line[1]), line[2], int(line[3])) for line in lines if line[0] == "safe"),
        tuple((int(line[1]), int(line[2])) for line in lines if line[0] == "point"),
        any(line[0] == "finished" for line in lines),
        tuple(" ".join(line[1:]) for line in lines if line[0] == "failed"),
    )


def judged(lives: list[Life], store: Path) -> dict[str, Any]:
    """What the store holds of what was said. Pointer samples may be lost at the end of a life only: for how many ms."""
    stored, samples, confirmed = _in_store(store)
    waits = [_pointer_lost_ms(life, samples) for life in lives if life.points and not life.finished]
    report = verify(store)
    return {
        "kills": sum(not life.finished for life in lives),
        "lives": len(lives),
        "acknowledged": sum(len(life.safe) for life in lives),
        "lost": [each for life in lives for each in life.safe if each not in stored],
        "pointer_lives": len(waits),
        "pointer_lost_ms": sorted(waits),
        "pointer_holes": sum(_holes(life, samples) for life in lives),
        "failed": [word for life in lives for word in life.failed],
        "asked_again": [key for key, times in confirmed.items() if times > 1],
        "problems": [fault.what for fault in report.problems],
        "events": report.events,
    }


def _in_store(store: Path) -> tuple[set[Safe], dict[int, list[int]], Counter[tuple[str, int, int]]]:
    """Every event as it may have been acknowledged, the pointer samples of each sitting, and how often each reader
    confirmed each phase."""
    events: set[Safe] = set()
    samples: dict[int, list[int]] = defaultdict(list)
    confirmed: Counter[tuple[str, int, int]] = Counter()
    with open_store(store) as opened:
        for sitting in opened.sittings():
            for event in opened.events(sitting.id):
                events.add((sitting.id, type(event).__name__, event.at_ns))
                if isinstance(event, PointerMoved):
                    samples[sitting.id] += [sample[0] for sample in event.samples]
                if isinstance(event, PhaseConfirmed):
                    confirmed[(sitting.reader, event.trial, event.phase)] += 1
    return events, samples, confirmed


def _pointer_lost_ms(life: Life, samples: dict[int, list[int]]) -> float:
    sitting, last_ns = life.points[-1]
    reached_ns = max(samples[sitting], default=life.points[0][1])
    return round((last_ns - reached_ns) / 1e6, 1)


def _holes(life: Life, samples: dict[int, list[int]]) -> int:
    """Samples that are missing before the last one that was stored."""
    stored = {sitting: frozenset(samples[sitting]) for sitting, _ in life.points}
    reached = {sitting: max(samples[sitting], default=0) for sitting in stored}
    return sum(at_ns not in stored[sitting] for sitting, at_ns in life.points if at_ns <= reached[sitting])


def main() -> None:
    study, store, kills, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    chance, reader = random.Random(seed), 1
    lives: list[Life] = []
    while sum(not each.finished for each in lives) < kills:
        lives.append(one_life(study, store, f"reader-{reader}", chance.uniform(0, LONGEST_S)))
        if lives[-1].failed:
            break
        reader += lives[-1].finished
    print(json.dumps(judged(lives, store)))


if __name__ == "__main__":
    main()
