"""CSV tables of boxes, points and scores: one row for each, tied to DICOM by UIDs (docs/ai_results.md has the columns).

What belongs here: rows to findings and assessments, and back. What does not: opening tables and numbers in them
(table_file), placing (overlays.placing).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from overlays.result import (
    AIResult,
    Assessment,
    Box,
    Dot,
    Ellipsoid,
    Finding,
    Geometry,
    ImageRef,
    Laterality,
    OnImage,
    Provenance,
    Reference,
    Space,
)
from overlays.sources.files import replace_by
from overlays.sources.tables.table_file import COLUMNS, TYING, Row, Table, load
from study_configs.problem import StudyProblem

SIDES: dict[str, Laterality] = {
    "": "",
    "l": "left",
    "left": "left",
    "r": "right",
    "right": "right",
    "b": "both",
    "both": "both",
    "bilateral": "both",
}
SAYS = frozenset(COLUMNS) - {*TYING, "patient", "frame", "id", "image_width", "image_height"}
CORNER = 0.5  # pixels count from the outer corner of the first one here, from its centre in OnImage
ORIGIN = Provenance("model", "", form="CSV")


@dataclass(frozen=True, slots=True)
class _Where:
    """What a row belongs to."""

    series_uid: str
    frame_of_reference_uid: str
    sop_uid: str
    exam_uid: str
    patient: str


@dataclass(slots=True)
class _Gathered:
    """What the rows that belong together say."""

    findings: list[Finding] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)


def read(path: Path) -> tuple[AIResult, ...]:
    """The results in a table, one for each series (or image, or exam) that rows name. Raises StudyProblem."""
    table = load(path)
    found: dict[_Where, _Gathered] = {}
    for row in table.rows:
        where = _where(row)
        gathered = found.setdefault(where, _Gathered())
        shape = _shape(row)
        if not row.has(*SAYS):
            continue  # it names images and says nothing of them: the AI found nothing there
        if shape is None:
            gathered.assessments.append(_assessment(row))
        else:
            gathered.findings.append(_finding(row, shape))
    _check_ids(table)
    return tuple(_result(table, where, gathered) for where, gathered in found.items())


def _result(table: Table, where: _Where, gathered: _Gathered) -> AIResult:
    named = Reference(where.series_uid, (where.sop_uid,) if where.sop_uid else (), where.exam_uid)
    return AIResult(
        "",
        where.series_uid,
        where.frame_of_reference_uid,
        tuple(gathered.findings),
        (),
        ORIGIN,
        assessments=tuple(gathered.assessments),
        references=(named,) if named != Reference("") else (),
        patient=where.patient,
        remarks=table.remarks,
    )


def _check_ids(table: Table) -> None:
    seen: dict[str, int] = {}
    for row in table.rows:
        name = row.text("id")
        if name and name in seen:
            raise row.problem(f"{name!r} stands in line {seen[name]} too", "id")
        seen[name] = row.line


def _where(row: Row) -> _Where:
    """Rows of one series belong together; of those that name none, the rows of one image, else of one exam."""
    series, space, image, exam = (
        row.uid(name) for name in ("series_uid", "frame_of_reference_uid", "sop_uid", "exam_uid")
    )
    if not (series or space or image or exam):
        raise row.problem(
            "it names no sop_uid, series_uid or exam_uid, so that nothing ties it to images", "series_uid"
        )
    return _Where(series, space, "" if series else image, exam, row.text("patient"))


def _shape(row: Row) -> Geometry | None:
    """Where a row points to; None where it speaks of the whole image, series or exam."""
    in_pixels, in_mm = row.has("x", "y", "width", "height"), row.has(*(name for name in COLUMNS if name[-3:] == "_mm"))
    if in_pixels and in_mm:
        raise row.problem("it has both pixels and mm; give one of the two", "x_mm")
    if in_mm:
        if not (row.uid("series_uid") or row.uid("frame_of_reference_uid")):
            raise row.problem("a place in mm needs the series that it lies in", "series_uid")
        return _in_mm(row)
    return _in_pixels(row) if in_pixels else None


def _in_pixels(row: Row) -> OnImage:
    if not row.uid("sop_uid"):
        raise row.problem("a place in pixels needs the image that it lies on", "sop_uid")
    left, top = row.needed("x") - CORNER, row.needed("y") - CORNER
    if not row.has("width", "height"):
        return OnImage("point", ((left, top),), _matrix(row))
    return OnImage("box", ((left, top), (left + row.length("width"), top + row.length("height"))), _matrix(row))


def _matrix(row: Row) -> tuple[int, int] | None:
    """How large the table says that the image is."""
    if not row.has("image_width", "image_height"):
        return None
    return round(row.length("image_width")), round(row.length("image_height"))


def _in_mm(row: Row) -> Geometry:
    """A box by its centre and edges along x, y, z, a sphere by its diameter, or a point."""
    centre = (row.needed("x_mm"), row.needed("y_mm"), row.needed("z_mm"))
    if row.has("diameter_mm"):
        radius = row.length("diameter_mm") / 2
        return Ellipsoid(centre, ((radius, 0.0, 0.0), (0.0, radius, 0.0), (0.0, 0.0, radius)))
    if row.has("width_mm", "height_mm", "depth_mm"):
        return Box(centre, (row.length("width_mm"), row.length("height_mm"), row.length("depth_mm")))
    return Dot(centre)


def _finding(row: Row, shape: Geometry) -> Finding:
    image = ImageRef(row.uid("sop_uid"), row.frame()) if isinstance(shape, OnImage) else None
    return Finding(
        id=row.text("id") or f"row-{row.line}",
        label=row.text("label") or "finding",
        score=row.score(),
        geometry=shape,
        provenance=ORIGIN,
        image=image,
        laterality=_side(row),
        site=row.text("site"),
        category=row.text("category"),
    )


def _assessment(row: Row) -> Assessment:
    """A row without a place."""
    score = row.score()
    if score is None and not row.text("category"):
        raise row.problem("it has no place, no score and no category", "score")
    image = ImageRef(row.uid("sop_uid"), row.frame()) if row.uid("sop_uid") else None
    name = row.text("id") or f"row-{row.line}"
    return Assessment(name, row.text("label") or "score", score, ORIGIN, row.text("category"), _side(row), image)


def _side(row: Row) -> Laterality:
    side = row.text("side")
    if side.lower() not in SIDES:
        raise row.problem(f"{side!r} is no side; write left, right or both", "side")
    return SIDES[side.lower()]


# --- writing ---------------------------------------------------------------------------------------------------------


def write(results: Iterable[AIResult], path: Path) -> None:
    """Write findings (boxes, points, spheres) and assessments. Raises StudyProblem where others are among them."""
    rows = [row for result in results for row in _rows(result, path)]
    names = [name for name in COLUMNS if any(row.get(name) not in (None, "") for row in rows)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    try:
        replace_by(path, text.getvalue().encode())
    except OSError as error:
        raise StudyProblem(f"The table cannot be written ({error.strerror}).", where=str(path)) from error


def _rows(result: AIResult, path: Path) -> Iterable[dict[str, object]]:
    exam = next((each.exam_uid for each in result.references if each.exam_uid), "")
    named: dict[str, object] = {"exam_uid": exam, "patient": result.patient}
    for each in result.findings:
        yield {
            **named,
            **_space(result.space_of(each)),
            **_image(each.image),
            "id": each.id,
            "label": each.label,
            "score": each.score,
            "side": each.laterality,
            "site": each.site,
            "category": each.category,
            **_place(each, path),
        }
    for said in result.assessments:
        told = {"id": said.id, "label": said.name, "score": said.score, "category": said.category, "side": said.side}
        yield {**named, **_space(result.space), **_image(said.image), **told}


def _space(space: Space) -> dict[str, object]:
    return {"series_uid": space.series_uid, "frame_of_reference_uid": space.frame_of_reference_uid}


def _image(image: ImageRef | None) -> dict[str, object]:
    return {} if image is None else {"sop_uid": image.sop_uid, "frame": image.frame}


def _place(finding: Finding, path: Path) -> dict[str, object]:
    shape = finding.geometry
    if isinstance(shape, OnImage) and (shape.kind == "box" or (shape.kind == "point" and len(shape.points) == 1)):
        (x, y), (right, bottom) = shape.points[0], shape.points[-1]
        corner: dict[str, object] = {"x": x + CORNER, "y": y + CORNER}
        if shape.matrix is not None:
            corner |= dict(zip(("image_width", "image_height"), shape.matrix, strict=True))
        return corner if shape.kind == "point" else corner | {"width": right - x, "height": bottom - y}
    if isinstance(shape, Dot):
        return _centre(shape.at_mm)
    if isinstance(shape, Box) and shape.directions == Box((0, 0, 0), (0, 0, 0)).directions:
        return _centre(shape.centre_mm) | dict(zip(("width_mm", "height_mm", "depth_mm"), shape.size_mm, strict=True))
    if isinstance(shape, Ellipsoid) and (radius := _radius(shape)):
        return _centre(shape.centre_mm) | {"diameter_mm": 2 * radius}
    raise StudyProblem(f"The finding {finding.id} has a shape that a table has no columns for.", where=str(path))


def _centre(point: tuple[float, float, float]) -> dict[str, object]:
    return dict(zip(("x_mm", "y_mm", "z_mm"), point, strict=True))


def _radius(shape: Ellipsoid) -> float:
    """Of a sphere as `_in_mm` makes it, 0 for any other ellipsoid."""
    radius = shape.half_axes_mm[0][0]
    return radius if shape.half_axes_mm == ((radius, 0, 0), (0, radius, 0), (0, 0, radius)) else 0.0
