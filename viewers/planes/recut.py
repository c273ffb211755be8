"""Axial, coronal and sagittal planes of any series, shown as radiologists expect them.

What belongs here: `recut` and which way up a plane goes. What does not: planes at an angle (oblique), sampling itself
(sampling), turning on the screen (turning).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import StudyProblem
from study_configs.words import translate
from viewers.geometry import apply
from viewers.planes.derive import DerivedVolume, Plane, across_header, source_of, stand_in
from viewers.planes.sampling import Form, Points, Sampler, form_of, slice_places
from viewers.planes.turning import turn_between, turned
from viewers.volume import SeriesHeader, Volume

PlaneName = Literal["axial", "coronal", "sagittal"]
PLANES: tuple[PlaneName, ...] = ("axial", "coronal", "sagittal")
NEAR = 0.94  # cosine above which a volume's own axis stands for the patient's, about 20 degrees
SQUARE = 2e-3  # cosine under which two axes count as being at right angles
MOST_PX = 16_000_000  # of one resampled plane
MOST_PLANES = 4_000
UNIT_CUBE = np.array([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])
BOX_EDGES = np.array([(a, b) for a in range(8) for b in range(a) if np.abs(UNIT_CUBE[a] - UNIT_CUBE[b]).sum() == 1])


@dataclass(frozen=True, slots=True)
class Display:
    """Which way a plane lies on the screen, in LPS: to the right, downwards, and from one slice to the next."""

    across: tuple[int, int, int]
    down: tuple[int, int, int]
    onward: tuple[int, int, int]


DISPLAYS: dict[PlaneName, Display] = {
    "axial": Display((1, 0, 0), (0, 1, 0), (0, 0, 1)),  # the patient's left on the right, posterior below
    "coronal": Display((1, 0, 0), (0, 0, -1), (0, 1, 0)),  # left on the right, head above
    "sagittal": Display((0, 1, 0), (0, 0, -1), (1, 0, 0)),  # anterior on the left, head above
}


def unfit(header: SeriesHeader) -> str:
    """Why no other plane can be cut from a series, in words; "" where one can."""
    if header.source.affine is None:
        return translate("ViewerPlanes", "the images do not say where in the patient they lie")
    if header.source.frames < 2:
        return translate("ViewerPlanes", "there is only one image")
    if header.source.in_time:
        return translate("ViewerPlanes", "its images lie at one place, one after another in time")
    return ""


def recut(volume: Volume, name: PlaneName) -> DerivedVolume:
    """The series in another plane; without copying where its own axes are near the patient's, evenly spaced and square.

    Else planes along the patient's axes are sampled when asked for, linear between true slice positions.
    Raises StudyProblem where the series has no place in the patient or only one image.
    """
    source = source_of(volume)
    refuse_unfit(source.header)
    axes = own_axes(source.header, name)
    return _resampled(source, name) if axes is None else _transposed(source, name, axes)


def refuse_unfit(header: SeriesHeader) -> None:
    reason = unfit(header)
    if reason:
        what = translate("ViewerPlanes", "No other plane can be cut: {reason}.").format(reason=reason)
        raise StudyProblem(what, where=header.description or header.modality)


def own_axes(header: SeriesHeader, name: PlaneName) -> NDArray[np.float64] | None:
    """The 4×4 from voxels of the plane's series to the source's, if the source's own axes will do; else None.

    Its columns are ± the source's axes, with the offset that keeps every voxel number from 0 up.
    """
    affine = header.grid_affine[:3, :3]
    units = affine / np.linalg.norm(affine, axis=0)
    display = DISPLAYS[name]
    wanted = np.array([display.across, display.down, display.onward], np.float64) @ units  # (plane axis, voxel axis)
    chosen = np.abs(wanted).argmax(axis=1)
    if sorted(chosen) != [0, 1, 2] or not _will_do(header, units, chosen, display):
        return None
    size = (header.columns, header.rows, header.frames)
    matrix = np.zeros((4, 4))
    matrix[3, 3] = 1
    for axis, voxel_axis in enumerate(chosen):
        sign = np.sign(wanted[axis, voxel_axis])
        matrix[voxel_axis, axis] = sign
        matrix[voxel_axis, 3] = size[voxel_axis] - 1 if sign < 0 else 0
    return matrix


def _will_do(header: SeriesHeader, units: Points, chosen: NDArray[np.intp], display: Display) -> bool:
    across, down = units[:, chosen[0]], units[:, chosen[1]]
    normal = np.cross(across, down)
    is_near = abs(float(normal @ display.onward)) >= NEAR * float(np.linalg.norm(normal))
    is_square = abs(float(across @ down)) <= SQUARE
    return is_near and is_square and (chosen[2] == 2 or not slice_places(header))


def _transposed(source: Volume, name: PlaneName, to_source: NDArray[np.float64]) -> DerivedVolume:
    """Planes as views of the source's own block of values."""
    header = source.header
    if to_source[2, 2] != 0:  # the plane of the files
        return turned(source, turn_between(to_source), name)
    stored = _turned_view(source.stored, to_source)
    form = form_of(header, source.stored.dtype)
    shape = (stored.shape[0], stored.shape[1], stored.shape[2])
    derived = across_header(header, name, header.grid_affine @ to_source, shape, form=form)
    fill = _Filling(source, form, to_source)
    return DerivedVolume(source, derived, stored, lambda index: fill(stored[index]), is_across=True)


