"""Maps changed in one place: cooled, warmed, a hot spot or a region carried elsewhere, on the map's own grid.

What belongs here: voxels of every kind of map (fields of any numbers, label maps, planes of single images). What does
not: which place, and why (the other files of this package).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.planting.shapes import scale_of
from overlays.result import AIMap, Point
from viewers import geometry
from viewers.geometry import Array

FAINT = 6.5  # radii beyond which a spot's fourth root is below a thousandth
NOT_YET, ALL_OF_IT = 0.1, 0.35  # of a spot's fourth root: from where, and how far in, a map is cooled
MOST_OF_GRAIN, ALL_OF_GRAIN = 4.0, 8.0  # spreads above its middle that a map's background reaches
HOTTEST = 0.95  # of a map's scale: what is made hotter stays below its end
STRIDE = 2  # voxels of a patch looked at to tell how loud it is
SLIGHTLY = 1e-6  # voxels: halves are rounded to the same side however their last digit falls
LARGEST_REGION = 3.0  # diameters of a lesion beyond which a region is an organ, not the lesion
LEAST_REGION_MM = 30.0

Region = tuple[slice, slice, slice]  # (slices, rows, columns)
Field = NDArray[Any]  # float32
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map: its middle, LPS mm, and its diameter."""

    centre_mm: Point
    diameter_mm: float


def cooled(ai_map: AIMap, spot: Spot) -> AIMap:
    """A field as quiet around a place as it is where it shows nothing; in a label map the regions there are gone.

    The grain of another part of the map is put there: a hole or a smooth patch would stand out.
    """
    if ai_map.is_label:
        return _without(ai_map, _region_masks(ai_map, spot))
    region = _around(ai_map, spot, FAINT)
    if region is None:
        return ai_map
    near = _full(ball(ai_map, spot, region))
    there, quiet = meant_of(ai_map, region), _quiet_patch(ai_map, region)
    low = np.float32(ai_map.value_range[0])
    if float(np.nanmedian(quiet)) - low > float(np.nanmax(there) - low) / 2:  # the map is quiet nowhere
        quiet = np.full_like(quiet, low)
    values = ai_map.values.copy()
    values[region] = _as_stored(ai_map, there + (quiet - there) * near)
    return replace(ai_map, values=values)


def _full(near: Field) -> Field:
    """All of it up to some radii from the middle, then less and less."""
    return np.asarray(np.clip((near**0.25 - NOT_YET) / (ALL_OF_IT - NOT_YET), 0, 1), np.float32)


