"""A reader's blocks in sittings: practice, sessions, probes, and which cases each holds.

What belongs here: sets, samples, repeats, kept cases. What does not: the order of cases within a block (sequence).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from study_configs.arrangement import NoOrder, case_sets, sample
from study_configs.design import Crossed, Probe, Split
from study_configs.ordering.facts import Facts, Scope
from study_configs.ordering.places import Place
from study_configs.ordering.values import PRACTICE_BLOCK


@dataclass(frozen=True, slots=True)
class Block:
    """Cases read in one condition, one after the other. `again` are those of them that are read a second time."""

    condition: str
    cases: tuple[str, ...]
    number: int = 0
    sitting: int = 1
    probe: str = ""
    again: frozenset[str] = field(default_factory=frozenset)

    @property
    def practice(self) -> bool:
        return self.number == PRACTICE_BLOCK


def blocks_at(place: Place, attempt: int = 0) -> list[Block]:
    """All blocks of a reader, numbered, in the order in which they are read. Raises NoOrder.

    `attempt` numbers the tries: another one draws other samples, repeats and cases of probes.
    """
    sittings = _with_probes(place, _sessions(place, attempt), attempt)
    numbered: list[Block] = []
    number = 0
    practised = False
    for sitting, blocks in enumerate(sittings, 1):
        if not blocks[0].probe and (not practised or place.facts.design.practice.every_sitting):
            numbered.append(replace(_practice(place, blocks[0]), sitting=sitting))
            practised = True
        for block in blocks:
            number += 1
            numbered.append(replace(block, number=number, sitting=sitting))
    return numbered


def _practice(place: Place, first: Block) -> Block:
    return Block(place.facts.design.practice.condition or first.condition, place.facts.practice)


def draws_cases(facts: Facts) -> bool:
    """Whether other attempts may come to other cases."""
    repeats, probes = facts.design.repeats, facts.design.probes
    drawn = facts.design.cases.sample is not None or any(isinstance(probe.cases, int) for probe in probes)
    return drawn or (repeats is not None and isinstance(repeats.cases, int))


def _sessions(place: Place, attempt: int) -> list[list[Block]]:
    meeting = place.meeting
    cases = _sampled(place, attempt)
    met = _met(place, meeting, cases)
    again = _again(place, met, attempt)
    blocks = [Block(name, met[name], again=again and again & frozenset(met[name])) for name in place.conditions]
    return [[block] for block in blocks] if meeting.sessions == "each" else [blocks]


def _sampled(place: Place, attempt: int) -> tuple[str, ...]:
    """The cases of a reader: of the own set in a split-plot design, and of these a sample."""
    facts, wanted = place.facts, place.facts.design.cases
    cases = group_cases(facts)[place.group]
    if wanted.sample is None:
        return cases
    draws = facts.draws(*place.scope, "sample", *_tried(attempt))
    return sample(cases, facts.alike(wanted.sample_balance), wanted.sample, draws, replacement=wanted.replacement)


@lru_cache(maxsize=4)
def group_cases(facts: Facts) -> tuple[tuple[str, ...], ...]:
    """For each reader group its cases, in the manifest's order; one group without split_plot. Raises NoOrder."""
    plot = facts.design.split_plot
    if plot is None:
        return (facts.cases,)
    if plot.column is None:
        sets = case_sets(facts.cases, facts.alike(plot.balance), plot.groups, facts.draws("split plot"))
    else:
        sets = _sets_by_column(facts, plot.column, plot.groups)
    members = [frozenset(each) for each in sets]
    return tuple(tuple(case for case in facts.cases if case in each) for each in members)


def _sets_by_column(facts: Facts, column: str, groups: int) -> tuple[tuple[str, ...], ...]:
    value = facts.values(column)
    names = sorted({value[case] for case in facts.cases})
    if len(names) != groups:
        raise NoOrder(
            f"the column {column} names {len(names)} sets ({', '.join(names)}), and there are {groups} groups"
        )
    return tuple(tuple(case for case in facts.cases if value[case] == name) for name in names)


