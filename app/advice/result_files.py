"""The files of finished AI results that a protocol's pattern names, found by what they refer to.

What belongs here: one look through the files of a study, which case each belongs to, its results over that case's
images. What does not: reading a form (overlays.sources), geometry (overlays.placing.results), planted errors (making).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np

from overlays.faults import Fault, fault_of
from overlays.merging import merged
from overlays.placing.results import Placed, placed, speaks_of
from overlays.planting.case import elements_of
from overlays.result import AIMap, AIResult, Finding
from overlays.sources.refusals import NotAResult
from study_configs.problem import StudyProblem
from study_configs.study import Study
from viewers import geometry
from viewers.volume import SeriesHeader

TODO = "Put the result file in place, then try again; `readerlab check` names every file that is wrong."
REFERRING = (  # elements that say what a DICOM object was made from; reading no others is many times faster
    "ReferencedSeriesSequence",
    "ReferencedStudySequence",
    "CurrentRequestedProcedureEvidenceSequence",
    "ReferencedFrameOfReferenceSequence",
    "FrameOfReferenceUID",
    "SourceImageSequence",
)
BELONGS_ELSEWHERE = frozenset({Fault.ELSEWHERE, Fault.NO_IMAGES})  # one file may hold results of several cases
LEFT_OUT = frozenset({Fault.SIDE, Fault.PLACE, Fault.NUMBER, Fault.TOO_MANY})  # in a remark: while it was read
LOOKING_S = 1.0  # at the start of a run
GRID_VOXELS = 1.0  # by which the corners of a file's grid may differ from a series' to be tried over it


@dataclass(frozen=True, slots=True)
class Referring:
    """What a file says it belongs to. `corners_mm` are those of grids that name no series."""

    path: Path
    ais: frozenset[str] = frozenset()  # names of AIs that the file itself gives
    series: frozenset[str] = frozenset()
    frames: frozenset[str] = frozenset()
    images: frozenset[str] = frozenset()
    exams: frozenset[str] = frozenset()
    corners_mm: tuple[tuple[tuple[float, float, float], ...], ...] = ()

    def may_lie_over(self, header: SeriesHeader) -> bool:
        """Whether it names this series, its exam, space or images, or nothing and lies on its grid."""
        if header.series_uid in self.series or header.exam_uid in self.exams - {""}:
            return True
        if header.frame_of_reference_uid in self.frames - {""}:
            return True
        if any(each.sop_uid in self.images for each in header.instances):
            return True
        return any(_same_corners(corners, header) for corners in self.corners_mm)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that cannot be read, and why."""

    path: Path
    problem: StudyProblem


@dataclass(frozen=True)
class ResultFiles:
    """The files of one AI, looked through once, when they are first asked for. Safe to share between threads."""

    study: Study
    ai: str
    _looking: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        pattern = self.study.protocol.ai[self.ai].results or ""
        return tuple(sorted(path for path in self.study.folder.glob(pattern) if path.is_file()))

    @cached_property
    def stamp(self) -> str:
        """Changes whenever a file comes, goes or is written."""
        said = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in self.paths]
        return sha256(repr(said).encode()).hexdigest()

    @cached_property
    def index(self) -> tuple[Referring | Unread, ...]:
        """What every file says it belongs to, in the order of their names; those that a JSON names are parts of it."""
        return tuple(self.looked_through())

    def looked_through(self) -> Iterator[Referring | Unread]:
        """The same, one after the other."""
        from overlays.sources.json_forms import companions

        parts = {part for path in self.paths if path.suffix.lower() == ".json" for part in companions(path)}
        return (_looked_at(path) for path in self.paths if path not in parts)

    def of_case(self, case: str, headers: Sequence[SeriesHeader]) -> AIResult:
        """Everything that the AI says of a case, placed over its images. Raises StudyProblem.

        A result that is wrong in part is not shown in part: the reason is raised. Results that belong elsewhere
        altogether (another patient's, another AI's) are left out. While a file cannot be read, nobody knows which case
        it belongs to, so that no case's result is known to be whole.
        """
        with self._looking:
            index = self.index
        unread = [each for each in index if isinstance(each, Unread) and not isinstance(each.problem, NotAResult)]
        if unread:  # it may be this case's
            raise StudyProblem(
                f"A file of results of {self.ai} cannot be read: {unread[0].problem.what}",
                where=unread[0].problem.where or str(unread[0].path),
                todo=TODO,
            )
        fit = [
            each.path
            for each in index
            if isinstance(each, Referring) and any(each.may_lie_over(header) for header in headers)
        ]
        results = [each for each in self.read(fit) if each.ai in ("", self.ai)]
        kept = list(_whole(results, headers, where=str(self.study.folder)))
        if not kept:
            pattern = self.study.protocol.ai[self.ai].results or ""
            raise StudyProblem(
                f"There is no result of {self.ai} for the case {case}.",
                where=str(self.study.folder / pattern),
                todo=TODO,
            )
        return merged(kept, self.ai, headers)

    def read(self, paths: Iterable[Path]) -> tuple[AIResult, ...]:
        """The results in these files; reports that name segments get the places of these. Raises StudyProblem."""
        from overlays.sources.forms import read
        from overlays.sources.segment_findings import resolved

        return tuple(resolved([result for path in paths for result in read(path)]))


