"""Other numbers and words than the AI gave: scores, categories, labels; places and maps stay as they are.

What belongs here: the planted errors score, decoupled, category, wrong_label. What does not: positions (moving), the
steps of a scale (study_configs.scales).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from overlays.planting.case import Case, PlantedError, draws, marked, target, with_finding
from overlays.planting.words import word_replaced
from overlays.result import Advice, AIMap, AIResult, Assessment, Finding
from study_configs.problem import StudyProblem
from study_configs.scales import moved, rewritten, step_of

Judged = TypeVar("Judged", Finding, Assessment)


def other_score(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The score that the protocol names, at the finding; where there is none, in what is said of the case."""
    score = error.score if error.score is not None else 0.0
    scored = [each for each in result.findings if each.score is not None]
    if scored:
        finding = target(replace(result, findings=tuple(scored)), error, case)
        note = f"score: {finding.score:.3g} to {score:.3g}"
        changed = replace(finding, score=score, provenance=marked(finding.provenance, error, "edited", note))
        return with_finding(_said(result, error, note), changed)
    if not any(each.score is not None for each in result.assessments):
        raise _no_scores(error)
    best = max(each.score for each in result.assessments if each.score is not None)
    note = f"score: {best:.3g} to {score:.3g}"
    assessments = tuple(
        replace(each, score=score, provenance=marked(each.provenance, error, "edited", note))
        if each.score == best
        else each
        for each in result.assessments
    )
    return replace(_said(result, error, note), assessments=assessments)


def decoupled_scores(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """Every score drawn from all that this AI gives, here and elsewhere, whatever is right; alike for each name."""
    given = [each.score for each in result.findings] + [each.score for each in result.assessments]
    if all(score is None for score in given):
        raise _no_scores(error)
    rng = draws(error)
    pool = [result, *(each.result for each in case.elsewhere)]
    of_findings = [each.score for other in pool for each in other.findings if each.score is not None]
    findings = tuple(_drawn(each, of_findings, error, rng) for each in result.findings)
    assessments = tuple(
        _drawn(each, [s.score for o in pool for s in o.assessments if s.name == each.name and s.score is not None],
               error, rng)
        for each in result.assessments
    )  # fmt: skip
    return replace(_said(result, error, "decoupled"), findings=findings, assessments=assessments)


def _drawn(said: Judged, pool: Sequence[float], error: PlantedError, rng: np.random.Generator) -> Judged:
    """A draw among the scores of the pool and between them, so that no score comes twice by chance."""
    if said.score is None:
        return said
    low, high = min(pool), max(pool)
    spread = 0.02 if high - low < 0.02 else 0.05 * (high - low)
    score = float(np.clip(rng.choice(np.asarray(pool)) + rng.normal(0, spread), 0.01, 0.99))
    note = f"decoupled: {said.score:.3g} to {score:.3g}"
    return replace(said, score=score, provenance=marked(said.provenance, error, "edited", note))


def other_category(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The category `by` steps along the scale, or the one named `to`, wherever this AI gives it in this case.

    It is the finding's own, else the worst one that is said. Raises StudyProblem beyond the ends of the scale.
    """
    old = _category(result, error, case)
    new = rewritten(old, error.scale, error.to) if error.to else moved(old, error.scale, error.by or 0)
    if new is None or new == old:
        raise StudyProblem(
            f"The planted error {error.id} would change category {old}, and the scale {', '.join(error.scale)} ends "
            "there." if new is None else f"The planted error {error.id} leaves category {old} as it is.",
            todo="Plant fewer steps, or plant it in another case.",
        )  # fmt: skip
    note = f"category: {old} to {new}"
    provenance = marked(result.provenance, error, "edited", note)
    return replace(
        result,
        findings=tuple(_categorised(each, old, new, error, note) for each in result.findings),
        assessments=tuple(_categorised(each, old, new, error, note) for each in result.assessments),
        advice=tuple(_advice_categorised(each, old, new, error) for each in result.advice),
        provenance=provenance,
    )


def other_label(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The finding called something else, also where its map and the advice name it; raises where it is called that."""
    finding = target(result, error, case)
    label = error.label or ""
    if finding.label.strip().lower() == label.strip().lower():
        raise StudyProblem(
            f"The planted error {error.id} calls a finding {label!r}, and the AI does so itself.",
            todo="Plant another label.",
        )
    note = f"wrong_label: {finding.label} to {label}"
    provenance = marked(finding.provenance, error, "edited", note)
    changed = replace(finding, label=label, code=None, provenance=provenance)
    maps = tuple(_map_called(each, finding, label, error, note) for each in result.maps)
    advice = tuple(
        replace(each, text=text, provenance=marked(each.provenance, error, "edited", note))
        if each.finding in ("", finding.id) and (text := word_replaced(each.text, finding.label, label)) != each.text
        else each
        for each in result.advice
    )
    return with_finding(replace(_said(result, error, note), maps=maps, advice=advice), changed)


# --- categories


def _category(result: AIResult, error: PlantedError, case: Case) -> str:
    """The category that the error is about, as it is written."""
    ranked = sorted(result.findings, key=lambda each: (not case.lesion_at(each), each.rank))
    of_findings = [each.category for each in ranked if step_of(each.category, error.scale) is not None]
    if of_findings:
        return of_findings[0]
    steps = {each.category: step_of(each.category, error.scale) for each in result.assessments}
    known = {category: step for category, step in steps.items() if step is not None}
    if not known:
        raise StudyProblem(
            f"The planted error {error.id} changes a category of {', '.join(error.scale)}, and the AI gives none in "
            "this case.",
            todo="Name the scale that this AI uses, or plant it in another case.",
        )
    return max(known, key=lambda category: known[category])


def _categorised(said: Judged, old: str, new: str, error: PlantedError, note: str) -> Judged:
    if said.category != old:
        return said
    changed = replace(said, category=new, provenance=marked(said.provenance, error, "edited", note))
    if isinstance(changed, Finding):
        words = tuple(replace(each, value=new) if each.value == old else each for each in changed.said)
        return replace(changed, said=words)
    return changed


def _advice_categorised(said: Advice, old: str, new: str, error: PlantedError) -> Advice:
    """Advice that names the category names the new one: after the scale's name, or the word category."""
    one, other = (re.split(r"[\s:]", each)[-1] for each in (old, new))
    pattern = re.compile(rf"(RADS|category|Kategorie)([\s:]*(?:category)?[\s:]*){re.escape(one)}(?!\w)", re.IGNORECASE)
    text = pattern.sub(rf"\g<1>\g<2>{other}", said.text)
    if text == said.text:
        return said
    return replace(said, text=text, provenance=marked(said.provenance, error, "edited", error.kind))


# --- in common


def _map_called(ai_map: AIMap, finding: Finding, label: str, error: PlantedError, note: str) -> AIMap:
    if ai_map.finding != finding.id:
        return ai_map
    segments = tuple(
        replace(each, label=label, code=None) if each.label == finding.label else each for each in ai_map.segments
    )
    name = label if ai_map.label == finding.label else ai_map.label
    if (name, segments) == (ai_map.label, ai_map.segments):
        return ai_map
    provenance = marked(ai_map.provenance, error, "edited", note)
    return replace(ai_map, label=name, segments=segments, provenance=provenance)


def _said(result: AIResult, error: PlantedError, note: str) -> AIResult:
    return replace(result, provenance=marked(result.provenance, error, "edited", note))


def _no_scores(error: PlantedError) -> StudyProblem:
    return StudyProblem(
        f"The planted error {error.id} changes a score, and the AI gives none in this case.",
        todo="Plant it in another case, or another kind of error.",
    )
