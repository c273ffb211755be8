"""Coordinates of structured reports as geometry: SCOORD in pixels, SCOORD3D in LPS mm (PS3.3 C.18.6, C.18.9).

What belongs here: one graphic to shapes, and graphics of one finding to a stack. What does not: whose they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from overlays.faults import Fault, Reason
from overlays.result import (
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Geometry,
    OnImage,
    Pixel,
    Point,
    Polygon,
    Polyline,
)
from overlays.sources.outlines import crosses_itself, is_closed, normal_of, off_plane_mm, without_closing
from overlays.sources.reports.tree import Graphic

HALF_PIXEL = 0.5  # SCOORD counts from the outer corner of the first pixel, we from its centre
FARTHEST_PIXEL, FARTHEST_MM = 1e6, 1e5
FLAT_MM, SAME_MM = 1.0, 0.5

CROSSED = Reason("its outline crosses itself", Fault.CROSSED)


class LeftOut(Exception):
    """Why something that AI says can't be shown; the sentence goes on from "it is left out: "."""

    def __init__(self, words: str, fault: Fault = Fault.PLACE) -> None:
        super().__init__(words)
        self.fault = fault


def on_image(graphic: Graphic) -> OnImage:
    """A shape in the pixels of an image, centres at integers. Raises LeftOut."""
    points = tuple((x - HALF_PIXEL, y - HALF_PIXEL) for x, y in graphic.points)
    if max(abs(value) for point in points for value in point) > FARTHEST_PIXEL:
        raise LeftOut(f"its {graphic.shape} lies farther away than any image reaches")
    match graphic.shape:
        case "POINT" | "MULTIPOINT":
            return OnImage("point", points)
        case "POLYLINE" if is_closed(points):
            return OnImage("polygon", tuple((x, y) for x, y in without_closing(points)))
        case "POLYLINE" if len(points) > 1:
            return OnImage("polyline", points)
        case "CIRCLE" if len(points) == 2:
            return OnImage("ellipse", circle(*points))
        case "ELLIPSE" if len(points) == 4:
            return OnImage("ellipse", points)
    raise LeftOut(_unknown(graphic))


def circle(centre: Pixel, edge: Pixel) -> tuple[Pixel, ...]:
    """The ends of two axes of a circle by its centre and one point of it."""
    (x, y), radius = centre, float(np.hypot(edge[0] - centre[0], edge[1] - centre[1]))
    return (x - radius, y), (x + radius, y), (x, y - radius), (x, y + radius)


def in_space(graphic: Graphic) -> tuple[Geometry, ...]:
    """Shapes in LPS mm: one, or a dot for each point of a MULTIPOINT. Raises LeftOut."""
    points = tuple((x, y, z) for x, y, z in graphic.points)
    if not graphic.frame_of_reference_uid:
        raise LeftOut(f"its {graphic.shape} in mm names no frame of reference")
    if max(abs(value) for point in points for value in point) > FARTHEST_MM:
        raise LeftOut(f"its {graphic.shape} lies farther away than any patient reaches")
    make = SPATIAL.get(graphic.shape)
    made = make(points) if make else ()
    if not made:
        raise LeftOut(_unknown(graphic))
    return made


def stacked(graphics: Sequence[Graphic]) -> ContourStack | None:
    """One volume from several parallel outlines in mm; None where they are not parallel, or lie in one plane.

    `spacing_mm` is the least distance between neighbouring planes.
    """
    outlines = [np.array(without_closing(each.points), np.float64) for each in graphics]
    if any(each.shape != "POLYGON" or len(outline) < 3 for each, outline in zip(graphics, outlines, strict=True)):
        return None
    normals = [normal_of(outline) for outline in outlines]
    first = normals[0]
    if first is None or any(each is None or abs(float(each @ first)) < 0.999 for each in normals):
        return None
    places = np.unique(np.round([float(outline.mean(axis=0) @ first) for outline in outlines], 3))
    if len(places) < 2:
        return None
    contours = tuple(tuple((x, y, z) for x, y, z in outline.tolist()) for outline in outlines)
    return ContourStack(contours, float(np.diff(places).min()))


def oddities(shape: Geometry) -> str:
    """What is odd about a shape that is shown all the same; empty where nothing is."""
    if isinstance(shape, OnImage) and shape.kind == "polygon" and crosses_itself(np.array(shape.points)):
        return CROSSED
    if isinstance(shape, Polygon):
        points = np.array(shape.points_mm)
        if crosses_itself(points):
            return CROSSED
        off = off_plane_mm(points)
        return f"its outline is not flat: a point lies {off:.1f} mm off its plane" if off > FLAT_MM else ""
    return ""


def _unknown(graphic: Graphic) -> str:
    space = "SCOORD3D" if graphic.is_spatial else "SCOORD"
    return f"its region is a {graphic.shape or 'nameless'} {space} of {len(graphic.points)} points, which is no shape"


def _dots(points: Sequence[Point]) -> tuple[Geometry, ...]:
    return tuple(Dot(point) for point in points)


def _one_dot(points: Sequence[Point]) -> tuple[Geometry, ...]:
    return _dots(points) if len(points) == 1 else ()


def _line(points: Sequence[Point]) -> tuple[Geometry, ...]:
    if is_closed(points):
        return _polygon(points)
    return (Polyline(tuple(points)),) if len(points) > 1 else ()


def _polygon(points: Sequence[Point]) -> tuple[Geometry, ...]:
    corners = tuple(points[:-1]) if is_closed(points) else tuple(points)
    return (Polygon(corners),) if len(corners) > 2 else ()


def _ellipse(points: Sequence[Point]) -> tuple[Geometry, ...]:
    axes = _axes(points, 2)
    return (Ellipse(axes[0], (axes[1], axes[2])),) if axes else ()


def _ellipsoid(points: Sequence[Point]) -> tuple[Geometry, ...]:
    axes = _axes(points, 3)
    return (Ellipsoid(axes[0], (axes[1], axes[2], axes[3])),) if axes else ()


def _axes(points: Sequence[Point], count: int) -> tuple[Point, ...]:
    """Centre and half axes from the ends of each axis; () where the axes do not meet in their middles, as they must."""
    if len(points) != 2 * count:
        return ()
    ends = np.array(points, np.float64).reshape(count, 2, 3)
    middles, halves = ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / 2
    longest = float(np.linalg.norm(halves, axis=1).max())
    if longest == 0 or float(np.abs(middles - middles.mean(axis=0)).max()) > max(SAME_MM, 0.02 * longest):
        return ()
    rows = [middles.mean(axis=0), *halves]
    return tuple((float(x), float(y), float(z)) for x, y, z in rows)


SPATIAL: dict[str, Callable[[Sequence[Point]], tuple[Geometry, ...]]] = {
    "POINT": _one_dot,
    "MULTIPOINT": _dots,
    "POLYLINE": _line,
    "POLYGON": _polygon,
    "ELLIPSE": _ellipse,
    "ELLIPSOID": _ellipsoid,
}
