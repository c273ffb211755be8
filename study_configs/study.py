"""A study: a valid protocol with its cases, its sealed truth and its texts, as loaded from one folder.

What belongs here: load_study, folder_study, the files that a protocol names. What does not: the order (reading_order).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from study_configs.cases import Case, SealedTruth, Table, Truth, inside, read_manifest, read_reference
from study_configs.comparison import ComparisonProblem, parse_condition
from study_configs.hanging import HangingProtocol, faults
from study_configs.hanging_files import examine_hanging
from study_configs.hanging_names import is_hanging_file
from study_configs.pages import Page
from study_configs.problem import StudyProblem
from study_configs.problems import Problem, ProtocolProblems, closest, listed
from study_configs.protocol import Protocol
from study_configs.rules import Checked, check_names, check_sense
from study_configs.shape import Report, shape
from study_configs.yaml12 import MAX_BYTES, Document, load
from study_configs.yaml12 import Path as KeyPath

PROTOCOL_NAME = "protocol.yaml"


@dataclass(frozen=True, slots=True)
class StudyText:
    """One versioned text: Markdown, and the SHA-256 of its UTF-8 bytes."""

    id: str
    title: str
    markdown: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything a protocol says and names. `sha256` is that of the file's bytes; `texts` goes by page id."""

    protocol: Protocol
    folder: Path
    path: Path
    sha256: str
    source_text: str
    cases: tuple[Case, ...]
    truth: SealedTruth
    texts: Mapping[str, StudyText]
    warnings: tuple[Problem, ...] = ()
    hanging: str | HangingProtocol = "automatic"  # a word, or the hanging of the study's own

    def case(self, case_id: str) -> Case:
        """The case of that id. Raises KeyError."""
        return {case.id: case for case in self.cases}[case_id]

    def file(self, relative: str) -> Path:
        """A file that the protocol names, such as a model. Raises StudyProblem if it leaves the study folder."""
        path = inside(self.folder, relative)
        if path is None:
            raise StudyProblem(f"{relative} is not inside the study folder.", where=str(self.folder))
        return path


