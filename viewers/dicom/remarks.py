"""What is to be said of how the slices of a stack lie: gaps, uneven steps, tilt, slices aside, what tags say otherwise.

What belongs here: numbers to plain words. What does not: the numbers (viewers.geometry) and the order (stacks).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from viewers import geometry
from viewers.dicom.frames import Frame

WHOLE = 0.1  # how far from a whole number of steps a gap may be to count as missing slices
NOISE_DEG = 0.05  # orientations that differ by less are rounding noise
ASIDE_MM = 0.1
ROUNDING_MM = 0.11  # positions that are rounded to a tenth of a millimetre make no stack uneven
TAG_SHARE = 0.05  # a SpacingBetweenSlices that differs by a smaller share is not worth a word
SHOWN = 3  # gaps that are named one by one


def geometry_remarks(
    frames: Sequence[Frame], affine: geometry.Array, spacing: geometry.Spacing, positions: geometry.Array
) -> list[str]:
    """Sentences on a sorted stack of at least two placed slices."""
    steps = np.diff(positions, axis=0) @ geometry.stack_direction(np.concatenate([affine[:3, 0], affine[:3, 1]]))
    usual = float(np.median(steps))
    found = [
        *_gaps(spacing.gaps, steps, usual),
        *_aside(affine, positions, spacing),
        *_tilt(affine, spacing, frames[0].facts.tilt_deg),
        *_turned(frames),
    ]
    said = frames[0].facts.slice_step_mm
    if said and usual and abs(abs(said) - usual) > TAG_SHARE * usual + 0.01:
        found.append(
            f"The files say {abs(said):g} mm between slices (SpacingBetweenSlices), their positions {usual:.3g} mm: "
            "the positions count."
        )
    return found


def _gaps(gaps: tuple[int, ...], steps: geometry.Array, usual: float) -> list[str]:
    even = np.arange(len(steps) + 1) * float(steps.mean())
    if not gaps or np.abs(np.concatenate([[0], np.cumsum(steps)]) - even).max() <= ROUNDING_MM:
        return []
    missing = {gap: round(float(steps[gap]) / usual) - 1 for gap in gaps if _is_whole(float(steps[gap]) / usual)}
    worst = max(float(steps[gap]) for gap in gaps)
    exact = "Only each slice's own position is exact."
    uneven = (
        f"Slices are not evenly spaced: {len(gaps)} of {len(steps)} steps differ from {usual:.2f} mm, "
        f"the widest is {worst:.2f} mm."
    )
    if len(missing) < len(gaps):
        return [f"{uneven} {exact}"]
    count = sum(missing.values())
    where = ", ".join(f"after slice {gap + 1} ({float(steps[gap]):.2f} mm)" for gap in gaps[:SHOWN])
    more = f" and at {len(gaps) - SHOWN} more places" if len(gaps) > SHOWN else ""
    lack = "1 slice seems" if count == 1 else f"{count} slices seem"
    return [f"{uneven} {lack} to be missing: {where}{more}. {exact}"]


def _is_whole(ratio: float) -> bool:
    return ratio > 1.5 and abs(ratio - round(ratio)) < WHOLE


def _aside(affine: geometry.Array, positions: geometry.Array, spacing: geometry.Spacing) -> list[str]:
    """Slices that lie sideways of the line that the others follow."""
    if len(positions) < 3:
        return []
    line = np.asarray(spacing.step_mm) / (np.linalg.norm(spacing.step_mm) or 1.0)
    away = positions - positions[0]
    off = np.linalg.norm(away - np.outer(away @ line, line), axis=1)
    worst = int(np.argmax(off))
    if off[worst] <= ASIDE_MM:
        return []
    return [
        f"The slices do not follow one line: slice {worst + 1} lies {off[worst]:.1f} mm aside. "
        "Only each slice's own position is exact."
    ]


def _tilt(affine: geometry.Array, spacing: geometry.Spacing, said: float | None) -> list[str]:
    if spacing.tilted:
        degrees = tilt_deg(affine)
        tag = f", {said:g}° in the files" if said is not None else ""
        return [f"The slices are sheared against their normal by {degrees:.1f}° (gantry tilt{tag})."]
    if said and abs(said) > 0.5 and _is_axial(affine):
        return [f"The files say a gantry tilt of {said:g}°, but their positions show none: the positions count."]
    return []


def tilt_deg(affine: geometry.Array) -> float:
    """The angle between the step from slice to slice and the normal of the slices."""
    step = affine[:3, 2]
    normal = np.cross(affine[:3, 0], affine[:3, 1])
    cosine = abs(float(step @ normal)) / float(np.linalg.norm(step) * np.linalg.norm(normal))
    return math.degrees(math.acos(min(1.0, cosine)))


def _is_axial(affine: geometry.Array) -> bool:
    normal = np.cross(affine[:3, 0], affine[:3, 1])
    return bool(abs(normal[2]) > 0.9999 * float(np.linalg.norm(normal)))


def _turned(frames: Sequence[Frame]) -> list[str]:
    """Orientations that differ within a stack, by more than rounding."""
    distinct = {frame.orientation for frame in frames if frame.orientation is not None}
    if len(distinct) < 2:
        return []
    all_of_them = np.array(sorted(distinct))
    widest = float(np.abs(all_of_them - np.array(frames[0].orientation)).max())
    degrees = math.degrees(math.asin(min(1.0, widest)))
    if degrees < NOISE_DEG:
        return []
    return [f"The slices are turned against each other by up to {degrees:.2f}°: that of the first is used for all."]
