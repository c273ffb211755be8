"""Where in an image something could plausibly be found: places within the body, and within the lung of a chest CT.

What belongs here: choosing a free place from pixels. What does not: what is put there (planted).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.result import Point
from study_configs.problem import ProgramError
from viewers import geometry
from viewers.volume import SeriesHeader, Volume

TRIES = 60  # slices looked at before giving up
MIDDLE = 0.7  # share of the slices, about the middle, in which a place is looked for
LUNG_HU = (-950.0, -600.0)
TISSUE_HU = -300.0
AROUND_MM = 9.0  # neighbourhood over which values are averaged

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that is taken: its centre in LPS mm and its radius in mm."""

    centre_mm: Point
    radius_mm: float


def free_place(
    image: Volume | SeriesHeader, taken: Sequence[Place], clearance_mm: float, rng: np.random.Generator
) -> Point | None:
    """A place within the body, `clearance_mm` away from everything taken; None where none was found.

    In a CT with lungs it lies in a lung, in another image where it is brighter than its background. Without pixels it
    lies in the middle half of the image.
    """
    header = image.header if isinstance(image, Volume) else image
    for _ in range(TRIES):
        voxel = _candidate(image, rng)
        if voxel is None:
            continue
        x, y, z = geometry.apply(header.grid_affine, voxel)
        place = (float(x), float(y), float(z))
        if all(np.linalg.norm(np.subtract(place, each.centre_mm)) > clearance_mm + each.radius_mm for each in taken):
            return place
    return None


def _candidate(image: Volume | SeriesHeader, rng: np.random.Generator) -> tuple[int, int, int] | None:
    """A voxel (column, row, slice) drawn from one slice's plausible pixels."""
    header = image.header if isinstance(image, Volume) else image
    edge = (1 - MIDDLE) / 2
    k = int(header.frames * rng.uniform(edge, 1 - edge))
    if not isinstance(image, Volume):
        return int(header.columns * rng.uniform(0.25, 0.75)), int(header.rows * rng.uniform(0.25, 0.75)), k
    rows, columns = np.nonzero(plausible(image, k))
    if not len(rows):
        return None
    chosen = int(rng.integers(len(rows)))
    return int(columns[chosen]), int(rows[chosen]), k


def plausible(volume: Volume, slice_index: int) -> Mask:
    """The pixels of one slice in which something could be found. Raises ProgramError where it is not loaded."""
    if not volume.loaded[slice_index]:
        raise ProgramError("A place was looked for in a slice that is not loaded.")
    values = _modality_values(volume, slice_index)
    row_mm, column_mm = volume.header.pixel_mm
    reach = max(1, round(AROUND_MM / column_mm)), max(1, round(AROUND_MM / row_mm))
    around = np.asarray(cv2.blur(values, reach))
    if volume.header.modality == "CT":
        lung = (around > LUNG_HU[0]) & (around < LUNG_HU[1]) & _enclosed(values > TISSUE_HU)
        return lung if lung.mean() > 0.005 else _enclosed(values > TISSUE_HU) & (around > TISSUE_HU)
    if volume.header.photometric == "MONOCHROME1":
        around = -around  # low values are bright
    low, high = np.percentile(around, (5, 95))
    return _away_from_edges(around > low + 0.3 * (high - low))


def _modality_values(volume: Volume, slice_index: int) -> NDArray[np.float32]:
    rescale = volume.header.instances[slice_index].rescale
    stored = volume.plane(slice_index).astype(np.float32)
    grey = stored.mean(axis=-1) if volume.is_colour else stored
    return np.asarray(grey * np.float32(rescale.slope) + np.float32(rescale.intercept), np.float32)


def _enclosed(tissue: Mask) -> Mask:
    """Pixels with tissue on all four sides of them: inside the body, not beside it."""
    inside = np.ones_like(tissue)
    for axis in (0, 1):
        before = np.logical_or.accumulate(tissue, axis=axis)
        after = np.flip(np.logical_or.accumulate(np.flip(tissue, axis), axis=axis), axis)
        inside &= before & after
    return inside


def _away_from_edges(mask: Mask) -> Mask:
    """The mask without the outer eighth of the image, where markers and captions are."""
    rows, columns = mask.shape
    kept = np.zeros_like(mask)
    middle = np.s_[rows // 8 : rows - rows // 8, columns // 8 : columns - columns // 8]
    kept[middle] = mask[middle]
    return kept
