"""Mistakes on purpose: a planted error turns one AI result into another, and leaves its mark in the provenance.

What belongs here: the errors, one file for each family. What does not: which trial gets which error
(study_configs.planting), and where in a body something could be found (overlays.planting.places).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from overlays.merging import named_alike
from overlays.planting.case import Case, Elsewhere, Image, Lesion, PlantedError, speaks_of
from overlays.planting.distracting import distracted
from overlays.planting.inventing import with_invention
from overlays.planting.manner import in_its_manner
from overlays.planting.moving import resized, shifted, wrong_side
from overlays.planting.removing import without_lesions
from overlays.planting.replacing import replaced
from overlays.planting.saying import decoupled_scores, other_category, other_label, other_score
from overlays.planting.sham import sham
from overlays.planting.shapes import centre_mm, diameter_mm
from overlays.result import AIResult
from study_configs.planted import ErrorKind
from study_configs.problem import StudyProblem

__all__ = [
    "Case", "Elsewhere", "Image", "Lesion", "PlantedError", "centre_mm", "diameter_mm", "plant", "speaks_of",
]  # fmt: skip

_PLANT: Mapping[ErrorKind, Callable[[AIResult, PlantedError, Case], AIResult]] = {
    "false_positive": with_invention,
    "false_negative": without_lesions,
    "shifted": shifted,
    "resized": resized,
    "score": other_score,
    "decoupled": decoupled_scores,
    "category": other_category,
    "wrong_side": wrong_side,
    "wrong_label": other_label,
    "distractor": distracted,
    "sham": sham,
    "replaced": replaced,
}


def plant(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The result with one planted error in it; the same error on the same result and case always gives the same.

    What was changed or put in carries the error's id in its provenance, the whole result does in any case; everything
    else is untouched but for the ids, which are numbered anew by rank. Raises StudyProblem where the error cannot be
    planted: another AI's result, no lesion to miss, nothing to change, no free place.
    """
    if error.ai != result.ai:
        raise StudyProblem(f"The planted error {error.id} is meant for {error.ai!r}, not for {result.ai!r}.")
    planted = _PLANT[error.kind](result, error, case)
    return named_alike(in_its_manner(planted, result, error, case))
