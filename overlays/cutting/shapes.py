"""Findings' shapes as points: their middles, how far they reach, and arrays of contours kept while they are in use.

What belongs here: what a shape is by itself. What does not: where a slice meets it (outlines).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from overlays.result import Box, ContourStack, Dot, Ellipse, Ellipsoid, Geometry, InSegment, OnImage, Point
from study_configs.problem import ProgramError
from viewers import geometry

Points = NDArray[np.float64]

ROUND = np.linspace(0, 2 * np.pi, 180, endpoint=False)  # polygons of 180 corners stray 0.00015 radii from an ellipse
CIRCLE = np.column_stack([np.cos(ROUND), np.sin(ROUND)])
_SIGNS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])

Thing = TypeVar("Thing")
Made = TypeVar("Made")


class KeptBy(Generic[Thing, Made]):
    """What was made of the last few things, found by the very thing: hashing thousands of points takes longer."""

    def __init__(self, make: Callable[[Thing], Made], most: int = 32) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[int, tuple[Thing, Made]] = OrderedDict()
        self._lock = Lock()  # results are placed in threads of their own

    def __call__(self, thing: Thing) -> Made:
        key = id(thing)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][1]
        made = self._make(thing)
        with self._lock:
            self._kept[key] = (thing, made)  # holding the thing keeps its id its own
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


def _contours(stack: ContourStack) -> tuple[Points, NDArray[np.intp]]:
    lengths = [len(contour) for contour in stack.contours_mm]
    points = np.asarray([point for contour in stack.contours_mm for point in contour], np.float64)
    return points.reshape(-1, 3), np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)


contours_of = KeptBy(_contours)  # all points (n, 3) of a stack, and where each of its contours starts


def box_corners_mm(box: Box) -> Points:
    """The eight corners, LPS mm."""
    offsets = (_SIGNS * np.asarray(box.size_mm)) @ np.asarray(box.directions, np.float64)
    return np.asarray(np.asarray(box.centre_mm) + offsets)


def ellipse_points_mm(ellipse: Ellipse) -> Points:
    """Points round a flat ellipse, LPS mm."""
    return np.asarray(np.asarray(ellipse.centre_mm) + CIRCLE @ np.asarray(ellipse.half_axes_mm, np.float64))


def shape_points_mm(shape: Geometry) -> Points:
    """Points of shape (n, 3) whose box is the shape's: corners, ends of axes, points of contours. LPS mm."""
    if isinstance(shape, Dot):
        return np.asarray([shape.at_mm], np.float64)
    if isinstance(shape, Box):
        return box_corners_mm(shape)
    if isinstance(shape, Ellipsoid):
        reach = np.linalg.norm(np.asarray(shape.half_axes_mm, np.float64), axis=0)
        return np.asarray(np.asarray(shape.centre_mm) + 2 * _SIGNS * reach)
    if isinstance(shape, Ellipse):
        return ellipse_points_mm(shape)
    if isinstance(shape, ContourStack):
        return contours_of(shape)[0]
    if isinstance(shape, OnImage | InSegment):
        raise ProgramError("A shape was asked for its place in the patient that has to be placed first.")
    return np.asarray(shape.points_mm, np.float64)


def shape_centre_mm(shape: Geometry) -> Point:
    """The middle of a finding, LPS mm."""
    if isinstance(shape, Dot):
        return shape.at_mm
    if isinstance(shape, Box | Ellipsoid | Ellipse):
        return shape.centre_mm
    points = shape_points_mm(shape)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2 if isinstance(shape, ContourStack) else points.mean(axis=0)
    return (float(middle[0]), float(middle[1]), float(middle[2]))


def spheres_mm(shapes: Sequence[Geometry]) -> Points:
    """A ball around each shape, (n, 4): its centre and its radius in LPS mm; made once, asked on every slice."""
    balls = np.zeros((len(shapes), 4))
    for number, shape in enumerate(shapes):
        points = shape_points_mm(shape)
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        balls[number] = (*middle, np.linalg.norm(points - middle, axis=1).max())
    return balls


def may_meet(balls: Points, to_voxel: geometry.Array, reach_slices: float = 0.5) -> NDArray[np.bool_]:
    """Which balls come within `reach_slices` of the slice, (n,): only those shapes need be cut."""
    depth = geometry.apply(to_voxel, balls[:, :3])[:, 2]
    reach = balls[:, 3] * float(np.linalg.norm(to_voxel[2, :3])) + reach_slices
    return np.asarray(np.abs(depth) <= reach + 1e-9)
