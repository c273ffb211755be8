"""The hash of every series that was shown, into the log, once all of it is in memory.

What belongs here: waiting for that, hashing beside the window's thread. What does not: the digest itself
(viewers.pixel_digest), who compares it (app.conduct.replaying).
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

from PySide6.QtCore import QObject, QTimer

from app.tracking.events import Event, SeriesHashed
from app.tracking.recorder import clock
from viewers.pixel_digest import pixel_digest
from viewers.volume import Volume

LOOK_MS = 250


class SeriesHashes(QObject):
    """Watches series of the open trial; one of another trial is let go."""

    def __init__(self, record: Callable[[Event], None], parent: QObject) -> None:
        super().__init__(parent)
        self._record = record
        self._trial = -1
        self._waiting: dict[str, Volume] = {}
        self._known: set[str] = set()
        self._done: SimpleQueue[tuple[int, str, str]] = SimpleQueue()
        self._hashing = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    def begin(self, trial: int) -> None:
        """Another trial: its series are hashed anew, whatever was hashed before."""
        self._trial = trial
        self._waiting.clear()
        self._known.clear()

    def watch(self, volume: Volume) -> None:
        """A series is shown. Planes cut across it, and turned images, are not hashed by themselves."""
        key = volume.header.key
        if "@" not in key and key not in self._known and self._trial >= 0:
            self._known.add(key)
            self._waiting[key] = volume
            self._timer.start()

    def _look(self) -> None:
        for key in [key for key, volume in self._waiting.items() if volume.is_complete]:
            self._hashing += 1
            Thread(target=self._hash, args=(self._trial, key, self._waiting.pop(key)), daemon=True).start()
        self._say()
        if not self._waiting and not self._hashing:
            self._timer.stop()

    def _hash(self, trial: int, key: str, volume: Volume) -> None:
        """In a thread of its own."""
        self._done.put((trial, key, pixel_digest(volume)))

    def _say(self) -> None:
        try:
            while True:
                trial, key, digest = self._done.get_nowait()
                self._hashing -= 1
                self._record(SeriesHashed(at_ns=clock(), trial=trial, series_uid=key, stored_sha256=digest))
        except Empty:
            return
