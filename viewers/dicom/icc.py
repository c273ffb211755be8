"""Colours through an ICC profile to sRGB, which is what screens are taken for (DICOM PS3.3 C.11.15).

What belongs here: profiles as bytes, arrays in, arrays out. What does not: which image has which profile (decode).
"""

from __future__ import annotations

from functools import lru_cache

import imagecodecs
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.generic]
LARGEST_BYTES = 4 << 20
CUBE_SIDE = 64  # the cube of colours is an image of this many rows, and as many columns


def is_usable(profile: bytes) -> bool:
    """Whether these bytes can be a profile of an RGB device that differs from sRGB (ICC.1:2010 7.2)."""
    if not 132 <= len(profile) <= LARGEST_BYTES or profile[36:40] != b"acsp" or profile[16:20] != b"RGB ":
        return False
    return b"sRGB" not in profile and b"s\0R\0G\0B" not in profile


def cube(side: int, dtype: np.dtype[np.generic]) -> Pixels:
    """side × side colours, (side, side, 3), spread over the whole cube of RGB."""
    steps = np.arange(side * side, dtype=np.int64)
    highest = 255 if dtype.itemsize == 1 else 65535
    channels = [steps % 16, steps // 16 % 16, steps // 256 % 16]
    return np.stack([c * highest // 15 for c in channels], axis=-1).reshape(side, side, 3).astype(dtype)


def to_srgb(pixels: Pixels, profile: bytes) -> Pixels:
    """RGB pixels (rows, columns, 3), uint8 or uint16, with the perceptual intent; unchanged by a broken profile."""
    try:
        shown = _transformed(pixels, profile)
    except (imagecodecs.CmsError, ValueError):
        return pixels  # colours that are a little off are better than none
    return np.asarray(shown)


def _transformed(pixels: Pixels, profile: bytes) -> object:
    return imagecodecs.cms_transform(
        pixels,
        profile,
        _srgb(),
        colorspace="rgb",
        outcolorspace="rgb",
        outdtype=pixels.dtype,
        intent=imagecodecs.CMS.INTENT.PERCEPTUAL,
        flags=imagecodecs.CMS.FLAGS.HIGHRESPRECALC,
    )


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    return bytes(imagecodecs.cms_profile("srgb"))