@dataclass(slots=True)
class _Files:
    """Loads the files that a protocol names, and reports those that are missing."""

    protocol: Protocol
    folder: Path
    report: Report
    problems: list[Problem] = field(default_factory=list)

    def cases(self) -> tuple[Case, ...]:
        path = self._path(self.protocol.cases.manifest, ("cases", "manifest"))
        if path is None:
            return ()
        table = Table(path, str(self.folder / self.protocol.cases.manifest))
        cases = read_manifest(table, self.folder)
        self.problems += table.problems
        return self._with_practice(cases)

    def _with_practice(self, cases: tuple[Case, ...]) -> tuple[Case, ...]:
        practice = self.protocol.cases.practice
        if isinstance(practice, str):
            return tuple(replace(case, practice=_meets(practice, case)) for case in cases)
        known = [case.id for case in cases]
        for at, name in enumerate(practice):
            if cases and name not in known:
                what = f"The manifest has no case {name}."
                self.report.add(
                    "RL307", ("cases", "practice", at), what, suggestion=closest(name, known), expected=listed(known)
                )
        return tuple(replace(case, practice=case.id in practice) for case in cases)

    def truths(self, cases: tuple[Case, ...]) -> dict[str, Truth]:
        named = self.protocol.cases.reference
        path = self._path(named, ("cases", "reference")) if named is not None else None
        if path is None or named is None or not cases:
            return {}
        table = Table(path, str(self.folder / named))
        truths = read_reference(table, frozenset(case.id for case in cases))
        self.problems += table.problems
        return truths

    def check_ai(self) -> None:
        for name, ai in self.protocol.ai.items():
            if ai.model is not None:
                self._check_model(("ai", name), ai.model, ai.card, ai.sha256)
            if ai.results is not None:
                self._check_results(("ai", name, "results"), ai.results)

    def _check_model(self, path: KeyPath, model: str, card: str | None, sha256: str | None) -> None:
        found = self._path(model, (*path, "model"))
        if found is not None and sha256 is not None and _sha256(found) != sha256:
            what = f"{model} has another sha-256: {_sha256(found)}."
            self.report.add("RL412", (*path, "sha256"), what, expected="the model that this protocol was written for")
        if card is not None:
            self._path(card, (*path, "card"))

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
        found = self._path(wish, at) if is_hanging_file(wish) else None
        if found is None:
            return wish
        hanging, problems = examine_hanging(found.read_bytes(), str(self.folder / wish))
        self.problems += problems
        return hanging or wish

    def _path(self, relative: str, path: KeyPath) -> Path | None:
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

    def texts(self) -> dict[str, StudyText]:
        texts: dict[str, StudyText] = {}
        for place, pages in (("before", self.protocol.before), ("after", self.protocol.after)):
            for at, page in enumerate(pages):
                text = self._text(page, (place, at))
                if text is not None:
                    texts[page.id] = text
        return texts

    def _text(self, page: Page, path: KeyPath) -> StudyText | None:
        if page.text is not None:
            return _study_text(page, page.text)
        own = inside(self.folder, f"texts/{page.id}.md")
        shipped = resources.files("study_configs") / "texts" / f"{page.id}.md"
        for file in (own, shipped):
            if file is not None and file.is_file():
                return self._read_text(page, file, path)
        if not page.answer:
            known = shipped_texts()
            expected = f"texts/{page.id}.md, or one of {listed(known)}"
            what = f"There is no text {page.id}."
            self.report.add("RL306", path, what, expected=expected, suggestion=closest(page.id, known))
        return None

    def _read_text(self, page: Page, file: Traversable, path: KeyPath) -> StudyText | None:
        try:
            return _study_text(page, file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            what = f"The text {page.id} cannot be read: {error}."
            self.report.add("RL306", path, what, expected=f"texts/{page.id}.md in UTF-8")
            return None


def shipped_texts() -> list[str]:
    """Ids of the texts that come with ReaderLab."""
    files = (resources.files("study_configs") / "texts").iterdir()
    return sorted(file.name.removesuffix(".md") for file in files if file.name.endswith(".md"))


def load_study(path: Path) -> Study:
    """Load a study file, or the protocol.yaml of a folder. Raises ProtocolProblems with everything that is wrong."""
    study, problems = examine(path)
    if study is None:
        raise ProtocolProblems(problems, str(protocol_file(path)))
    return study


def examine(path: Path) -> tuple[Study | None, list[Problem]]:
    """The study, or None if there is any error; and all errors and warnings."""
    path = protocol_file(path)
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            return None, [Problem("RL101", str(path), what="This is not a file.", expected="a study file (YAML)")]
        source = path.read_bytes() if path.stat().st_size <= MAX_BYTES else bytes(MAX_BYTES + 1)
    except OSError as error:
        what = f"This file cannot be read: {error.strerror}."
        return None, [Problem("RL101", str(path), what=what, expected="a study file (YAML)")]
    document = load(source, str(path))
    return _study(document, source, path, path.parent)


def protocol_from(source: bytes, name: str) -> Protocol:
    """The protocol alone, from the bytes of a study file, such as a store froze them. Raises ProtocolProblems."""
    document = load(source, name)
    report = Report(name, document.places, list(document.problems))
    protocol = shape(document, report).protocol
    if protocol is None or any(problem.severity == "error" for problem in report.problems):
        raise ProtocolProblems(report.problems, name)
    return protocol


def folder_study(folder: Path) -> Study:
    """The built-in one-question protocol over any folder: each sub-folder is a case; without any, the folder itself is.

    Case ids are neutral (case-001 …), because folder names often hold patients' names. Raises StudyProblem if there is
    nothing to read.
    """
    folder = folder.resolve()
    cases, warnings = _folder_cases(folder)
    shipped = resources.files("study_configs") / "protocols" / "one_question.yaml"
    source = shipped.read_bytes()
    protocol = protocol_from(source, shipped.name)
    texts = _Files(protocol, folder, Report(shipped.name, {})).texts()
    digest = hashlib.sha256(source).hexdigest()
    path = Path(str(shipped))
    return Study(protocol, folder, path, digest, source.decode("utf-8"), cases, SealedTruth({}), texts, warnings)


def _folder_cases(folder: Path) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    if folder.name.upper() == "DICOMDIR" and folder.is_file():
        folder = folder.parent
    if folder.is_file():  # one image, or an archive of them
        return (Case("case-001", folder.resolve()),), ()
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
        inner = [entry for entry in entries if entry.is_dir() and any(file.is_file() for file in entry.rglob("*"))]
    except OSError as error:
        what = f"This folder cannot be read: {error.strerror}."
        raise StudyProblem(what, where=str(folder), todo="Name a folder with DICOM images.") from None
    loose = [entry.name for entry in entries if entry.is_file() and entry.name != "DICOMDIR"]
    if not inner and not loose:
        raise StudyProblem(
            "There are no files in this folder.", where=str(folder), todo="Name a folder with DICOM images."
        )
    archives = [entry for entry in entries if entry.is_file() and entry.suffix.lower() == ".zip"]
    loose = loose if inner or len(archives) < len(loose) else []
    paths = inner or (archives if not loose else [folder])
    cases = tuple(Case(f"case-{at:03d}", path.resolve()) for at, path in enumerate(paths, 1))
    if not inner or not loose:
        return cases, ()
    what = f"Files beside the sub-folders are not read: {listed(loose, 5)}."
    return cases, (Problem("RL414", str(folder), what=what, expected="a sub-folder for each case"),)


def _study(document: Document, source: bytes, path: Path, folder: Path) -> tuple[Study | None, list[Problem]]:
    report = Report(str(path), document.places, list(document.problems))
    shaped = shape(document, report) if document.value is not None or not document.problems else None
    protocol = shaped.protocol if shaped is not None else None
    if shaped is None or protocol is None:
        return None, report.problems
    files = _Files(protocol, folder, report)
    cases = files.cases()
    truths = files.truths(cases)
    files.check_ai()
    hanging = files.hanging()
    texts = files.texts()
    checked = Checked(protocol, shaped.data, cases, truths, report, folder)
    check_names(checked)
    if shaped.whole and not any(problem.code.startswith("RL3") for problem in report.problems):
        check_sense(checked)
    problems = [*report.problems, *files.problems]
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    digest = hashlib.sha256(source).hexdigest()
    text = source.decode("utf-8-sig")
    return Study(
        protocol, folder.resolve(), path, digest, text, cases, SealedTruth(truths), texts, tuple(problems), hanging
    ), problems


def protocol_file(path: Path) -> Path:
    """The study file that a path means: itself, or the protocol.yaml of a folder."""
    return path / PROTOCOL_NAME if path.is_dir() else path


def _meets(comparison: str, case: Case) -> bool:
    try:
        parsed = parse_condition(comparison)
    except ComparisonProblem:  # reported where the section was validated
        return False
    return parsed.holds(case_values(case))


def case_values(case: Case) -> dict[str, str]:
    """What comparisons may know of a case: `case.NAME` for each attribute."""
    return {f"case.{name}": value for name, value in case.attributes.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _study_text(page: Page, markdown: str) -> StudyText:
    headings = [line.lstrip("# ").strip() for line in markdown.splitlines() if line.startswith("#")]
    title = page.title or (headings[0] if headings else page.id)
    return StudyText(page.id, title, markdown, hashlib.sha256(markdown.encode("utf-8")).hexdigest())
