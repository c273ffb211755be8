"""A measurement while it is drawn: which points stand, which one follows the pointer, when it is complete.

What belongs here: the frozen `Draft` and its next states, in image points (column, row). What does not: mouse buttons
(viewers.tools.measuring_hand) and changing what is complete (editing).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from viewers.measuring.shapes import Kind, Points

Spot = tuple[float, float]
POINTS_NEEDED: dict[Kind, int] = {
    "length": 2, "angle": 3, "cobb": 4, "bidirectional": 4,
    "ellipse": 2, "rectangle": 2, "box": 2, "arrow": 2, "point": 1,
}  # fmt: skip
LEAST_CORNERS = 3
TRACE_STEP = 0.5  # pixels that a freehand line goes on before it gets another corner
TRACE_TOLERANCE = 0.25  # pixels that its corners may be thinned by


@dataclass(frozen=True, slots=True)
class Draft:
    """`points` stand, `loose` follows the pointer. `scale` is a pixel's length across and down, in proportion."""

    kind: Kind
    points: tuple[Spot, ...]
    loose: Spot
    scale: tuple[float, float] = (1.0, 1.0)
    is_closed: bool = False

    @property
    def wants_one_more(self) -> bool:
        """Whether the next point completes it. Polygons and freehand lines are closed instead."""
        return len(self.points) + 1 == POINTS_NEEDED.get(self.kind, 0)

    @property
    def is_complete(self) -> bool:
        return len(self.points) == POINTS_NEEDED.get(self.kind, -1)

    @property
    def shape(self) -> Points:
        """What it would be if it ended here, as `Measurement` keeps the points of its kind, (n, 2)."""
        is_whole = self.is_complete or self.is_closed or self.kind == "freehand"
        points = self.points if is_whole else (*self.points, self.loose)
        return _SHAPES.get(self.kind, _as_drawn)(points)

    @property
    def is_sound(self) -> bool:
        """Whether there is anything to it: not a line without length or an outline without an inside."""
        if self.kind == "point":
            return True
        if self.kind in ("polygon", "freehand") and len(self.points) < LEAST_CORNERS:
            return False
        spans = np.ptp(np.array(self.points), axis=0)
        return bool(spans.min() > 0) if self.kind in ("ellipse", "rectangle", "box") else _has_lengths(self)


def begun(kind: Kind, at: Spot, scale: tuple[float, float]) -> Draft:
    return Draft(kind, (at,), at, scale)


def led(draft: Draft, to: Spot) -> Draft:
    """The pointer went on to `to`; a freehand line takes it as a corner."""
    if draft.kind != "freehand":
        return replace(draft, loose=constrained(draft, to))
    last = draft.points[-1]
    is_far = abs(to[0] - last[0]) + abs(to[1] - last[1]) >= TRACE_STEP
    return replace(draft, loose=to, points=(*draft.points, to) if is_far else draft.points)


def placed(draft: Draft, at: Spot) -> Draft:
    """Another point stands."""
    at = constrained(draft, at)
    return replace(draft, points=(*draft.points, at), loose=at)


def stepped_back(draft: Draft) -> Draft | None:
    """Without its last point; None where that was its first."""
    return replace(draft, points=draft.points[:-1]) if len(draft.points) > 1 else None


def closed(draft: Draft) -> Draft:
    """An outline as it is kept: freehand lines without corners that don't matter, polygons without doubled ones."""
    if draft.kind == "freehand":
        traced = np.array(draft.points, np.float32)[:, None]
        thinned = cv2.approxPolyDP(traced, TRACE_TOLERANCE, True)[:, 0]
        return replace(draft, points=tuple((float(c), float(r)) for c, r in thinned), is_closed=True)
    return replace(draft, points=tuple(dict.fromkeys(draft.points)), is_closed=True)


def constrained(draft: Draft, at: Spot) -> Spot:
    """Where a point may go: the second end of a short axis only at right angles to the long axis."""
    if draft.kind != "bidirectional" or len(draft.points) != 3:
        return at
    scale = np.array(draft.scale)
    long = (np.array(draft.points[1]) - draft.points[0]) * scale
    across = np.array([-long[1], long[0]]) / max(float(np.linalg.norm(long)), 1e-9)
    start = np.array(draft.points[2]) * scale
    end = (start + across * float((np.array(at) * scale - start) @ across)) / scale
    return float(end[0]), float(end[1])


def _has_lengths(draft: Draft) -> bool:
    """Whether no two points that follow each other coincide; lines of a pair are looked at one by one."""
    points = np.array(draft.points)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    pairs = draft.kind in ("cobb", "bidirectional")
    return bool((steps[::2] if pairs else steps).min() > 1e-6)


def _as_drawn(points: tuple[Spot, ...]) -> Points:
    return np.array(points, np.float64)


def _corners(points: tuple[Spot, ...]) -> Points:
    """Two opposite corners → all four in order."""
    (left, top), (right, bottom) = points[0], points[-1]
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def _axes(points: tuple[Spot, ...]) -> Points:
    """Two opposite corners of an ellipse's box → both ends of its axis across, then of its axis down."""
    (left, top), (right, bottom) = points[0], points[-1]
    column, row = (left + right) / 2, (top + bottom) / 2
    return np.array([(left, row), (right, row), (column, top), (column, bottom)], np.float64)


_SHAPES = {"rectangle": _corners, "box": _corners, "ellipse": _axes}
