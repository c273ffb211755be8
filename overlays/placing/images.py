"""The images of a case by their UIDs, and what is given in their pixels turned into mm.

What belongs here: finding images, shapes and maps in pixels. What does not: whether a result may lie on a series at all
(results), whether what it says agrees with the images (checks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from overlays.cutting.shapes import Points
from overlays.faults import Fault, Reason
from overlays.result import (
    AIMap,
    Box,
    Dot,
    Ellipse,
    Finding,
    Geometry,
    ImageRef,
    OnImage,
    Point,
    Polygon,
    Polyline,
    Space,
)
from viewers import geometry
from viewers.planes.sampling import slice_places
from viewers.volume import SeriesHeader

BEYOND_PX = 1.0  # by which a point may lie outside its image: writers round to the next whole pixel
LEAST_POINTS = {"point": 1, "box": 2, "ellipse": 4, "polygon": 3, "polyline": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Where an image is: a series and the slice of it."""

    header: SeriesHeader
    index: int

    @property
    def plane(self) -> geometry.Array:
        """Image points (column, row, 0) → LPS mm, or the image's own mm where it has no place in the patient."""
        return self.header.affine_at(self.index)

    @property
    def space(self) -> Space:
        return Space(self.header.series_uid, self.header.frame_of_reference_uid)


class Images:
    """The images of a case, found by SOP instance UID and frame."""

    def __init__(self, headers: Sequence[SeriesHeader]) -> None:
        self.headers = tuple(dict.fromkeys(header.source for header in headers))
        self._frames: dict[tuple[str, int], Shown] = {}
        self._first: dict[str, Shown] = {}
        for header in self.headers:
            for index, each in enumerate(header.instances):
                shown = Shown(header, index)
                self._frames.setdefault((each.sop_uid, each.frame), shown)
                self._first.setdefault(each.sop_uid, shown)

    def at(self, image: ImageRef) -> Shown | None:
        """Where an image is shown; of a whole multi-frame instance its first frame. None where it is not there."""
        return self._first.get(image.sop_uid) if image.frame is None else self._frames.get((image.sop_uid, image.frame))

    def __contains__(self, sop_uid: str) -> bool:
        return sop_uid in self._first

    def series(self, series_uid: str) -> tuple[SeriesHeader, ...]:
        """The stacks of a series."""
        return tuple(header for header in self.headers if series_uid and header.series_uid == series_uid)

    def frame_of_reference(self, uid: str) -> tuple[SeriesHeader, ...]:
        return tuple(header for header in self.headers if uid and header.frame_of_reference_uid == uid)


# --- shapes -----------------------------------------------------------------------------------------------------------


def why_not_on_image(shape: OnImage, header: SeriesHeader) -> str:
    """Why a shape cannot be one of this image; "" where it can."""
    needed = LEAST_POINTS[shape.kind]
    if len(shape.points) < needed:
        return Reason(f"its {shape.kind} has {len(shape.points)} points, not {needed}", Fault.PLACE)
    if shape.matrix is not None and shape.matrix != (header.columns, header.rows):
        drawn, there = " × ".join(map(str, shape.matrix)), f"{header.columns} × {header.rows}"
        return Reason(f"it was drawn on an image of {drawn} pixels, but this one has {there}", Fault.PLACE)
    for column, row in shape.points:
        within_columns = -0.5 - BEYOND_PX <= column <= header.columns - 0.5 + BEYOND_PX
        if not (within_columns and -0.5 - BEYOND_PX <= row <= header.rows - 0.5 + BEYOND_PX):
            place, size = f"({column:g}, {row:g})", f"{header.columns} × {header.rows}"
            return Reason(f"its point {place} lies outside the image of {size} pixels", Fault.PLACE)
    return ""


def in_mm(finding: Finding, shown: Shown) -> tuple[Finding, ...]:
    """A finding in pixels as one in mm on the image's plane; several points become one finding each."""
    assert isinstance(finding.geometry, OnImage)
    shapes = _shapes(finding.geometry, shown.plane)
    placed = replace(finding, geometry=shapes[0], space=shown.space)
    rest = (
        replace(placed, id=f"{finding.id}.{number}", geometry=shape) for number, shape in enumerate(shapes[1:], start=2)
    )
    return placed, *rest


