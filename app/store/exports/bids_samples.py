"""Streams of samples in BIDS: gaze as an eye-tracking recording, the pointer as events; and the screen they are on.

What belongs here: those files and their sidecars. What does not: the rest of the data set (bids).

Source: BIDS 1.11, physiological recordings with PhysioType eyetrack: a recording entity, a file without header whose
first columns are timestamp, x_coordinate, y_coordinate, and the screen's size, resolution and distance in the sidecar
of the events. Pointer samples come when the pointer moves, so they have no sampling frequency, which physio asks for.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from app.store.reader import LoggedEvent
from app.tracking.events import Event, MonitorsDescribed, PointerMoved, SittingStarted
from app.tracking.events.gaze import GazeCalibrated, GazeMoved, GazeSourceOpened

GAZE_COLUMNS = ("timestamp", "x_coordinate", "y_coordinate", "pupil_size_left", "pupil_size_right")
GAZE_WORDS: dict[str, dict[str, str]] = {
    "timestamp": {"Description": "Monotonic clock of the workstation.", "Units": "ns"},
    "x_coordinate": {"Description": "Gaze, from the left of the screen, in its logical pixels.", "Units": "pixel"},
    "y_coordinate": {"Description": "Gaze, from the top of the screen, in its logical pixels.", "Units": "pixel"},
    "pupil_size_left": {"Description": "Diameter of the left pupil.", "Units": "mm"},
    "pupil_size_right": {"Description": "Diameter of the right pupil.", "Units": "mm"},
}
POINTER_COLUMNS = ("onset", "duration", "trial_type", "viewport", "series_uid", "column", "row", "slice")
POINTER_WORDS: dict[str, dict[str, str]] = {
    "onset": {"Description": "Time after the sign-in's first event.", "Units": "s"},
    "duration": {"Description": "0: the pointer was there at this moment.", "Units": "s"},
    "trial_type": {"Description": "pointer"},
    "viewport": {"Description": "Viewport from 0."},
    "series_uid": {"Description": "The stack under the pointer, with @plane where it is cut again."},
    "column": {"Description": "Image column, pixel centres at whole numbers."},
    "row": {"Description": "Image row, pixel centres at whole numbers."},
    "slice": {"Description": "Slice, from 0."},
}


def write_gaze(logged: Sequence[LoggedEvent], zero_ns: int, stem: Path) -> None:
    """STEM.tsv.gz and STEM.json, where the log has gaze."""
    samples = [sample for each in logged if isinstance(each.event, GazeMoved) for sample in each.event.samples]
    if not samples:
        return
    lines = ("\t".join("n/a" if value is None else str(value) for value in sample) for sample in samples)
    _write_gz(Path(f"{stem}.tsv.gz"), (f"{line}\n" for line in lines))
    times = (samples[0][0], samples[-1][0])
    told = {
        "SamplingFrequency": _rate(logged, len(samples), times),
        "StartTime": (times[0] - zero_ns) / 1e9,
        "Columns": list(GAZE_COLUMNS),
        "PhysioType": "eyetrack",
        "RecordedEye": "cyclopean",
        "SampleCoordinateSystem": "gaze-on-screen",
        **_tracker(logged),
        **_calibration(logged),
        **GAZE_WORDS,
    }
    _write_json(Path(f"{stem}.json"), told)


def write_pointer(logged: Sequence[LoggedEvent], zero_ns: int, stem: Path) -> None:
    """STEM.tsv and STEM.json, where the log has pointer samples."""
    rows = list(_pointer_rows(logged, zero_ns))
    if rows:
        lines = ("\t".join(map(str, row)) + "\n" for row in (POINTER_COLUMNS, *rows))
        Path(f"{stem}.tsv").write_text("".join(lines), encoding="utf-8")
        _write_json(Path(f"{stem}.json"), {"StimulusPresentation": screen_of(logged), **POINTER_WORDS})


def screen_of(logged: Sequence[LoggedEvent]) -> dict[str, Any]:
    """StimulusPresentation: the screen, as the log last described it; n/a for what nobody told."""
    events = [each.event for each in logged]
    told: dict[str, Any] = {"ScreenOrigin": ["top", "left"], "ScreenDistance": "n/a"}
    told |= {"ScreenResolution": "n/a", "ScreenSize": "n/a", "SoftwareName": "ReaderLab"}
    for event in events:
        told |= _screen_in(event)
    return told


def _screen_in(event: Event) -> dict[str, Any]:
    match event:
        case SittingStarted():
            return {"SoftwareVersion": event.program_version} if event.program_version else {}
        case MonitorsDescribed():
            return _monitor(event)
        case GazeSourceOpened() | GazeCalibrated():
            size = {"ScreenSize": [mm / 1000 for mm in event.screen_mm]} if all(event.screen_mm) else {}
            pixels = {"ScreenResolution": list(event.screen_px)} if all(event.screen_px) else {}
            return {**size, **pixels, **({"ScreenDistance": event.distance_mm / 1000} if event.distance_mm else {})}
    return {}


def _monitor(event: MonitorsDescribed) -> dict[str, Any]:
    """The monitor that the window is on, in logical pixels, since gaze is given in them."""
    for name, _, _, _, _, _, width, height, _, width_mm, height_mm, refresh_hz in event.monitors:
        if name == event.window_on:
            size = {"ScreenSize": [width_mm / 1000, height_mm / 1000]} if width_mm and height_mm else {}
            return {"ScreenResolution": [width, height], "ScreenRefreshRate": refresh_hz, **size}
    return {}


def _tracker(logged: Sequence[LoggedEvent]) -> dict[str, Any]:
    opened = [each.event for each in logged if isinstance(each.event, GazeSourceOpened)]
    if not opened:
        return {}
    last = opened[-1]
    told = {"Manufacturer": last.manufacturer, "ManufacturersModelName": last.model}
    distance = {"EyeTrackerDistance": last.distance_mm / 1000} if last.distance_mm else {}
    return {**{name: text for name, text in told.items() if text}, **distance}


def _calibration(logged: Sequence[LoggedEvent]) -> dict[str, Any]:
    """What the checks against points on the screen found; of the last that was accepted, else of the last."""
    checks = [each.event for each in logged if isinstance(each.event, GazeCalibrated)]
    if not checks:
        return {"CalibrationCount": 0}
    last = next((each for each in reversed(checks) if each.accepted), checks[-1])
    errors = [each for each in last.error_deg if each is not None]
    told: dict[str, Any] = {
        "CalibrationCount": len(checks),
        "CalibrationPosition": [list(point) for point in last.points],
        "CalibrationUnit": "pixel",
        "CalibrationType": f"check of {len(last.points)} points",
    }
    if errors:
        told |= {"AverageCalibrationError": fmean(errors), "MaximalCalibrationError": max(errors)}
    return told


def _rate(logged: Sequence[LoggedEvent], samples: int, times: tuple[int, int]) -> float:
    """What the tracker declares, else what came, Hz."""
    declared = [each.event.rate_hz for each in logged if isinstance(each.event, GazeSourceOpened)]
    lasted_s = (times[1] - times[0]) / 1e9
    return next((rate for rate in reversed(declared) if rate), (samples - 1) / lasted_s if lasted_s else 0.0)


def _pointer_rows(logged: Sequence[LoggedEvent], zero_ns: int) -> Iterator[tuple[Any, ...]]:
    for each in logged:
        if isinstance(each.event, PointerMoved):
            stack = getattr(each.event, "series_uid", "") or "n/a"
            for at_ns, column, row, index in each.event.samples:
                yield (f"{(at_ns - zero_ns) / 1e9:.9f}", 0, "pointer", each.event.viewport, stack, column, row, index)


def _write_gz(path: Path, lines: Iterator[str]) -> None:
    """Compressed without a time stamp, so that the same samples give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as file:
        for line in lines:
            file.write(line.encode())


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
