"""AI results as ReaderLab's own file: one JSON, with maps and pictures in files beside it (docs/ai_results.md).

What belongs here: reading such files with suspicion, and writing them whole or not at all. What does not: the schema
(form), its values (values), arrays (map_file), whether a result belongs to a series (placing).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from overlays.result import AIMap, AIResult, Example, ImageRef, MapKind, Provenance, Segment
from overlays.sources.files import replace_by
from overlays.sources.json_file import LARGEST_JSON, JsonFile, load
from overlays.sources.own import values
from overlays.sources.own.form import ExampleForm, MapForm, ResultForm
from overlays.sources.own.map_file import read_map, write_map
from overlays.sources.own.picture_file import read_picture, write_picture
from overlays.sources.volumes.grid_files import maps_in
from study_configs.problem import StudyProblem

OLD_KIND: Literal["segmentation"] = "segmentation"  # of version 1, whose maps were all float32
LARGEST_IN_ALL = 6 << 30  # bytes of one result's maps
LABELS = ("label", "binary")


def read(path: Path) -> AIResult:
    """The result in a file. Raises StudyProblem with line and key where it is not as docs/ai_results.md says."""
    return result_in(load(path))


def result_in(file: JsonFile) -> AIResult:
    """The same, of a file that is open."""
    form = _form(file)
    whole = values.provenance_of(form.provenance, Provenance("model", ""))
    maps = list(_maps(form.maps, file, whole))
    return AIResult(
        ai=form.ai,
        series_uid=form.series_uid,
        frame_of_reference_uid=form.frame_of_reference_uid,
        findings=tuple(values.finding_of(each, whole) for each in form.findings),
        maps=tuple(found for found, _ in maps),
        provenance=whole,
        assessments=tuple(values.assessment_of(each, whole) for each in form.assessments),
        advice=tuple(values.advice_of(each, whole) for each in form.advice),
        examples=tuple(_example(each, file.path.parent, whole) for each in form.examples),
        references=tuple(values.reference_of(each) for each in form.references),
        patient=form.patient,
        sop_uid=form.sop_uid,
        remarks=(*form.remarks, *(remark for _, remarks in maps for remark in remarks)),
    )


def companions(file: JsonFile) -> tuple[Path, ...]:
    """The files beside it that hold its maps and pictures: not results of their own. Raises StudyProblem."""
    form = _form(file)
    names = [each.file for each in form.maps] + [each.file for each in form.examples]
    return tuple(file.path.with_name(name) for name in names)


def _form(file: JsonFile) -> ResultForm:
    try:
        return ResultForm.model_validate(file.data)
    except ValidationError as error:
        raise file.schema_problem(error) from error


# --- maps and pictures beside it -------------------------------------------------------------------------------------


def _maps(forms: Sequence[MapForm], file: JsonFile, whole: Provenance) -> Iterator[tuple[AIMap, tuple[str, ...]]]:
    """The maps, as long as they do not take all of the memory."""
    held = 0
    for number, form in enumerate(forms):
        found = _map(form, file.path.parent, whole)
        held += found[0].values.nbytes
        if held > LARGEST_IN_ALL:
            raise file.problem(f"its maps take more than {LARGEST_IN_ALL >> 30} GiB.", ("maps", number))
        yield found


def _map(form: MapForm, folder: Path, whole: Provenance) -> tuple[AIMap, tuple[str, ...]]:
    """A map, and what had to be guessed about it."""
    path = folder / form.file
    if form.is_own:
        found: tuple[AIMap, tuple[str, ...]] = _own_map(form, path, whole), ()
    else:
        found = _foreign_map(form, path, whole)
    _check_planes(found[0], path)
    return found


def _own_map(form: MapForm, path: Path, whole: Provenance) -> AIMap:
    assert form.kind is not None  # MapForm holds that an .npz has these two
    assert form.value_range is not None
    kind: MapKind = "label" if form.kind == OLD_KIND else form.kind
    plain = AIMap(form.id, form.label, kind, read_map(path), np.eye(4), form.value_range, "", whole)
    told = replace(plain, **_told(form, whole))
    return _from_version_1(told) if form.kind == OLD_KIND else told


def _foreign_map(form: MapForm, path: Path, whole: Provenance) -> tuple[AIMap, tuple[str, ...]]:
    """A map in a volume's own file; what the JSON says of it goes before what the file says."""
    is_label = form.kind in LABELS if form.kind else None
    maps, _, remarks = maps_in(path, is_label)
    if len(maps) != 1:
        raise StudyProblem(
            f"The file holds {len(maps)} maps, and a JSON beside it can name only one.",
            where=str(path),
            todo="Save each as a file of its own.",
        )
    if is_label and not maps[0].is_label:
        raise StudyProblem(
            f"The JSON calls it a {form.kind} map, but its voxels are not whole numbers from 0 to 65535.",
            where=str(path),
            todo="Save it as integers, or call it fractional, probability or saliency.",
        )
    scaled = form.value_range is not None
    return replace(maps[0], **_told(form, whole)), tuple(each for each in remarks if not (scaled and "scale" in each))


