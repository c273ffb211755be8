"""What a reader is shown of an AI, made ahead of need: the honest result, with the errors planned for the trial in it.

What belongs here: planting (the truth is unsealed here and nowhere else while reading) in a way that takes as long for
an honest result as for a planted one, and the file that is then handed out. What does not: when (desk), running a
model (overlays.prepare), what an error does (overlays.planting).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.advice import packed
from app.advice.needs import Need, shown_from
from overlays.planting import Case, Elsewhere, Image, plant
from overlays.planting.case import elements_of, image_among
from overlays.result import AIResult
from study_configs.planting import PlannedError
from study_configs.problem import StudyProblem
from study_configs.reading_order import PlannedTrial, ReadingOrder, error_in
from study_configs.study import Study
from viewers.dicom.load import load
from viewers.volume import SeriesHeader

ELSEWHERE = 6  # other cases whose results say what this AI's results look like
BROUGHT_FROM = 1  # of these, whose images are read too, so that a finding can be brought from there
SHOWN = "shown"


@dataclass(frozen=True)
class Making:
    """Makes what the trials of one order show.

    `honest` gives what an AI says of a case, `headers` the series of a case; both wait, and raise StudyProblem.
    """

    study: Study
    order: ReadingOrder | None
    folder: Path
    honest: Callable[[Need], AIResult]
    headers: Callable[[str], tuple[SeriesHeader, ...]]
    stamp: Callable[[str], str]

    def make(self, trial: PlannedTrial, ai: str) -> Path:
        """The file of what this trial shows of an AI; it is made where it is not there. Raises StudyProblem.

        An honest result is treated as one to plant an error in, whose outcome is thrown away: it reads the same
        images, takes as long, and leaves the same kind of file.
        """
        path = self.path_of(trial, ai)
        if packed.read(path) is not None:
            return path
        need = Need(trial.case_id, ai)
        result = self.honest(need)
        planned = [error for error in trial.planted if error.ai == ai]
        if self._decoys(need):
            result = self._planted(result, need, planned)
        packed.write(result, path)
        return path

    def path_of(self, trial: PlannedTrial, ai: str) -> Path:
        """Named by all that decides it and by nothing that a reader could work out: the whole order is in it."""
        order = self.order.to_json() if self.order is not None else ""
        said = [order, self.study.sha256, str(trial.index), trial.case_id, ai, self.stamp(ai)]
        return self.folder / SHOWN / sha256("\n".join(said).encode()).hexdigest()[:32]

    def _planted(self, result: AIResult, need: Need, planned: Sequence[PlannedError]) -> AIResult:
        case = self.case_of(result, need)
        for error in planned:
            result = _with(result, error, case)
        if not planned:
            _rehearse(result, self._decoys(need), case)
        return result

    def _decoys(self, need: Need) -> tuple[PlannedError, ...]:
        """The errors that the study could plant in this case, in an order by chance, those that fit its truth first."""
        truth = self.study.truth.unseal().get(need.case)
        rules = {name: rule for name, rule in self.study.protocol.planted.items() if rule.ai == need.ai}
        attributes = self.study.case(need.case).attributes
        fit = {name for name, each in rules.items() if truth and each.may_be_in(need.case, truth.positive, attributes)}
        errors = [error_in(self.study, name, need.case) for name in rules]
        return tuple(sorted(errors, key=lambda each: (each.id.partition("/")[0] not in fit, each.seed)))

    # --- what planting needs to know

    def case_of(self, result: AIResult, need: Need) -> Case:
        """The case with its truth, the images that the result lies in, and what the AI says elsewhere."""
        truth = self.study.truth.unseal().get(need.case)
        return Case(
            lesions=truth.lesions if truth is not None else (),
            images=_with_pixels(result, self.headers(need.case)),
            threshold=shown_from(self.study, need.ai),
            elsewhere=tuple(self._elsewhere(need)),
            instead=dict(self._instead(need)),
        )

    def _instead(self, need: Need) -> Iterator[tuple[str, AIResult]]:
        """What other AIs say of the case, where a rule may show it under this one's name."""
        rules = [rule for rule in self.study.protocol.planted.values() if rule.ai == need.ai]
        for other in sorted({rule.by_ai for rule in rules if rule.by_ai is not None}):
            try:
                yield other, self.honest(Need(need.case, other))
            except StudyProblem:  # planting says so, and `readerlab check`
                continue

    def _elsewhere(self, need: Need) -> Iterator[Elsewhere]:
        """Other cases of the study, the same for every reader; those whose result can't be had are left out."""
        found = loaded = 0
        for other in self._others(need):
            if found == ELSEWHERE:
                return
            try:
                result, headers = self.honest(other), self.headers(other.case)
            except StudyProblem:  # said where the case itself is opened, and by `readerlab check`
                continue
            found += 1
            brings = bool(result.findings) and loaded < BROUGHT_FROM
            loaded += brings
            yield Elsewhere(result, _with_pixels(result, headers) if brings else headers)

    def _others(self, need: Need) -> list[Need]:
        def chance(case: str) -> str:
            said = f"{self.study.protocol.about.id}/{self.study.protocol.design.seed}/{need.ai}/{need.case}/{case}"
            return sha256(said.encode()).hexdigest()

        cases = sorted((each.id for each in self.study.cases if each.id != need.case), key=chance)
        return [Need(case, need.ai) for case in cases]


def _with(result: AIResult, error: PlannedError, case: Case) -> AIResult:
    """The result with the error; where it can't be planted, readers are told no more than of any other bad result."""
    try:
        return plant(result, error, case)
    except StudyProblem:
        raise StudyProblem(
            "The AI result of this case cannot be used.", todo="Tell the coordinator: `readerlab check` says why."
        ) from None


def _rehearse(result: AIResult, decoys: Sequence[PlannedError], case: Case) -> None:
    """Plant the first error that can be planted, for the time that it takes alone."""
    for error in decoys:
        try:
            plant(result, error, case)
        except StudyProblem:  # not every error fits every case
            continue
        return


def _with_pixels(result: AIResult, headers: Sequence[SeriesHeader]) -> tuple[Image, ...]:
    """The series in which something of the result lies with their pixels, and those of the other side of the body."""
    if not headers:
        return ()
    wanted = {id(image_among(headers, result, each)) for each in elements_of(result)}
    wanted.add(id(image_among(headers, result)))
    return tuple(load(each) if id(each) in wanted or each.laterality else each for each in headers)
