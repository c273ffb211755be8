"""The check of an eye tracker against points on the screen: how far gaze is from where the reader was asked to look.

What belongs here: where points lie, and what their errors are. What does not: showing them (app.windows.gaze).

Accuracy is the distance from the point to the mean of the samples, precision their root mean square around that mean
(Holmqvist et al., Eye Tracking, 2011). The first moments after a point has come do not count: the eye is under way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.tracking.events.gaze import GazeCalibrated, GazeSample
from app.tracking.gaze.screens import GazeScreen, Point

LEAST_SAMPLES = 10
INSET = 0.1  # of width and height: points do not lie on the very edge

Outcome = Literal["accepted", "repeated", "without"]


@dataclass(frozen=True, slots=True)
class PointError:
    """What came of one point; `gaze` is where the reader looked in the mean, None where too few samples came."""

    point: Point
    samples: int
    gaze: Point | None = None
    error_px: float | None = None
    spread_px: float | None = None
    error_deg: float | None = None
    spread_deg: float | None = None


def points_in(left: float, top: float, width: float, height: float, count: int) -> tuple[Point, ...]:
    """5 points (the middle, then the corners) or 9, within a rectangle of the screen (logical px)."""
    near, far = INSET, 1 - INSET
    shares = [(0.5, 0.5), (near, near), (far, near), (far, far), (near, far)]
    if count == 9:
        shares += [(0.5, near), (far, 0.5), (0.5, far), (near, 0.5)]
    return tuple((left + x * width, top + y * height) for x, y in shares)


def error_at(point: Point, samples: Sequence[GazeSample], screen: GazeScreen) -> PointError:
    """The samples that came while the reader looked at a point."""
    seen = np.array([(x, y) for _, x, y, *_ in samples if x is not None and y is not None], np.float64).reshape(-1, 2)
    if len(seen) < LEAST_SAMPLES:
        return PointError(point, len(seen))
    x, y = (float(value) for value in seen.mean(axis=0))
    spread = float(np.sqrt(((seen - (x, y)) ** 2).sum(axis=1).mean()))
    return PointError(
        point,
        len(seen),
        gaze=(x, y),
        error_px=float(np.hypot(x - point[0], y - point[1])),
        spread_px=spread,
        error_deg=screen.angle(point, (x, y)),
        spread_deg=screen.angle((x, y), (x + spread, y)),
    )


def mean_deg(errors: Sequence[PointError]) -> float | None:
    """The mean error of the points that were seen, in degrees; None where none was, or degrees are not known."""
    known = [each.error_deg for each in errors if each.error_deg is not None]
    return sum(known) / len(known) if known else None


def is_good(errors: Sequence[PointError], at_most_deg: float) -> bool | None:
    """Whether each point was seen and the mean error is within bounds; None where degrees are not known."""
    if any(each.gaze is None for each in errors):
        return False
    mean = mean_deg(errors)
    return None if mean is None else mean <= at_most_deg


def calibrated(
    at_ns: int, errors: Sequence[PointError], screen: GazeScreen, outcome: Outcome, at_most_deg: float
) -> GazeCalibrated:
    """The check as the log keeps it, rounded to a hundredth of a pixel and a thousandth of a degree."""
    return GazeCalibrated(
        at_ns=at_ns,
        points=tuple((round(x, 2), round(y, 2)) for x, y in (each.point for each in errors)),
        error_px=tuple(_rounded(each.error_px, 2) for each in errors),
        error_deg=tuple(_rounded(each.error_deg, 3) for each in errors),
        spread_px=tuple(_rounded(each.spread_px, 2) for each in errors),
        spread_deg=tuple(_rounded(each.spread_deg, 3) for each in errors),
        samples=tuple(each.samples for each in errors),
        outcome=outcome,
        at_most_deg=at_most_deg,
        screen_px=screen.px,
        screen_mm=screen.mm,
        distance_mm=screen.distance_mm,
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
