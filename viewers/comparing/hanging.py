"""What a case opens with: which hanging, which series in which viewport, at which image, through which view.

What belongs here: choosing among hangings and making opening views, as pure functions. What does not: the rules
(hanging_rules), loading (viewers.dicom), widgets (grid, desks.hanging_desk).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from study_configs.hanging import HangingProtocol, HungCell
from viewers.comparing.hanging_rules import Hung, hangings_for, is_planning
from viewers.comparing.layouts import Layout, even, layout_named
from viewers.comparing.linking import slice_centre_mm
from viewers.comparing.times import heads
from viewers.presets import CT_PRESETS, auto_window, opening_window, opens_inverted
from viewers.view import Slab, View, fitted
from viewers.volume import SeriesHeader, Volume, Window

STACKS_FIRST = ("CT", "MR", "PT")
MOST_REPEATED = 4  # cells up to which a layout shows one series more than once rather than nothing


@dataclass(frozen=True, slots=True, eq=False)
class Hanging:
    """How a case opens: a layout, and for each of its cells which of the headers it shows (None: nothing).

    `choices` are all stages that suit the case, in the order of the keys for next and previous; `at` is the present
    one, None for a plain layout that no hanging asked for.
    """

    layout: Layout
    shown: tuple[int | None, ...]
    choices: tuple[Hung, ...] = ()
    at: int | None = None

    @property
    def hung(self) -> Hung | None:
        return self.choices[self.at] if self.at is not None else None

    def stepped(self, steps: int) -> Hanging:
        """The next or previous of the choices, round and round; itself where there is none."""
        if not self.choices:
            return self
        start = self.at if self.at is not None else (-1 if steps > 0 else 0)
        return _chosen(self.choices, (start + steps) % len(self.choices))


def hang(
    headers: Sequence[SeriesHeader],
    wish: str | HangingProtocol = "automatic",
    protocols: Sequence[HangingProtocol] = (),
) -> Hanging:
    """The opening of a case: the best of the protocols, or what the study wishes, as far as it suits.

    A wish is "automatic", a layout ("2x2"), the id of one of the protocols, or a protocol of the study's own, whose
    stages then come first. Of stacks that differ in time alone the first is hung.
    """
    first = tuple(dict.fromkeys(heads(headers)))
    hung = _hang([headers[row] for row in first], wish, protocols)
    choices = tuple(replace(each, shown=_rows(each.shown, first)) for each in hung.choices)
    return replace(hung, shown=_rows(hung.shown, first), choices=choices)


def _rows(shown: Sequence[int | None], of: Sequence[int]) -> tuple[int | None, ...]:
    return tuple(None if row is None else of[row] for row in shown)


def _hang(
    headers: Sequence[SeriesHeader], wish: str | HangingProtocol, protocols: Sequence[HangingProtocol]
) -> Hanging:
    own = wish if isinstance(wish, HangingProtocol) else next((p for p in protocols if p.id == wish), None)
    choices = hangings_for(headers, protocols)
    if own is not None:
        choices = (*hangings_for(headers, [own]), *(hung for hung in choices if hung.hanging.id != own.id))
    if isinstance(wish, str) and wish != "automatic" and own is None:
        return _in_layout(layout_named(wish), headers, choices)
    return _chosen(choices, 0) if choices else _in_layout(even(1, 1), headers, ())


def _chosen(choices: tuple[Hung, ...], at: int) -> Hanging:
    return Hanging(choices[at].layout, choices[at].shown, choices, at)


def _in_layout(layout: Layout, headers: Sequence[SeriesHeader], choices: tuple[Hung, ...]) -> Hanging:
    """The series that the best hanging would show, in its order, then the rest; small layouts repeat the first."""
    first = [row for row in choices[0].shown if row is not None] if choices else []
    main = [main_series(headers)] if headers and not first else []
    order = list(dict.fromkeys((*first, *main, *range(len(headers)))))
    count = len(layout.cells)
    rest = order[0] if order and count <= MOST_REPEATED else None
    filled = (*order, *([rest] * count))[:count]
    return Hanging(layout, filled, choices)


def main_series(headers: Sequence[SeriesHeader]) -> int:
    """The index of the series to read first: no planning image, CT and MR before the rest, then the largest stack."""
    return max(range(len(headers)), key=lambda n: (*_weight(headers[n]), -n))


def first_slice(header: SeriesHeader) -> int:
    """The image a series opens at: the middle of a stack in patient space, the first frame of a film or a clip."""
    return header.frames // 2 if header.affine is not None and header.frames > 1 else 0


def opening_view(volume: Volume, width: int, height: int, slice_index: int | None = None) -> View:
    """The view a series opens with: the whole image, at its first slice, through the file's window or the preset."""
    index = first_slice(volume.header) if slice_index is None else slice_index
    view = fitted(volume.header, width, height, slice_index=index, window=opening_window(volume, index))
    return replace(view, inverted=opens_inverted(volume.header))


