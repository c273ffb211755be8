"""AI results as ReaderLab's own file: findings in one JSON file, maps as .npz files beside it (docs/ai_results.md).

What belongs here: reading such files with suspicion, and writing them whole or not at all. What does not: the schema
(readerlab_form), the arrays (map_file), whether a result belongs to a series (overlays.placing.check_belongs).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from overlays.result import AIMap, AIResult, Box, Finding, Geometry, Polygon, Provenance
from overlays.sources.json_file import JsonFile, load
from overlays.sources.map_file import read_map, replace_by, write_map
from overlays.sources.readerlab_form import FindingForm, MapForm, ProvenanceForm, ResultForm
from study_configs.problem import StudyProblem


def read(path: Path) -> AIResult:
    """The result in a file. Raises StudyProblem with line and key where it is not as docs/ai_results.md says."""
    return result_in(load(path))


def result_in(file: JsonFile) -> AIResult:
    """The same, of a file that is open."""
    try:
        form = ResultForm.model_validate(file.data)
    except ValidationError as error:
        raise file.schema_problem(error) from error
    return _result(form, file.path.parent)


def write(result: AIResult, path: Path) -> None:
    """Write a result to `path` (.json) and its maps beside it; the JSON comes last, so that it never lies alone.

    Raises StudyProblem where the folder cannot be written to.
    """
    files = [f"{path.stem}.map-{number}.npz" for number in range(len(result.maps))]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for each, name in zip(result.maps, files, strict=True):
            write_map(each.values, path.with_name(name))
        replace_by(path, json.dumps(_as_json(result, files), indent=1, allow_nan=False).encode())
    except OSError as error:
        raise StudyProblem(
            f"The AI result cannot be written ({error.strerror or error}).",
            where=str(path),
            todo="Check that the folder can be written to and the disk is not full.",
        ) from error


def _result(form: ResultForm, folder: Path) -> AIResult:
    whole = _provenance(form.provenance)
    findings = tuple(_finding(each, whole) for each in form.findings)
    maps = tuple(_map(each, folder, whole) for each in form.maps)
    return AIResult(form.ai, form.series_uid, form.frame_of_reference_uid, findings, maps, whole)


def _provenance(form: ProvenanceForm) -> Provenance:
    return Provenance(**form.model_dump())


def _finding(form: FindingForm, whole: Provenance) -> Finding:
    provenance = _provenance(form.provenance) if form.provenance else whole
    return Finding(form.id, form.label, form.score, _geometry(form), provenance)


def _geometry(form: FindingForm) -> Geometry:
    if form.box is not None:
        return Box(form.box.centre_mm, form.box.size_mm)
    return Polygon(form.polygon.points_mm if form.polygon is not None else ())


def _map(form: MapForm, folder: Path, whole: Provenance) -> AIMap:
    return AIMap(
        id=form.id,
        label=form.label,
        kind=form.kind,
        values=read_map(folder / form.file),
        affine=np.array(form.affine, np.float64),
        value_range=form.value_range,
        units=form.units,
        provenance=_provenance(form.provenance) if form.provenance else whole,
        finding=form.finding,
    )


def _as_json(result: AIResult, files: list[str]) -> dict[str, object]:
    return {
        "readerlab_ai": 1,
        "ai": result.ai,
        "series_uid": result.series_uid,
        "frame_of_reference_uid": result.frame_of_reference_uid,
        "provenance": _provenance_as_json(result.provenance),
        "findings": [_finding_as_json(each, result.provenance) for each in result.findings],
        "maps": [_map_as_json(each, name, result.provenance) for each, name in zip(result.maps, files, strict=True)],
    }


def _provenance_as_json(provenance: Provenance) -> dict[str, str]:
    fields = {name: getattr(provenance, name) for name in Provenance.__slots__}
    return {name: value for name, value in fields.items() if value}


def _own(provenance: Provenance, whole: Provenance) -> dict[str, object]:
    """The provenance of a part, left out where it is that of the whole result."""
    return {} if provenance == whole else {"provenance": _provenance_as_json(provenance)}


def _finding_as_json(finding: Finding, whole: Provenance) -> dict[str, object]:
    shape = finding.geometry
    if isinstance(shape, Box):
        place: dict[str, object] = {"box": {"centre_mm": list(shape.centre_mm), "size_mm": list(shape.size_mm)}}
    else:
        place = {"polygon": {"points_mm": [list(point) for point in shape.points_mm]}}
    own = _own(finding.provenance, whole)
    return {"id": finding.id, "label": finding.label, "score": finding.score, **place, **own}


def _map_as_json(ai_map: AIMap, file: str, whole: Provenance) -> dict[str, object]:
    described: dict[str, object] = {
        "id": ai_map.id,
        "label": ai_map.label,
        "kind": ai_map.kind,
        "file": file,
        "affine": ai_map.affine.tolist(),
        "value_range": list(ai_map.value_range),
        "units": ai_map.units,
        "finding": ai_map.finding,
    }
    return described | _own(ai_map.provenance, whole)