def refuse_unreadable(study: Study, *, within_s: float = LOOKING_S) -> None:
    """Raises StudyProblem where a file of results that readers are shown cannot be read, before any of them reads.

    Looks for so many seconds and no longer: a hundred files of boxes and small maps take a tenth of one.
    """
    until = time.monotonic() + within_s
    for ai in sorted({layer.ai for layer in study.protocol.layers.values()}):
        if study.protocol.ai[ai].results is None:
            continue
        for each in ResultFiles(study, ai).looked_through():
            if isinstance(each, Unread) and not isinstance(each.problem, NotAResult):
                what = f"A file of results of {ai} cannot be read: {each.problem.what}"
                raise StudyProblem(what, where=each.problem.where or str(each.path), todo=TODO)
            if time.monotonic() > until:
                return


def _whole(results: Sequence[AIResult], headers: Sequence[SeriesHeader], *, where: str) -> Iterator[AIResult]:
    """The results placed over a case, without what belongs to other cases, which may lie in the same file."""
    for result in results:
        over = placed(result, headers)
        wrong = wrong_in(over)
        if wrong:
            said = wrong[0].rstrip(".")
            raise StudyProblem(
                f"An AI result is wrong in part, and is not shown in part: {said}.", where=where, todo=TODO
            )
        if is_here(over, headers):
            yield over.result


def wrong_in(over: Placed) -> tuple[str, ...]:
    """Why a result is wrong here, and so not shown at all: what was left out of it while it was read and placed.

    One that belongs to another case altogether is not wrong, nor is what lies on images that are not here: one report
    may speak of several cases.
    """
    elsewhere = BELONGS_ELSEWHERE if _is_empty(over.result) else {Fault.NO_IMAGES}
    refused = [each.reason for each in over.refusals if each.reason.fault not in elsewhere]
    return (*refused, *(each for each in over.result.remarks if fault_of(each) in LEFT_OUT))


def is_here(over: Placed, headers: Sequence[SeriesHeader]) -> bool:
    """Whether something of a result lies over the case, or the result says that there is nothing in it."""
    return not _is_empty(over.result) or (not over.refusals and speaks_of(over.result, headers))


def _is_empty(result: AIResult) -> bool:
    return not (result.findings or result.maps or result.assessments or result.advice or result.examples)


# --- looking


def _looked_at(path: Path) -> Referring | Unread:
    from overlays.sources.forms import form_of

    try:
        if form_of(path).name.startswith("DICOM"):
            referring = _referring_of_dicom(path)
            if referring.series or referring.frames or referring.images:
                return referring
        return referring_of(path, _read(path))
    except StudyProblem as problem:
        return Unread(path, problem)


def _read(path: Path) -> tuple[AIResult, ...]:
    from overlays.sources.forms import read

    return read(path)


def _referring_of_dicom(path: Path) -> Referring:
    """What a DICOM object refers to, without what it says; its bytes are checked first."""
    from pydicom import dcmread

    from overlays.sources.dataset import UNREADABLE
    from viewers.dicom.checks import check_file
    from viewers.dicom.problems import BadFile

    check_file(path)
    found: dict[str, set[str]] = {
        "SeriesInstanceUID": set(),
        "ReferencedSOPInstanceUID": set(),
        "FrameOfReferenceUID": set(),
    }
    try:
        dataset = dcmread(path, stop_before_pixels=True, specific_tags=list(REFERRING), force=True)
        for element in dataset.iterall():
            if element.keyword in found and element.value:
                found[element.keyword].add(str(element.value))
    except UNREADABLE as error:
        raise BadFile("It cannot be parsed.", where=str(path)) from error
    series, images, frames = (frozenset(each) for each in found.values())
    return Referring(path, series=series, images=images, frames=frames)


def referring_of(path: Path, results: Sequence[AIResult]) -> Referring:
    """What results that were read refer to."""
    owned = [(one, each) for one in results for each in elements_of(one)]
    elements = [each for _, each in owned]
    spaces = [one.space_of(each) for one, each in owned] + [one.space for one in results]
    images = {each.image.sop_uid for each in elements if isinstance(each, Finding) and each.image is not None}
    images |= {image.sop_uid for each in elements if isinstance(each, AIMap) for image in each.images}
    images |= {each.image.sop_uid for one in results for each in one.assessments if each.image is not None}
    images |= {uid for one in results for each in one.references for uid in each.sop_uids}
    loose = [each for each in elements if isinstance(each, AIMap)] if not any(s.series_uid for s in spaces) else []
    return Referring(
        path,
        frozenset(one.ai for one in results if one.ai),
        frozenset({s.series_uid for s in spaces} | {r.series_uid for one in results for r in one.references}) - {""},
        frozenset(s.frame_of_reference_uid for s in spaces) - {""},
        frozenset(images),
        # an exam holds more than a result of one of its series is about
        frozenset(r.exam_uid for one in results for r in one.references if not (r.series_uid or r.sop_uids)),
        tuple(_corners(each.affine, each.values.shape[::-1]) for each in loose if not each.images),
    )


def _corners(affine: geometry.Array, size: Sequence[int]) -> tuple[tuple[float, float, float], ...]:
    ends = np.array([[i, j, k] for i in (0, size[0] - 1) for j in (0, size[1] - 1) for k in (0, size[2] - 1)])
    return tuple((float(x), float(y), float(z)) for x, y, z in geometry.apply(affine, ends.astype(np.float64)))


def _same_corners(corners: Sequence[tuple[float, float, float]], header: SeriesHeader) -> bool:
    """Whether two grids have their corners in the same places, whichever way their axes run."""
    if header.affine is None:
        return False
    theirs = np.asarray(_corners(header.affine, (header.columns, header.rows, header.frames)))
    near = np.linalg.norm(theirs[:, None] - np.asarray(corners)[None], axis=-1).min(axis=1)
    return bool((near <= GRID_VOXELS * min(header.pixel_mm)).all())
