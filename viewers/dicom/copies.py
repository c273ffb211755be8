"""Whether two files with one SOPInstanceUID are the same image.

What belongs here: that one question. What does not: what is done about it (scan).
"""

from __future__ import annotations

import os
from pathlib import Path

from viewers.dicom.checks import UNDEFINED
from viewers.dicom.elements import Elements, read_elements

SAME = (0x00280010, 0x00280011, 0x00280008, 0x00200032, 0x00200037, 0x00280030, 0x0020000E, 0x00100020)
SAMPLE = 64 << 10  # bytes compared at the start, in the middle and at the end


def differs(elements: Elements, path: Path, first: Path) -> bool:
    """Whether a file is another image than the first one of its UID: size, place, series, patient, or pixels.

    Pixels are compared in samples, and only where both are written in one transfer syntax.
    """
    other = read_elements(first)
    if elements.encoding.order == other.encoding.order and elements.raws(SAME) != other.raws(SAME):
        return True
    if elements.syntax != other.syntax or elements.inflated:
        return False
    return _pixels(elements, path) != _pixels(other, first)


def _pixels(elements: Elements, path: Path) -> tuple[int, bytes]:
    """How many bytes of pixels a file has, and samples of them."""
    left = elements.size - elements.pixel_start
    size = left if elements.pixel_length == UNDEFINED else min(left, elements.pixel_length)
    with path.open("rb") as stream:
        parts = []
        for at in sorted({0, max(0, size // 2 - SAMPLE // 2), max(0, size - SAMPLE)}):
            stream.seek(elements.pixel_start + at, os.SEEK_SET)
            parts.append(stream.read(min(SAMPLE, size)))
    return size, b"".join(parts)
