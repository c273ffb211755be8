"""Reading lists and calls of a sitting from the protocol's section worklist and the frozen order.

What belongs here: compiling them into plain values. What does not: drawing anything (study_configs.bustle_draws: the
order holds it all).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.reading.script import PageScript
from app.reading.worklist.script import CallScript, ListedExam, ListScript, TriageScript
from study_configs.bustle_draws import has_list
from study_configs.layers import named_threshold
from study_configs.ordering.values import PRACTICE_BLOCK, PlannedTrial, ReadingOrder
from study_configs.study import Study
from study_configs.worklist import Triage, Worklist

SECOND_NS = 1_000_000_000
AskedPage = Callable[[str, tuple[str, ...]], PageScript]  # a page's id and its questions' names


def listed_exam(study: Study, planned: PlannedTrial) -> ListedExam | None:
    """The exam's row; None in practice, and where the block has no list. Without a patient where none was invented."""
    if planned.block == PRACTICE_BLOCK or planned.practice or not _is_listed(study, planned.condition):
        return None
    modality = study.case(planned.case_id).attributes.get("modality", "")
    person = (planned.patient, planned.age, planned.sex)
    return ListedExam(
        *person, modality, planned.exam, planned.priority, round(planned.arrives_s * SECOND_NS), planned.triaged
    )


def _is_listed(study: Study, condition: str) -> bool:
    return has_list(study.protocol, condition) or study.protocol.reading.navigation == "free"


def list_scripts(study: Study, order: ReadingOrder, sitting: int, page: AskedPage) -> Mapping[int, ListScript]:
    """By block, the lists of a sitting; where readers may go about freely, each block has a plain one."""
    first = {trial.block: trial for trial in reversed(order.trials) if trial.sitting == sitting}
    plain = Worklist(columns=("pseudonym", "status"), choose=True)
    return {
        block: _list_script(study, _section(study, trial.condition) or plain, order, trial, page)
        for block, trial in sorted(first.items())
        if listed_exam(study, trial) is not None
    }


def _section(study: Study, condition: str) -> Worklist | None:
    return study.protocol.worklist if has_list(study.protocol, condition) else None


def _list_script(
    study: Study, worklist: Worklist, order: ReadingOrder, first: PlannedTrial, page: AskedPage
) -> ListScript:
    triage = _triage_script(study, worklist.triage) if worklist.triage is not None and first.triaged else None
    columns = tuple(column for column in worklist.columns if column != "ai" or (triage and triage.shows_tag))
    return ListScript(
        block=first.block,
        columns=columns if triage is None or not triage.shows_tag or "ai" in columns else (*columns, "ai"),
        choose=worklist.choose,
        order=worklist.order,
        stat_interrupts=worklist.stat_interrupts,
        triage=triage,
        calls=tuple(
            _call_script(worklist, planned.call, planned.at_s, number, page)
            for number, planned in enumerate(order.calls.get(first.block, ()))
        ),
        clock=worklist.clock,
        block_ns=None if worklist.block_min is None else round(worklist.block_min * 60 * SECOND_NS),
        quota=worklist.quota,
    )


def _call_script(worklist: Worklist, call: int, at_s: float, number: int, page: AskedPage) -> CallScript:
    spec = worklist.calls[call]
    asked = page(f"call_{number + 1}", spec.answer)
    return CallScript(round(at_s * SECOND_NS), round(spec.rings_s * SECOND_NS), spec.says, asked)


def _triage_script(study: Study, triage: Triage) -> TriageScript:
    threshold = named_threshold(triage.at, study.protocol.ai[triage.ai])
    shows = triage.shows
    return TriageScript(triage.ai, threshold, shows in ("tag", "both"), shows in ("order", "both"), triage.tag)
