"""What AI drew into a presentation state as findings on images: its graphics, with its texts as labels and scores.

What belongs here: annotations to findings and words (PS3.3 C.10.5). What does not: the state's bytes and showing it as
a state (viewers.dicom.gsps), writing one (gsps_writing).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from overlays.faults import Reason, fault_of
from overlays.result import (
    Advice,
    AIResult,
    Finding,
    ImageRef,
    OnImage,
    Pixel,
    Provenance,
    Reference,
    Space,
)
from overlays.sources.bounds import MOST_FINDINGS
from overlays.sources.dataset import items, named, open_dataset, provenance_of, references_of, result_of
from overlays.sources.outlines import is_closed
from overlays.sources.refusals import NotAResult
from overlays.sources.reports.shapes import circle, oddities
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.gsps import CLASSES, read_state
from viewers.dicom.problems import BadFile
from viewers.presentation.states import Annotation, Drawing, PresentationState, References, Words

if TYPE_CHECKING:
    from pydicom import Dataset

FORM = "DICOM presentation state"
PERCENT = re.compile(r"(?P<label>.*?)[\s:=,(-]*(?P<number>\d{1,3}(?:[.,]\d+)?)\s?%\)?$", re.S)
SHARE = re.compile(
    r"(?P<label>.*?)[\s:=,(-]*\b(?:score|probability|confidence|likelihood|certainty)\b[\s:=]*"
    r"(?P<number>[01](?:[.,]\d+)?)\)?$",
    re.S | re.I,
)
NO_SCORE = re.compile(
    r"\b(stenosis|fraction|ef|lvef|volume|area|density|emphysema|laa|uptake|washout|change|growth|reduction)\b", re.I
)
SCORE_WORDS = re.compile(r"[\s:=,(-]*\b(score|probability|confidence|likelihood|certainty)\b[\s:=]*$", re.I)


@dataclass(frozen=True, slots=True)
class Label:
    """What a text says of a drawing: words, and a score where it ends in a percentage."""

    words: str
    score: float | None = None


def read(path: Path) -> tuple[AIResult, ...]:
    """The findings drawn in a presentation state. Raises StudyProblem; NotAResult where nothing is drawn in it.

    An annotation's one text belongs to all its drawings, each of several to the one that its anchor (else its box) is
    nearest to. "98%", "nodule 98%"
    and "score 0.98" are a score and, before it, a label; percentages of stenosis, volume and the like are none.
    Shapes relative to the screen are left out with a remark, since they lie nowhere in the image.
    """
    with named(path):
        dataset = open_dataset(path, CLASSES)
        state = read_state(path)
        provenance, references = provenance_of(dataset, FORM), references_of(dataset)
        remarks = _unread(dataset, state)
        findings = _findings(state, references, provenance, remarks)
        loose = [words for each in state.annotations for words in each.words if _place(words) is None]
        advice = tuple(Advice(f"advice-{n}", words.text, provenance) for n, words in enumerate(loose, 1))
        if not findings and not advice:
            why = " ".join(remarks) or "Nothing is drawn in it."
            raise NotAResult(f"It is a presentation state without annotations on images. {why}", todo="Leave it out.")
        series = next((each.space.series_uid for each in findings if each.space), "")
        told = (*remarks, *_notes(findings))
        return (result_of(dataset, provenance, references, told, series_uid=series, findings=findings, advice=advice),)


def _findings(
    state: PresentationState, references: Sequence[Reference], provenance: Provenance, remarks: list[str]
) -> tuple[Finding, ...]:
    """Every shape on every image that its annotation is of; an annotation that names none is of all of the state's."""
    series_of = {uid: each.series_uid for each in references for uid in each.sop_uids}
    found: list[Finding] = []
    for annotation in state.annotations:
        drawn = _drawn(annotation, remarks)
        for image in _images(annotation.references or state.images):
            series = series_of.get(image.sop_uid, "")
            space = Space(series_uid=series) if series else None
            for shape, label in drawn:
                name = label.words or state.label or "finding"
                found.append(Finding(str(len(found) + 1), name, label.score, shape, provenance, image, space))
                if len(found) > MOST_FINDINGS:
                    raise BadFile(f"It draws more than {MOST_FINDINGS} shapes over its images.", todo=ASK_AGAIN)
    return tuple(found)


