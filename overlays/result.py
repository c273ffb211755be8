"""One model of AI results, whatever form they arrived in: findings and maps in patient mm, with provenance.

What belongs here: the frozen values. What does not: reading them (sources), changing them (planted), drawing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import StudyProblem
from viewers.volume import SeriesHeader

Point = tuple[float, float, float]  # LPS mm
Origin = Literal["model", "shifted", "edited", "sham", "human_written"]
MapKind = Literal["saliency", "probability", "segmentation"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result came from. `planted` names the planted error's id where the protocol put this in or changed it."""

    origin: Origin
    model: str
    version: str = ""
    sha256: str = ""
    made_at: str = ""  # ISO 8601 UTC
    planted: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in LPS: centre and full edge lengths in mm (x, y, z)."""

    centre_mm: Point
    size_mm: Point


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed planar contour of LPS points in mm."""

    points_mm: tuple[Point, ...]


Geometry = Box | Polygon


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that AI points out; `score` is continuous in 0..1."""

    id: str
    label: str
    score: float
    geometry: Geometry
    provenance: Provenance


@dataclass(frozen=True, slots=True, eq=False)
class AIMap:
    """A field over space. `values` is float32 (slices, rows, columns) on `affine` (column, row, slice → LPS mm).

    `value_range` is fixed per model and method, never taken from this image (a min-max per image paints a hot spot on a
    normal film). `finding` names the finding that the map explains, empty for a whole-case map.
    """

    id: str
    label: str
    kind: MapKind
    values: NDArray[np.float32]
    affine: NDArray[np.float64]
    value_range: tuple[float, float]
    units: str
    provenance: Provenance
    finding: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AIResult:
    """Everything that one AI says about one series."""

    ai: str  # the AI's id in the protocol
    series_uid: str
    frame_of_reference_uid: str
    findings: tuple[Finding, ...]
    maps: tuple[AIMap, ...]
    provenance: Provenance


def stranger(result: AIResult, header: SeriesHeader) -> str:
    """Why the result may not be laid over this series; empty where it may.

    It may where it was made for this very series, or shares its frame of reference (DICOM PS3.3 C.7.4.1), in which
    patient mm mean the same place.
    """
    if result.series_uid == header.series_uid:
        differs = result.frame_of_reference_uid and header.frame_of_reference_uid
        if differs and result.frame_of_reference_uid != header.frame_of_reference_uid:
            return "it names this series with another frame of reference"
        return ""
    if not result.frame_of_reference_uid or not header.frame_of_reference_uid:
        return "it was made for another series, and no frame of reference ties the two together"
    if result.frame_of_reference_uid != header.frame_of_reference_uid:
        return "it lies in another frame of reference"
    return ""


def check_belongs(result: AIResult, header: SeriesHeader, *, where: str = "") -> None:
    """Raise StudyProblem with the reason where the result may not be laid over this series."""
    reason = stranger(result, header)
    if reason:
        raise StudyProblem(
            f"The AI result {result.ai!r} does not belong to series {header.series_uid}: {reason}.",
            where=where,
            todo="Use a result that was made from this series.",
        )
