"""Cases in an order, and cases in sets, under constraints.

What belongs here: longest runs and balanced sets. What does not: readers and conditions (reading_order).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study_configs.draws import Draws

_SHUFFLES = 30
_BUILDS = 100


class NoOrder(Exception):
    """No order keeps every constraint, as far as the bounded search can tell; the text says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """At most `limit` cases in a row may have the same value; `value` by case id."""

    name: str
    limit: int
    value: Mapping[str, str]


def keeps(order: Sequence[str], runs: Sequence[Run]) -> bool:
    """Whether no run in `order` is too long."""
    return all(_longest([run.value[case] for case in order]) <= run.limit for run in runs)


def _longest(values: Sequence[str]) -> int:
    longest = length = 0
    for at, value in enumerate(values):
        length = length + 1 if at and value == values[at - 1] else 1
        longest = max(longest, length)
    return longest


def random_order(cases: Sequence[str], runs: Sequence[Run], draws: Draws) -> list[str]:
    """A random order that keeps the runs. Raises NoOrder.

    Whole shuffles are tried first (then every allowed order is equally likely); where those fail, orders are built case
    by case, which favours none of the cases but not every allowed order equally.
    """
    for run in runs:
        _check_possible(cases, run)
    for _ in range(_SHUFFLES):
        order = draws.shuffled(cases)
        if keeps(order, runs):
            return order
    for _ in range(_BUILDS):
        built = _built(draws.shuffled(cases), runs)
        if built is not None:
            return built
    raise NoOrder(f"{_BUILDS + _SHUFFLES} tries found no order with {_in_words(runs)}")


def _check_possible(cases: Sequence[str], run: Run) -> None:
    counts = Counter(run.value[case] for case in cases)
    for value, count in counts.items():
        room = run.limit * (len(cases) - count + 1)
        if count > room:
            raise NoOrder(
                f"{count} of {len(cases)} cases have {run.name} = {value}, "
                f"and runs of at most {run.limit} leave room for {room}"
            )


def _in_words(runs: Sequence[Run]) -> str:
    return " and ".join(f"at most {run.limit} in a row alike in {run.name}" for run in runs)


def _built(left: list[str], runs: Sequence[Run]) -> list[str] | None:
    """An order built case by case from `left` (in random order), or None where it ran into a dead end."""
    waiting = [Counter(run.value[case] for case in left) for run in runs]
    order: list[str] = []
    while left:
        case = next((case for case in left if _may_follow(order, case, len(left), runs, waiting)), None)
        if case is None:
            return None
        left.remove(case)
        order.append(case)
        for run, counts in zip(runs, waiting, strict=True):
            counts[run.value[case]] -= 1
    return order


def _may_follow(order: list[str], case: str, left: int, runs: Sequence[Run], waiting: list[Counter[str]]) -> bool:
    for run, counts in zip(runs, waiting, strict=True):
        value = run.value[case]
        tail = [run.value[other] for other in order[-run.limit :]]
        if len(tail) == run.limit and all(other == value for other in tail):
            return False
        if _another_must_come_now(value, left, run.limit, counts):
            return False
    return True


def _another_must_come_now(value: str, left: int, limit: int, counts: Counter[str]) -> bool:
    """Whether some other value has so many cases left that a separator spent on `value` leaves it no room."""
    return any(count > limit * (left - count) for other, count in counts.items() if other != value)


def case_sets(
    cases: Sequence[str], stratum: Mapping[str, tuple[str, ...]], sets: int, draws: Draws
) -> tuple[tuple[str, ...], ...]:
    """The cases dealt into `sets` sets: sizes differ by at most one, and so do the counts of each stratum."""
    strata: dict[tuple[str, ...], list[str]] = {}
    for case in cases:
        strata.setdefault(stratum[case], []).append(case)
    dealt = [case for key in sorted(strata) for case in draws.shuffled(strata[key])]
    return tuple(tuple(dealt[start::sets]) for start in range(sets))
