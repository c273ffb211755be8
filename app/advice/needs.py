"""Which AI results a study's trials show, and what is to be computed for them.

What belongs here: reading the protocol and a reader's trials. What does not: making results (desk, making).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from overlays.prepare import Wants
from study_configs.layers import threshold_of
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
    layers = study.protocol.layers
    found: dict[Need, None] = {}
    for trial in trials:
        for name in study.protocol.conditions[trial.condition].layers:
            found[Need(trial.case_id, layers[name].ai)] = None
    return tuple(found)


def every_need(study: Study) -> tuple[Need, ...]:
    """Every case with every AI that the protocol shows."""
    shown = sorted({layer.ai for layer in study.protocol.layers.values()})
    return tuple(Need(case.id, ai) for case in study.cases if not case.practice for ai in shown)


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
    layers = [layer for layer in study.protocol.layers.values() if layer.ai == ai and layer.draw not in OF_MAPS]
    return max((threshold_of(layer, study.protocol.ai[ai]) for layer in layers), default=0.5)
