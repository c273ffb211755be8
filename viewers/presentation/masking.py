"""Angiograms with their mask taken away: volumes whose planes are differences of frames.

What belongs here: DICOM PS3.3 C.7.6.10 on a volume. What does not: which mask (states) and showing it (render).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.presentation.states import Mask
from viewers.volume import SeriesHeader, Volume

Plane = NDArray[np.generic]
FINE = 8  # differences are kept eight times too large, so that means of frames lose nothing


class MaskedVolume(Volume):
    """The volume less its masks. Frames that no mask is for stay as they are; values are modality differences."""

    source: Volume
    masks: tuple[Mask, ...]

    def __init__(self, source: Volume, masks: tuple[Mask, ...]) -> None:
        stored = np.broadcast_to(np.zeros((), np.int16), source.stored.shape)  # nobody reads it: planes are worked out
        values = {"source": source, "masks": masks, "header": _header(source.header), "stored": stored}
        for name, value in values.items():
            object.__setattr__(self, name, value)  # volumes are frozen
        object.__setattr__(self, "mask_of", lru_cache(maxsize=4)(self._mask))

    @property
    def loaded(self) -> NDArray[np.bool_]:  # read-only there too: volumes are frozen
        """A difference is there once all its frames are."""
        there = self.source.loaded
        return np.array([bool(there[list(self._needed(n))].all()) for n in range(self.header.frames)])

    def plane(self, slice_index: int) -> Plane:
        mask = self._mask_for(slice_index)
        difference = self._mean(self._contrast(mask, slice_index))
        if mask is not None:
            difference = difference - object.__getattribute__(self, "mask_of")(mask, slice_index)
        return np.clip(np.rint(difference * FINE), -32_768, 32_767).astype(np.int16)

    def _mask_for(self, frame: int) -> Mask | None:
        own = self.header.source.instances[frame].frame
        mask = next((mask for mask in self.masks if mask.covers(own)), None)
        return mask if mask is not None and self._frames(mask, frame) else None

    def _frames(self, mask: Mask, frame: int) -> tuple[int, ...]:
        """The frames that are averaged into the mask of a frame; () where one of them does not exist."""
        frames = mask.frames if mask.operation == "average" else (frame - mask.interval,)
        return frames if all(0 <= n < self.header.frames for n in frames) else ()

    def _contrast(self, mask: Mask | None, frame: int) -> tuple[int, ...]:
        count = mask.averaged if mask is not None else 1
        return tuple(range(frame, min(self.header.frames, frame + count)))

    def _needed(self, frame: int) -> tuple[int, ...]:
        mask = self._mask_for(frame)
        return (*self._contrast(mask, frame), *(self._frames(mask, frame) if mask is not None else ()))

    def _mean(self, frames: tuple[int, ...]) -> NDArray[np.float32]:
        total = self._values(frames[0])
        for frame in frames[1:]:  # one at a time: there may be thousands
            total += self._values(frame)
        return np.asarray(total / np.float32(len(frames)), np.float32)

    def _values(self, frame: int) -> NDArray[np.float32]:
        rescale = self.source.header.instances[frame].rescale
        return rescale.values(self.source.plane(frame)).astype(np.float32)

    def _mask(self, mask: Mask, frame: int) -> NDArray[np.float32]:
        mean = self._mean(self._frames(mask, frame))
        down, right = mask.shift
        if not (down or right):
            return mean
        matrix = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
        size = (mean.shape[1], mean.shape[0])
        return np.asarray(cv2.warpAffine(mean, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _header(header: SeriesHeader) -> SeriesHeader:
    """The header of differences: signed, and in units of their own."""
    instances = tuple(
        replace(
            one, rescale=replace(one.rescale, slope=1 / FINE, intercept=0.0, table=None), suv_factor=None, offset=-1
        )
        for one in header.instances
    )
    return replace(header, instances=instances, signed=True, bits_stored=16, padding=None)
