"""What is odd about an outline: points off their plane, edges that cross, channels to a hole, points that repeat.

What belongs here: plain geometry of polygons, in pixels or mm. What does not: files, findings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
MOST_CHECKED = 4_000  # points of an outline whose every pair of edges is looked at


def without_closing(points: Sequence[tuple[float, ...]]) -> tuple[tuple[float, ...], ...]:
    """An outline whose last point repeats its first, without that point."""
    return tuple(points[:-1]) if is_closed(points) else tuple(points)


def is_closed(points: Sequence[tuple[float, ...]]) -> bool:
    """Whether a line ends where it began (PS3.3 C.18.6.1.2)."""
    return len(points) > 3 and tuple(points[0]) == tuple(points[-1])


def normal_of(points: Points) -> Points | None:
    """The unit normal of a closed outline in space (Newell), None where it has no area."""
    around = np.roll(points, -1, axis=0) - points[0]
    normal = np.cross(points - points[0], around).sum(axis=0)
    length = float(np.linalg.norm(normal))
    extent = float(np.ptp(points, axis=0).max()) if len(points) else 0.0
    return normal / length if length > 1e-9 * max(extent, 1e-9) ** 2 and length > 0 else None


def off_plane_mm(points: Points) -> float:
    """How far the farthest point of an outline lies from the plane of the others, mm."""
    normal = normal_of(points)
    if normal is None:
        return 0.0
    distances = (points - points.mean(axis=0)) @ normal
    return float(np.abs(distances).max())


def in_plane(points: Points) -> Points:
    """An outline's points (n, 2) in its own plane; of flat pixel outlines (n, 2) they are what they were."""
    if points.shape[1] == 2:
        return points
    normal = normal_of(points)
    axis = 2 if normal is None else int(np.abs(normal).argmax())
    return np.delete(points, axis, axis=1)


def crosses_itself(points: Points) -> bool:
    """Whether two edges of a closed outline properly cross; touching ones (a channel to a hole) don't count.

    Outlines of more than MOST_CHECKED points are not looked at.
    """
    flat = in_plane(points)
    count = len(flat)
    if count < 4 or count > MOST_CHECKED:
        return False
    ends = np.roll(flat, -1, axis=0)
    for at in range(count - 2):
        others = slice(at + 2, count if at else count - 1)
        first, last = flat[others], ends[others]
        apart = _turn(flat[at], ends[at], first) * _turn(flat[at], ends[at], last) < 0
        if np.any(apart & (_turn(first, last, flat[at]) * _turn(first, last, ends[at]) < 0)):
            return True
    return False


def has_channel(points: Points) -> bool:
    """Whether an outline runs along one of its edges there and back, as a keyhole does to reach a hole."""
    edges = {(tuple(a), tuple(b)) for a, b in zip(points.tolist(), np.roll(points, -1, axis=0).tolist(), strict=True)}
    return any((b, a) in edges for a, b in edges if a != b)


def _turn(a: Points, b: Points, c: Points) -> Points:
    """Positive where c lies to one side of the line from a to b, negative to the other."""
    ab, ac = b - a, c - a
    turned: Points = ab[..., 0] * ac[..., 1] - ab[..., 1] * ac[..., 0]
    return turned
