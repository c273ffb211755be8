"""The order of cases within a reader's blocks, and which of them keep their AI hidden.

What belongs here: parts, repeats, constraints, no_reveal. What does not: which cases are in a block (blocks),
the search for an order (study_configs.search).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from study_configs.arrangement import Distance, NoOrder, Rules, Run
from study_configs.ordering.blocks import Block
from study_configs.ordering.facts import Facts, Scope
from study_configs.ordering.mistakes import Foreseen, shows
from study_configs.ordering.places import Place
from study_configs.search import Stretch, arranged


@dataclass(frozen=True, slots=True)
class Arranged:
    """A block with its cases in the order in which they are read. `hidden` are places (from 0) without their AI."""

    block: Block
    cases: tuple[str, ...]
    hidden: frozenset[int] = field(default_factory=frozenset)


def sequences(place: Place, blocks: Sequence[Block], foreseen: Foreseen, attempt: int) -> list[Arranged]:
    """Every block in order. `attempt` numbers the tries: another one draws other orders. Raises NoOrder."""
    seen: Counter[str] = Counter()  # cases by the AI that they are seen with
    made = []
    for block in blocks:
        arranged_block = _arranged(place, block, foreseen, seen, attempt)
        made.append(arranged_block)
        if not block.practice:
            count = len(arranged_block.cases) - len(arranged_block.hidden)
            seen.update({ai: count for ai in place.facts.protocol.ai if shows(place.facts, block.condition, ai)})
    return made


def _arranged(place: Place, block: Block, foreseen: Foreseen, seen: Mapping[str, int], attempt: int) -> Arranged:
    facts = place.facts
    scope = (*place.scope, "block", *_named(block), "attempt", attempt)
    draws = facts.draws(*scope)
    if block.practice:
        stretch = Stretch(block.cases, facts.design.practice.order == "fixed")
        return Arranged(block, tuple(arranged([stretch], Rules(), draws)))
    hideable = _hideable(facts, block)
    rules = _rules(facts, block, foreseen.earliest(block, seen), foreseen.distances(block), hideable)
    cases = tuple(arranged(_stretches(facts, block), rules, draws))
    return Arranged(block, cases, _hidden(facts, block, cases, foreseen, scope) if hideable else frozenset())


def _named(block: Block) -> Scope:
    """What tells the draws of one block from those of the others."""
    if block.practice:
        return ("practice",) if block.sitting == 1 else ("practice", "sitting", block.sitting)
    return ("probe", block.probe, "sitting", block.sitting) if block.probe else (block.condition,)


def _stretches(facts: Facts, block: Block) -> list[Stretch]:
    """The parts of a block; in a fixed one the repeats follow the rest."""
    wanted = facts.design.cases
    if not wanted.parts or block.probe:
        return _one_part(block.cases, block.again, wanted.order == "fixed")
    made: list[Stretch] = []
    for part in wanted.parts:
        cases = tuple(case for case in block.cases if facts.part[case] == part.name)
        made += _one_part(cases, block.again, (part.order or wanted.order) == "fixed")
    return made


def _one_part(cases: tuple[str, ...], again: frozenset[str], fixed: bool) -> list[Stretch]:
    repeats = tuple(case for case in cases if case in again) if again else ()
    return [Stretch(cases, True), Stretch(repeats)] if fixed and repeats else [Stretch(cases + repeats, fixed)]


def _rules(
    facts: Facts, block: Block, planted_from: Mapping[str, int], planted_apart: tuple[Distance, ...], hideable: bool
) -> Rules:
    wanted = facts.design.cases
    runs = tuple(Run(name, limit, facts.values(name)) for name, limit in wanted.max_run.items())
    distances = [Distance(name, least, facts.values(name)) for name, least in wanted.min_distance.items()]
    if block.again and facts.design.repeats is not None:
        alike = {case: case for case in block.again}
        distances.append(Distance("the case, repeated,", facts.design.repeats.apart, alike))
    earliest = dict(planted_from)
    no_reveal = facts.design.no_reveal
    if hideable and no_reveal is not None:
        named = no_reveal.cases if isinstance(no_reveal.cases, tuple) else ()
        hidden = no_reveal.cases if isinstance(no_reveal.cases, int) else len(named)
        earliest = {case: first + hidden for case, first in earliest.items()}  # hidden ones are not seen with AI
        earliest |= dict.fromkeys(named, no_reveal.not_in_first)
    here = frozenset(block.cases) if earliest else frozenset()
    kept = {case: first for case, first in earliest.items() if first and case in here}
    return Rules(runs, (*distances, *planted_apart), kept)


def _hideable(facts: Facts, block: Block) -> bool:
    """Whether the condition reveals AI after an own answer, and some cases should be spared it."""
    if facts.design.no_reveal is None or block.probe:
        return False
    return facts.protocol.conditions[block.condition].reveals_after_answer


def _hidden(facts: Facts, block: Block, cases: tuple[str, ...], foreseen: Foreseen, scope: Scope) -> frozenset[int]:
    """The places in the order whose AI stays hidden. Drawn ones leave out what is repeated or planted by name."""
    wanted = facts.design.no_reveal
    if wanted is None:
        return frozenset()
    if isinstance(wanted.cases, tuple):
        return frozenset(at for at, case in enumerate(cases) if case in wanted.cases)
    aside = block.again | foreseen.named(block.condition)
    fit = [at for at, case in enumerate(cases) if at >= wanted.not_in_first and case not in aside]
    if len(fit) < wanted.cases:
        raise NoOrder(
            f"no_reveal wants {wanted.cases} cases in {block.condition}, and there are {len(fit)} to draw from"
        )
    return frozenset(facts.draws(*scope, "no reveal").shuffled(fit)[: wanted.cases])
