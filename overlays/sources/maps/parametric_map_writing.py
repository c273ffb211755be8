"""Our fields as a DICOM parametric map, through highdicom: floats, doubles or integers with real world values.

What belongs here: pixels and real world values as highdicom wants them. What does not: reading (parametric_map), planes
(written_planes).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, AIResult
from overlays.sources.maps.written_planes import equipment, over_images, placed_right, planes, save
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from pydicom import Dataset

KEPT = {"uint8": np.uint16, "uint16": np.uint16, "float64": np.float64}  # integers have 16 bits (PS3.3 C.8.32.2)
UCUM, NO_UNITS = "UCUM", "no units"
LABEL_LETTERS, WORDS_LETTERS = 16, 64


def write(result: AIResult, images: Sequence[Dataset], path: Path) -> None:
    """Write a result's one field over the images that it was made from; its stored numbers, units and range are kept.

    Raises StudyProblem where there is not exactly one field, or it does not go over the images; OSError.
    """
    import highdicom as hd

    if len(result.maps) != 1 or result.maps[0].is_label or not images:
        raise StudyProblem(
            "A parametric map holds one field over images.", todo="Write each as a file, and labels as segmentations."
        )
    (ai_map,) = result.maps
    chosen = over_images(ai_map, images)
    pixels = np.ascontiguousarray(ai_map.values, KEPT.get(ai_map.values.dtype.name, np.float32))
    try:
        found: Dataset = hd.pm.ParametricMap(
            chosen,
            pixels,
            contains_recognizable_visual_features=False,
            real_world_value_mappings=[_real_world(ai_map, pixels)],
            voi_lut_transformations=[_window(ai_map)],
            content_description=ai_map.label[:WORDS_LETTERS] or None,
            **equipment(result),
            **planes(ai_map),
        )
    except (ValueError, TypeError, AttributeError, KeyError, RuntimeError) as error:
        raise StudyProblem(f"The map cannot be written over these images: {error}") from error
    found.setdefault("Laterality", "")  # of a body part that may be one of a pair (PS3.3 C.7.3.1), which nobody told us
    save(placed_right(found, ai_map, images), path)


def _window(ai_map: AIMap) -> Any:
    """The map's range as a window."""
    import highdicom as hd

    low, high = ai_map.value_range
    return hd.VOILUTTransformation(window_center=(low + high) / 2, window_width=max(1e-9, high - low))


def _real_world(ai_map: AIMap, pixels: NDArray[Any]) -> Any:
    """Slope, intercept, units, and the stored numbers that mean the ends of the map's range."""
    import highdicom as hd

    ends = sorted(ai_map.stored(each) for each in ai_map.value_range)
    if pixels.dtype.kind != "f":
        most = np.iinfo(pixels.dtype).max
        stored: tuple[float, float] = (max(0, round(ends[0])), min(int(most), round(ends[1])))
    else:
        stored = (float(ends[0]), float(ends[1]))
    units = ai_map.units or "1"
    return hd.pm.RealWorldValueMapping(
        lut_label=ai_map.label[:LABEL_LETTERS] or "map",
        lut_explanation=ai_map.label[:WORDS_LETTERS] or "map",
        unit=hd.sr.CodedConcept(units[:16], UCUM, units[:WORDS_LETTERS] if ai_map.units else NO_UNITS),
        value_range=stored,
        slope=ai_map.slope,
        intercept=ai_map.intercept,
    )
