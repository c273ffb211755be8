"""All measures of one sitting: what every reader of the log calls.

What belongs here: putting them together; panels, layers and slices, which are sums alone. What does not: the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from app.tracking.attention_measures.collected import NONE, Collected, collected
from app.tracking.attention_measures.coverage import coverage_by_point, coverage_by_view
from app.tracking.attention_measures.points import Points, Track, points_of, tracks
from app.tracking.attention_measures.profiles import profiles
from app.tracking.attention_measures.regions import Ball, balls_of, dwell_by_point, dwell_by_view
from app.tracking.attention_measures.timeline import Floats, Timeline, grouped, steps_of, timeline, views_of
from app.tracking.attention_measures.values import (
    Coverage,
    LayerDwell,
    Measured,
    PanelDwell,
    RegionDwell,
    Settings,
    SliceDwell,
    Spot,
    Time,
)
from app.tracking.events import Event


def measured(
    events: Iterable[Event],
    spots: Mapping[str, Sequence[Spot]] | None = None,
    settings: Settings | None = None,
) -> Measured:
    """Measure attention in the events of one reader's sitting, all its sign-ins one after the other.

    `spots` are the lesions of the reference by case id; without them no region is a lesion.
    """
    return measured_of(collected(events), spots or {}, settings or Settings())


def measured_of(what: Collected, spots: Mapping[str, Sequence[Spot]], settings: Settings) -> Measured:
    """The same of events that were taken in already."""
    views = views_of(what)
    followed = list(tracks(what, views, settings.gap_ms))
    placed, painted = steps_of(what.placed), [steps_of(each) for each in what.painted.values()]
    cuts = [placed, *painted, *(each for track in followed for each in (track.standing, track.panel))]
    marks = sorted({at for region in what.regions for at in (region.from_ns, region.to_ns) if at is not None})
    line = timeline(what, views, [*cuts, steps_of([(at, NONE) for at in marks])])
    points = [points_of(track, line) for track in followed]
    balls = balls_of(what, spots, settings)
    return Measured(
        phases=line.phase_times,
        conditions=dict(what.conditions),
        slices=(*_slices_by_view(line), *(each for at in points for each in _slices_by_point(line, at))),
        regions=_regions(line, points, balls),
        layers=tuple(each for at in points for each in _layers(what, line, at)),
        panels=(*_panels_shown(what, line), *(each for track in followed for each in _panels_under(what, line, track))),
        coverage=_coverage(what, line, points, settings),
        profiles=tuple(profiles(line, points, settings)),
    )


def _regions(line: Timeline, points: list[Points], balls: list[Ball]) -> tuple[RegionDwell, ...]:
    return (*dwell_by_view(line, balls), *(each for at in points for each in dwell_by_point(line, at, balls)))


def _slices_by_view(line: Timeline) -> Iterator[SliceDwell]:
    """Two viewports with one slice count once."""
    views = line.views
    shown = [
        np.stack([stretch, views.name[view[stretch]], views.slice_index[view[stretch]]])
        for view in line.view.values()
        for stretch in [np.flatnonzero(view != NONE)]
    ]
    if not shown or not sum(each.shape[1] for each in shown):
        return
    table, _ = grouped(np.concatenate(shown, axis=1))
    stretch = table[:, 0]
    for (phase, name, index), time in line.sums(line.phase[stretch], table[:, 1], table[:, 2], where=stretch):
        yield SliceDwell(*line.phases[phase], "view", views.uids[name], index, time)


def _slices_by_point(line: Timeline, points: Points) -> Iterator[SliceDwell]:
    views = line.views
    keys = (line.phase[points.stretch], views.name[points.view], views.slice_index[points.view])
    for (phase, name, index), time in line.sums(*keys, where=points.stretch):
        yield SliceDwell(*line.phases[phase], points.basis, views.uids[name], index, time)


def _layers(what: Collected, line: Timeline, points: Points) -> Iterator[LayerDwell]:
    """Time with the point on a viewport that painted something of a layer."""
    painted = np.full(len(points.stretch), NONE)
    for viewport, changes in what.painted.items():
        mine = points.viewport == viewport
        painted[mine] = steps_of(changes).at(line.start_ns[points.stretch[mine]])
    found: dict[tuple[int, str], Time] = {}
    on = painted != NONE
    stretch = points.stretch[on]
    for (phase, at), time in line.sums(line.phase[stretch], painted[on], where=stretch):
        for layer in what.layer_sets[at]:
            before = found.get((phase, layer), Time(0.0, 0.0))
            found[phase, layer] = Time(before.raw_ms + time.raw_ms, before.active_ms + time.active_ms)
    for (phase, layer), time in found.items():
        yield LayerDwell(*line.phases[phase], points.basis, layer, time)


def _panels_shown(what: Collected, line: Timeline) -> Iterator[PanelDwell]:
    placing = steps_of(what.placed).at(line.start_ns)
    found: dict[tuple[int, str], Time] = {}
    for (phase, at), time in line.sums(line.phase, placing):
        for name in dict.fromkeys(each[0] for each in (what.placings[at] if at != NONE else ())):
            before = found.get((phase, name), Time(0.0, 0.0))
            found[phase, name] = Time(before.raw_ms + time.raw_ms, before.active_ms + time.active_ms)
    for (phase, name), time in found.items():
        yield PanelDwell(*line.phases[phase], "view", name, time)


def _panels_under(what: Collected, line: Timeline, track: Track) -> Iterator[PanelDwell]:
    """The panel "" is none of the named ones: outside the window, or a part of it without a name."""
    for (phase, at), time in line.sums(line.phase, track.panel.at(line.start_ns)):
        yield PanelDwell(*line.phases[phase], track.basis, what.panels[at] if at != NONE else "", time)


def _coverage(what: Collected, line: Timeline, points: list[Points], settings: Settings) -> tuple[Coverage, ...]:
    found = [*coverage_by_view(line, settings)]
    for at in points:
        radius = np.full(len(at.stretch), settings.field_mm)
        found += coverage_by_point(line, at, radius, settings.field_mm, None)
        if at.basis == "gaze" and (px := _field_px(what, settings.field_deg)) is not None:
            degrees = px / line.views.zoom[at.view]
            found += coverage_by_point(line, at, degrees, None, settings.field_deg)
    return tuple(found)


def _field_px(what: Collected, field_deg: float) -> Floats | float | None:
    """The radius of a field of vision on the screen, logical pixels; None where screen or distance is not known."""
    for tracker in reversed(what.trackers):
        if tracker.distance_mm > 0 and tracker.screen_mm[0] > 0 and tracker.screen_px[0] > 0:
            across_mm = tracker.distance_mm * float(np.tan(np.radians(field_deg)))
            return across_mm * tracker.screen_px[0] / tracker.screen_mm[0]
    return None
