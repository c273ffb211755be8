"""The memory that volumes take: how much there may be, and for a series that is larger, which slices are kept.

What belongs here: sizes, allocation, giving far slices back. What does not: reading files (viewers.dicom.load) and
which series are kept (viewers.cache).
"""

from __future__ import annotations

import math
import mmap
import os
import sys
from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError, StudyProblem
from study_configs.words import translate
from viewers.volume import SeriesHeader, Volume

VOLUME_LIMIT_BYTES = 64 << 30  # of address space
BUDGET_VARIABLE = "READERLAB_MEMORY_MB"
SHARE_OF_MACHINE = 0.4
SMALLEST_BUDGET_BYTES = 1 << 30
UNKNOWN_MACHINE_BYTES = 8 << 30
SHARE_AHEAD = 0.75  # of a window of slices: what lies in the direction of travel
KEPT_PLACES = 16  # the last places of readers, in all viewports that show a series


def budget_bytes() -> int:
    """The memory for pixels: what READERLAB_MEMORY_MB says, else a share of the machine's.

    Raises StudyProblem where the variable is no positive whole number.
    """
    said = os.environ.get(BUDGET_VARIABLE, "")
    if not said:
        return max(SMALLEST_BUDGET_BYTES, int(machine_bytes() * SHARE_OF_MACHINE))
    if not said.isdecimal() or int(said) == 0:
        raise StudyProblem(
            translate("ViewerMemory", "{name} is {said}, not a number of MiB.").format(
                name=BUDGET_VARIABLE, said=repr(said)
            ),
            where="environment",
            todo=translate("ViewerMemory", "Set it to a whole number such as 4096, or take it away."),
        )
    return int(said) << 20


if sys.platform == "win32":

    def machine_bytes() -> int:
        """The machine's memory."""
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong * 7)]

        status = Status(length=ctypes.sizeof(Status))
        is_known = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.total[0]) if is_known else UNKNOWN_MACHINE_BYTES

else:

    def machine_bytes() -> int:
        """The machine's memory."""
        try:
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (ValueError, OSError):  # a system that does not tell
            return UNKNOWN_MACHINE_BYTES


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


def slice_bytes(header: SeriesHeader) -> int:
    """The memory that one slice takes."""
    return math.prod(volume_shape(header)[1:]) * volume_dtype(header).itemsize


def volume_bytes(header: SeriesHeader) -> int:
    """The memory that the series' volume takes."""
    return slice_bytes(header) * header.frames


def empty_volume(header: SeriesHeader, *, is_windowed: bool = False) -> Volume:
    """A volume of zeros in which nothing is loaded; it takes memory as it is filled.

    The slices of a windowed one can be given back. Raises StudyProblem where it would not fit.
    """
    size = volume_bytes(header)
    too_large = StudyProblem(
        translate("ViewerMemory", "The series needs {n} MiB, more memory than there is.").format(n=size >> 20),
        where=header.description or header.series_uid,
        todo=translate("ViewerMemory", "Close other programs, or leave the series out."),
    )
    if size > VOLUME_LIMIT_BYTES:
        raise too_large
    try:
        shape, dtype = volume_shape(header), volume_dtype(header)
        stored = _returnable(shape, dtype) if is_windowed else np.zeros(shape, dtype)
    except (MemoryError, OSError) as error:
        raise too_large from error
    return Volume(header, stored, np.zeros(header.frames, bool))


def can_give_back() -> bool:
    """Whether the system takes back parts of an array; elsewhere a series is loaded whole or not at all."""
    return hasattr(mmap, "MADV_DONTNEED")


def _returnable(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    """Zeros whose pages can be given back one by one, and count only while they are used."""
    reserve_nothing = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | reserve_nothing
    memory = mmap.mmap(-1, math.prod(shape) * dtype.itemsize, flags=flags)
    return np.frombuffer(memory, dtype).reshape(shape)


class Window:
    """Which slices of a volume larger than its budget are kept: those around the reader, more of them ahead.

    Not for several threads at once. `room` counts slices; those at the reader's last places are never given back.
    """

    def __init__(self, volume: Volume, room: int) -> None:
        self._volume = volume
        self._room = room
        self._places: deque[int] = deque(maxlen=max(1, min(KEPT_PLACES, room // 2)))
        self._low = self._high = 0
        self._memory = _mapping_of(volume.stored)

    def order_from(self, start: int, direction: int, order: Iterator[int]) -> Iterator[int]:
        """The reader is at `start`: those of `order` that are to be kept now."""
        if start in self._places:
            self._places.remove(start)
        self._places.append(start)
        count = self._volume.header.frames
        room = max(1, self._room - len(self._places) + 1)  # the present place lies in the window itself
        ahead = int(room * (SHARE_AHEAD if direction >= 0 else 1 - SHARE_AHEAD))
        self._high = min(count, start + ahead + 1)
        self._low = max(0, self._high - room)
        self._high = min(count, self._low + room)
        return (index for index in order if self._low <= index < self._high)

    def make_room(self, taken: NDArray[np.bool_]) -> None:
        """Gives back what is farthest from the reader, until no more slices are taken than there is room for."""
        while np.count_nonzero(taken) > self._room:
            farthest = self._farthest()
            if farthest is None:
                return
            self._volume.loaded[farthest] = False
            self._give_back(farthest)
            taken[farthest] = False

    def _farthest(self) -> int | None:
        loaded = np.flatnonzero(self._volume.loaded)
        outside = loaded[(loaded < self._low) | (loaded >= self._high)]
        outside = outside[~np.isin(outside, self._places)]
        if outside.size == 0:
            return None
        return int(outside[np.argmax(np.abs(outside - self._places[-1]))])

    def _give_back(self, index: int) -> None:
        """The whole pages of a slice; what it shares with its neighbours stays."""
        size = self._volume.stored[index].nbytes
        first = -(-index * size // mmap.PAGESIZE) * mmap.PAGESIZE
        last = (index + 1) * size // mmap.PAGESIZE * mmap.PAGESIZE
        if last > first:
            self._memory.madvise(mmap.MADV_DONTNEED, first, last - first)


def _mapping_of(array: NDArray[np.generic]) -> mmap.mmap:
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview):
        base = base.obj
    if not isinstance(base, mmap.mmap):
        raise ProgramError("Only a windowed volume can be given back in parts.")
    return base
