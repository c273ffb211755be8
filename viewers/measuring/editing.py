"""Changing what was drawn: which part of it the pointer is on, and its points after a handle or all of it was moved.

What belongs here: pure functions on points (n, 2), image points or screen points. What does not: undoing (history).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from viewers.measuring.shapes import CLOSED, Kind, Points

HANDLE_REACH_PX = 10.0
LINE_REACH_PX = 6.0
ELLIPSE_CORNERS = 72
PULLED_SHARE = 0.08  # of a freehand outline that goes along on either side of a corner that is moved
Part = Literal["handle", "line", "label"]


@dataclass(frozen=True, slots=True)
class Hit:
    """What of a measurement the pointer is on: handle number `index`, its line, or its label."""

    mark: str
    part: Part
    index: int = -1


def strokes(kind: Kind, points: Points) -> list[Points]:
    """The lines that a shape consists of, each (n, 2), closed ones with their first point again at the end."""
    if kind == "ellipse":
        centre, turn = points.mean(axis=0), np.linspace(0, 2 * np.pi, ELLIPSE_CORNERS + 1)[:, None]
        return [centre + np.cos(turn) * (points[1] - points[0]) / 2 + np.sin(turn) * (points[3] - points[2]) / 2]
    if kind in ("cobb", "bidirectional"):
        return [points[:2], *([points[2:]] if len(points) > 2 else [])]
    return [np.vstack([points, points[:1]])] if kind in CLOSED else [points]


def handle_at(points: Points, at: Points, reach: float = HANDLE_REACH_PX) -> int | None:
    """The point nearest to screen point `at`, within reach of a hand."""
    away = np.linalg.norm(points - at, axis=1)
    nearest = int(away.argmin())
    return nearest if away[nearest] <= reach else None


def line_distance(kind: Kind, points: Points, at: Points) -> float:
    """How far screen point `at` is from the nearest line of a shape."""
    return min(_distance_to(stroke, at) for stroke in strokes(kind, points))


def centre_of(kind: Kind, points: Points) -> Points | None:
    """The middle by which a closed shape can be taken; None of what is taken by its line."""
    return np.asarray(points.mean(axis=0)) if kind in CLOSED else None


def _distance_to(stroke: Points, at: Points) -> float:
    if len(stroke) == 1:
        return float(np.linalg.norm(stroke[0] - at))
    start, side = stroke[:-1], np.diff(stroke, axis=0)
    squares = np.maximum((side**2).sum(axis=1), 1e-12)
    share = np.clip(((at - start) * side).sum(axis=1) / squares, 0.0, 1.0)[:, None]
    return float(np.linalg.norm(start + share * side - at, axis=1).min())


def moved(points: Points, by: Points) -> Points:
    """All of it, moved."""
    return np.asarray(points + by)


def with_handle(kind: Kind, points: Points, index: int, to: Points, scale: tuple[float, float] = (1.0, 1.0)) -> Points:
    """The points after handle `index` went to `to`; what the kind promises (right angles, axes) is kept.

    `scale` is a pixel's length across and down, in proportion.
    """
    if kind in ("rectangle", "box"):
        return _with_corner(points, index, to)
    if kind == "ellipse":
        return _with_axis_end(points, index, to)
    if kind == "bidirectional":
        return _with_diameter_end(points * scale, index, to * np.array(scale)) / scale
    if kind == "freehand":
        return _pulled(points, index, to)
    changed = points.copy()
    changed[index] = to
    return changed


def _with_corner(points: Points, index: int, to: Points) -> Points:
    """The opposite corner stays; the sides keep their directions, or the picture's where the box has become flat."""
    fixed = points[(index + 2) % 4]
    sides = np.column_stack([points[1] - points[0], points[3] - points[0]])
    if abs(np.linalg.det(sides)) < 1e-9:
        sides = np.eye(2)
    along = np.linalg.solve(sides, to - fixed)
    first, other = fixed + sides[:, 0] * along[0], fixed + sides[:, 1] * along[1]
    changed = points.copy()
    changed[index] = to
    # Sides 0-1 and 2-3 run along the first direction: from an even corner the next one lies that way
    changed[index ^ 1], changed[3 - index] = other, first
    return changed


def _with_axis_end(points: Points, index: int, to: Points) -> Points:
    """The other end of the axis stays, the axis keeps its direction, the other axis goes along with the middle."""
    changed = points.copy()
    opposite = index ^ 1
    axis = points[index] - points[opposite]
    share = float((to - points[opposite]) @ axis) / max(float(axis @ axis), 1e-12)
    changed[index] = points[opposite] + share * axis
    shift = changed.reshape(2, 2, 2)[index // 2].mean(axis=0) - points.mean(axis=0)
    other = slice(2, 4) if index < 2 else slice(0, 2)
    changed[other] = points[other] + shift
    return changed


def _with_diameter_end(points: Points, index: int, to: Points) -> Points:
    """The axes stay at right angles: with the long one the short one turns, and keeps its length and its share."""
    changed = points.copy()
    if index < 2:
        changed[index] = to
    before, after = _frame(points), _frame(changed)
    coordinates = (points[2:] - points[0]) @ before.T  # along the long axis, across it
    coordinates[:, 0] *= _length(changed) / _length(points)
    if index >= 2:
        coordinates[index - 2] = (to - points[0]) @ before.T
        coordinates[3 - index, 0] = coordinates[index - 2, 0]
    changed[2:] = changed[0] + coordinates @ after
    return changed


def _frame(points: Points) -> Points:
    """Unit vectors along and across the long axis."""
    along = (points[1] - points[0]) / _length(points)
    return np.array([along, [-along[1], along[0]]])


def _length(points: Points) -> float:
    return max(float(np.linalg.norm(points[1] - points[0])), 1e-9)


def _pulled(points: Points, index: int, to: Points) -> Points:
    """A corner of a dense outline, its neighbours going along less and less."""
    places = np.abs(np.arange(len(points)) - index)
    apart = np.minimum(places, len(points) - places)
    reach = max(1.0, PULLED_SHARE * len(points))
    share = np.where(apart < reach, (1 + np.cos(np.pi * apart / reach)) / 2, 0.0)
    return np.asarray(points + share[:, None] * (to - points[index]))
