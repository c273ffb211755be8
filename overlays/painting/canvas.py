"""Pictures in memory that was used before: getting fresh memory from the machine takes longer than filling it.

What belongs here: blocks of memory, handed out and taken back. What does not: what is drawn into them (heat, regions).
"""

from __future__ import annotations

import weakref

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

MOST_FREE_BYTES = 48e6  # of blocks that nobody uses
SMALLEST_WORDS = 1 << 14  # less is quickly had

Words = NDArray[np.int32]  # premultiplied ARGB, as OpenCV looks them up


class Blocks:
    """Memory that comes back when the last picture in it is let go."""

    def __init__(self, most_free_bytes: float = MOST_FREE_BYTES) -> None:
        self._most_free_bytes = most_free_bytes
        self._free: dict[int, Words] = {}  # the longest unused first

    @property
    def free_bytes(self) -> int:
        return sum(block.nbytes for block in list(self._free.values()))

    def words(self, rows: int, columns: int) -> Words:
        """(rows, columns) words; what is in them is left from before."""
        count = rows * columns
        if count < SMALLEST_WORDS:
            return np.empty((rows, columns), np.int32)
        block = self._fitting(count)
        words = block[:count].reshape(rows, columns)
        weakref.finalize(words, self._take_back, block).atexit = False
        return words

    def _fitting(self, count: int) -> Words:
        """A free block that is not much too large, else a new one with some to spare."""
        for key, block in list(self._free.items()):
            if count <= block.size <= 2 * count and self._free.pop(key, None) is not None:
                return block
        return np.empty(count + count // 4, np.int32)

    def _take_back(self, block: Words) -> None:
        self._free[id(block)] = block
        while self.free_bytes > self._most_free_bytes:
            self._free.pop(next(iter(self._free)))


def image_of(words: Words) -> QImage:
    """The words as a picture, which keeps them alive and changes with them."""
    rows, columns = words.shape
    return QImage(words.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)


blocks = Blocks()
