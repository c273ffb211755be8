"""Whether the AI of a study can be used: what `readerlab check` says of its models, their cards and finished results.

What belongs here: opening each file as reading would. What does not: the study file (study_configs.check), images
(case_images), and running a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from study_configs.problem import StudyProblem
from study_configs.problems import Problem
from study_configs.study import Study


def ai_problems(study: Study) -> Iterator[Problem]:
    """Models that are not what their card says or that cannot be loaded, and results that cannot be read."""
    for name, ai in study.protocol.ai.items():
        if ai.model is not None:
            yield from _model_problems(f"ai.{name}", study.file(ai.model), ai.sha256 or "")
        if ai.results is not None:
            yield from _result_problems(f"ai.{name}", sorted(study.folder.glob(ai.results)))


def _model_problems(key: str, model: Path, sha256: str) -> Iterator[Problem]:
    from overlays.models.session import load_model

    try:
        load_model(model.parent, sha256=sha256)
    except StudyProblem as problem:
        yield _problem(key, problem)


def _result_problems(key: str, results: list[Path]) -> Iterator[Problem]:
    from overlays.sources import readerlab_json

    for result in results:
        try:
            readerlab_json.read(result)
        except StudyProblem as problem:
            yield _problem(key, problem)


def _problem(key: str, problem: StudyProblem) -> Problem:
    what = problem.what[:1].upper() + problem.what[1:]
    return Problem("RL418", problem.where, key=key, what=f"{what} {problem.todo}".strip())
