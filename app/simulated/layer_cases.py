"""Made-up exams with made-up AI results in every form, to look at layers with: the gallery of docs/layers.md.

What belongs here: what the phantom's AIs say, and the files that say it. What does not: its pictures (layer_pictures).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.placing.results import placed
from overlays.result import (
    Advice,
    AIMap,
    AIResult,
    Assessment,
    Box,
    ContourStack,
    Example,
    Finding,
    ImageRef,
    Measured,
    OnImage,
    Provenance,
    Reference,
    Said,
    Segment,
)
from resources.phantoms.chest_ct import PhantomExam, PhantomNodule, make_exam
from resources.phantoms.series import write_series
from viewers.dicom.scan import scan
from viewers.geometry import apply, inverse
from viewers.volume import SeriesHeader

SEED, SLICES = 11, 60
MADE_AT = "2026-01-31T12:00:00+00:00"
SCORES = (0.93, 0.71, 0.38)  # of the true nodules; what is no nodule gets less
FALSE_ALARMS = ((0.34, 0.45, 0.55, 0.47), (0.68, 0.62, 0.3, 0.26), (0.62, 0.35, 0.7, 0.12))  # shares of the grid, score
LUNG_HU, BONE_HU, BODY_HU = -550, 200, -200
LUNG_SEGMENTS = (Segment(1, "right lung"), Segment(2, "left lung"), Segment(3, "bones"), Segment(4, "soft tissue"))
Voxels = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Chest:
    """The phantom, its files, and its header as the viewer has it."""

    exam: PhantomExam
    files: tuple[Path, ...]
    header: SeriesHeader

    @property
    def affine(self) -> NDArray[np.float64]:
        return self.header.grid_affine

    def place_mm(self, column: float, row: float, slice_: float) -> tuple[float, float, float]:
        x, y, z = apply(self.affine, np.array([[column, row, slice_]]))[0]
        return float(x), float(y), float(z)


def write_chest(folder: Path) -> Chest:
    """The phantom chest CT as files in `folder`."""
    exam = make_exam(SEED, len(SCORES), slices=SLICES)
    files = tuple(write_series(exam, folder, case="layers"))
    return Chest(exam, files, scan(folder).series[0])


def made_by(model: str, version: str = "1.0") -> Provenance:
    return Provenance("model", model, version=version, made_at=MADE_AT, maker="a made-up laboratory")


def result(chest: Chest, ai: str, model: str, **content: Any) -> AIResult:
    """A result of a made-up model over the phantom."""
    header = chest.header
    parts = {"findings": (), "maps": (), **content}
    uids = tuple(instance.sop_uid for instance in header.instances)
    reference = Reference(header.series_uid, uids, header.exam_uid)
    frame = header.frame_of_reference_uid
    whole = AIResult(ai, header.series_uid, frame, provenance=made_by(model), references=(reference,), **parts)
    parts_made = [each.provenance for each in whole.findings] + [each.provenance for each in whole.maps]
    return replace(whole, provenance=parts_made[0])


# --- what the AIs say


def nodules(chest: Chest) -> AIResult:
    """A detector: boxes with scores, measurements, words, what it says of the case."""
    origin = made_by("LungAid", "2.1")
    found = [_nodule(origin, f"n{n}", each, SCORES[n]) for n, each in enumerate(chest.exam.nodules)]
    for number, (column, row, slice_, score) in enumerate(FALSE_ALARMS):
        at = chest.place_mm(column * 512, row * 512, slice_ * SLICES)
        found.append(Finding(f"x{number}", "nodule", score, Box(at, (9.0, 9.0, 9.0)), origin))
    text = "A solid nodule in the right lung. Compare with the prior exam; without one, CT in three months."
    assessed = (
        Assessment("a1", "malignancy", 0.62, origin, category="4A", side="right"),
        Assessment("a2", "malignancy", 0.08, origin, category="1", side="left"),
    )
    return result(
        chest,
        "nodules",
        "LungAid",
        findings=tuple(found),
        assessments=assessed,
        advice=(Advice("t1", text, origin),),
        examples=(Example("e1", "A nodule that was proven benign", _example(chest), origin, score=0.81),),
    )


def _nodule(origin: Provenance, name: str, nodule: PhantomNodule, score: float) -> Finding:
    size = nodule.diameter_mm + 4
    return Finding(
        name,
        "nodule",
        score,
        Box(nodule.centre_mm, (size, size, size)),
        origin,
        laterality="right" if nodule.centre_mm[0] < 0 else "left",
        measurements=(Measured("diameter", nodule.diameter_mm, "mm"),),
        said=(Said("density", nodule.density),),
    )


def _example(chest: Chest) -> NDArray[np.uint8]:
    """A cut-out around the first nodule, as another case might look."""
    column, row, slice_ = (
        apply(inverse(chest.affine), np.array([chest.exam.nodules[1].centre_mm]))[0].round().astype(int)
    )
    part = chest.exam.hu[slice_, row - 32 : row + 32, column - 32 : column + 32].astype(np.float32)
    grey = np.clip((part + 1350) / 1500 * 255, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(cv2.cvtColor(cv2.resize(grey, (192, 192)), cv2.COLOR_GRAY2RGB))


def outlines(chest: Chest) -> AIResult:
    """Contour stacks around the nodules."""
    origin = made_by("OutlineNet")
    found = []
    for number, nodule in enumerate(chest.exam.nodules):
        stack = _ball_contours(chest, nodule)
        found.append(Finding(f"c{number}", "nodule", SCORES[number], stack, origin))
    return result(chest, "outlines", "OutlineNet", findings=tuple(found))


def _ball_contours(chest: Chest, nodule: PhantomNodule) -> ContourStack:
    step = abs(float(chest.affine[2, 2]))
    x, y, z = nodule.centre_mm
    middle = round((z - chest.affine[2, 3]) / chest.affine[2, 2])
    planes = [chest.affine[2, 3] + n * chest.affine[2, 2] for n in (middle - 1, middle, middle + 1)]
    rings = []
    for plane in planes:
        squared = (nodule.diameter_mm / 2 + 1.5) ** 2 - (plane - z) ** 2
        if squared > 0:
            angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
            wavy = np.sqrt(squared) * (1 + 0.12 * np.sin(5 * angles))
            rings.append(
                tuple((x + r * np.cos(a), y + r * np.sin(a), plane) for r, a in zip(wavy, angles, strict=True))
            )
    return ContourStack(tuple(rings), step)


def organs(chest: Chest) -> AIResult:
    """A label map of lungs, bones and the rest, on the image's own grid; the file recommends no colours."""
    hu = np.stack([cv2.medianBlur(plane, 5) for plane in chest.exam.hu])
    body = _largest(hu > BODY_HU)
    air = (hu < LUNG_HU) & _inside(body)
    right = np.arange(hu.shape[2]) < hu.shape[2] // 2
    values = np.zeros(hu.shape, np.uint8)
    values[body] = 4
    values[hu > BONE_HU] = 3
    values[air & right], values[air & ~right] = 1, 2
    origin = made_by("OrganNet", "3")
    ai_map = AIMap("m1", "organs", "label", values, chest.affine, (0.0, 4.0), "", origin, segments=LUNG_SEGMENTS)
    return result(chest, "organs", "OrganNet", maps=(ai_map,))


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """On every slice the largest region: the body without its table."""
    out = np.zeros_like(mask)
    for index, plane in enumerate(mask):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(plane.astype(np.uint8))
        if count > 1:
            out[index] = labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return out


