"""What is said of a trial beside case, condition and planted errors: part, repeat, thresholds, its line in the list.

What belongs here: those fields of PlannedTrial. What does not: the order of trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from study_configs.bustle_draws import has_list, listed_block, planned_calls
from study_configs.ordering.places import Place
from study_configs.ordering.sequence import Arranged
from study_configs.ordering.thresholds import thresholds_of_cases, thresholds_of_reader
from study_configs.ordering.values import PlannedCall

Details = dict[str, Any]


def has_details(place: Place, arranged: Arranged) -> bool:
    """Whether anything but its line in the reading list is to be said of a block's trials."""
    block, facts = arranged.block, place.facts
    return bool(
        block.probe
        or arranged.hidden
        or block.again
        or facts.design.cases.replacement
        or (facts.design.cases.parts and not block.practice)
        or thresholds_of_reader(place, block.condition)
        or thresholds_of_cases(facts, block.condition)
    )


def details_of(place: Place, arranged: Arranged, *, lists: bool = True) -> Sequence[Details]:
    """For each case of a block, in order, the fields of its PlannedTrial that say something.

    `lists`: with what the reading list says of it.
    """
    cases, block = arranged.cases, arranged.block
    details: list[Details] = [{} for _ in cases]
    parts = {} if block.practice or block.probe else place.facts.part
    read: set[str] = set()
    for at, (case, said) in enumerate(zip(cases, details, strict=True)):
        if case in parts:
            said["part"] = parts[case]
        if block.probe:
            said["probe"] = block.probe
        if at in arranged.hidden:
            said["no_reveal"] = True
        if case in read:
            said["repeat"] = True
        read.add(case)
    _add_thresholds(place, arranged, details)
    if lists and not block.practice and has_list(place.facts.protocol, block.condition):
        listed = listed_block(place.facts.study, block.condition, cases, _list_scope(place, block.number))
        for said, line in zip(details, listed, strict=True):
            said |= asdict(line)
    return details


def calls_at(place: Place, blocks: Sequence[Arranged]) -> dict[int, tuple[PlannedCall, ...]]:
    """The telephone calls by block; blocks without any are left out."""
    facts = place.facts
    calls = {
        each.block.number: planned_calls(facts.study, each.block.condition, _list_scope(place, each.block.number))
        for each in blocks
        if not each.block.practice and has_list(facts.protocol, each.block.condition)
    }
    return {number: coming for number, coming in calls.items() if coming}


def _list_scope(place: Place, number: int) -> tuple[str | int, ...]:
    return (*place.scope, "block", number)


def _add_thresholds(place: Place, arranged: Arranged, details: list[Details]) -> None:
    always = thresholds_of_reader(place, arranged.block.condition)
    by_case = thresholds_of_cases(place.facts, arranged.block.condition)
    if not always and not by_case:
        return
    for case, said in zip(arranged.cases, details, strict=True):
        thresholds = {**always, **by_case.get(case, {})}
        if thresholds:
            said["thresholds"] = thresholds
