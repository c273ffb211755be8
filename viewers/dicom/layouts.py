"""Headers that are laid out as one before them: files of one series have the same elements at the same places.

What belongs here: recognising a layout by the heads of all its elements. What does not: walking a header (elements).
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass

Found = dict[int, tuple[int, int, bytes]]  # tag → (start, length, VR)
Key = tuple[int, int, str, bool]  # size of the file, where its data set starts, transfer syntax, explicit VR
MOST = 256
ALIKE = 4  # layouts of headers of one size that are kept
HEAD_BYTES = (8, 12)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where everything lies in a header without sequences of undefined length; `found` is shared and never changed.

    Whatever has the same bytes at every element's head is walked in the same way, step by step.
    """

    found: Found
    pixel: tuple[int, int, int]  # tag, start, length
    heads: struct.Struct
    expected: tuple[bytes, ...]

    def fits(self, buffer: bytes) -> bool:
        return len(buffer) >= self.heads.size and self.heads.unpack_from(buffer) == self.expected


_known: dict[Key, deque[Layout]] = {}  # none of them where such a file was seen once


def known(key: Key, buffer: bytes) -> Layout | None:
    """The layout of this header, if one like it was kept."""
    return next((layout for layout in _known.get(key, ()) if layout.fits(buffer)), None)


def keep(key: Key, buffer: bytes, found: Found, pixel: tuple[int, int, int]) -> None:
    """Keeps the layout of a header whose elements all follow each other up to its pixels, at the second of its kind."""
    layouts = _known.get(key)
    if layouts is None:
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = deque(maxlen=ALIKE)
    elif layout := _layout(key[1], buffer, found, pixel):
        layouts.appendleft(layout)


def _layout(start: int, buffer: bytes, found: Found, pixel: tuple[int, int, int]) -> Layout | None:
    position, parts = start, [f"<{start}x"]
    for value, length, _ in found.values():
        if value - position not in HEAD_BYTES:  # an element that occurs twice
            return None
        parts.append(f"{value - position}s{length}x")
        position = value + length
    parts.append(f"{pixel[1] - position}s")
    heads = struct.Struct("".join(parts))
    return Layout(found, pixel, heads, heads.unpack_from(buffer))
