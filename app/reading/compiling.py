"""From a study and a reader's frozen order to the script of one sitting.

What belongs here: compiling. What does not: drawing the order (study_configs.reading_order), the law (engine). Planted
errors' places and truth never enter a script; the places of lesions do where a question points them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.reading.script import (
    AskedQuestion,
    BreakRule,
    HeldBack,
    PageScript,
    PhaseScript,
    Place,
    Script,
    Telling,
    TrialScript,
)
from app.reading.worklist.compiling import list_scripts, listed_exam
from overlays.layers.layer import reveal_of
from overlays.layers.reveal import is_at_once
from study_configs.conditions import Condition, Phase
from study_configs.design import Breaks
from study_configs.pages import Page
from study_configs.reading_order import PlannedTrial, ReadingOrder
from study_configs.study import Study

SECOND_NS = 1_000_000_000
MINUTE_NS = 60 * SECOND_NS


def compile_script(study: Study, order: ReadingOrder, sitting: int = 1) -> Script:
    """The script of the given sitting (from 1, as the reading order counts them)."""
    protocol, reading = study.protocol, study.protocol.reading
    planned = [trial for trial in order.trials if trial.sitting == sitting]
    pages = _Pages(study, order, sitting, planned)
    feedback = protocol.feedback.of_arm(order.arm)
    last = max((trial.sitting for trial in order.trials), default=1)
    at_end = {"after_sitting": True, "after_study": sitting == last}.get(feedback.when, False)
    told_of = order.trials if feedback.when == "after_study" else planned
    return Script(
        before=pages.before(),
        trials=tuple(_trial(study, trial, feedback.when) for trial in planned),
        after=pages.after(),
        feedback=at_end,
        restart_interrupted=reading.interrupted.same_case == "restart",
        block_pages=_block_pages(study, planned),
        lists=list_scripts(study, order, sitting, lambda id_, asked: PageScript(id_, _questions(study, asked))),
        feedback_trials=tuple(trial.index for trial in told_of) if at_end else (),
        breaks=_breaks(protocol.design.breaks),
        navigation=reading.navigation,
        progress=reading.progress,
        at_most_ns=None if reading.sitting_at_most_min is None else int(reading.sitting_at_most_min * MINUTE_NS),
        max_gap_hours=reading.interrupted.max_gap_hours,
        after_gap=reading.interrupted.then,
        arm=order.arm,
        stratum=dict(order.stratum),
        probe=pages.probe,
    )


# --- pages


class _Pages:
    """Which pages a sitting has, by its place among the reader's sittings, arm, stratum and first condition."""

    def __init__(self, study: Study, order: ReadingOrder, sitting: int, planned: Sequence[PlannedTrial]) -> None:
        self._study = study
        self.probe = next((trial.probe for trial in planned if trial.probe), "")
        self._first = sitting == min((trial.sitting for trial in order.trials), default=1)
        self._last = sitting == max((trial.sitting for trial in order.trials), default=1)
        condition = next((trial.condition for trial in planned if not trial.practice), "")
        strata = {f"reader.{name}": value for name, value in order.stratum.items()}
        self._fixed = {"arm": order.arm, "condition": condition, **strata}

    def before(self) -> tuple[PageScript, ...]:
        return tuple(self._page(page) for page in self._study.protocol.before if self._is_due(page, "first"))

    def after(self) -> tuple[PageScript, ...]:
        return tuple(self._page(page) for page in self._study.protocol.after if self._is_due(page, "every"))

    def _is_due(self, page: Page, otherwise: str) -> bool:
        due = {"first": self._first, "last": self._last, "every": True, "probe": bool(self.probe)}
        return due[page.sittings or otherwise]

    def _page(self, page: Page) -> PageScript:
        return PageScript(
            page.id,
            _questions(self._study, page.answer),
            show_if=page.show_if or "",
            fixed=self._fixed,
            at_least_ns=int(page.at_least_s * SECOND_NS),
            media=page.media or "",
        )


def _block_pages(study: Study, planned: Sequence[PlannedTrial]) -> Mapping[int, tuple[PageScript, ...]]:
    condition_of = {trial.block: trial.condition for trial in planned}
    texts = {block: study.protocol.conditions[name].before for block, name in condition_of.items()}
    return {
        block: tuple(PageScript(text, (), block=block) for text in named) for block, named in texts.items() if named
    }


# --- trials


def _trial(study: Study, planned: PlannedTrial, feedback: str) -> TrialScript:
    condition = study.protocol.conditions[planned.condition]
    phases = tuple(_phase(study, phase) for phase in condition.phases)
    return TrialScript(
        index=planned.index,
        case=planned.case_id,
        condition=planned.condition,
        practice=planned.practice,
        phases=phases,
        attributes=study.case(planned.case_id).attributes,
        block=planned.block,
        part=planned.part,
        probe=planned.probe,
        no_reveal=planned.no_reveal,
        repeat=planned.repeat,
        thresholds=dict(planned.thresholds),
        shown_as=dict(condition.shown_as),
        notice=condition.notice,
        lesions=_lesions(study, planned.case_id, condition),
        listed=listed_exam(study, planned),
        told=_told(study, planned, feedback),
    )


def _told(study: Study, planned: PlannedTrial, feedback: str) -> Telling:
    """Practice cases have a rule of their own."""
    rule = study.protocol.design.practice.feedback if planned.practice else feedback
    if rule == "after_case":
        return "after_case"
    return "after_block" if rule == "after_block" else "never"


def _lesions(study: Study, case: str, condition: Condition) -> Mapping[str, Place]:
    """Places to be pointed out, as lesion-1, lesion-2 … in the reference's order: its own ids could tell too much."""
    asked = {name for phase in condition.phases for name in phase.answer}
    if not any(study.protocol.questions[name].per == "lesion" for name in asked):
        return {}
    truth = study.truth.unseal().get(case)
    lesions = truth.lesions if truth is not None else ()
    return {f"lesion-{at}": each.position_mm for at, each in enumerate(lesions, 1) if each.position_mm is not None}


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
        only_if=phase.only_if or "",
        warn_ns=None if phase.warned_s is None else int(phase.warned_s * SECOND_NS),
        clock=phase.clock,
        fresh=phase.fresh,
    )


def _breaks(breaks: Breaks | None) -> BreakRule | None:
    if breaks is None:
        return None
    every_ns = None if breaks.every_min is None else int(breaks.every_min * MINUTE_NS)
    return BreakRule(breaks.every_cases, every_ns, breaks.at_least_s)
