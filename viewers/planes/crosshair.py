"""One place in the patient shown in several planes, and the lines in which the planes meet, in screen points.

What belongs here: where arms, handles and reference lines lie and what dragging them means, as pure functions. What
does not: painting and the mouse (crosshair_desk, line_desk).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, hypot

import numpy as np

from viewers.geometry import apply, inverse
from viewers.planes.oblique import ObliquePlane, plane_of
from viewers.planes.sampling import Points, point_at, voxel_at
from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader

PARALLEL = 0.999  # cosine between normals above which two planes have no line in common
GAP_PX = 16.0  # the middle stays free: it is what the crosshair is about
HANDLE_PX = 13.0  # how near to a handle a press takes it
ARM_SHARE = 0.36  # of a viewport's smaller side, from the middle to a handle

Spot = tuple[float, float]  # logical pixels of a viewport


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a viewport shows: the header (derived or not), the view, its size in logical pixels."""

    header: SeriesHeader
    view: View
    width: int
    height: int

    @property
    def affine(self) -> Points:
        return self.header.affine_at(self.view.slice_index)

    @property
    def normal(self) -> Points:
        """Away from the onlooker: right × down."""
        crossed = np.cross(self.affine[:3, 0], self.affine[:3, 1])
        return np.asarray(crossed / np.linalg.norm(crossed))

    def spot(self, place_mm: Points) -> Spot:
        """Where a place in the patient lies on the screen, seen straight on."""
        column, row, _ = apply(inverse(self.affine), place_mm)
        return image_to_screen(self.view, self.header, self.width, self.height, float(column), float(row))

    @property
    def middle_mm(self) -> Points:
        """The place in the middle of the viewport."""
        return point_at(self.header, *self.view.centre_px, self.view.slice_index)


@dataclass(frozen=True, slots=True)
class Arm:
    """The line of another viewport's plane through the crosshair; `direction` is a unit vector on the screen."""

    viewport: int
    direction: Spot

    def ends(self, middle: Spot, reach: float) -> tuple[Spot, Spot]:
        (x, y), (dx, dy) = middle, self.direction
        return (x - dx * reach, y - dy * reach), (x + dx * reach, y + dy * reach)


def comparable(one: SeriesHeader, other: SeriesHeader) -> bool:
    """Whether places in one series are places in the other: the same frame of reference, or the same series."""
    if one.affine is None or other.affine is None:
        return False
    if one.source is other.source:
        return True
    same = one.frame_of_reference_uid == other.frame_of_reference_uid != ""
    return same and one.patient == other.patient


def arm(on: Shown, other: Shown, viewport: int) -> Arm | None:
    """The arm that another viewport's plane makes; None where the planes are parallel."""
    along = np.cross(on.normal, other.normal)
    if np.linalg.norm(along) < np.sqrt(1 - PARALLEL**2):
        return None
    (x0, y0), (x1, y1) = on.spot(on.middle_mm), on.spot(on.middle_mm + along)
    length = hypot(x1 - x0, y1 - y0)
    return Arm(viewport, ((x1 - x0) / length, (y1 - y0) / length))


def reach_px(on: Shown) -> float:
    """How far a handle lies from the crosshair's middle."""
    return ARM_SHARE * min(on.width, on.height)


def handle_at(arms: list[Arm], on: Shown, place_mm: Points, x: float, y: float) -> Arm | None:
    """The arm whose handle lies under a point of the viewport."""
    middle, reach = on.spot(place_mm), reach_px(on)
    near = [(hypot(x - ex, y - ey), each) for each in arms for ex, ey in each.ends(middle, reach)]
    distance, nearest = min(near, key=lambda pair: pair[0], default=(np.inf, None))
    return nearest if distance <= HANDLE_PX else None


def turned_by(on: Shown, place_mm: Points, start: Spot, now: Spot) -> float:
    """The angle (radians, clockwise on the screen) from one pointer position to another about the crosshair."""
    x, y = on.spot(place_mm)
    angle = atan2(now[1] - y, now[0] - x) - atan2(start[1] - y, start[0] - x)
    return float((angle + np.pi) % (2 * np.pi) - np.pi)


def tipped(on: Shown, other: Shown, place_mm: Points, angle: float) -> tuple[ObliquePlane, Points]:
    """The other viewport's plane turned about the line of sight in this one, and its middle turned along (LPS mm)."""
    plane = plane_of(other.header, other.view.slice_index, other.middle_mm).tipped(on.normal, angle, place_mm)
    across = replace(plane, centre_mm=(float(place_mm[0]), float(place_mm[1]), float(place_mm[2])))
    return across, np.asarray(plane.centre_mm)


def onto(shown: Shown, place_mm: Points) -> Points:
    """The place on a viewport's plane that is nearest to a place in the patient."""
    return np.asarray(place_mm - shown.normal * float((place_mm - shown.affine[:3, 3]) @ shown.normal))


def led_to(shown: Shown, place_mm: Points) -> View:
    """The view at the slice nearest to a place, moved there if it would lie out of sight."""
    column, row, depth = voxel_at(shown.header, place_mm)
    view = replace(shown.view, slice_index=max(0, min(shown.header.frames - 1, round(depth))))
    x, y = image_to_screen(view, shown.header, shown.width, shown.height, column, row)
    is_in_sight = 0 <= x < shown.width and 0 <= y < shown.height
    return view if is_in_sight else replace(view, centre_px=(column, row))


def trace(on: Shown, other: SeriesHeader, slice_index: int) -> tuple[Spot, Spot] | None:
    """Where another series' image crosses this plane, from edge to edge of that image; None where it does not."""
    frame = other.affine_at(slice_index)
    edges = np.array([(-0.5, -0.5, 0), (0, -0.5, 0), (0, 0, 0), (-0.5, 0, 0)])
    edges[1:3, 0], edges[2:4, 1] = other.columns - 0.5, other.rows - 0.5
    corners = apply(frame, edges)
    depths = (corners - on.affine[:3, 3]) @ on.normal
    if np.abs(depths).max() < 1e-6:
        return None
    met = [
        corners[a] + (corners[b] - corners[a]) * depths[a] / (depths[a] - depths[b])
        for a, b in ((0, 1), (1, 2), (2, 3), (3, 0))
        if (depths[a] < 0) != (depths[b] < 0)
    ]
    return (on.spot(met[0]), on.spot(met[1])) if len(met) == 2 else None
