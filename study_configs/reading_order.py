"""The reading order of one reader: a pure function of the study and the reader's enrolment index.

What belongs here: crossed and split designs, practice, blocks, sittings, planted errors per trial. What does not:
keeping an order (app.store freezes it at enrolment, so that a case added later changes no order already given).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from study_configs.arrangement import NoOrder, Run, case_sets, keeps, random_order
from study_configs.design import Crossed, Split
from study_configs.draws import Draws, seed_of, square_row
from study_configs.ordering.values import PRACTICE_BLOCK, PlannedCall, PlannedTrial, ReadingOrder
from study_configs.planting import PlannedError, planned_error, planted_cases
from study_configs.problem import ProgramError, StudyProblem
from study_configs.rules import TRUTH
from study_configs.study import Study

_ATTEMPTS = 60
__all__ = [
    "PRACTICE_BLOCK",
    "PlannedCall",
    "PlannedTrial",
    "ReadingOrder",
    "condition_order",
    "error_in",
    "reading_order",
]


@dataclass(frozen=True, slots=True)
class _Block:
    """A condition and its cases, before and after their order is drawn."""

    number: int
    sitting: int
    condition: str
    cases: tuple[str, ...]


def reading_order(
    study: Study, reader: str, enrolment_index: int, stratum: Mapping[str, str] | None = None
) -> ReadingOrder:
    """The order for the reader who is enrolled as number `enrolment_index` (from 0), whoever that is.

    `reader` is only written into the order: two readers with one index get the same trials. Raises StudyProblem, with
    the reason, if no order keeps every constraint of the protocol.
    """
    if enrolment_index < 0:
        raise ProgramError(f"Enrolment counts from 0, not from {enrolment_index}.")
    try:
        trials = _trials_with_planted(study, enrolment_index)
    except NoOrder as problem:
        raise StudyProblem(
            f"There is no reading order for reader {enrolment_index + 1}: {problem}.",
            where=str(study.path),
            todo="Add cases, plant fewer errors, or loosen max_run, not_in_first or apart.",
        ) from None
    about = study.protocol.about
    return ReadingOrder(about.id, about.version, study.sha256, reader, enrolment_index, trials)


def condition_order(study: Study, enrolment_index: int) -> tuple[str, ...]:
    """The conditions in the order of this reader's blocks."""
    meeting = study.protocol.meeting_of()
    if meeting.order == "fixed":
        return meeting.names
    if meeting.order == "random":
        return tuple(_draws(study, "reader", enrolment_index, "conditions").shuffled(meeting.names))
    return tuple(meeting.names[at] for at in square_row(len(meeting.names), enrolment_index))


def _draws(study: Study, *scope: str | int) -> Draws:
    return Draws(study.protocol.about.id, study.protocol.design.seed, *scope)


def _trials_with_planted(study: Study, enrolment_index: int) -> tuple[PlannedTrial, ...]:
    """The trials; where the planted errors find no place in one order of the cases, another order is drawn."""
    for attempt in range(_ATTEMPTS):
        trials = _trials(study, enrolment_index, attempt)
        try:
            return _with_planted(study, trials, enrolment_index, attempt)
        except NoOrder as problem:
            reason = problem
    raise reason


def _trials(study: Study, enrolment_index: int, attempt: int) -> list[PlannedTrial]:
    runs = _runs(study)
    blocks = [
        replace(block, cases=_ordered(study, block, enrolment_index, attempt, runs))
        for block in (_practice(study, enrolment_index), *_blocks(study, enrolment_index))
    ]
    flat = [(block, case) for block in blocks for case in block.cases]
    return [
        PlannedTrial(index, case, block.condition, block.number, block.sitting, block.number == PRACTICE_BLOCK)
        for index, (block, case) in enumerate(flat)
    ]


def _practice(study: Study, enrolment_index: int) -> _Block:
    condition = study.protocol.design.practice.condition or condition_order(study, enrolment_index)[0]
    return _Block(PRACTICE_BLOCK, 1, condition, tuple(case.id for case in study.cases if case.practice))


