"""Where along a stack findings and maps lie: the image to go to, and the next one that has anything on it.

What belongs here: slices of a series, counted. What does not: outlines on one slice (sections), moving a view
(app.windows), and drawing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from overlays.layers import FINDING_DRAWS, MAP_DRAWS, Layer, map_level, visible_findings, visible_maps
from overlays.result import (
    AIMap,
    AIResult,
    Box,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Finding,
    Geometry,
    ImageRef,
    InSegment,
    OnImage,
    Point,
    Polygon,
    Space,
)
from study_configs.problem import ProgramError
from viewers import geometry
from viewers.volume import SeriesHeader

HALF_SLICE = 0.5
_SIGNS = np.array([[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)])
Slices = NDArray[np.bool_]


def points_mm(shape: Geometry) -> NDArray[np.float64]:
    """Points (n, 3) in LPS mm that the shape lies between. Raises ProgramError for a shape that was not placed."""
    if isinstance(shape, OnImage | InSegment):
        raise ProgramError("a shape in pixels or in a segment has no place in mm before it is placed")
    if isinstance(shape, Dot):
        return np.array([shape.at_mm], np.float64)
    if isinstance(shape, Box):
        half = np.asarray(shape.directions, np.float64) * (np.asarray(shape.size_mm)[:, None] / 2)
        return np.asarray(np.asarray(shape.centre_mm) + _SIGNS @ half)
    if isinstance(shape, Ellipsoid):
        return _around(shape.centre_mm, shape.half_axes_mm)
    if isinstance(shape, Ellipse):
        return _around(shape.centre_mm, shape.half_axes_mm)
    if isinstance(shape, ContourStack):
        return np.concatenate([np.asarray(each, np.float64) for each in shape.contours_mm])
    return np.asarray(shape.points_mm, np.float64)


def _around(centre: Point, half_axes: Sequence[Point]) -> NDArray[np.float64]:
    axes = np.asarray(half_axes, np.float64)
    return np.asarray(np.asarray(centre) + np.concatenate([axes, -axes]))


def middle_mm(shape: Geometry) -> Point:
    """The middle of a shape, LPS mm: of a stack of contours that of its middle plane."""
    if isinstance(shape, Dot):
        return shape.at_mm
    if isinstance(shape, Box | Ellipsoid | Ellipse):
        return shape.centre_mm
    if isinstance(shape, ContourStack):
        shape = Polygon(shape.contours_mm[len(shape.contours_mm) // 2])
    x, y, z = points_mm(shape).mean(axis=0)
    return float(x), float(y), float(z)


def lies_over(space: Space, header: SeriesHeader) -> bool:
    """Whether mm of this space are mm of the series: the same series, or the same frame of reference (C.7.4.1)."""
    frames = space.frame_of_reference_uid, header.frame_of_reference_uid
    if space.series_uid == header.series_uid:
        return not all(frames) or frames[0] == frames[1]
    return bool(frames[0]) and frames[0] == frames[1]


def place_of(listed_in: AIResult, finding: Finding, header: SeriesHeader) -> tuple[float, float, int] | None:
    """`place_in` for a finding of a result; None too where the series lies in another space."""
    return place_in(header, finding) if lies_over(listed_in.space_of(finding), header) else None


def place_in(header: SeriesHeader, finding: Finding) -> tuple[float, float, int] | None:
    """The middle of a finding as (column, row, slice) of a series; None where it lies on none of its images.

    A finding that stays on one image is found on that image, and nowhere else.
    """
    if finding.image is not None:
        return _on_its_image(header, finding, finding.image)
    column, row, depth = _voxel(header, middle_mm(finding.geometry))
    low, high = _depths(header, finding.geometry)
    if high < -HALF_SLICE or low > header.frames - HALF_SLICE or header.is_curved:
        return None
    return column, row, int(max(0, min(header.frames - 1, round(depth))))


def _on_its_image(header: SeriesHeader, finding: Finding, image: ImageRef) -> tuple[float, float, int] | None:
    source = header.source
    at = next((n for n in range(source.frames) if _is_image(source, n, image)), None)
    if at is None or (header.derived is not None and not header.derived.keeps_grid):
        return None
    to_image = geometry.inverse(source.affine_at(at))
    column, row, _ = geometry.apply(to_image, np.asarray(middle_mm(finding.geometry)))
    x, y, depth = header.shown_point(float(column), float(row), at)
    return x, y, round(depth)


def _is_image(header: SeriesHeader, index: int, image: ImageRef) -> bool:
    instance = header.instances[index]
    return instance.sop_uid == image.sop_uid and (image.frame is None or instance.frame == image.frame)


def _voxel(header: SeriesHeader, point: Point) -> tuple[float, float, float]:
    """A point in mm as (column, row, slice); by the slices' own positions where these are unevenly spaced."""
    column, row, depth = (float(v) for v in geometry.apply(geometry.inverse(header.grid_affine), np.asarray(point)))
    return column, row, _slice_at(header, depth)


