"""A series' pixels into memory, in the background: the wanted slice first, then those that the reader comes to next.

What belongs here: the order of loading, threads, straight reads of plain files. What does not: decoding (decode,
sandbox), the memory that a volume takes (viewers.memory) and keeping volumes (viewers.cache).
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError, StudyProblem
from viewers.dicom import sandbox
from viewers.dicom.decode import clear_unused_bits
from viewers.dicom.problems import BadFile, FileProblem
from viewers.memory import Window, can_give_back, empty_volume, volume_bytes, volume_dtype, volume_shape
from viewers.volume import SeriesHeader, Volume

__all__ = ["SeriesLoader", "empty_volume", "fill_slice", "load", "order_from", "volume_bytes"]

THREADS = 2

OnSlice = Callable[[int], None]
OnDone = Callable[[], None]
OnProblem = Callable[[FileProblem], None]


class SeriesLoader:
    """Fills one volume slice by slice in background threads.

    Callbacks are called from those threads: a window passes them on through a queued signal. Each slice is announced
    after its values are in place and `Volume.loaded` is set; a slice that fails is reported as a FileProblem, stays
    unloaded, and its reason stays in `failures`. `on_done` comes once, when nothing more is to be loaded for now or
    after `cancel`.

    With `room` for fewer slices than the series has, only those around the reader are kept (see viewers.memory): what
    lies far from where `prioritise` last was is given back, its `loaded` cleared, and is loaded again when it is near.
    """

    def __init__(self, threads: int | None = None, room: int | None = None) -> None:
        self.failures: dict[int, FileProblem] = {}
        self.volume: Volume | None = None
        self._threads = threads
        self._room = room
        self._window: Window | None = None
        self._slice_callbacks: list[OnSlice] = []
        self._done_callbacks: list[OnDone] = []
        self._problem_callbacks: list[OnProblem] = []
        self._lock = threading.Lock()
        self._taken: NDArray[np.bool_] = np.zeros(0, bool)
        self._order: Iterator[int] = iter(())
        self._wanted = 0
        self._needs_children = False
        self._running = 0
        self._cancelled = False
        self._ended = False
        self._finished = threading.Event()
        self._may_go = threading.Event()
        self._may_go.set()

    def on_slice(self, callback: OnSlice) -> None:
        self._slice_callbacks.append(callback)

    def on_done(self, callback: OnDone) -> None:
        """A callback that comes after the end is called at once, from the thread that brings it."""
        with self._lock:
            if not self._ended:
                self._done_callbacks.append(callback)
                return
        callback()

    def on_problem(self, callback: OnProblem) -> None:
        self._problem_callbacks.append(callback)

    def start(self, header: SeriesHeader, first_slice: int = 0) -> Volume:
        """Allocates the volume, starts to fill it, returns at once. Raises StudyProblem where it cannot fit."""
        if self.volume is not None:
            raise ProgramError("A loader loads one series.")
        is_windowed = self._room is not None and self._room < header.frames and can_give_back()
        self.volume = empty_volume(header, is_windowed=is_windowed)
        self._window = Window(self.volume, self._room or 0) if is_windowed else None
        self._taken = np.zeros(header.frames, bool)
        self._needs_children = any(instance.offset < 0 for instance in header.instances)
        with self._lock:
            self._go_from(first_slice, 1)
            self._run_threads()
        return self.volume

    def prioritise(self, slice_index: int, direction: int = 1) -> None:
        """Goes on from this slice: its neighbours, then in the direction of travel (+1 or -1), then around."""
        with self._lock:
            self._go_from(slice_index, direction)
            if self._window is not None and not self._cancelled:
                self._run_threads()

    def pause(self) -> None:
        """Waits, after the slices that are being read now, until `resume`."""
        self._may_go.clear()

    def resume(self) -> None:
        self._may_go.set()

    def cancel(self) -> None:
        """Stops after the slices that are being read now."""
        self._cancelled = True
        self._may_go.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Waits until the last slice and every `on_done` callback are through; False where the time was up before."""
        return self._finished.wait(timeout_s)

    @property
    def is_done(self) -> bool:
        return self._ended

    def _go_from(self, slice_index: int, direction: int) -> None:
        count = len(self._taken)
        self._wanted = max(0, min(count - 1, slice_index))
        self._order = order_from(slice_index, direction, count)
        if self._window is not None:
            self._order = self._window.order_from(self._wanted, direction, self._order)

    def _run_threads(self) -> None:
        """As many threads as the work is worth, beside those that run already."""
        usual = sandbox.WORKERS if self._needs_children else THREADS
        wanted = max(1, min(self._threads or usual, len(self._taken)))
        work = self._work_with_children if self._needs_children else self._work
        for number in range(self._running, wanted):
            self._running += 1
            self._finished.clear()
            threading.Thread(target=work, name=f"load-{number}", daemon=True).start()

    def _next(self) -> int | None:
        """The slice to load now, or None; the thread that gets None retires."""
        with self._lock:
            if not self._cancelled and self._may_go.is_set():
                for index in self._order:
                    if not self._taken[index]:
                        self._taken[index] = True
                        if self._window is not None:
                            self._window.make_room(self._taken)
                        return index
        return None

    def _urgency(self) -> int:
        """Asked by the children's pool: before a reader's slice is there, it comes before others' bulk."""
        return sandbox.USUAL if self._taken[self._wanted] else sandbox.URGENT

    def _may_retire(self) -> bool:
        """Whether nothing is left for this thread, which then counts as gone."""
        with self._lock:
            if not self._cancelled and (not self._may_go.is_set() or self._has_more()):
                return False
            self._running -= 1
            return True

    def _has_more(self) -> bool:
        ahead = next((index for index in self._order if not self._taken[index]), None)
        if ahead is None:
            return False
        self._order = itertools.chain((ahead,), self._order)
        return True

    def _work(self) -> None:
        """One thread's life with plain files: read, announce, until nothing is left."""
        is_retired = False
        try:
            while not is_retired:
                self._may_go.wait()
                while (index := self._next()) is not None:
                    self._load(index, fill_slice)
                is_retired = self._may_retire()
        finally:
            self._end(is_retired=is_retired)

    def _work_with_children(self) -> None:
        """One thread's life with files that need decoding: a child is borrowed for as long as nobody else waits."""
        is_retired = False
        try:
            while not is_retired:
                self._may_go.wait()
                with sandbox.lent(self._urgency) as child:
                    self._decode_some(child)
                is_retired = self._may_retire()
        finally:
            self._end(is_retired=is_retired)

    def _decode_some(self, child: sandbox.Worker) -> None:
        """Keeps a child at work; the next job is on its way before a picture is copied out."""
        assert self.volume is not None  # start() came before the threads
        sent: deque[int] = deque()

        def send() -> None:
            if sent and sandbox.is_wanted():
                return
            while len(sent) < child.depth and (index := self._next()) is not None:
                child.send(frame_job(header, index))
                sent.append(index)

        def receive(volume: Volume, index: int) -> None:
            child.receive(volume.stored[index], lambda: None if sandbox.is_wanted() else send())

        header = self.volume.header
        send()
        while sent:
            self._load(sent.popleft(), receive)

    def _load(self, index: int, fill: Callable[[Volume, int], None]) -> None:
        assert self.volume is not None  # start() came before the threads
        try:
            fill(self.volume, index)
        except BadFile as problem:
            found = problem.at(self.volume.header.instances[index].path)
            self.failures[index] = found
            for report in self._problem_callbacks:
                report(found)
            return
        self.volume.loaded[index] = True
        if self._window is not None:
            with self._lock:  # it was on its way when the reader went elsewhere
                self._window.make_room(self._taken)
        for announce in self._slice_callbacks:
            announce(index)

    def _end(self, *, is_retired: bool) -> None:
        with self._lock:
            self._running -= not is_retired
            if self._running:
                return
            callbacks = [] if self._ended else self._done_callbacks
            self._ended = True
        try:
            for callback in callbacks:
                callback()
        finally:
            self._finished.set()


