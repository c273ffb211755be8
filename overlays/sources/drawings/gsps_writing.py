"""Findings on images written as a grayscale presentation state through highdicom: a shape each, its label beside it.

What belongs here: the way back from gsps. What does not: reports (reports.writing), readers' drawings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from overlays.result import AIResult, Finding, OnImage
from overlays.sources.reports.shapes import HALF_PIXEL
from study_configs.problem import StudyProblem
from viewers.measuring.evidence import source_image

if TYPE_CHECKING:
    from pydicom import Dataset

LAYER = "AI"
MOST_LETTERS = 10_000


def write(result: AIResult, images: Sequence[Path], path: Path, *, label: str = "AI") -> tuple[str, ...]:
    """Write a result's findings on images of one series as a presentation state; says what it cannot hold.

    The text of a finding is its label and, where it has one, its score in whole percent. `label` names the state: up to
    16 capital letters, digits, blanks and underscores. Raises StudyProblem where nothing can be written.
    """
    from highdicom import UID, pr

    sources = {str(each.SOPInstanceUID): each for each in map(source_image, images)}
    layer = pr.GraphicLayer(LAYER, order=1, description="AI results")
    left, drawn = [], []
    for each in result.findings:
        source = sources.get(each.image.sop_uid) if each.image else None
        if source is None or not isinstance(each.geometry, OnImage):
            left.append(f"Finding {each.id} is left out: it lies on none of these images.")
        else:
            drawn.append(_annotation(each, each.geometry, source, layer))
    if not drawn:
        raise StudyProblem("No finding lies on any of these images.", where=str(path))
    state = pr.GrayscaleSoftcopyPresentationState(
        referenced_images=list(sources.values()),
        series_instance_uid=UID(),
        series_number=9003,
        sop_instance_uid=UID(),
        instance_number=1,
        manufacturer=(result.provenance.maker or "ReaderLab")[:64],
        manufacturer_model_name=(result.provenance.model or "unknown")[:64],
        software_versions=(result.provenance.version or "unknown")[:64],
        device_serial_number="0",
        content_label=label,
        graphic_annotations=drawn,
        graphic_layers=[layer],
    )
    state.Laterality = next(iter(sources.values())).get("Laterality", "")  # may be of a paired part of the body
    state.save_as(path, enforce_file_format=True)
    return tuple(left)


def _annotation(finding: Finding, shape: OnImage, source: Dataset, layer: Any) -> Any:
    from highdicom import pr

    points = np.array(_points(shape), np.float64) + HALF_PIXEL
    known = {"tracking_id": finding.tracking_id, "tracking_uid": finding.tracking_uid}
    tracked = known if all(known.values()) else {}
    graphics = [pr.GraphicObject(_kind(shape), part, "PIXEL", **tracked) for part in _parts(shape, points)]
    anchor, words = (float(points[0][0]), float(points[0][1])), _text(finding)
    texts = [pr.TextObject(words, "PIXEL", anchor_point=anchor, anchor_point_visible=False)] if words else []
    return pr.GraphicAnnotation(
        [source], layer, referenced_frame_number=_frame(finding, source), graphic_objects=graphics, text_objects=texts
    )


def _frame(finding: Finding, source: Dataset) -> int | None:
    """The frame that a finding lies on, counted from 1; None on images of one frame."""
    if finding.image is None or finding.image.frame is None or int(source.get("NumberOfFrames", 1) or 1) == 1:
        return None
    return finding.image.frame + 1


def _kind(shape: OnImage) -> str:
    return {"point": "POINT", "ellipse": "ELLIPSE"}.get(shape.kind, "POLYLINE")


def _points(shape: OnImage) -> Sequence[tuple[float, float]]:
    """The points of a graphic: outlines closed, a box as its four corners."""
    if shape.kind == "box":
        (left, top), (right, bottom) = shape.points
        return (left, top), (right, top), (right, bottom), (left, bottom), (left, top)
    return (*shape.points, shape.points[0]) if shape.kind == "polygon" else shape.points


def _parts(shape: OnImage, points: Any) -> list[Any]:
    """A graphic for each of several points, one for any other shape."""
    return [points[at : at + 1] for at in range(len(points))] if shape.kind == "point" else [points]


def _text(finding: Finding) -> str:
    score = "" if finding.score is None else f"{finding.score:.0%}"
    return " ".join(word for word in (finding.label, score) if word)[:MOST_LETTERS]
