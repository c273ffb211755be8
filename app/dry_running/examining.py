"""Examining the export of a dry run: is everything there that the plan promised, once, and nothing else?

What belongs here: comparing the tables with the orders and the protocol. What does not: filling them (paper), words for
people (report).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from study_configs.bustle_draws import has_list
from study_configs.conditions import Phase
from study_configs.layers import Layer, Reveal
from study_configs.planted import Planted
from study_configs.planting import PlannedError
from study_configs.questions import Marks, Question
from study_configs.reading_order import PlannedTrial, ReadingOrder
from study_configs.study import Study

Row = Mapping[str, str]
MOST_NAMED = 5
SIDES = ("right", "left")


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of an export that are looked at, as text."""

    trials: Sequence[Row]
    decisions: Sequence[Row]
    marks: Sequence[Row]
    ai: Sequence[Row]
    pages: Sequence[Row]
    sittings: Sequence[Row]
    cases: Sequence[Row]
    questions: Sequence[Row]

    @staticmethod
    def read(folder: Path) -> Tables:
        names = ("trials", "decisions", "marks", "ai", "pages", "sittings", "cases", "questions")
        return Tables(*(_rows(folder / f"{name}.csv") for name in names))


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def examine(study: Study, orders: Sequence[ReadingOrder], tables: Tables) -> list[str]:
    """Everything that is wrong with an export of these orders, in sentences; empty where it is clean."""
    found = [
        *_sittings(orders, tables),
        *_trials(study, orders, tables),
        *_answers(study, orders, tables),
        *_planted(study, orders, tables),
        *_pages(study, tables),
        *_consistent(study, tables),
    ]
    return [*found[:40], f"And {len(found) - 40} more of this kind."] if len(found) > 40 else found


def _sittings(orders: Sequence[ReadingOrder], tables: Tables) -> Iterator[str]:
    ended = {(row["reader"], row["sitting"]) for row in tables.sittings if row["ended_utc"]}
    for order in orders:
        for number in sorted({trial.sitting for trial in order.trials}):
            if (order.reader, str(number)) not in ended:
                yield f"Sitting {number} of {order.reader} did not end."


def _trials(study: Study, orders: Sequence[ReadingOrder], tables: Tables) -> Iterator[str]:
    """Each planned trial once, in its condition, with all of its phases."""
    there = {(row["reader"], int(row["trial"])): row for row in tables.trials}
    if len(there) < len(tables.trials):
        yield "A trial stands in the table of trials twice."
    for order in orders:
        for trial in order.trials:
            row = there.pop((order.reader, trial.index), None)
            where = f"{trial.case_id} in {trial.condition} ({order.reader}, trial {trial.index})"
            if row is None and _may_be_unread(study, trial):
                continue
            if row is None:
                yield f"The plan has {where}, and the export does not."
            elif (row["case"], row["condition"]) != (trial.case_id, trial.condition):
                yield f"The export has {row['case']} in {row['condition']} where the plan has {where}."
            elif int(row["phases_confirmed"]) < len(_certain(study, trial)):
                yield f"Of {where} only {row['phases_confirmed']} phases are confirmed."
    for reader, index in list(there)[:MOST_NAMED]:
        yield f"The export has a trial {index} of {reader} that the plan does not have."


def _may_be_unread(study: Study, trial: PlannedTrial) -> bool:
    """Whether the time of the trial's block could end before the trial is begun."""
    worklist = study.protocol.worklist
    timed = worklist is not None and worklist.block_min is not None
    return timed and not trial.practice and has_list(study.protocol, trial.condition)


def _certain(study: Study, trial: PlannedTrial) -> list[tuple[int, Phase]]:
    """The phases that are taken whatever was answered."""
    phases = enumerate(study.protocol.conditions[trial.condition].phases)
    return [(at, p) for at, p in phases if p.only_if is None and not (trial.no_reveal and p.layers)]


def _answers(study: Study, orders: Sequence[ReadingOrder], tables: Tables) -> Iterator[str]:
    """Each required question of each phase that is surely taken has an answer for each thing it is asked about."""
    given = Counter(
        (row["reader"], int(row["trial"]), int(row["phase"]), row["question"])
        for row in tables.decisions
        if row["answer"] != ""
    )
    read = {(row["reader"], int(row["trial"])) for row in tables.trials}
    marked = Counter((row["reader"], int(row["trial"]), int(row["phase"]), row["question"]) for row in tables.marks)
    for order in orders:
        for trial in (each for each in order.trials if (order.reader, each.index) in read):
            for at, phase in _certain(study, trial):
                for name in phase.answer:
                    question = study.protocol.questions[name]
                    key = (order.reader, trial.index, at, name)
                    there = marked[key] if isinstance(question, Marks) else given[key]
                    if there < (wanted := _wanted(question)):
                        where = f"{trial.case_id} ({order.reader}, {phase.name})"
                        yield f"{name} of {where} has {there} of {wanted} answers."


def _wanted(question: Question) -> int:
    """How many answers it has at least; none where that depends on other answers, marks or findings."""
    if not question.required or question.show_if is not None:
        return 0
    return {"case": 1, "side": len(SIDES), "segment": len(question.segments)}.get(question.per, 0)


