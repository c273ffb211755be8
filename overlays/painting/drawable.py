"""Whether all of a result can be drawn: what cannot is not drawn by half.

What belongs here: the reason in words. What does not: whether it belongs to the images (placing).
"""

from __future__ import annotations

import numpy as np

from overlays.cutting.shapes import shape_points_mm
from overlays.result import AIMap, AIResult, InSegment, OnImage
from study_configs.words import translate
from viewers.volume import SeriesHeader


def why_not(result: AIResult, header: SeriesHeader) -> str:
    """Why a result cannot be drawn over a series, in words that follow "is not shown here"; "" where it can."""
    if header.is_curved:
        return translate("Layers", "this image is straightened along a curve and lies in no plane")
    if any(isinstance(each.geometry, OnImage | InSegment) for each in result.findings):
        return translate("Layers", "a finding has no place in the patient")
    if not all(np.isfinite(shape_points_mm(each.geometry)).all() for each in result.findings):
        return translate("Layers", "the place of a finding is not a number")
    if not all(_is_drawable(each) for each in result.maps):
        return translate("Layers", "a map has no proper grid or range of values")
    return ""


def _is_drawable(ai_map: AIMap) -> bool:
    affine = np.asarray(ai_map.affine, np.float64)
    low, high = ai_map.value_range
    has_grid = ai_map.values.ndim == 3 and affine.shape == (4, 4) and bool(np.isfinite(affine).all())
    has_range = ai_map.is_label or (low < high and np.isfinite((low, high)).all())
    return bool(has_grid and has_range and abs(np.linalg.det(affine[:3, :3])) > 1e-12)
