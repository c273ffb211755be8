"""A small drawing of where a slice lies in its series: the box of the files' slices with the slice in it.

What belongs here: its points. What does not: painting (line_desk).
"""

from __future__ import annotations

import numpy as np

from viewers.geometry import apply
from viewers.planes.recut import BOX_EDGES, UNIT_CUBE, box_corners
from viewers.planes.sampling import Points
from viewers.volume import SeriesHeader

# Seen from the patient's front, a little from the left and from above: LPS to the drawing's right and down
LOOK = np.array([[0.94, 0.34, 0.0], [-0.12, 0.33, -0.94]])


def figure(header: SeriesHeader, slice_index: int, size: float) -> tuple[Points, Points]:
    """The box's edges (12, 2, 2) and the slice's outline (n, 2), within `size` × `size`.

    A series with a place in the patient is wanted; a slice that misses the box has an outline without points.
    """
    source = header.source
    corners = apply(source.grid_affine, box_corners(source) + 0.5 * np.sign(UNIT_CUBE - 0.5))
    flat = corners @ LOOK.T
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = size / float((high - low).max())
    edges = (flat[BOX_EDGES] - low) * scale
    return edges, (_meeting(corners, header.affine_at(slice_index)) @ LOOK.T - low) * scale


def _meeting(corners: Points, plane: Points) -> Points:
    """The outline in which a plane meets the box, in order, shape (n, 3)."""
    normal = np.cross(plane[:3, 0], plane[:3, 1])
    depths = (corners - plane[:3, 3]) @ normal
    start, end = depths[BOX_EDGES[:, 0]], depths[BOX_EDGES[:, 1]]
    crosses = (start < 0) != (end < 0)
    share = (start / (start - end + (start == end)))[crosses][:, None]
    points: Points = corners[BOX_EDGES[crosses, 0]] * (1 - share) + corners[BOX_EDGES[crosses, 1]] * share
    if not len(points):
        return np.empty((0, 3))
    inwards = points - points.mean(axis=0)
    across, down = plane[:3, 0], np.cross(normal, plane[:3, 0])
    turn = np.arctan2(inwards @ down / np.linalg.norm(normal), inwards @ across)
    return np.asarray(points[np.argsort(turn)])