def _weight(header: SeriesHeader) -> tuple[bool, bool, int]:
    return not is_planning(header), header.modality in STACKS_FIRST, header.frames


# --- the view that a cell asks for ---


def cell_slice(cell: HungCell, header: SeriesHeader) -> int:
    """The slice that a cell opens at."""
    if isinstance(cell.image, str):
        places = {"first": 0, "middle": header.frames // 2, "last": header.frames - 1}
        return places.get(cell.image, first_slice(header))
    if header.affine is None:
        return first_slice(header)
    axis = int(np.argmax(np.abs(np.cross(header.affine[:3, 0], header.affine[:3, 1]))))
    apart = [abs(float(slice_centre_mm(header, n)[axis]) - cell.image) for n in range(header.frames)]
    return int(np.argmin(apart))


def cell_view(cell: HungCell, volume: Volume, view: View) -> View:
    """The view as the cell asks for it, but for zoom and position."""
    window = cell_window(cell, volume, view.slice_index)
    can_be_thick = cell.slab is not None and not volume.header.source.in_time
    slab = Slab(cell.slab.projection, cell.slab.thickness_mm) if cell.slab and can_be_thick else view.slab
    return replace(
        view,
        window=window if window is not None else view.window,
        inverted=view.inverted or cell.inverted,
        slab=slab,
        colour_map=cell.colours or view.colour_map,
    )


def cell_window(cell: HungCell, volume: Volume, slice_index: int) -> Window | None:
    """The window that a cell asks for; None to keep the one that the series opens with."""
    if isinstance(cell.window, tuple):
        return Window(*cell.window)
    if cell.window is None or cell.window == "file" or volume.is_colour:
        return None
    if cell.window == "auto":
        return auto_window(volume, slice_index) if volume.loaded[slice_index] else None
    if cell.window == "mediastinum":
        return Window(40.0, 400.0, name="Mediastinum")
    return next(preset for preset in CT_PRESETS if preset.name.lower().replace(" ", "_") == cell.window)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A hung viewport whose zoom and position are to be found: what it shows, and its size in logical pixels."""

    cell: HungCell
    header: SeriesHeader
    view: View
    width: int
    height: int

    @property
    def fit(self) -> float:
        """Pixels per mm at which the whole image fits."""
        index, window = self.view.slice_index, self.view.window
        return fitted(self.header, self.width, self.height, slice_index=index, window=window).zoom


def placed_views(places: Sequence[Place], device_pixel_ratio: float = 1.0) -> tuple[View, ...]:
    """Every viewport's view with the zoom and alignment that its cell asks for.

    Same-size neighbours take the zoom at which the largest of them still fits; only calibrated images can be so.
    """
    fits = [place.fit for place in places if _is_same_size(place)]
    shared = min(fits, default=1.0)
    return tuple(_placed(place, shared, device_pixel_ratio) for place in places)


def _is_same_size(place: Place) -> bool:
    return place.cell.zoom == "same_size" and place.header.spacing_mm is not None


def _placed(place: Place, shared: float, device_pixel_ratio: float) -> View:
    header = place.header
    one_to_one = 1.0 / (header.pixel_mm[1] * device_pixel_ratio)
    zoom = shared if _is_same_size(place) else one_to_one if place.cell.zoom == "one_to_one" else place.fit
    half_width = place.width / 2 / (zoom * header.pixel_mm[1])  # in columns
    column = {
        "left": -0.5 + half_width,
        "right": header.columns - 0.5 - half_width,
        "centre": (header.columns - 1) / 2,
    }[place.cell.align]
    return replace(place.view, zoom=zoom, centre_px=(column, (header.rows - 1) / 2))
