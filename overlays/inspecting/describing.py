"""AI results in plain words and plain objects: what `readerlab inspect` prints of them, for people and for programs.

What belongs here: one result described. What does not: finding and placing results (inspecting), reading (forms).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from overlays.cutting.shapes import shape_centre_mm
from overlays.joining import over_slices
from overlays.placing.results import Placed
from overlays.result import AIMap, AIResult, Code, Finding, Geometry, ImageRef, InSegment, OnImage, Provenance
from overlays.sources.counting import voxel_counts
from overlays.sources.own.values import KEYS, plain_fields
from viewers.volume import SeriesHeader

Record = dict[str, Any]
MOST_LINES = 20  # findings that are told one by one to people


def described(placed: Placed, headers: Sequence[SeriesHeader] = ()) -> Record:
    """A result as a plain object: places in LPS mm where it was placed, else as its file has them.

    Findings stand as the file has them, one for each image; `findings_shown` counts those of one thing on several
    slices of these series once, as readers, lists and operating points do.
    """
    result = placed.result
    return {
        "form": result.provenance.form,
        "ai": result.ai,
        "model": plain_fields(result.provenance),
        "references": [
            {"series_uid": each.series_uid, "exam_uid": each.exam_uid, "sop_uids": list(each.sop_uids)}
            for each in result.references
        ],
        "made_from": result.series_uid,
        "frame_of_reference": result.frame_of_reference_uid,
        "findings": [_finding(result, each) for each in result.findings],
        "findings_shown": len(over_slices(result, headers).findings),
        "maps": [_map(result, each) for each in result.maps],
        "assessments": [plain_fields(each, "provenance") | {"score": each.score} for each in result.assessments],
        "advice": [{"id": each.id, "text": each.text, "finding": each.finding} for each in result.advice],
        "examples": [
            {"id": each.id, "caption": each.caption, "finding": each.finding, "shape": list(each.pixels.shape)}
            for each in result.examples
        ],
        "remarks": list(result.remarks),
        "refused": [{"element": each.element, "reason": each.reason} for each in placed.refusals],
    }


def _finding(result: AIResult, finding: Finding) -> Record:
    return {
        "id": finding.id,
        "label": finding.label,
        "score": finding.score,
        "scores": dict(finding.scores),
        "geometry": _geometry(finding.geometry),
        "image": _image(finding.image),
        **_space(result, finding),
        "laterality": finding.laterality,
        "site": finding.site,
        "category": finding.category,
        "measurements": [plain_fields(each) for each in finding.measurements],
        "said": [plain_fields(each) for each in finding.said],
        "code": _code(finding.code),
        "tracking_id": finding.tracking_id,
        "tracking_uid": finding.tracking_uid,
        "held_back": finding.held_back,
        **_own(finding.provenance, result.provenance),
    }


def _geometry(shape: Geometry) -> Record:
    if isinstance(shape, OnImage):
        return {"kind": shape.kind, "points_px": [list(point) for point in shape.points]}
    if isinstance(shape, InSegment):
        return {"kind": "segment", "sop_uid": shape.sop_uid, "number": shape.number}
    return {"kind": KEYS[type(shape)], "centre_mm": list(shape_centre_mm(shape))} | plain_fields(shape)


def _map(result: AIResult, ai_map: AIMap) -> Record:
    return {
        "id": ai_map.id,
        "label": ai_map.label,
        "kind": ai_map.kind,
        "shape": list(ai_map.values.shape),
        "affine": ai_map.affine.tolist(),
        "images": [_image(each) for each in ai_map.images],
        "places": list(ai_map.places),
        **_space(result, ai_map),
        "units": ai_map.units,
        "value_range": list(ai_map.value_range),
        "finding": ai_map.finding,
        **_contents(ai_map),
        **_own(ai_map.provenance, result.provenance),
    }


def _contents(ai_map: AIMap) -> Record:
    """The voxels of each segment, or the range of a field's values as they are meant."""
    if ai_map.is_label:
        counts = voxel_counts(ai_map.values)
        told = [plain_fields(each) | {"voxels": int(counts[each.number])} for each in ai_map.segments]
        return {"segments": told, "voxels": int(counts[1:].sum())}
    filled = ~np.isnan(ai_map.values) if ai_map.values.dtype.kind == "f" else np.ones(ai_map.values.shape, bool)
    if not filled.any():
        return {"range": None, "voxels": 0}
    ends = [float(np.nanmin(ai_map.values)), float(np.nanmax(ai_map.values))]
    meant = sorted(end * ai_map.slope + ai_map.intercept for end in ends)
    return {"range": meant, "voxels": int((filled & (ai_map.values != 0)).sum())}


