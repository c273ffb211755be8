"""What the AIs of a study say over its whole case set, counted against the sealed reference: for coordinators.

What belongs here: gathering the results, computed or from files. What does not: counting
(app.analysis.operating_points), and what readers may be told of it (expected).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.advice.needs import wants_of
from app.advice.result_files import ResultFiles
from app.analysis.operating_points import Counted, Judged, from_results
from overlays.merging import merged
from overlays.prepare import find_kept
from overlays.result import AIResult
from study_configs.problem import StudyProblem
from study_configs.study import Study
from study_configs.words import phrase
from viewers.dicom.scan import scan

Step = Callable[[int, int, str], None]
CASE_SET = phrase(
    "OperatingPoints", "counted over the {cases} cases of this study with {lesions} lesions; a hit: {rule}"
)


@dataclass(frozen=True, slots=True)
class OverCases:
    """An AI over the cases to read. `missing` are cases without a result, `untold` those without a reference."""

    ai: str
    counted: Counted
    missing: tuple[str, ...]
    untold: tuple[str, ...]


def over_cases(study: Study, ai: str, prepared: Path, step: Step = lambda done, of, what: None) -> OverCases:
    """Count an AI over all cases that are read, practice left out; nothing is planted.

    `prepared` is the folder with what `readerlab prepare` computed. Reads files: not for the window's thread. Raises
    StudyProblem where the study names no reference.
    """
    truths = study.truth.unseal()
    if not truths:
        raise StudyProblem(
            "The study file names no reference, so nothing can be counted.",
            where=str(study.path),
            todo="Name one under cases: reference.",
        )
    cases = [case for case in study.cases if not case.practice]
    result_of = _results(study, ai, prepared)
    judged, missing, untold = [], [], []
    for at, case in enumerate(cases):
        step(at, len(cases), case.id)
        truth = truths.get(case.id)
        found = result_of(case.id) if truth is not None else None
        if truth is None:
            untold.append(case.id)
        elif found is None:
            missing.append(case.id)
        else:
            judged.append(Judged(found, truth.positive, truth.lesions))
    return OverCases(ai, from_results(judged, over=CASE_SET), tuple(missing), tuple(untold))


def _results(study: Study, ai: str, prepared: Path) -> Callable[[str], AIResult | None]:
    """What gives the AI's result for a case; None where there is none yet."""
    spec = study.protocol.ai[ai]
    files = ResultFiles(study, ai) if spec.results is not None else None

    def result(case: str) -> AIResult | None:
        try:
            headers = scan(study.case(case).path).series
            if files is not None:
                return files.of_case(case, headers)
            kept = find_kept(prepared, headers, wants_of(study, ai))
        except StudyProblem:  # the page lists the case as one without a result, and `check` says why
            return None
        return merged([kept], ai, headers) if kept is not None else None

    return result
