"""What the reader measures and paints on the images.

What belongs here: measurements and segments, whole each time. What does not: marks, which answer a question (course).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.tracking.events.base import Doer, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementMade(Event):
    """The reader measured or pointed at something; all of its geometry, and the numbers that stood beside it.

    `points` are voxels (column, row, slice) of the series' files, `points_mm` the same in LPS mm, or in the image's own
    mm where it carries no patient geometry. `sop_uid` and `frame` name the image that it lies on, "" where it lies on
    none (a recut plane). `numbers` are (name, value, unit); `remark` says why they are not in mm. `number` is its place
    in the list, from 1.
    """

    trial: int
    phase: int
    measurement: str
    number: int
    kind: str
    series_uid: str
    sop_uid: str
    frame: int
    plane: str
    points: tuple[tuple[float, float, float], ...]
    points_mm: tuple[tuple[float, float, float], ...]
    numbers: tuple[tuple[str, float, str], ...]
    remark: str = ""
    name: str = ""
    colour: int = 0
    confidence: int | None = None
    label_px: tuple[float, float] | None = None
    by: Doer = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementChanged(MeasurementMade):
    """The same measurement, moved, named or coloured otherwise: as it is from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementRemoved(Event):
    """A measurement was taken away."""

    trial: int
    phase: int
    measurement: str
    by: Doer = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPainted(Event):
    """A stroke of the brush ended, or a correction of the AI's mask `of` began.

    `flipped` holds the voxels that it turned over (runs, deflated, base64: viewers.measuring.masks), so that the mask
    is the sum of its strokes; `shape` is the grid's slices, rows and columns, `voxels` how many are in it now.
    """

    trial: int
    phase: int
    segment: str
    series_uid: str
    shape: tuple[int, int, int]
    flipped: str
    added: int
    removed: int
    voxels: int
    name: str = ""
    colour: int = 0
    of: str = ""
    by: Doer = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRemoved(Event):
    """A painted segment was taken away, all of it."""

    trial: int
    phase: int
    segment: str
    by: Doer = "reader"