def _unread(dataset: Dataset, state: PresentationState) -> list[str]:
    """What the state draws beyond what was read of it."""
    remarks = []
    given = [
        item for each in items(dataset, "GraphicAnnotationSequence") for item in items(each, "GraphicObjectSequence")
    ]
    if lost := len(given) - sum(len(each.drawings) for each in state.annotations):
        remarks.append(f"{lost} drawings are left out: their kind is not known, or their points are no numbers.")
    if state.overlays or state.planes:
        remarks.append("It also shows bitmap overlays, which are not read as findings.")
    return remarks


def _images(references: References) -> list[ImageRef]:
    return [
        ref
        for each in references
        for ref in ([ImageRef(each.sop_uid, frame) for frame in each.frames] or [ImageRef(each.sop_uid)])
    ]


def _drawn(annotation: Annotation, remarks: list[str]) -> list[tuple[OnImage, Label]]:
    """The shapes of an annotation with their labels; a text that points at a place without a shape is a point."""
    on_image = [each for each in annotation.drawings if each.units == "image"]
    if len(on_image) < len(annotation.drawings):
        lost = len(annotation.drawings) - len(on_image)
        remarks.append(f"{lost} drawings are left out: they are relative to the screen, and lie nowhere in the image.")
    shapes = [_shape(each, remarks) for each in on_image]
    placed = [(each.text, at) for each in annotation.words if (at := _place(each)) is not None]
    if not shapes:
        return [(OnImage("point", (at,)), label_of(words)) for words, at in placed]
    labels: list[list[str]] = [[] for _ in shapes]
    for words, at in placed:
        nearest = _nearest(shapes, at)
        for index, own in enumerate(labels):
            if index == nearest or len(placed) == 1:
                own.append(words)
    return [(shape, label_of(" ".join(own))) for shape, own in zip(shapes, labels, strict=True)]


def _place(words: Words) -> Pixel | None:
    if words.anchor is not None and words.anchor_units == "image":
        return words.anchor
    if words.box is None or words.box_units != "image":
        return None
    left, top, right, bottom = words.box
    return (left + right) / 2, (top + bottom) / 2


def _nearest(shapes: Sequence[OnImage], at: Pixel) -> int:
    distances = [_distance(shape, at) for shape in shapes]
    return distances.index(min(distances))


def _distance(shape: OnImage, at: Pixel) -> tuple[float, float]:
    """From a shape's bounding box to a point (0 within), then from the middle of the box."""
    columns, rows = zip(*shape.points, strict=True)
    x, y = at
    across = max(min(columns) - x, 0.0, x - max(columns))
    down = max(min(rows) - y, 0.0, y - max(rows))
    middle = (min(columns) + max(columns)) / 2 - x, (min(rows) + max(rows)) / 2 - y
    return across**2 + down**2, middle[0] ** 2 + middle[1] ** 2


def _shape(drawing: Drawing, remarks: list[str]) -> OnImage:
    """A drawing as a shape. A filled line or one that ends where it began is a polygon (PS3.3 C.10.5.1.1)."""
    points = drawing.points
    if drawing.shape == "point":
        return OnImage("point", points[:1])
    if drawing.shape == "circle":
        return OnImage("ellipse", circle(points[0], points[1]))
    if drawing.shape == "ellipse":
        return OnImage("ellipse", points[:4])
    if drawing.shape == "interpolated":
        remarks.append("A curve is taken as straight lines between its points.")
    shape = OnImage("polygon", points[:-1]) if is_closed(points) else OnImage("polyline", points)
    if shape.kind == "polyline" and drawing.filled and len(points) > 2:
        shape = OnImage("polygon", points)
    if odd := oddities(shape):
        remarks.append(Reason(f"A drawing is odd: {odd}.", fault_of(odd)))
    return shape


def label_of(words: str) -> Label:
    """A label, and a score of 0..1 where the text ends in one."""
    plain = words.strip()
    for pattern, scale in ((PERCENT, 100.0), (SHARE, 1.0)):
        found = pattern.fullmatch(plain)
        if found is None or NO_SCORE.search(found["label"]):
            continue
        score = float(found["number"].replace(",", ".")) / scale
        if score <= 1:
            return Label(SCORE_WORDS.sub("", found["label"]).strip(" \n:=,(-"), score)
    return Label(plain)


def _notes(findings: Sequence[Finding]) -> list[str]:
    scored = sum(each.score is not None for each in findings)
    words = f"Texts that end in a percentage or score are taken to be findings' scores ({scored} here)."
    return [words] if scored else []
