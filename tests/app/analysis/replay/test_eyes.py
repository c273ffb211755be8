"""Where the eye rested is worked out a minute at a time, and is what all of the gaze together gives."""

from __future__ import annotations

import random

import pytest

from app.analysis.replay.eyes import Eyes
from app.analysis.replay.reel import Reel
from app.tracking.events import (
    Event,
    GazeMoved,
    GazeSourceOpened,
    PanelsPlaced,
    SeriesOpened,
    TrialStarted,
    ViewChanged,
)
from app.tracking.gaze.trail import Trail
from tests.pace import least_ms


def view(at_ns: int, index: int) -> ViewChanged:
    return ViewChanged(
        at_ns=at_ns, viewport=0, series_uid="1.2", slice_index=index, centre_px=(256.0, 256.0), zoom=1.5,
        window_centre=40.0, window_width=400.0, inverted=False,
    )  # fmt: skip


def gaze(seconds: int, rate_hz: int) -> list[Event]:
    """An eye that rests for 0.3 s here and there on a stack that is scrolled, and blinks; a case each 70 s."""
    chance, step = random.Random(5), 10**9 // rate_hz
    found: list[Event] = [
        GazeSourceOpened(
            at_ns=0, name="x", kind="lsl", rate_hz=rate_hz, units="px", screen_px=(1920, 1080),
            screen_mm=(520.0, 290.0), distance_mm=650.0,
        ),
        PanelsPlaced(at_ns=1, panels=(("viewport 0", 100.0, 100.0, 800.0, 800.0),)),
    ]  # fmt: skip
    for tenth in range(seconds * 10):
        at = tenth * 10**8 + 10
        if tenth % 700 == 0:
            found.append(TrialStarted(at_ns=at, trial=tenth // 700, case="c", condition="a"))
            found.append(
                SeriesOpened(at_ns=at + 1, trial=tenth // 700, series_uid="1.2", modality="CT", rows=512, columns=512,
                             frames=40, affine=(1.0, 0, 0, 0, 0, 1.0, 0, 0, 0, 0, 2.0, 0, 0, 0, 0, 1.0))
            )  # fmt: skip
        if tenth % 10 == 0:
            found.append(view(at + 2, tenth % 40))
        if tenth % 3 == 0:
            x, y = chance.uniform(150, 850), chance.uniform(150, 850)
        times = range(at + 3, at + 10**8, step)
        blinks = tenth % 17 == 0
        samples = tuple((each, None, None, None, None) if blinks else (each, x, y, 3.0, 3.1) for each in times)
        found.append(GazeMoved(at_ns=samples[-1][0], samples=samples))
    return sorted(found, key=lambda each: each.at_ns)


def test_that_the_eyes_rests_are_those_of_all_gaze_together():
    events = gaze(200, 60)
    eyes, whole = Eyes(events), Trail.of(events)
    for second in (150, 3, 59.9, 60, 61.5, 119.99, 120.3, 199, 71, 0):
        at_ns = round(second * 1e9)
        assert eyes.rests(at_ns, 2000.0) == whole.at(at_ns, 2000.0).rests, second
    assert any(rest.place.mm is not None for rest in eyes.rests(10**11, 2000.0))


@pytest.mark.slow
def test_that_an_hour_at_250_hz_opens_in_less_than_two_seconds_more():
    events = gaze(3600, 250)
    without = [each for each in events if not isinstance(each, GazeMoved)]
    assert least_ms(lambda: Reel(events), times=2) - least_ms(lambda: Reel(without), times=2) < 2_000


def test_that_without_a_tracker_there_is_nothing():
    assert Eyes([view(5, 0)]).rests(10, 2000.0) == ()
    assert Eyes([]).rests(10, 2000.0) == ()
