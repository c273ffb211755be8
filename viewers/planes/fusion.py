"""Another series laid over the one that is shown, in colour: PET over CT, at screen resolution, in patient space.

What belongs here: which series may be laid over which, sampling it at screen pixels, mixing the colours. What does not:
keys and legends (fusion_desk) and the picture beneath (render).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from study_configs.words import translate
from viewers.drawing.colour_maps import colours
from viewers.drawing.render import Picture
from viewers.geometry import inverse
from viewers.planes.sampling import Points, Sampler
from viewers.presets import auto_window, opening_window
from viewers.view import Slab, screen_to_image
from viewers.volume import SeriesHeader, Volume, Window

Field = NDArray[np.float32]
Pixels = NDArray[np.uint8]
PREFERRED = ("PT", "NM", "MR", "CT")  # what is laid over, the first choice first
FADE_IN = 0.1  # of the window, over which colours come up from nothing, so that the image beneath stays clear
MOST_SAMPLES = 120_000  # sampled at an angle to the series; more pixels are interpolated between these
MOST_DEPTHS = 12  # planes of one slab to either side of its middle
ALIGNED = 1e-3  # voxels of drift across the picture under which axes count as parallel
SUV_WINDOW = Window(5.0, 10.0, "linear_exact", "SUV 0 to 10")


@dataclass(frozen=True, slots=True)
class Look:
    """How the series on top is coloured. `window` is in `units`; values are modality values × `factor`."""

    window: Window
    units: str
    factor: float = 1.0
    colour_map: str = "hot_iron"
    opacity: float = 0.5

    @property
    def range(self) -> tuple[float, float]:
        return self.window.centre - self.window.width / 2, self.window.centre + self.window.width / 2

    def fainter(self, by: float) -> Look:
        """The look with its opacity changed, a tenth at least and all at most."""
        return replace(self, opacity=round(max(0.1, min(1.0, self.opacity - by)), 2))


def refusal(base: SeriesHeader, top: SeriesHeader) -> str:
    """Why a series may not be laid over another, in words; "" where it may."""
    if base.source.key == top.source.key:
        return translate("ViewerFusion", "it is the same series")
    if base.patient != top.patient:
        return translate("ViewerFusion", "it is of another patient")
    if base.affine is None or top.affine is None:
        return translate("ViewerFusion", "its images, or these, do not say where in the patient they lie")
    if not base.frame_of_reference_uid or base.frame_of_reference_uid != top.frame_of_reference_uid:
        return translate(
            "ViewerFusion", "its frame of reference is another, so that places in one are not known in the other"
        )
    if base.source.in_time or top.source.in_time:
        return translate("ViewerFusion", "images that lie at one place, one after another in time, are no volume")
    if top.samples == 3:
        return translate("ViewerFusion", "it is in colour itself")
    return ""


def candidates(base: SeriesHeader, offered: Sequence[SeriesHeader]) -> list[SeriesHeader]:
    """What may be laid over a series, the first choice first: PET, NM, MR, CT, and the larger stack."""
    fitting = [top for top in offered if not refusal(base, top) and top.modality != base.modality]

    def order(top: SeriesHeader) -> tuple[int, int]:
        place = PREFERRED.index(top.modality) if top.modality in PREFERRED else len(PREFERRED)
        return place, -top.frames

    return sorted(fitting, key=order)


def opening_look(top: Volume) -> Look:
    """SUV 0 to 10 for PET where it is known, else the window that the series would open with."""
    header = top.header
    middle = header.frames // 2
    factor = header.instances[middle].suv_factor
    if header.modality == "PT" and factor is not None:
        return Look(SUV_WINDOW, "SUV", factor)
    if header.modality in ("PT", "NM") and top.loaded[middle]:
        found = auto_window(top, middle)
        high = found.centre + found.width / 2
        return Look(Window(high / 2, max(high, 1e-6), "linear_exact", "Auto"), header.units)
    return Look(opening_window(top, middle), header.units)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points along one axis of a grid: the voxel below each, the share of the next one, and which lie outside."""

    below: NDArray[np.intp]
    share: Field
    outside: NDArray[np.bool_]