def _slice_at(header: SeriesHeader, depth: float) -> float:
    """The slice (fractions allowed) at a place along the stack, in steps of the grid."""
    places = _places(header)
    if places is None or not -HALF_SLICE <= depth <= places[-1] + HALF_SLICE:
        return depth if places is None or depth < 0 else header.frames - 1 + (depth - float(places[-1]))
    return float(np.interp(depth, places, np.arange(header.frames)))


def _places(header: SeriesHeader) -> NDArray[np.float64] | None:
    """Where each slice lies along the grid, in its steps; None where they are evenly spaced, or have no position."""
    if header.affine is None or header.derived is not None or header.frames < 2:
        return None
    origins = np.array([header.affine_at(n)[:3, 3] for n in range(header.frames)])
    depths = geometry.apply(geometry.inverse(header.grid_affine), origins)[:, 2]
    return None if np.allclose(depths, np.arange(header.frames), atol=1e-3) else np.maximum.accumulate(depths)


def _depths(header: SeriesHeader, shape: Geometry) -> tuple[float, float]:
    points = points_mm(shape)
    if isinstance(shape, ContourStack):
        normal = header.grid_affine[:3, 2] / max(1e-9, float(np.linalg.norm(header.grid_affine[:3, 2])))
        points = np.concatenate([points + normal * shape.spacing_mm / 2, points - normal * shape.spacing_mm / 2])
    depths = geometry.apply(geometry.inverse(header.grid_affine), points)[:, 2]
    return _slice_at(header, float(depths.min())), _slice_at(header, float(depths.max()))


def slices_with(header: SeriesHeader, results: Sequence[AIResult], layers: Sequence[Layer]) -> Slices:
    """Which slices of a series visible layers paint something on, (slices,) bool."""
    found = np.zeros(header.frames, np.bool_)
    for layer in layers:
        for result in results if layer.is_painted else ():
            if layer.draw in FINDING_DRAWS:
                for finding in visible_findings(result, layer):
                    if lies_over(result.space_of(finding), header):
                        _mark_finding(found, header, finding)
            if layer.draw in MAP_DRAWS:
                for ai_map in visible_maps(result, layer, layers):
                    if lies_over(result.space_of(ai_map), header):
                        _mark_map(found, header, ai_map, layer)
    return found


def _mark_finding(found: Slices, header: SeriesHeader, finding: Finding) -> None:
    place = place_in(header, finding)
    if place is None:
        return
    found[place[2]] = True
    if finding.image is None:
        low, high = _depths(header, finding.geometry)
        found[max(0, round(low)) : min(header.frames - 1, round(high)) + 1] = True


def _mark_map(found: Slices, header: SeriesHeader, ai_map: AIMap, layer: Layer) -> None:
    """Each plane of the map that has something, on the slices that its hot voxels reach."""
    to_series = geometry.inverse(header.grid_affine) @ np.asarray(ai_map.affine, np.float64)
    for index, plane in enumerate(ai_map.values):
        rows, columns = np.nonzero(_hot(plane, ai_map, layer))
        if not len(rows):
            continue
        depth = ai_map.places[index] if ai_map.places else float(index)
        ends = [(c, r, depth) for c in (columns.min(), columns.max()) for r in (rows.min(), rows.max())]
        depths = geometry.apply(to_series, np.array(ends, np.float64))[:, 2]
        low, high = (_slice_at(header, float(end)) for end in (depths.min(), depths.max()))
        if high >= -HALF_SLICE and low <= header.frames - HALF_SLICE:
            found[max(0, round(low)) : min(header.frames - 1, round(high)) + 1] = True


def _hot(plane: NDArray[np.generic], ai_map: AIMap, layer: Layer) -> Slices:
    if ai_map.is_label:
        wanted = [s.number for s in ai_map.segments if not layer.only or s.label in layer.only]
        return np.asarray(np.isin(plane, wanted) if layer.only else plane != 0)
    return np.asarray(plane.astype(np.float32) >= ai_map.stored(map_level(layer, ai_map)))


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
