"""Hanging protocols from YAML: those that ReaderLab ships and a study's own, with errors that name the line.

What belongs here: from bytes to a `HangingProtocol`. What does not: its keys (hanging), matching (viewers).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from study_configs.hanging import HangingProtocol, faults
from study_configs.hanging_names import shipped_hanging_names
from study_configs.problem import StudyProblem
from study_configs.problems import Problem, ProtocolProblems
from study_configs.shape import Report, shape_hanging
from study_configs.yaml12 import MAX_BYTES, load


def read_hanging(source: bytes, file: str) -> HangingProtocol:
    """A hanging from the bytes of its file. Raises ProtocolProblems with everything that is wrong, line by line."""
    hanging, problems = examine_hanging(source, file)
    if hanging is None or problems:
        raise ProtocolProblems(problems, file)
    return hanging


def examine_hanging(source: bytes, file: str) -> tuple[HangingProtocol | None, list[Problem]]:
    """The hanging, or None where its keys are at fault; and all that is wrong."""
    document = load(source, file)
    report = Report(file, document.places, list(document.problems))
    if report.problems:
        return None, report.problems
    hanging = shape_hanging(document, report)
    if hanging is not None:
        for path, what, expected, suggestion in faults(hanging):
            report.add("RL208", path, what, expected=expected, suggestion=suggestion)
    return hanging, report.problems


def hanging_file(path: Path) -> HangingProtocol:
    """A hanging from a file. Raises StudyProblem."""
    try:
        source = path.read_bytes() if path.stat().st_size <= MAX_BYTES else bytes(MAX_BYTES + 1)
    except OSError as error:
        what = f"This file cannot be read: {error.strerror}."
        raise StudyProblem(what, where=str(path), todo="Name a hanging file (YAML).") from None
    return read_hanging(source, str(path))


@cache
def shipped_hangings() -> tuple[HangingProtocol, ...]:
    """The hangings that come with ReaderLab, by the names of their files."""
    return tuple(shipped_hanging(name) for name in shipped_hanging_names())


@cache
def shipped_hanging(name: str) -> HangingProtocol:
    """A shipped hanging by its name."""
    file = resources.files("resources") / "hanging" / f"{name}.yaml"
    return read_hanging(file.read_bytes(), file.name)
