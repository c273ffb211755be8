"""Which planted errors cannot be planted, found before anybody reads.

What belongs here: planting every error in every case that could carry it, and telling what fails. What does not:
planting for a trial (making), the protocol's own rules (study_configs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

from app.advice.making import Making
from app.advice.needs import Need, wants_of
from app.advice.result_files import ResultFiles
from overlays.merging import merged
from overlays.planting import Case, plant
from overlays.planting.case import header_of
from overlays.prepare import Wants, find_kept
from overlays.result import AIResult
from study_configs.planted import ErrorKind
from study_configs.planting import PlannedError
from study_configs.problem import StudyProblem
from study_configs.reading_order import error_in
from study_configs.study import Study
from viewers.volume import SeriesHeader

LOOKS_AT_PIXELS: frozenset[ErrorKind] = frozenset({"false_positive", "shifted", "wrong_side", "distractor", "sham"})
KEPT = 16  # results at a time
MOST_CASES = 100  # positive and as many negative ones, spread evenly: trying each of thousands would take minutes
PREPARED = Path("store") / "prepared"  # in the study folder: what `readerlab prepare` leaves

Found = tuple[PlannedError, str, StudyProblem]


def unplantable(study: Study, ais: Sequence[str], headers: Mapping[str, Sequence[SeriesHeader]]) -> Iterator[Found]:
    """(error, case, why) for each error that cannot be planted in a case that a reader's order may draw for it.

    Of more than `MOST_CASES` positive or negative cases it tries about that many, spread evenly.

    `headers` are the series of each case; cases without are passed over, as are those without a result: `ai_files`
    tells of missing files, and results of models that run here are rehearsed once they are prepared.
    """
    for ai in ais:
        rules = [name for name, rule in study.protocol.planted.items() if rule.ai == ai]
        if rules:
            yield from _Rehearsal(study, ai, headers).of_rules(rules)


def not_rehearsed(study: Study, ai: str, headers: Mapping[str, Sequence[SeriesHeader]]) -> tuple[str, ...]:
    """The cases that could carry an error of this AI, which runs here, and whose result is not prepared yet."""
    wants, truths = wants_of(study, ai), study.truth.unseal()
    rules = [rule for rule in study.protocol.planted.values() if rule.ai == ai]
    return tuple(
        case.id
        for case in study.cases
        if not case.practice
        and case.id in headers
        and case.id in truths
        and any(rule.may_be_in(case.id, truths[case.id].positive, case.attributes) for rule in rules)
        and _is_missing(study, headers[case.id], wants)
    )


def _is_missing(study: Study, headers: Sequence[SeriesHeader], wants: Wants) -> bool:
    """Whether `readerlab prepare` would make a result; images or a model that cannot be used are told elsewhere."""
    try:
        return find_kept(study.folder / PREPARED, headers, wants) is None
    except StudyProblem:
        return False


class _Rehearsal:
    """One AI's results, each read once and kept only while its case is at hand."""

    def __init__(self, study: Study, ai: str, headers: Mapping[str, Sequence[SeriesHeader]]) -> None:
        self._study, self._ai, self._headers = study, ai, headers
        self._files: dict[str, ResultFiles] = {}  # by AI: an error can show another one's result
        self._kept: dict[Need, AIResult] = {}  # the last few: each case is looked at from several others
        self._making = Making(study, None, study.folder, self._honest, lambda case: tuple(headers[case]), lambda ai: "")

    def of_rules(self, rules: Sequence[str]) -> Iterator[Found]:
        for positive in (False, True):
            cases = self._cases(rules, positive)
            for case in cases[:: ceil(len(cases) / MOST_CASES) or 1]:
                yield from self._of_case(case, [name for name in rules if self._may_be_in(name, case)])

    def _may_be_in(self, rule: str, case: str) -> bool:
        positive = self._study.truth.unseal()[case].positive
        return self._study.protocol.planted[rule].may_be_in(case, positive, self._study.case(case).attributes)

    def _cases(self, rules: Sequence[str], positive: bool) -> list[str]:
        """The cases that one of the rules may draw from, in the order of the manifest."""
        truths = self._study.truth.unseal()
        return [
            case.id
            for case in self._study.cases
            if not case.practice
            and case.id in self._headers
            and case.id in truths
            and truths[case.id].positive == positive
            and any(self._may_be_in(name, case.id) for name in rules)
        ]

    def _of_case(self, case: str, rules: Sequence[str]) -> Iterator[Found]:
        need = Need(case, self._ai)
        try:
            result = self._honest(need)
            known = self._making.case_of(result, need)
        except StudyProblem:
            return
        for name in rules:
            error = error_in(self._study, name, case)
            try:
                plant(result, error, known if error.kind in LOOKS_AT_PIXELS else _without_pixels(known))
            except StudyProblem as problem:
                yield error, case, problem

    def _honest(self, need: Need) -> AIResult:
        if need.case not in self._headers:
            raise StudyProblem(f"The case {need.case} has no images.")
        if need not in self._kept:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[need] = self._read(need)
        return self._kept[need]

    def _read(self, need: Need) -> AIResult:
        """What an AI says of a case, from its files, or as it was prepared."""
        headers = self._headers[need.case]
        if self._study.protocol.ai[need.ai].model is None:
            files = self._files.setdefault(need.ai, ResultFiles(self._study, need.ai))
            return files.of_case(need.case, headers)
        kept = find_kept(self._study.folder / PREPARED, headers, wants_of(self._study, need.ai))
        if kept is None:
            what = f"The result of {need.ai} for {need.case} is not prepared."
            raise StudyProblem(what, todo="Run `readerlab prepare`.")
        return merged([kept], need.ai, headers)


def _without_pixels(case: Case) -> Case:
    return replace(case, images=tuple(header_of(each) for each in case.images))
