"""What shapes measure: lengths, angles, areas, and statistics of the pixels inside them.

What belongs here: arithmetic on points and stored values. What does not: how numbers are written (numbers).
Lengths are in mm only where the image is calibrated; elsewhere in pixel widths, with the reason. Statistics are of the
stored values through the modality transform, never of what is on the screen; a pixel counts where its centre lies
inside the outline, and padding does not count.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.measuring.inside import ellipse_mask, outline_mask
from viewers.measuring.numbers import Number, Numbers
from viewers.measuring.shapes import REGIONS, Measurement, Points, origin, shown_on, space_mm
from viewers.volume import Instance, Rescale, ScaleRegion, SeriesHeader, Volume

NOT_CALIBRATED = "not calibrated"
MM_PER_CM = 10.0
ANGLES = ("angle", "cobb")
SLAB_REMARK = "Values are those of the middle slice, not of the slab."
AXES = {"s": "time", "cm/s": "velocity", "Hz": "frequency"}
Mask = NDArray[np.bool_]


def measure(measurement: Measurement, volume: Volume, slice_index: int) -> Numbers:
    """All numbers of a measurement that lies on a slice of a volume as shown (possibly derived)."""
    source = origin(volume.header)
    numbers = geometry_numbers(measurement, source)
    image_points = shown_on(volume.header, measurement, slice_index)
    if measurement.kind not in REGIONS or image_points is None:
        return numbers
    return Numbers((*numbers.items, *statistics(measurement.kind, image_points, volume, slice_index)), numbers.remark)


def measure_shown(measurement: Measurement, volume: Volume, slice_index: int, *, is_slab: bool) -> Numbers:
    """As `measure`; a slab's values are those of one slice, and the remark says so."""
    numbers = measure(measurement, volume, slice_index)
    if not is_slab or numbers.get("mean") is None:
        return numbers
    return Numbers(numbers.items, " ".join(part for part in (numbers.remark, SLAB_REMARK) if part))


def why_not_mm(source: SeriesHeader) -> str:
    """Why lengths on these images are not in mm, "" where they are."""
    return source.calibration or (NOT_CALIBRATED if source.spacing_mm is None else "")


def geometry_numbers(measurement: Measurement, source: SeriesHeader) -> Numbers:
    """The numbers that follow from the points alone."""
    region = region_of(measurement, source)
    if region is not None:
        return region_numbers(measurement, region)
    remark = why_not_mm(source)
    points, unit = (space_mm(source, measurement.array), "mm") if not remark else (_pixels(source, measurement), "px")
    items = _ITEMS[measurement.kind](points, unit)
    if measurement.kind in ("polygon", "freehand") and crosses_itself(measurement.array):
        return Numbers((), "the outline crosses itself: no area")
    return Numbers(items, remark if any(each.unit != "deg" for each in items) else "")


def region_of(measurement: Measurement, source: SeriesHeader) -> ScaleRegion | None:
    """The region of an ultrasound image that all of a measurement lies in; where several hold it, the smallest."""
    inside = [r for r in source.regions if all(r.holds(column, row) for column, row, _ in measurement.points)]
    return min(inside, key=lambda r: (r.box[2] - r.box[0]) * (r.box[3] - r.box[1]), default=None)


def region_numbers(measurement: Measurement, region: ScaleRegion) -> Numbers:
    """By the region's own scale: mm in tissue; of a line in Doppler or M-mode how far it goes along each axis."""
    steps = np.abs(np.array(region.per_pixel))
    if region.is_tissue:
        points = measurement.array * (*(steps * MM_PER_CM), 0.0)
        is_outline = measurement.kind in ("polygon", "freehand")
        if is_outline and crosses_itself(measurement.array):
            return Numbers((), "the outline crosses itself: no area")
        return Numbers(_ITEMS[measurement.kind](points, "mm"))
    if measurement.kind == "length":
        apart = np.abs(measurement.array[1, :2] - measurement.array[0, :2]) * steps
        return Numbers(tuple(_along(float(far), unit) for far, unit in zip(apart, region.units, strict=True)))
    items = () if measurement.kind in ANGLES else _ITEMS[measurement.kind](measurement.array * (1.0, 1.0, 0.0), "px")
    is_asked = bool(items) or measurement.kind in ANGLES
    return Numbers(items, f"this region's axes are in {region.units[0]} and {region.units[1]}" if is_asked else "")


