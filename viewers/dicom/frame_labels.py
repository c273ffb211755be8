"""What tells the frames of one file from each other, in words: X-ray angles, tiles of a slide, index dimensions.

What belongs here: labels of frames. What does not: nuclear medicine's vectors (nuclear) and labels of stacks (labels).
"""

from __future__ import annotations

import struct

from viewers.dicom.elements import Elements
from viewers.dicom.problems import tag_name

TILE = 0x0048021A
# Index dimensions that say where a frame lies or which time it is: traits and positions know these already
KNOWN_DIMENSIONS = frozenset(
    (0x00200032, 0x00200037, 0x00209056, 0x00209057, 0x00209128, 0x00209113, 0x00209301, 0x0048021E, 0x0048021F)
)


def angle_labels(elements: Elements, count: int) -> list[str]:
    """ "LAO 30°, CRA 10°" for each frame of an X-ray run, from the positioner's angles (PS3.3 C.8.7.5), or "".

    The increments are given for each frame against the angle at the start.
    """
    first = _angles(elements, 0x00181510, 0x00181520, count)
    second = _angles(elements, 0x00181511, 0x00181521, count)
    return [
        ", ".join(part for part in (_angle(first[i], "LAO", "RAO"), _angle(second[i], "CRA", "CAU")) if part)
        for i in range(count)
    ]


def _angles(elements: Elements, tag: int, steps_tag: int, count: int) -> list[float | None]:
    start = elements.number(tag)
    steps = elements.numbers(steps_tag)
    if start is None:
        return [None] * count
    return [start + (steps[i] if len(steps) == count else 0.0) for i in range(count)]


def _angle(degrees: float | None, positive: str, negative: str) -> str:
    if degrees is None:
        return ""
    return f"{positive if degrees >= 0 else negative} {abs(degrees):.0f}°"


def tile_label(elements: Elements, item: Elements | None, frame: int) -> str:
    """Where a tile of a slide begins in the whole picture (counted from 1), "" for other images (PS3.3 C.7.6.17.3).

    From the frame's PlanePositionSlide item, or row by row where the tiles are complete (TILED_FULL).
    """
    column, row = (item.integer(tag) if item is not None else None for tag in (0x0048021E, 0x0048021F))
    if column is not None and row is not None:
        return f"tile at column {column}, row {row}"
    whole, width, height = (elements.integer(tag) for tag in (0x00480006, 0x00280011, 0x00280010))
    if not whole or not width or not height or elements.text(0x00209311) != "TILED_FULL":
        return ""
    down, along = divmod(frame, -(-whole // width))
    return f"tile at column {along * width + 1}, row {down * height + 1}"


def dimensions(elements: Elements) -> tuple[str, ...]:
    """A name for each index dimension of an enhanced object, "" for those that need none (PS3.3 C.7.6.17)."""
    return tuple(_dimension(item, number) for number, item in enumerate(elements.items(0x00209222), 1))


def _dimension(item: Elements, number: int) -> str:
    halves = item.shorts(0x00209165)
    pointer = halves[0] << 16 | halves[1] if len(halves) == 2 else 0
    if pointer in KNOWN_DIMENSIONS:
        return ""
    return item.words(0x00209421) or (tag_name(pointer) if pointer else f"dimension {number}")


def dimension_label(names: tuple[str, ...], content: Elements | None) -> str | None:
    """The frame's place along the dimensions that `names` names: "Contrast 2"."""
    raw = (content.raw(0x00209157) if content is not None else None) or b""
    if content is None or len(raw) != 4 * len(names):
        return None
    places = struct.unpack(f"{content.encoding.order}{len(names)}L", raw)
    return ", ".join(f"{name} {place}" for name, place in zip(names, places, strict=True) if name) or None
