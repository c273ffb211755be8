"""Images turned by quarter turns and mirrored: the eight ways in which a picture can lie on the screen.

What belongs here: `Turn`, and the volume that it makes of another. What does not: other planes (planes), keys (desks).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.planes.derive import DerivedVolume, Plane, source_of
from viewers.volume import Derived, Instance, OverlayPlane, SeriesHeader, Shutter, Volume

Matrix = NDArray[np.float64]
NAMES = {
    (0, False): "",
    (1, False): "turned right",
    (2, False): "turned round",
    (3, False): "turned left",
    (0, True): "mirrored",
    (1, True): "mirrored, turned right",
    (2, True): "mirrored top and bottom",
    (3, True): "mirrored, turned left",
}
IN_OPENCV = ("uint8", "int8", "uint16", "int16", "int32", "float32", "float64")
ROTATIONS = (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
OPPOSITES = str.maketrans("LRAPHF", "RLPAFH")


@dataclass(frozen=True, slots=True)
class Turn:
    """Mirrored left and right or not, and then turned clockwise by so many quarter turns, 0 to 3."""

    quarters: int = 0
    mirrored: bool = False

    @property
    def name(self) -> str:
        return NAMES[self.quarters, self.mirrored]

    def turned(self, quarters: int) -> Turn:
        """What is shown, turned clockwise."""
        return Turn((self.quarters + quarters) % 4, self.mirrored)

    def flipped(self, *, horizontally: bool) -> Turn:
        """What is shown, mirrored left and right, or top and bottom."""
        return Turn(((0 if horizontally else 2) - self.quarters) % 4, not self.mirrored)

    def matrix(self, rows: int, columns: int) -> Matrix:
        """4×4 from voxels of the turned image to those of the one with rows × columns pixels."""
        matrix = np.eye(4)
        if self.mirrored:
            matrix[0, 0], matrix[0, 3] = -1, columns - 1
        for _ in range(self.quarters):
            matrix = matrix @ ((0, 1, 0, 0), (-1, 0, 0, rows - 1), (0, 0, 1, 0), (0, 0, 0, 1))
            rows, columns = columns, rows
        return matrix

    def applied(self, plane: Plane) -> Plane:
        """An image of shape (rows, columns, …), turned; OpenCV does it faster than reading a view of it does."""
        if plane.dtype.name not in IN_OPENCV:
            return np.rot90(plane[:, ::-1] if self.mirrored else plane, -self.quarters)
        upright = np.asarray(cv2.flip(plane, 1)) if self.mirrored else plane
        return np.asarray(cv2.rotate(upright, ROTATIONS[self.quarters - 1])) if self.quarters else upright


TURNS = tuple(Turn(quarters, mirrored) for mirrored in (False, True) for quarters in range(4))


def turned(volume: Volume, turn: Turn, name: str = "") -> DerivedVolume:
    """The volume with all its images turned, under `name`, or under what was done to it.

    Images in patient space keep their place there, films their letters; values are not copied until they are shown.
    """
    base = volume.header
    to_base = turn.matrix(base.rows, base.columns)
    to_source = to_base if base.derived is None else base.derived.to_source @ to_base
    before = name if base.derived is None else base.derived.name
    done = name or ", ".join(part for part in (before, turn.name) if part)
    places = () if base.derived is None else base.derived.places
    header = _header(base, turn, to_base, Derived(base.source, to_source, done or "as it is", places))
    stored = np.rot90(volume.stored[:, :, ::-1] if turn.mirrored else volume.stored, -turn.quarters, axes=(1, 2))
    is_across = isinstance(volume, DerivedVolume) and volume.is_across
    return DerivedVolume(
        source_of(volume), header, stored, lambda index: turn.applied(volume.plane(index)), is_across=is_across
    )


def turn_between(matrix: Matrix) -> Turn:
    """The turn whose in-plane directions a 4×4 of signed unit columns has."""
    return next(turn for turn in TURNS if np.allclose(turn.matrix(1, 1)[:2, :2], matrix[:2, :2]))


def _header(base: SeriesHeader, turn: Turn, to_base: Matrix, derived: Derived) -> SeriesHeader:
    sideways = turn.quarters % 2 == 1
    spacing, aspect = base.spacing_mm, base.aspect
    return replace(
        base,
        rows=base.columns if sideways else base.rows,
        columns=base.rows if sideways else base.columns,
        affine=None if base.affine is None else base.affine @ to_base,
        spacing_mm=spacing[::-1] if spacing is not None and sideways else spacing,
        aspect=aspect[::-1] if sideways else aspect,
        instances=tuple(_instances(base, turn, to_base)),
        tags=_tags(base.tags, to_base),
        derived=derived,
    )


def _instances(base: SeriesHeader, turn: Turn, to_base: Matrix) -> Iterator[Instance]:
    """Each frame with its first pixel's new place, and with what the file lays over it turned along."""
    shift = None if base.affine is None else base.affine[:3, :2] @ to_base[:2, 3]
    to_turned = np.asarray(np.linalg.inv(to_base), np.float64)
    for instance in base.instances:
        place = instance.position_mm
        if place is not None and shift is not None:
            x, y, z = (float(v) for v in np.add(place, shift))
            place = (x, y, z)
        yield replace(
            instance,
            position_mm=place,
            shutter=None if instance.shutter is None else _shutter(instance.shutter, turn, to_turned),
            overlays=tuple(_overlay(overlay, turn, to_turned) for overlay in instance.overlays),
        )


