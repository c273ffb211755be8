"""What a coordinator asks before anybody reads: is the study in order, and who will read what, when and how?

What belongs here: check, pin, as text and JSON. What does not: the plan (plan), the command line (app.cli).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from study_configs.design import Crossed
from study_configs.next_steps import next_steps
from study_configs.plan import planned_places
from study_configs.problem import StudyProblem
from study_configs.problems import Problem
from study_configs.protocol import Protocol
from study_configs.reading_order import drawn_order
from study_configs.study import Study, examine, load_study, protocol_file
from study_configs.yaml12 import load

_MOST_OF_A_KIND = 40  # problems of one code in one file that are told in words
_TRIED_READERS = 24
_FEWEST_TRIED = 4
_ALIKE = 3  # of many problems that say the same, so many are told
_TRIED_TRIALS = 60_000
_LOOSER = "more cases, fewer planted errors, or a looser max_run, min_distance, not_in_first or apart"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All errors and warnings of a study, and what it amounts to; `ok` is whether it can be read."""

    file: str
    problems: tuple[Problem, ...]
    summary: Mapping[str, str | int] = field(default_factory=dict)
    study: Study | None = None  # as it was loaded; None where it cannot be read

    @property
    def ok(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)

    def with_problems(self, found: Sequence[Problem]) -> CheckReport:
        """The same report with what else was found."""
        return replace(self, problems=_sorted([*self.problems, *found]))

    def to_text(self) -> str:
        lines = list(_told(self.problems))
        lines += [f"{name}: {value}" for name, value in self.summary.items()]
        steps = [f"  {number}. {step}" for number, step in enumerate(next_steps(Path(self.file), self.problems), 1)]
        return "\n".join([*lines, self._verdict(), *(["What is left to do:", *steps] if steps else [])])

    def to_json(self) -> str:
        problems = [problem.to_dict() for problem in self.problems]
        report = {"file": self.file, "ok": self.ok, "problems": problems, "summary": dict(self.summary)}
        return json.dumps(report, indent=2, ensure_ascii=False)

    def _verdict(self) -> str:
        errors = sum(problem.severity == "error" for problem in self.problems)
        warnings = len(self.problems) - errors
        said = f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"
        return f"{self.file}: {said}. " + ("It can be read." if self.ok else "It cannot be read yet.")


def _told(problems: Sequence[Problem]) -> Iterator[str]:
    """Each problem in words; of many alike, or of one kind, in one file the first, and how many more there are."""
    alike = Counter((problem.code, problem.file, problem.what) for problem in problems)
    kinds = Counter((problem.code, problem.file) for problem in problems)
    told: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        kind, same = (problem.code, problem.file), (problem.code, problem.file, problem.what)
        told.update([kind, same])
        if told[kind] > _MOST_OF_A_KIND:
            if told[kind] == kinds[kind]:
                yield f"{problem.file}: {kinds[kind] - _MOST_OF_A_KIND} more {problem.code}; --json lists them all."
        elif told[same] <= _ALIKE or alike[same] == _ALIKE + 1:
            yield problem.to_text()
        elif told[same] == alike[same]:
            yield f"{problem.file}: {alike[same] - _ALIKE} more like this ({problem.code}); --json lists them all."


def check(path: Path, *, pinned: bool = True) -> CheckReport:
    """Everything that is wrong with a study, and its summary; the first readers' orders are drawn as a trial.

    `pinned` is whether single files are compared with their pins, where there are any; images are compared by
    `pins.image_differences`.
    """
    study, problems = examine(path, pinned=pinned)
    if study is None:
        return CheckReport(str(protocol_file(path)), _sorted(problems))
    problems = problems + list(_order_problems(study))
    return CheckReport(str(study.path), _sorted(problems), summary(study), study)


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
        "conditions": ", ".join(_conditions_read(protocol)),
        "design": design_in_words(protocol),
        "questions": _questions_in_words(protocol),
        "AI": ", ".join(f"{name} (shown as {ai.shown_as})" for name, ai in protocol.ai.items()) or "none",
        "planted errors per reader": _planted_in_words(protocol),
    }


def _questions_in_words(protocol: Protocol) -> str:
    measures = [f"{each.measures}: {name}" for name, each in protocol.questions.items() if each.measures]
    return f"{len(protocol.questions)}" + (f" ({', '.join(measures)})" if measures else "")


def _conditions_read(protocol: Protocol) -> tuple[str, ...]:
    """The conditions of the sessions of all arms, each once."""
    return tuple(dict.fromkeys(name for arm in protocol.arms for name in protocol.meeting_of(arm).names))


def _planted_in_words(protocol: Protocol) -> str | int:
    counted = sum(planted.quota for planted in protocol.planted.values())
    in_all = [name for name, planted in protocol.planted.items() if planted.cases == "all"]
    return f"{counted}, and {', '.join(in_all)} in all cases that fit" if in_all else counted


def design_in_words(protocol: Protocol) -> str:
    """The design in one sentence; with arms, a part for each."""
    if not protocol.design.arms:
        return _meeting_in_words(protocol, "")
    return "; ".join(f"arm {arm}: {_meeting_in_words(protocol, arm)}" for arm in protocol.design.arms)


def _meeting_in_words(protocol: Protocol, arm: str) -> str:
    meeting, order = protocol.meeting_of(arm), protocol.design.cases.order
    count = len(meeting.of)
    if count == 1 and isinstance(meeting.of[0], str):
        return f"every reader reads each case once ({meeting.of[0]}), {order} order"
    count = len(meeting.names)
    if isinstance(meeting, Crossed):
        washout = f", at least {meeting.washout_days} days apart" if meeting.washout_days else ""
        blocks = _counted(count, "session") if meeting.sessions == "each" else _counted(count, "block")
        return f"crossed: every case in each of {blocks} (order {meeting.order}){washout}"
    turned = f"{_counted(count, 'condition')} turned over the readers, order of blocks {meeting.order}"
    return f"split: each case once per reader, {turned}"


def _order_problems(study: Study) -> Iterable[Problem]:
    for _, slot, stratum in planned_places(study, _readers_to_try(study)):
        try:
            drawn_order(study, slot, stratum)
        except StudyProblem as problem:
            place = load(study.source_text.encode("utf-8"), study.path.name).places["design",]
            yield Problem("RL511", str(study.path), place.key_line, place.key_column, "design", problem.what, _LOOSER)
            return


def _readers_to_try(study: Study) -> int:
    """Fewer readers for large studies, so that a check takes no longer than people wait."""
    trials = len(study.cases) * max(len(study.protocol.meeting_of(arm).names) for arm in study.protocol.arms)
    return max(_FEWEST_TRIED, min(_TRIED_READERS, _TRIED_TRIALS // max(1, trials)))


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def pin(path: Path) -> dict[str, str]:
    """SHA-256 of the study file, its tables and its models, by path within the folder. Raises ProtocolProblems."""
    study = load_study(path)
    cases = study.protocol.cases
    names = [cases.manifest, *([cases.reference] if cases.reference else [])]
    names += [ai.model for ai in study.protocol.ai.values() if ai.model]
    pinned = {study.path.name: study.sha256}
    return pinned | {name: hashlib.sha256(study.file(name).read_bytes()).hexdigest() for name in names}
