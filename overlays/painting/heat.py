"""Heat maps: values of a field on this slice as colours from a fixed scale.

What belongs here: the scale and the picture. What does not: cutting and sampling (maps, sampling), the colour maps
themselves (overlays.layers.colour), and the legend.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.layers import colour
from overlays.layers.layer import Layer, map_level
from overlays.painting.canvas import blocks, image_of
from overlays.painting.sampling import Patch
from overlays.painting.scene import Picture
from overlays.result import AIMap

LEAST_SHARE = 1 / 510  # of the range: what has no more than nothing is never drawn, whatever the threshold


@dataclass(frozen=True, slots=True)
class Scale:
    """What is drawn in which colour: `low` to `high` along the colour map, from `level` on.

    On a signed scale (a diverging colour map over a range with both signs) zero has the middle colour, and what is
    drawn is what lies `level` or further from it.
    """

    colours: str
    low: float
    high: float
    level: float
    is_signed: bool = False

    def share(self, value: float) -> float:
        """Where a value lies on the colour map, 0..1."""
        return min(1.0, max(0.0, (value - self.low) / max(self.high - self.low, 1e-12)))


def scale_of(layer: Layer, ai_map: AIMap) -> Scale:
    """The layer's scale over the map's fixed range of values."""
    low, high = ai_map.value_range
    colours = layer.colours
    if colour.check_name(colours).kind == "diverging" and low < 0 < high:
        extent = max(-low, high)
        return Scale(colours, -extent, extent, max(layer.threshold, LEAST_SHARE) * extent, is_signed=True)
    return Scale(colours, low, high, max(map_level(layer, ai_map), low + LEAST_SHARE * (high - low)))


def heat_picture(patch: Patch, scale: Scale, share: float = 1.0) -> Picture:
    """The patch (meant values) in colour; what is not drawn stays transparent, whatever rounding does."""
    index = _signed_index(patch.values, scale) if scale.is_signed else _index(patch.values, scale)
    words = blocks.words(*index.shape)
    cv2.LUT(index, _words(scale), words)
    return Picture(image_of(words), patch.x, patch.y, share)


def _index(values: NDArray[np.float32], scale: Scale) -> NDArray[np.uint8]:
    """0 below the level, 1 to 255 evenly from it to the top."""
    steps = 254 / max(scale.high - scale.level, 1e-9 * (scale.high - scale.low))
    if values.dtype.kind == "f" and np.isnan(cv2.sumElems(values)[0]):
        values = np.nan_to_num(values, nan=2 * scale.low - scale.high)
    return np.asarray(cv2.addWeighted(values, steps, values, 0, 0.501 - steps * scale.level, dtype=cv2.CV_8U))


def _signed_index(values: NDArray[np.float32], scale: Scale) -> NDArray[np.uint8]:
    """1 to 255 evenly from the lowest to the highest, 0 where there is nothing."""
    steps = 127 / scale.high
    index = np.asarray(cv2.addWeighted(np.nan_to_num(values), steps, values, 0, 128, dtype=cv2.CV_8U))
    index = np.maximum(index, np.uint8(1))
    index[~(np.abs(values) >= scale.level)] = 0
    return np.asarray(index)


@lru_cache(maxsize=32)
def _words(scale: Scale) -> NDArray[np.int32]:
    """Colours as OpenCV looks them up, kept: scrolling asks for the same ones on every slice."""
    threshold = scale.low if scale.is_signed else scale.level
    return colour_words(scale.colours, threshold, (scale.low, scale.high)).view(np.int32)


def colour_words(colours: str, threshold: float, value_range: tuple[float, float]) -> NDArray[np.uint32]:
    """256 premultiplied ARGB words: index 0 is nothing, 1..255 rise evenly from the threshold to the range's top.

    The colour of a value is its share of the fixed range, whatever the threshold.
    """
    low, high = value_range
    values = np.linspace(min(threshold, high), high, 255)
    share = np.clip((values - low) / max(high - low, 1e-12), 0, 1)
    red, green, blue = colour.table(colours)[np.round(share * 255).astype(int)].astype(np.uint32).T
    words = np.zeros(256, np.uint32)
    words[1:] = (np.uint32(0xFF) << 24) | (red << 16) | (green << 8) | blue
    return words
