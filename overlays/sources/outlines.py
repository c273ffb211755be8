"""What is odd about an outline: points off their plane, edges that cross, channels to a hole, points that repeat.

What belongs here: plain geometry of polygons, in pixels or mm. What does not: files, findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Counts = NDArray[np.intp]
MOST_CHECKED = 4_000  # points of an outline whose every pair of edges is looked at
PAIRS_AT_ONCE = 200_000


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
    order = np.argsort(np.minimum(flat[:, 0], ends[:, 0]), kind="stable")
    first, last = flat[order], ends[order]
    return any(_any_cross(first, last, order, *pairs) for pairs in _side_by_side(first, last))


def _side_by_side(first: Points, last: Points) -> Iterator[tuple[Counts, Counts]]:
    """Pairs of edges that share a stretch of the first axis, some at a time; `first` rises along it."""
    starts, stops = np.minimum(first[:, 0], last[:, 0]), np.maximum(first[:, 0], last[:, 0])
    behind = np.searchsorted(starts, stops, side="right") - np.arange(len(first)) - 1
    pairs_before = np.concatenate([[0], np.cumsum(behind)])
    at = 0
    while at < len(first):
        until = max(at + 1, int(np.searchsorted(pairs_before, pairs_before[at] + PAIRS_AT_ONCE, side="right")) - 1)
        some = np.repeat(np.arange(at, until), behind[at:until])
        yield some, some + 1 + np.arange(len(some)) - (pairs_before[some] - pairs_before[at])
        at = until


def _any_cross(first: Points, last: Points, order: Counts, one: Counts, other: Counts) -> bool:
    """Whether any of these pairs of edges properly crosses; neighbours along the outline only touch."""
    low, high = np.minimum(first[:, 1], last[:, 1]), np.maximum(first[:, 1], last[:, 1])
    steps = np.abs(order[one] - order[other])
    near = (low[one] <= high[other]) & (low[other] <= high[one]) & (steps > 1) & (steps < len(first) - 1)
    one, other = one[near], other[near]
    a, b, c, d = first[one], last[one], first[other], last[other]
    return bool(np.any((_turn(a, b, c) * _turn(a, b, d) < 0) & (_turn(c, d, a) * _turn(c, d, b) < 0)))


def has_channel(points: Points) -> bool:
    """Whether an outline runs along one of its edges there and back, as a keyhole does to reach a hole."""
    edges = {(tuple(a), tuple(b)) for a, b in zip(points.tolist(), np.roll(points, -1, axis=0).tolist(), strict=True)}
    return any((b, a) in edges for a, b in edges if a != b)


def _turn(a: Points, b: Points, c: Points) -> Points:
    """Positive where c lies to one side of the line from a to b, negative to the other."""
    ab, ac = b - a, c - a
    turned: Points = ab[..., 0] * ac[..., 1] - ab[..., 1] * ac[..., 0]
    return turned
