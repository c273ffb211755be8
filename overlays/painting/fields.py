"""Maps made ready to be painted: blurred, rid of what is too small, and cut by the slice.

What belongs here: arrays in, arrays out, in the map's own mm. What does not: colours and device pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.cutting.fields import Part
from overlays.result import AIMap

REACH_SIGMAS = 3.0  # along the planes
CROSS_SIGMAS = 4.5  # within them: OpenCV's Gaussian ends at four
SAMPLED = (np.uint8, np.uint16, np.int16, np.float32)  # what OpenCV enlarges
Values = NDArray[Any]


def meant(ai_map: AIMap, values: Values) -> Values:
    """Stored values as what they mean (`AIMap.slope`), in a type that can be enlarged; the same array where it can."""
    if ai_map.slope == 1 and ai_map.intercept == 0:
        return values if values.dtype in SAMPLED else values.astype(np.float32)
    return values.astype(np.float32) * np.float32(ai_map.slope) + np.float32(ai_map.intercept)


def smoothed(ai_map: AIMap, sigma_mm: float, part: Part | None = None) -> AIMap:
    """The map blurred by a Gaussian of this standard deviation in mm along each of its axes, as float32.

    Voxels without a value (NaN) have no part in it and stay so. Planes of images of their own are blurred in plane.
    With a `part`, only that part of the map, whose voxels are as they are in the whole.
    """
    slices, rows, columns = ai_map.values.shape
    (first, last), (top, bottom), (left, right) = part or ((0, slices), (0, rows), (0, columns))
    column_mm, row_mm, slice_mm = np.linalg.norm(np.asarray(ai_map.affine, np.float64)[:3, :3], axis=0)
    sigmas_px = sigma_mm / column_mm, sigma_mm / row_mm
    spare_x, spare_y = (ceil(CROSS_SIGMAS * sigma) + 1 for sigma in sigmas_px)
    up, before = max(0, top - spare_y), max(0, left - spare_x)
    around = np.s_[:, up : bottom + spare_y, before : right + spare_x]
    made = [
        _blurred(meant(ai_map, ai_map.values[near][around]), at, weights, sigmas_px)
        for near, at, weights in _neighbours(ai_map, sigma_mm / slice_mm, range(first, last))
    ]
    values = np.stack([plane[top - up : bottom - up, left - before : right - before] for plane in made])
    return replace(_cut_out(ai_map, (first, last), top, left), values=values, slope=1.0, intercept=0.0)


def made_ready(ai_map: AIMap, sigma_mm: float, least_mm: float, level: float | None) -> AIMap:
    """The whole map blurred (fields alone), then without what is too small; 0 for neither."""
    if sigma_mm > 0 and not ai_map.is_label:
        ai_map = smoothed(ai_map, sigma_mm)
    return without_small(ai_map, least_mm, level) if least_mm > 0 else ai_map


def _neighbours(ai_map: AIMap, sigma: float, wanted: range) -> Iterator[tuple[slice, int, Values]]:
    """For each plane those that have a part in it, which of them it is, and their weights; `sigma` in slices."""
    places = np.asarray(ai_map.places or range(len(ai_map.values)), np.float64)
    for index in wanted:
        if ai_map.images:
            yield np.s_[index : index + 1], 0, np.ones(1, np.float32)
            continue
        first = int(np.searchsorted(places, places[index] - REACH_SIGMAS * sigma))
        last = int(np.searchsorted(places, places[index] + REACH_SIGMAS * sigma, "right"))
        weights = np.exp(-0.5 * ((places[first:last] - places[index]) / sigma) ** 2)
        yield np.s_[first:last], index - first, weights.astype(np.float32)


def _blurred(planes: Values, at: int, weights: Values, sigmas_px: tuple[float, float]) -> Values:
    """The plane `at` as the mean of all planes around it, by their weights and how near they are in the plane."""
    planes = planes.astype(np.float32, copy=False)
    known = np.isfinite(planes)
    if not known.all():
        planes = np.where(known, planes, np.float32(0))
    total = _across(np.tensordot(weights, planes, 1), sigmas_px)
    share = _across(np.tensordot(weights, known.astype(np.float32), 1), sigmas_px)
    return np.where(known[at], total / np.maximum(share, 1e-6), np.float32(np.nan))


def _across(plane: Values, sigmas_px: tuple[float, float]) -> Values:
    """A Gaussian within the plane, not scaled, that takes in nothing from outside."""
    sigma_x, sigma_y = sigmas_px
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_CONSTANT))


def _cut_out(ai_map: AIMap, planes: tuple[int, int], top: int, left: int) -> AIMap:
    """The map's frame for a part of it that begins at these voxels."""
    first, last = planes
    affine = np.asarray(ai_map.affine, np.float64).copy()
    affine[:3, 3] += affine[:3, :3] @ (left, top, 0 if ai_map.places else first)
    return replace(
        ai_map,
        affine=affine,
        places=ai_map.places[first:last],
        images=ai_map.images[first:last],
        plane_images=ai_map.plane_images[first:last],
    )


def without_small(ai_map: AIMap, least_mm: float, level: float | None = None) -> AIMap:
    """The map without connected regions whose longest edge along its axes is shorter than `least_mm`.

    Regions are those of each segment, or with `level` (a meant value) those where a field reaches it.
    """
    if level is None:
        numbers = [int(number) for number in np.unique(ai_map.values) if number]
        masks = [ai_map.values == number for number in numbers]
        nothing: float = 0
    else:
        masks = [meant(ai_map, ai_map.values) >= level]
        nothing = float("nan") if ai_map.values.dtype.kind == "f" else 0
    values = ai_map.values.copy()
    for mask in masks:
        _drop_small(values, mask, ai_map, least_mm, nothing)
    return replace(ai_map, values=values)


def _drop_small(values: Values, mask: NDArray[np.bool_], ai_map: AIMap, least_mm: float, nothing: float) -> None:
    """Put `nothing` where the mask has a region that is too small; works within the box that holds the mask."""
    import SimpleITK

    if not mask.any():
        return
    box = tuple(slice(int(n.min()), int(n.max()) + 1) for n in (np.flatnonzero(mask.any(axis=a)) for a in _OTHERS))
    image = SimpleITK.GetImageFromArray(mask[box].astype(np.uint8))
    regions = SimpleITK.ConnectedComponent(image, True)
    shapes = SimpleITK.LabelShapeStatisticsImageFilter()
    shapes.Execute(regions)
    edges_mm = np.linalg.norm(np.asarray(ai_map.affine, np.float64)[:3, :3], axis=0)
    small = [
        label
        for label in shapes.GetLabels()
        if max(count * mm for count, mm in zip(shapes.GetBoundingBox(label)[3:], edges_mm, strict=True)) < least_mm
    ]
    values[box][np.isin(SimpleITK.GetArrayViewFromImage(regions), small)] = nothing


_OTHERS = ((1, 2), (0, 2), (0, 1))  # the axes that leave slices, rows, columns
