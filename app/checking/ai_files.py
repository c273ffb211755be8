"""Whether the AI of a study can be used: what `readerlab check` says of its models, their cards and finished results.

What belongs here: opening each file as reading would, and placing it over the cases. What does not: the study file
(study_configs.check), images (case_images), planted errors (advice.rehearsal), running a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.advice.expected import card_of
from app.advice.needs import every_need, needs_of_practice
from app.advice.result_files import Referring, ResultFiles, Unread, is_here
from overlays.faults import Fault, fault_of
from overlays.models.card import AnyCard, ExternalCard
from overlays.placing.results import Placed, placed
from overlays.result import AIMap, AIResult, Finding, Provenance
from overlays.sources.refusals import NotAResult
from study_configs.problem import StudyProblem
from study_configs.problems import WARNINGS, Problem
from study_configs.study import Study
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

MOST_NAMED = 5  # cases or files named in one sentence

CODES = {
    Fault.NO_RESULT: "RL419",
    Fault.ELSEWHERE: "RL420",
    Fault.NO_IMAGES: "RL421",
    Fault.NUMBER: "RL422",
    Fault.NO_LABEL: "RL423",
    Fault.TOO_MANY: "RL424",
    Fault.CROSSED: "RL425",
    Fault.SIDE: "RL426",
    Fault.PLACE: "RL427",
    Fault.ODD: "RL431",
}
TODO = {
    "RL419": "Take it out of the folder, or narrow the pattern.",
    "RL420": "Use a result that was made from this case's images.",
    "RL421": "Put the missing images beside the others, or make the result again from those that are there.",
    "RL422": "Scores lie between 0 and 1; make the file again.",
    "RL423": "Give it a label where it is made, so that readers know what they see.",
    "RL424": "Cut the result to the series that readers see.",
    "RL425": "Look at it with `readerlab render`; such a contour fills oddly.",
    "RL426": "Find out which side is meant, and correct the file.",
    "RL427": "Make the result again from this case's images.",
    "RL433": "Name the card that came with this model, or take the result out.",
}


def ai_problems(study: Study) -> Iterator[Problem]:
    """What is wrong with models, cards, results and planted errors, in that order; warnings and errors by their codes.

    Every file is opened once, every case's headers are scanned once.
    """
    for name, ai in study.protocol.ai.items():
        yield from _card_problems(study, name)
        if ai.model is not None:
            yield from _model_problems(f"ai.{name}", study.file(ai.model), ai.sha256 or "")
    named = [name for name, ai in study.protocol.ai.items() if ai.results is not None]
    planting = {rule.ai for rule in study.protocol.planted.values()}
    if named or planting:
        headers = dict(_headers(study))
        for name in named:
            yield from _Results(ResultFiles(study, name), headers, _card(study, name)).problems()
        yield from _planted_problems(study, sorted(planting), headers)
        yield from _not_rehearsed(study, sorted(planting - set(named)), headers)


def planted_problems(study: Study) -> Iterator[Problem]:
    """Which planted errors cannot be planted, for `readerlab prepare`, after which every result can be rehearsed."""
    planting = sorted({rule.ai for rule in study.protocol.planted.values()})
    if planting:
        yield from _planted_problems(study, planting, dict(_headers(study)))


def _card_problems(study: Study, name: str) -> Iterator[Problem]:
    if study.protocol.ai[name].card is None:
        return  # that beside a model is read with the model
    try:
        card_of(study, name)
    except StudyProblem as problem:
        yield _problem("RL418", f"ai.{name}.card", problem)


def _card(study: Study, name: str) -> AnyCard | None:
    try:
        return card_of(study, name)
    except StudyProblem:  # told by _card_problems
        return None


def _model_problems(key: str, model: Path, sha256: str) -> Iterator[Problem]:
    from overlays.models.session import load_model

    try:
        load_model(model.parent, sha256=sha256)
    except StudyProblem as problem:
        yield _problem("RL418", key, problem)


def _planted_problems(
    study: Study, named: Sequence[str], headers: Mapping[str, Sequence[SeriesHeader]]
) -> Iterator[Problem]:
    from app.advice.rehearsal import unplantable

    for error, case, problem in unplantable(study, named, headers):
        rule = error.id.partition("/")[0]
        yield Problem(
            "RL432", str(study.path), key=f"planted.{rule}", what=f"{case}: {problem.what} {problem.todo}".strip()
        )


def _not_rehearsed(
    study: Study, models: Sequence[str], headers: Mapping[str, Sequence[SeriesHeader]]
) -> Iterator[Problem]:
    """Whose planted errors nobody can try out yet, since their models have not run."""
    from app.advice.rehearsal import not_rehearsed

    for ai in models:
        cases = not_rehearsed(study, ai, headers)
        rules = _listed([name for name, rule in study.protocol.planted.items() if rule.ai == ai])
        if cases:
            what = f"The planted errors {rules} could not be tried out in {_some_cases(len(cases))}: {_listed(cases)}."
            todo = "Run `readerlab prepare`; it says which of them cannot be planted."
            yield Problem("RL434", str(study.path), key=f"ai.{ai}", what=f"{what} {todo}")


def _some_cases(count: int) -> str:
    return "one case" if count == 1 else f"{count} cases"


def _headers(study: Study) -> Iterator[tuple[str, tuple[SeriesHeader, ...]]]:
    """The series of each case that has images; what is wrong with the others is said of the images."""
    for case in study.cases:
        try:
            yield case.id, scan(case.path).series
        except StudyProblem:
            continue


def _problem(code: str, key: str, problem: StudyProblem) -> Problem:
    what = problem.what[:1].upper() + problem.what[1:]
    return Problem(code, problem.where, key=key, what=f"{what} {problem.todo}".strip())


@dataclass(slots=True)
class _Results:
    """The results of one AI over the cases of a study."""

    files: ResultFiles
    headers: Mapping[str, Sequence[SeriesHeader]]
    card: AnyCard | None = None
    of_case: dict[str, list[Path]] = field(default_factory=dict)  # files with findings or maps, by case
    others: set[tuple[str, str, str]] = field(default_factory=set)  # models that the card does not speak of, once told

    @property
    def key(self) -> str:
        return f"ai.{self.files.ai}"

    def problems(self) -> Iterator[Problem]:
        for each in self.files.index:
            if isinstance(each, Unread):
                yield _problem(_code(each.problem), self.key, each.problem)
            else:
                yield from self._file(each)
        yield from self._cases()

    def _file(self, file: Referring) -> Iterator[Problem]:
        try:
            results = [each for each in self.files.read((file.path,)) if each.ai in ("", self.files.ai)]
        except StudyProblem as problem:
            yield _problem(_code(problem), self.key, problem)
            return
        for result in results:
            yield from (self._said(file, code, what) for code, what in dict.fromkeys(_of_itself(result)))
            yield from self._another_model(file, result.provenance)
        cases = [case for case, headers in self.headers.items() if any(file.may_lie_over(each) for each in headers)]
        over = {case: [placed(each, self.headers[case]) for each in results] for case in cases}
        home = [case for case, places in over.items() if any(is_here(each, self.headers[case]) for each in places)]
        for case in home:
            self.of_case.setdefault(case, []).append(file.path)
        for case in home or cases:
            yield from self._over(file, case, over[case], several=len(home) > 1)
        if results and not cases and self.headers:
            yield self._said(file, "RL428", "It names no series, image or frame of reference of any case.")

    def _another_model(self, file: Referring, made: Provenance) -> Iterator[Problem]:
        """That a result names a model which the AI's card does not speak of; each model once."""
        named = (made.model, made.version, made.sha256)
        if not isinstance(self.card, ExternalCard) or named in self.others or is_of_card(made, self.card):
            return
        self.others.add(named)
        ours, theirs = f"{made.model} {made.version}".strip(), f"{self.card.name} {self.card.version}"
        end = " with another sha256." if ours == theirs else "."
        yield self._said(file, "RL433", f"It was made by {ours}, and the card of this AI speaks of {theirs}{end}")

    def _over(self, file: Referring, case: str, places: Sequence[Placed], *, several: bool) -> Iterator[Problem]:
        """What keeps a file's results from their places; one that serves several cases names images of all."""
        for over in places:
            reasons = [each.reason for each in over.refusals if not (several and each.reason.fault is Fault.NO_IMAGES)]
            for reason, count in Counter(reasons).items():
                what = f"Over case {case}, {_some(count)} is left out: {reason}."
                code = CODES[reason.fault]
                yield self._said(file, "RL427" if code in WARNINGS else code, what, TODO.get(code, ""))
            remarks = over.result.remarks
            for remark in dict.fromkeys(r for r in remarks if not (several and fault_of(r) is Fault.NO_IMAGES)):
                yield self._said(file, CODES[fault_of(remark)], f"Over case {case}: {remark.rstrip('.')}.")

    def _cases(self) -> Iterator[Problem]:
        study = self.files.study
        wanted = {need.case for need in (*every_need(study), *needs_of_practice(study)) if need.ai == self.files.ai}
        without = [case for case in self.headers if case in wanted and case not in self.of_case]
        if without:
            what = f"{len(without)} cases have no result of this AI: {_listed(without)}."
            pattern = study.protocol.ai[self.files.ai].results or ""
            yield Problem(
                "RL429", str(study.folder / pattern), key=self.key, what=what, expected="a result for each case"
            )
        for case, paths in self.of_case.items():
            suffixes = [path.suffix for path in paths]
            if len(set(suffixes)) < len(suffixes):
                names = _listed([path.name for path in paths])
                what = f"The case {case} has {len(paths)} files, which are shown together: {names}."
                yield Problem("RL430", str(paths[0]), key=self.key, what=what, expected="one result of each form")

    def _said(self, file: Referring, code: str, what: str, todo: str = "") -> Problem:
        return Problem(code, str(file.path), key=self.key, what=f"{what} {todo or TODO.get(code, '')}".strip())


