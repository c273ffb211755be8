"""What drawing orders needs to know of a study, worked out once for all its readers.

What belongs here: cases to read, their values, their truth, who may carry which planted error. What does not: draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from study_configs.arrangement import NoOrder
from study_configs.comparison import Comparison, parse_condition
from study_configs.design import Part, Probe
from study_configs.draws import Draws
from study_configs.rules import TRUTH
from study_configs.study import Study, case_values

CASE = "case"
Scope = tuple[str | int, ...]


class Facts:
    """A study, and what follows from it for every order."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.protocol = study.protocol
        self.design = study.protocol.design
        self._values: dict[str, dict[str, str]] = {}
        self._alike: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
        self._may_carry: dict[str, frozenset[str]] = {}

    def draws(self, *scope: str | int) -> Draws:
        return Draws(self.protocol.about.id, self.design.seed, *scope)

    @cached_property
    def practice(self) -> tuple[str, ...]:
        return tuple(case.id for case in self.study.cases if case.practice)

    @cached_property
    def kept(self) -> Mapping[str, tuple[str, ...]]:
        """By probe, the cases that are kept for it; absent for one that draws among all."""
        return {probe.name: self._kept_for(probe) for probe in self.design.probes if not isinstance(probe.cases, int)}

    @cached_property
    def cases(self) -> tuple[str, ...]:
        """The cases of the sessions, in the manifest's order."""
        aside = {case for cases in self.kept.values() for case in cases}
        return tuple(case.id for case in self.study.cases if not case.practice and case.id not in aside)

    @cached_property
    def positive(self) -> Mapping[str, bool]:
        return {case_id: truth.positive for case_id, truth in self.study.truth.unseal().items()}

    def values(self, name: str) -> Mapping[str, str]:
        """Truth, the case itself, or a column of the manifest, of each case, as text."""
        if name not in self._values:
            self._values[name] = {case.id: self._value(name, case.id, case.attributes) for case in self.study.cases}
        return self._values[name]

    def alike(self, names: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """All those values of each case."""
        if names not in self._alike:
            values = [self.values(name) for name in names]
            self._alike[names] = {case.id: tuple(value[case.id] for value in values) for case in self.study.cases}
        return self._alike[names]

    @cached_property
    def part(self) -> Mapping[str, str]:
        """The part of each case, by its name. Raises NoOrder for a case that belongs to none."""
        meant = [(part.name, parse_condition(part.where)) for part in self.design.cases.parts]
        return {case: self._part_of(case, meant) for case in self.cases} if meant else {}

    def parts(self) -> tuple[Part, ...]:
        return self.design.cases.parts

    def may_carry(self, name: str) -> frozenset[str]:
        """The cases that may carry the planted error of this name."""
        if name not in self._may_carry:
            rule, truths = self.protocol.planted[name], self.positive
            self._may_carry[name] = frozenset(
                case.id
                for case in self.study.cases
                if (case.id in truths or rule.wants_positive is None)
                and rule.may_be_in(case.id, truths.get(case.id, False), case.attributes)
            )
        return self._may_carry[name]

    @cached_property
    def _comparable(self) -> Mapping[str, Mapping[str, str]]:
        truth = self.values(TRUTH)
        return {case.id: {**case_values(case), TRUTH: truth[case.id]} for case in self.study.cases}

    def _value(self, name: str, case: str, attributes: Mapping[str, str]) -> str:
        if name == TRUTH:
            return {True: "positive", False: "negative"}.get(self.positive.get(case), "unknown")  # type: ignore[arg-type]
        return case if name == CASE else attributes.get(name, "")

    def _part_of(self, case: str, meant: list[tuple[str, Comparison]]) -> str:
        found = next((name for name, comparison in meant if comparison.holds(self._comparable[case])), None)
        if found is None:
            raise NoOrder(f"the case {case} belongs to none of the parts")
        return found

    def _kept_for(self, probe: Probe) -> tuple[str, ...]:
        read = [case.id for case in self.study.cases if not case.practice]
        if isinstance(probe.cases, tuple):
            return tuple(case for case in read if case in probe.cases)
        comparison = parse_condition(str(probe.cases))
        return tuple(case for case in read if comparison.holds(self._comparable[case]))


@lru_cache(maxsize=2)
def facts_of(study: Study) -> Facts:
    """The facts of a study; those of the last ones are kept."""
    return Facts(study)
