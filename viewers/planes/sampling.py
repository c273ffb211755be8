"""Stored values of a volume at points between its voxels: trilinear, by the slices' true places.

What belongs here: `Sampler`, its box in the patient, and how values that are not there are written. What does not:
which plane is wanted (planes, oblique, curved) and drawing (render).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError
from viewers.geometry import apply
from viewers.volume import Rescale, SeriesHeader, Volume

Values = NDArray[np.generic]
Points = NDArray[np.float64]
CHUNK_PX = 32_768  # points worked out at a time, so that what is in between stays in the processor's cache
EVEN_SLICES = 1e-3  # of a step, by which a slice may lie beside its place in an evenly spaced stack
VOID_HU = -3000.0  # beneath anything that CT measures


@dataclass(frozen=True, slots=True)
class Form:
    """How planes cut across a series are stored: their dtype, `void` where there is no value, one rescale for all.

    Series whose slices have rescales of their own (PET) are stored as modality values, float32, with NaN as void.
    """

    dtype: np.dtype[np.generic]
    void: float
    rescale: Rescale
    converts: bool  # stored values of each slice go through its own rescale first


def form_of(header: SeriesHeader, dtype: np.dtype[np.generic]) -> Form:
    """The form of planes across a series whose files hold `dtype`."""
    first = header.instances[0].rescale
    if header.samples == 3:
        return Form(dtype, 0, first, converts=False)
    if any(instance.rescale != first for instance in header.instances):
        return Form(np.dtype(np.float32), np.nan, Rescale(units=first.units), converts=True)
    if dtype.kind == "f":
        return Form(np.dtype(np.float32), np.nan, first, converts=False)
    return Form(*_whole_numbers(header, dtype), first, converts=False)


def _whole_numbers(header: SeriesHeader, dtype: np.dtype[np.generic]) -> tuple[np.dtype[np.generic], float]:
    """The files' own type and padding, else a signed type that holds the values and one beneath them as void."""
    if header.padding is not None:
        return dtype, float(header.padding[0])
    small = header.bits_stored < 16 if dtype.kind == "u" else dtype.itemsize <= 2
    wide, least = (np.dtype(np.int16), -32_768) if small else (np.dtype(np.int32), -(2**31))
    lowest = 0 if dtype.kind == "u" else -(2 ** (header.bits_stored - 1))
    rescale = header.instances[0].rescale
    if header.modality == "CT" and rescale.table is None and rescale.slope > 0:
        return wide, float(max(least, round((VOID_HU - rescale.intercept) / rescale.slope)))
    return wide, float(max(least, lowest - 1))


@lru_cache(maxsize=16)  # asked for again with every move of a crosshair
def slice_places(header: SeriesHeader) -> tuple[float, ...]:
    """Where each slice lies along the stack, in steps of `grid_affine`; () where that is its number."""
    positions = [instance.position_mm for instance in header.instances]
    if header.affine is None or len(positions) < 2 or any(position is None for position in positions):
        return ()
    normal = np.cross(header.affine[:3, 0], header.affine[:3, 1])
    along = (np.asarray(positions, np.float64) - header.affine[:3, 3]) @ normal
    places = along / float(header.affine[:3, 2] @ normal)
    if np.abs(places - np.arange(len(places))).max() <= EVEN_SLICES or (np.diff(places) <= 0).any():
        return ()
    return tuple(float(place) for place in places)


def point_at(header: SeriesHeader, column: float, row: float, slice_index: int) -> Points:
    """The place in the patient (LPS mm) of a point of an image, from the slice's own position where it has one."""
    return apply(header.affine_at(slice_index), (column, row, 0.0))


def voxel_at(header: SeriesHeader, point_mm: Points) -> tuple[float, float, float]:
    """The (column, row, slice) of a series at a place in the patient, between and beyond its slices too."""
    x, y, z = (float(v) for v in np.linalg.solve(header.grid_affine, (*point_mm, 1.0))[:3])
    places = slice_places(header)
    if not places:
        return x, y, z
    beyond = min(0.0, z - places[0]) + max(0.0, z - places[-1])
    return x, y, float(np.interp(z, places, np.arange(len(places)))) + beyond


