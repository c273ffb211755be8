"""Which of a reader's trials carry a planted error.

What belongs here: drawing cases for planted errors under not_in_first and apart. What does not: changing an AI's result
(overlays.planting).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from study_configs.arrangement import NoOrder
from study_configs.draws import Draws
from study_configs.planted import ErrorKind, Planted, Towards

_MAX_STEPS = 3000
_ADDED = ("shift_mm", "towards", "factor", "scale", "by", "to", "label", "by_ai")


@dataclass(frozen=True, slots=True)
class PlannedError:
    """One planted error in one trial. `seed` decides its place and look, the same for every reader of the case.

    What it may say beside its kind is as in the section planted; `scale` holds the steps, from harmless to worst.
    """

    id: str  # NAME/CASE
    ai: str
    kind: ErrorKind
    seed: int
    diameter_mm: float | None = None
    score: float | None = None
    shift_mm: float | None = None
    towards: Towards | None = None
    factor: float | None = None
    scale: tuple[str, ...] = ()
    by: int | None = None
    to: str | None = None
    label: str | None = None
    by_ai: str | None = None


_SINCE_FIRST = {each.name: each.default for each in fields(PlannedError) if each.name in _ADDED}


def as_written(error: Mapping[str, object]) -> dict[str, object]:
    """An error's fields as an order keeps them: what was added since version 1 of the order only where it says more."""
    return {name: value for name, value in error.items() if name not in _SINCE_FIRST or value != _SINCE_FIRST[name]}


def planned_error(name: str, rule: Planted, case: str, seed: int) -> PlannedError:
    """The error that the rule of this name plants in a case."""
    return PlannedError(
        f"{name}/{case}",
        rule.ai,
        rule.kind,
        seed,
        rule.diameter_mm,
        rule.score,
        rule.shift_mm,
        rule.towards,
        rule.factor,
        rule.steps,
        rule.by,
        rule.to,
        rule.label,
        rule.by_ai,
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """One planted error that needs a case: whose rule it is, and the cases that fit, in the order to try."""

    name: str
    rule: Planted
    candidates: tuple[str, ...]


def planted_cases(
    planted: Mapping[str, Planted], seen: Sequence[str], positive: Mapping[str, bool], draws: Draws
) -> list[tuple[str, str]]:
    """(name of the rule, case id) for each planted error of one AI.

    `seen` are the cases in the order in which the reader sees them with this AI (a case may come again in another
    condition; then the error is in both). Raises NoOrder.
    """
    positions: dict[str, list[int]] = {}
    for at, case in enumerate(seen):
        positions.setdefault(case, []).append(at)
    slots = [slot for name, rule in planted.items() for slot in _slots(name, rule, positions, positive, draws)]
    chosen: list[tuple[Slot, str]] = []
    if not _Search(slots, positions).place(chosen):
        raise NoOrder(
            f"the planted errors {', '.join(planted)} find no place among {len(positions)} cases seen with this AI"
        )
    return [(slot.name, case) for slot, case in chosen]


def _slots(
    name: str, rule: Planted, positions: Mapping[str, list[int]], positive: Mapping[str, bool], draws: Draws
) -> list[Slot]:
    fit = [
        case
        for case, places in positions.items()
        if (rule.wants_positive is None or positive.get(case) is rule.wants_positive)
        and min(places) >= rule.not_in_first
        and all(after - before >= rule.apart for before, after in pairwise(places))
    ]
    if isinstance(rule.cases, tuple):
        fit = [case for case in rule.cases if case in fit]
    wanted = len(fit) if rule.cases == "all" else rule.cases if isinstance(rule.cases, int) else len(rule.cases)
    if len(fit) < wanted:
        kind = "positive" if rule.wants_positive else "negative"
        first = f" after the first {rule.not_in_first}" if rule.not_in_first else ""
        raise NoOrder(f"{name} wants {wanted} {kind} cases, and this reader sees {len(fit)} with the AI{first}")
    candidates = tuple(draws.shuffled(fit))
    return [Slot(name, rule, candidates)] * wanted


class _Search:
    """Depth-first with a bound on its steps."""

    def __init__(self, slots: Sequence[Slot], positions: Mapping[str, list[int]]) -> None:
        self._slots = slots
        self._positions = positions
        self._steps = 0

    def place(self, chosen: list[tuple[Slot, str]]) -> bool:
        """Fill `chosen` up to all slots; False, with `chosen` as it was, where that fails."""
        if len(chosen) == len(self._slots):
            return True
        slot = self._slots[len(chosen)]
        for case in slot.candidates:
            self._steps += 1
            if self._steps > _MAX_STEPS:
                return False
            if self._fits(slot, case, chosen):
                chosen.append((slot, case))
                if self.place(chosen):
                    return True
                chosen.pop()
        return False

    def _fits(self, slot: Slot, case: str, chosen: list[tuple[Slot, str]]) -> bool:
        for other_slot, other_case in chosen:
            apart = max(slot.rule.apart, other_slot.rule.apart)
            if other_case == case or self._distance(case, other_case) < apart:
                return False
        return True

    def _distance(self, case: str, other: str) -> int:
        return min(abs(a - b) for a in self._positions[case] for b in self._positions[other])
