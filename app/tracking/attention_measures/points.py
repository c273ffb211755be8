"""Where the pointer or gaze was: from samples to viewports, from viewports to image points and patient space.

What belongs here: that way, over arrays. What does not: what lies there (regions), receiving samples.
A sample is kept as a point of the viewport, so that it stays where it is on the screen when the image under it is
scrolled, moved or enlarged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.tracking.attention_measures.collected import NONE, Collected
from app.tracking.attention_measures.timeline import Flags, Floats, Ints, Steps, Timeline, Views, distinct, steps_of
from app.tracking.attention_measures.values import Basis
from app.tracking.events import PointerMoved
from app.tracking.samples_in_bulk import Packed, wholes_of

VIEWPORT = "viewport "
PLACE_STEP = next(column.step or 1.0 for column in PointerMoved.columns if column.name == "column")


@dataclass(frozen=True)
class Track:
    """Points of viewports by sample (logical pixels from the top left), and which sample stood from when on.

    `panel` says which named part of the window was under it.
    """

    basis: Basis
    viewport: Ints
    x_px: Floats
    y_px: Floats
    standing: Steps
    panel: Steps


@dataclass(frozen=True)
class Points:
    """The stretches in which the pointer or gaze was on an image: which ones, where on it, and where in the patient.

    `mm` is (n, 3) LPS, NaN where the stack has no patient geometry.
    """

    basis: Basis
    stretch: Ints
    view: Ints
    viewport: Ints
    column: Floats
    row: Floats
    mm: Floats


def pointer_track(what: Collected, views: Views) -> Track:
    """The pointer stays where its last sample was until it moves on, enters another panel, or the sign-in ends."""
    at_ns, viewport, column, row = _pointer_samples(what)
    view = np.full(len(at_ns), NONE)
    for number, changes in what.shown.items():
        mine = viewport == number
        view[mine] = steps_of(changes).at(at_ns[mine])
    seen = view != NONE
    at_ns, viewport = at_ns[seen], viewport[seen]
    x_px, y_px = views.screen_point(view[seen], column[seen], row[seen])
    standing = _pointer_standing(what, at_ns, viewport)
    return Track("pointer", viewport, x_px, y_px, standing, _pointer_panel(what, at_ns, viewport))


def _pointer_samples(what: Collected) -> tuple[Ints, Ints, Floats, Floats]:
    """Time, viewport, column and row of every sample, in the order of time."""
    packed = [(shift, viewport, each) for shift, viewport, each in what.pointer if isinstance(each, Packed)]
    plain = [(shift, viewport, each) for shift, viewport, each in what.pointer if not isinstance(each, Packed)]
    counts = np.array([each.size for _, _, each in packed] + [len(each) for _, _, each in plain], dtype=np.int64)
    told = [(shift, viewport) for shift, viewport, _ in (*packed, *plain)]
    shift, viewport = np.repeat(np.array(told, dtype=np.int64).reshape(-1, 2), counts, axis=0).T
    wholes = wholes_of(len(PointerMoved.columns), [each for _, _, each in packed])
    times = np.concatenate([wholes[:, 0], *(_times(each) for _, _, each in plain)]) + shift
    places = np.concatenate([wholes[:, 1:3] * PLACE_STEP, *(_places(each) for _, _, each in plain)])
    order = np.argsort(times, kind="stable")
    return times[order], viewport[order], places[order, 0], places[order, 1]


def _times(samples: tuple[tuple[float, ...], ...]) -> Ints:
    return np.array([sample[0] for sample in samples], dtype=np.int64)


def _places(samples: tuple[tuple[float, ...], ...]) -> Floats:
    return np.array([(np.nan if x is None else x, np.nan if y is None else y) for _, x, y, *_ in samples], dtype=float)


def _pointer_standing(what: Collected, at_ns: Ints, viewport: Ints) -> Steps:
    """Which sample stands; none once the pointer is over a panel that is not the viewport of the last sample."""
    entered = steps_of(what.pointer_panel)
    names = np.array([_viewport(name) for name in what.panels] or [NONE])
    over = np.where(entered.value == NONE, NONE, names[entered.value])
    last = np.searchsorted(at_ns, entered.at_ns, side="right") - 1
    same = (last >= 0) & (over != NONE) & (viewport[last] == over if len(viewport) else False)
    left_ns = entered.at_ns[~same]
    return _merged(at_ns, np.arange(len(at_ns)), left_ns, np.full(len(left_ns), NONE))


def _pointer_panel(what: Collected, at_ns: Ints, viewport: Ints) -> Steps:
    """The panel under the pointer: as entered, and the viewport of each sample (logs of before panels were kept)."""
    numbers = {_viewport(name): at for at, name in enumerate(what.panels)}
    for number in distinct(viewport).tolist():
        if number not in numbers:
            numbers[number] = len(what.panels)
            what.panels.append(f"{VIEWPORT}{number}")
    panel_of = np.array([numbers.get(number, NONE) for number in range(int(viewport.max(initial=-1)) + 1)] or [NONE])
    panel = panel_of[viewport]
    changed = np.flatnonzero(np.diff(panel, prepend=NONE - 1)) if len(panel) else np.empty(0, np.int64)
    entered = steps_of(what.pointer_panel)
    firsts = _first_after(at_ns, entered.at_ns)
    kept = distinct(np.concatenate([changed, firsts]))
    return _merged(entered.at_ns, entered.value, at_ns[kept], panel[kept])


def _first_after(at_ns: Ints, times: Ints) -> Ints:
    """The first sample at or after each of the times."""
    place = np.searchsorted(at_ns, times, side="left")
    return place[place < len(at_ns)]


def gaze_track(what: Collected, gap_ms: float) -> Track:
    """Each sample of gaze stands until the next, for `gap_ms` at most; one without a place (a blink) stands nowhere."""
    if not what.gaze:
        none = np.empty(0, np.int64)
        return Track("gaze", none, np.empty(0), np.empty(0), Steps(none, none), Steps(none, none))
    at_ns = np.concatenate([_times(samples) + shift for shift, samples in what.gaze])
    places = np.concatenate([_places(samples) for _, samples in what.gaze])
    order = np.argsort(at_ns, kind="stable")
    at_ns, x_px, y_px = at_ns[order], places[order, 0], places[order, 1]
    panel, left, top = _panels_under(what, at_ns, x_px, y_px)
    names = np.array([_viewport(name) for name in what.panels] or [NONE])
    viewport = np.where(panel == NONE, NONE, names[panel])
    ends = at_ns + round(gap_ms * 1e6)
    lost = ends[:-1][at_ns[1:] > ends[:-1]] if len(ends) else ends
    lost = np.append(lost, ends[-1:])
    none = np.full(len(lost), NONE)
    standing = _merged(at_ns, np.where(viewport == NONE, NONE, np.arange(len(at_ns))), lost, none)
    return Track("gaze", viewport, x_px - left, y_px - top, standing, _merged(at_ns, panel, lost, none))


def _panels_under(what: Collected, at_ns: Ints, x_px: Floats, y_px: Floats) -> tuple[Ints, Floats, Floats]:
    """The panel under each point of the screen, and its left and top; of several that overlap the last named."""
    placed = steps_of(what.placed).at(at_ns)
    panel, left, top = np.full(len(at_ns), NONE), np.zeros(len(at_ns)), np.zeros(len(at_ns))
    numbers = {name: at for at, name in enumerate(what.panels)}
    for placing in distinct(placed[placed != NONE]).tolist():
        mine = placed == placing
        for name, x, y, width, height in what.placings[placing]:
            inside = mine & (x_px >= x) & (x_px < x + width) & (y_px >= y) & (y_px < y + height)
            panel[inside], left[inside], top[inside] = numbers[name], x, y
    return panel, left, top


def _viewport(panel: str) -> int:
    number = panel.removeprefix(VIEWPORT)
    return int(number) if panel.startswith(VIEWPORT) and number.isdigit() else NONE


def _merged(at_ns: Ints, value: Ints, more_ns: Ints, more: Ints) -> Steps:
    """Both together; where two fall on one time, the later named holds."""
    times = np.concatenate([more_ns, at_ns])
    values = np.concatenate([more, value])
    order = np.argsort(times, kind="stable")
    return Steps(times[order], values[order])


def points_of(track: Track, line: Timeline) -> Points:
    """Where a track lay on images, stretch by stretch."""
    sample = track.standing.at(line.start_ns)
    viewport = np.where(sample != NONE, track.viewport[sample], NONE) if len(track.viewport) else sample
    view = np.full(len(sample), NONE)
    for number, views in line.view.items():
        mine = viewport == number
        view[mine] = views[mine]
    stretch = np.flatnonzero(view != NONE)
    sample, view = sample[stretch], view[stretch]
    column, row = line.views.image_point(view, track.x_px[sample], track.y_px[sample])
    on = _on_image(line.views, view, column, row)
    stretch, view, column, row = stretch[on], view[on], column[on], row[on]
    mm = places_mm(line.views, view, column, row)
    return Points(track.basis, stretch, view, viewport[stretch], column, row, mm)


def _on_image(views: Views, view: Ints, column: Floats, row: Floats) -> Flags:
    """Whether a point lies on its image, edges of the outer pixels included; always where its size is not known."""
    columns = np.array([grid.columns or np.inf for grid in views.grids])[views.grid[view]]
    rows = np.array([grid.rows or np.inf for grid in views.grids])[views.grid[view]]
    return (column >= -0.5) & (column <= columns - 0.5) & (row >= -0.5) & (row <= rows - 0.5)


def places_mm(views: Views, view: Ints, column: Floats, row: Floats) -> Floats:
    """Image points in LPS mm, (n, 3); NaN without patient geometry."""
    nowhere = np.full((4, 4), np.nan)
    affines = np.array([nowhere if grid.affine is None else grid.affine for grid in views.grids]).reshape(-1, 4, 4)
    of = affines[views.grid[view]]
    index = views.slice_index[view]
    voxels = np.stack([column, row, index, np.ones(len(index))], axis=1)
    place: Floats = np.einsum("nij,nj->ni", of[:, :3, :], voxels)
    return place


def tracks(what: Collected, views: Views, gap_ms: float) -> Iterable[Track]:
    """The tracks that the log has samples of."""
    return [each for each in (pointer_track(what, views), gaze_track(what, gap_ms)) if len(each.viewport)]
