"""Where along a stack findings and maps lie: the image to go to, and the next one that has anything on it.

What belongs here: slices of a series, counted. What does not: outlines on one slice (cutting), moving a view
(app.windows), and drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.cutting.outlines import slices_of_image
from overlays.cutting.shapes import shape_centre_mm, shape_points_mm
from overlays.layers.layer import MAP_DRAWS, Layer, map_level, visible_findings, visible_maps
from overlays.placing.results import lies_on
from overlays.result import AIMap, AIResult, ContourStack, Finding, Geometry, Point
from viewers import geometry
from viewers.volume import SeriesHeader

HALF_SLICE = 0.5
Slices = NDArray[np.bool_]


def place_of(result: AIResult, finding: Finding, header: SeriesHeader) -> tuple[float, float, int] | None:
    """The middle of a finding as (column, row, slice) of a series; None where it lies on none of its images.

    A finding that stays on one image is found on that image, and on planes cut across it.
    """
    if header.is_curved or lies_on(result, finding, header):
        return None
    if finding.image is not None and (header.derived is None or header.derived.keeps_grid):
        return _on_its_image(header, finding, slices_of_image(finding.image, header.source)[0])
    column, row, depth = _voxel(header, shape_centre_mm(finding.geometry))
    low, high = _depths(header, finding.geometry)
    if high < -HALF_SLICE or low > header.frames - HALF_SLICE:
        return None
    return column, row, int(max(0, min(header.frames - 1, round(depth))))


def _on_its_image(header: SeriesHeader, finding: Finding, index: int) -> tuple[float, float, int]:
    to_image = geometry.inverse(header.source.affine_at(index))
    column, row, _ = geometry.apply(to_image, np.asarray(shape_centre_mm(finding.geometry)))
    x, y, depth = header.shown_point(float(column), float(row), index)
    return x, y, round(depth)


def _voxel(header: SeriesHeader, point: Point) -> tuple[float, float, float]:
    """A point in mm as (column, row, slice); by the slices' own positions where these are unevenly spaced."""
    column, row, depth = (float(v) for v in geometry.apply(_to_grid(header), np.asarray(point)))
    return column, row, _slice_at(header, depth)


def _slice_at(header: SeriesHeader, depth: float) -> float:
    """The slice (fractions allowed) at a place along the stack, in steps of the grid."""
    places = _places(header)
    if places is None or not -HALF_SLICE <= depth <= places[-1] + HALF_SLICE:
        return depth if places is None or depth < 0 else header.frames - 1 + (depth - float(places[-1]))
    return float(np.interp(depth, places, np.arange(header.frames)))


@lru_cache(maxsize=16)
def _to_grid(header: SeriesHeader) -> NDArray[np.float64]:
    """LPS mm → voxel; thousands of findings ask for it."""
    return geometry.inverse(header.grid_affine)


@lru_cache(maxsize=16)
def _places(header: SeriesHeader) -> NDArray[np.float64] | None:
    """Where each slice lies along the grid, in its steps; None where they are evenly spaced, or have no position."""
    if header.affine is None or header.derived is not None or header.frames < 2:
        return None
    origins = np.array([header.affine_at(n)[:3, 3] for n in range(header.frames)])
    depths = geometry.apply(geometry.inverse(header.grid_affine), origins)[:, 2]
    return None if np.allclose(depths, np.arange(header.frames), atol=1e-3) else np.maximum.accumulate(depths)


def _depths(header: SeriesHeader, shape: Geometry) -> tuple[float, float]:
    points = shape_points_mm(shape)
    if isinstance(shape, ContourStack):
        normal = header.grid_affine[:3, 2] / max(1e-9, float(np.linalg.norm(header.grid_affine[:3, 2])))
        points = np.concatenate([points + normal * shape.spacing_mm / 2, points - normal * shape.spacing_mm / 2])
    depths = geometry.apply(_to_grid(header), points)[:, 2]
    return _slice_at(header, float(depths.min())), _slice_at(header, float(depths.max()))


def slices_with(header: SeriesHeader, results: Sequence[AIResult], layers: Sequence[Layer]) -> Slices:
    """Which slices of a series visible layers paint something on, (slices,) bool; not what only the pointer finds."""
    found = np.zeros(header.frames, np.bool_)
    for layer in layers:
        for result in results if layer.is_painted and layer.reveal.how != "hover" else ():
            for finding in visible_findings(result, layer):
                _mark_finding(found, header, result, finding)
            for ai_map in visible_maps(result, layer, layers) if layer.draw in MAP_DRAWS else ():
                if not lies_on(result, ai_map, header):
                    _mark_map(found, header, ai_map, layer)
    return found


def _mark_finding(found: Slices, header: SeriesHeader, result: AIResult, finding: Finding) -> None:
    if finding.image is not None:
        place = place_of(result, finding, header)
        if place is not None:
            found[place[2]] = True
    elif not header.is_curved and not lies_on(result, finding, header):
        _mark(found, *_depths(header, finding.geometry))


def _mark(found: Slices, low: float, high: float) -> None:
    """The slices between two places along the stack, as far as it goes."""
    if high >= -HALF_SLICE and low <= len(found) - HALF_SLICE:
        found[max(0, round(low)) : min(len(found) - 1, round(high)) + 1] = True


def _mark_map(found: Slices, header: SeriesHeader, ai_map: AIMap, layer: Layer) -> None:
    """Each plane of the map that has something, on its own images or on the slices that its hot voxels reach."""
    to_series = geometry.inverse(header.grid_affine) @ np.asarray(ai_map.affine, np.float64)
    for index, plane in enumerate(ai_map.values):
        left, top, width, height = cv2.boundingRect(_hot(plane, ai_map, layer))
        if not width:
            continue
        if ai_map.images:
            shown = slices_of_image(ai_map.images[index], header.source)
            found[[round(header.shown_point(0.0, 0.0, at)[2]) for at in shown]] = True
            continue
        depth = ai_map.places[index] if ai_map.places else float(index)
        ends = [(c, r, depth) for c in (left, left + width - 1) for r in (top, top + height - 1)]
        depths = geometry.apply(to_series, np.array(ends, np.float64))[:, 2]
        low, high = (_slice_at(header, float(end)) for end in (depths.min(), depths.max()))
        _mark(found, low, high)


def _hot(plane: NDArray[Any], ai_map: AIMap, layer: Layer) -> NDArray[np.uint8]:
    """Not 0 where the layer paints something of a plane."""
    if not ai_map.is_label:
        return np.asarray(plane >= np.float32(ai_map.stored(map_level(layer, ai_map)))).view(np.uint8)
    if layer.only:
        wanted = [s.number for s in ai_map.segments if s.label in layer.only]
        return np.isin(plane, wanted).view(np.uint8)
    return np.ascontiguousarray(plane) if plane.dtype == np.uint8 else np.asarray(plane != 0).view(np.uint8)


def next_slice(found: Slices, now: int, step: int) -> int | None:
    """The nearest slice after (+1) or before (-1) the present one with something on it, going round; None if none."""
    at = np.flatnonzero(found)
    at = at[at != now]
    if not len(at):
        return None
    onward = at[at > now] if step > 0 else at[at < now]
    if len(onward):
        return int(onward[0] if step > 0 else onward[-1])
    return int(at[0] if step > 0 else at[-1])
