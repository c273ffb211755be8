"""What may be told of an AI while reading: its card, and what its thresholds mean, without unsealing scored cases.

What belongs here: which card and which cases count. What does not: counting (app.analysis.operating_points), showing.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.advice.result_files import ResultFiles
from app.analysis.operating_points import Judged, OperatingCurve, from_card, from_results
from overlays.models.card import AnyCard, read_card
from study_configs.cases import Case
from study_configs.problem import StudyProblem
from study_configs.study import Study
from study_configs.words import phrase
from viewers.dicom.scan import scan

KNOWN_CASES = phrase(
    "OperatingPoints",
    "counted over the {cases} cases of this study whose truth is no secret, with {lesions} lesions; a hit: {rule}",
)


def card_of(study: Study, ai: str) -> AnyCard | None:
    """The card of one of the protocol's AIs: the one that it names, else the one beside its model; None without.

    Raises StudyProblem where it is not as it should be.
    """
    spec = study.protocol.ai[ai]
    if spec.card is not None:
        return read_card(study.file(spec.card))
    return read_card(study.file(spec.model).parent / "card.yaml") if spec.model is not None else None


def curve_for(study: Study, ai: str) -> OperatingCurve | None:
    """What the AI's thresholds mean, from its card, else counted over the cases whose truth readers may know.

    These are practice cases, and in a protocol of mode demo all; the truth of scored cases stays sealed. None where
    there is neither a card with operating points nor such a case. Reads files: not for the window's thread.
    """
    card = card_of(study, ai)
    published = from_card(card) if card is not None else None
    if published is not None or study.protocol.ai[ai].results is None:
        return published
    judged = list(_judged(study, ai, [each for each in study.cases if each.practice or _is_demo(study)]))
    return from_results(judged, over=KNOWN_CASES) if judged else None


def _is_demo(study: Study) -> bool:
    return study.protocol.about.mode == "demo"


def _judged(study: Study, ai: str, cases: tuple[Case, ...] | list[Case]) -> Iterator[Judged]:
    """Cases with a truth whose results can be had; what is wrong with the others `readerlab check` says."""
    files = ResultFiles(study, ai)
    truths = study.truth.unseal()
    for case in cases:
        truth = truths.get(case.id)
        if truth is None:
            continue
        try:
            result = files.of_case(case.id, scan(case.path).series)
        except StudyProblem:
            continue
        yield Judged(result, truth.positive, truth.lesions)
