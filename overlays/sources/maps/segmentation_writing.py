"""Our maps as a DICOM segmentation, through highdicom: label map, binary or fractional, as their kinds ask for.

What belongs here: which sort of segmentation, segments in words, pixels as highdicom wants them. What does not: reading
(segmentation), planes (written_planes).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, AIResult, Code, Segment
from overlays.sources.maps.written_planes import check_grid, equipment, over_images, placed_right, planes, save
from overlays.sources.maps.written_runs import run_length_encode
from study_configs.problem import StudyProblem
from viewers.dicom.cielab import to_lab

if TYPE_CHECKING:
    from highdicom.seg import SegmentDescription
    from pydicom import Dataset

STRUCTURE = Code("123037004", "SCT", "Anatomical Structure")
UNSPECIFIED = Code("85756007", "SCT", "Tissue")
LARGEST_FRACTION = 255


def write(result: AIResult, images: Sequence[Dataset], path: Path) -> None:
    """Write a result's maps over the images that they were made from.

    One label map becomes a label map segmentation; one of several that overlap a binary one; chances and shares a
    fractional one with the stored numbers. Raises StudyProblem where the maps do not fit into one file, OSError.
    """
    if not result.maps or not images:
        raise StudyProblem("There is no map to write, or no image that it belongs to.")
    check_grid(result.maps)
    kinds = {"field" if each.kind in ("probability", "fractional") else each.kind for each in result.maps}
    if kinds == {"field"}:
        write_fractional(result, images, path)
    elif kinds == {"label"} and len(result.maps) == 1:
        write_label_map(result, images, path)
    elif kinds <= {"label", "binary"}:
        write_binary(result, images, path)
    else:
        raise StudyProblem(
            f"Maps of the kinds {', '.join(sorted(kinds))} do not go into one segmentation.",
            todo="Write fields other than chances as parametric maps, and each sort as a file of its own.",
        )


def write_label_map(result: AIResult, images: Sequence[Dataset], path: Path) -> None:
    """One label map as a label map segmentation (SOP class …66.7), run-length encoded."""
    (ai_map,) = result.maps
    segments = sorted(ai_map.segments, key=lambda each: each.number)
    described = [_described(each, each.number, ai_map) for each in segments]
    found = _segmentation(result, images, ai_map.values, "LABELMAP", described)
    run_length_encode(found)
    save(found, path)


def write_binary(result: AIResult, images: Sequence[Dataset], path: Path) -> None:
    """Every segment of every map as bits of its own, numbered from 1 in their order."""
    pairs = _in_order(result.maps)
    described = [_described(segment, number, ai_map) for number, (ai_map, segment) in enumerate(pairs, 1)]
    if len(result.maps) == 1:
        values = result.maps[0].values
        numbers = np.zeros(int(values.max(initial=0)) + 1, values.dtype)
        for number, (_, segment) in enumerate(pairs, 1):
            numbers[segment.number : segment.number + 1] = number
        pixels = numbers[values]
    else:
        pixels = np.stack([ai_map.values == segment.number for ai_map, segment in pairs], axis=-1)
    save(_segmentation(result, images, pixels, "BINARY", described), path)


def write_fractional(result: AIResult, images: Sequence[Dataset], path: Path) -> None:
    """Every field as one segment; stored numbers of up to 255 are kept, floats become 255ths."""
    first = result.maps[0]
    is_stored = all(each.values.dtype == np.uint8 and each.slope == first.slope for each in result.maps)
    most = max(1, min(LARGEST_FRACTION, round(1 / first.slope))) if is_stored else LARGEST_FRACTION
    fields: list[NDArray[np.float32]] = []
    described: list[SegmentDescription] = []
    for number, ai_map in enumerate(result.maps, 1):
        meant = np.nan_to_num(ai_map.values.astype(np.float64) * ai_map.slope + ai_map.intercept)
        fields.append(np.clip(meant, 0, 1).astype(np.float32))
        segment = next(iter(ai_map.segments), Segment(number, ai_map.label))
        described.append(_described(segment, number, ai_map))
    save(
        _segmentation(
            result,
            images,
            np.stack(fields, axis=-1),
            "FRACTIONAL",
            described,
            fractional_type="PROBABILITY" if first.kind == "probability" else "OCCUPANCY",
            max_fractional_value=most,
        ),
        path,
    )


def _in_order(maps: Sequence[AIMap]) -> list[tuple[AIMap, Segment]]:
    pairs = [(ai_map, segment) for ai_map in maps for segment in ai_map.segments]
    return sorted(pairs, key=lambda pair: pair[1].number)


def _segmentation(
    result: AIResult,
    images: Sequence[Dataset],
    pixels: NDArray[Any],
    kind: str,
    described: list[SegmentDescription],
    **more: Any,
) -> Dataset:
    import highdicom as hd

    first = result.maps[0]
    chosen = over_images(first, images)
    try:
        found: Dataset = hd.seg.Segmentation(
            chosen, pixels, kind, described, **equipment(result), **planes(first), **more
        )
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise StudyProblem(f"The maps cannot be written over these images: {error}") from error
    return placed_right(found, first, images)


# --- segments in words ----------------------------------------------------------------------------------------------


def _described(segment: Segment, number: int, ai_map: AIMap) -> SegmentDescription:
    import highdicom as hd

    made = ai_map.provenance
    is_human = made.origin == "human_written"
    algorithm = hd.AlgorithmIdentificationSequence(
        (made.model or "unknown")[:64],
        _concept(Code("123110", "DCM", "Artificial Intelligence")),
        made.version or "unknown",
    )
    found = hd.seg.SegmentDescription(
        number,
        segment.label[:64],
        _concept(segment.category or STRUCTURE),
        _concept(segment.code or UNSPECIFIED),
        "MANUAL" if is_human else "AUTOMATIC",
        algorithm_identification=None if is_human else algorithm,
        tracking_uid=segment.tracking_uid or None,
        tracking_id=segment.tracking_id or None if segment.tracking_uid else None,
    )
    if segment.colour is not None:
        found.RecommendedDisplayCIELabValue = to_lab(segment.colour)
    return found


def _concept(code: Code) -> Any:
    from highdicom.sr import CodedConcept

    return CodedConcept(code.value, code.scheme, code.meaning[:64])
