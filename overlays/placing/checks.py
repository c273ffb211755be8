"""Whether what a result says agrees with the images: positions, sides, numbers, contours that cross themselves.

What belongs here: each check, which gives a reason in plain words or "". What does not: what follows from it (placing).
"""

from __future__ import annotations

import numpy as np

from overlays.cutting.outlines import slice_step_mm
from overlays.cutting.shapes import Points, contours_of
from overlays.faults import Fault, Reason
from overlays.placing.images import Images, Shown
from overlays.result import AIMap, ContourStack, Geometry, Laterality, OnImage, Polygon
from viewers import geometry
from viewers.volume import SeriesHeader

AGREE_MM = 0.1  # by which a plane may lie beside the image that it names
PARALLEL = 1e-4  # 1 - cosine
GRID_VOXELS = 0.2  # by which the corners of two grids that are the same may differ
MOST_PLANES = 10_000  # of one map; more are no series that a reader scrolls through
MOST_CORNERS = 1500  # of a contour that is looked through for crossings
SIDES = {"L": "left", "R": "right"}
NO_POINTS = Reason("it has no points", Fault.PLACE)
NO_NUMBER = Reason("its position has numbers that are none", Fault.NUMBER)
NO_GRID = Reason("its grid has no place: its affine is flat or has numbers that are none", Fault.NUMBER)


def not_finite(shape: Geometry) -> str:
    """That a shape has numbers that are none, or no points."""
    numbers = [*_numbers(shape)]
    if not numbers:
        return NO_POINTS
    return "" if all(np.isfinite(part).all() for part in numbers) else NO_NUMBER


def _numbers(shape: Geometry) -> list[Points]:
    if isinstance(shape, ContourStack):
        return [contours_of(shape)[0]] if shape.contours_mm and all(shape.contours_mm) else []
    if isinstance(shape, OnImage):
        return [np.asarray(shape.points, np.float64)] if shape.points else []
    names = ("at_mm", "centre_mm", "size_mm", "directions", "half_axes_mm", "points_mm")
    parts = [np.asarray(getattr(shape, name), np.float64) for name in names if hasattr(shape, name)]
    return [part for part in parts if part.size]


def bad_grid(ai_map: AIMap) -> str:
    """That a map's affine leads nowhere."""
    try:
        geometry.inverse(ai_map.affine)
    except ValueError:
        return NO_GRID
    return ""


def too_many_planes(ai_map: AIMap) -> str:
    """That a map is longer than any series that people read."""
    planes = len(ai_map.values)
    said = f"it has {planes:,} planes; at most {MOST_PLANES:,} are shown"
    return Reason(said, Fault.TOO_MANY) if planes > MOST_PLANES else ""


# --- positions against the images that are named ----------------------------------------------------------------------


def displaced(ai_map: AIMap, images: Images) -> tuple[str, str]:
    """That planes lie elsewhere than the images that they name: why the map is refused, or what is to be remarked.

    A grid of the images' own spacing beside them is wrong; one of another spacing has to lie between them.
    """
    named = [(number, images.at(image)) for number, image in enumerate(ai_map.plane_images) if image is not None]
    known = [(number, shown) for number, shown in named if shown is not None and shown.header.affine is not None]
    off = [found for number, shown in known if (found := _off_mm(ai_map, number, shown)) is not None]
    worst = max(off, default=0.0)
    if worst <= AGREE_MM:
        return "", ""
    step_mm, image_mm = slice_step_mm(ai_map.affine), slice_step_mm(known[0][1].header.grid_affine)
    says = f"its planes lie up to {worst:.1f} mm off the images that they name"
    is_between = abs(step_mm - image_mm) > AGREE_MM and worst <= max(step_mm, image_mm) / 2 + AGREE_MM
    return ("", f"{says}: its slices have another spacing") if is_between else (Reason(says, Fault.PLACE), "")


def _off_mm(ai_map: AIMap, number: int, shown: Shown) -> float | None:
    """How far a plane lies off its image: across it, and within it where both have the same pixels."""
    place = ai_map.places[number] if ai_map.places else float(number)
    ours = np.asarray(ai_map.affine, np.float64)
    origin = geometry.apply(ours, (0.0, 0.0, place))
    image = shown.plane
    normal, own = (_unit(np.cross(m[:3, 0], m[:3, 1])) for m in (image, ours))
    if 1 - abs(float(normal @ own)) > PARALLEL:
        return None  # another orientation has to lie off the images that it was made from
    apart = origin - image[:3, 3]
    same_pixels = ai_map.values.shape[1:] == (shown.header.rows, shown.header.columns)
    if same_pixels and np.allclose(ours[:3, :2], image[:3, :2], atol=1e-3):
        return float(np.linalg.norm(apart))
    return abs(float(apart @ normal))


def _unit(vector: Points) -> Points:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))


def is_grid_of(ai_map: AIMap, header: SeriesHeader) -> bool:
    """Whether a map has a series' very voxels, its axes in any order and direction."""
    if header.affine is None or sorted(ai_map.values.shape) != sorted((header.frames, header.rows, header.columns)):
        return False
    last = np.array(ai_map.values.shape[::-1], np.float64) - 1
    corners = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * last
    seen = geometry.apply(geometry.inverse(header.affine) @ np.asarray(ai_map.affine, np.float64), corners)
    ends = np.array([header.columns, header.rows, header.frames], np.float64) - 1
    beside = np.minimum(np.abs(seen), np.abs(seen - ends))
    return bool(beside.max() <= GRID_VOXELS and np.abs(np.ptp(seen, axis=0) - ends).max() <= GRID_VOXELS)


# --- sides and contours -----------------------------------------------------------------------------------------------


def wrong_side(says: Laterality, header: SeriesHeader) -> str:
    """That a result says left of an image of the right side (breast, limb), or the other way round."""
    side = SIDES.get(header.laterality, "")
    if says not in ("left", "right") or not side or says == side:
        return ""
    return Reason(f"it says {says}, but its image shows the {side} side", Fault.SIDE)


def crosses_itself(shape: Geometry) -> bool:
    """Whether a closed contour crosses itself; those of very many corners are not looked through."""
    if isinstance(shape, ContourStack):
        points, starts = contours_of(shape)
        return any(_crosses(part) for part in np.split(points, starts[1:]))
    if isinstance(shape, OnImage):
        return shape.kind == "polygon" and _crosses(np.column_stack([shape.points, np.zeros(len(shape.points))]))
    return isinstance(shape, Polygon) and _crosses(np.asarray(shape.points_mm, np.float64))


def _crosses(points: Points) -> bool:
    if not 3 < len(points) <= MOST_CORNERS:
        return False
    flat = points[:, np.argsort(np.ptp(points, axis=0))[1:]]
    flat = flat[np.any(flat != np.roll(flat, 1, axis=0), axis=1)]
    start, end = flat, np.roll(flat, -1, axis=0)
    of_start, of_end = _sides(start, end, start), _sides(start, end, end)
    parts = of_start * of_end < 0  # line i has the ends of line k on either side
    return bool((parts & parts.T).any())


def _sides(start: Points, end: Points, points: Points) -> Points:
    """On which side of each line (rows) each point (columns) lies: -1, 0 on it, 1."""
    along = (end - start)[:, None]
    towards = points[None] - start[:, None]
    area = along[..., 0] * towards[..., 1] - along[..., 1] * towards[..., 0]
    scale = np.linalg.norm(along, axis=2) * np.linalg.norm(towards, axis=2)
    return np.asarray(np.where(np.abs(area) <= 1e-9 * np.maximum(scale, 1e-12), 0.0, np.sign(area)))