def _point(matrix: Matrix, column: float, row: float) -> tuple[float, float]:
    x, y = (float(v) for v in (matrix @ (column, row, 0, 1))[:2])
    return x, y


def _shutter(shutter: Shutter, turn: Turn, to_turned: Matrix) -> Shutter:
    rectangle, circle = shutter.rectangle, shutter.circle
    if rectangle is not None:
        (x0, y0), (x1, y1) = _point(to_turned, *rectangle[:2]), _point(to_turned, *rectangle[2:])
        rectangle = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    if circle is not None:
        circle = (*_point(to_turned, *circle[:2]), circle[2])
    return replace(
        shutter,
        rectangle=rectangle,
        circle=circle,
        polygon=tuple(_point(to_turned, *point) for point in shutter.polygon),
        bitmap=None if shutter.bitmap is None else _overlay(shutter.bitmap, turn, to_turned),
    )


def _overlay(overlay: OverlayPlane, turn: Turn, to_turned: Matrix) -> OverlayPlane:
    """The plane's bits turned as the image is; its origin is then what was another corner of it."""
    left, top = overlay.origin
    ends = [_point(to_turned, *p) for p in ((left, top), (left + overlay.columns - 1, top + overlay.rows - 1))]
    origin = (round(min(x for x, _ in ends)), round(min(y for _, y in ends)))
    sideways = turn.quarters % 2 == 1
    rows, columns = (overlay.columns, overlay.rows) if sideways else (overlay.rows, overlay.columns)
    bits = overlay.bits
    if bits:
        count = overlay.rows * overlay.columns
        image = np.unpackbits(np.frombuffer(bits, np.uint8), count=count, bitorder="little")
        shown = turn.applied(image.reshape(overlay.rows, overlay.columns)).astype(np.uint8)
        bits = np.packbits(shown, bitorder="little").tobytes()
    return replace(overlay, rows=rows, columns=columns, origin=origin, bits=bits)


def _tags(tags: dict[str, str], to_base: Matrix) -> dict[str, str]:
    """The tags with the letters of a film's edges turned along (PatientOrientation, DICOM PS3.3 C.7.6.1.1.1)."""
    toward = tags.get("PatientOrientation", "").split("\\")
    if len(toward) != 2:
        return tags

    def along(axis: int) -> str:
        which = 0 if to_base[0, axis] else 1
        return toward[which] if to_base[which, axis] > 0 else toward[which].translate(OPPOSITES)

    return {**tags, "PatientOrientation": f"{along(0)}\\{along(1)}"}