def _space(result: AIResult, element: Finding | AIMap) -> Record:
    space = result.space_of(element)
    return {"series_uid": space.series_uid, "frame_of_reference": space.frame_of_reference_uid}


def _image(image: ImageRef | None) -> Record | None:
    return None if image is None else {"sop_uid": image.sop_uid, "frame": image.frame}


def _code(code: Code | None) -> Record | None:
    return None if code is None else {"value": code.value, "scheme": code.scheme, "meaning": code.meaning}


def _own(provenance: Provenance, whole: Provenance) -> Record:
    return {} if provenance == whole else {"provenance": plain_fields(provenance)}


# --- for people ------------------------------------------------------------------------------------------------------


def lines(record: Record) -> Iterator[str]:
    """What `described` says, in lines for people."""
    yield f"    {_made_by(record)}"
    for each in record["maps"]:
        yield f"    map {each['label']}: {_map_words(each)}"
    for each in record["findings"][:MOST_LINES]:
        score = "" if each["score"] is None else f" {each['score']:.2f}"
        yield f"    {each['label']}{score}: {_place_words(each)}"
    if len(record["findings"]) > MOST_LINES:
        yield f"    … {len(record['findings']) - MOST_LINES} more findings"
    if record["findings_shown"] != len(record["findings"]):
        yield f"    joined over slices, these {len(record['findings'])} are {record['findings_shown']}"
    for each in record["assessments"]:
        score = "" if each["score"] is None else f" {each['score']:.2f}"
        yield f"    {each['name']}{score} {each.get('category', '')} {each.get('side', '')}".rstrip()
    for each in record["advice"]:
        yield f"    says: {each['text'][:200]}"
    for remark in record["remarks"]:
        yield f"    note: {remark}"
    for each in record["refused"]:
        yield f"    refused: {each['element'] or 'all of it'}: {each['reason']}"


def _made_by(record: Record) -> str:
    maker = f"{record['model'].get('model') or 'an unnamed model'} {record['model'].get('version', '')}".strip()
    named = [each["series_uid"] for each in record["references"] if each["series_uid"]] or [record["made_from"]]
    return f"by {maker}, from " + (", ".join(uid for uid in named if uid) or "images that it does not name")


def _map_words(record: Record) -> str:
    size = " × ".join(str(side) for side in record["shape"])
    if "segments" in record:
        counted = ", ".join(f"{each['label']} {each['voxels']:,}" for each in record["segments"][:MOST_LINES])
        return f"{size}, {record['kind']}, voxels: {counted or record['voxels']}"
    units = f" {record['units']}" if record["units"] else ""
    ends = record["range"]
    span = "empty" if ends is None else f"{ends[0]:.4g} … {ends[1]:.4g}{units}"
    return f"{size}, {record['kind']}, {span}"


def _place_words(record: Record) -> str:
    shape = record["geometry"]
    if "centre_mm" in shape:
        x, y, z = shape["centre_mm"]
        size = " × ".join(f"{side:.1f}" for side in shape.get("size_mm", ()))
        return f"{shape['kind']} at ({x:.1f}, {y:.1f}, {z:.1f}) mm" + (f", {size} mm" if size else "")
    if "points_px" in shape:
        x, y = shape["points_px"][0]
        return (
            f"{shape['kind']} from pixel ({x:.1f}, {y:.1f}) of {record['image']['sop_uid'] if record['image'] else '?'}"
        )
    return f"segment {shape['number']} of {shape['sop_uid']}"