def _met(place: Place, meeting: Crossed | Split, cases: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The cases that this reader reads in each condition."""
    if isinstance(meeting, Crossed):
        return dict.fromkeys(meeting.names, cases)
    scope = place.scope if place.facts.design.cases.sample is not None else ()
    return split_cases(place.facts, meeting, cases, place.group, place.turn, scope)


def split_cases(
    facts: Facts, split: Split, cases: tuple[str, ...], group: int, turn: int, scope: Scope = ()
) -> Mapping[str, tuple[str, ...]]:
    """For each condition the case set that a reader at this turn reads in it, in the manifest's order."""
    plot = ("group", group) if facts.design.split_plot is not None else ()
    sets = _sets(facts, cases, split.balance, len(split.names), scope or plot)
    return {name: sets[(at + turn) % len(sets)] for at, name in enumerate(split.names)}


@lru_cache(maxsize=32)
def _sets(
    facts: Facts, cases: tuple[str, ...], balance: tuple[str, ...], count: int, scope: Scope
) -> tuple[tuple[str, ...], ...]:
    items = [str(at) for at in range(len(cases))]  # one case may be in a sample twice
    alike = facts.alike(balance)
    stratum = {item: alike[case] for item, case in zip(items, cases, strict=True)}
    sets = case_sets(items, stratum, count, facts.draws(*scope, "case sets"))
    return tuple(tuple(cases[at] for at in sorted(map(int, members))) for members in sets)


def _again(place: Place, met: Mapping[str, tuple[str, ...]], attempt: int) -> frozenset[str]:
    """The cases that are read twice in their block: those named, or drawn for this reader, alike in all blocks."""
    repeats = place.facts.design.repeats
    if repeats is None:
        return frozenset()
    if isinstance(repeats.cases, tuple):
        return frozenset(repeats.cases)
    homes: dict[str, tuple[str, ...]] = {}
    twice: set[str] = set()
    for name, cases in met.items():
        twice |= {case for case, count in Counter(cases).items() if count > 1}
        for case in cases:
            homes[case] = (*homes.get(case, ()), name)
    once = [case for case in homes if case not in twice]
    if repeats.cases > len(once):
        raise NoOrder(f"{repeats.cases} cases should be repeated, and there are {len(once)}")
    draws = place.facts.draws(*place.scope, "repeats", *_tried(attempt))
    return frozenset(sample(once, homes, repeats.cases, draws, replacement=False))


def _tried(attempt: int) -> Scope:
    return ("attempt", attempt) if attempt else ()


def _with_probes(place: Place, sessions: list[list[Block]], attempt: int) -> list[list[Block]]:
    """The sittings: sessions, with probes before, between and after them."""
    probes = _Probes(place, attempt)
    sittings = probes.sittings("first")
    for at, session in enumerate(sessions):
        if at:
            sittings += probes.sittings("between")
        sittings.append(session)
    return sittings + probes.sittings("last")


class _Probes:
    """Deals the cases of probes: those that are drawn come from one shuffled pile, so that none comes twice in vain."""

    def __init__(self, place: Place, attempt: int) -> None:
        self._facts = place.facts
        wanted: Sequence[Probe] = place.facts.design.probes
        drawn = any(isinstance(probe.cases, int) for probe in wanted)
        pool = group_cases(self._facts)[place.group] if drawn else ()
        self._pile = self._facts.draws(*place.scope, "probes", *_tried(attempt)).shuffled(pool) if drawn else []
        self._dealt = 0

    def sittings(self, when: str) -> list[list[Block]]:
        return [
            [Block(probe.condition, self._cases(probe), probe=probe.name)]
            for probe in self._facts.design.probes
            if probe.when == when
        ]

    def _cases(self, probe: Probe) -> tuple[str, ...]:
        if not isinstance(probe.cases, int):
            return self._facts.kept[probe.name]
        if probe.cases > len(self._pile):
            raise NoOrder(f"the probe {probe.name} wants {probe.cases} cases, and there are {len(self._pile)}")
        if self._dealt + probe.cases > len(self._pile):
            self._dealt = 0
        self._dealt += probe.cases
        taken = frozenset(self._pile[self._dealt - probe.cases : self._dealt])
        return tuple(case for case in self._facts.cases if case in taken)
