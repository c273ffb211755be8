"""A study as one reader would meet it from some trial on, for a walk through it that nobody records.

What belongs here: the study and order of such a walk. What does not: the windows, and the store that is thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from study_configs.design import Readers
from study_configs.protocol import Protocol
from study_configs.reading_order import PlannedTrial, ReadingOrder, reading_order
from study_configs.study import Study

READER = "preview"
STEP = "preview_step"  # the condition of the first trial, where it begins with a later step


@dataclass(frozen=True, slots=True)
class PreviewAs:
    """Whom to be and where to begin: a place of the plan within a stratum, a trial (from 0) and a phase of it."""

    slot: int = 0
    stratum: Mapping[str, str] = field(default_factory=dict)
    trial: int = 0
    phase: int = 0


def order_of(study: Study, wished: PreviewAs) -> ReadingOrder:
    """The whole order of that reader. Raises StudyProblem where none can be drawn."""
    return reading_order(study, READER, wished.slot, stratum=dict(wished.stratum))


def walk(study: Study, wished: PreviewAs) -> tuple[Study, ReadingOrder]:
    """The study and the order of the walk: one session, from the wished trial and phase on.

    Beginning in the middle leaves out the pages before the first case. The order's planted errors stay where they are:
    the AI is shown as that reader would see it.
    """
    order = order_of(study, wished)
    at = min(wished.trial, len(order.trials) - 1)
    session = order.trials[at].sitting
    trials = [trial for trial in order.trials[at:] if trial.sitting == session]
    protocol = _open_to_all(study.protocol)
    if wished.trial or wished.phase:
        protocol = protocol.model_copy(update={"before": ()})
    if wished.phase:
        protocol = _beginning_at(protocol, trials[0].condition, wished.phase)
        trials[0] = replace(trials[0], condition=STEP)
    return replace(study, protocol=protocol), replace(order, trials=_numbered(trials))


def _numbered(trials: list[PlannedTrial]) -> tuple[PlannedTrial, ...]:
    return tuple(replace(trial, index=at, sitting=1) for at, trial in enumerate(trials))


def _open_to_all(protocol: Protocol) -> Protocol:
    """Nobody needs to be enrolled for a walk."""
    readers: Readers = protocol.design.readers.model_copy(update={"enrol": "self"})
    return protocol.model_copy(update={"design": protocol.design.model_copy(update={"readers": readers})})


def _beginning_at(protocol: Protocol, condition: str, phase: int) -> Protocol:
    whole = protocol.conditions[condition]
    first = whole.phases[phase].model_copy(update={"only_if": None})
    later = whole.model_copy(update={"phases": (first, *whole.phases[phase + 1 :])})
    return protocol.model_copy(update={"conditions": {**protocol.conditions, STEP: later}})
