"""Slabs: several slices shown as one, the brightest, darkest or mean value along the stack.

What belongs here: which slices a slab takes and their projection. What does not: the planes that they are (planes,
oblique), keys that ask for one (desks) and windowing (render).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from study_configs.words import phrase, translate
from viewers.planes.sampling import slice_places
from viewers.view import Projection, Slab, View
from viewers.volume import Rescale, SeriesHeader, Volume

Plane = NDArray[np.generic]
NAMES: dict[Projection, str] = {
    "max": phrase("ViewerPlanes", "MIP"),
    "min": phrase("ViewerPlanes", "MinIP"),
    "mean": phrase("ViewerPlanes", "Mean"),
}
THICKNESSES_MM = (2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 100.0)
OPENING_MM = 10.0
MOST_SLICES = 400
CHUNK = 32  # slices projected at a time
KEPT = 4  # projections of one volume: those that viewports show now
IN_CV2 = (np.uint8, np.uint16, np.int16, np.float32)

_kept: WeakKeyDictionary[Volume, OrderedDict[tuple[object, ...], Plane]] = WeakKeyDictionary()


def caption(slab: Slab) -> str:
    """ "MIP 10 mm"."""
    return f"{translate('ViewerPlanes', NAMES[slab.projection])} {slab.thickness_mm:g} mm"


def next_slab(slab: Slab | None) -> Slab | None:
    """Off, brightest, darkest, mean, off."""
    if slab is None:
        return Slab("max", OPENING_MM)
    ways: tuple[Projection, ...] = ("max", "min", "mean")
    place = ways.index(slab.projection) + 1
    return replace(slab, projection=ways[place]) if place < len(ways) else None


def thicker(slab: Slab) -> Slab:
    deeper = [mm for mm in THICKNESSES_MM if mm > slab.thickness_mm + 1e-6]
    return replace(slab, thickness_mm=deeper[0] if deeper else slab.thickness_mm)


def thinner(slab: Slab) -> Slab:
    flatter = [mm for mm in THICKNESSES_MM if mm < slab.thickness_mm - 1e-6]
    return replace(slab, thickness_mm=flatter[-1] if flatter else slab.thickness_mm)


def slices_of(header: SeriesHeader, slice_index: int, thickness_mm: float) -> range:
    """The slices whose centres lie within half the thickness of the given one, along the stack's normal."""
    normal = np.cross(header.grid_affine[:3, 0], header.grid_affine[:3, 1])
    step_mm = abs(float(header.grid_affine[:3, 2] @ normal)) / float(np.linalg.norm(normal))
    reach = thickness_mm / 2 / max(step_mm, 1e-6) + 1e-6
    places = slice_places(header)
    if not places:
        near = min(int(reach), MOST_SLICES // 2)
        return range(max(0, slice_index - near), min(header.frames, slice_index + near + 1))
    within = np.flatnonzero(np.abs(np.subtract(places, places[slice_index])) <= reach)
    return range(int(within[0]), int(within[-1]) + 1)


def projected(volume: Volume, slice_index: int, slab: Slab) -> Plane:
    """The slab's plane, in the stored values of its middle slice; slices that are not loaded are left out.

    Kept until something of it changes, so that windowing, zooming and panning work nothing out again.
    """
    wanted = slices_of(volume.header, slice_index, slab.thickness_mm)
    loaded = tuple(n for n in wanted if volume.loaded[n])
    key = (slice_index, slab, loaded, volume.revision(slice_index))
    kept = _kept.setdefault(volume, OrderedDict())
    if key not in kept:
        kept[key] = _project(volume, slice_index, loaded, slab.projection)
        if len(kept) > KEPT:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def slab_revision(volume: Volume, view: View) -> tuple[int, int]:
    """Changes whenever `projected` gives something new for the view's slab: one more of its slices is there."""
    if view.slab is None:
        return 0, volume.revision(view.slice_index)
    wanted = slices_of(volume.header, view.slice_index, view.slab.thickness_mm)
    return int(volume.loaded[wanted.start : wanted.stop].sum()), volume.revision(view.slice_index)


def _project(volume: Volume, slice_index: int, slices: Sequence[int], way: Projection) -> Plane:
    if len(slices) < 2:
        return volume.plane(slice_index)
    fold = Mean(volume) if way == "mean" else Extreme(volume, way)
    for first in range(0, len(slices), CHUNK):
        fold.add(_block(volume, slice_index, slices[first : first + CHUNK]))
    return fold.result()


def _block(volume: Volume, middle: int, slices: Sequence[int]) -> Plane:
    """Slices as (n, rows, columns, …), all as the middle one would store them; a view of the volume where it can be."""
    instances = volume.header.instances
    rescale = instances[middle].rescale
    is_alike = all(instances[n].rescale == rescale for n in slices)
    if is_alike and _is_in_memory(volume) and slices[-1] - slices[0] == len(slices) - 1:
        return volume.stored[slices[0] : slices[-1] + 1]
    planes = [volume.plane(n) for n in slices]
    if not is_alike:
        planes = [_as_stored(plane, instances[n].rescale, rescale) for n, plane in zip(slices, planes, strict=True)]
    return np.stack(planes)


def _is_in_memory(volume: Volume) -> bool:
    """Whether `stored` holds what `plane` gives: not where planes are sampled, converted or still filling."""
    if volume.header.derived is None:
        return True
    source = volume.header.source
    same = volume.header.instances[0].rescale == source.instances[0].rescale
    return same and volume.stored.strides[0] != 0 and volume.is_complete


def _padding(volume: Volume) -> tuple[int, int] | None:
    """The stored values that stand for nothing: planes of a whole volume have no void but what the files have."""
    return volume.header.source.padding if _is_in_memory(volume) else volume.header.padding


def _as_stored(plane: Plane, rescale: Rescale, middle: Rescale) -> Plane:
    """Another slice's values as the middle slice would store them, with fractions."""
    if rescale.table is not None or middle.slope == 0:
        return plane.astype(np.float32)
    values = plane.astype(np.float32) * np.float32(rescale.slope / middle.slope)
    return np.asarray(values + np.float32((rescale.intercept - middle.intercept) / middle.slope), np.float32)


def _missing(block: Plane, padding: tuple[int, int] | None) -> NDArray[np.bool_] | None:
    """Where there is no value; None where there is one everywhere."""
    missing = np.isnan(block) if block.dtype.kind == "f" else None
    if padding is not None and block.ndim == 3:
        padded = (block >= padding[0]) & (block <= padding[1])  # type: ignore[operator]  # they are numbers
        missing = padded if missing is None else missing | padded
    return missing if missing is not None and missing.any() else None


class Extreme:
    """The largest or smallest value so far; what is nowhere known is padding."""

    def __init__(self, volume: Volume, way: Projection) -> None:
        self._padding = _padding(volume)
        self._is_max = way == "max"
        self._so_far: Plane | None = None
        self._unknown: NDArray[np.bool_] | None = None  # missing in every slice so far

    def add(self, block: Plane) -> None:
        missing = _missing(block, self._padding)
        if missing is not None:
            block = np.where(missing, _worst(block.dtype, is_max=self._is_max), block)
        best = _across(block, self._is_max)
        unknown = np.zeros(best.shape, bool) if missing is None else np.asarray(missing.all(axis=0))
        if self._so_far is None or self._unknown is None:
            self._so_far, self._unknown = best, unknown
        else:
            pick = np.maximum if self._is_max else np.minimum
            self._so_far = pick(self._so_far, best.astype(self._so_far.dtype))
            self._unknown &= unknown

    def result(self) -> Plane:
        assert self._so_far is not None  # slabs have slices
        return _voided(self._so_far, self._unknown, self._padding)


class Mean:
    """The mean of the values that there are, rounded where the stored values are whole numbers."""

    def __init__(self, volume: Volume) -> None:
        self._padding = _padding(volume)
        self._total: NDArray[np.float32] | None = None
        self._count: NDArray[np.float32] | float = 0.0
        self._dtype: np.dtype[np.generic] | None = None

    def add(self, block: Plane) -> None:
        missing = _missing(block, self._padding)
        count: NDArray[np.float32] | float = float(len(block))
        if missing is not None:
            block = np.where(missing, 0, block)
            count = (len(block) - missing.sum(axis=0)).astype(np.float32)
        total = _summed(block)
        self._total = total if self._total is None else self._total + total
        self._count = self._count + count
        self._dtype = block.dtype

    def result(self) -> Plane:
        assert self._total is not None  # slabs have slices
        assert self._dtype is not None
        mean = self._total / np.maximum(self._count, 1.0)
        if self._dtype.kind != "f":
            mean = np.rint(mean)
        unknown = np.broadcast_to(np.asarray(self._count) == 0, mean.shape)
        return _voided(mean.astype(self._dtype), unknown, self._padding)


def _worst(dtype: np.dtype[np.generic], *, is_max: bool) -> float:
    """The value that never wins."""
    if dtype.kind == "f":
        return -np.inf if is_max else np.inf
    bits = 8 * dtype.itemsize - (dtype.kind == "i")
    return float((-(2**bits) if dtype.kind == "i" else 0) if is_max else 2**bits - 1)


def _voided(plane: Plane, unknown: NDArray[np.bool_] | None, padding: tuple[int, int] | None) -> Plane:
    if unknown is not None and unknown.any():
        plane[unknown] = np.nan if plane.dtype.kind == "f" else padding[0] if padding is not None else 0
    return plane


def _across(block: Plane, is_max: bool) -> Plane:
    """The extreme along the first axis; read in the order in which the values lie in memory."""
    if block.ndim == 3 and abs(block.strides[0]) < min(abs(s) for s in block.strides[1:]) and block.dtype in IN_CV2:
        lying = np.ascontiguousarray(np.moveaxis(block, 0, -1))  # sagittal planes of an axial series
        flat = cv2.reduce(lying.reshape(-1, len(block)), 1, cv2.REDUCE_MAX if is_max else cv2.REDUCE_MIN)
        return np.asarray(flat).reshape(block.shape[1:])
    return np.asarray((np.maximum if is_max else np.minimum).reduce(block, axis=0))


def _summed(block: Plane) -> NDArray[np.float32]:
    if block.ndim == 3 and abs(block.strides[0]) < min(abs(s) for s in block.strides[1:]) and block.dtype in IN_CV2:
        lying = np.ascontiguousarray(np.moveaxis(block, 0, -1))
        flat = cv2.reduce(lying.reshape(-1, len(block)), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F)
        return np.asarray(flat, np.float32).reshape(block.shape[1:])
    total = np.zeros(block.shape[1:], np.float32)
    for plane in block:
        total += plane
    return total