def load(header: SeriesHeader) -> Volume:
    """The whole series, when it is in memory. Raises StudyProblem where a slice cannot be read."""
    loader = SeriesLoader()
    volume = loader.start(header)
    loader.wait()
    for problem in loader.failures.values():
        raise StudyProblem(problem.what, where=str(problem.path), todo=problem.todo)
    return volume


def order_from(start: int, direction: int, count: int) -> Iterator[int]:
    """Every slice once: the start, two to each side, on in the direction of travel, then the rest backwards."""
    start = max(0, min(count - 1, start))
    step = -1 if direction < 0 else 1
    near = [start, start + step, start - step, start + 2 * step, start - 2 * step]
    ahead = range(start + 3 * step, count if step > 0 else -1, step)
    behind = range(start - 3 * step, -1 if step > 0 else count, -step)
    yield from (index for index in near if 0 <= index < count)
    yield from ahead
    yield from behind


def fill_slice(volume: Volume, index: int) -> None:
    """Puts one slice's stored values in place. Raises BadFile."""
    instance = volume.header.instances[index]
    target = volume.stored[index]
    if instance.offset >= 0 and volume.header.pixel_format is not None:
        read_into(instance.path, instance.offset, target)
        clear_unused_bits(target, volume.header.pixel_format)
    else:
        with sandbox.lent() as child:
            child.send(frame_job(volume.header, index))
            child.receive(target)


def read_into(path: Path, offset: int, target: NDArray[np.generic]) -> None:
    """Reads raw bytes at an offset straight into an array, without the GIL. Raises BadFile."""
    view = target.data.cast("B")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            count = _read_at(descriptor, view, offset)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise BadFile(
            f"It cannot be read any more ({error.strerror}).", todo="Check the disk or the network drive."
        ) from error
    if count != view.nbytes:
        raise BadFile("It has become shorter since it was scanned.", todo="Scan the folder again.")


def _read_at(descriptor: int, view: memoryview, offset: int) -> int:
    done = 0
    while done < view.nbytes and (count := _read_some(descriptor, view[done:], offset + done)):
        done += count
    return done


if sys.platform == "win32":

    def _read_some(descriptor: int, view: memoryview, offset: int) -> int:
        os.lseek(descriptor, offset, os.SEEK_SET)
        with open(descriptor, "rb", buffering=0, closefd=False) as stream:
            return stream.readinto(view) or 0

else:

    def _read_some(descriptor: int, view: memoryview, offset: int) -> int:
        return os.preadv(descriptor, [view], offset)


def frame_job(header: SeriesHeader, index: int) -> sandbox.FrameJob:
    """What a child is asked for to fill one slice."""
    instance = header.instances[index]
    return sandbox.FrameJob(instance.path, instance.frame, volume_shape(header)[1:], volume_dtype(header))
