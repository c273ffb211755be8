"""Where one viewport goes when another one moves: slice, zoom, position and window, in patient mm where there is any.

What belongs here: those questions, answered as pure functions over headers and views. What does not: widgets (grid).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewers.geometry import apply, inverse
from viewers.view import View, fitted
from viewers.volume import SeriesHeader

PARALLEL = 0.94  # cosine between normals above which two stacks count as the same plane, about 20 degrees
KEPT_STACKS = 64  # whose slice centres are remembered

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """One viewport for linking: what it shows, and its size in logical pixels. Only seats of one group are linked."""

    index: int
    header: SeriesHeader
    view: View
    width: int
    height: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """What viewports do together. `shifts_mm` keeps an offset along the normal for each series, by its key."""

    scroll: bool = True
    view: bool = False
    window: bool = False
    shifts_mm: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What of a leader's view is new."""

    slice: bool = True
    view: bool = True
    window: bool = True

    @property
    def any(self) -> bool:
        return self.slice or self.view or self.window


def followed(leader: Seat, others: Iterable[Seat], links: Links, change: Change) -> dict[int, View]:
    """The new views of those that follow the leader, by index; who stays where it is does not appear."""
    views = {}
    for seat in others:
        if seat.index == leader.index or seat.group != leader.group:
            continue
        view = _following(leader, seat, links, change)
        if view != seat.view:
            views[seat.index] = view
    return views


def _following(leader: Seat, seat: Seat, links: Links, change: Change) -> View:
    view = seat.view
    if links.scroll and change.slice:
        shift = shift_mm(links.shifts_mm, leader.header, seat.header)
        there = linked_slice(leader.header, leader.view.slice_index, seat.header, shift)
        view = view if there is None else replace(view, slice_index=there)
    if links.view and change.view:
        view = linked_view(leader, replace(seat, view=view))
    if links.window and change.window and windows_agree(leader.header, seat.header):
        view = replace(view, window=leader.view.window, inverted=leader.view.inverted)
    return view


# --- slices ---


def linked_slice(
    source: SeriesHeader, slice_index: int, target: SeriesHeader, offset_mm: float | None = None
) -> int | None:
    """The target's slice nearest to the source's slice: by mm along the normal, else by share of the stack.

    Stacks in one frame of reference are compared in patient space, others where the reader keeps an offset in mm
    between them; without either the share of the stack decides. None, so that the target stays where it is: their
    planes differ, one is a film at one place and the other is not, or the source is a single image that says nothing
    about a place in the other stack.
    """
    if source.is_curved or target.is_curved:
        return None
    if planes_differ(source, target) or (source.in_time != target.in_time and _has_place(source, target)):
        return None
    if not source.in_time and (offset_mm is not None or _same_space(source, target)):
        centres = _slice_centres_mm(target)
        apart = (centres - slice_centre_mm(source, slice_index)) @ rising_normal(target) - (offset_mm or 0.0)
        return int(np.argmin(np.abs(apart)))
    if source.frames < 2:
        return None
    share = slice_index / (source.frames - 1)
    return round(share * (target.frames - 1))


def slice_centre_mm(header: SeriesHeader, slice_index: int) -> NDArray[np.float64]:
    """The LPS point in the middle of a slice, from the slice's own position where it has one."""
    return apply(header.affine_at(slice_index), ((header.columns - 1) / 2, (header.rows - 1) / 2, 0.0))


def kept_shifts_mm(leader: Seat, others: Iterable[Seat]) -> dict[str, float]:
    """How far each parallel stack now lies beyond the leader along its normal, by series key; 0 for the leader."""
    shifts = {leader.header.key: 0.0}
    here = slice_centre_mm(leader.header, leader.view.slice_index)
    for seat in others:
        if _has_place(leader.header, seat.header) and not planes_differ(leader.header, seat.header):
            there = slice_centre_mm(seat.header, seat.view.slice_index)
            shifts.setdefault(seat.header.key, float((there - here) @ rising_normal(seat.header)))
    return shifts


def shift_mm(shifts_mm: Mapping[str, float], source: SeriesHeader, target: SeriesHeader) -> float | None:
    """The offset that is kept from one series to another; None where there is none."""
    if source.key not in shifts_mm or target.key not in shifts_mm:
        return None
    return shifts_mm[target.key] - shifts_mm[source.key]


def planes_differ(source: SeriesHeader, target: SeriesHeader) -> bool:
    """Whether two stacks with patient geometry are cut in different planes."""
    return _has_place(source, target) and abs(float(rising_normal(source) @ rising_normal(target))) < PARALLEL


