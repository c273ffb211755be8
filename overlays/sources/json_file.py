"""A JSON file read with suspicion: bounded, without duplicate keys, NaN or bottomless nesting, its lines kept.

What belongs here: bytes to plain values, and errors that name line and key. What does not: what the keys mean.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from overlays.faults import Fault, Reason, fault_of
from study_configs.problem import StudyProblem

LARGEST_JSON = 32 * 1024 * 1024
LARGEST_WITH_LINES = 1_000_000  # characters; finding lines in larger files would take too long
NUMBERS = frozenset(
    {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"}
)  # pydantic's
TODO = "Compare the file with docs/ai_results.md, or make it again."


class _NoNumber(ValueError):
    """NaN or an infinity, which JSON does not have."""


@dataclass(frozen=True, slots=True, eq=False)
class JsonFile:
    """What a file holds, with its text for the lines of errors."""

    path: Path
    text: str
    data: Any

    def problem(self, what: str, place: tuple[int | str, ...] = (), todo: str = TODO) -> StudyProblem:
        """A StudyProblem that names the line and the key at `place`."""
        key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        line = line_of(self.text, place) if place else 0
        where = f"{self.path}:{line}" if line else str(self.path)
        return StudyProblem(Reason(f"{key}: {what}" if key else what, fault_of(what)), where=where, todo=todo)

    def schema_problem(self, error: ValidationError) -> StudyProblem:
        """What pydantic found wrong first; a mistyped key explains the rest."""
        first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        said = "there is no such key" if first["type"] == "extra_forbidden" else first["msg"]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        place = tuple(first["loc"])
        what = f"{'' if place else 'the file: '}{said}{more}."
        return self.problem(Reason(what, Fault.NUMBER if first["type"] in NUMBERS else Fault.ODD), place)


def load(path: Path) -> JsonFile:
    """The plain values in a file. Raises StudyProblem with the line where it is no JSON, or none that is safe."""
    text = _text(path)
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise StudyProblem(f"This is not JSON: {error.msg}.", where=f"{path}:{error.lineno}", todo=TODO) from error
    except (ValueError, RecursionError) as error:
        fault = Fault.NUMBER if isinstance(error, _NoNumber) else Fault.ODD
        raise StudyProblem(Reason(f"This JSON is not usable: {error}.", fault), where=str(path), todo=TODO) from error
    return JsonFile(path, text, data)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise StudyProblem(
                f"An AI result of more than {LARGEST_JSON >> 20} MiB is not read.", where=str(path), todo=TODO
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise StudyProblem(f"The AI result cannot be read ({reason}).", where=str(path), todo=TODO) from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _refuse_constant(name: str) -> float:
    raise _NoNumber(f"{name} is no number of JSON")


def line_of(text: str, place: tuple[int | str, ...]) -> int:
    """The line of a key, from 1; 0 where it cannot be told. JSON is YAML, whose parser keeps line numbers."""
    if len(text) > LARGEST_WITH_LINES:
        return 0
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return 0
    for part in place:
        children = {}
        if isinstance(node, yaml.MappingNode):
            children = {key.value: value for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            children = dict(enumerate(node.value))
        if part not in children:
            break
        node = children[part]
    return int(node.start_mark.line) + 1 if node is not None else 0
