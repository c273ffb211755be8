"""Planes at any angle through a volume, and how a plane is tipped about an axis.

What belongs here: `ObliquePlane` and the volume of parallel planes that it makes. What does not: sampling (sampling),
the hands that tip planes (crosshair).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from viewers.planes.derive import DerivedVolume, source_of
from viewers.planes.recut import extent, finest_mm, refuse_unfit, sampled
from viewers.planes.sampling import Points
from viewers.volume import SeriesHeader, Volume

Vector = tuple[float, float, float]
MOVING = 2  # how many times coarser a plane is sampled while it is being tipped


@dataclass(frozen=True, slots=True)
class ObliquePlane:
    """A plane in the patient: LPS mm and unit vectors, as it lies on the screen.

    `onward` is the way from one of the parallel planes to the next, at right angles to `across` and `down`.
    """

    centre_mm: Vector
    across: Vector
    down: Vector
    onward: Vector

    def tipped(self, axis: Points, angle: float, about_mm: Points) -> ObliquePlane:
        """The plane turned by `angle` (radians, right-handed) about an axis through a point."""
        turn = rotation(axis, angle)
        directions = np.array([self.across, self.down, self.onward]) @ turn.T
        centre = turn @ (np.asarray(self.centre_mm) - about_mm) + about_mm
        return replace(
            self,
            centre_mm=vector(centre),
            across=vector(directions[0]),
            down=vector(directions[1]),
            onward=vector(directions[2]),
        )


def rotation(axis: Points, angle: float) -> Points:
    """The 3×3 that turns by `angle` about an axis through the origin (Rodrigues' formula)."""
    x, y, z = np.asarray(axis, np.float64) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross))


def vector(values: Points) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z


def plane_of(header: SeriesHeader, slice_index: int, centre_mm: Points) -> ObliquePlane:
    """The plane that a series shows at a slice, through a point of it."""
    across, down = (column / np.linalg.norm(column) for column in header.grid_affine[:3, :2].T)
    down = down - across * float(across @ down)
    down /= np.linalg.norm(down)
    onward = np.cross(across, down)
    onward *= 1 if float(onward @ header.grid_affine[:3, 2]) >= 0 else -1
    return ObliquePlane(vector(centre_mm), vector(across), vector(down), vector(onward))


def oblique(volume: Volume, plane: ObliquePlane, *, coarseness: int = 1) -> DerivedVolume:
    """The series in planes parallel to `plane`, one of which goes through its centre.

    Pixels are as fine as the source's finest, or `coarseness` times coarser, which the header then says.
    Raises StudyProblem where the series has no place in the patient or only one image.
    """
    source = source_of(volume)
    refuse_unfit(source.header)
    directions = np.array([plane.across, plane.down, plane.onward]).T
    fine_mm = finest_mm(source.header)
    steps = np.array([fine_mm * coarseness, fine_mm * coarseness, fine_mm])
    low, high = extent(source.header, directions)
    centre = np.asarray(plane.centre_mm) @ directions
    before = np.ceil((centre - low) / steps - 1e-6)
    counts = before.astype(int) + np.ceil((high - centre) / steps - 1e-6).astype(int) + 1
    grid = np.eye(4)
    grid[:3, :3] = directions * steps
    grid[:3, 3] = directions @ (centre - before * steps)
    name = "oblique" if coarseness == 1 else f"oblique, 1/{coarseness} resolution"
    note = "Resampled at an angle to the files' slices" + ("." if coarseness == 1 else ", coarser while it moves.")
    return sampled(source, name, grid, (int(counts[2]), int(counts[1]), int(counts[0])), (note,))
