"""Patient geometry: affines from voxel (column, row, slice) to LPS mm, orientation letters, how slices are spaced.

What belongs here: pure functions over numbers. What does not: reading tags (viewers.dicom) and drawing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SPACING_TOLERANCE = 0.01  # share of the mean spacing within which slices count as evenly spaced
TIE = np.array([0.0, 1e-4, 2e-4])  # at 45 degrees rounding must not decide which way a stack runs
TILT_TOLERANCE_MM = 0.01  # sideways step per slice, beyond which the stack counts as tilted


@dataclass(frozen=True, slots=True)
class Spacing:
    """How the slices of a stack follow each other along the normal.

    `step_mm` is the LPS vector from one slice to the next (mean over the stack), `spacing_mm` its length along the
    normal (what SpacingBetweenSlices means, DICOM PS3.3 C.7.6.5), `gaps` the indices of slices that are followed by
    an unusual distance, `tilted` whether the step leaves the normal (gantry tilt).
    """

    step_mm: tuple[float, float, float]
    spacing_mm: float
    gaps: tuple[int, ...]
    tilted: bool

    @property
    def uniform(self) -> bool:
        return not self.gaps


def normal(orientation: ArrayLike) -> Array:
    """The unit normal of ImageOrientationPatient's six direction cosines: row direction × column direction."""
    cosines = np.asarray(orientation, np.float64)
    crossed = np.cross(cosines[:3], cosines[3:])
    length = float(np.linalg.norm(crossed))
    if not length > 0:
        raise ValueError("The row and column directions are parallel or zero.")
    return np.asarray(crossed / length)


def stack_direction(orientation: ArrayLike) -> Array:
    """The normal, turned to where LPS rises most: feet to head, right to left, front to back."""
    direction = normal(orientation)
    return -direction if direction[np.argmax(np.abs(direction) + TIE)] < 0 else direction


def is_orthonormal(orientation: ArrayLike, tolerance: float = 1e-3) -> bool:
    """Whether six direction cosines are finite, of unit length and at right angles."""
    cosines = np.asarray(orientation, np.float64)
    if cosines.shape != (6,) or not np.abs(cosines).max() <= 2:  # also where one is no number
        return False
    row, column = cosines[:3], cosines[3:]
    lengths = abs(np.linalg.norm(row) - 1) + abs(np.linalg.norm(column) - 1)
    return bool(lengths < 2 * tolerance and abs(row @ column) < tolerance)


def affine(
    orientation: ArrayLike, position_mm: ArrayLike, spacing_mm: tuple[float, float], step_mm: ArrayLike
) -> Array:
    """The 4×4 matrix from voxel (column, row, slice) to LPS mm, pixel centres at integers.

    DICOM PS3.3 equation C.7.6.2.1-1, with the slice step as its third column. `spacing_mm` is (row spacing, column
    spacing) as in PixelSpacing; `position_mm` is the centre of the first pixel of the first slice; `step_mm` may lean
    away from the normal (gantry tilt).
    """
    cosines = np.asarray(orientation, np.float64)
    row_spacing, column_spacing = spacing_mm
    matrix = np.eye(4)
    matrix[:3, 0] = cosines[:3] * column_spacing
    matrix[:3, 1] = cosines[3:] * row_spacing
    matrix[:3, 2] = step_mm
    matrix[:3, 3] = position_mm
    return matrix


def apply(matrix: ArrayLike, points: ArrayLike) -> Array:
    """Points of shape (…, 3) through a 4×4 affine."""
    m = np.asarray(matrix, np.float64)
    return np.asarray(np.asarray(points, np.float64) @ m[:3, :3].T + m[:3, 3])


def inverse(matrix: ArrayLike) -> Array:
    """LPS mm → voxel. Raises ValueError where the affine is flat or not finite."""
    m = np.asarray(matrix, np.float64)
    if not np.isfinite(m).all() or abs(np.linalg.det(m[:3, :3])) < 1e-12:
        raise ValueError("The affine cannot be inverted.")
    turned = np.linalg.inv(m[:3, :3])
    result = np.eye(4)
    result[:3, :3] = turned
    result[:3, 3] = -turned @ m[:3, 3]
    return result


def letters(direction: ArrayLike, *, threshold: float = 0.25) -> str:
    """The patient directions that an LPS vector points to, the strongest first: "L", "RA", "HPL".

    L/R, P/A, H/F (head, feet) as DICOM PS3.3 C.7.6.1.1.1 has them; components under `threshold` of the unit vector
    (about 15 degrees) are left out, and a vector without length gives "".
    """
    vector = np.asarray(direction, np.float64)
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0:
        return ""
    unit = vector / length
    strongest_first = sorted(range(3), key=lambda axis: -abs(unit[axis]))
    return "".join("LPH"[a] if unit[a] > 0 else "RAF"[a] for a in strongest_first if abs(unit[a]) >= threshold)


def edge_letters(matrix: ArrayLike) -> dict[str, str]:
    """Letters for the four edges of an upright image: keys "left", "right", "top", "bottom"."""
    m = np.asarray(matrix, np.float64)
    return {
        "left": letters(-m[:3, 0]),
        "right": letters(m[:3, 0]),
        "top": letters(-m[:3, 1]),
        "bottom": letters(m[:3, 1]),
    }


def plane_name(orientation: ArrayLike) -> str:
    """ "axial", "sagittal", "coronal", or "oblique" where no axis is within about 20 degrees of the normal."""
    direction = np.abs(normal(orientation))
    strongest = int(np.argmax(direction))
    return ("sagittal", "coronal", "axial")[strongest] if direction[strongest] > 0.94 else "oblique"


def slice_order(orientation: ArrayLike, positions_mm: ArrayLike) -> tuple[NDArray[np.intp], Array]:
    """The order of slices along the stack direction (stable), and each slice's distance along it in mm."""
    distances = np.asarray(positions_mm, np.float64) @ stack_direction(orientation)
    return np.argsort(distances, kind="stable"), distances


def spacing(orientation: ArrayLike, positions_mm: ArrayLike) -> Spacing:
    """How at least two sorted slices of shape (n, 3) are spaced. Raises ValueError for fewer."""
    positions = np.asarray(positions_mm, np.float64)
    if len(positions) < 2:
        raise ValueError("Spacing needs two slices.")
    direction = stack_direction(orientation)
    steps = np.diff(positions, axis=0)
    along = steps @ direction
    usual = float(np.median(along))
    step = (positions[-1] - positions[0]) / (len(positions) - 1)
    sideways = step - direction * float(step @ direction)
    gaps = np.flatnonzero(np.abs(along - usual) > max(SPACING_TOLERANCE * abs(usual), 1e-3))
    return Spacing(
        step_mm=(float(step[0]), float(step[1]), float(step[2])),
        spacing_mm=abs(float(step @ direction)),
        gaps=tuple(int(g) for g in gaps),
        tilted=bool(np.linalg.norm(sideways) > TILT_TOLERANCE_MM),
    )
