"""Outlines of one thing on several slices, as AI gives them slice by slice, joined to one finding.

What belongs here: which findings are one, and what the one says. What does not: segmentations (merging), reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from overlays.cutting.outlines import slice_step_mm, slices_of_image
from overlays.result import AIResult, ContourStack, Ellipse, Finding, Point, Polygon
from viewers.volume import SeriesHeader

ROUND = np.linspace(0, 2 * np.pi, 72, endpoint=False)
CAD = "DICOM CAD SR"  # parts of a composite feature share a tracking id there (PS3.16 TID 4004, 4102)


def over_slices(result: AIResult, headers: Sequence[SeriesHeader]) -> AIResult:
    """The result with outlines of one tracking uid on slices of one series as one contour stack.

    Each contour is shown on the slice that it was drawn on and on no other. They stay apart where anything but their
    measurements differs (a score above all), where two lie on one image, and where their images are no stack of slices
    (mammograms, films). The result is placed: its shapes are in mm.
    """
    together: dict[str, list[Finding]] = {}
    for each in result.findings:
        together.setdefault(_tracked(each), []).append(each)
    joined = {several[0].id: _joined(several, headers) for several in together.values() if len(several) > 1}
    names = {each.id: one.id for several in together.values() if (one := joined.get(several[0].id)) for each in several}
    kept = [joined.get(each.id) or each for each in result.findings if names.get(each.id, each.id) == each.id]
    return replace(
        result,
        findings=tuple(kept),
        maps=tuple(replace(each, finding=names.get(each.finding, each.finding)) for each in result.maps),
        advice=tuple(replace(each, finding=names.get(each.finding, each.finding)) for each in result.advice),
        examples=tuple(replace(each, finding=names.get(each.finding, each.finding)) for each in result.examples),
    )


def _tracked(finding: Finding) -> str:
    """What findings that are one share: a tracking uid; the finding's own id where it has none."""
    return finding.tracking_uid or (finding.tracking_id if finding.provenance.form == CAD else "") or finding.id


def _joined(several: Sequence[Finding], headers: Sequence[SeriesHeader]) -> Finding | None:
    """The one that they are, None where they are not."""
    are_outlines = all(isinstance(each.geometry, Polygon | Ellipse) for each in several)
    spacing_mm = next((found for header in headers if (found := _spacing_mm(several, header))), None)
    if spacing_mm is None or not are_outlines or len({_alike(each) for each in several}) > 1:
        return None
    return replace(
        several[0],
        geometry=ContourStack(tuple(_outline(each) for each in several), spacing_mm),
        image=None,
        measurements=tuple(dict.fromkeys(said for each in several for said in each.measurements)),
        said=tuple(dict.fromkeys(said for each in several for said in each.said)),
    )


def _alike(finding: Finding) -> Finding:
    """A finding without what may differ from slice to slice."""
    return replace(finding, id="", image=None, geometry=Polygon(()), measurements=(), said=())


def _spacing_mm(several: Sequence[Finding], header: SeriesHeader) -> float | None:
    """How far apart the slices of this series are, where each finding lies on one of its own; else None."""
    slices = [slices_of_image(each.image, header.source) for each in several if each.image]
    alone = {found[0] for found in slices if len(found) == 1}
    is_stack = header.affine is not None and bool(header.slice_spacing_mm) and not header.in_time
    return slice_step_mm(header.grid_affine) if is_stack and len(alone) == len(several) else None


def _outline(finding: Finding) -> tuple[Point, ...]:
    shape = finding.geometry
    if isinstance(shape, Polygon):
        return shape.points_mm
    assert isinstance(shape, Ellipse)
    first, second = (np.array(half) for half in shape.half_axes_mm)
    around = np.array(shape.centre_mm) + np.cos(ROUND)[:, None] * first + np.sin(ROUND)[:, None] * second
    return tuple((float(x), float(y), float(z)) for x, y, z in around)