def _planted(study: Study, orders: Sequence[ReadingOrder], tables: Tables) -> Iterator[str]:
    """Each planted error met where the plan has it, nowhere else, and as many as the protocol says."""
    read = {(row["reader"], int(row["trial"])) for row in tables.trials}
    met: dict[tuple[str, int], set[str]] = {}
    for row in tables.ai:
        met.setdefault((row["reader"], int(row["trial"])), set()).update(json.loads(row["planted"] or "[]"))
    for order in orders:
        for trial in (each for each in order.trials if (order.reader, each.index) in read):
            planned = {error.id for error in trial.planted}
            found = met.pop((order.reader, trial.index), set())
            if found - planned:
                yield f"{order.reader} met {_listed(found - planned)} in trial {trial.index}, which is not planned."
            if planned - found and _surely_shown(study, trial):
                yield f"{order.reader} did not meet {_listed(planned - found)} in trial {trial.index}."
        yield from _counts(study, order)


def _surely_shown(study: Study, trial: PlannedTrial) -> bool:
    """Whether every AI that carries an error is within reach in a phase that is surely taken."""
    layers = study.protocol.layers
    phases = _certain(study, trial)
    shown = {layers[name].ai for _, phase in phases for name in phase.layers if _surely_comes(layers[name])}
    return {error.ai for error in trial.planted} <= shown and not trial.no_reveal


def _surely_comes(layer: Layer) -> bool:
    """Whether the layer comes whatever is answered, and with a result: a model's card needs none."""
    waits = isinstance(layer.reveal, Reveal) and layer.reveal.only_if is not None
    return layer.draw != "card" and not waits


def _counts(study: Study, order: ReadingOrder) -> Iterator[str]:
    """As many cases carry each error as the protocol says, for this reader."""
    carried: dict[str, set[str]] = {}
    for trial in order.trials:
        for error in trial.planted:
            carried.setdefault(error.id.split("/")[0], set()).add(trial.case_id)
    for name, rule in study.protocol.planted.items():
        there, wanted = len(carried.get(name, ())), _quota(study, rule, order)
        if wanted is not None and there != wanted:
            yield f"{order.reader} has the planted error {name} in {there} cases, not in {wanted}."


def _quota(study: Study, rule: Planted, order: ReadingOrder) -> int | None:
    """How many cases it should be in; None where that is not for this reader alone to say.

    An error in all cases that fit is counted among those that the reader sees with the AI. One that is drawn once is
    in as many as it says only where every reader sees every case with it.
    """
    trials = [trial for trial in order.trials if not trial.practice and _carries(study, rule, trial.condition)]
    if not trials or isinstance(rule.cases, tuple) or (rule.cases == "all" and _is_thinned(study, rule)):
        return None
    if isinstance(rule.cases, int):
        sees_all = len({trial.case_id for trial in trials}) == sum(not case.practice for case in study.cases)
        return rule.cases if sees_all or rule.draw == "for_each_reader" else None
    truth = study.truth.unseal()
    attributes = {case.id: case.attributes for case in study.cases}
    fit = {t.case_id for t in trials if rule.may_be_in(t.case_id, truth[t.case_id].positive, attributes[t.case_id])}
    return len(fit - {t.case_id for t in trials for error in t.planted if _is_anothers(study, rule, error)})


def _is_thinned(study: Study, rule: Planted) -> bool:
    """Whether distances keep the error from cases that it fits."""
    rivals = [other for other in study.protocol.planted.values() if other.ai == rule.ai]
    return rule.not_in_first > 0 or any(other.apart > 1 for other in rivals)


def _is_anothers(study: Study, rule: Planted, error: PlannedError) -> bool:
    """Whether the case carries an error of this AI that another rule planted: one result carries one."""
    return error.ai == rule.ai and study.protocol.planted[error.id.split("/")[0]] != rule


def _carries(study: Study, rule: Planted, condition: str) -> bool:
    """Whether the error can be in a trial of this condition."""
    layers = study.protocol.layers
    shown = {layers[name].ai for name in study.protocol.conditions[condition].layers}
    return rule.ai in shown and (not rule.conditions or condition in rule.conditions)


def _pages(study: Study, tables: Tables) -> Iterator[str]:
    """No required question of a page without an answer."""
    for row in tables.pages:
        question = study.protocol.questions.get(row["question"])
        if question is not None and question.required and not row["answer"] and question.show_if is None:
            yield f"{row['question']} on the page {row['page']} of {row['reader']} has no answer."


def _consistent(study: Study, tables: Tables) -> Iterator[str]:
    """Tables join: readings belong to trials, cases to the reference, questions to the protocol, all to one file."""
    trials = {(row["reader"], row["trial"]) for row in tables.trials}
    for name, rows in (("decisions", tables.decisions), ("marks", tables.marks), ("ai", tables.ai)):
        strange = {(row["reader"], row["trial"]) for row in rows} - trials
        if strange:
            yield f"The table {name} speaks of {len(strange)} trials that the table trials does not have."
    if study.protocol.cases.reference is not None:
        unknown = {row["case"] for row in tables.trials if row["practice"] != "true"} - {
            r["case"] for r in tables.cases
        }
        if unknown:
            yield f"No truth is exported for {_listed(unknown)}."
    asked = {row["question"] for row in (*tables.decisions, *tables.pages)} - {""}
    if lost := asked - {row["question"] for row in tables.questions}:
        yield f"The table questions does not explain {_listed(lost)}."
    if others := {row["protocol_sha256"] for row in tables.trials} - {study.sha256}:
        yield f"Rows of {len(others)} other protocols are among these."


def _listed(names: set[str]) -> str:
    shown = sorted(names)[:MOST_NAMED]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")
