"""The 60xx overlays of a file: planes of one bit over its frames, apart or hidden in unused bits of its pixels.

What belongs here: reading them (DICOM PS3.3 C.9.2). What does not: their pixels (overlay_pixels) and painting.
"""

from __future__ import annotations

import numpy as np

from viewers.dicom.elements import Elements
from viewers.volume import OverlayPlane

GROUPS = tuple(range(0x6000, 0x6020, 2))
MOST_PIXELS = 1 << 26  # of one plane


def overlay_planes(elements: Elements, frames: int) -> tuple[tuple[OverlayPlane, ...], ...]:
    """For each frame of a file its overlay planes, () where there is none at all."""
    groups = [group for group in GROUPS if group << 16 | 0x0010 in elements.found]
    if not groups:
        return ()
    planes = [_planes(elements, group, frames) for group in groups]
    return tuple(tuple(plane for of_group in planes if (plane := of_group[n]) is not None) for n in range(frames))


def _planes(elements: Elements, group: int, frames: int) -> list[OverlayPlane | None]:
    """The plane of one group on each frame, None where it has none or is damaged."""
    of = group << 16
    rows, columns = elements.integer(of | 0x0010) or 0, elements.integer(of | 0x0011) or 0
    count, first = elements.integer(of | 0x0015) or 1, (elements.integer(of | 0x0051) or 1) - 1
    if not (rows and columns and count > 0 and rows * columns <= MOST_PIXELS):
        return [None] * frames
    row, column = _origin(elements, of | 0x0050)
    kind, label = elements.text(of | 0x0040) or "G", elements.words(of | 0x1500)
    form = OverlayPlane(rows, columns, (column, row), b"", kind, label, group)
    data = elements.raw(of | 0x3000)
    if data is None:
        bit = elements.integer(of | 0x0102) or 0
        hidden = elements.integer(of | 0x0100, 1) != 1 and _is_unused(elements, bit)
        plane = OverlayPlane(rows, columns, (column, row), b"", kind, label, group, bit)
        return [plane if hidden else None] * frames
    own: list[OverlayPlane | None] = [
        _of_frame(form, data, n, elements.encoding.little) for n in range(min(count, frames))
    ]
    if count == 1 and 0x00000015 | of not in elements.found:
        return own * frames  # a single plane lies over every frame
    return [own[n - first] if 0 <= n - first < len(own) else None for n in range(frames)]


def _of_frame(form: OverlayPlane, data: bytes, frame: int, is_little: bool) -> OverlayPlane:
    """The bits of one frame; frames follow each other without padding to bytes (PS3.5 8.1.2)."""
    size = form.rows * form.columns
    start = frame * size
    part = np.frombuffer(data, np.uint8)
    if not is_little and len(part) % 2 == 0:  # words of 16 bits, their bytes exchanged
        part = part.reshape(-1, 2)[:, ::-1].reshape(-1)
    some = np.unpackbits(part[start // 8 : (start + size + 7) // 8], bitorder="little")[start % 8 :][:size]
    bits = np.packbits(some, bitorder="little").tobytes()
    return OverlayPlane(form.rows, form.columns, form.origin, bits, form.kind, form.label, form.group)


def _origin(elements: Elements, tag: int) -> tuple[int, int]:
    """(row, column) from 0 of the plane's first pixel; may lie outside the image."""
    raw = elements.shorts(tag)
    signed = tuple(value - 65_536 if value > 32_767 else value for value in raw)
    return (signed[0] - 1, signed[1] - 1) if len(signed) == 2 else (0, 0)


def _is_unused(elements: Elements, bit: int) -> bool:
    """Whether a bit of the allocated ones lies outside the stored values."""
    allocated, stored = elements.integer(0x00280100) or 0, elements.integer(0x00280101) or 0
    high = elements.integer(0x00280102)
    top = stored - 1 if high is None else high
    return 0 <= bit < allocated and not top - stored < bit <= top
