"""Inheritance by name: a condition, layer or question with `base:` takes the keys that it does not give from another.

What belongs here: filling in keys on the plain values of a file, before anything is validated, and where each came
from. What does not: what the keys mean (protocol), reporting faults of inherited keys (shape.Report).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from study_configs.problems import closest, listed
from study_configs.yaml12 import Path

SECTIONS = {"conditions": "condition", "layers": "layer", "questions": "question"}
BASE = "base"
NOT_TAKEN = frozenset({BASE, "measures", "positive_from"})  # one question measures, so its variants do not


class Reporter(Protocol):
    """Where faults go: shape.Report."""

    def add(
        self, code: str, path: Path, what: str, *, expected: str = "", example: str = "", suggestion: str = ""
    ) -> None: ...


@dataclass(slots=True)
class Inherited:
    """The values with every base filled in.

    `origins` leads from an inherited key to the key as it is written; `unfilled` are the entries whose base is not to
    be had: that they lack keys follows from it.
    """

    data: dict[str, Any]
    origins: dict[Path, Path] = field(default_factory=dict)
    unfilled: set[Path] = field(default_factory=set)


def inherited(data: Mapping[str, Any], report: Reporter) -> Inherited:
    """Fill in what bases give: the entry's own keys win, a list or section of its own replaces the base's whole.

    What a question measures is not taken over. A base may have a base itself. Unknown bases and circles are reported
    (RL309, RL310) and filled in no further.
    """
    made = Inherited(dict(data))
    for section, noun in SECTIONS.items():
        entries = data.get(section)
        if isinstance(entries, Mapping):
            made.data[section] = _Section(section, noun, entries, report, made).filled()
    return made


@dataclass(slots=True)
class _Section:
    name: str
    noun: str
    entries: Mapping[str, Any]
    report: Reporter
    made: Inherited
    done: dict[str, Any] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # members of circles that were reported

    def filled(self) -> dict[str, Any]:
        return {name: self._filled(name, ()) for name in self.entries}

    def _filled(self, name: str, trail: tuple[str, ...]) -> Any:
        """The entry with its base's keys; `trail` are the entries that wait for it."""
        if name in self.done:
            return self.done[name]
        entry = self.entries[name]
        base = entry.get(BASE) if isinstance(entry, Mapping) else None
        if not isinstance(base, str):
            return self.done.setdefault(name, entry)
        if not self._known(name, base, trail):
            self.made.unfilled.update((self.name, each) for each in (*trail, name))
            return self.done.setdefault(name, entry)
        given = self._filled(base, (*trail, name))
        if isinstance(given, Mapping):
            entry = self._with(name, entry, base, given)
        return self.done.setdefault(name, entry)

    def _with(self, name: str, entry: Mapping[str, Any], base: str, given: Mapping[str, Any]) -> dict[str, Any]:
        taken = {key: copy.deepcopy(value) for key, value in given.items() if key not in entry and key not in NOT_TAKEN}
        for key in taken:
            written: Path = (self.name, base, key)
            self.made.origins[self.name, name, key] = self.made.origins.get(written, written)
        return {**entry, **taken}

    def _known(self, name: str, base: str, trail: tuple[str, ...]) -> bool:
        at: Path = (self.name, name, BASE)
        if base == name or base in trail:
            self._tell_of_circle((*trail[trail.index(base) :], name) if base in trail else (name,), at)
            return False
        if base not in self.entries:
            known = [each for each in self.entries if each != name]
            expected = f"one of {listed(known)}" if known else f"another {self.noun}"
            what = f"There is no {self.noun} {base} to take keys from."
            self.report.add("RL309", at, what, expected=expected, suggestion=closest(base, known))
            return False
        return True

    def _tell_of_circle(self, circle: tuple[str, ...], at: Path) -> None:
        if self.told.isdisjoint(circle):
            way = " → ".join((*circle, circle[0]))
            what = f"The bases go round in a circle: {way}."
            self.report.add("RL310", at, what, expected=f"a {self.noun} that is not based on this one")
        self.told.update(circle)