def _along(far: float, unit: str) -> Number:
    """A distance along one axis of a region, under the name of what the axis is."""
    return Number("depth", far * MM_PER_CM, "mm") if unit == "cm" else Number(AXES.get(unit, "difference"), far, unit)


def _pixels(source: SeriesHeader, measurement: Measurement) -> Points:
    """The points in pixel widths, with the pixels' proportions kept."""
    row_mm, column_mm = source.pixel_mm
    deep = (source.slice_spacing_mm or column_mm) / column_mm
    return np.asarray(measurement.array * (1.0, row_mm / column_mm, deep))


def _length(points: Points, unit: str) -> tuple[Number, ...]:
    return (Number("length", distance(points[0], points[1]), unit),)


def _angle(points: Points, unit: str) -> tuple[Number, ...]:
    return (Number("angle", angle(points[0] - points[1], points[2] - points[1]), "deg"),)


def _cobb(points: Points, unit: str) -> tuple[Number, ...]:
    """The angle between two end plates, whichever way each line was drawn: 0 to 90 degrees."""
    between = angle(points[1] - points[0], points[3] - points[2])
    return (Number("angle", min(between, 180.0 - between), "deg"),)


def _bidirectional(points: Points, unit: str) -> tuple[Number, ...]:
    long, short = distance(points[0], points[1]), distance(points[2], points[3])
    return Number("long axis", max(long, short), unit), Number("short axis", min(long, short), unit)


def _ellipse(points: Points, unit: str) -> tuple[Number, ...]:
    return (Number("area", ellipse_area(points), f"{unit}2"),)


def _polygon(points: Points, unit: str) -> tuple[Number, ...]:
    return (Number("area", polygon_area(points), f"{unit}2"),)


def _nothing(points: Points, unit: str) -> tuple[Number, ...]:
    return ()


_ITEMS = {
    "length": _length,
    "angle": _angle,
    "cobb": _cobb,
    "bidirectional": _bidirectional,
    "ellipse": _ellipse,
    "rectangle": _polygon,
    "polygon": _polygon,
    "freehand": _polygon,
    "arrow": _nothing,
    "point": _nothing,
    "box": _nothing,
}


def distance(one: Points, other: Points) -> float:
    return float(np.linalg.norm(other - one))


def angle(one: Points, other: Points) -> float:
    """Degrees between two directions, 0 to 180; 0 where one has no length. By atan2: exact for small angles too."""
    crossed = float(np.linalg.norm(np.cross(one, other)))
    return math.degrees(math.atan2(crossed, float(one @ other)))


def polygon_area(points: Points) -> float:
    """The area of a plane polygon in space (n, 3), either way round, not closed (Newell's formula)."""
    from_first = points - points[0]
    return float(np.linalg.norm(np.cross(from_first, np.roll(from_first, -1, axis=0)).sum(axis=0)) / 2)


def ellipse_area(points: Points) -> float:
    """Of an ellipse given by both ends of two conjugate diameters."""
    one, other = (points[1] - points[0]) / 2, (points[3] - points[2]) / 2
    return float(math.pi * np.linalg.norm(np.cross(one, other)))


