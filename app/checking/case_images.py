"""Whether the images of a study are there: what `readerlab check` says of the folders that a manifest names.

What belongs here: each case's headers against the manifest and the reference. What does not: the study file and its
tables (study_configs.check), and pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from study_configs.cases import Case, Lesion
from study_configs.problem import StudyProblem
from study_configs.problems import Problem
from study_configs.study import Study
from viewers.dicom.scan import Scan, scan
from viewers.volume import SeriesHeader

Step = Callable[[int, int, str], None]
EDGE = 0.5  # a voxel reaches half its size beyond its centre


def image_problems(study: Study, step: Step) -> Iterator[Problem]:
    """Cases without an image, files that cannot be read, and lesions that lie in no image of their case.

    Reads headers only, so a damaged pixel is not found. `step(cases done, of, case)` is called for each case.
    """
    truths = study.truth.unseal()
    for number, case in enumerate(study.cases):
        step(number, len(study.cases), case.id)
        lesions = truths[case.id].lesions if case.id in truths else ()
        yield from _problems(study, case, lesions)


def _problems(study: Study, case: Case, lesions: Sequence[Lesion]) -> Iterator[Problem]:
    manifest = str(study.folder / study.protocol.cases.manifest)
    try:
        found = scan(case.path)
    except StudyProblem as problem:
        yield Problem("RL415", manifest, key=case.id, what=problem.what, expected=f"DICOM images in {case.path}")
        return
    if not found.series:
        what = "No file of this case is an image that can be read."
        yield Problem("RL415", manifest, key=case.id, what=what, expected=f"DICOM images in {case.path}")
    for bad in found.problems:
        yield Problem("RL416", str(bad.path), key=case.id, what=bad.what, expected="a sound file, or none")
    yield from _misplaced(study, case, found, lesions)


def _misplaced(study: Study, case: Case, found: Scan, lesions: Sequence[Lesion]) -> Iterator[Problem]:
    placed = [header for header in found.series if header.affine is not None]
    for lesion in lesions:
        if lesion.position_mm is None or not placed or any(holds(header, lesion.position_mm) for header in placed):
            continue
        where = ", ".join(f"{mm:g}" for mm in lesion.position_mm)
        yield Problem(
            "RL417",
            str(study.folder / (study.protocol.cases.reference or "")),
            key=case.id,
            what=f"The lesion {lesion.id} at {where} mm lies in no image of this case.",
            expected="LPS mm: x to the patient's left, y to the back, z to the head",
        )


def holds(header: SeriesHeader, place_mm: tuple[float, float, float]) -> bool:
    """Whether an LPS place lies within the grid of a stack; one slice reaches as far as its neighbours would."""
    column, row, index = np.linalg.solve(header.grid_affine, np.array([*place_mm, 1.0]))[:3]
    inside = (-EDGE <= value <= size - EDGE for value, size in zip((column, row, index), _size(header), strict=True))
    return all(inside)


def _size(header: SeriesHeader) -> tuple[int, int, int]:
    return header.columns, header.rows, header.frames