@lru_cache(KEPT_STACKS)
def rising_normal(header: SeriesHeader) -> NDArray[np.float64]:
    """The stack's unit normal, turned to where LPS rises most, so that two ways of numbering slices agree."""
    crossed = np.cross(header.grid_affine[:3, 0], header.grid_affine[:3, 1])
    unit = crossed / np.linalg.norm(crossed)
    return np.asarray(-unit if unit[np.argmax(np.abs(unit))] < 0 else unit)


@lru_cache(KEPT_STACKS)
def _slice_centres_mm(header: SeriesHeader) -> NDArray[np.float64]:
    """All slices' middles, shape (slices, 3), as `slice_centre_mm` has each of them."""
    return np.array([slice_centre_mm(header, index) for index in range(header.frames)])


def _has_place(source: SeriesHeader, target: SeriesHeader) -> bool:
    return source.affine is not None and target.affine is not None


def _same_space(source: SeriesHeader, target: SeriesHeader) -> bool:
    known = source.frame_of_reference_uid != "" and source.frame_of_reference_uid == target.frame_of_reference_uid
    return known and _has_place(source, target)


# --- zoom and position ---


def linked_view(leader: Seat, seat: Seat) -> View:
    """The seat's view as large as the leader's, about the same place.

    As large: the same pixels per mm, or where one of them is not calibrated the same multiple of the fitted size. The
    same place: the patient's in parallel stacks of one frame of reference; a right and a left breast mirror each
    other; any others go to the same share of the image.
    """
    return replace(seat.view, zoom=_linked_zoom(leader, seat), centre_px=_linked_centre(leader, seat))


def _linked_zoom(leader: Seat, seat: Seat) -> float:
    if (leader.header.spacing_mm is None) == (seat.header.spacing_mm is None) and leader.header.spacing_mm is not None:
        return leader.view.zoom
    return leader.view.zoom / _fit(leader) * _fit(seat)


def _fit(seat: Seat) -> float:
    view = seat.view
    return fitted(seat.header, seat.width, seat.height, slice_index=view.slice_index, window=view.window).zoom


def _linked_centre(leader: Seat, seat: Seat) -> Point:
    if _same_space(leader.header, seat.header):
        return seat.view.centre_px if planes_differ(leader.header, seat.header) else _patient_centre(leader, seat)
    if chest_wall(leader.header) and {leader.header.laterality, seat.header.laterality} == {"L", "R"}:
        return _mirrored_centre(leader, seat)
    return _share_of(seat.header, _share(leader.header, leader.view.centre_px))


def _patient_centre(leader: Seat, seat: Seat) -> Point:
    place = apply(leader.header.affine_at(leader.view.slice_index), (*leader.view.centre_px, 0.0))
    column, row, _ = apply(inverse(seat.header.affine_at(seat.view.slice_index)), place)
    return float(column), float(row)


def _mirrored_centre(leader: Seat, seat: Seat) -> Point:
    """As far from the chest wall as in the other breast, and as far from the image's middle height, in mm."""
    (row_mm, column_mm), (other_row_mm, other_column_mm) = leader.header.pixel_mm, seat.header.pixel_mm
    column, row = leader.view.centre_px
    from_wall_mm = abs(column - _wall_column(leader.header)) * column_mm
    from_middle_mm = (row - (leader.header.rows - 1) / 2) * row_mm
    inwards = -1 if chest_wall(seat.header) == "right" else 1
    return (
        _wall_column(seat.header) + inwards * from_wall_mm / other_column_mm,
        (seat.header.rows - 1) / 2 + from_middle_mm / other_row_mm,
    )


def _wall_column(header: SeriesHeader) -> float:
    return header.columns - 0.5 if chest_wall(header) == "right" else -0.5


def chest_wall(header: SeriesHeader) -> str:
    """At which edge of a mammogram the chest wall lies, "left" or "right"; "" where the file doesn't tell.

    From PatientOrientation (PS3.3 C.7.6.1.1.1), whose first value is where columns rise to, else from the side.
    """
    if header.modality != "MG":
        return ""
    toward = header.tags.get("PatientOrientation", "").split("\\")[0][:1]
    wall = {"P": "right", "A": "left"}.get(toward) or {"R": "right", "L": "left"}.get(header.laterality, "")
    is_mirrored = header.derived is not None and header.derived.to_source[0, 0] < 0
    return {"right": "left", "left": "right"}.get(wall, "") if is_mirrored else wall


def _share(header: SeriesHeader, point: Point) -> Point:
    return (point[0] + 0.5) / header.columns, (point[1] + 0.5) / header.rows


def _share_of(header: SeriesHeader, share: Point) -> Point:
    return share[0] * header.columns - 0.5, share[1] * header.rows - 0.5


# --- windows ---


def windows_agree(one: SeriesHeader, other: SeriesHeader) -> bool:
    """Whether a window means the same for both: the same modality and units, and neither in colour."""
    return (one.modality, one.units, one.samples, other.samples) == (other.modality, other.units, 1, 1)
