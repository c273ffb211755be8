"""The reading order of one reader: a pure function of the study and the reader's place in its plan.

What belongs here: the road from a place to an order. What does not: its steps (ordering), and keeping an order
(app.store freezes it at enrolment, so that a case added later changes no order already given).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from study_configs.arrangement import NoOrder
from study_configs.ordering.blocks import blocks_at, draws_cases
from study_configs.ordering.details import calls_at, details_of
from study_configs.ordering.facts import facts_of
from study_configs.ordering.mistakes import Foreseen, error_in, planted_in
from study_configs.ordering.places import Place, place_of, places_in_all
from study_configs.ordering.sequence import Arranged, sequences
from study_configs.ordering.values import PRACTICE_BLOCK, PlannedCall, PlannedTrial, ReadingOrder
from study_configs.planting import PlannedError, Seen
from study_configs.problem import ProgramError, StudyProblem
from study_configs.study import Study

_ATTEMPTS = 60
__all__ = [
    "PRACTICE_BLOCK",
    "Drawn",
    "PlannedCall",
    "PlannedTrial",
    "ReadingOrder",
    "condition_order",
    "drawn_order",
    "error_in",
    "plan_cycle",
    "reading_order",
]


@dataclass(frozen=True)
class Drawn:
    """An order before it is written out trial by trial: blocks with their cases, and the planted errors by index."""

    place: Place
    blocks: Sequence[Arranged]
    planted: Mapping[int, tuple[PlannedError, ...]]

    @cached_property
    def starts(self) -> tuple[tuple[int, Arranged], ...]:
        """Each block with the index of its first trial."""
        starts, index = [], 0
        for arranged in self.blocks:
            starts.append((index, arranged))
            index += len(arranged.cases)
        return tuple(starts)


def reading_order(
    study: Study,
    reader: str,
    slot: int,
    stratum: Mapping[str, str] | None = None,
    enrolment_index: int | None = None,
) -> ReadingOrder:
    """The order for whoever takes this slot (from 0) of the plan in a stratum.

    `reader` and `enrolment_index` (the slot unless given) are only written into the order: two readers in one slot get
    the same trials. Raises StudyProblem, with the reason, if no order keeps every constraint of the protocol.
    """
    drawn = drawn_order(study, slot, stratum)
    about = study.protocol.about
    return ReadingOrder(
        about.id,
        about.version,
        study.sha256,
        reader,
        slot if enrolment_index is None else enrolment_index,
        tuple(_trials(drawn)),
        arm=drawn.place.arm,
        stratum=dict(stratum or {}),
        slot=slot,
        group=drawn.place.group,
        calls=calls_at(drawn.place, drawn.blocks),
    )


def drawn_order(study: Study, slot: int, stratum: Mapping[str, str] | None = None) -> Drawn:
    """The order of a slot, not yet written out. Raises StudyProblem as `reading_order` does."""
    if slot < 0:
        raise ProgramError(f"Slots count from 0, not from {slot}.")
    try:
        place = place_of(facts_of(study), slot, stratum)
        return _with_planted(place)
    except NoOrder as problem:
        within = f" ({', '.join(stratum.values())})" if stratum else ""
        raise StudyProblem(
            f"There is no reading order for reader {slot + 1}{within}: {problem}.",
            where=str(study.path),
            todo="Add cases, plant fewer errors, or loosen max_run, min_distance, not_in_first or apart.",
        ) from None


def condition_order(study: Study, slot: int, stratum: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The conditions in the order of this reader's blocks, probes left out."""
    return place_of(facts_of(study), slot, stratum).conditions


def plan_cycle(study: Study) -> int:
    """How many readers (of one stratum) it takes until arms, groups, thresholds and orders are in balance."""
    return places_in_all(facts_of(study))


def _with_planted(place: Place) -> Drawn:
    """Where the planted errors find no place in one order of the cases, another order is drawn; where the cases that
    were drawn for this reader have no order, others are."""
    foreseen, reason = Foreseen(place), NoOrder("there is none")
    for attempt in range(_ATTEMPTS):
        try:
            arranged = sequences(place, blocks_at(place, attempt), foreseen, attempt)
        except NoOrder as problem:
            if not draws_cases(place.facts):
                raise
            reason = problem
            continue
        try:
            return Drawn(place, arranged, planted_in(place, _seen(arranged), foreseen, attempt))
        except NoOrder as problem:
            reason = problem
    raise reason


def _seen(blocks: Sequence[Arranged]) -> list[Seen]:
    """The blocks without practice, and without the trials whose AI stays hidden: where planted errors may come."""
    seen, start = [], 0
    for each in blocks:
        cases, end = each.cases, start + len(each.cases)
        indexes: Sequence[int] = range(start, end)
        if each.hidden:
            indexes = [index for index in indexes if index - start not in each.hidden]
            cases = tuple(cases[index - start] for index in indexes)
        if not each.block.practice:
            seen.append(Seen(each.block.condition, cases, indexes))
        start = end
    return seen


def _trials(drawn: Drawn) -> Iterator[PlannedTrial]:
    for start, arranged in drawn.starts:
        block = arranged.block
        for at, (case, said) in enumerate(zip(arranged.cases, details_of(drawn.place, arranged), strict=True), start):
            planted = drawn.planted.get(at, ())
            yield PlannedTrial(at, case, block.condition, block.number, block.sitting, block.practice, planted, **said)
