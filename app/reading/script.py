"""What one reader will go through in one sitting, laid out flat: texts, trials, phases, questions.

What belongs here: compiling a study and a frozen reading order into plain values. What does not: what has happened so
far (state) and what follows from it (engine). Truth and planted errors' places never enter a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from overlays.layers.layer import Reveal, reveal_of
from overlays.layers.reveal import is_at_once
from study_configs.conditions import Phase
from study_configs.pages import Page
from study_configs.questions import Question
from study_configs.reading_order import PlannedTrial, ReadingOrder
from study_configs.study import Study

SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its id, as it is asked in a phase."""

    id: str
    spec: Question


@dataclass(frozen=True, slots=True)
class PageScript:
    """A page before the first case or after the last one: a text, questions about the sitting, or both."""

    id: str
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A layer that does not come at once. `ai` is empty where it shows no result (a model's card)."""

    ai: str
    rule: Reveal


@dataclass(frozen=True, slots=True)
class PhaseScript:
    """One step inside a trial. `ais` are the AIs that may be within reach in it; empty in an unaided phase.

    `held_back` are layers that do not come at once, by name, with the AI whose results they show.

    A later phase starts from the answers of the one before it; `commit` marks the phase whose answers count as the
    reader's own final ones and stay visible as such. `at_least_ns` must pass before the phase can be confirmed; at
    `at_most_ns` it ends by itself, whatever is still open.
    """

    name: str
    questions: tuple[AskedQuestion, ...]
    layers: tuple[str, ...]
    ais: frozenset[str]
    commit: bool
    at_least_ns: int
    at_most_ns: int | None
    held_back: Mapping[str, HeldBack] = field(default_factory=dict)
    ais_at_once: frozenset[str] | None = None  # None: all of `ais`

    @property
    def ais_first(self) -> frozenset[str]:
        """The AIs that a layer shows from the beginning of the phase."""
        return self.ais if self.ais_at_once is None else self.ais_at_once


@dataclass(frozen=True, slots=True)
class TrialScript:
    """One reader × one case × one condition. `attributes` are the case's columns in the manifest, for `show_if`."""

    index: int
    case: str
    condition: str
    practice: bool
    phases: tuple[PhaseScript, ...]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole sitting for one reader."""

    before: tuple[PageScript, ...]
    trials: tuple[TrialScript, ...]
    after: tuple[PageScript, ...]
    feedback: bool
    restart_interrupted: bool


def compile_script(study: Study, order: ReadingOrder, sitting: int = 1) -> Script:
    """The script of the given sitting (from 1, as the reading order counts them)."""
    protocol = study.protocol
    return Script(
        before=tuple(_page(study, page) for page in protocol.before),
        trials=tuple(_trial(study, planned) for planned in order.trials if planned.sitting == sitting),
        after=tuple(_page(study, page) for page in protocol.after),
        feedback=protocol.feedback.when == "after_sitting",
        restart_interrupted=protocol.reading.interrupted.same_case == "restart",
    )


def _trial(study: Study, planned: PlannedTrial) -> TrialScript:
    case = study.case(planned.case_id)
    return TrialScript(
        index=planned.index,
        case=planned.case_id,
        condition=planned.condition,
        practice=planned.practice,
        phases=tuple(_phase(study, phase) for phase in study.protocol.conditions[planned.condition].phases),
        attributes=case.attributes,
    )


def _page(study: Study, page: Page) -> PageScript:
    return PageScript(page.id, _questions(study, page.answer))


def _questions(study: Study, names: tuple[str, ...]) -> tuple[AskedQuestion, ...]:
    return tuple(AskedQuestion(name, study.protocol.questions[name]) for name in names)


def _phase(study: Study, phase: Phase) -> PhaseScript:
    layers = {name: study.protocol.layers[name] for name in phase.layers}
    ai_of = {name: "" if layer.draw == "card" else layer.ai for name, layer in layers.items()}
    rules = {name: reveal_of(layer) for name, layer in layers.items()}
    return PhaseScript(
        name=phase.name,
        questions=_questions(study, phase.answer),
        layers=tuple(phase.layers),
        ais=frozenset(ai_of.values()) - {""},
        commit=phase.commit,
        at_least_ns=int(phase.at_least_s * SECOND_NS),
        at_most_ns=None if phase.at_most_s is None else int(phase.at_most_s * SECOND_NS),
        held_back={name: HeldBack(ai_of[name], rule) for name, rule in rules.items() if not is_at_once(rule)},
        ais_at_once=frozenset(ai_of[name] for name, rule in rules.items() if is_at_once(rule)) - {""},
    )
