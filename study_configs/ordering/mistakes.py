"""Planted errors in a reader's order: those whose cases are known before the order is drawn, and all once it is.

What belongs here: from rules and blocks to trials. What does not: the search for places (planting), what an error does
(overlays.planting).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from study_configs.arrangement import Distance, NoOrder, sample
from study_configs.bustle_draws import has_triage
from study_configs.design import Split
from study_configs.draws import seed_of
from study_configs.ordering.blocks import Block, group_cases, split_cases
from study_configs.ordering.facts import Facts
from study_configs.ordering.places import Place
from study_configs.planted import Planted
from study_configs.planting import PlannedError, Seen, planned_error, planted_trials
from study_configs.study import Study


class Foreseen:
    """The planted errors whose cases are listed, or drawn once for all readers; the order is drawn to suit them."""

    def __init__(self, place: Place) -> None:
        self._facts = place.facts
        planted = place.facts.protocol.planted
        self.cases: Mapping[str, tuple[str, ...]] = {
            name: _drawn_once(place.facts, name, place.group) if isinstance(rule.cases, int) else rule.cases
            for name, rule in planted.items()
            if isinstance(rule.cases, tuple) or (rule.draw == "once" and rule.cases != "all")
        }

    def _here(self, condition: str) -> list[tuple[Planted, tuple[str, ...]]]:
        rules = [(self._facts.protocol.planted[name], cases) for name, cases in self.cases.items()]
        return [(rule, cases) for rule, cases in rules if carries(self._facts, rule, condition)]

    def named(self, condition: str) -> frozenset[str]:
        """The cases with such an error in a condition."""
        return frozenset(case for _, cases in self._here(condition) for case in cases)

    def earliest(self, block: Block, seen: Mapping[str, int]) -> Mapping[str, int]:
        """The first place in the block (from 0) of each case that may not be among the first seen with an AI.

        `seen` is how many were seen with each AI before the block.
        """
        first: dict[str, int] = {}
        for rule, cases in [] if block.probe else self._here(block.condition):
            wait = rule.not_in_first - seen.get(rule.ai, 0)
            first |= {case: max(wait, first.get(case, 0)) for case in cases if wait > 0}
        return first

    def distances(self, block: Block) -> tuple[Distance, ...]:
        """How far apart the errors of each AI lie in this block."""
        made = []
        for ai in self._facts.protocol.ai:
            rules = [(rule, cases) for rule, cases in self._here(block.condition) if rule.ai == ai]
            apart = max((rule.apart for rule, _ in rules), default=1)
            if apart > 1 and not block.probe:
                value = {case: ai for _, cases in rules for case in cases}
                made.append(Distance(f"planted errors of {ai}", apart, value))
        return tuple(made)


@lru_cache(maxsize=256)
def _drawn_once(facts: Facts, name: str, group: int) -> tuple[str, ...]:
    """The cases of an error that all readers (of a group with cases of its own) meet in the same cases."""
    rule = facts.protocol.planted[name]
    taken = _taken_before(facts, name, group)
    fit = [case for case in group_cases(facts)[group] if case in facts.may_carry(name) and case not in taken]
    assert isinstance(rule.cases, int)
    if len(fit) < rule.cases:
        raise NoOrder(f"{name} wants {rule.cases} cases for all readers, and {len(fit)} may carry it")
    return sample(fit, _set_of(facts, group), rule.cases, facts.draws("planted once", name, group), replacement=False)


def _taken_before(facts: Facts, name: str, group: int) -> frozenset[str]:
    """The cases of other errors of the AI: listed ones, and those drawn once by rules that stand before this one."""
    planted = facts.protocol.planted
    taken: set[str] = set()
    for rule in planted.values():
        if rule.ai == planted[name].ai and isinstance(rule.cases, tuple):
            taken.update(rule.cases)
    for other, rule in planted.items():
        if other == name:
            break
        if rule.ai == planted[name].ai and rule.draw == "once" and isinstance(rule.cases, int):
            taken.update(_drawn_once(facts, other, group))
    return frozenset(taken)


def _set_of(facts: Facts, group: int) -> Mapping[str, tuple[str, ...]]:
    """Which case set of a split design each case is in: errors for all readers spread evenly over the sets."""
    design = facts.design
    cases = group_cases(facts)[group]
    if not isinstance(design.split, Split) or design.cases.sample is not None:
        return dict.fromkeys(cases, ("",))
    sets = split_cases(facts, design.split, cases, group, 0)
    return {case: (name,) for name, members in sets.items() for case in members}


def carries(facts: Facts, rule: Planted, condition: str) -> bool:
    """Whether the rule holds in a condition: one of those it names, or any that shows its AI."""
    return (not rule.conditions or condition in rule.conditions) and shows(facts, condition, rule.ai)


def shows(facts: Facts, condition: str, ai: str) -> bool:
    """Whether readers meet the AI in a condition: in its layers, or in what it does to the reading list."""
    worklist = facts.protocol.worklist
    triage = worklist.triage if worklist is not None else None
    if triage is not None and triage.ai == ai and has_triage(facts.protocol, condition):
        return True
    return any(facts.protocol.layers[name].ai == ai for name in facts.protocol.conditions[condition].layers)


def planted_in(
    place: Place, seen: Sequence[Seen], foreseen: Foreseen, attempt: int
) -> dict[int, tuple[PlannedError, ...]]:
    """The planted errors by index of the trial. `seen` are the blocks of the order without the trials in which no AI
    may be seen. Raises NoOrder."""
    facts = place.facts
    planted: dict[int, tuple[PlannedError, ...]] = {}
    for ai in facts.protocol.ai:
        rules = {name: rule for name, rule in facts.protocol.planted.items() if rule.ai == ai}
        if not rules:
            continue
        with_ai = [block for block in seen if shows(facts, block.condition, ai)]
        draws = facts.draws(*place.scope, "planted", ai, "attempt", attempt)
        may_carry = {name: facts.may_carry(name) for name in rules}
        for name, index, case in planted_trials(rules, with_ai, may_carry, foreseen.cases, draws):
            planted[index] = (*planted.get(index, ()), error_in(facts.study, name, case))
    return planted


@lru_cache(maxsize=4096)
def error_in(study: Study, name: str, case: str) -> PlannedError:
    """The planted error that the rule of this name puts into a case: the same for every reader who meets it."""
    seed = seed_of(study.protocol.about.id, study.protocol.design.seed, "planted", name, case)
    return planned_error(name, study.protocol.planted[name], case, seed)
