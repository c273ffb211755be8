"""What AI says of the whole case, as far as a layer shows it: advice, categories and scores, example pictures.

What belongs here: choosing them. What does not: showing them (panels), and findings and maps (layers).
"""

from __future__ import annotations

from collections.abc import Sequence

from overlays.layers.layer import CASE_DRAWS, MARKS, Layer, visible_findings
from overlays.result import Advice, AIResult, Assessment, Example

CaseElement = Advice | Assessment | Example


def case_elements(
    layer: Layer, results: Sequence[AIResult], layers: Sequence[Layer], chosen: str = ""
) -> tuple[CaseElement, ...]:
    """What a layer beside the images says now; nothing while it is hidden or held back.

    What belongs to a finding below the threshold of its AI's finding layers is left out, since it would tell of it; of
    what belongs to findings, the chosen one's alone where it has any.
    """
    if layer.draw not in CASE_DRAWS or not layer.is_painted:
        return ()
    said = [each for result in results if result.ai == layer.ai for each in _of(layer, result)]
    shown = _findings_shown(layer.ai, results, layers)
    told = tuple(each for each in said if shown is None or _finding_of(each) in (*shown, ""))
    own = tuple(each for each in told if chosen and _finding_of(each) == chosen)
    return own + tuple(each for each in told if not _finding_of(each)) if own else told


def _of(layer: Layer, result: AIResult) -> tuple[CaseElement, ...]:
    if layer.draw == "text":
        return result.advice
    if layer.draw == "example":
        return tuple(each for each in result.examples if _reaches(layer, each.score))
    if layer.draw == "category":
        named = (each for each in result.assessments if not layer.only or each.name in layer.only)
        return tuple(each for each in named if _reaches(layer, each.score))
    return ()


def _reaches(layer: Layer, score: float | None) -> bool:
    return score is None or score >= layer.threshold


def _finding_of(element: CaseElement) -> str:
    return "" if isinstance(element, Assessment) else element.finding


def _findings_shown(ai: str, results: Sequence[AIResult], layers: Sequence[Layer]) -> frozenset[str] | None:
    """The findings that the AI's own layers show; None where it has no such layer, and nothing is hidden by one."""
    of_findings = [layer for layer in layers if layer.ai == ai and layer.draw in MARKS]
    if not of_findings:
        return None
    return frozenset(f.id for layer in of_findings for result in results for f in visible_findings(result, layer))
