"""A study: a valid protocol with its cases, its sealed truth and its texts, as loaded from one folder.

What belongs here: load_study, folder_study, the files that a protocol names. What does not: the order (reading_order).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from study_configs.cases import Case, SealedTruth, inside
from study_configs.cases import case_values as case_values
from study_configs.hanging import HangingProtocol
from study_configs.pins import file_differences
from study_configs.problem import StudyProblem
from study_configs.problems import Problem, ProtocolProblems, listed
from study_configs.protocol import Protocol
from study_configs.rules import Checked, check_names, check_sense
from study_configs.shape import Report, shape
from study_configs.study_files import StudyFiles
from study_configs.study_texts import StudyText as StudyText
from study_configs.study_texts import texts_of
from study_configs.yaml12 import MAX_BYTES, Document, load

PROTOCOL_NAME = "protocol.yaml"


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
    _by_id: Mapping[str, Case] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {case.id: case for case in self.cases})

    def case(self, case_id: str) -> Case:
        """The case of that id. Raises KeyError."""
        return self._by_id[case_id]

    def file(self, relative: str) -> Path:
        """A file that the protocol names, such as a model. Raises StudyProblem if it leaves the study folder."""
        path = inside(self.folder, relative)
        if path is None:
            raise StudyProblem(f"{relative} is not inside the study folder.", where=str(self.folder))
        return path


def load_study(path: Path) -> Study:
    """Load a study file, or the protocol.yaml of a folder. Raises ProtocolProblems with everything that is wrong."""
    study, problems = examine(path)
    if study is None:
        raise ProtocolProblems(problems, str(protocol_file(path)))
    return study


def examine(path: Path, *, pinned: bool = True) -> tuple[Study | None, list[Problem]]:
    """The study, or None if there is any error; and all errors and warnings.

    `pinned` is whether single files are compared with their pins, where there are any (pins).
    """
    path = protocol_file(path)
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            return None, [Problem("RL101", str(path), what="This is not a file.", expected="a study file (YAML)")]
        source = path.read_bytes() if path.stat().st_size <= MAX_BYTES else bytes(MAX_BYTES + 1)
    except OSError as error:
        what = f"This file cannot be read: {error.strerror}."
        return None, [Problem("RL101", str(path), what=what, expected="a study file (YAML)")]
    document = load(source, str(path))
    study, problems = _study(document, source, path, path.parent)
    differing = file_differences(study) if pinned and study is not None else []
    return (study if not differing else None), [*problems, *differing]


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
    texts = texts_of(StudyFiles(protocol, folder, Report(shipped.name, {})))
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
    files = StudyFiles(protocol, folder, report)
    cases = files.cases()
    truths = files.truths(cases)
    files.check_ai()
    hanging = files.hanging()
    texts = texts_of(files)
    checked = Checked(protocol, shaped.data, cases, truths, report, files.truths_known, folder)
    check_names(checked)
    if shaped.whole and not any(problem.code.startswith("RL3") for problem in report.problems):
        check_sense(checked if files.cases_known else replace(checked, cases=()))
    problems = [*report.problems, *files.problems]
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    digest = hashlib.sha256(source).hexdigest()
    text = source.decode("utf-8-sig")
    sealed, warnings = SealedTruth(truths), tuple(problems)
    study = Study(protocol, folder.resolve(), path, digest, text, cases, sealed, texts, warnings, hanging)
    return study, problems


def protocol_file(path: Path) -> Path:
    """The study file that a path means: itself, or the protocol.yaml of a folder."""
    return path / PROTOCOL_NAME if path.is_dir() else path
