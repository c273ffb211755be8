"""Which slice of one series lies where a slice of another does, for viewports that scroll together.

What belongs here: that one question, answered in patient mm where there is geometry. What does not: widgets (grid).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewers.geometry import apply
from viewers.volume import SeriesHeader

PARALLEL = 0.94  # cosine between normals above which two stacks count as the same plane, about 20 degrees


def linked_slice(source: SeriesHeader, slice_index: int, target: SeriesHeader) -> int | None:
    """The target's slice nearest to the source's slice: by mm along the normal, else by share of the stack.

    Stacks in one frame of reference are compared in patient space; without a common one the share of the stack
    decides. None, so that the target stays where it is: their planes differ, or the source is a single image that says
    nothing about a place in the other stack.
    """
    if _planes_differ(source, target):
        return None
    if _same_space(source, target):
        apart = (_slice_centres_mm(target) - slice_centre_mm(source, slice_index)) @ _normal(target)
        return int(np.argmin(np.abs(apart)))
    if source.frames < 2:
        return None
    share = slice_index / (source.frames - 1)
    return round(share * (target.frames - 1))


def slice_centre_mm(header: SeriesHeader, slice_index: int) -> NDArray[np.float64]:
    """The LPS point in the middle of a slice, from the slice's own position where it has one."""
    return apply(header.affine_at(slice_index), ((header.columns - 1) / 2, (header.rows - 1) / 2, 0.0))


def _slice_centres_mm(header: SeriesHeader) -> NDArray[np.float64]:
    """All slices' middles, shape (slices, 3), as `slice_centre_mm` has each of them."""
    affine = header.grid_affine
    even = affine[:3, 3] + np.arange(header.frames)[:, None] * affine[:3, 2]
    own = [even[n] if i.position_mm is None else i.position_mm for n, i in enumerate(header.instances)]
    return np.asarray(own, np.float64) + affine[:3, :2] @ ((header.columns - 1) / 2, (header.rows - 1) / 2)


def _planes_differ(source: SeriesHeader, target: SeriesHeader) -> bool:
    known = source.affine is not None and target.affine is not None
    return known and abs(float(_normal(source) @ _normal(target))) < PARALLEL


def _same_space(source: SeriesHeader, target: SeriesHeader) -> bool:
    known = source.affine is not None and target.affine is not None
    return (
        known and source.frame_of_reference_uid != "" and source.frame_of_reference_uid == target.frame_of_reference_uid
    )


def _normal(header: SeriesHeader) -> NDArray[np.float64]:
    crossed = np.cross(header.grid_affine[:3, 0], header.grid_affine[:3, 1])
    return np.asarray(crossed / np.linalg.norm(crossed))
