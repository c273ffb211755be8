"""A whole result of another AI under this one's name, such as advice that was written to be wrong.

What belongs here: the planted error replaced. What does not: making up a result (sham).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from overlays.planting.case import Case, PlantedError, marked
from overlays.result import AIResult, Provenance
from study_configs.problem import StudyProblem

Told = TypeVar("Told", bound=Any)


def replaced(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """What the AI `by_ai` says of the case, as if this AI had said it: its model, version and date stand with it.

    Raises StudyProblem where the other AI has no result of the case.
    """
    other = case.instead.get(error.by_ai or "")
    if other is None:
        raise StudyProblem(
            f"The planted error {error.id} shows what {error.by_ai} says instead, and that says nothing of this case.",
            todo=f"Add a result of {error.by_ai} for the case, or leave the case out with `where`.",
        )
    provenance = marked(result.provenance, error, "edited", error.kind)
    return replace(
        other,
        ai=result.ai,
        findings=_as_own(other.findings, provenance),
        maps=_as_own(other.maps, provenance),
        assessments=_as_own(other.assessments, provenance),
        advice=_as_own(other.advice, provenance),
        examples=_as_own(other.examples, provenance),
        provenance=provenance,
    )


def _as_own(told: Sequence[Told], provenance: Provenance) -> tuple[Told, ...]:
    return tuple(replace(each, provenance=provenance) for each in told)
