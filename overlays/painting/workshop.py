"""Maps that take long to be made ready (blurred, rid of small regions), made in a thread beside the GUI's.

What belongs here: which map is wanted of which layer, the newest wish alone. What does not: how it is made (fields).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from overlays.result import AIMap
from viewers.news_line import NewsLine


class Workshop(QObject):
    """One map at a time; all calls come from the GUI's thread.

    Each place (a layer and its map) holds one thing made and one that is wanted: a threshold that is dragged leaves
    out all but the last of its steps. `finished` comes after each map, and `count` is how many there were.
    """

    finished = Signal()
    _made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.count = 0
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="maps")
        self._line = NewsLine(self)
        self._there: dict[Hashable, tuple[Hashable, AIMap]] = {}
        self._wanted: dict[Hashable, tuple[Hashable, Callable[[], AIMap]]] = {}
        self._at_work: tuple[Hashable, Hashable, Future[AIMap]] | None = None
        self._made.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for is made."""
        return self._at_work is None

    def ask(self, place: Hashable, key: Hashable, make: Callable[[], AIMap]) -> AIMap | None:
        """What was made for this key; None until it is there, once `finished` came."""
        if place in self._there and self._there[place][0] == key:
            self._wanted.pop(place, None)
            return self._there[place][1]
        if self._at_work is not None and self._at_work[:2] == (place, key):
            self._wanted.pop(place, None)
            return None
        self._wanted[place] = key, make
        self._go_on()
        return None

    def clear(self) -> None:
        """Let go of everything; what is being made now comes to nothing."""
        self._there.clear()
        self._wanted.clear()
        if self._at_work is not None:
            self._at_work = None, None, self._at_work[2]

    def _go_on(self) -> None:
        if self._at_work is not None or not self._wanted:
            return
        place, (key, make) = next(iter(self._wanted.items()))
        del self._wanted[place]
        future = self._worker.submit(make)
        self._at_work = place, key, future
        future.add_done_callback(partial(self._line.say, self._made))

    def _take(self, future: Future[AIMap]) -> None:
        """Also tells the GUI's thread of an error of ours."""
        if self._at_work is None:
            return
        place, key, _ = self._at_work
        self._at_work = None
        made = future.result()
        if place is not None:
            self._there[place] = key, made
        self.count += 1
        self._go_on()
        self.finished.emit()
