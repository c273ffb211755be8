"""From a volume to the grid on which a model works, and back to patient mm.

What belongs here: resampling with its affine. What does not: the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.models.card import Preprocessing
from study_configs.problem import StudyProblem
from viewers.volume import Volume

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ModelGrid:
    """`hu` float32 (slices, rows, columns), whose axes run nearly along patient z, y, x; `affine` maps its
    (column, row, slice) to LPS mm, cell middles at integers."""

    hu: Array
    affine: NDArray[np.float64]


def model_grid(volume: Volume, preprocessing: Preprocessing) -> ModelGrid:
    """The volume as means over cells of about `spacing_mm`, its axes turned and flipped to run with LPS.

    The grid keeps the series' own directions (an oblique series stays oblique), so that nothing is interpolated
    across slices that were never scanned. Raises StudyProblem where the series has no geometry or is not loaded.
    """
    affine = volume.header.affine
    if affine is None or volume.is_colour:
        raise StudyProblem(
            "the series has no place in space.", where=volume.header.description, todo="Choose a CT series."
        )
    if not volume.is_complete:
        raise StudyProblem("the series is not fully loaded.", where=volume.header.description, todo="Wait until it is.")
    spacing = np.linalg.norm(affine[:3, :3], axis=0)  # column, row, slice
    cells = [max(1, round(n * mm / preprocessing.spacing_mm)) for n, mm in zip(_shape(volume), spacing, strict=True)]
    planes = np.stack(
        [_shrunk(_hu(volume, k, preprocessing.fill_hu), cells[1], cells[0]) for k in range(volume.header.frames)]
    )
    hu = _along_slices(planes, cells[2])
    return _turned(hu, affine @ _cell_affine(_shape(volume), cells))


def _shape(volume: Volume) -> tuple[int, int, int]:
    slices, rows, columns = volume.stored.shape[:3]
    return columns, rows, slices


def _hu(volume: Volume, index: int, fill_hu: float) -> Array:
    """One slice in HU; padding outside the scanner's circle becomes `fill_hu`."""
    rescale = volume.header.instances[index].rescale
    stored = volume.stored[index]
    hu = stored.astype(np.float32) * np.float32(rescale.slope) + np.float32(rescale.intercept)
    if volume.header.padding is not None:
        low, high = volume.header.padding
        hu[(stored >= low) & (stored <= high)] = fill_hu
    return np.asarray(np.maximum(hu, fill_hu), np.float32)


def _shrunk(plane: Array, rows: int, columns: int) -> Array:
    """Mean over cells where the grid gets coarser, linear where it gets finer; both with half-pixel centres."""
    coarser = rows <= plane.shape[0] and columns <= plane.shape[1]
    kind = cv2.INTER_AREA if coarser else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (columns, rows), interpolation=kind), np.float32)


def _along_slices(planes: Array, count: int) -> Array:
    slices, rows, columns = planes.shape
    sheets = [_shrunk(np.ascontiguousarray(planes[:, row]), count, columns) for row in range(rows)]
    return np.stack(sheets, axis=1) if count != slices else planes


def _cell_affine(shape: tuple[int, int, int], cells: list[int]) -> NDArray[np.float64]:
    """Cell index → voxel index: cell i covers the voxels from i·n/m - 1/2 to (i + 1)·n/m - 1/2."""
    scale = np.array(shape, np.float64) / np.array(cells, np.float64)
    out = np.diag(np.append(scale, 1.0))
    out[:3, 3] = scale / 2 - 0.5
    return out


def _turned(hu: Array, affine: NDArray[np.float64]) -> ModelGrid:
    """Exchange and flip axes until column, row, slice run most nearly along +x, +y, +z."""
    order = _nearest_axes(affine[:3, :3])
    turned = affine.copy()
    turned[:, :3] = affine[:, list(order)]
    hu = hu.transpose(2 - np.array(order[::-1]))
    for axis in range(3):
        if turned[axis, axis] < 0:
            n = hu.shape[2 - axis]
            turned[:3, 3] += turned[:3, axis] * (n - 1)
            turned[:3, axis] *= -1
            hu = np.flip(hu, 2 - axis)
    return ModelGrid(np.ascontiguousarray(hu), turned)


def _nearest_axes(directions: NDArray[np.float64]) -> tuple[int, int, int]:
    """Which old axis becomes x, y, z: the assignment with the largest sum of |cosines|."""
    cosines = np.abs(directions / np.linalg.norm(directions, axis=0))
    orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    return max(orders, key=lambda order: float(sum(cosines[k, order[k]] for k in range(3))))


def normalised(hu: Array, preprocessing: Preprocessing) -> Array:
    """HU clipped to the model's range and scaled to 0..1."""
    low, high = preprocessing.clip_hu
    return (np.clip(hu, low, high) - np.float32(low)) / np.float32(high - low)


def padded(values: Array, multiple: int) -> Array:
    """Zeros after the end of each axis until its length is a multiple; zero is the lowest HU after normalisation."""
    return np.pad(values, [(0, -n % multiple) for n in values.shape])
