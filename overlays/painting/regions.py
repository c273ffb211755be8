"""Segments and regions of maps as fills, patterns and contours, by the number that each voxel has.

What belongs here: which colour and pattern a segment has, and pictures of numbers at device pixels. What does not:
cutting and sampling (maps, sampling), marks of findings (marks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from overlays.layers.colour import segment_colour
from overlays.layers.layer import Layer
from overlays.painting import patterns
from overlays.painting.canvas import blocks, image_of
from overlays.painting.sampling import Patch
from overlays.painting.scene import Picture
from overlays.result import AIMap, Colour
from study_configs.layers import Draw

Numbers = NDArray[Any]  # uint8 or uint16
SHADE = 0x96000000  # premultiplied: black, not quite opaque


@dataclass(frozen=True, slots=True)
class SegmentStyle:
    """How a segment is shown: `pattern` counts from 0 and wraps (patterns.tile)."""

    number: int
    label: str
    colour: Colour
    pattern: int


def segment_styles(layer: Layer, ai_map: AIMap) -> tuple[SegmentStyle, ...]:
    """The segments that the layer draws of a label map; of a field one region, in the layer's own colour."""
    ink = QColor(layer.colour)
    own = (ink.red(), ink.green(), ink.blue())
    if not ai_map.is_label:
        return (SegmentStyle(1, ai_map.label, own, 0),)
    is_one = len(ai_map.segments) == 1
    return tuple(
        SegmentStyle(s.number, s.label, own if is_one and not s.colour else segment_colour(s), place)
        for place, s in enumerate(ai_map.segments)
        if not layer.only or s.label in layer.only
    )


def chosen_numbers(values: Numbers, styles: Sequence[SegmentStyle]) -> Numbers:
    """The section with only the numbers that are drawn, as uint8 where these allow it, else uint16."""
    table = np.zeros(256 if values.dtype == np.uint8 else 65_536, np.uint16)
    for style in styles:
        if style.number < len(table):
            table[style.number] = style.number
    if max((style.number for style in styles), default=0) < 255:  # 255 is for what is shaded
        table = table.astype(np.uint8)
    if values.dtype == np.uint8 and table.dtype == np.uint8:
        return np.asarray(cv2.LUT(values, table))
    return np.asarray(table[values.astype(np.uint16)])


def counts(values: Numbers, styles: Sequence[SegmentStyle]) -> dict[int, int]:
    """How many pixels each drawn segment has, without those that have none."""
    if values.dtype == np.uint8:
        found = cv2.calcHist([np.ascontiguousarray(values)], [0], None, [256], [0, 256]).ravel()
    else:
        found = np.bincount(values.ravel(), minlength=65_536)
    return {style.number: int(found[style.number]) for style in styles if found[style.number]}


def region_picture(
    patch: Patch, draw: Draw, styles: Sequence[SegmentStyle], width_px: int, anchor: tuple[int, int], dpr: float
) -> Picture:
    """Numbers at device pixels as a picture: filled, with a pattern, or their borders alone.

    Borders lie within their segments, `width_px` device pixels wide, so that they end exactly where the segment does.
    Patterns begin at the device pixel `anchor`, which moves with the image.
    """
    numbers = patch.values
    if draw == "contour":
        numbers = _with_shade(_borders(numbers, width_px), patch.values)
    elif draw == "pattern":
        numbers = _patterned(numbers, styles, (anchor[0] - patch.x, anchor[1] - patch.y), dpr, width_px)
    return _coloured(Patch(numbers, patch.x, patch.y), styles)


def _coloured(patch: Patch, styles: Sequence[SegmentStyle]) -> Picture:
    words = blocks.words(*patch.values.shape)
    table = np.zeros(256 if patch.values.dtype == np.uint8 else 65_536, np.uint32)
    table[-1] = SHADE
    for style in styles:
        red, green, blue = style.colour
        table[style.number] = 0xFF000000 | (red << 16) | (green << 8) | blue
    if patch.values.dtype == np.uint8:
        cv2.LUT(patch.values, table.view(np.int32), words)
    else:
        np.take(table.view(np.int32), patch.values, out=words)
    return Picture(image_of(words), patch.x, patch.y)


def _borders(numbers: Numbers, width_px: int) -> Numbers:
    """The numbers where another one, or none, is no further than `width_px`."""
    around = np.ones((2 * width_px + 1,) * 2, np.uint8)
    lowest, highest = cv2.erode(numbers, around), cv2.dilate(numbers, around)
    return _where(numbers, _mask(lowest != highest))


def _with_shade(drawn: Numbers, numbers: Numbers) -> Numbers:
    """A shade of one pixel around the segments."""
    beyond = cv2.dilate(numbers, np.ones((3, 3), np.uint8)) > 0
    return _shaded(drawn, beyond & (numbers == 0))


def _patterned(
    numbers: Numbers, styles: Sequence[SegmentStyle], origin: tuple[int, int], dpr: float, width_px: int
) -> Numbers:
    """Each segment's pattern within a thin border of it, with a shade beside the ink."""
    rows, columns = numbers.shape
    ink, shade = np.zeros((rows, columns), np.uint8), np.zeros((rows, columns), np.uint8)
    for style in styles:
        mask = _mask(numbers == style.number)
        x, y, width, height = cv2.boundingRect(mask)
        if not width:
            continue
        at = np.s_[y : y + height, x : x + width]
        for into, shaded in ((ink, False), (shade, True)):
            tiles = patterns.spread(style.pattern, dpr, height, width, shaded=shaded)
            size = patterns.tile(style.pattern, dpr).shape[0]
            top, left = (y - origin[1]) % size, (x - origin[0]) % size
            part = cv2.bitwise_and(mask[at], tiles[top : top + height, left : left + width])
            cv2.bitwise_or(into[at], part, into[at])
    border = _mask(_borders(numbers, width_px) > 0)
    drawn = _where(numbers, cv2.bitwise_or(ink, border))
    return _shaded(drawn, (shade > 0) & (drawn == 0))


def _mask(where: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """255 where it is so; OpenCV's own comparison takes arrays of four for colours."""
    return np.negative(where.view(np.uint8))


def _where(numbers: Numbers, mask: NDArray[np.uint8]) -> Numbers:
    if numbers.dtype == np.uint8:
        return np.asarray(cv2.bitwise_and(numbers, mask))
    return np.where(mask > 0, numbers, numbers.dtype.type(0))


def _shaded(numbers: Numbers, where: NDArray[np.bool_]) -> Numbers:
    """The highest number, which stands for shade, where there was none."""
    if numbers.dtype == np.uint8:
        return np.asarray(cv2.bitwise_or(numbers, _mask(where)))
    return np.where(where, np.iinfo(numbers.dtype).max, numbers).astype(numbers.dtype)
