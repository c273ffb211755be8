"""Where gaze was: screen → panel → viewport → image → patient, from the log alone.

What belongs here: one fold over events. What does not: how long it was there (attention), fixations.

Every sample is placed by what the log says of its own moment: PanelsPlaced (what lay where on the screen), ViewChanged
(what a viewport showed, and how), SeriesOpened (where its voxels lie in the patient).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import sqrt
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
from app.tracking.places import position_mm

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


@dataclass(slots=True)
class Surroundings:
    """What lay on the screen so far: takes events in the order of their times."""

    trial: int = -1
    panels: tuple[tuple[str, float, float, float, float], ...] = ()
    views: dict[int, ViewChanged] = field(default_factory=dict)
    series: dict[str, SeriesOpened] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        match event:
            case PanelsPlaced(panels=panels):
                self.panels = panels
            case ViewChanged(viewport=viewport):
                self.views[viewport] = event
            case ViewportEmptied(viewport=viewport):
                self.views.pop(viewport, None)
            case SeriesOpened(series_uid=series_uid):
                self.series[series_uid] = event
            case TrialStarted(trial=trial):
                self.trial, self.views, self.series = trial, {}, {}

    def panel_at(self, x_px: float, y_px: float) -> tuple[str, Rect] | None:
        """The innermost panel under a point of the screen, and where it lies; a viewport lies within others."""
        over = [
            (width * height, name, (left, top, width, height))
            for name, left, top, width, height in self.panels
            if left <= x_px < left + width and top <= y_px < top + height
        ]
        if not over:
            return None
        _, name, rect = min(over)
        return name, rect

    def place(self, sample: tuple[int, float | None, float | None, float | None, float | None]) -> GazePlace:
        """A sample of gaze with what lay under it."""
        found = GazePlace(*sample, trial=self.trial)
        _, x, y, *_ = sample
        panel = None if x is None or y is None else self.panel_at(x, y)
        if panel is None or x is None or y is None:
            return found
        name, (left, top, width, height) = panel
        found = found._replace(panel=name)
        if not name.startswith(VIEWPORT):
            return found
        return self._on_image(found, int(name.removeprefix(VIEWPORT)), (x - left, y - top), (width, height))

    def _on_image(
        self, found: GazePlace, viewport: int, at: tuple[float, float], size: tuple[float, float]
    ) -> GazePlace:
        found = found._replace(viewport=viewport, in_viewport_px=at)
        view = self.views.get(viewport)
        opened = self.series.get(view.series_uid) if view is not None else None
        point = image_point(view, opened, at, size) if view is not None and opened is not None else None
        if view is None or opened is None or point is None:
            return found
        column, row = point
        return found._replace(
            series_uid=view.series_uid,
            column=column,
            row=row,
            slice_index=view.slice_index,
            mm=position_mm(opened.affine, column, row, view.slice_index),
        )


def image_point(
    view: ViewChanged, opened: SeriesOpened, at: tuple[float, float], size: tuple[float, float]
) -> tuple[float, float] | None:
    """(column, row) under a point of a viewport (logical px from its corner); None beside the image.

    The inverse of how a viewport draws (viewers.view.screen_to_image): `zoom` is logical px per mm, and `centre_px` the
    image point in the middle. `size` serves for logs of before views told theirs.
    """
    width, height = view.size_px if min(view.size_px) > 0 else size
    row_mm, column_mm = pixel_mm(opened)
    column = view.centre_px[0] + (at[0] - width / 2) / (view.zoom * column_mm)
    row = view.centre_px[1] + (at[1] - height / 2) / (view.zoom * row_mm)
    inside = -0.5 <= column < opened.columns - 0.5 and -0.5 <= row < opened.rows - 0.5
    return (column, row) if inside else None


def pixel_mm(opened: SeriesOpened) -> tuple[float, float]:
    """(row, column) spacing with which a series is drawn: as said, else the affine's, else square pixels."""
    if min(opened.pixel_mm) > 0:
        return opened.pixel_mm
    if len(opened.affine) != 16:
        return (1.0, 1.0)
    column, row = (sqrt(sum(opened.affine[at + axis] ** 2 for at in (0, 4, 8))) for axis in (0, 1))
    return (row, column)


def placed(events: Iterable[Event]) -> Iterator[GazePlace]:
    """Every sample of gaze of one sign-in, in the order of their times, with what lay under it at its moment."""
    now = Surroundings()
    edges: list[tuple[int, int, object]] = []
    for number, event in enumerate(events):
        if isinstance(event, GazeMoved):
            edges += [(sample[0], number, sample) for sample in event.samples]
        elif isinstance(event, (PanelsPlaced, ViewChanged, ViewportEmptied, SeriesOpened, TrialStarted)):
            edges.append((event.at_ns, -1, event))
    for _, _, each in sorted(edges, key=lambda edge: edge[:2]):
        if isinstance(each, Event):
            now.take(each)
        else:
            yield now.place(each)  # type: ignore[arg-type]
