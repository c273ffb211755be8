"""What a tracker sends, as gaze on the screen: numbers as they arrive → samples as the log keeps them.

What belongs here: units, origins, eyes, what is no gaze, samples that are missing. What does not: the stream and its
clock (lsl, receiver).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.tracking.events.gaze import GazeMoved, GazeSample
from app.tracking.gaze.screens import GazeScreen
from app.tracking.gaze.streams import GazeLayout

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

FAR = 1.0  # screens beside the screen: what lies further off is a tracker's number for "nothing seen"
LARGEST_PUPIL_MM = 20.0


def moved(times_ns: Times, values: Floats, layout: GazeLayout, screen: GazeScreen, dropped: int = 0) -> GazeMoved:
    """Rows of a stream (n, channels), one or more, as an event: times on our clock, places in logical px."""
    x, y = on_screen(values, layout, screen)
    left, right = (_pupil_mm(values, each) for each in layout.pupils)
    fields = zip(GazeMoved.columns[1:], (x, y, left, right), strict=True)
    rounded = [[column.rounded(float(value)) for value in each] for column, each in fields]
    samples: tuple[GazeSample, ...] = tuple(zip(times_ns.tolist(), *rounded, strict=True))
    return GazeMoved(at_ns=samples[-1][0], samples=samples, dropped=dropped)


def on_screen(values: Floats, layout: GazeLayout, screen: GazeScreen) -> tuple[Floats, Floats]:
    """x and y in logical px from the screen's top left corner, NaN where the tracker saw nothing.

    Of two eyes it is the middle, or the one that was seen.
    """
    seen = np.array([[_place(values, pair, layout, screen) for pair in layout.points]])[0]  # eyes, 2, n
    lost = np.isnan(seen).any(axis=1)
    if layout.trusted:
        lost |= (values[:, list(layout.trusted)] <= 0).all(axis=1)
    seen = np.where(lost[:, None, :], np.nan, seen)
    count = np.maximum((~lost).sum(axis=0), 1)
    middle = np.where(lost.all(axis=0), np.nan, np.nansum(seen, axis=0) / count)
    return middle[0], middle[1]


def missing(times_ns: Times, rate_hz: float, before_ns: int | None) -> int:
    """How many samples a regular stream lacks among these and since the one before them; 0 without a regular rate."""
    if rate_hz <= 0:
        return 0
    known = times_ns if before_ns is None else np.concatenate([[before_ns], times_ns])
    steps = np.diff(known) * rate_hz / 1e9
    return int(np.round(steps[steps > 1.5] - 1).sum())


def _place(values: Floats, pair: tuple[int, int], layout: GazeLayout, screen: GazeScreen) -> Floats:
    """One eye's (x, y) in logical px, shape (2, n)."""
    across = np.array(screen.px, np.float64)[:, None]
    share = values[:, list(pair)].T / np.array(_whole(layout, screen))[:, None]
    if layout.origin == "centre":
        share = share + 0.5
    if layout.origin == "bottom_left":
        share = np.stack([share[0], 1 - share[1]])
    far = ~np.isfinite(share).all(axis=0) | (np.abs(share - 0.5) > 0.5 + FAR).any(axis=0)
    return np.where(far, np.nan, share * across)


def _whole(layout: GazeLayout, screen: GazeScreen) -> tuple[float, float]:
    """Width and height of the screen in the stream's unit. Raises ValueError for mm on a screen of unknown size."""
    if layout.units == "normalised":
        return (1.0, 1.0)
    if layout.units == "px":
        return layout.screen_px if min(layout.screen_px) > 0 else screen.device_px
    if not screen.has_mm:
        raise ValueError("Gaze in mm needs the screen's size in mm.")
    return screen.mm


def _pupil_mm(values: Floats, pupil: tuple[int, float] | None) -> Floats:
    if pupil is None:
        return np.full(len(values), np.nan)
    found = values[:, pupil[0]] * pupil[1]
    return np.where((found > 0) & (found <= LARGEST_PUPIL_MM), found, np.nan)
