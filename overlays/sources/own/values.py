"""The checked forms of ReaderLab's own file turned into values, and values into the plain objects that JSON has.

What belongs here: both directions, field by field. What does not: files (result_file), bounds (form).
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

import numpy as np

from overlays.result import (
    Advice,
    AIMap,
    AIResult,
    Assessment,
    Box,
    Code,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Example,
    Finding,
    Geometry,
    ImageRef,
    InSegment,
    Measured,
    OnImage,
    Polygon,
    Polyline,
    Provenance,
    Reference,
    Said,
    Segment,
    Space,
)
from overlays.sources.own import form

KEYS = {  # what a shape's key is in the file
    Dot: "point",
    Box: "box",
    Ellipsoid: "ellipsoid",
    Ellipse: "ellipse",
    Polygon: "polygon",
    Polyline: "polyline",
    ContourStack: "contours",
    OnImage: "on_image",
    InSegment: "in_segment",
}
SHAPES = {key: shape for shape, key in KEYS.items()}

Plain = dict[str, Any]


# --- reading ---------------------------------------------------------------------------------------------------------


def provenance_of(part: form.ProvenanceForm | None, whole: Provenance) -> Provenance:
    """A part's own provenance, or that of the whole result."""
    return whole if part is None else Provenance(**part.model_dump())


def finding_of(given: form.FindingForm, whole: Provenance) -> Finding:
    return Finding(
        id=given.id,
        label=given.label,
        score=given.score,
        geometry=_geometry(given),
        provenance=provenance_of(given.provenance, whole),
        image=image_of(given.image),
        space=space_of(given.space),
        scores=given.scores,
        laterality=given.laterality,
        site=given.site,
        category=given.category,
        measurements=tuple(Measured(each.name, each.value, each.units) for each in given.measurements),
        said=tuple(Said(each.name, each.value) for each in given.said),
        code=_code(given.code),
        tracking_id=given.tracking_id,
        tracking_uid=given.tracking_uid,
        held_back=given.held_back,
    )


def _geometry(given: form.FindingForm) -> Geometry:
    if given.sphere is not None:
        radius = given.sphere.radius_mm
        return Ellipsoid(given.sphere.centre_mm, ((radius, 0.0, 0.0), (0.0, radius, 0.0), (0.0, 0.0, radius)))
    key = next(key for key in SHAPES if getattr(given, key) is not None)
    shape: Geometry = SHAPES[key](**getattr(given, key).model_dump())
    return shape


def segment_of(given: form.SegmentForm) -> Segment:
    category = _code(given.category)
    return Segment(
        given.number, given.label, given.colour, _code(given.code), category, given.tracking_id, given.tracking_uid
    )


def assessment_of(given: form.AssessmentForm, whole: Provenance) -> Assessment:
    own = provenance_of(given.provenance, whole)
    return Assessment(given.id, given.name, given.score, own, given.category, given.side, image_of(given.image))


def advice_of(given: form.AdviceForm, whole: Provenance) -> Advice:
    return Advice(given.id, given.text, provenance_of(given.provenance, whole), given.finding)


def reference_of(given: form.ReferenceForm) -> Reference:
    return Reference(given.series_uid, given.sop_uids, given.exam_uid)


def image_of(given: form.ImageForm | None) -> ImageRef | None:
    return None if given is None else ImageRef(given.sop_uid, given.frame)


def space_of(given: form.SpaceForm | None) -> Space | None:
    return None if given is None else Space(given.series_uid, given.frame_of_reference_uid)


def _code(given: form.CodeForm | None) -> Code | None:
    return None if given is None else Code(given.value, given.scheme, given.meaning)


# --- writing ---------------------------------------------------------------------------------------------------------


def as_plain(result: AIResult, maps: list[str], examples: list[str]) -> Plain:
    """What the JSON says of a result whose maps and examples lie in these files. Empty fields are left out."""
    whole = result.provenance
    return {
        "readerlab_ai": form.VERSION,
        **plain_fields(result, "findings", "maps", "assessments", "advice", "examples", "provenance"),
        "provenance": plain_fields(whole),
        "findings": [_finding(each, whole) for each in result.findings],
        "maps": [_map(each, name, whole) for each, name in zip(result.maps, maps, strict=True)],
        "assessments": [_part(each, whole) for each in result.assessments],
        "advice": [_part(each, whole) for each in result.advice],
        "examples": [
            _part(each, whole, "pixels") | {"file": name} for each, name in zip(result.examples, examples, strict=True)
        ],
    }


def _finding(finding: Finding, whole: Provenance) -> Plain:
    shape = finding.geometry
    return _part(finding, whole, "geometry") | {KEYS[type(shape)]: plain_fields(shape)}


def _map(ai_map: AIMap, file: str, whole: Provenance) -> Plain:
    return {"file": file} | _part(ai_map, whole, "values")


def _part(part: Finding | AIMap | Assessment | Advice | Example, whole: Provenance, *left_out: str) -> Plain:
    """A part's fields; its provenance only where it is not that of the whole result."""
    own = {} if part.provenance == whole else {"provenance": plain_fields(part.provenance)}
    return plain_fields(part, "provenance", *left_out) | own


def plain_fields(value: Any, *left_out: str) -> Plain:
    """The fields of a dataclass that say something."""
    named = [(each, getattr(value, each.name)) for each in fields(value) if each.name not in left_out]
    return {each.name: _plain(content) for each, content in named if not _is_default(each, content)}


def _is_default(described: Field[Any], content: Any) -> bool:
    return described.default is not MISSING and described.default == content


def _plain(content: Any) -> Any:
    if isinstance(content, np.ndarray):
        return content.tolist()
    if isinstance(content, tuple):
        return [_plain(each) for each in content]
    return plain_fields(content) if is_dataclass(content) else content
