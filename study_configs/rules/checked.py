"""What the rules look at, and the questions that several of them ask of it.

What belongs here: the protocol with its cases as rules see them. What does not: any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as Folder
from typing import Any

from study_configs.cases import Case, Truth
from study_configs.comparison import Comparison, ComparisonProblem, parse_condition
from study_configs.design import Crossed, Split
from study_configs.problems import closest, listed
from study_configs.protocol import Protocol
from study_configs.shape import Report
from study_configs.yaml12 import Path

TRUTH = "truth"
_NOUNS = {"ai": "AI", "questions": "question", "layers": "layer", "conditions": "condition", "arms": "arm"}


@dataclass(frozen=True)
class Checked:
    """What the rules look at. `raw` is the file as written: a name whose section is faulty still counts as declared."""

    protocol: Protocol
    raw: Mapping[str, Any]
    cases: tuple[Case, ...]
    truths: Mapping[str, Truth]
    report: Report
    truths_known: bool = True  # whether the reference, if one is named, could be read
    folder: Folder | None = None  # the study folder; without, no rule looks at files

    def declared(self, section: str) -> list[str]:
        """The names that a section declares; those of `arms` stand under design."""
        holder = self.raw.get("design") if section == "arms" else self.raw
        entries = holder.get(section) if isinstance(holder, Mapping) else None
        return list(entries) if isinstance(entries, Mapping) else []

    @property
    def attributes(self) -> list[str]:
        return list(self.cases[0].attributes) if self.cases else []

    @cached_property
    def read(self) -> tuple[Case, ...]:
        """The cases of the sessions: neither for practice nor kept for a probe."""
        return tuple(case for case in self.cases if not case.practice and case.id not in self._kept_for_probes)

    @cached_property
    def _kept_for_probes(self) -> frozenset[str]:
        kept: set[str] = set()
        for probe in self.protocol.design.probes:
            if isinstance(probe.cases, tuple):
                kept.update(probe.cases)
            elif isinstance(probe.cases, str):
                kept.update(case.id for case in self.meeting(probe.cases))
        return frozenset(kept)

    def meeting(self, comparison: str) -> list[Case]:
        """The cases, practice left out, that meet a comparison over case.COLUMN and truth."""
        parsed = parsed_or_none(comparison)
        if parsed is None:
            return []
        return [case for case in self.cases if not case.practice and parsed.holds(self.values(case))]

    def values(self, case: Case) -> dict[str, str]:
        """What comparisons over cases may know: `case.NAME` for each attribute, and truth."""
        truth = self.truths.get(case.id)
        told = {TRUTH: "positive" if truth.positive else "negative"} if truth is not None else {}
        return {f"case.{name}": value for name, value in case.attributes.items()} | told

    def meetings(self) -> Iterator[tuple[Path, Crossed | Split]]:
        """Every crossed and split of the file, with its place."""
        holders: list[tuple[Path, Any]] = [(("design",), self.protocol.design)]
        holders += [(("design", "arms", name), arm) for name, arm in self.protocol.design.arms.items()]
        for path, holder in holders:
            for way, meeting in (("crossed", holder.crossed), ("split", holder.split)):
                if meeting is not None:
                    yield (*path, way), meeting

    def need(self, code: str, section: str, name: str, path: Path) -> bool:
        """Report `name` unless the section declares it."""
        known = self.declared(section)
        if name not in known:
            noun, place = _NOUNS[section], "design.arms" if section == "arms" else section
            expected = f"one of {listed(known)}" if known else f"a name that is declared under {place}"
            self.report.add(
                code, path, f"There is no {noun} {name}.", expected=expected, suggestion=closest(name, known)
            )
        return name in known

    def need_each(self, code: str, section: str, names: Sequence[str], path: Path) -> None:
        """Report each of a list's names that the section does not declare."""
        for at, name in enumerate(names):
            self.need(code, section, name, (*path, at))

    def need_case(self, name: str, path: Path) -> bool:
        """Report `name` unless it is a case of the manifest that readers read; whether it is."""
        found = next((case for case in self.cases if case.id == name), None)
        if found is not None and not found.practice:
            return True
        known = [case.id for case in self.cases if not case.practice]
        expected = f"one of {listed(known)}"
        if found is None:
            what = f"The manifest has no case {name}."
            self.report.add("RL307", path, what, expected=expected, suggestion=closest(name, known))
        else:
            self.report.add("RL312", path, f"{name} is a practice case.", expected=expected)
        return False

    def need_attribute(self, name: str, path: Path, *, truth: bool = True, also: Sequence[str] = ()) -> bool:
        """Report `name` unless it is truth (where a reference is named), a column of the manifest, or one of `also`."""
        known = [*([TRUTH] if truth else []), *also, *self.attributes]
        if truth and name == TRUTH:
            if self.protocol.cases.reference is None:
                expected = "cases: {reference: reference.csv}"
                self.report.add("RL507", path, "truth needs a reference.", expected=expected)
            return self.protocol.cases.reference is not None
        if self.cases and name not in known:
            what = f"The manifest has no column {name}."
            expected = f"one of {listed(known)}" if known else "a column of your own in the manifest"
            self.report.add("RL308", path, what, expected=expected, suggestion=closest(name, known))
            return False
        return bool(self.cases)


def parsed_or_none(text: str) -> Comparison | None:
    """The comparison, or None where it cannot be understood, which is reported where its section is validated."""
    try:
        return parse_condition(text)
    except ComparisonProblem:
        return None


def names_in(text: str | None) -> frozenset[str]:
    """The names that a comparison speaks of; none where it cannot be understood."""
    parsed = parsed_or_none(text) if text else None
    return parsed.names if parsed is not None else frozenset()
