"""AI results as ReaderLab's own file: findings in one JSON file, maps as .npz files beside it (docs/ai_results.md).

What belongs here: reading such files with suspicion, and writing them whole or not at all. What does not: the schema
(readerlab_form), the arrays (map_file), whether a result belongs to a series (overlays.placing.check_belongs).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from pydantic import ValidationError

from overlays.result import AIMap, AIResult, Box, Finding, Geometry, Polygon, Provenance
from overlays.sources.map_file import read_map, replace_by, write_map
from overlays.sources.readerlab_form import FindingForm, MapForm, ProvenanceForm, ResultForm
from study_configs.problem import StudyProblem

LARGEST_JSON = 32 * 1024 * 1024
TODO = "Compare the file with docs/ai_results.md, or make it again."


def read(path: Path) -> AIResult:
    """The result in a file. Raises StudyProblem with line and key where it is not as docs/ai_results.md says."""
    text = _text(path)
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
        form = ResultForm.model_validate(data)
    except json.JSONDecodeError as error:
        raise StudyProblem(f"This is not JSON: {error.msg}.", where=f"{path}:{error.lineno}", todo=TODO) from error
    except ValidationError as error:
        raise _schema_problem(path, text, error) from error
    except (ValueError, RecursionError) as error:
        raise StudyProblem(f"This JSON is not usable: {error}.", where=str(path), todo=TODO) from error
    return _result(form, path.parent)


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


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise StudyProblem(
                f"An AI result of more than {LARGEST_JSON >> 20} MiB is not read.", where=str(path), todo=TODO
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise StudyProblem(f"The AI result cannot be read ({reason}).", where=str(path), todo=TODO) from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return dict(pairs)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _schema_problem(path: Path, text: str, error: ValidationError) -> StudyProblem:
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")  # a mistyped key explains the rest
    place = tuple(first["loc"])
    said = "there is no such key" if first["type"] == "extra_forbidden" else first["msg"]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    line = _line_of(text, place)
    return StudyProblem(f"{key or 'the file'}: {said}{more}.", where=f"{path}:{line}" if line else str(path), todo=TODO)


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """The line of a key, from 1; 0 where it cannot be told. JSON is YAML, whose parser keeps line numbers."""
    if len(text) > 1_000_000:
        return 0
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return 0
    for part in place:
        children = {}
        if isinstance(node, yaml.MappingNode):
            children = {key.value: value for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            children = dict(enumerate(node.value))
        if part not in children:
            break
        node = children[part]
    return int(node.start_mark.line) + 1 if node is not None else 0


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
