"""Straightened images along a curve: a vessel, a spine or a jaw laid out from above to below (curved reformat).

What belongs here: the curve through a few points, and the volume of its straightened images. What does not: clicking
the points and the marker (desks.curve_desk). The images lie in no plane: they have no affine, no place in the patient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import StudyProblem
from study_configs.words import translate
from viewers.geometry import apply, inverse
from viewers.planes.derive import Plane, across_header, source_of, stand_in
from viewers.planes.recut import finest_mm, refuse_unfit
from viewers.planes.sampling import Points, Sampler
from viewers.volume import SeriesHeader, Volume

WIDTH_MM = 60.0  # of the straightened images, half of it to either side of the curve
TURNS = 12  # images about the curve, over half a turn
FINE = 32  # points between two that were clicked, from which equal steps are taken
MOST_ROWS = 4_000


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Places along a curve (n, 3) in LPS mm, `step_mm` apart, and at each a direction square to it (n, 3).

    The directions are carried along without twisting (parallel transport).
    """

    places: Points
    sides: Points
    step_mm: float

    @property
    def directions(self) -> Points:
        return _directions(self.places)

    def nearest(self, place_mm: Points) -> int:
        """The number of the place nearest to one in the patient."""
        return int(np.argmin(((self.places - place_mm) ** 2).sum(axis=1)))


def curve_through(points_mm: Sequence[Points], normal: Points, step_mm: float) -> Curve:
    """A smooth curve through points in order, of which the first side lies in the plane with that normal.

    Centripetal Catmull-Rom: it makes no loops between unevenly spaced points (Yuksel et al. 2011, "Parameterization and
    applications of Catmull-Rom curves"). Raises StudyProblem for less than two points.
    """
    kept = [np.asarray(points_mm[0], np.float64)] if points_mm else []
    for point in points_mm[1:]:
        if np.linalg.norm(point - kept[-1]) > step_mm:
            kept.append(np.asarray(point, np.float64))
    if len(kept) < 2:
        raise StudyProblem(translate("ViewerPlanes", "A curve needs two points at least."))
    places = _evenly(_spline(np.array(kept)), step_mm)
    if len(places) > MOST_ROWS:
        raise StudyProblem(translate("ViewerPlanes", "This curve is too long."))
    return Curve(places, _sides(places, normal), step_mm)


def _spline(points: Points) -> Points:
    """Many points on the curve, those that were given among them."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    knots = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(ends, axis=0), axis=1)))])
    pieces = [_piece(ends[n : n + 4], knots[n : n + 4]) for n in range(len(points) - 1)]
    return np.vstack([*pieces, points[-1:]])


def _piece(p: Points, t: Points) -> Points:
    """From the second to the third of four points (Barry and Goldman's recursion), the last point left out."""
    at = np.linspace(t[1], t[2], FINE, endpoint=False)[:, None]

    def between(low: Points, high: Points, start: float, end: float) -> Points:
        return np.asarray(((end - at) * low + (at - start) * high) / (end - start))

    first, middle, last = (between(p[n], p[n + 1], t[n], t[n + 1]) for n in range(3))
    early, late = between(first, middle, t[0], t[2]), between(middle, last, t[1], t[3])
    return between(early, late, t[1], t[2])


def _evenly(points: Points, step_mm: float) -> Points:
    """Places in equal steps of arc length, from the first point on."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    wanted = np.arange(0.0, along[-1] + 1e-9, step_mm)
    return np.column_stack([np.interp(wanted, along, points[:, axis]) for axis in range(3)])


def _directions(places: Points) -> Points:
    steps = np.gradient(places, axis=0)
    return np.asarray(steps / np.linalg.norm(steps, axis=1, keepdims=True))


def _sides(places: Points, normal: Points) -> Points:
    """A side at each place, turned from one to the next as little as the curve bends."""
    directions = _directions(places)
    side = np.cross(normal, directions[0])
    if np.linalg.norm(side) < 1e-3:  # the curve leaves the plane at once: any side does
        side = np.cross(np.roll(np.eye(3)[np.abs(directions[0]).argmin()], 1), directions[0])
    sides = np.empty_like(places)
    for n, direction in enumerate(directions):
        side = side - direction * float(side @ direction)
        side = side / np.linalg.norm(side)
        sides[n] = side
    return sides


class CurvedVolume(Volume):
    """Straightened images of a series: rows follow the curve, columns lie to its sides, slices turn about it.

    `derived` is None and `affine` too: its pixels are in no plane of the source, and nothing may be carried over.
    """

    source: Volume
    curve: Curve
    _sampler: Sampler

    def __init__(self, source: Volume, curve: Curve, width_mm: float = WIDTH_MM) -> None:
        sampler = Sampler(source)
        half = round(width_mm / 2 / curve.step_mm)
        shape = (TURNS, len(curve.places), 2 * half + 1)
        values = {
            "source": source,
            "curve": curve,
            "_sampler": sampler,
            "header": _header(source.header, sampler, shape, curve.step_mm),
            "stored": stand_in(sampler.form, *shape),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)  # volumes are frozen

    @property
    def loaded(self) -> NDArray[np.bool_]:
        return np.full(self.header.frames, bool(self.source.loaded.any()))

    @property
    def files_loaded(self) -> NDArray[np.bool_]:
        return self.source.loaded

    def revision(self, slice_index: int) -> int:
        return int(np.count_nonzero(self.source.loaded))

    def plane(self, slice_index: int) -> Plane:
        angle = np.pi * slice_index / TURNS
        other = np.cross(self.curve.directions, self.curve.sides)
        sides = np.cos(angle) * self.curve.sides + np.sin(angle) * other
        half = self.header.columns // 2
        across = np.arange(-half, half + 1) * self.curve.step_mm
        places = self.curve.places[:, None, :] + across[None, :, None] * sides[:, None, :]
        return self._sampler.points(
            apply(inverse(self.source.header.grid_affine), places.reshape(-1, 3)).reshape(places.shape)
        )


def straightened(volume: Volume, points_mm: Sequence[Points], normal: Points) -> CurvedVolume:
    """The series along a curve through points (LPS mm) that were chosen in a plane with that normal.

    Raises StudyProblem where the series is no volume, or the points are too few or too far apart.
    """
    source = source_of(volume)
    refuse_unfit(source.header)
    return CurvedVolume(source, curve_through(points_mm, normal, finest_mm(source.header)))


def _header(source: SeriesHeader, sampler: Sampler, shape: tuple[int, int, int], step_mm: float) -> SeriesHeader:
    """Without a place in the patient; `calibration` says why lengths on it are not the patient's."""
    made = across_header(source, "curved", np.eye(4), shape, form=sampler.form)
    instances = tuple(replace(one, sop_uid="", label=f"{180 * n / TURNS:g}°") for n, one in enumerate(made.instances))
    name = translate("ViewerPlanes", "along a curve")
    words = translate("ViewerPlanes", "Straightened along a curve: true mm only along it and square to it.")
    return replace(
        made,
        series_uid=f"{source.key}@curved",
        stack=0,
        description=f"{source.description} ({name})".strip(),
        instances=instances,
        affine=None,
        spacing_mm=(step_mm, step_mm),
        slice_spacing_mm=None,
        frame_of_reference_uid="",
        calibration=words,
        warnings=(*source.warnings, words),
        derived=None,
        time=None,
        tags={name: text for name, text in source.tags.items() if name != "PatientOrientation"},
        is_curved=True,
    )
