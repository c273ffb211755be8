"""Which of a reader's trials carry a planted error.

What belongs here: drawing cases for planted errors under not_in_first and apart. What does not: which cases may carry
them (ordering), changing an AI's result (overlays.planting).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
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
class Seen:
    """Trials of one condition, one after the other, in which the AI may be seen: cases, and indexes in the order."""

    condition: str
    cases: Sequence[str]
    indexes: Sequence[int]


Positions = Mapping[str, Sequence[int]]  # by case, where it comes among the trials with this AI, from 0


@dataclass(frozen=True, slots=True)
class Slot:
    """One planted error that needs a case: whose rule it is, the cases that fit, in the order to try, and where."""

    name: str
    rule: Planted
    candidates: tuple[str, ...]
    positions: Positions


def planted_trials(
    planted: Mapping[str, Planted],
    seen: Sequence[Seen],
    may_carry: Mapping[str, Set[str]],
    known: Mapping[str, Sequence[str]],
    draws: Draws,
) -> list[tuple[str, int, str]]:
    """(name of the rule, index of the trial, its case) for each trial with a planted error of one AI.

    `seen` are blocks in the order in which the reader sees them with this AI; an error is in all trials of its case
    that belong to the conditions of its rule. `may_carry` and, where the cases are not drawn for this reader, `known`
    go by rule. Raises NoOrder.
    """
    everywhere = _positions(seen)
    positions = {
        name: _positions(seen, frozenset(rule.conditions)) if rule.conditions else everywhere
        for name, rule in planted.items()
    }
    quotas = [name for name, rule in planted.items() if rule.cases != "all"]
    slots: list[Slot] = []
    for name in quotas:
        slots += _slots(name, planted[name], positions[name], may_carry[name], known.get(name), draws)
    slots.sort(key=lambda slot: slot.name not in known)  # those without a choice first
    chosen: list[tuple[Slot, str]] = []
    if not _Search(slots).place(chosen):
        raise NoOrder(
            f"the planted errors {', '.join(quotas)} find no place among {len(everywhere)} cases seen with this AI"
        )
    for name, rule in planted.items():
        if rule.cases == "all":
            _fill(name, rule, positions[name], may_carry[name], chosen)
    indexes = [index for block in seen for index in block.indexes] if chosen else []
    return [(slot.name, indexes[at], case) for slot, case in chosen for at in slot.positions[case]]


def _positions(seen: Sequence[Seen], conditions: Set[str] | None = None) -> Positions:
    """Where each case comes among all trials seen; of those only the conditions that are asked for."""
    positions: dict[str, tuple[int, ...]] = {}
    start = 0
    for block in seen:
        end = start + len(block.cases)
        if conditions is None or block.condition in conditions:
            _add(positions, block.cases, start)
        start = end
    return positions


def _add(positions: dict[str, tuple[int, ...]], cases: Sequence[str], start: int) -> None:
    once = dict(zip(cases, zip(range(start, start + len(cases)), strict=True), strict=True))
    if len(once) == len(cases) and positions.keys().isdisjoint(once):
        positions.update(once)
        return
    for at, case in enumerate(cases, start):
        positions[case] = (*positions.get(case, ()), at)


def _slots(
    name: str, rule: Planted, positions: Positions, may_carry: Set[str], known: Sequence[str] | None, draws: Draws
) -> list[Slot]:
    earliest = rule.not_in_first
    fit = [
        case
        for case, places in positions.items()
        if case in may_carry and (places[0] >= earliest if len(places) == 1 else _suits(rule, places))
    ]
    if known is not None:
        return _known_slots(name, rule, positions, fit, known)
    assert isinstance(rule.cases, int)  # whoever names cases has them known; all are filled in later
    if len(fit) < rule.cases:
        kind = {True: "positive ", False: "negative ", None: ""}[rule.wants_positive]
        first = f" after the first {rule.not_in_first}" if rule.not_in_first else ""
        where = f" where {rule.where}" if rule.where else ""
        raise NoOrder(
            f"{name} wants {rule.cases} {kind}cases{where}, and this reader sees {len(fit)} with the AI{first}"
        )
    return [Slot(name, rule, tuple(draws.shuffled(fit)), positions)] * rule.cases


def _suits(rule: Planted, places: Sequence[int]) -> bool:
    if len(places) == 1:
        return places[0] >= rule.not_in_first
    return min(places) >= rule.not_in_first and all(after - before >= rule.apart for before, after in pairwise(places))


def _known_slots(
    name: str, rule: Planted, positions: Positions, fit: Sequence[str], known: Sequence[str]
) -> list[Slot]:
    """One slot for each of the cases that are known to carry the error, as far as the reader sees them with the AI."""
    met = [case for case in known if case in positions]
    unfit = [case for case in met if case not in fit]
    if unfit:
        raise NoOrder(f"{name} should be in the case {unfit[0]}, which may not carry it, or not where it comes")
    return [Slot(name, rule, (case,), positions) for case in met]


def _fill(name: str, rule: Planted, positions: Positions, may_carry: Set[str], chosen: list[tuple[Slot, str]]) -> None:
    """Add an error that is in all cases that fit and that no other rule has taken, in the order of reading."""
    taken = {at: slot.rule for slot, case in chosen for at in slot.positions[case]}
    for case, places in positions.items():
        if case in may_carry and _suits(rule, places) and not _too_near(places, rule, taken):
            chosen.append((Slot(name, rule, (case,), positions), case))
            taken |= dict.fromkeys(places, rule)


def _too_near(places: Sequence[int], rule: Planted, taken: Mapping[int, Planted]) -> bool:
    """Whether another error stands in the same trial, or nearer than this rule or the other one allows."""
    reach = max([rule.apart, *{other.apart for other in taken.values()}]) if rule.apart > 1 or taken else 1
    for at in places:
        for near in range(at - reach + 1, at + reach):
            other = taken.get(near)
            if other is not None and abs(near - at) < max(rule.apart, other.apart):
                return True
    return False


class _Search:
    """Depth-first with a bound on its steps."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._slots = slots
        self._steps = 0

    def place(self, chosen: list[tuple[Slot, str]]) -> bool:
        """Fill `chosen` up to all slots; False, with `chosen` as it was, where that fails."""
        if len(chosen) == len(self._slots):
            return True
        slot = self._slots[len(chosen)]
        for case in slot.candidates:
            self._steps += 1
            if self._steps > _MAX_STEPS + 10 * len(self._slots):
                return False
            if _fits(slot, case, chosen):
                chosen.append((slot, case))
                if self.place(chosen):
                    return True
                chosen.pop()
        return False


def _fits(slot: Slot, case: str, chosen: Sequence[tuple[Slot, str]]) -> bool:
    for other_slot, other_case in chosen:
        apart = max(slot.rule.apart, other_slot.rule.apart)
        if _distance(slot.positions[case], other_slot.positions[other_case]) < apart:
            return False
    return True


def _distance(places: Sequence[int], others: Sequence[int]) -> int:
    return min(abs(a - b) for a in places for b in others)