def _inside(body: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What the body encloses on every slice, itself included."""
    out = np.zeros_like(body)
    for plane, filled in zip(body, out, strict=True):
        contours, _ = cv2.findContours(plane.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        canvas = np.zeros(plane.shape, np.uint8)
        cv2.drawContours(canvas, contours, -1, 1, cv2.FILLED)
        filled[:] = canvas > 0
    return out


def heat(chest: Chest, kind: str = "saliency") -> AIResult:
    """A field that is high at the nodules: what raised a score, on a coarse grid of its own."""
    origin = made_by("LungAid", "2.1")
    coarse = chest.affine @ np.diag([4.0, 4.0, 1.0, 1.0])
    grid = np.indices((SLICES, 128, 128)).reshape(3, -1)[::-1].T
    places = apply(coarse, grid.astype(np.float64))
    values = np.zeros(len(places), np.float32)
    for nodule, score in zip(chest.exam.nodules, SCORES, strict=True):
        away = np.linalg.norm(places - nodule.centre_mm, axis=1)
        values = np.maximum(values, score * np.exp(-((away / 22.0) ** 2)).astype(np.float32))
    field = values.reshape(SLICES, 128, 128)
    label = "what raised the score" if kind == "saliency" else "chance of a nodule"
    made = AIMap("h1", label, kind, field, coarse, (0.0, 1.0), "", origin)  # type: ignore[arg-type]
    return result(chest, "nodules" if kind == "saliency" else "chances", "LungAid", maps=(made,))


def perfusion(chest: Chest) -> AIResult:
    """A parametric field with units over the lungs, with the file's own colour map."""
    origin = made_by("FlowMap")
    air = np.stack([cv2.GaussianBlur((plane < LUNG_HU).astype(np.float32), (0, 0), 6) for plane in chest.exam.hu])
    rows = np.linspace(0.4, 1.0, air.shape[1], dtype=np.float32)[None, :, None]
    inside = _inside(_largest(chest.exam.hu > BODY_HU))
    field = np.where(inside, air * rows * 180, 0).astype(np.float32)
    made = AIMap("p1", "blood volume", "parametric", field, chest.affine, (0.0, 180.0), "ml/100 g", origin)
    return result(chest, "flow", "FlowMap", maps=(replace(made, colours="hot_iron"),))


def boxes_on_image(chest: Chest) -> AIResult:
    """Boxes in pixels on single images, as COCO and CSV have them."""
    origin = made_by("SliceNet")
    found = []
    for number, nodule in enumerate(chest.exam.nodules):
        column, row, slice_ = apply(inverse(chest.affine), np.array([nodule.centre_mm]))[0]
        instance = chest.header.instances[round(slice_)]
        corners = ((column - 12.0, row - 12.0), (column + 12.0, row + 12.0))
        on_image = OnImage("box", corners, (512, 512))
        found.append(
            Finding(f"b{number}", "opacity", SCORES[number], on_image, origin, image=ImageRef(instance.sop_uid))
        )
    return result(chest, "slices", "SliceNet", findings=tuple(found))


def box_on(header: SeriesHeader, corners: tuple[tuple[float, float], tuple[float, float]]) -> AIResult:
    """A box between shares of a single image, and a field that is high there; what it finds is made up."""
    origin = made_by("ShapeAid")
    (left, top), (right, bottom) = ((x * header.columns, y * header.rows) for x, y in corners)
    image = ImageRef(header.instances[0].sop_uid)
    on_image = OnImage("box", ((left, top), (right, bottom)), (header.columns, header.rows))
    found = Finding("r1", "made-up finding", 0.83, on_image, origin, image=image)
    rows, columns = np.mgrid[: header.rows, : header.columns].astype(np.float32)
    away = np.hypot(columns - (left + right) / 2, rows - (top + bottom) / 2) / (1.2 * (right - left))
    field = np.exp(-(away**2)).astype(np.float32)[None]
    made = AIMap("f1", "made up", "saliency", field, np.eye(4), (0.0, 1.0), "", origin, images=(image,))
    frame = header.frame_of_reference_uid
    whole = AIResult("shapes", header.series_uid, frame, findings=(found,), maps=(made,), provenance=origin)
    return placed(whole, [header]).result
