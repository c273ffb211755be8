"""Boxes, polygons and masks in the manner of COCO's JSON, read and written.

What belongs here: COCO's keys to findings on images, tied to DICOM by SOP instance UIDs. What does not: opening JSON
(json_file), the schema (coco_form), masks (run_lengths), placing (overlays.placing).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from overlays.result import AIResult, Finding, ImageRef, OnImage, Pixel, Provenance, Reference
from overlays.sources.files import replace_by
from overlays.sources.json_file import JsonFile, load
from overlays.sources.refusals import NotAResult
from overlays.sources.tables.coco_form import AnnotationForm, CategoryForm, CocoForm, ImageForm, RunsForm
from overlays.sources.tables.run_lengths import Ring, outlines
from study_configs.problem import StudyProblem

UID = re.compile(r"(?:[012](?:\.\d+){3,})(?=\.[A-Za-z]+\d?$|$)")
TIE = 'Give every image its SOP instance UID, as "sop_uid": "1.2.…" beside its id.'
CORNER = 0.5  # COCO counts from the outer corner of the first pixel, we from its centre


@dataclass(frozen=True, slots=True)
class _Image:
    """What an image of the file is in DICOM."""

    ref: ImageRef
    series_uid: str
    matrix: tuple[int, int] | None = None  # columns, rows, where the file says them


def read(path: Path) -> tuple[AIResult, ...]:
    """The results in a file in the manner of COCO, one for each image that has any. Raises StudyProblem."""
    return results_in(load(path))


def results_in(file: JsonFile) -> tuple[AIResult, ...]:
    """The same, of a file that is open."""
    form = _form(file)
    provenance = _provenance(form)
    images = {_key(each.id): each for each in form.images}
    categories = {_key(each.id): each for each in form.categories}
    if len(images) < len(form.images) or len(categories) < len(form.categories):
        raise file.problem("two images or two categories have the same id.")
    named = [_key(each.id) for each in form.annotations if each.id is not None]
    if len(set(named)) < len(named):
        raise file.problem("two annotations have the same id.")
    found: dict[_Image, list[Finding]] = {}
    remarks: dict[_Image, list[str]] = {}
    for number, each in enumerate(form.annotations):
        place = ("annotations", number) if isinstance(file.data, dict) else (number,)
        image = _image(file, place, each, images)
        findings, said = _findings(file, place, each, image, categories, provenance)
        found.setdefault(image, []).extend(findings)
        remarks.setdefault(image, []).extend(said)
    spoken_of = {image.ref for image in found}
    for image in map(_listed, form.images):  # where one has no annotations, the AI found nothing in it
        if image.ref.sop_uid and image.ref not in spoken_of:
            found[image] = []
    return tuple(_result(image, several, remarks.get(image, []), provenance) for image, several in found.items())


def _result(image: _Image, findings: list[Finding], remarks: list[str], provenance: Provenance) -> AIResult:
    named = (Reference(image.series_uid, (image.ref.sop_uid,)),)
    return AIResult("", image.series_uid, "", tuple(findings), (), provenance, references=named, remarks=tuple(remarks))


def _form(file: JsonFile) -> CocoForm:
    data = file.data
    if isinstance(data, list) and data and all(isinstance(each, dict) for each in data):
        data = {"annotations": data}  # "results" of COCO: predictions without their images
    if not isinstance(data, dict) or not _has_annotations(data.get("annotations")):
        raise NotAResult(
            "This JSON is no AI result: it has neither readerlab_ai nor annotations with bbox or segmentation.",
            where=str(file.path),
            todo="docs/ai_results.md shows the forms.",
        )
    try:
        return CocoForm.model_validate(data)
    except ValidationError as error:
        raise file.schema_problem(error) from error


def _has_annotations(given: object) -> bool:
    keys = ("image_id", "bbox", "segmentation", "category_id")
    return isinstance(given, list) and all(
        isinstance(each, dict) and any(key in each for key in keys) for each in given
    )


def _provenance(form: CocoForm) -> Provenance:
    told = {key: str(form.info[key])[:2000] for key in ("model", "version", "sha256") if form.info.get(key)}
    return Provenance("model", told.get("model", ""), told.get("version", ""), told.get("sha256", ""), form="COCO")


# --- images ----------------------------------------------------------------------------------------------------------


def _image(file: JsonFile, place: tuple[int | str, ...], each: AnnotationForm, images: dict[str, ImageForm]) -> _Image:
    """The DICOM image of an annotation, by its own UID, or by that of the image that it names."""
    listed = images.get(_key(each.image_id))
    own = each.sop_uid or each.sop_instance_uid or each.SOPInstanceUID or _uid_in(each.file_name)
    if listed is None and not own and images:
        raise file.problem(f"there is no image {each.image_id!r} in the file.", (*place, "image_id"))
    told = own or (_sop_uid(listed) if listed else _uid_in(str(each.image_id)))
    if not told:
        named = f"image {each.image_id!r}" + (f" ({listed.file_name})" if listed and listed.file_name else "")
        raise file.problem(f"nothing says which DICOM image {named} is.", place, TIE)
    frame = each.frame if each.frame is not None or listed is None else listed.frame
    if listed is None:
        return _Image(ImageRef(told, frame), "")
    return replace(_listed(listed), ref=ImageRef(told, frame))


def _listed(image: ImageForm) -> _Image:
    """An image of the file's own list; without a SOP instance UID where it tells none."""
    series = image.series_uid or image.series_instance_uid or image.SeriesInstanceUID or ""
    matrix = (image.width, image.height) if image.width and image.height else None
    return _Image(ImageRef(_sop_uid(image), image.frame), series, matrix)


