"""Which AI results a study's trials show, and what is to be computed for them.

What belongs here: reading the protocol and a reader's trials. What does not: making results (desk, making).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from overlays.prepare import Wants
from study_configs.layers import At, ThresholdRule, named_threshold, threshold_in_column
from study_configs.problem import StudyProblem
from study_configs.reading_order import PlannedTrial
from study_configs.study import Study

MAPS = 3  # findings of a case that get a saliency map, best score first
OF_MAPS = ("heatmap", "isolines")


@dataclass(frozen=True, slots=True)
class Need:
    """One AI result of one case that somebody will see."""

    case: str
    ai: str


def needs_of(study: Study, trials: Iterable[PlannedTrial]) -> tuple[Need, ...]:
    """The results that these trials show, each once, in the order in which they are needed."""
    found: dict[Need, None] = {}
    for trial in trials:
        for shown in _shown_in(study, trial):
            for ai in (shown, *_shown_instead(study, shown)):
                found[Need(trial.case_id, ai)] = None
    return tuple(found)


def _shown_in(study: Study, trial: PlannedTrial) -> tuple[str, ...]:
    """The AIs of a trial: that of the reading list first, then those of layers."""
    triage = study.protocol.worklist.triage if study.protocol.worklist is not None and trial.triaged else None
    layers = [study.protocol.layers[name].ai for name in study.protocol.conditions[trial.condition].layers]
    return tuple(dict.fromkeys([*([triage.ai] if triage is not None else []), *layers]))


def _shown_instead(study: Study, ai: str) -> tuple[str, ...]:
    """The AIs whose results a planted error may show under this one's name; never whether it does."""
    rules = [rule for rule in study.protocol.planted.values() if rule.ai == ai]
    return tuple(sorted({rule.by_ai for rule in rules if rule.by_ai is not None}))


def every_need(study: Study) -> tuple[Need, ...]:
    """Every case with every AI that the protocol shows."""
    shown = {layer.ai for layer in study.protocol.layers.values()} | _of_the_list(study)
    instead = {other for ai in shown for other in _shown_instead(study, ai)}
    return tuple(Need(case.id, ai) for case in study.cases if not case.practice for ai in sorted(shown | instead))


def _of_the_list(study: Study) -> set[str]:
    worklist = study.protocol.worklist
    return {worklist.triage.ai} if worklist is not None and worklist.triage is not None else set()


def needs_to_run(study: Study) -> tuple[Need, ...]:
    """Every case with every AI that runs here and is shown: what `readerlab prepare` computes."""
    return tuple(need for need in every_need(study) if study.protocol.ai[need.ai].model is not None)


def needs_of_practice(study: Study) -> tuple[Need, ...]:
    """Every practice case with the AIs that a condition of its own for practice shows."""
    condition = study.protocol.design.practice.condition
    if condition is None:
        return ()
    shown = {study.protocol.layers[name].ai for name in study.protocol.conditions[condition].layers}
    return tuple(Need(case.id, ai) for case in study.cases if case.practice for ai in sorted(shown))


def wants_of(study: Study, ai: str) -> Wants:
    """What to compute for one of the protocol's models. Raises StudyProblem where the AI has no model."""
    spec = study.protocol.ai[ai]
    if spec.model is None:
        raise StudyProblem(f"The AI {ai} has no model to run.", where=str(study.path))
    explained = any(layer.ai == ai and layer.explain is not None for layer in study.protocol.layers.values())
    folder = study.file(spec.model).parent
    return Wants(ai, folder, spec.sha256 or "", maps=MAPS if explained else 0, seed=study.protocol.design.seed % 2**31)


def model_hashes(study: Study) -> dict[str, str]:
    """The sha-256 of each AI's model, for the store to freeze with the order."""
    files = {name: ai.model for name, ai in study.protocol.ai.items() if ai.model is not None}
    return {name: sha256(study.file(model).read_bytes()).hexdigest() for name, model in files.items()}


def shown_from(study: Study, ai: str) -> float:
    """The highest threshold at which any layer of this AI begins to show findings."""
    protocol = study.protocol
    layers = {n: layer for n, layer in protocol.layers.items() if layer.ai == ai and layer.draw not in OF_MAPS}
    written = [layer.at for layer in layers.values()]
    written += [at for each in protocol.conditions.values() for name, at in each.at.items() if name in layers]
    return max((found for at in written for found in _thresholds(study, at, ai)), default=0.5)


def _thresholds(study: Study, at: At, ai: str) -> Iterator[float]:
    """The numbers that a threshold may come to: one, or one for each reader or case."""
    source = study.protocol.ai[ai]
    if not isinstance(at, ThresholdRule):
        yield named_threshold(at, source)
        return
    yield from (named_threshold(each, source) for each in at.of)
    if at.column is not None:
        told = (case.attributes.get(at.column, "") for case in study.cases)
        yield from (threshold_in_column(each, source) for each in told)
