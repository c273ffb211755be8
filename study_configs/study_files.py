"""The files that a protocol names: tables, models, results, hangings.

What belongs here: finding, reading and reporting them. What does not: texts and media of pages (study_texts), what all
of it makes together (study).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from study_configs.cases import Case, Table, Truth, case_values, inside, read_manifest, read_reference
from study_configs.comparison import Comparison, ComparisonProblem, parse_condition
from study_configs.hanging import HangingProtocol, faults
from study_configs.hanging_files import examine_hanging
from study_configs.hanging_names import is_hanging_file
from study_configs.problems import Problem, closest, listed
from study_configs.protocol import Protocol
from study_configs.shape import Report
from study_configs.yaml12 import Path as KeyPath


@dataclass(slots=True)
class StudyFiles:
    """Loads the files that a protocol names, and reports those that are missing."""

    protocol: Protocol
    folder: Path
    report: Report
    problems: list[Problem] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)  # cases whose row is at fault
    cases_known: bool = True  # whether every row of the manifest could be read
    truths_known: bool = True  # whether the reference, if one is named, could be read

    def cases(self) -> tuple[Case, ...]:
        """The cases of the manifest, those for practice marked."""
        path = self.path(self.protocol.cases.manifest, ("cases", "manifest"))
        self.cases_known = path is not None
        if path is None:
            return ()
        table = Table(path, str(self.folder / self.protocol.cases.manifest))
        cases = read_manifest(table, self.folder)
        self.problems += table.problems
        self.cases_known = all(problem.code == "RL407" for problem in table.problems)
        self.left_out |= table.left_out
        return self._with_practice(cases)

    def _with_practice(self, cases: tuple[Case, ...]) -> tuple[Case, ...]:
        practice = self.protocol.cases.practice
        if isinstance(practice, str):
            parsed = _parsed(practice)
            return tuple(
                replace(case, practice=parsed is not None and parsed.holds(case_values(case))) for case in cases
            )
        known = {case.id: case for case in cases}
        for at, name in enumerate(practice):
            if cases and name not in known:
                what = f"The manifest has no case {name}."
                self.report.add(
                    "RL307",
                    ("cases", "practice", at),
                    what,
                    suggestion=closest(name, known),
                    expected=listed(list(known)),
                )
        return tuple(replace(case, practice=True) if case.id in practice else case for case in cases)

    def truths(self, cases: tuple[Case, ...]) -> dict[str, Truth]:
        """The truths of the reference, by case."""
        named = self.protocol.cases.reference
        path = self.path(named, ("cases", "reference")) if named is not None else None
        self.truths_known = named is None or path is not None
        if path is None or named is None or not cases:
            return {}
        table = Table(path, str(self.folder / named))
        truths = read_reference(table, frozenset(case.id for case in cases), self.left_out)
        self.truths_known = bool(truths) or not table.problems
        self.problems += table.problems
        return truths

    def check_ai(self) -> None:
        """Models, cards and patterns of results lead somewhere."""
        for name, ai in self.protocol.ai.items():
            if ai.model is not None:
                self._check_model(("ai", name), ai.model, ai.card, ai.sha256)
            if ai.results is not None:
                self._check_results(("ai", name, "results"), ai.results)

    def _check_model(self, path: KeyPath, model: str, card: str | None, sha256: str | None) -> None:
        found = self.path(model, (*path, "model"))
        if found is not None and sha256 is not None and _sha256(found) != sha256:
            what = f"{model} has another sha-256: {_sha256(found)}."
            self.report.add("RL412", (*path, "sha256"), what, expected="the model that this protocol was written for")
        if card is not None:
            self.path(card, (*path, "card"))

    def _check_results(self, path: KeyPath, pattern: str) -> None:
        example = "results: ai/**/*.json"
        if pattern.startswith(("/", "\\")) or ".." in Path(pattern).parts or Path(pattern).is_absolute():
            self.report.add(
                "RL402", path, f"{pattern} leaves the study folder.", expected="a pattern within it", example=example
            )
            return
        try:
            found = any(self.folder.glob(pattern))
        except ValueError as error:
            self.report.add(
                "RL410", path, f"{pattern!r} is no pattern: {error}.", expected="a pattern", example=example
            )
            return
        if not found:
            self.report.add(
                "RL410", path, f"No file matches {pattern}.", expected="at least one result", example=example
            )

    def hanging(self) -> str | HangingProtocol:
        """The protocol's hanging, read from its file where it names one."""
        wish, at = self.protocol.reading.hanging, ("reading", "hanging")
        if isinstance(wish, HangingProtocol):
            for path, what, expected, suggestion in faults(wish):
                self.report.add("RL208", (*at, *path), what, expected=expected, suggestion=suggestion)
            return wish
        found = self.path(wish, at) if is_hanging_file(wish) else None
        if found is None:
            return wish
        hanging, problems = examine_hanging(found.read_bytes(), str(self.folder / wish))
        self.problems += problems
        return hanging or wish

    def path(self, relative: str, path: KeyPath) -> Path | None:
        """A file of the study folder that a key names; None, with a report, where there is none to be read."""
        found = inside(self.folder, relative)
        if found is None:
            self.report.add(
                "RL402", path, f"{relative} leaves the study folder.", expected="a path within the study folder"
            )
        elif not found.is_file():
            self.report.add("RL401", path, f"There is no file {relative}.", expected=f"a file in {self.folder}")
        elif not os.access(found, os.R_OK):
            self.report.add(
                "RL401", path, f"{relative} cannot be read.", expected="a file that you have the right to read"
            )
        else:
            return found
        return None


def _parsed(comparison: str) -> Comparison | None:
    try:
        return parse_condition(comparison)
    except ComparisonProblem:  # reported where the section was validated
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