def _blocks(study: Study, enrolment_index: int) -> list[_Block]:
    order = condition_order(study, enrolment_index)
    cases = tuple(case.id for case in study.cases if not case.practice)
    meeting = study.protocol.meeting_of()
    if isinstance(meeting, Crossed):
        return [_Block(number, number, condition, cases) for number, condition in enumerate(order, 1)]
    met = split_cases(study, meeting, enrolment_index)
    return [_Block(number, 1, condition, met[condition]) for number, condition in enumerate(order, 1)]


def split_cases(study: Study, split: Split, enrolment_index: int) -> Mapping[str, tuple[str, ...]]:
    """For each condition the case set that this reader reads in it, in the manifest's order."""
    cases = tuple(case.id for case in study.cases if not case.practice)
    values = [_values(study, name) for name in split.balance]
    stratum = {case: tuple(value[case] for value in values) for case in cases}
    sets = case_sets(cases, stratum, len(split.names), _draws(study, "case sets"))
    turned = {split.names[(at - enrolment_index) % len(split.names)]: set(members) for at, members in enumerate(sets)}
    return {name: tuple(case for case in cases if case in turned[name]) for name in split.names}


def _runs(study: Study) -> list[Run]:
    return [Run(name, limit, _values(study, name)) for name, limit in study.protocol.design.cases.max_run.items()]


def _values(study: Study, name: str) -> dict[str, str]:
    """Truth, or an attribute, of each case, as text."""
    if name != TRUTH:
        return {case.id: case.attributes.get(name, "") for case in study.cases}
    truths = study.truth.unseal()
    words = {case_id: "positive" if truth.positive else "negative" for case_id, truth in truths.items()}
    return {case.id: words.get(case.id, "unknown") for case in study.cases}


def _ordered(study: Study, block: _Block, enrolment_index: int, attempt: int, runs: Sequence[Run]) -> tuple[str, ...]:
    design = study.protocol.design
    practice = block.number == PRACTICE_BLOCK
    kept = [] if practice else runs
    if (design.practice if practice else design.cases).order == "fixed":
        if keeps(block.cases, kept):
            return block.cases
        raise NoOrder("cases: {order: fixed} takes the manifest's order, and that has a run longer than max_run")
    scope = ("reader", enrolment_index, "block", "practice" if practice else block.condition, "attempt", attempt)
    return tuple(random_order(block.cases, kept, _draws(study, *scope)))


def _with_planted(
    study: Study, trials: list[PlannedTrial], enrolment_index: int, attempt: int
) -> tuple[PlannedTrial, ...]:
    protocol = study.protocol
    if not protocol.planted:
        return tuple(trials)
    positive = {case_id: truth.positive for case_id, truth in study.truth.unseal().items()}
    for ai in protocol.ai:
        rules = {name: planted for name, planted in protocol.planted.items() if planted.ai == ai}
        shown = [trial for trial in trials if not trial.practice and _shows(study, trial.condition, ai)]
        draws = _draws(study, "reader", enrolment_index, "planted", ai, "attempt", attempt)
        for name, case in planted_cases(rules, [trial.case_id for trial in shown], positive, draws):
            error = error_in(study, name, case)
            for trial in shown:
                if trial.case_id == case:
                    trials[trial.index] = replace(trials[trial.index], planted=(*trials[trial.index].planted, error))
    return tuple(trials)


def _shows(study: Study, condition: str, ai: str) -> bool:
    return any(study.protocol.layers[name].ai == ai for name in study.protocol.conditions[condition].layers)


def error_in(study: Study, name: str, case: str) -> PlannedError:
    """The planted error that the rule of this name puts into a case: the same for every reader who meets it."""
    seed = seed_of(study.protocol.about.id, study.protocol.design.seed, "planted", name, case)
    return planned_error(name, study.protocol.planted[name], case, seed)
