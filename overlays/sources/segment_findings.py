"""Findings that name a segment of a segmentation get the box around its voxels, once the segmentation is at hand.

What belongs here: looking segments up among results. What does not: reading either (tid1500, segmentation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, AIResult, Box, Finding, Geometry, ImageRef, InSegment, OnImage, Point, Space

HALF = 0.5


def resolved(results: Sequence[AIResult]) -> tuple[AIResult, ...]:
    """The results with every `InSegment` whose segmentation is among them as a box: that of its voxels, whole ones.

    A segment on 2D or cine images becomes a box on the image that has most of it. What is not found stays as it is,
    for placing to refuse.
    """
    by_uid = {each.sop_uid: each for each in results if each.sop_uid and each.maps}
    return tuple(_looked_up(each, by_uid) for each in results)


def _looked_up(result: AIResult, by_uid: dict[str, AIResult]) -> AIResult:
    if not any(isinstance(each.geometry, InSegment) for each in result.findings):
        return result
    return replace(result, findings=tuple(_in_place(each, by_uid) for each in result.findings))


def _in_place(finding: Finding, by_uid: dict[str, AIResult]) -> Finding:
    named = finding.geometry
    source = by_uid.get(named.sop_uid) if isinstance(named, InSegment) else None
    if source is None or not isinstance(named, InSegment):
        return finding
    found = _map_of(source, named.number)
    place = _box(*found, source) if found else None
    if place is None:
        return finding
    shape, image, space = place
    return replace(finding, geometry=shape, image=image, space=space)


def _map_of(source: AIResult, number: int) -> tuple[AIMap, NDArray[np.bool_]] | None:
    """The map that holds a segment, and its voxels."""
    for each in source.maps:
        for segment in each.segments:
            if segment.number == number:
                alone = each.kind != "label"
                return each, (each.values > 0) if alone else (each.values == number)
    return None


def _box(ai_map: AIMap, voxels: NDArray[np.bool_], source: AIResult) -> tuple[Geometry, ImageRef | None, Space] | None:
    counts = voxels.reshape(len(voxels), -1).sum(axis=1)
    if not counts.any():
        return None
    space = source.space_of(ai_map)
    if ai_map.images:
        plane = int(counts.argmax())
        (top, bottom), (left, right) = (_ends(voxels[plane].any(axis=axis)) for axis in (1, 0))
        corners = ((left - HALF, top - HALF), (right + HALF, bottom + HALF))
        return OnImage("box", corners), ai_map.images[plane], space
    slices, rows, columns = (_ends(voxels.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1)))
    if ai_map.places:
        slices = ai_map.places[int(slices[0])], ai_map.places[int(slices[1])]
    return _in_mm(ai_map.affine, (columns, rows, slices)), None, space


def _ends(used: Any) -> tuple[float, float]:
    at = np.flatnonzero(used)
    return float(at[0]), float(at[-1])


def _in_mm(affine: NDArray[np.float64], ends: Sequence[tuple[float, float]]) -> Box:
    """Voxels from the first to the last of each axis, both whole, as a box along the axes of the grid."""
    middle = affine @ np.array([*((first + last) / 2 for first, last in ends), 1.0])
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    size = [float((last - first + 1) * length) for (first, last), length in zip(ends, lengths, strict=True)]
    directions = [_point(affine[:3, axis] / lengths[axis]) for axis in range(3)]
    return Box(_point(middle), (size[0], size[1], size[2]), (directions[0], directions[1], directions[2]))


def _point(values: NDArray[np.float64]) -> Point:
    return float(values[0]), float(values[1]), float(values[2])