def _told(form: MapForm, whole: Provenance) -> dict[str, Any]:
    """What the JSON says of a map."""
    names = ("id", "label", "value_range", "units", "finding", "slope", "intercept", "places", "colours")
    told = {name: value for name in names if (value := getattr(form, name)) not in (None, "", ())}
    if form.kind not in (None, OLD_KIND):
        told["kind"] = form.kind
    if form.affine is not None:
        told["affine"] = np.array(form.affine, np.float64)
    if form.segments:
        told["segments"] = tuple(values.segment_of(each) for each in form.segments)
    if form.images:
        told["images"] = tuple(ImageRef(each.sop_uid, each.frame) for each in form.images)
    if form.plane_images:
        told["plane_images"] = tuple(values.image_of(each) for each in form.plane_images)
    own = values.provenance_of(form.provenance, whole)
    return told | {"provenance": own, "space": values.space_of(form.space)}


def _from_version_1(old: AIMap) -> AIMap:
    """A segmentation of version 1 as what it is: one segment, several by number, or shares of voxels."""
    numbers = old.values
    if not (np.array_equal(numbers, np.floor(numbers)) and numbers.min() >= 0 and numbers.max() <= 65535):
        return replace(old, kind="fractional")
    top = int(numbers.max())
    packed = numbers.astype(np.uint8 if top < 256 else np.uint16)
    if top <= 1:
        return replace(old, kind="binary", values=packed, segments=(Segment(1, old.label),))
    named = tuple(Segment(int(n), f"{old.label} {n}".strip()) for n in np.unique(packed) if n)
    return replace(old, values=packed, segments=named)


def _check_planes(ai_map: AIMap, path: Path) -> None:
    planes = len(ai_map.values)
    for name, given in (
        ("places", len(ai_map.places)),
        ("images", len(ai_map.images)),
        ("plane_images", len(ai_map.plane_images)),
    ):
        if given not in (0, planes):
            raise StudyProblem(
                f"The map has {planes} planes, but its {name} name {given}.",
                where=str(path),
                todo="Give one for each plane, or none.",
            )
    if ai_map.is_label and ai_map.values.dtype.kind not in "u":
        raise StudyProblem(
            f"A {ai_map.kind} map holds whole numbers (uint8 or uint16), not {ai_map.values.dtype}.",
            where=str(path),
            todo="Write it as uint8 or uint16, or call it fractional, probability or saliency.",
        )


def _example(form: ExampleForm, folder: Path, whole: Provenance) -> Example:
    pixels = read_picture(folder / form.file)
    own = values.provenance_of(form.provenance, whole)
    return Example(form.id, form.caption, pixels, own, form.finding, form.score)


# --- writing ---------------------------------------------------------------------------------------------------------


def write(result: AIResult, path: Path) -> None:
    """Write a result to `path` (.json) and its maps beside it; the JSON comes last, so that it never lies alone.

    Raises StudyProblem where the folder cannot be written to or the result has no place in such a file.
    """
    maps = [f"{path.stem}.map-{number}.npz" for number in range(len(result.maps))]
    examples = [f"{path.stem}.example-{number}.png" for number in range(len(result.examples))]
    text = _checked_text(values.as_plain(result, maps, examples), path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for each, name in zip(result.maps, maps, strict=True):
            write_map(each.values, path.with_name(name))
        for example, name in zip(result.examples, examples, strict=True):
            write_picture(example.pixels, path.with_name(name))
        replace_by(path, text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise StudyProblem(
            f"The AI result cannot be written ({reason}).",
            where=str(path),
            todo="Check that the folder can be written to and the disk is not full.",
        ) from error


def _checked_text(plain: dict[str, Any], path: Path) -> bytes:
    """The JSON, once it is certain that we can read it again."""
    try:
        ResultForm.model_validate(plain)
        text = _lines(plain).encode()
    except (ValidationError, ValueError) as error:
        said = str(error).replace("\n", " ")[:300]
        raise StudyProblem(f"The AI result has no place in ReaderLab's file: {said}.", where=str(path)) from error
    if len(text) > LARGEST_JSON:
        raise StudyProblem(f"The AI result has more than {LARGEST_JSON >> 20} MiB of JSON.", where=str(path))
    return text


def _lines(plain: dict[str, Any]) -> str:
    """JSON with one line for each key, and one for each part of a list of parts: errors name lines."""
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {_value(content)}" for key, content in plain.items()) + "\n}\n"


def _value(content: object) -> str:
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return "[\n" + ",\n".join(f"  {json.dumps(each, allow_nan=False)}" for each in content) + "\n ]"
    return json.dumps(content, allow_nan=False)