def _quiet_patch(ai_map: AIMap, region: Region) -> Field:
    """The quietest part of the map of a region's shape, moved along the grid's axes; the map goes on around its ends.

    Voxels of it that are hot themselves are what the map is in its middle.
    """
    meant = meant_of(ai_map, whole(ai_map))
    parts = []
    for steps in product((0, 1, 2, 3), repeat=3):
        index = [
            (np.arange(part.start, part.stop) + step * count // 4) % count
            for part, step, count in zip(region, steps, meant.shape, strict=True)
        ]
        parts.append(index)
    loud = [float(np.nanmax(meant[np.ix_(*(axis[::STRIDE] for axis in each))])) for each in parts]
    patch = np.asarray(meant[np.ix_(*parts[int(np.nanargmin(loud))])], np.float32)
    middle, ceiling = _background(meant, ALL_OF_GRAIN)
    return np.where(patch > ceiling, np.float32(middle), patch)


def _background(meant: Field, spreads: float) -> tuple[float, float]:
    """What a field is where it shows nothing: its middle, and so many spreads above it. Robust against hot spots."""
    middle = float(np.nanmedian(meant))
    spread = 1.4826 * float(np.nanmedian(np.abs(meant - middle)))
    return middle, middle + spreads * spread


def warmed(ai_map: AIMap, spot: Spot, times: float) -> AIMap:
    """What a field shows near a place so many times as far above its background, which stays as it is.

    It never gets hotter than its scale goes.
    """
    middle, ceiling = _background(meant_of(ai_map, whole(ai_map)), MOST_OF_GRAIN)

    def change(meant: Field, near: Field) -> Field:
        peak = float(np.nanmax(np.where(near >= 0.5, meant, middle)))
        most = (HOTTEST * (ai_map.value_range[1] - middle)) / max(peak - middle, 1e-6)
        more = middle + (meant - middle) * (1 + np.float32(min(times, max(most, 1.0)) - 1) * _full(near))
        more = np.minimum(more, np.maximum(meant, np.float32(ai_map.value_range[1])))
        return np.asarray(np.where(meant > ceiling, more, meant), np.float32)

    return _changed(ai_map, spot, change)


def carried(ai_map: AIMap, spot: Spot, matrix: Array) -> AIMap:
    """What the map shows at a place, taken away there and shown where `matrix` (mm → mm) leads."""
    return brought(cooled(ai_map, spot), ai_map, spot, matrix)


def brought(ai_map: AIMap, other: AIMap, spot: Spot, matrix: Array) -> AIMap:
    """The map with what `other` shows at a place, put where `matrix` (mm → mm) leads; what is stronger there stays."""
    if ai_map.is_label:
        return _region_brought(ai_map, other, spot, matrix)
    low, far = np.float32(ai_map.value_range[0]), np.float32(other.value_range[0])
    _, ceiling = _background(meant_of(other, whole(other)), MOST_OF_GRAIN)
    new = Spot(tuple_of(geometry.apply(matrix, spot.centre_mm)), spot.diameter_mm * scale_of(matrix))
    back = np.asarray(np.linalg.inv(matrix), np.float64)

    def pasted(there: Field, near: Field, mm: Array) -> Field:
        found = sampled(other, geometry.apply(back, mm))
        come = low + (found - far) * _full(near)
        return np.where(np.isnan(found) | (found <= ceiling), there, np.fmax(there, come))

    return _changed_at(ai_map, new, pasted)


def moved_whole(ai_map: AIMap, matrix: Array) -> AIMap:
    """A finding's own map carried along: on its own grid where that holds what it shows, else its grid moves."""
    if not ai_map.images and not _holds_still(ai_map, matrix):
        return replace(ai_map, affine=matrix @ ai_map.affine, plane_images=())
    return resampled(ai_map, ai_map, np.asarray(np.linalg.inv(matrix), np.float64))


def resampled(ai_map: AIMap, grid: AIMap, back: Array) -> AIMap:
    """The values of `ai_map`, where `back` (mm → mm) leads, on the grid of `grid`.

    Beyond its ends a field goes on with its other end, so that it is grainy everywhere; a label map is empty there.
    """
    values = np.empty(grid.values.shape, ai_map.values.dtype)
    for plane in range(len(values)):  # one at a time: places cost 24 bytes a voxel
        region = slice(plane, plane + 1), *whole(grid)[1:]
        values[region] = _as_stored(ai_map, _found(ai_map, grid, region, back))
    return replace(
        ai_map, values=values, affine=grid.affine, places=grid.places, images=grid.images,
        plane_images=grid.plane_images, space=grid.space,
    )  # fmt: skip


def _found(ai_map: AIMap, grid: AIMap, region: Region, back: Array) -> Field:
    mm = geometry.apply(back, places_mm(grid, region))
    if not ai_map.is_label and not ai_map.places and not ai_map.images:
        return _sampled_around(ai_map, mm)
    found = sampled(ai_map, mm)
    nothing = np.float32(0 if ai_map.is_label else ai_map.value_range[0])
    return np.where(np.isnan(found), nothing, found)


def _sampled_around(ai_map: AIMap, mm: Array) -> Field:
    """What a field means at places in LPS mm, at the nearest voxel; it goes on around its ends."""
    index = np.rint(geometry.apply(geometry.inverse(ai_map.affine), mm) - SLIGHTLY).astype(np.int64)
    i, j, k = np.moveaxis(index % np.array(ai_map.values.shape[::-1]), -1, 0)
    return np.asarray(ai_map.values[k, j, i] * np.float32(ai_map.slope) + np.float32(ai_map.intercept), np.float32)


def hot_spot(like: AIMap, affine: Array, spot: Spot, rng: np.random.Generator, grain: float) -> AIMap:
    """A ball that falls off as a Gaussian, as hot and as grainy as this map is; of a label map a ball of its label."""
    moved = replace(like, affine=affine, plane_images=())
    near = ball(moved, spot, whole(moved))
    if like.is_label:
        number = like.segments[0].number if like.segments else int(like.values.max()) or 1
        return replace(moved, values=np.where(near >= 0.5, number, 0).astype(like.values.dtype))
    meant = meant_of(like, whole(like))
    low, high = like.value_range
    hottest = float(np.nanmax(meant))
    peak = (hottest if hottest > low else high) - low
    rough = _smooth(rng.normal(size=meant.shape).astype(np.float32))
    middle = float(np.nanmedian(meant))
    spread = 1.4826 * float(np.nanmedian(np.abs(meant - middle)))  # of its background: robust against the hot spot
    hot = middle + (low + peak - middle) * rng.uniform(0.85, 1.0) * near * (1 + grain * rough) + spread * rough
    return replace(moved, values=_as_stored(like, np.asarray(hot, np.float32)))


def spot_mm(ai_map: AIMap) -> float:
    """The diameter of a ball as large as the part of a map above half of its peak, at least three voxels."""
    voxel_mm3 = abs(float(np.linalg.det(ai_map.affine[:3, :3])))
    least = 3 * voxel_mm3 ** (1 / 3)
    if not ai_map.finding:
        return float(least)
    if ai_map.is_label:
        hot = int(np.count_nonzero(ai_map.values))
    else:
        above = meant_of(ai_map, whole(ai_map)) - ai_map.value_range[0]
        hot = int((above > float(np.nanmax(above)) / 2).sum())
    return float(max(2 * (3 * hot * voxel_mm3 / (4 * np.pi)) ** (1 / 3), least))


def ball(ai_map: AIMap, spot: Spot, region: Region) -> Field:
    """1 at the middle of the spot, falling to 0.5 at its radius, over a region of the map's grid.

    On planes of single images it is a cylinder: only the distance within the plane counts, on the planes it meets.
    """
    away = places_mm(ai_map, region) - np.asarray(spot.centre_mm)
    radius = max(spot.diameter_mm / 2, 1e-6)
    return np.asarray(np.exp2(-(away**2).sum(axis=-1) / radius**2), np.float32)


def meant_of(ai_map: AIMap, region: Region) -> Field:
    """What the voxels of a region mean, in the map's units."""
    return np.asarray(ai_map.values[region] * np.float32(ai_map.slope) + np.float32(ai_map.intercept), np.float32)


def whole(ai_map: AIMap) -> Region:
    slices, rows, columns = ai_map.values.shape
    return slice(0, slices), slice(0, rows), slice(0, columns)


def places_mm(ai_map: AIMap, region: Region) -> Array:
    """LPS mm of every voxel of a region: (slices, rows, columns, 3)."""
    k, j, i = (np.arange(part.start, part.stop, dtype=np.float64) for part in region)
    depth = np.asarray(ai_map.places)[region[0]] if ai_map.places else k
    grid = np.stack(np.broadcast_arrays(i[None, None, :], j[None, :, None], depth[:, None, None]), axis=-1)
    return np.asarray(geometry.apply(ai_map.affine, grid))


def sampled(ai_map: AIMap, mm: Array) -> Field:
    """What the map means at places in LPS mm (…, 3), at the nearest voxel; NaN outside."""
    voxel = geometry.apply(geometry.inverse(ai_map.affine), mm)
    if ai_map.places:
        voxel[..., 2] = np.interp(voxel[..., 2], ai_map.places, np.arange(len(ai_map.places)), left=-9, right=1e9)
    index = np.rint(voxel).astype(np.int64)
    size = np.array(ai_map.values.shape[::-1])
    inside = ((index >= 0) & (index < size)).all(axis=-1)
    i, j, k = np.moveaxis(np.clip(index, 0, size - 1), -1, 0)
    found = ai_map.values[k, j, i] * np.float32(ai_map.slope) + np.float32(ai_map.intercept)
    return np.where(inside, np.asarray(found, np.float32), np.float32(np.nan))


def tuple_of(point: Any) -> Point:
    x, y, z = (float(each) for each in point)
    return (x, y, z)


# --- changing


def _changed(ai_map: AIMap, spot: Spot, change: Callable[[Field, Field], Field]) -> AIMap:
    return _changed_at(ai_map, spot, lambda meant, near, mm: change(meant, near))


def _changed_at(ai_map: AIMap, spot: Spot, change: Callable[[Field, Field, Array], Field]) -> AIMap:
    """The map with a change to what its voxels mean near a spot; all other voxels keep their very numbers."""
    region = _around(ai_map, spot, FAINT)
    if region is None:
        return ai_map
    near = ball(ai_map, spot, region)
    meant = change(meant_of(ai_map, region), near, places_mm(ai_map, region))
    values = ai_map.values.copy()
    values[region] = _as_stored(ai_map, meant)
    return replace(ai_map, values=values)


def _as_stored(ai_map: AIMap, meant: Field) -> NDArray[Any]:
    """Meant values as the map's own numbers; integers are rounded and kept within what their kind can hold."""
    stored = (np.asarray(meant, np.float64) - ai_map.intercept) / ai_map.slope
    kind = ai_map.values.dtype
    if kind.kind == "f":
        return np.asarray(stored, kind)
    limits = np.iinfo(kind)
    return np.clip(np.rint(np.nan_to_num(stored)), limits.min, limits.max).astype(kind)


def _around(ai_map: AIMap, spot: Spot, radii: float) -> Region | None:
    """The part of the grid within so many radii of a spot; None where the grid does not reach there."""
    reach = radii * spot.diameter_mm / 2
    corners = np.asarray(spot.centre_mm) + np.array(list(product((-reach, reach), repeat=3)))
    voxels = geometry.apply(geometry.inverse(ai_map.affine), corners)
    if ai_map.places:
        voxels[:, 2] = np.interp(voxels[:, 2], ai_map.places, np.arange(len(ai_map.places)))
    low = np.floor(voxels.min(axis=0)).astype(int)
    high = np.ceil(voxels.max(axis=0)).astype(int) + 1
    low, high = np.maximum(low, 0), np.minimum(high, ai_map.values.shape[::-1])
    if (low >= high).any():
        return None
    return slice(low[2], high[2]), slice(low[1], high[1]), slice(low[0], high[0])


def _holds_still(ai_map: AIMap, matrix: Array) -> bool:
    """Whether the map's grid holds all that it shows after the move, too."""
    shown = ai_map.values > 0 if ai_map.is_label else _hot(ai_map)
    k, j, i = np.nonzero(shown)
    if not len(k):
        return True
    depth = np.asarray(ai_map.places)[k] if ai_map.places else k
    box = np.array(list(product(*((axis.min(), axis.max()) for axis in (i, j, depth)))), np.float64)
    at = geometry.apply(geometry.inverse(ai_map.affine), geometry.apply(matrix, geometry.apply(ai_map.affine, box)))
    deepest = ai_map.places[-1] if ai_map.places else ai_map.values.shape[0] - 1
    last = np.array([ai_map.values.shape[2] - 1, ai_map.values.shape[1] - 1, deepest], np.float64)
    return bool(((at >= -0.5) & (at <= last + 0.5)).all())


def _hot(ai_map: AIMap) -> Mask:
    """The voxels above the background of a field, and above a tenth of its peak."""
    meant = meant_of(ai_map, whole(ai_map))
    middle, ceiling = _background(meant, ALL_OF_GRAIN)
    return np.asarray(meant > max(ceiling, middle + 0.1 * (float(np.nanmax(meant)) - middle)))


def _smooth(noise: Field) -> Field:
    """Noise blurred over a few voxels along each axis, scaled back to unit spread."""
    blurred = noise
    for axis in range(3):
        sheet = np.moveaxis(blurred, axis, 0)
        flat = cv2.GaussianBlur(np.ascontiguousarray(sheet.reshape(sheet.shape[0], -1)), (1, 7), 0, sigmaY=1.5)
        blurred = np.moveaxis(np.asarray(flat, np.float32).reshape(sheet.shape), 0, axis)
    return np.asarray(blurred / max(float(blurred.std()), 1e-6), np.float32)


# --- regions of label maps


def _region_masks(ai_map: AIMap, spot: Spot) -> tuple[Region, Mask] | None:
    """The connected regions that meet a spot and are no larger than a lesion could be, as a mask over a part."""
    most = max(LARGEST_REGION * spot.diameter_mm, LEAST_REGION_MM)
    part = _around(ai_map, Spot(spot.centre_mm, 2 * most), 1.0)
    if part is None:
        return None
    values = ai_map.values[part]
    within = ball(ai_map, spot, part) >= 0.5
    found = np.zeros(values.shape, bool)
    voxel_mm3 = abs(float(np.linalg.det(ai_map.affine[:3, :3])))
    for number in np.unique(values[within & (values > 0)]):
        for region in _connected(values == number, within):
            if region.sum() * voxel_mm3 <= np.pi / 6 * most**3:
                found |= region
    return (part, found) if found.any() else None


def _connected(mask: Mask, seeds: Mask) -> list[Mask]:
    """The regions of a mask that touch the seeds."""
    import SimpleITK

    image = SimpleITK.GetImageFromArray(mask.astype(np.uint8))
    labels = SimpleITK.GetArrayFromImage(SimpleITK.ConnectedComponent(image, True))
    return [np.asarray(labels == number) for number in np.unique(labels[seeds & mask])]


def _without(ai_map: AIMap, found: tuple[Region, Mask] | None) -> AIMap:
    if found is None:
        return ai_map
    part, mask = found
    values = ai_map.values.copy()
    values[part][mask] = 0
    return replace(ai_map, values=values)


def _region_brought(ai_map: AIMap, other: AIMap, spot: Spot, matrix: Array) -> AIMap:
    """The other map's regions at a spot, moved, stretched or mirrored; where another region lies, that one stays."""
    found = _region_masks(other, spot)
    if found is None:
        return ai_map
    part, mask = found
    only = np.zeros_like(other.values)
    only[part] = np.where(mask, other.values[part], 0)
    reach = 2 * max(LARGEST_REGION * spot.diameter_mm, LEAST_REGION_MM) * scale_of(matrix)
    new = _around(ai_map, Spot(tuple_of(geometry.apply(matrix, spot.centre_mm)), reach), 1.0)
    if new is None:
        return ai_map
    back = np.asarray(np.linalg.inv(matrix), np.float64)
    there = _found(replace(other, values=only), ai_map, new, back).astype(ai_map.values.dtype)
    values = ai_map.values.copy()
    values[new] = np.where((values[new] == 0) & (there > 0), there, values[new])
    return replace(ai_map, values=values)