class Sampler:
    """Gives the values of one volume at any points of its grid; slices that are not loaded have none.

    Grid points are (column, row, slice) of `header.grid_affine`; a voxel reaches half its size beyond its centre.
    """

    def __init__(self, volume: Volume) -> None:
        header = volume.header
        if not volume.stored.flags.c_contiguous:
            raise ProgramError("A volume is sampled whose values are not in one block.")
        self.volume = volume
        self.form = form_of(header, volume.stored.dtype)
        self.places = slice_places(header)
        self._flat = volume.stored.reshape(-1, 3) if volume.is_colour else volume.stored.reshape(-1)
        self._strides = (1, header.columns, header.columns * header.rows)
        self._last = (header.columns - 1, header.rows - 1, header.frames - 1)
        rescales = [instance.rescale for instance in header.instances]
        self._slopes = np.array([r.slope for r in rescales], np.float32)
        self._intercepts = np.array([r.intercept for r in rescales], np.float32)

    def plane(self, start: Points, across: Points, down: Points, rows: int, columns: int) -> Values:
        """rows × columns values from grid point `start` on, one step of `across` or `down` apart; all of shape (3,)."""
        out = np.empty((rows, columns, *self._flat.shape[1:]), self.form.dtype)
        step = max(1, CHUNK_PX // columns)
        i = np.arange(columns, dtype=np.float32)
        for top in range(0, rows, step):
            j = np.arange(top, min(rows, top + step), dtype=np.float64)[:, None]
            points = [(start[a] + j * down[a]).astype(np.float32) + np.float32(across[a]) * i for a in range(3)]
            out[top : top + step] = self._at(*points)
        return out

    def points(self, points: Points) -> Values:
        """Values at grid points of shape (…, 3)."""
        return self._at(*(np.ascontiguousarray(points[..., axis], np.float32) for axis in range(3)))

    def _at(self, x: NDArray[np.float32], y: NDArray[np.float32], z: NDArray[np.float32]) -> Values:
        """Trilinear values at grid coordinates, which are used up."""
        inside = self._inside(x, y, z)
        if self.places:
            z = np.interp(z, self.places, np.arange(len(self.places))).astype(np.float32)
        corner, shares, slices = self._corners(x, y, z)
        above = np.minimum(slices + 1, self._last[2])
        inside &= self._known(slices, above, shares[2])
        strides = [stride if last else 0 for stride, last in zip(self._strides, self._last, strict=True)]
        lower = self._face(corner, strides, shares, slices)
        upper = self._face(corner + strides[2], strides, shares, above) if strides[2] else lower
        return self._stored(_between(lower, upper, shares[2]), inside)

    def _inside(self, *points: NDArray[np.float32]) -> NDArray[np.bool_]:
        ends = (*[(-0.5, last + 0.5) for last in self._last[:2]], self.depth)
        inside = np.ones(points[0].shape, bool)
        for values, (low, high) in zip(points, ends, strict=True):
            inside &= (values >= low) & (values <= high)
        return inside

    @property
    def depth(self) -> tuple[float, float]:
        """From where to where the slices reach along the stack, in grid points."""
        if not self.places:
            return -0.5, self._last[2] + 0.5
        first, second, *_ = self.places
        return first - (second - first) / 2, self.places[-1] + (self.places[-1] - self.places[-2]) / 2

    def _corners(
        self, *points: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], list[NDArray[np.float32]], NDArray[np.int64]]:
        """The index of the voxel below each point, the shares of the way to the next ones, and its slice."""
        index, shares = np.zeros(points[0].shape, np.int64), []
        for values, last, stride in zip(points, self._last, self._strides, strict=True):
            held = np.clip(values, 0, last)
            below = np.minimum(held.astype(np.int64), max(0, last - 1))
            shares.append(held - below.astype(np.float32))
            index += below * stride
        return index, shares, below

    def _face(
        self,
        corner: NDArray[np.int64],
        strides: list[int],
        shares: list[NDArray[np.float32]],
        slices: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Bilinear values within one slice, in modality units where slices differ in their rescale."""
        near = self._edge(corner, strides[0], shares[0])
        value = _between(near, self._edge(corner + strides[1], strides[0], shares[0]), shares[1])
        return value * self._slopes[slices] + self._intercepts[slices] if self.form.converts else value

    def _edge(self, corner: NDArray[np.int64], stride: int, share: NDArray[np.float32]) -> NDArray[np.float32]:
        near = self._flat.take(corner, axis=0).astype(np.float32)
        far = self._flat.take(corner + stride, axis=0).astype(np.float32)
        return _between(near, far, share)

    def _known(
        self, below: NDArray[np.int64], above: NDArray[np.int64], share: NDArray[np.float32]
    ) -> NDArray[np.bool_] | bool:
        """Whether the slices that a value is made of are loaded; one that has no share need not be."""
        loaded = self.volume.loaded
        if loaded.all():
            return True
        return np.asarray((loaded[below] | (share == 1)) & (loaded[above] | (share == 0)), bool)

    def _stored(self, values: NDArray[np.float32], inside: NDArray[np.bool_]) -> Values:
        if self.form.dtype.kind != "f":
            np.rint(values, out=values)
        out = values.astype(self.form.dtype)
        out[~inside] = self.form.void
        return out


def _between(near: NDArray[np.float32], far: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """`near`, moved by the share of the way to `far`, which is used up."""
    if far is near:
        return near
    far -= near
    far *= share[..., None] if far.ndim > share.ndim else share
    far += near
    return far
