"""Volumes in memory, as many as fit: those on screen, the next case, and the ones seen last.

What belongs here: keeping, prefetching, evicting. What does not: how a volume is filled (viewers.dicom.load).
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from study_configs.problem import StudyProblem
from viewers.dicom.load import SeriesLoader
from viewers.memory import budget_bytes, can_give_back, slice_bytes, volume_bytes
from viewers.volume import SeriesHeader, Volume

SMALLEST_SHARE = 8  # a series that finds the budget taken gets this part of it all the same


@dataclass(frozen=True, slots=True, eq=False)
class Loading:
    """One series in the cache: its volume, whole or filling, and the loader that fills it."""

    header: SeriesHeader
    volume: Volume
    loader: SeriesLoader
    most_bytes: int  # what it may take: the whole volume, or its window of slices


class VolumeCache:
    """Keeps volumes by `SeriesHeader.key` within `limit_bytes`; what is shown is never evicted.

    The limit is `memory.budget_bytes()` unless given. A shown series that does not fit in what is left keeps a window
    of slices around the reader (see SeriesLoader); only then may the limit be passed, by an eighth for each of them.
    Prefetching runs only while nothing that is shown is still loading. Called from one thread, the window's; loaders
    report back from threads of their own.
    """

    def __init__(self, limit_bytes: int | None = None) -> None:
        self.limit_bytes = budget_bytes() if limit_bytes is None else limit_bytes
        self.problems: list[StudyProblem] = []  # series that could not be fetched ahead
        self._kept: OrderedDict[str, Loading] = OrderedDict()  # the one used last is at the end
        self._shown: set[str] = set()
        self._wanted: deque[SeriesHeader] = deque()
        self._lock = threading.RLock()

    def show(self, header: SeriesHeader, first_slice: int = 0) -> Loading:
        """The series, from memory or on its way, the given slice first. It stays until `hide`.

        Raises StudyProblem where it cannot fit in memory.
        """
        with self._lock:
            if header.key not in self._shown:
                self._drop_window(header)
            self._shown.add(header.key)
            loading = self._kept.get(header.key)
            if loading is None:
                loading = self._begin(header, first_slice)
            else:
                loading.loader.resume()
                loading.loader.prioritise(first_slice)
            self._kept.move_to_end(header.key)
            self._hold_back()
            return loading

    def hide(self, key: str) -> None:
        """The series is on no screen any more and may go when room is needed."""
        with self._lock:
            self._shown.discard(key)
            self._make_room(0)
        self._advance()

    def prefetch(self, headers: Iterable[SeriesHeader]) -> None:
        """These are wanted next, in this order; what was asked for before and has not begun is forgotten."""
        with self._lock:
            self._wanted = deque(header for header in headers if header.key not in self._kept)
        self._advance()

    def get(self, key: str) -> Loading | None:
        """The series if it is in memory or on its way there."""
        with self._lock:
            return self._kept.get(key)

    def drop(self, key: str) -> None:
        """Forgets a series, stopping it if it is still loading."""
        with self._lock:
            loading = self._kept.pop(key, None)
            self._shown.discard(key)
        if loading is not None:
            loading.loader.cancel()

    def close(self) -> None:
        """Stops everything that loads, and waits for it."""
        with self._lock:
            self._wanted.clear()
            everything = list(self._kept.values())
            self._kept.clear()
            self._shown.clear()
        for loading in everything:
            loading.loader.cancel()
        for loading in everything:
            loading.loader.wait()

    @property
    def used_bytes(self) -> int:
        with self._lock:
            return sum(loading.most_bytes for loading in self._kept.values())

    def _begin(self, header: SeriesHeader, first_slice: int) -> Loading:
        size = volume_bytes(header)
        self._make_room(size)
        room_bytes = max(self.limit_bytes - self.used_bytes, self.limit_bytes // SMALLEST_SHARE)
        room = max(1, room_bytes // max(1, slice_bytes(header)))
        loader = SeriesLoader(room=room)
        loader.on_done(self._advance)
        volume = loader.start(header, first_slice)
        loading = Loading(header, volume, loader, min(size, room * slice_bytes(header)) if can_give_back() else size)
        self._kept[header.key] = loading
        return loading

    def _drop_window(self, header: SeriesHeader) -> None:
        """A series of which only a part was kept begins anew where it would fit whole by now."""
        loading = self._kept.get(header.key)
        if loading is not None and loading.most_bytes < volume_bytes(header) and self._fits(header):
            self._kept.pop(header.key).loader.cancel()

    def _make_room(self, size: int) -> bool:
        """Evicts what was used longest ago until `size` more bytes fit; False where even that is not enough."""
        for key in [key for key in self._kept if key not in self._shown]:
            if self.used_bytes + size <= self.limit_bytes:
                break
            self._kept.pop(key).loader.cancel()
        return self.used_bytes + size <= self.limit_bytes

    def _hold_back(self) -> None:
        """While something shown is loading, prefetches wait."""
        for key, loading in self._kept.items():
            if key not in self._shown and self._is_busy():
                loading.loader.pause()

    def _is_busy(self) -> bool:
        return any(not self._kept[key].loader.is_done for key in self._shown if key in self._kept)

    def _advance(self) -> None:
        """Begins or goes on with the next prefetch, where nothing shown needs the disk."""
        with self._lock:
            if self._is_busy():
                return
            unfinished = [loading for loading in self._kept.values() if not loading.loader.is_done]
            if unfinished:
                unfinished[0].loader.resume()
                return
            while self._wanted:
                header = self._wanted.popleft()
                if header.key not in self._kept and self._fits(header):
                    self._fetch(header)
                    return

    def _fits(self, header: SeriesHeader) -> bool:
        shown = sum(self._kept[key].most_bytes for key in self._shown if key in self._kept)
        return shown + volume_bytes(header) <= self.limit_bytes

    def _fetch(self, header: SeriesHeader) -> None:
        try:
            self._begin(header, header.frames // 2)
        except StudyProblem as problem:
            self.problems.append(problem)