class Overlay:
    """One series ready to be laid over pictures of others; the last picture's colours are kept."""

    def __init__(self, top: Volume, look: Look) -> None:
        self.volume, self.look = top, look
        self._sampler = Sampler(top)
        self._from_mm = inverse(top.header.grid_affine)
        rescales = [(i.rescale.slope, i.rescale.intercept) for i in top.header.instances]
        self._rescales = np.array(rescales, np.float32)
        self._kept: tuple[tuple[object, ...], Field] | None = None

    def value_at(self, place_mm: Points) -> float | None:
        """The value at a place in the patient, in the look's units; None where there is none."""
        point = self._from_mm[:3, :3] @ place_mm + self._from_mm[:3, 3]
        value = float(self._values(self._sampler.points(point[None]))[0])
        return None if np.isnan(value) else value

    def blended(self, picture: Picture, base: Volume, width: int, height: int, dpr: float) -> Picture:
        """The picture with this series over it."""
        if refusal(base.header, self.volume.header):
            return picture
        low, high = self.look.range
        steps = 255 / max(high - low, 1e-12)
        values = self._on_screen(picture, base.header, width, height, dpr)
        index = cv2.addWeighted(values, steps, values, 0, -low * steps, dtype=cv2.CV_8U)
        return replace(picture, pixels=mixed(picture.pixels, np.asarray(index, np.uint8), self.look))

    def _on_screen(self, picture: Picture, base: SeriesHeader, width: int, height: int, dpr: float) -> Field:
        """Values at the picture's device pixels; what has none is at the window's lower end, which is not seen."""
        view, shape = picture.view, picture.pixels.shape[:2]
        loaded = int(np.count_nonzero(self.volume.loaded))
        place = (base, view.slice_index, view.centre_px, view.zoom, view.slab, picture.left, picture.top, shape, dpr)
        key = (*place, loaded, self.look.range, self.look.factor)
        if self._kept is None or self._kept[0] != key:
            affine = base.affine_at(view.slice_index) @ _from_device(picture, base, width, height, dpr)
            values = self.projected(affine, shape[0], shape[1], view.slab)
            values[np.isnan(values)] = self.look.range[0]
            self._kept = (key, values)
        return self._kept[1]

    def projected(self, affine: Points, rows: int, columns: int, slab: Slab | None = None) -> Field:
        """Values at rows × columns points of a plane (`affine` leads to LPS mm), in the look's units; NaN for none.

        A slab takes planes on both sides of it, half a voxel apart or as many as there is time for.
        """
        if slab is None:
            return self._cut(affine, rows, columns)
        normal = np.cross(affine[:3, 0], affine[:3, 1])
        normal /= np.linalg.norm(normal)
        finest = float(np.linalg.norm(self.volume.header.grid_affine[:3, :3], axis=0).min())
        beside = int(max(1, min(MOST_DEPTHS, np.ceil(slab.thickness_mm / finest))))
        planes = []
        for depth in np.linspace(-0.5, 0.5, 2 * beside + 1) * slab.thickness_mm:
            moved = affine.copy()
            moved[:3, 3] += depth * normal
            planes.append(self._cut(moved, rows, columns))
        return _folded(planes, slab)

    def _cut(self, affine: Points, rows: int, columns: int) -> Field:
        to_grid = self._from_mm @ affine
        start, across, down = to_grid[:3, 3], to_grid[:3, 0], to_grid[:3, 1]
        if self._is_plain() and _aligned(across * columns, down * rows):
            return self._parallel(start, across, down, rows, columns)
        stride = max(1, int(np.ceil(np.sqrt(rows * columns / MOST_SAMPLES))))
        if stride == 1:
            return self._values(self._sampler.plane(start, across, down, rows, columns))
        first = start + (across + down) * ((stride - 1) / 2)
        few = -(-rows // stride), -(-columns // stride)
        coarse = self._values(self._sampler.plane(first, across * stride, down * stride, *few))
        size = (few[1] * stride, few[0] * stride)
        return np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)[:rows, :columns], np.float32)

    def _is_plain(self) -> bool:
        """Whether every slice is there, and whole numbers only, so that weighing all of them is safe."""
        no_tables = all(instance.rescale.table is None for instance in self.volume.header.instances[:1])
        return bool(self.volume.loaded.all()) and self.volume.stored.dtype.kind in "iub" and no_tables

    def _parallel(self, start: Points, across: Points, down: Points, rows: int, columns: int) -> Field:
        """Planes along the series' own axes: linear between two slices, then along rows, then along columns."""
        right, below = int(np.abs(across).argmax()), int(np.abs(down).argmax())
        through = 3 - right - below
        depth = self._line(through, np.array([start[through]]))
        if depth.outside.any():
            return np.full((rows, columns), np.nan, np.float32)
        flat = self._slice(through, depth)
        if below < right:  # arrays have slices first, columns last
            flat = flat.T
        wide = _linear(flat, self._line(right, start[right] + across[right] * np.arange(columns)), 1)
        return _linear(wide, self._line(below, start[below] + down[below] * np.arange(rows)), 0)

    def _slice(self, axis: int, depth: Line) -> Field:
        """The two-dimensional values at a depth along one axis, in the look's units."""
        between = (int(depth.below[0]), int(depth.below[0]) + 1) if depth.share[0] else (int(depth.below[0]),)
        planes = []
        for number in between:
            stored = self.volume.stored.take(number, axis=2 - axis)
            rescales = self._rescales[number : number + 1] if axis == 2 else self._rescales
            planes.append(stored.astype(np.float32) * rescales[:, :1] + rescales[:, 1:])
        near, far = planes[0], planes[-1]
        return np.asarray((near + depth.share[0] * (far - near)) * np.float32(self.look.factor), np.float32)

    def _line(self, axis: int, points: NDArray[np.float64]) -> Line:
        """Grid points along one axis as the voxels below them and the shares of the next ones."""
        last = self.volume.stored.shape[2 - axis] - 1
        low, high = (-0.5, last + 0.5) if axis < 2 else self._sampler.depth
        outside = (points < low) | (points > high)
        places = self._sampler.places if axis == 2 else ()
        if places:
            points = np.interp(points, places, np.arange(len(places)))
        held = np.clip(points, 0, last)
        below = np.minimum(held.astype(np.intp), max(0, last - 1))
        return Line(below, (held - below).astype(np.float32), outside)

    def _values(self, stored: NDArray[np.generic]) -> Field:
        """Sampled values in the look's units."""
        form = self._sampler.form
        values = np.asarray(form.rescale.values(stored), np.float32) * np.float32(self.look.factor)
        if form.dtype.kind != "f":
            values[stored == form.void] = np.nan
        return values