def crosses_itself(points: Points) -> bool:
    """Whether two sides of a closed outline (n, 3) that are not neighbours cross; seen along its thinnest axis."""
    axes = np.argsort(np.ptp(points, axis=0))[1:]
    start = points[:, axes]
    end = np.roll(start, -1, axis=0)
    side = end - start

    def turns(of: Points) -> NDArray[np.float64]:  # [i, j]: on which side of line i point j lies
        apart = of[None] - start[:, None]
        return np.asarray(np.sign(side[:, None, 0] * apart[..., 1] - side[:, None, 1] * apart[..., 0]))

    parted = turns(start) * turns(end) < 0
    return bool((parted & parted.T).any())


# --- pixels inside ---------------------------------------------------------------------------------------------------


def statistics(kind: str, image_points: Points, volume: Volume, slice_index: int) -> tuple[Number, ...]:
    """Pixels, mean, SD (of these pixels, divided by their number), least and greatest value inside an outline.

    Empty for colour images, slices that are not loaded and outlines without a pixel centre inside.
    """
    if volume.is_colour or not volume.loaded[slice_index]:
        return ()
    header = volume.header
    mask, left, top = region_mask(kind, image_points, (header.rows, header.columns))
    crop = volume.plane(slice_index)[top : top + mask.shape[0], left : left + mask.shape[1]]
    return spread(crop, mask & ~_void(crop, header.padding), in_units(header.instances[slice_index]))


def in_units(instance: Instance) -> Rescale:
    """The modality transform; for PET with a known dose on to SUV body weight."""
    rescale, factor = instance.rescale, instance.suv_factor
    if factor is None or rescale.table is not None:
        return rescale
    return Rescale(rescale.slope * factor, rescale.intercept * factor, "SUV")


def _void(crop: Any, padding: tuple[int, int] | None) -> Mask:
    """What is not image: padding, and what has no number, as at the border of planes cut across some series."""
    void = ~np.isfinite(crop) if crop.dtype.kind == "f" else np.zeros((), bool)
    return np.asarray(void if padding is None else void | ((crop >= padding[0]) & (crop <= padding[1])))


def region_mask(kind: str, image_points: Points, shape: tuple[int, int]) -> tuple[Mask, int, int]:
    """Which pixels of an image of `shape` (rows, columns) have their centre inside: (mask, its left, its top)."""
    if kind == "ellipse":
        return ellipse_mask(image_points, shape)
    return outline_mask(image_points, shape)


def spread(crop: NDArray[np.generic], mask: Mask, rescale: Rescale) -> tuple[Number, ...]:
    """Statistics of the stored values under a mask in the units of the modality, to which they are brought last."""
    if not mask.any():
        return ()
    if rescale.table is not None:
        crop, rescale = rescale.values(crop), Rescale(units=rescale.units)
    count, mean, deviation, least, greatest = _moments(crop, mask)
    ends = sorted(end * rescale.slope + rescale.intercept for end in (least, greatest))
    unit = rescale.units
    return (
        Number("mean", mean * rescale.slope + rescale.intercept, unit),
        Number("SD", deviation * abs(rescale.slope), unit),
        Number("min", ends[0], unit),
        Number("max", ends[1], unit),
        Number("pixels", float(count), ""),
    )


def _moments(crop: NDArray[np.generic], mask: Mask) -> tuple[int, float, float, float, float]:
    """Count, mean, SD, least, greatest. OpenCV sums 8 and 16 bits exactly, and many times faster than by picking."""
    if crop.dtype in (np.uint8, np.int16, np.uint16):
        bits = mask.view(np.uint8)
        mean, deviation = cv2.meanStdDev(crop, mask=bits)
        least, greatest, _, _ = cv2.minMaxLoc(crop, bits)
        return int(np.count_nonzero(mask)), float(mean[0, 0]), float(deviation[0, 0]), float(least), float(greatest)
    picked: Any = crop[mask]
    mean, deviation = picked.mean(dtype=np.float64), picked.std(dtype=np.float64)
    return picked.size, float(mean), float(deviation), float(picked.min()), float(picked.max())
