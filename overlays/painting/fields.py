"""Maps made ready to be painted: blurred, rid of what is too small, and cut by the slice.

What belongs here: arrays in, arrays out, in the map's own mm. What does not: colours and device pixels.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap

REACH_SIGMAS = 3.0
SAMPLED = (np.uint8, np.uint16, np.int16, np.float32)  # what OpenCV enlarges
Values = NDArray[Any]


def meant(ai_map: AIMap, values: Values) -> Values:
    """Stored values as what they mean (`AIMap.slope`), in a type that can be enlarged; the same array where it can."""
    if ai_map.slope == 1 and ai_map.intercept == 0:
        return values if values.dtype in SAMPLED else values.astype(np.float32)
    return values.astype(np.float32) * np.float32(ai_map.slope) + np.float32(ai_map.intercept)


def smoothed(ai_map: AIMap, sigma_mm: float) -> AIMap:
    """The map blurred by a Gaussian of this standard deviation in mm along each of its axes, as float32.

    Voxels without a value (NaN) have no part in it and stay so. Planes of images of their own are blurred in plane.
    """
    values = meant(ai_map, ai_map.values).astype(np.float32)
    known = np.isfinite(values)
    blurred = _blurred(np.where(known, values, 0), ai_map, sigma_mm)
    weight = _blurred(known.astype(np.float32), ai_map, sigma_mm)
    mean = np.where(known, blurred / np.maximum(weight, 1e-6), np.nan).astype(np.float32)
    return replace(ai_map, values=mean, slope=1.0, intercept=0.0)


def _blurred(values: Values, ai_map: AIMap, sigma_mm: float) -> Values:
    """A Gaussian, not scaled, that takes in nothing from outside; with `values` of 1 it tells how much was inside."""
    column_mm, row_mm, slice_mm = np.linalg.norm(np.asarray(ai_map.affine, np.float64)[:3, :3], axis=0)
    across = {"sigmaX": sigma_mm / column_mm, "sigmaY": sigma_mm / row_mm}
    flat = np.stack(
        [cv2.GaussianBlur(plane, (0, 0), **across, borderType=cv2.BORDER_CONSTANT) for plane in values]
    ).astype(np.float32)
    if ai_map.images or len(flat) < 2:
        return flat
    places = np.asarray(ai_map.places or range(len(flat)), np.float64) * slice_mm
    weights = np.exp(-0.5 * ((places[:, None] - places) / sigma_mm) ** 2)
    near = [np.flatnonzero(np.abs(places - place) <= REACH_SIGMAS * sigma_mm) for place in places]
    return np.stack([np.tensordot(weights[n, at].astype(np.float32), flat[at], 1) for n, at in enumerate(near)])


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