# --- what a result says of itself


def _of_itself(result: AIResult) -> Iterator[tuple[str, str]]:
    """(code, sentence) for what is wrong in a result wherever it lies."""
    for finding in result.findings:
        yield from _of_finding(finding)
    for assessment in result.assessments:
        if assessment.score is not None and not _is_share(assessment.score):
            yield "RL422", f"The {assessment.name} of the case has the score {assessment.score:g}."
    for ai_map in result.maps:
        yield from _of_map(ai_map)


def _of_finding(finding: Finding) -> Iterator[tuple[str, str]]:
    for score in (finding.score, *(value for _, value in finding.scores)):
        if score is not None and not _is_share(score):
            yield "RL422", f"The finding {finding.id} has the score {score:g}."
    if not finding.label.strip():
        yield "RL423", f"The finding {finding.id} has no label."


def _of_map(ai_map: AIMap) -> Iterator[tuple[str, str]]:
    for segment in ai_map.segments:
        if not segment.label.strip():
            yield "RL423", f"Segment {segment.number} of the map {ai_map.id} has no label."
    if ai_map.values.dtype.kind == "f" and not np.isfinite(ai_map.values).any():
        yield "RL422", f"The map {ai_map.id} holds no number at all."


def is_of_card(made: Provenance, card: ExternalCard) -> bool:
    """Whether what a result says of its model agrees with a card; what either leaves out agrees with anything."""
    pairs = (
        (made.model.casefold(), card.name.casefold()),
        (made.version, card.version),
        (made.sha256.lower(), (card.sha256 or "").lower()),
    )
    return all(not ours or not theirs or ours == theirs for ours, theirs in pairs)


def _is_share(score: float) -> bool:
    return bool(0 <= score <= 1)  # False for NaN too


def _code(problem: StudyProblem) -> str:
    """The code of a file that cannot be read."""
    if isinstance(problem, NotAResult):
        return "RL419"
    fault = fault_of(problem.what)
    return "RL418" if fault is Fault.ODD else CODES[fault]


def _some(count: int) -> str:
    return "one element" if count == 1 else f"each of {count} elements"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
