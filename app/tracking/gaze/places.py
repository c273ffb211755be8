"""Where gaze was: screen → panel → viewport → image → patient, from the log alone.

What belongs here: one fold over events. What does not: how long it was there (attention), fixations.

Every sample is placed by what the log says of its own moment: PanelsPlaced (what lay where on the screen), ViewChanged
(what a viewport showed, and how), SeriesOpened (where its voxels lie in the patient).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from app.tracking.events import (
    Event,
    GazeMoved,
    PanelsPlaced,
    SeriesOpened,
    TrialStarted,
    ViewChanged,
    ViewportEmptied,
)
from app.tracking.events.gaze import GazeSample
from app.tracking.places import pixel_mm, position_mm

Rect = tuple[float, float, float, float]
VIEWPORT = "viewport "


class GazePlace(NamedTuple):
    """One sample of gaze. `x_px`, `y_px` on the screen and pupils as the tracker told them, None where it saw no eye.

    `panel` is "" beside all panels. Over an image, `viewport` is its number, `column` and `row` count pixel centres at
    whole numbers, and `mm` is the LPS place, None without patient geometry. `in_viewport_px` counts from the viewport's
    top left corner.
    """

    at_ns: int
    x_px: float | None
    y_px: float | None
    pupil_left_mm: float | None = None
    pupil_right_mm: float | None = None
    trial: int = -1
    panel: str = ""
    viewport: int = -1
    in_viewport_px: tuple[float, float] | None = None
    series_uid: str = ""
    column: float | None = None
    row: float | None = None
    slice_index: int = -1
    mm: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """How a viewport's pixels become voxels: column = first[0] + x * step[0], row likewise."""

    series_uid: str
    slice_index: int
    first: tuple[float, float]
    step: tuple[float, float]
    ends: tuple[float, float]  # columns and rows end here
    affine: tuple[float, ...]

    def at(self, x: float, y: float) -> tuple[float, float] | None:
        """(column, row) under a point of the viewport; None beside the image."""
        column, row = self.first[0] + x * self.step[0], self.first[1] + y * self.step[1]
        inside = -0.5 <= column < self.ends[0] and -0.5 <= row < self.ends[1]
        return (column, row) if inside else None


@dataclass(slots=True)
class Surroundings:
    """What lay on the screen so far: takes events in the order of their times."""

    trial: int = -1
    panels: tuple[tuple[str, float, float, float, float], ...] = ()  # what lies on top first
    views: dict[int, ViewChanged] = field(default_factory=dict)
    series: dict[str, SeriesOpened] = field(default_factory=dict)
    _looks: dict[int, _Look | None] = field(default_factory=dict)  # of the viewports asked for since the last change

    def take(self, event: Event) -> None:
        match event:
            case PanelsPlaced(panels=panels):
                self.panels = tuple(reversed(panels))
            case ViewChanged(viewport=viewport):
                self.views[viewport] = event
            case ViewportEmptied(viewport=viewport):
                self.views.pop(viewport, None)
            case SeriesOpened(series_uid=series_uid):
                self.series[series_uid] = event
            case TrialStarted(trial=trial):
                self.trial, self.views, self.series = trial, {}, {}
            case _:
                return
        self._looks.clear()

    def panel_at(self, x_px: float, y_px: float) -> tuple[str, Rect] | None:
        """The panel on top under a point of the screen, and where it lies."""
        for name, left, top, width, height in self.panels:
            if left <= x_px < left + width and top <= y_px < top + height:
                return name, (left, top, width, height)
        return None

    def place(self, sample: GazeSample) -> GazePlace:
        """A sample of gaze with what lay under it."""
        _, x, y, *_ = sample
        panel = None if x is None or y is None else self.panel_at(x, y)
        if panel is None or x is None or y is None:
            return GazePlace(*sample, self.trial)
        name, (left, top, width, height) = panel
        if not name.startswith(VIEWPORT):
            return GazePlace(*sample, self.trial, name)
        viewport, at = int(name[len(VIEWPORT) :]), (x - left, y - top)
        look = self._look(viewport, (width, height))
        point = look.at(*at) if look is not None else None
        if look is None or point is None:
            return GazePlace(*sample, self.trial, name, viewport, at)
        mm = position_mm(look.affine, *point, look.slice_index)
        return GazePlace(*sample, self.trial, name, viewport, at, look.series_uid, *point, look.slice_index, mm)

    def _look(self, viewport: int, size: tuple[float, float]) -> _Look | None:
        if viewport not in self._looks:
            view = self.views.get(viewport)
            opened = self.series.get(view.series_uid) if view is not None else None
            known = view is not None and opened is not None
            self._looks[viewport] = _looking(view, opened, size) if known else None  # type: ignore[arg-type]
        return self._looks[viewport]


def _looking(view: ViewChanged, opened: SeriesOpened, size: tuple[float, float]) -> _Look:
    """The inverse of how a viewport draws (viewers.view.screen_to_image): `zoom` is logical px per mm, and `centre_px`
    the image point in the middle. `size` serves for logs of before views told theirs.
    """
    width, height = view.size_px if min(view.size_px) > 0 else size
    row_mm, column_mm = pixel_mm(opened)
    step = (1 / (view.zoom * column_mm), 1 / (view.zoom * row_mm))
    first = (view.centre_px[0] - width / 2 * step[0], view.centre_px[1] - height / 2 * step[1])
    ends = (opened.columns - 0.5, opened.rows - 0.5)
    return _Look(view.series_uid, view.slice_index, first, step, ends, opened.affine)


def image_point(
    view: ViewChanged, opened: SeriesOpened, at: tuple[float, float], size: tuple[float, float]
) -> tuple[float, float] | None:
    """(column, row) under a point of a viewport (logical px from its corner); None beside the image.

    `size` is the viewport's, for logs of before views told theirs.
    """
    return _looking(view, opened, size).at(*at)


def placed(events: Iterable[Event]) -> Iterator[GazePlace]:
    """Every sample of gaze of one sign-in, in the order of their times, with what lay under it at its moment."""
    now = Surroundings()
    edges: list[tuple[int, int, int, Event | GazeSample]] = []  # at, changes before samples, in the log's order
    for number, event in enumerate(events):
        if isinstance(event, GazeMoved):
            edges += [(sample[0], 1, number, sample) for sample in event.samples]
        elif isinstance(event, (PanelsPlaced, ViewChanged, ViewportEmptied, SeriesOpened, TrialStarted)):
            edges.append((event.at_ns, 0, number, event))
    edges.sort(key=itemgetter(0, 1, 2))
    for _, _, _, each in edges:
        if isinstance(each, Event):
            now.take(each)
        else:
            yield now.place(each)
