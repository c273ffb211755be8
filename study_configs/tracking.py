"""What is recorded beside the log that every sitting has: the section tracking.

What belongs here: that section as values. What does not: receiving gaze (app.tracking.gaze), the check (app.windows).
"""

from __future__ import annotations

from typing import Literal

from study_configs.section import Number, Section, Text, Whole, key


class GazeCheck(Section):
    """The tracker is checked against points on the screen before the first case of each sitting."""

    points: Literal[5, 9] = key(5, "How many points: 5 (the middle and the corners) or 9.", example=9)
    at_most_deg: Number = key(
        1.5,
        "The mean distance between points and gaze, in degrees, from which on the reader is advised to set the tracker "
        "up again. Readers can go on all the same, or without the tracker; the log says which.",
        example=1.0,
        gt=0,
        le=20,
    )
    distance_mm: Whole = key(
        650, "From the reader's eyes to the screen; readers can change it.", example=600, ge=200, le=2000
    )


class Tracking(Section):
    """What is recorded beside the log that every sitting has."""

    gaze: Literal["off", "lsl"] = key(
        "off",
        "Where gaze comes from. off: none. lsl: an eye tracker that sends it over the Lab Streaming Layer.",
        example="lsl",
    )
    stream: Text = key(
        "", "Name of the stream; without, the first of the type Gaze.", example="Tobii Pro Spark", max_length=100
    )
    units: Literal["normalised", "px", "mm"] | None = key(
        None,
        "Unit of the place on the screen, where the stream does not say: normalised (0 to 1 across the screen), px "
        "(the screen's own pixels) or mm.",
        example="normalised",
    )
    origin: Literal["top_left", "bottom_left", "centre"] = key(
        "top_left",
        "Where on the screen the tracker counts from; y goes up from bottom_left, and down otherwise.",
        example="bottom_left",
    )
    check: GazeCheck | None = key(
        None,
        "The check against points on the screen before the first case; none without.",
        example={"points": 9, "at_most_deg": 1.0},
    )