def _shapes(shape: OnImage, plane: geometry.Array) -> tuple[Geometry, ...]:
    points = geometry.apply(plane, [(column, row, 0.0) for column, row in shape.points])
    if shape.kind == "point":
        return tuple(Dot(_point(point)) for point in points)
    if shape.kind == "box":
        return (_rectangle(shape, points, plane),)
    if shape.kind == "ellipse":
        first, second = (points[1] - points[0]) / 2, (points[3] - points[2]) / 2
        return (Ellipse(_point((points[0] + points[1]) / 2), (_point(first), _point(second))),)
    as_points = tuple(_point(point) for point in points)
    return (Polygon(as_points) if shape.kind == "polygon" else Polyline(as_points),)


def _rectangle(shape: OnImage, points: Points, plane: geometry.Array) -> Box:
    """A flat box: it stays a box, whose outline nobody drew."""
    spacing = np.linalg.norm(plane[:3, :2], axis=0)
    across, down = (plane[:3, :2] / spacing).T
    size = np.abs(np.subtract(shape.points[1], shape.points[0])) * spacing
    directions = (_point(across), _point(down), _point(np.cross(across, down)))
    return Box(_point((points[0] + points[1]) / 2), (float(size[0]), float(size[1]), 0.0), directions)


def _point(values: Points) -> Point:
    x, y, z = (float(value) for value in values)
    return x, y, z


# --- maps -------------------------------------------------------------------------------------------------------------


def on_images(ai_map: AIMap, images: Images) -> tuple[AIMap, ...]:
    """A map of 2D images or cine frames in mm, one for each series that shows some; planes in the series' order.

    Planes whose image is not in the case are left out. A map of another matrix shows the same field of view, the outer
    edges of both agreeing (half-pixel centres), unless its affine says which image pixels its own are.
    """
    groups: dict[tuple[SeriesHeader, int], dict[int, int]] = {}
    for number, image in enumerate(ai_map.images):
        shown = images.at(image)
        if shown is None:
            continue
        turn = 0  # planes of one image that lie over each other go to maps of their own
        while shown.index in groups.setdefault((shown.header, turn), {}):
            turn += 1
        groups[shown.header, turn][shown.index] = number
    parts = [_on_series(ai_map, header, planes) for (header, _), planes in groups.items()]
    return tuple(replace(part, id=f"{part.id}.{n}" if n > 1 else part.id) for n, part in enumerate(parts, start=1))


def _on_series(ai_map: AIMap, header: SeriesHeader, planes: dict[int, int]) -> AIMap:
    """The planes (slice of the series → plane of the map) of one series."""
    slices = sorted(planes)
    numbers = [planes[index] for index in slices]
    is_whole = numbers == list(range(len(ai_map.values)))
    grid = header.affine_at(slices[0]) if len(slices) == 1 else header.grid_affine
    along = () if header.in_time else slice_places(header)
    places = tuple(float(along[index]) if along else float(index) for index in slices)
    return replace(
        ai_map,
        values=ai_map.values if is_whole else ai_map.values[numbers],
        affine=grid @ _to_pixels(ai_map, header),
        places=() if places == tuple(range(len(places))) or len(places) == 1 else places,
        images=tuple(ai_map.images[number] for number in numbers),
        space=Space(header.series_uid, header.frame_of_reference_uid),
    )


def _to_pixels(ai_map: AIMap, header: SeriesHeader) -> geometry.Array:
    """From the map's pixels to the image's."""
    given = np.asarray(ai_map.affine, np.float64)
    rows, columns = ai_map.values.shape[1:]
    if (rows, columns) == (header.rows, header.columns) or not np.allclose(given[:2, :2], np.eye(2)):
        in_plane = np.eye(4)
        in_plane[:2, :2], in_plane[:2, 3] = given[:2, :2], given[:2, 3]
        return in_plane
    scale = np.array([header.columns / columns, header.rows / rows])
    matrix = np.diag([*scale, 1.0, 1.0])
    matrix[:2, 3] = scale / 2 - 0.5
    return matrix