class _Filling:
    """Makes planes across the files' slices of their stored values: one form for all, void where nothing is loaded."""

    def __init__(self, source: Volume, form: Form, to_source: NDArray[np.float64]) -> None:
        self._source, self._form = source, form
        self._in_rows = to_source[2, 1] != 0  # each row of a plane is another slice; else each column
        self._backward = bool(to_source[2, :3].sum() < 0)
        rescales = [instance.rescale for instance in source.header.instances]
        self._slopes = self._along(np.array([r.slope for r in rescales], np.float32))
        self._intercepts = self._along(np.array([r.intercept for r in rescales], np.float32))

    def __call__(self, stored: Plane) -> Plane:
        values = stored.astype(self._form.dtype)
        padding = self._source.header.padding
        if self._form.converts:
            values = values * self._slopes + self._intercepts
            if padding is not None:
                values[(stored >= padding[0]) & (stored <= padding[1])] = np.nan  # type: ignore[operator]  # numbers
        loaded = self._source.loaded
        if not loaded.all():
            missing = np.broadcast_to(self._along(~loaded), values.shape[:2])
            values[missing] = self._form.void
        return np.asarray(values)

    def _along(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Something of each slice, laid along the slices in a plane."""
        ordered = values[::-1] if self._backward else values
        return ordered[:, None] if self._in_rows else ordered[None, :]


def _turned_view(stored: Plane, to_source: NDArray[np.float64]) -> Plane:
    """A view of (slices, rows, columns, …) along the plane's axes."""
    matrix = to_source[:3, :3]
    order = [2 - int(np.abs(matrix[:, axis]).argmax()) for axis in (2, 1, 0)]  # array axes count from the slices
    view = stored.transpose(*order, *range(3, stored.ndim))
    backward = tuple(array_axis for array_axis, axis in enumerate((2, 1, 0)) if matrix[:, axis].sum() < 0)
    return np.flip(view, backward)


def _resampled(source: Volume, name: PlaneName) -> DerivedVolume:
    """Planes square to the patient, in pixels as fine as the source's finest."""
    display = DISPLAYS[name]
    directions = np.array([display.across, display.down, display.onward], np.float64).T
    fine_mm = finest_mm(source.header)
    low, high = extent(source.header, directions)
    counts = np.ceil((high - low) / fine_mm - 1e-6).astype(int) + 1
    grid = np.eye(4)
    grid[:3, :3] = directions * fine_mm
    grid[:3, 3] = directions @ low
    note = "Resampled in this plane: the files' own slices are not square to it or not evenly spaced."
    return sampled(source, name, grid, (int(counts[2]), int(counts[1]), int(counts[0])), (note,))


def finest_mm(header: SeriesHeader) -> float:
    """The smallest distance between voxels in any direction of the grid."""
    return float(np.linalg.norm(header.grid_affine[:3, :3], axis=0).min())


def extent(header: SeriesHeader, directions: Points) -> tuple[Points, Points]:
    """From where to where voxel centres reach along unit vectors (the columns), in mm from the LPS origin."""
    along = apply(header.grid_affine, box_corners(header)) @ directions
    return along.min(axis=0), along.max(axis=0)


def box_corners(header: SeriesHeader) -> Points:
    """The eight outermost voxel centres, in grid points."""
    places = slice_places(header)
    depth = places[-1] if places else header.frames - 1.0
    return UNIT_CUBE * (header.columns - 1, header.rows - 1, depth)


def sampled(
    source: Volume, name: str, grid: Points, shape: tuple[int, int, int], notes: tuple[str, ...] = ()
) -> DerivedVolume:
    """Planes sampled from the source when asked for; `grid` maps their voxels to LPS mm, `shape` is (n, rows, columns).

    Raises StudyProblem where a plane would be larger than any screen asks for.
    """
    frames, rows, columns = shape
    if rows * columns > MOST_PX or frames > MOST_PLANES:
        words = translate("ViewerPlanes", "The plane would be too large: {columns} × {rows} pixels.")
        raise StudyProblem(words.format(columns=columns, rows=rows), where=source.header.description)
    sampler = Sampler(source)
    header = across_header(source.header, name, grid, shape, form=sampler.form, places=sampler.places, notes=notes)
    assert header.derived is not None  # across_header gives one
    to_grid = header.derived.to_source
    from_grid = np.linalg.inv(to_grid)
    corners = apply(from_grid, box_corners(source.header) + 0.5 * np.sign(UNIT_CUBE - 0.5))

    def cut(index: int) -> Plane:
        out = np.full((rows, columns, *source.stored.shape[3:]), sampler.form.void, sampler.form.dtype)
        reach = _meeting(corners, index, rows, columns)
        if reach is not None:
            (left, right), (top, bottom) = reach
            start = apply(to_grid, (left, top, index))
            steps = to_grid[:3, 0], to_grid[:3, 1]
            out[top:bottom, left:right] = sampler.plane(start, *steps, bottom - top, right - left)
        return out

    stored = stand_in(sampler.form, frames, rows, columns, *source.stored.shape[3:])
    return DerivedVolume(source, header, stored, cut, is_across=True)


def _meeting(corners: Points, index: int, rows: int, columns: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The columns and rows (start, stop) within which a plane meets a box with these corners; None where it doesn't."""
    start, end = corners[BOX_EDGES[:, 0]], corners[BOX_EDGES[:, 1]]
    crosses = (start[:, 2] - index) * (end[:, 2] - index) < 0
    start, end = start[crosses], end[crosses]
    share = (index - start[:, 2]) / (end[:, 2] - start[:, 2])
    within = corners[np.abs(corners[:, 2] - index) < 1e-6]
    met = np.vstack([start + share[:, None] * (end - start), within])[:, :2]
    if not len(met):
        return None
    low, high = np.floor(met.min(axis=0)).astype(int), np.ceil(met.max(axis=0)).astype(int) + 1
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(columns, int(high[0])), min(rows, int(high[1]))
    return ((left, right), (top, bottom)) if left < right and top < bottom else None
