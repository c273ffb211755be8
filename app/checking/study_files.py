"""Whether everything that a study file names can be used: AI, images, pins, one after the other.

What belongs here: what is looked at, and in which order. What does not: looking (ai_files, case_images,
study_configs.pins, app.tracking.gaze), and the study file itself (study_configs.check).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.checking.ai_files import ai_problems
from app.checking.case_images import Step, image_problems
from study_configs.pins import image_differences
from study_configs.problem import StudyProblem
from study_configs.problems import Problem
from study_configs.study import Study
from study_configs.words import translate


def file_problems(study: Study, step: Step, *, pinned: bool = True) -> tuple[Problem, ...]:
    """Errors and warnings about AI results and models, images, and their pins; each only where those before are right.
    Also whether this machine can receive the eye tracker that is asked for.

    `pinned` is whether images are compared with their pins. `step` is told of each case.
    """
    found = list(_gaze_problems(study))
    for look in _looks(study, step, pinned=pinned):
        found += look
        if any(problem.severity == "error" for problem in found):
            break
    return tuple(found)


def _gaze_problems(study: Study) -> Iterator[Problem]:
    """Whether what receives eye trackers is installed; a tracker need not be there while a study is checked."""
    if study.protocol.tracking.gaze == "off":
        return
    from app.tracking.gaze.lsl import need_lsl

    try:
        need_lsl()
    except StudyProblem as problem:
        expected = translate("Gaze", "the same on every station; readers are told before their first case")
        yield Problem(
            "RL438",
            str(study.path),
            key="tracking.gaze",
            what=f"{problem.what} {problem.todo}",
            expected=expected,
        )


def _looks(study: Study, step: Step, *, pinned: bool) -> Iterator[Sequence[Problem]]:
    yield list(ai_problems(study))
    yield list(image_problems(study, step))
    if pinned:
        yield image_differences(study, step)
