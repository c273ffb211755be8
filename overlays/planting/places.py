"""Where in an image something could plausibly be found: places within the body, and within the lung of a chest CT.

What belongs here: choosing a free place from pixels, finding the like place in another image. What does not: what is
put there (planting).
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
NEARBY = 0.004  # of the box: by how much each further try may lie away from the matched place
LOOKED_AT = 24  # slices from which the box around body, lungs or breast is taken
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
        if is_free(place, taken, clearance_mm):
            return place
    return None


def matched_place(
    place_mm: Point,
    there: Volume | SeriesHeader,
    here: Volume | SeriesHeader,
    taken: Sequence[Place],
    clearance_mm: float,
    rng: np.random.Generator,
) -> Point | None:
    """Where in this image the place of another one would be: as far along the body's (the lungs', the breast's) box.

    Plausible and `clearance_mm` away from everything taken, as near to it as a few tries find; None where none was
    found.
    """
    low, high = extent_mm(there)
    share = (np.asarray(place_mm) - low) / np.maximum(high - low, 1e-6)
    low, high = extent_mm(here)
    for attempt in range(TRIES):
        x, y, z = low + (share + rng.normal(0, attempt * NEARBY, 3)) * (high - low)
        place = on_grid(here, (float(x), float(y), float(z)))
        if place is not None and is_free(place, taken, clearance_mm) and is_plausible(here, place):
            return place
    return None


def is_free(place_mm: Point, taken: Sequence[Place], clearance_mm: float) -> bool:
    """Whether a place is so far away from the edges of all that is taken."""
    return all(np.linalg.norm(np.subtract(place_mm, each.centre_mm)) > clearance_mm + each.radius_mm for each in taken)


def on_grid(image: Volume | SeriesHeader, place_mm: Point) -> Point | None:
    """The middle of the voxel that holds a place; None outside the image."""
    voxel = voxel_of(image, place_mm)
    if voxel is None:
        return None
    header = image.header if isinstance(image, Volume) else image
    x, y, z = geometry.apply(header.affine_at(voxel[2]), (voxel[0], voxel[1], 0))
    return float(x), float(y), float(z)


def voxel_of(image: Volume | SeriesHeader, place_mm: Point) -> tuple[int, int, int] | None:
    """The voxel (column, row, slice) that holds a place; None outside the image."""
    header = image.header if isinstance(image, Volume) else image
    column, row, k = (round(float(each)) for each in geometry.apply(geometry.inverse(header.grid_affine), place_mm))
    inside = 0 <= column < header.columns and 0 <= row < header.rows and 0 <= k < header.frames
    return (column, row, k) if inside else None


def is_plausible(image: Volume | SeriesHeader, place_mm: Point) -> bool:
    """Whether something could be found there: within the image, and where there are pixels, in the body or lung."""
    voxel = voxel_of(image, place_mm)
    if voxel is None or not isinstance(image, Volume):
        return voxel is not None
    return bool(plausible(image, voxel[2])[voxel[1], voxel[0]])


def is_in_body(image: Volume | SeriesHeader, place_mm: Point) -> bool:
    """Whether a place lies within the image and not in the air around the body."""
    voxel = voxel_of(image, place_mm)
    if voxel is None or not isinstance(image, Volume):
        return voxel is not None
    column, row, k = voxel
    return bool(_body(image, k)[row, column])


def extent_mm(image: Volume | SeriesHeader) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and highest LPS mm of where something could be found: the box around body, lungs or breast."""
    header = image.header if isinstance(image, Volume) else image
    size = np.array([header.columns, header.rows, header.frames], np.float64)
    low, high = np.zeros(3), size - 1
    if isinstance(image, Volume):
        low, high = _filled(image, low, high)
    corners = np.array([[low[0], low[1], low[2]], [high[0], high[1], high[2]]])
    ends = geometry.apply(header.grid_affine, np.array(np.meshgrid(*corners.T)).reshape(3, -1).T)
    return ends.min(axis=0), ends.max(axis=0)


def _filled(
    volume: Volume, low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The voxel box (lowest, highest) of plausible pixels, from some slices; the whole image where there are none."""
    found: list[tuple[int, ...]] = []
    for k in np.unique(np.linspace(0, volume.header.frames - 1, LOOKED_AT).round().astype(int)):
        rows, columns = np.nonzero(plausible(volume, int(k)))
        if len(rows):
            found += [(columns.min(), rows.min(), k), (columns.max(), rows.max(), k)]
    if not found:
        return low, high
    points = np.array(found, np.float64)
    return points.min(axis=0), points.max(axis=0)


def _body(volume: Volume, slice_index: int) -> Mask:
    values = _modality_values(volume, slice_index)
    if volume.header.modality == "CT":
        return _enclosed(values > TISSUE_HU)
    if volume.header.photometric == "MONOCHROME1":
        values = -values
    low, high = np.percentile(values, (1, 99))
    return _enclosed(values > low + 0.05 * (high - low)) if high > low else np.ones(values.shape, bool)


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
