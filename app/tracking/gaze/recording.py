"""The gaze of a sign-in as a table, for exports: one row per sample, and what describes them all.

What belongs here: rows and their description. What does not: files (app.store.exports).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.tracking.events import Event, GazeCalibrated, GazeSourceOpened
from app.tracking.gaze.places import GazePlace, placed
from app.tracking.gaze.screens import GazeScreen
from app.tracking.gaze.trail import screen_of

UNITS = {
    "at_ns": "ns", "x_px": "px", "y_px": "px", "pupil_left_mm": "mm", "pupil_right_mm": "mm", "trial": "", "panel": "",
    "viewport": "", "viewport_x_px": "px", "viewport_y_px": "px", "series_uid": "", "column": "px", "row": "px",
    "slice_index": "", "x_mm": "mm", "y_mm": "mm", "z_mm": "mm",
}  # fmt: skip
Row = dict[str, str | int | float | None]


@dataclass(frozen=True, slots=True)
class GazeRecording:
    """What describes the samples of one sign-in. `mean_error_deg` is that of the check that was accepted last."""

    rate_hz: float
    manufacturer: str
    model: str
    screen: GazeScreen
    mean_error_deg: float | None
    begin_ns: int
    places: tuple[GazePlace, ...]

    def rows(self) -> Iterator[Row]:
        """One row per sample with the keys of UNITS; None where a value is not known."""
        return (_row(place) for place in self.places)


def recording(events: Sequence[Event]) -> GazeRecording | None:
    """The gaze of one sign-in, from its events; None where no sample of gaze is among them."""
    places = tuple(placed(events))
    opened = next((each for each in reversed(events) if isinstance(each, GazeSourceOpened)), None)
    if not places or opened is None:
        return None
    screen = screen_of(events) or GazeScreen(opened.screen_px)
    error = _mean_error(events)
    return GazeRecording(opened.rate_hz, opened.manufacturer, opened.model, screen, error, places[0].at_ns, places)


def _mean_error(events: Sequence[Event]) -> float | None:
    checks = [each for each in events if isinstance(each, GazeCalibrated) and each.accepted]
    known = [error for error in (checks[-1].error_deg if checks else ()) if error is not None]
    return sum(known) / len(known) if known else None


def _row(place: GazePlace) -> Row:
    across, down = place.in_viewport_px or (None, None)
    x, y, z = place.mm or (None, None, None)
    over_image = bool(place.series_uid)
    return {
        "at_ns": place.at_ns,
        "x_px": place.x_px,
        "y_px": place.y_px,
        "pupil_left_mm": place.pupil_left_mm,
        "pupil_right_mm": place.pupil_right_mm,
        "trial": place.trial if place.trial >= 0 else None,
        "panel": place.panel,
        "viewport": place.viewport if place.viewport >= 0 else None,
        "viewport_x_px": across,
        "viewport_y_px": down,
        "series_uid": place.series_uid,
        "column": place.column,
        "row": place.row,
        "slice_index": place.slice_index if over_image else None,
        "x_mm": x,
        "y_mm": y,
        "z_mm": z,
    }
