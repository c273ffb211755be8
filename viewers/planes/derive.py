"""Volumes that are another one looked at otherwise: what turned images and cut planes have in common.

What belongs here: `DerivedVolume`, and the header of a series across the files' slices. What does not: which
derivations there are (turning, planes, oblique, curved).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewers.planes.sampling import Form, Points
from viewers.volume import Derived, Instance, SeriesHeader, Volume

Plane = NDArray[np.generic]
Cut = Callable[[int], Plane]
KEPT_PLANES = 3
KEPT_BYTES = 64 << 20  # what kept planes of one volume may take together


class DerivedVolume(Volume):
    """A volume whose planes are worked out from another's when they are asked for; the last few are kept.

    `source` is the volume as its files have it. `stored` is a view of the source's values where the derivation only
    turns or transposes, and else a stand-in of the right shape and type without values: ask for `plane`. `is_across`
    says that its planes cross the slices of the files, so that each of them fills while those load.
    """

    source: Volume
    is_across: bool
    _cut: Cut
    _planes: OrderedDict[tuple[int, int], Plane]

    def __init__(self, source: Volume, header: SeriesHeader, stored: Plane, cut: Cut, *, is_across: bool) -> None:
        values = {"source": source, "header": header, "stored": stored, "is_across": is_across, "_cut": cut}
        for name, value in {**values, "_planes": OrderedDict()}.items():
            object.__setattr__(self, name, value)  # volumes are frozen

    @property
    def loaded(self) -> NDArray[np.bool_]:
        """A plane across the files' slices is there as soon as any of them is."""
        if not self.is_across:
            return self.source.loaded
        return np.full(self.header.frames, bool(self.source.loaded.any()))

    @property
    def files_loaded(self) -> NDArray[np.bool_]:
        return self.source.loaded

    def revision(self, slice_index: int) -> int:
        return int(np.count_nonzero(self.source.loaded)) if self.is_across else 0

    def plane(self, slice_index: int) -> Plane:
        """One plane's values in one block of memory."""
        planes = self._planes
        key = (slice_index, self.revision(slice_index))
        if key not in planes:
            plane = np.ascontiguousarray(self._cut(slice_index))
            while len(planes) >= max(1, min(KEPT_PLANES, KEPT_BYTES // max(1, plane.nbytes))):
                planes.popitem(last=False)
            planes[key] = plane
        planes.move_to_end(key)
        return planes[key]


def source_of(volume: Volume) -> Volume:
    """The volume as its files have it: the one given, or that from which it was derived."""
    return volume.source if isinstance(volume, DerivedVolume) else volume


def stand_in(form: Form, *shape: int) -> Plane:
    """An array of a shape and type that takes no memory and has no values."""
    return np.broadcast_to(np.zeros((), form.dtype), shape)


def across_header(
    source: SeriesHeader,
    name: str,
    grid: Points,
    shape: tuple[int, int, int],
    *,
    form: Form,
    places: tuple[float, ...] = (),
    notes: tuple[str, ...] = (),
) -> SeriesHeader:
    """The header of planes that cross the files' slices: `grid` maps voxels to LPS mm, `shape` is (n, rows, columns).

    What belongs to a file's own image (its overlays, its shutter, its place) is left out.
    """
    frames, rows, columns = shape
    middle = source.instances[source.frames // 2]
    instance = Instance(
        middle.path,
        middle.sop_uid,
        middle.frame,
        middle.instance_number,
        rescale=form.rescale,
        windows=middle.windows,
        is_inverse=middle.is_inverse,
        suv_factor=middle.suv_factor,
    )
    is_float = form.dtype.kind == "f"
    void = None if is_float or source.samples == 3 else (int(form.void), int(form.void))
    column_mm, row_mm, slice_mm = (float(length) for length in np.linalg.norm(grid[:3, :3], axis=0))
    return replace(
        source,
        rows=rows,
        columns=columns,
        instances=(instance,) * frames,
        affine=grid,
        spacing_mm=(row_mm, column_mm),
        slice_spacing_mm=slice_mm,
        signed=form.dtype.kind != "u",
        bits_stored=max(source.bits_stored, 8 * form.dtype.itemsize) if form.dtype.kind == "i" else source.bits_stored,
        padding=source.padding if source.padding is not None and not form.converts else void,
        warnings=(*source.warnings, *notes),
        frame_ms=(),
        derived=Derived(source, np.asarray(np.linalg.solve(source.grid_affine, grid), np.float64), name, places),
    )
