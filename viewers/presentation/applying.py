"""Images shown as a presentation state says: their values, windows, shutters, turn, displayed area and masks.

What belongs here: a state and a volume to another volume and a view of it. What does not: what the state draws over
them (graphics).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from viewers.drawing.colour_maps import NAMES, colours
from viewers.drawing.grey import presented
from viewers.planes.derive import source_of
from viewers.planes.turning import Turn, turned
from viewers.presentation.masking import MaskedVolume
from viewers.presentation.states import Area, PresentationState, concerns
from viewers.presets import full_window
from viewers.view import MAX_SCREEN_PX_PER_IMAGE_PX, View, fitted
from viewers.volume import Instance, OverlayPlane, SeriesHeader, Volume, Window

MOST_SHRUNK = 16.0  # times smaller than the whole image fitted
ALIKE = 8.0  # grey levels by which a palette may differ from one of ours, in the mean


def applied(
    state: PresentationState,
    volume: Volume,
    view: View,
    width: int,
    height: int,
    *,
    keep_window: bool = False,
    px_per_mm: float | None = None,
    device_pixel_ratio: float = 1.0,
) -> tuple[Volume, View]:
    """The volume and the view that a state asks for in a viewport of width × height logical pixels.

    The slice stays where the state is about it, else its first slice is shown. `keep_window` leaves the window and the
    inversion as they are. `px_per_mm` of the screen lets areas in true size be so; without it they are fitted.
    """
    files = source_of(volume)
    index = _slice(state, volume.header, view.slice_index)
    shown = replace(files, header=_header(state, files.header, keep_window=keep_window))
    if state.masks:
        shown = MaskedVolume(shown, state.masks)
    turn = Turn(state.quarter_turns)
    if state.mirrored:
        turn = turn.flipped(horizontally=True)  # after the rotation (PS3.3 C.10.6)
    if turn != Turn():
        shown = turned(shown, turn)
    next_view = replace(view, slice_index=index)
    if not keep_window:
        windows = shown.header.instances[index].windows
        next_view = replace(next_view, window=windows[0], inverted=False, colour_map=_colour_map(state))
    return shown, _on_area(state, shown.header, next_view, width, height, px_per_mm, device_pixel_ratio)


def _slice(state: PresentationState, header: SeriesHeader, slice_index: int) -> int:
    here = header.source_point((header.columns - 1) / 2, (header.rows - 1) / 2, slice_index)[2]
    covered = state.slices_of(header)
    return here if here in covered or not covered else covered[0]


def _header(state: PresentationState, header: SeriesHeader, *, keep_window: bool) -> SeriesHeader:
    """The files' header with what the state says in place of what the files say (PS3.3 A.33.1.3).

    A state decides black and white by itself, whatever the photometric interpretation.
    """
    was_negative = header.photometric == "MONOCHROME1"
    instances = tuple(
        _instance(state, header, n, keep_window=keep_window)
        if state.covers(one)
        else replace(one, is_inverse=one.is_inverse or was_negative)
        for n, one in enumerate(header.instances)
    )
    area = next((area for area in state.areas if area.aspect is not None), None)
    aspect = (
        area.aspect if area is not None and area.aspect is not None and header.spacing_mm is None else header.aspect
    )
    photometric = "MONOCHROME2" if was_negative else header.photometric
    return replace(header, instances=instances, photometric=photometric, aspect=aspect)


def _instance(state: PresentationState, header: SeriesHeader, index: int, *, keep_window: bool) -> Instance:
    one = header.instances[index]
    changed = replace(
        one,
        rescale=replace(state.rescale, units=state.rescale.units or one.rescale.units)
        if state.rescale
        else one.rescale,
        shutter=state.shutter,
        overlays=_overlays(state, one),
    )
    if keep_window:
        return replace(changed, is_inverse=one.is_inverse or header.photometric == "MONOCHROME1")
    instances = (*header.instances[:index], changed, *header.instances[index + 1 :])
    return replace(
        changed,
        is_inverse=state.is_inverse,
        windows=_windows(state, replace(header, instances=instances), index),
    )


def _windows(state: PresentationState, header: SeriesHeader, index: int) -> tuple[Window, ...]:
    """The state's windows for an image, through its presentation LUT; without one the whole range of values."""
    one = header.instances[index]
    given = next((voi.windows for voi in state.vois if voi.windows and concerns(voi.references, one)), ())
    windows = given or (full_window(header, index),)
    table = state.presentation
    return windows if table is None else tuple(presented(window, table) for window in windows)


def _overlays(state: PresentationState, one: Instance) -> tuple[OverlayPlane, ...]:
    """The planes that the state turns on: its own, and those of the image."""
    active = {group for group, _ in state.overlays}
    own = tuple(plane for plane in state.planes if plane.group in active)
    taken = {plane.group for plane in own}
    return (*own, *(plane for plane in one.overlays if plane.group in active - taken))


def _on_area(
    state: PresentationState,
    header: SeriesHeader,
    view: View,
    width: int,
    height: int,
    px_per_mm: float | None,
    device_pixel_ratio: float,
) -> View:
    area = area_for(state, header, view.slice_index)
    if area is None:
        return view
    left, top, right, bottom = shown_area(area, header, view.slice_index)
    row_mm, column_mm = header.pixel_mm
    zoom = min(width / ((right - left) * column_mm), height / ((bottom - top) * row_mm))
    spacing = area.spacing_mm or header.spacing_mm
    if area.mode == "magnify":
        zoom = area.magnification / (column_mm * device_pixel_ratio)
    elif area.mode == "true size" and px_per_mm is not None and spacing is not None:
        zoom = spacing[1] * px_per_mm / column_mm
    coarsest = fitted(header, width, height, slice_index=view.slice_index, window=view.window).zoom / MOST_SHRUNK
    finest = MAX_SCREEN_PX_PER_IMAGE_PX / min(row_mm, column_mm)
    return replace(
        view, centre_px=((left + right) / 2, (top + bottom) / 2), zoom=max(min(coarsest, finest), min(finest, zoom))
    )


def area_for(state: PresentationState, header: SeriesHeader, slice_index: int) -> Area | None:
    """The displayed area that a state selects for a slice of a series as it is shown."""
    source = header.source_point((header.columns - 1) / 2, (header.rows - 1) / 2, slice_index)[2]
    instance = header.source.instances[source]
    return next((area for area in state.areas if concerns(area.references, instance)), None)


def shown_area(area: Area, header: SeriesHeader, slice_index: int) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of an area's outer edges, in image points of the series as it is shown."""
    source = header.source_point((header.columns - 1) / 2, (header.rows - 1) / 2, slice_index)[2]
    x0, y0, _ = header.shown_point(*area.top_left, source)
    x1, y1, _ = header.shown_point(*area.bottom_right, source)
    return min(x0, x1) - 0.5, min(y0, y1) - 0.5, max(x0, x1) + 0.5, max(y0, y1) + 0.5


def _colour_map(state: PresentationState) -> str:
    """Ours that is like a pseudo-colour state's palette; grey where none is."""
    if not state.palette:
        return ""
    palette = np.array(state.palette, np.float64)[:, ::-1]
    apart = {name: float(np.abs(colours(name) - palette).mean()) for name in NAMES}
    nearest = min(apart, key=apart.__getitem__)
    return nearest if apart[nearest] <= ALIKE else ""