def _linear(values: Field, line: Line, axis: int) -> Field:
    """Values (rows, columns) at the points of a line along one axis; NaN outside."""
    above = np.minimum(line.below + 1, values.shape[axis] - 1)
    near, far = values.take(line.below, axis), values.take(above, axis)
    far -= near
    far *= line.share[None] if axis else line.share[:, None]
    far += near
    far[(slice(None), line.outside) if axis else line.outside] = np.nan
    return np.asarray(far, np.float32)


def mixed(pixels: Pixels, index: Pixels, look: Look) -> Pixels:
    """A grey or BGRA picture with colours over it, as BGRA; `index` says where in the map, 0 is nothing at all."""
    shares = np.clip(np.arange(256) / (255 * FADE_IN), 0, 1) * look.opacity
    tints = np.rint(colours(look.colour_map) * shares[:, None]).astype(np.uint8)[:, None]
    beneath = cv2.LUT(index, np.rint(255 * (1 - shares)).astype(np.uint8))
    if pixels.ndim == 3:
        dimmed = cv2.multiply(pixels, cv2.merge([beneath] * 4), scale=1 / 255)
    else:
        dimmed = cv2.cvtColor(cv2.multiply(pixels, beneath, scale=1 / 255), cv2.COLOR_GRAY2BGRA)
    return np.asarray(cv2.add(dimmed, cv2.cvtColor(cv2.applyColorMap(index, tints), cv2.COLOR_BGR2BGRA)), np.uint8)


def _from_device(picture: Picture, base: SeriesHeader, width: int, height: int, dpr: float) -> Points:
    """4×4 from the picture's device pixels (column, row) to voxels of the base's slice."""
    corners = [((picture.left + i + 0.5) / dpr, (picture.top + i + 0.5) / dpr) for i in (0, 1)]
    (c0, r0), (c1, r1) = (screen_to_image(picture.view, base, width, height, *corner) for corner in corners)
    matrix = np.eye(4)
    matrix[0, 0], matrix[1, 1] = c1 - c0, r1 - r0
    matrix[0, 3], matrix[1, 3] = c0, r0
    return matrix


def _aligned(across: Points, down: Points) -> bool:
    """Whether steps across and down a picture each go along one axis, another one each."""
    moves = np.abs(np.array([across, down]))
    axes = moves.argmax(axis=1)
    rest = moves.copy()
    rest[(0, 1), axes] = 0
    return bool(axes[0] != axes[1] and rest.max() <= ALIGNED)


def _folded(planes: list[Field], slab: Slab) -> Field:
    if slab.projection == "mean":
        count = np.sum([~np.isnan(plane) for plane in planes], axis=0)
        total = np.nansum(planes, axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
    fold = np.fmax if slab.projection == "max" else np.fmin
    return np.asarray(fold.reduce(planes), np.float32)
