"""Where a finding's shape lies, how large it is, and the shape moved, stretched or mirrored in patient mm.

What belongs here: geometry of the shapes of overlays.result. What does not: where they are put (the other files of
this package), cutting them by slices (cutting).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from overlays.result import (
    Box,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Finding,
    Geometry,
    Point,
    Polygon,
    Polyline,
)
from study_configs.problem import ProgramError
from viewers import geometry
from viewers.geometry import Array


def centre_mm(shape: Geometry) -> Point:
    """The middle of a shape, LPS mm."""
    match shape:
        case Dot():
            return shape.at_mm
        case Box() | Ellipsoid() | Ellipse():
            return shape.centre_mm
        case _:
            points = _points(shape)
            return as_point((points.min(axis=0) + points.max(axis=0)) / 2)


def diameter_mm(finding: Finding) -> float:
    """The mean edge of a box, the mean axis of an ellipse, the longest side of another shape; 0 for a dot."""
    match finding.geometry:
        case Dot():
            return 0.0
        case Box(size_mm=size):
            return float(np.mean([edge for edge in size if edge > 0] or [0.0]))
        case Ellipsoid(half_axes_mm=axes) | Ellipse(half_axes_mm=axes):
            return 2 * float(np.mean(np.linalg.norm(np.asarray(axes), axis=1)))
        case shape:
            return float(np.ptp(_points(shape), axis=0).max())


def transformed(shape: Geometry, matrix: Array) -> Geometry:
    """The shape after a 4×4 similarity of patient mm: moved, stretched evenly, turned, mirrored."""
    turn = matrix[:3, :3]
    factor = scale_of(matrix)
    match shape:
        case Dot():
            return Dot(_moved(matrix, shape.at_mm))
        case Box():
            directions = tuple(as_point(turn @ each / factor) for each in np.asarray(shape.directions))
            size = as_point(np.asarray(shape.size_mm) * factor)
            return Box(_moved(matrix, shape.centre_mm), size, _three(directions))
        case Ellipsoid():
            axes = tuple(as_point(turn @ each) for each in np.asarray(shape.half_axes_mm))
            return Ellipsoid(_moved(matrix, shape.centre_mm), _three(axes))
        case Ellipse():
            one, other = (as_point(turn @ each) for each in np.asarray(shape.half_axes_mm))
            return Ellipse(_moved(matrix, shape.centre_mm), (one, other))
        case Polygon() | Polyline():
            return type(shape)(_all_moved(matrix, shape.points_mm))
        case ContourStack():
            contours = tuple(_all_moved(matrix, each) for each in shape.contours_mm)
            return ContourStack(contours, shape.spacing_mm * factor)
        case _:
            raise _not_placed()


def shift(by_mm: ArrayLike) -> Array:
    """The 4×4 matrix that moves by a vector."""
    matrix = np.eye(4)
    matrix[:3, 3] = np.asarray(by_mm, np.float64)
    return matrix


def stretch(factor: float, about: Point) -> Array:
    """The 4×4 matrix that stretches evenly about a point."""
    matrix = np.diag([factor, factor, factor, 1.0])
    matrix[:3, 3] = np.asarray(about) * (1 - factor)
    return matrix


def mirror(x_mm: float) -> Array:
    """The 4×4 matrix that swaps left and right of the sagittal plane at x."""
    matrix = np.diag([-1.0, 1.0, 1.0, 1.0])
    matrix[0, 3] = 2 * x_mm
    return matrix


def scale_of(matrix: Array) -> float:
    """By how much a similarity stretches."""
    return float(np.linalg.norm(matrix[:3, 0]))


def distance_mm(one: Point, other: Point) -> float:
    return float(np.linalg.norm(np.subtract(one, other)))


def as_point(values: ArrayLike) -> Point:
    x, y, z = (float(each) for each in np.asarray(values).ravel())
    return (x, y, z)


def _points(shape: Geometry) -> Array:
    match shape:
        case Polygon() | Polyline():
            return np.asarray(shape.points_mm, np.float64)
        case ContourStack():
            return np.asarray([point for contour in shape.contours_mm for point in contour], np.float64)
        case _:
            raise _not_placed()


def _not_placed() -> ProgramError:
    return ProgramError("An error was planted in a result before its shapes were placed.")


def _moved(matrix: Array, point: Point) -> Point:
    return as_point(geometry.apply(matrix, point))


def _all_moved(matrix: Array, points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(as_point(each) for each in geometry.apply(matrix, np.asarray(tuple(points), np.float64)))


def _three(points: tuple[Point, ...]) -> tuple[Point, Point, Point]:
    one, two, three = points
    return (one, two, three)
