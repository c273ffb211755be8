"""The results of measuring attention, and the settings that they depend on.

What belongs here: frozen values. What does not: folding events (timeline, points), the measures themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Basis = Literal["view", "pointer", "gaze"]
RegionKind = Literal["finding", "lesion", "mark", "rest"]
Strategy = Literal["driller", "scanner", ""]
Vector = tuple[float, float, float]
Here = tuple[int, int]  # trial, phase


@dataclass(frozen=True, slots=True)
class Level:
    """What counts as covered by view: shown at `magnification` or more (device pixels per image pixel, the smaller of
    both directions) for `shown_ms` of active time or more; 0 ms means at all."""

    magnification: float
    shown_ms: float


@dataclass(frozen=True, slots=True)
class Settings:
    """What the measures leave open. Radii in mm of the patient, angles in degrees of vision.

    `region_mm` is the radius of a place that is known as a point only, `margin_mm` what is added to a lesion's radius;
    `gap_ms` is how long a sample of gaze stands for at most; `full_run` and `half_run` are shares of a stack's slices.
    """

    region_mm: float = 10.0
    margin_mm: float = 5.0
    levels: tuple[Level, ...] = (Level(0.0, 0.0), Level(0.0, 200.0), Level(1.0, 200.0), Level(2.0, 200.0))
    field_mm: float = 30.0
    field_deg: float = 2.5
    gap_ms: float = 100.0
    full_run: float = 0.5
    half_run: float = 0.25


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a case whose dwell is asked for: a lesion of the reference, LPS mm."""

    name: str
    centre_mm: Vector
    radius_mm: float


@dataclass(frozen=True, slots=True)
class Time:
    """`raw_ms` on the clock, `active_ms` of it with an attentive reader."""

    raw_ms: float
    active_ms: float


@dataclass(frozen=True, slots=True)
class RegionDwell:
    """Time in a region of one phase. `first_ms` counts the phase's raw time before the first visit, None for never.

    The region "rest" is time on images (by view: with an image on the screen) in no other region.
    """

    trial: int
    phase: int
    basis: Basis
    kind: RegionKind
    name: str
    time: Time
    visits: int
    first_ms: float | None


@dataclass(frozen=True, slots=True)
class PanelDwell:
    """Time that a named part of the reading window was on the screen (view), under the pointer, or under gaze."""

    trial: int
    phase: int
    basis: Basis
    panel: str
    time: Time


@dataclass(frozen=True, slots=True)
class SliceDwell:
    """Time on a slice. By view, two viewports that show the same slice count once; a pointer or gaze is on one."""

    trial: int
    phase: int
    basis: Basis
    series_uid: str
    slice_index: int
    time: Time


@dataclass(frozen=True, slots=True)
class LayerDwell:
    """Time that the pointer or gaze was on a viewport which painted something of a layer."""

    trial: int
    phase: int
    basis: Basis
    layer: str
    time: Time


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a stack was covered in a phase.

    By view, `magnification` and `shown_ms` are the level; by pointer or gaze, `field_mm` or `field_deg` is the radius
    of the field around it, and `shown_ms` 0. `slices` are those with anything covered; `share` is that of the stack's
    voxels.
    """

    trial: int
    phase: int
    basis: Basis
    series_uid: str
    magnification: float | None
    shown_ms: float
    field_mm: float | None
    field_deg: float | None
    slices: int
    slices_of: int
    share: float


@dataclass(frozen=True, slots=True)
class Profile:
    """How a reader went through a stack: in depth by view, in the plane by pointer or gaze ("" where there is none)."""

    trial: int
    phase: int
    basis: Basis
    series_uid: str
    active_s: float
    slice_changes: int
    slices_travelled: int
    courses: int
    full_runs: int
    half_runs: int
    oscillations: int
    depth_changes: int
    quadrant_changes: int | None
    index: float | None
    strategy: Strategy

    @property
    def quadrant_changes_per_s(self) -> float | None:
        """Per second of active time; None without a pointer or gaze."""
        return self.quadrant_changes / self.active_s if self.quadrant_changes is not None and self.active_s else None


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything about one reader's sitting, over all of its sign-ins.

    `phases` is the time that the phases took; `conditions` are by trial.
    """

    phases: dict[Here, Time]
    conditions: dict[int, str]
    slices: tuple[SliceDwell, ...] = ()
    regions: tuple[RegionDwell, ...] = ()
    layers: tuple[LayerDwell, ...] = ()
    panels: tuple[PanelDwell, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    profiles: tuple[Profile, ...] = ()
