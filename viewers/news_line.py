"""News from other threads to a Qt object, which may be gone when they come.

What belongs here: that. What does not: what the news are.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, SignalInstance


class NewsLine:
    """A line to `listener`, who makes it in its own thread: what is said after the listener's end is heard by nobody.

    Emitting a signal of an object that another thread takes apart meanwhile crashes: the listener's end waits for what
    is being said. Signals that are said here have queued slots alone.
    """

    def __init__(self, listener: QObject) -> None:
        self._lock = threading.Lock()
        self._is_cut = False
        listener.destroyed.connect(partial(NewsLine._cut, self))

    def say(self, signal: SignalInstance, *news: object) -> None:
        """Emit the listener's signal. Take the signal from the listener while it is there: in its own thread."""
        with self._lock:
            if not self._is_cut:
                signal.emit(*news)

    def say_after(self, future: Future[Any], signal: SignalInstance, *news: object) -> None:
        """Emit the listener's signal as soon as a future is done."""
        future.add_done_callback(lambda _done: self.say(signal, *news))

    def _cut(self, *_gone: object) -> None:
        with self._lock:
            self._is_cut = True