def _sop_uid(image: ImageForm) -> str:
    return image.sop_uid or image.sop_instance_uid or image.SOPInstanceUID or _uid_in(image.file_name)


def _uid_in(name: str) -> str:
    """The UID that a name consists of, but for folders and ending; "" where it is none."""
    found = UID.match(re.split(r"[/\\]", name)[-1])
    return found[0] if found and len(found[0]) <= 64 else ""


def _key(given: int | str | None) -> str:
    return str(given)


# --- findings --------------------------------------------------------------------------------------------------------


def _findings(
    file: JsonFile,
    place: tuple[int | str, ...],
    each: AnnotationForm,
    image: _Image,
    categories: dict[str, CategoryForm],
    provenance: Provenance,
) -> tuple[list[Finding], list[str]]:
    """One finding for each separate part of an annotation, and what was left out of it."""
    shapes, remarks = _shapes(file, place, each)
    shapes = [replace(shape, matrix=shape.matrix or image.matrix) for shape in shapes]
    name = f"annotation-{place[-1]}" if each.id is None else str(each.id)
    category = categories.get(_key(each.category_id))
    label = (
        each.category
        or (category.name if category else "")
        or ("finding" if each.category_id is None else f"category {each.category_id}")
    )
    parts = [name, *(f"{name}.{number}" for number in range(2, len(shapes) + 1))]
    findings = [
        Finding(
            part, label, each.score, shape, provenance, image=image.ref, tracking_id=name if len(shapes) > 1 else ""
        )
        for part, shape in zip(parts, shapes, strict=True)
    ]
    if len(shapes) > 1:
        remarks.append(f"Annotation {name} has {len(shapes)} separate parts; each became a finding.")
    return findings, remarks


def _shapes(file: JsonFile, place: tuple[int | str, ...], each: AnnotationForm) -> tuple[list[OnImage], list[str]]:
    if isinstance(each.segmentation, RunsForm):
        return _masked(file, place, each.segmentation)
    if each.segmentation:
        return [OnImage("polygon", _ring(file, place, ring)) for ring in each.segmentation], []
    if each.bbox is None:
        raise file.problem("it has neither a bbox nor a segmentation.", place)
    left, top, width, height = each.bbox
    if width <= 0 or height <= 0:
        raise file.problem(f"a box of {width:g} × {height:g} pixels is none.", (*place, "bbox"))
    first = (left - CORNER, top - CORNER)
    return [OnImage("box", (first, (first[0] + width, first[1] + height)))], []


