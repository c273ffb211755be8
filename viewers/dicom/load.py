"""A series' pixels into memory, in the background: the wanted slice first, then those that the reader comes to next.

What belongs here: the order of loading, threads, straight reads of plain files. What does not: decoding (decode,
sandbox) and keeping volumes (viewers.cache).
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError, StudyProblem
from viewers.dicom.decode import clear_unused_bits, display_frame
from viewers.dicom.problems import BadFile, FileProblem
from viewers.volume import Instance, SeriesHeader, Volume

THREADS = 2
VOLUME_LIMIT_BYTES = 16 << 30

OnSlice = Callable[[int], None]
OnDone = Callable[[], None]
OnProblem = Callable[[FileProblem], None]


class SeriesLoader:
    """Fills one volume slice by slice in background threads.

    Callbacks are called from those threads: a window passes them on through a queued signal. Each slice is announced
    once, after its values are in place and `Volume.loaded` is set; a slice that fails is reported as a FileProblem,
    stays unloaded, and its reason stays in `failures`. `on_done` comes once, after the last slice or after `cancel`.
    """

    def __init__(self, threads: int = THREADS) -> None:
        self.failures: dict[int, FileProblem] = {}
        self.volume: Volume | None = None
        self._threads = threads
        self._slice_callbacks: list[OnSlice] = []
        self._done_callbacks: list[OnDone] = []
        self._problem_callbacks: list[OnProblem] = []
        self._lock = threading.Lock()
        self._taken: NDArray[np.bool_] = np.zeros(0, bool)
        self._order: Iterator[int] = iter(())
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
        self.volume = empty_volume(header)
        self._taken = np.zeros(header.frames, bool)
        self._order = order_from(first_slice, 1, header.frames)
        self._running = max(1, min(self._threads, header.frames))
        for number in range(self._running):
            threading.Thread(target=self._work, name=f"load-{number}", daemon=True).start()
        return self.volume

    def prioritise(self, slice_index: int, direction: int = 1) -> None:
        """Goes on from this slice: its neighbours, then in the direction of travel (+1 or -1), then around."""
        with self._lock:
            self._order = order_from(slice_index, direction, len(self._taken))

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

    def _next(self) -> int | None:
        self._may_go.wait()
        with self._lock:
            if self._cancelled:
                return None
            for index in self._order:
                if not self._taken[index]:
                    self._taken[index] = True
                    return index
        return None

    def _work(self) -> None:
        try:
            while (index := self._next()) is not None:
                self._load(index)
        finally:
            self._end()

    def _load(self, index: int) -> None:
        assert self.volume is not None  # start() came before the threads
        try:
            fill_slice(self.volume, index)
        except BadFile as problem:
            found = problem.at(self.volume.header.instances[index].path)
            self.failures[index] = found
            for report in self._problem_callbacks:
                report(found)
            return
        self.volume.loaded[index] = True
        for announce in self._slice_callbacks:
            announce(index)

    def _end(self) -> None:
        with self._lock:
            self._running -= 1
            if self._running:
                return
            self._ended = True
        try:
            for callback in self._done_callbacks:
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


def volume_dtype(header: SeriesHeader) -> np.dtype[np.generic]:
    """uint8 or uint16 for colour (see `decode.display_frame`), else the dtype of the stored values."""
    form = header.pixel_format
    if form is None:
        raise ProgramError("Only a scanned series can be loaded.")
    if header.samples == 3:
        return np.dtype(np.uint8 if form.bits_allocated <= 8 or form.photometric == "PALETTE COLOR" else np.uint16)
    return form.dtype


def volume_shape(header: SeriesHeader) -> tuple[int, ...]:
    """(slices, rows, columns), and 3 samples for colour."""
    colour = (3,) if header.samples == 3 else ()
    return (header.frames, header.rows, header.columns, *colour)


def volume_bytes(header: SeriesHeader) -> int:
    """The memory that the series' volume takes."""
    return math.prod(volume_shape(header)) * volume_dtype(header).itemsize


def empty_volume(header: SeriesHeader) -> Volume:
    """A volume of zeros in which nothing is loaded. Raises StudyProblem where it would not fit in memory."""
    size = volume_bytes(header)
    too_large = StudyProblem(
        f"The series needs {size >> 20} MiB, more memory than there is.",
        where=header.description or header.series_uid,
        todo="Close other programs, or leave the series out.",
    )
    if size > VOLUME_LIMIT_BYTES:
        raise too_large
    try:
        stored = np.zeros(volume_shape(header), volume_dtype(header))
    except MemoryError as error:
        raise too_large from error
    return Volume(header, stored, np.zeros(header.frames, bool))


def fill_slice(volume: Volume, index: int) -> None:
    """Puts one slice's stored values in place. Raises BadFile."""
    instance = volume.header.instances[index]
    target = volume.stored[index]
    if instance.offset >= 0 and volume.header.pixel_format is not None:
        read_into(instance.path, instance.offset, target)
        clear_unused_bits(target, volume.header.pixel_format)
    else:
        _decode_into(instance, target)


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


def _decode_into(instance: Instance, target: NDArray[np.generic]) -> None:
    picture = display_frame(instance.path, instance.frame)
    if picture.shape != target.shape or picture.dtype != target.dtype:
        raise BadFile("It has changed since it was scanned.", todo="Scan the folder again.")
    np.copyto(target, picture)
