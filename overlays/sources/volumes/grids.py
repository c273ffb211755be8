"""Volumes of foreign files made into maps: label maps of whole numbers, fields of the rest, on an LPS affine.

What belongs here: what the numbers of a plain volume are taken to mean, and saying so where that is a guess. What does
not: the files (nifti, nrrd, metaimage), the images that a map belongs to (own.volume_results, overlays.placing).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, MapKind, Provenance, Segment
from overlays.sources.bounds import LEAST_VOLUME
from overlays.sources.counting import voxel_counts

MOST_LAYERS = 32
MOST_SEGMENTS = 1024  # different numbers; an image that is no label map has more
LARGEST_NUMBER = 65535
PERCENT = (1.0, 99.0)  # of the voxels, between which the scale of a field lies that names none
OWN_TYPES = ("u1", "u2", "i2", "f4", "f8")


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A volume as a file has it: `values` (slices, rows, columns) on `affine` (column, row, slice → LPS mm).

    `is_label` is what the file itself says, None where it says nothing. `scale` is its own range for display.
    """

    values: NDArray[Any]
    affine: NDArray[np.float64]
    name: str = ""
    slope: float = 1.0
    intercept: float = 0.0
    is_label: bool | None = None
    scale: tuple[float, float] | None = None
    segments: tuple[Segment, ...] = ()
    remarks: tuple[str, ...] = ()


def checked_affine(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same 4×4. Raises ValueError where it maps no voxel to a place."""
    if not np.isfinite(matrix).all() or np.abs(matrix).max() > 1e7:
        raise ValueError("its affine holds no usable numbers")
    if abs(np.linalg.det(matrix[:3, :3])) < LEAST_VOLUME:
        raise ValueError("its affine is flat: it maps no volume of voxels to mm")
    return matrix


def map_of(grid: Grid, number: int, provenance: Provenance) -> tuple[AIMap, tuple[str, ...]]:
    """A volume as a map, and what had to be guessed about it, in words."""
    values = grid.values
    named = f"map-{number}"
    if _is_label_map(grid):
        return _label_map(grid, named, provenance), grid.remarks
    values, lost = _finite(_own_type(values))
    kind, value_range, guessed = _meaning(replace(grid, values=values))
    made = AIMap(named, grid.name or kind, kind, values, grid.affine, value_range, "", provenance)
    made = replace(made, slope=grid.slope, intercept=grid.intercept)
    return made, (*grid.remarks, *lost, *guessed)


# --- label maps ------------------------------------------------------------------------------------------------------


def _is_label_map(grid: Grid) -> bool:
    values = grid.values
    plain = grid.slope == 1 and grid.intercept == 0
    if grid.is_label is False or not plain or (grid.is_label is None and values.dtype.kind not in "bui"):
        return False
    if not (values.min() >= 0 and values.max() <= LARGEST_NUMBER):
        return False
    return len(_numbers(values)) <= MOST_SEGMENTS if values.dtype.kind in "bui" else _are_whole(values)


def _are_whole(values: NDArray[Any]) -> bool:
    return bool(np.array_equal(values, np.floor(values)))  # false where there is a NaN


def _numbers(values: NDArray[Any]) -> NDArray[np.int64]:
    """The different numbers of a volume of whole numbers 0..LARGEST_NUMBER, without 0."""
    return np.flatnonzero(voxel_counts(values)[1:]) + 1


def _label_map(grid: Grid, named: str, provenance: Provenance) -> AIMap:
    packed = grid.values.astype(np.uint8 if grid.values.max() < 256 else np.uint16, copy=False)
    segments = _segments(grid, packed)
    kind: MapKind = "binary" if [each.number for each in segments] == [1] else "label"
    top = float(max((each.number for each in segments), default=1))
    label = grid.name or (segments[0].label if kind == "binary" else "segmentation")
    return AIMap(named, label, kind, packed, grid.affine, (0.0, top), "", provenance, segments=segments)


def _segments(grid: Grid, values: NDArray[Any]) -> tuple[Segment, ...]:
    """The segments that the file names, and one for each number that it forgot."""
    told = {each.number: each for each in grid.segments}
    numbers = sorted(told.keys() | set(_numbers(values).tolist()))
    alone = grid.name or "segment"
    return tuple(told.get(n) or Segment(n, alone if numbers == [1] else f"{alone} {n}") for n in numbers)


# --- fields ----------------------------------------------------------------------------------------------------------


def _own_type(values: NDArray[Any]) -> NDArray[Any]:
    """The values in the smallest of the types that maps may have which keeps them all."""
    if values.dtype.str[1:] in OWN_TYPES:
        return values
    if values.dtype.kind == "f":
        return values.astype(np.float32 if values.dtype.itemsize < 4 else np.float64)
    low, high = int(values.min()), int(values.max())
    kept = next((name for name in ("u1", "u2", "i2") if np.iinfo(name).min <= low and high <= np.iinfo(name).max), "f8")
    return values.astype(kept)


def _finite(values: NDArray[Any]) -> tuple[NDArray[Any], tuple[str, ...]]:
    if values.dtype.kind != "f" or not np.isinf(values).any():
        return values, ()
    lost = int(np.isinf(values).sum())
    return np.where(np.isinf(values), np.nan, values), (f"{lost} voxels are infinite and count as empty.",)


def _meaning(grid: Grid) -> tuple[MapKind, tuple[float, float], tuple[str, ...]]:
    """Kind and scale of a field, and what of it is a guess."""
    low, high = _extremes(grid)
    guessed: tuple[str, ...] = ()
    if grid.values.dtype.kind == "f" and high > low and _are_whole(grid.values):
        guessed = ("It holds whole numbers only, as floats: a label map has to be saved as integers.",)
    elif grid.values.dtype.kind in "ui" and grid.slope == 1 and grid.intercept == 0:
        guessed = ("Its whole numbers are negative, too large or too many for a label map: it is taken for a field.",)
    if low >= 0 and high <= 1:
        return "probability", (0.0, 1.0), guessed
    if grid.scale is not None:
        return "parametric", grid.scale, guessed
    own = (
        "It names no scale (cal_min and cal_max): that of its colours was taken from this very volume, and says "
        "nothing beside another one's. Give value_range in a ReaderLab JSON beside it."
    )
    return "parametric", _usual(grid), (*guessed, own)


def _extremes(grid: Grid) -> tuple[float, float]:
    values = grid.values
    if values.dtype.kind == "f" and np.isnan(values).all():
        return 0.0, 0.0
    ends = [float(end) * grid.slope + grid.intercept for end in (np.nanmin(values), np.nanmax(values))]
    return min(ends), max(ends)


def _usual(grid: Grid) -> tuple[float, float]:
    """The range that all but the outermost voxels lie in."""
    thinned = grid.values.reshape(-1)[:: max(1, grid.values.size // 1_000_000)].astype(np.float64)
    ends = np.nanpercentile(thinned * grid.slope + grid.intercept, PERCENT)
    low, high = (float(ends[0]), float(ends[1])) if np.isfinite(ends).all() else _extremes(grid)
    return (low, high) if low < high else (min(low, 0.0), max(high, low + 1.0))
