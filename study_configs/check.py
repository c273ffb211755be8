"""What a coordinator asks before anybody reads: is the study in order, and who will read what, when and how?

What belongs here: check, plan_table, balance, pin, as text, JSON and CSV. What does not: the command line (app.cli).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path

from study_configs.design import Crossed
from study_configs.problem import StudyProblem
from study_configs.problems import Problem
from study_configs.protocol import Protocol
from study_configs.reading_order import ReadingOrder, reading_order
from study_configs.study import Study, examine, load_study, protocol_file
from study_configs.yaml12 import load

DEFAULT_READERS = 6
_TRIED_READERS = 24
_COLUMNS = 80
_LOOSER = "more cases, fewer planted errors, or a looser max_run, min_distance, not_in_first or apart"
_LEGEND = "Trials (one case, read once) in order; [errors planted on purpose]."


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All errors and warnings of a study, and what it amounts to; `ok` is whether it can be read."""

    file: str
    problems: tuple[Problem, ...]
    summary: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)

    def with_problems(self, found: Sequence[Problem]) -> CheckReport:
        """The same report with what else was found."""
        return replace(self, problems=_sorted([*self.problems, *found]))

    def to_text(self) -> str:
        lines = [problem.to_text() for problem in self.problems]
        lines += [f"{name}: {value}" for name, value in self.summary.items()]
        return "\n".join([*lines, self._verdict()])

    def to_json(self) -> str:
        problems = [problem.to_dict() for problem in self.problems]
        report = {"file": self.file, "ok": self.ok, "problems": problems, "summary": dict(self.summary)}
        return json.dumps(report, indent=2, ensure_ascii=False)

    def _verdict(self) -> str:
        errors = sum(problem.severity == "error" for problem in self.problems)
        warnings = len(self.problems) - errors
        said = f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"
        return f"{self.file}: {said}. " + ("It can be read." if self.ok else "It cannot be read yet.")


def check(path: Path) -> CheckReport:
    """Everything that is wrong with a study, and its summary; the first readers' orders are drawn as a trial."""
    study, problems = examine(path)
    if study is None:
        return CheckReport(str(protocol_file(path)), _sorted(problems))
    problems = problems + list(_order_problems(study))
    return CheckReport(str(study.path), _sorted(problems), summary(study))


def summary(study: Study) -> dict[str, str | int]:
    """The study in a few lines for people."""
    protocol = study.protocol
    about = protocol.about
    read = [case for case in study.cases if not case.practice]
    practice = len(study.cases) - len(read)
    truths = study.truth.unseal()
    positive = sum(truths[case.id].positive for case in read if case.id in truths)
    return {
        "protocol": f"{about.id} {about.version} ({about.mode})",
        "sha-256": study.sha256,
        "cases": f"{len(read)} to read ({positive} positive by the reference), {practice} for practice",
        "conditions": ", ".join(protocol.meeting_of().names),
        "design": design_in_words(protocol),
        "questions": _questions_in_words(protocol),
        "AI": ", ".join(f"{name} (shown as {ai.shown_as})" for name, ai in protocol.ai.items()) or "none",
        "planted errors per reader": sum(planted.quota for planted in protocol.planted.values()),
    }


def _questions_in_words(protocol: Protocol) -> str:
    measures = [f"{each.measures}: {name}" for name, each in protocol.questions.items() if each.measures]
    return f"{len(protocol.questions)}" + (f" ({', '.join(measures)})" if measures else "")


def design_in_words(protocol: Protocol) -> str:
    """The design in one sentence."""
    meeting = protocol.meeting_of()
    count = len(meeting.of)
    if count == 1:
        return f"every reader reads each case once, {protocol.design.cases.order} order"
    if isinstance(meeting, Crossed):
        washout = f", at least {meeting.washout_days} days apart" if meeting.washout_days else ""
        return f"crossed: every case in each of {_counted(count, 'session')} (order {meeting.order}){washout}"
    turned = f"{_counted(count, 'condition')} turned over the readers, order of blocks {meeting.order}"
    return f"split: each case once per reader, {turned}"