def _masked(file: JsonFile, place: tuple[int | str, ...], runs: RunsForm) -> tuple[list[OnImage], list[str]]:
    try:
        rings, holes = outlines(*runs.size, runs.counts)
    except ValueError as error:
        raise file.problem(f"{error}.", (*place, "segmentation")) from error
    if not rings:
        raise file.problem("its mask is empty.", (*place, "segmentation"))
    remarks = [f"A mask has {holes} holes, which its outline does not show."] if holes else []
    height, width = runs.size
    return [OnImage("polygon", ring, (width, height)) for ring in rings], remarks


def _ring(file: JsonFile, place: tuple[int | str, ...], numbers: list[float]) -> Ring:
    if len(numbers) % 2:
        raise file.problem("a polygon has an odd count of numbers.", (*place, "segmentation"))
    return tuple((x - CORNER, y - CORNER) for x, y in zip(numbers[::2], numbers[1::2], strict=True))


# --- writing ---------------------------------------------------------------------------------------------------------


def write(results: Iterable[AIResult], path: Path) -> None:
    """Write findings that lie on images as boxes and polygons. Raises StudyProblem where others are among them."""
    findings = [(result, each) for result in results for each in result.findings]
    images: dict[ImageRef, int] = {}
    categories: dict[str, int] = {}
    annotations = [
        {
            "id": number,
            "image_id": images.setdefault(_image_of(each, path), len(images) + 1),
            "category_id": categories.setdefault(each.label, len(categories) + 1),
            **_written(each, path),
            **({} if each.score is None else {"score": each.score}),
        }
        for number, (_, each) in enumerate(findings, 1)
    ]
    series = {each.image: result.space_of(each).series_uid for result, each in findings}
    sizes = {each.image: each.geometry.matrix for _, each in findings if isinstance(each.geometry, OnImage)}
    whole = {
        "images": [_written_image(ref, number, series[ref], sizes[ref]) for ref, number in images.items()],
        "categories": [{"id": number, "name": name} for name, number in categories.items()],
        "annotations": annotations,
    }
    try:
        replace_by(path, json.dumps(whole, indent=1, allow_nan=False).encode())
    except OSError as error:
        raise StudyProblem(f"The result cannot be written ({error.strerror}).", where=str(path)) from error


def _image_of(finding: Finding, path: Path) -> ImageRef:
    if finding.image is None:
        raise StudyProblem(f"The finding {finding.id} lies on no image, and COCO has only such.", where=str(path))
    return finding.image


def _written_image(ref: ImageRef, number: int, series_uid: str, matrix: tuple[int, int] | None) -> dict[str, Any]:
    width, height = matrix or (None, None)
    told = {"frame": ref.frame, "series_uid": series_uid, "width": width, "height": height}
    named = {"id": number, "file_name": f"{ref.sop_uid}.dcm", "sop_uid": ref.sop_uid}
    return named | {key: value for key, value in told.items() if value not in (None, "")}


def _written(finding: Finding, path: Path) -> dict[str, Any]:
    shape = finding.geometry
    if not isinstance(shape, OnImage) or shape.kind not in ("box", "polygon"):
        raise StudyProblem(f"The finding {finding.id} is neither a box nor a polygon in pixels.", where=str(path))
    corners = np.array(shape.points) + CORNER
    (left, top), (right, bottom) = corners.min(0).tolist(), corners.max(0).tolist()
    box: dict[str, Any] = {"bbox": [left, top, right - left, bottom - top], "iscrowd": 0}
    if shape.kind == "box":
        return box | {"area": (right - left) * (bottom - top)}
    return box | {"segmentation": [corners.ravel().tolist()], "area": _area(shape.points)}


def _area(points: Sequence[Pixel]) -> float:
    following = [*points[1:], points[0]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, following, strict=True))) / 2
