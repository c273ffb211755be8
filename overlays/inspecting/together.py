"""Images and AI results under a path, understood together: what `readerlab inspect` reports.

What belongs here: putting what viewers.dicom.inspect says of images and what results say of themselves into one report,
results placed over the images beside them. What does not: describing one result (describing).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from overlays.inspecting.describing import Record, described, lines
from overlays.placing.results import Placed, placed
from overlays.result import AIMap, AIResult, Finding
from overlays.sources.folder import Found, sorted_out
from study_configs.problem import StudyProblem
from viewers.dicom.archives import shown
from viewers.dicom.inspect import InspectReport, inspect_path
from viewers.dicom.media import files_under
from viewers.dicom.problems import FileProblem
from viewers.volume import SeriesHeader

ABSENT = "None of the images that it was made from is under this path: nothing was placed."

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a path holds: the report of its images, a record for each object and AI result, errors and warnings."""

    images: InspectReport
    objects: tuple[Record, ...]
    errors: tuple[FileProblem, ...]
    warnings: tuple[FileProblem, ...]

    def as_dict(self) -> Record:
        told = {"objects": list(self.objects), "errors": _plain(self.errors), "warnings": _plain(self.warnings)}
        return self.images.as_dict() | told

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False)

    def to_text(self) -> str:
        first = InspectReport(self.images.series, (), ()).to_text().splitlines()[:-1]
        for record in self.objects:
            first.append(f"{record['kind'] or 'object'}  {record['path']}")
            first += lines(record) if "findings" in record else []
            first += [f"    note: {record['note']}"] if "note" in record else []
        first += [f"error: {each}" for each in self.errors]
        first += [f"warning: {each}" for each in self.warnings]
        summary = InspectReport(self.images.series, self.objects, self.errors).to_text().splitlines()[-1]
        return "\n".join([*first, summary])


def inspected(paths: Path | Sequence[Path], on_progress: Progress | None = None) -> Inspected:
    """Reads everything under one or several paths: images, and AI results placed over them where they are there."""
    given = [paths] if isinstance(paths, Path) else list(paths)
    images = inspect_path(given, on_progress)
    found = _results(images, given)
    headers = images.scanned.series if images.scanned else ()
    told = [_Told.of(shown(path), result, headers) for path, results in found.results for result in results]
    return Inspected(
        images,
        tuple(_objects(images, found, told)),
        (*_errors(images, found), *(error for each in told for error in each.errors)),
        tuple(warning for each in told for warning in each.warnings),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """One result described, and what is wrong with its place."""

    path: Path
    record: Record
    errors: tuple[FileProblem, ...] = ()
    warnings: tuple[FileProblem, ...] = ()

    @classmethod
    def of(cls, path: Path, result: AIResult, headers: Sequence[SeriesHeader]) -> _Told:
        """Over its images where any of them is there. What cannot be placed over them is an error."""
        named = _named(result)
        if headers and (_are_among(named, headers) or not any(named)):
            laid = placed(result, headers)
            refused = tuple(_refusals(path, laid))
            return cls(path, described(laid, headers), *((refused, ()) if any(named) else ((), refused)))
        absent = (FileProblem(path, ABSENT, "Name the folder of its images too."),) if headers else ()
        return cls(path, described(Placed(result)), (), absent)


def _results(images: InspectReport, given: Sequence[Path]) -> Found:
    scan = images.scanned
    if scan is not None:
        files = [*(each.path for each in scan.other), *scan.skipped, *(path for path in given if path.is_file())]
        return sorted_out(list(dict.fromkeys(files)), frozenset())
    try:
        return sorted_out([Path(file) for path in given for file in files_under(path)], frozenset())
    except StudyProblem:
        return Found((), ())  # the images' report says that there is nothing


def _named(result: AIResult) -> tuple[set[str], set[str], set[str], set[str]]:
    """Frames of reference, series, instances and exams that the result names."""
    elements: tuple[Finding | AIMap, ...] = (*result.findings, *result.maps)
    spaces = [result.space, *(result.space_of(each) for each in elements)]
    series = {each.series_uid for each in spaces} | {each.series_uid for each in result.references}
    images = {uid for each in result.references for uid in each.sop_uids}
    images |= {each.image.sop_uid for each in result.findings if each.image}
    images |= {each.image.sop_uid for each in result.assessments if each.image}
    images |= {image.sop_uid for each in result.maps for image in each.images}
    exams = {each.exam_uid for each in result.references}
    return {each.frame_of_reference_uid for each in spaces} - {""}, series - {""}, images, exams - {""}


def _are_among(named: tuple[set[str], set[str], set[str], set[str]], headers: Sequence[SeriesHeader]) -> bool:
    """Whether any of the images that a result names is among these."""
    frames, series, images, exams = named
    return any(
        header.frame_of_reference_uid in frames
        or header.series_uid in series
        or header.exam_uid in exams
        or any(instance.sop_uid in images for instance in header.instances)
        for header in headers
    )


def _refusals(path: Path, laid: Placed) -> Iterator[FileProblem]:
    for each in laid.refusals:
        what = f"{each.element or 'All of it'} is refused: {each.reason}."
        yield FileProblem(path, what, "Ask for the result that was made from these images.")


def _objects(images: InspectReport, found: Found, told: Sequence[_Told]) -> Iterator[Record]:
    """A record for each object: what the images' report says of it and what its results say, one for each result."""
    noted = {each.path: each.what for each in found.left_out}
    known = {Path(str(record["path"])): record for record in images.objects}
    for path, record in known.items():
        own = [each.record for each in told if each.path == path]
        note = {"note": noted[path]} if path in noted else {}
        yield from (record | each for each in own or [note])
    for each in told:
        if each.path not in known:
            yield {"kind": each.record["form"], "path": str(each.path)} | each.record


def _errors(images: InspectReport, found: Found) -> list[FileProblem]:
    """What is wrong with files; a file that is an AI result after all is no error for not being an image."""
    understood = {shown(path) for path, _ in found.results} | {each.path for each in found.problems}
    if images.scanned is None and found.results:
        return list(found.problems)  # that nothing there is DICOM is well, where results are
    return [each for each in images.errors if each.path not in understood] + list(found.problems)


def _plain(problems: Sequence[FileProblem]) -> list[Record]:
    return [{"path": str(each.path), "reason": each.what, "todo": each.todo} for each in problems]