def _order_problems(study: Study) -> Iterable[Problem]:
    for index in range(_TRIED_READERS):
        try:
            reading_order(study, f"reader-{index + 1}", index)
        except StudyProblem as problem:
            place = load(study.source_text.encode("utf-8"), study.path.name).places["design",]
            yield Problem("RL511", str(study.path), place.key_line, place.key_column, "design", problem.what, _LOOSER)
            return


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One trial of the plan. `position` counts from 1 for each reader; `planted` names the errors, apart by spaces."""

    reader: str
    position: int
    sitting: int
    block: int
    case: str
    condition: str
    practice: bool
    planted: str


def plan_orders(study: Study, readers: int | Sequence[str] | None = None) -> list[ReadingOrder]:
    """The orders of the first readers.

    `readers` is their number, or their names in the order of enrolment; without, the number that the design plans
    for, or six. Raises StudyProblem if there is no order.
    """
    if readers is None:
        readers = study.protocol.design.readers.planned or DEFAULT_READERS
    names = [f"reader-{at + 1:02d}" for at in range(readers)] if isinstance(readers, int) else readers
    return [reading_order(study, name, at) for at, name in enumerate(names)]


def plan_table(study: Study, readers: int | Sequence[str] | None = None) -> list[PlanRow]:
    """Reader × position: case, condition, planted errors. As plan_orders."""
    return [row for order in plan_orders(study, readers) for row in _rows(order)]


def _rows(order: ReadingOrder) -> Iterable[PlanRow]:
    for trial in order.trials:
        planted = " ".join(error.id.split("/")[0] for error in trial.planted)
        yield PlanRow(
            order.reader,
            trial.index + 1,
            trial.sitting,
            trial.block,
            trial.case_id,
            trial.condition,
            trial.practice,
            planted,
        )


def plan_text(study: Study, rows: Sequence[PlanRow], reading_s: float) -> str:
    """The plan for people, in at most 80 columns: for each reader a line for each block, with the cases in order.

    `reading_s` is how many seconds one phase of one case is taken to last; pages and feedback are not counted.
    """
    parts = [_reader_text(study, list(group), reading_s) for _, group in groupby(rows, lambda row: row.reader)]
    return "\n\n".join([_LEGEND, *parts, _minutes_note(study, reading_s)])


def _reader_text(study: Study, rows: Sequence[PlanRow], reading_s: float) -> str:
    sittings = len({row.sitting for row in rows})
    minutes = f"about {round(_seconds(study, rows, reading_s) / 60) or 1} min"
    lines = [f"{rows[0].reader}: {_counted(len(rows), 'trial')}, {_counted(sittings, 'sitting')}, {minutes}"]
    width = max(len(name) for name in study.protocol.conditions)
    for (sitting, block, condition), group in groupby(rows, lambda row: (row.sitting, row.block, row.condition)):
        cases = list(group)
        place = "practice" if cases[0].practice else f"block {block}"
        before = f"sitting {sitting}  " if sittings > 1 else ""
        start = f"  {before}{place:<8}  {condition:<{width}}  "
        lines.append(_wrapped(start, ", ".join(_case_text(row) for row in cases)))
    return "\n".join(lines)


def _case_text(row: PlanRow) -> str:
    return f"{row.case}\N{NO-BREAK SPACE}[{row.planted}]" if row.planted else row.case


def _wrapped(start: str, text: str) -> str:
    lines = textwrap.wrap(text, max(24, _COLUMNS - len(start)), break_long_words=False, break_on_hyphens=False)
    return start + ("\n" + " " * len(start)).join(lines).replace("\N{NO-BREAK SPACE}", " ")


def _seconds(study: Study, rows: Iterable[PlanRow], reading_s: float) -> float:
    """How long these trials take where each phase takes `reading_s`, within the limits that it sets itself."""
    phases = [phase for row in rows for phase in study.protocol.conditions[row.condition].phases]
    return sum(max(phase.at_least_s, min(reading_s, phase.at_most_s or reading_s)) for phase in phases)


def _minutes_note(study: Study, reading_s: float) -> str:
    phases = {name: len(study.protocol.conditions[name].phases) for name in study.protocol.meeting_of().names}
    several = ", ".join(f"{name} has {count}" for name, count in phases.items() if count > 1)
    note = f"Minutes: {reading_s:g} s for each reading, which is one phase of one case"
    return "\n".join(textwrap.wrap(f"{note}{f' ({several})' if several else ''}; without pages and pauses.", _COLUMNS))


def plan_csv(rows: Sequence[PlanRow]) -> str:
    """The plan as CSV with a header line."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(PlanRow.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in asdict(row).items()} for row in rows)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """How often a condition is read in a plan: in all, per case, at each block, and with what mistakes.

    `per_case` is (fewest, most) readings of one case in this condition; `per_block` is by block, from block 1.
    """

    condition: str
    trials: int
    positive: int
    per_case: tuple[int, int]
    per_block: tuple[int, ...]
    planted: int


def balance(study: Study, rows: Sequence[PlanRow]) -> list[BalanceRow]:
    """One row for each condition of the design, practice left out."""
    cases = [case.id for case in study.cases if not case.practice]
    positive = {case_id for case_id, truth in study.truth.unseal().items() if truth.positive}
    made = []
    for condition in study.protocol.meeting_of().names:
        here = [row for row in rows if row.condition == condition and not row.practice]
        per_case = Counter(row.case for row in here)
        readers_at = [len({row.reader for row in here if row.block == block}) for block in _block_numbers(study)]
        made.append(
            BalanceRow(
                condition,
                len(here),
                sum(row.case in positive for row in here),
                (min((per_case[case] for case in cases), default=0), max(per_case.values(), default=0)),
                tuple(readers_at),
                sum(len(row.planted.split()) for row in here),
            )
        )
    return made


def _block_numbers(study: Study) -> range:
    return range(1, len(study.protocol.meeting_of().names) + 1)


def balance_text(rows: Sequence[BalanceRow]) -> str:
    """The balance as a table in columns."""
    header = ("condition", "trials", "positive", "per case", "readers at block 1, 2 …", "planted")
    lines = [header]
    for row in rows:
        low, high = row.per_case
        per_case = str(low) if low == high else f"{low}-{high}"
        blocks = ", ".join(str(count) for count in row.per_block)
        lines.append((row.condition, str(row.trials), str(row.positive), per_case, blocks, str(row.planted)))
    return _columns(lines)


def pin(path: Path) -> dict[str, str]:
    """SHA-256 of the study file, its tables and its models, by path within the folder. Raises ProtocolProblems."""
    study = load_study(path)
    cases = study.protocol.cases
    names = [cases.manifest, *([cases.reference] if cases.reference else [])]
    names += [ai.model for ai in study.protocol.ai.values() if ai.model]
    pinned = {study.path.name: study.sha256}
    return pinned | {name: hashlib.sha256(study.file(name).read_bytes()).hexdigest() for name in names}


def _cell(value: object) -> str:
    return ("yes" if value else "") if isinstance(value, bool) else str(value)


def _columns(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)
