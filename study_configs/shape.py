"""From plain values to a `Protocol`, and from the validator's findings to problems that a coordinator can act on.

What belongs here: keys, types and ranges. What does not: whether names and files exist (rules, cases).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from study_configs import keys
from study_configs.bases import inherited
from study_configs.hanging import HangingProtocol
from study_configs.instruments import expanded
from study_configs.migrations import newest, version_of
from study_configs.problems import Problem, closest, listed
from study_configs.protocol import LANGUAGE_VERSION, Protocol
from study_configs.yaml12 import Document, Path, Place

_CODES = {
    "extra_forbidden": "RL201",
    "missing": "RL202",
    "union_tag_not_found": "RL202",
    "union_tag_invalid": "RL204",
    "literal_error": "RL204",
    "greater_than": "RL205",
    "greater_than_equal": "RL205",
    "less_than": "RL205",
    "less_than_equal": "RL205",
    "finite_number": "RL205",
    "too_short": "RL206",
    "too_long": "RL206",
    "string_too_short": "RL206",
    "string_too_long": "RL206",
    "string_pattern_mismatch": "RL207",
}
_ROUNDS = 8
_POINT = "; a decimal number has a point, such as 0.25, and no comma"


@dataclass(slots=True)
class Report:
    """Collects problems of one study file and knows where each key stands."""

    file: str
    places: Mapping[Path, Place]
    problems: list[Problem] = field(default_factory=list)
    mended: set[Path] = field(default_factory=set)  # filled in by us after a fault, so nothing more is said of them
    origins: Mapping[Path, Path] = field(default_factory=dict)  # where an inherited key is written
    unfilled: Set[Path] = field(default_factory=set)  # entries whose base is not to be had: they may lack keys
    _told_of_heirs: set[tuple[str, Path]] = field(default_factory=set)

    def add(
        self,
        code: str,
        path: Path,
        what: str,
        *,
        expected: str = "",
        example: str = "",
        suggestion: str = "",
        at_key: bool = False,
    ) -> None:
        """Report at the value of `path` (or its key), or where it is not in the file at the section around it.

        An inherited key is reported where it is written, once.
        """
        if any(path[:length] in self.mended for length in range(1, len(path) + 1)):
            return
        if code == "RL202" and path[:2] in self.unfilled:
            return
        written = self._written(path)
        if (code, written) in self._told_of_heirs or (written != path and self._is_told(code, written)):
            return
        if written != path:
            self._told_of_heirs.add((code, written))
            what = f"{what} {path[1]} inherits this key from {written[1]}."
            path = written
        place = self._place(path)
        line, column = (
            (place.key_line, place.key_column) if at_key or path not in self.places else (place.line, place.column)
        )
        self.problems.append(Problem(code, self.file, line, column, _dotted(path), what, expected, example, suggestion))

    def _is_told(self, code: str, path: Path) -> bool:
        return any((problem.code, problem.key) == (code, _dotted(path)) for problem in self.problems)

    def _written(self, path: Path) -> Path:
        """Where the key stands in the file: its own place, or that in the base from which it comes."""
        origin = self.origins.get(path[:3])
        return path if origin is None else (*origin, *path[3:])

    def _place(self, path: Path) -> Place:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1, 1, 1))


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


@dataclass(frozen=True, slots=True)
class Shaped:
    """The protocol, or what is left of it without its faulty keys (`whole` is False then), or None."""

    protocol: Protocol | None
    whole: bool
    data: Mapping[str, Any] = field(default_factory=dict)  # the values that were validated, bases filled in


def shape(document: Document, report: Report) -> Shaped:
    """Validate; every fault is reported. Then faulty keys are left out, so that the rest can be checked too."""
    if not isinstance(document.value, dict) or not document.value:
        report.add("RL110", (), "There are no keys in this file.", expected="keys and values", example="readerlab: 1")
        return Shaped(None, whole=False)
    if _is_too_new(document.value, report):
        return Shaped(None, whole=False)
    report.mended |= document.refused
    written = prepared(document.value, report)
    data = copy.deepcopy(written)
    for attempt in range(_ROUNDS):
        try:
            return Shaped(Protocol.model_validate(data), attempt == 0, written)
        except ValidationError as error:
            faults = _faults(error, data)
        if attempt == 0:
            for path, fault in faults.items():
                _report(fault, path, data, report)
        for path, fault in faults.items():
            _mend(data, path, fault, report)
    return Shaped(None, whole=False)


def _is_too_new(data: Mapping[str, Any], report: Report) -> bool:
    """Whether the file is in a language that this program does not know: then nothing else can be said of it."""
    version = version_of(data)
    if version is None or version <= LANGUAGE_VERSION:
        return False
    what = f"This file is written in version {version} of the study language; this ReaderLab knows {LANGUAGE_VERSION}."
    expected = f"a newer ReaderLab, or a file in version {LANGUAGE_VERSION}"
    report.add("RL112", ("readerlab",), what, expected=expected, example=f"readerlab: {LANGUAGE_VERSION}")
    return True


def prepared(data: dict[str, Any], report: Report) -> dict[str, Any]:
    """The file's values as they are validated: in the newest version of the language, and bases filled in."""
    filled = inherited(newest(data).data, report)
    report.origins, report.unfilled = filled.origins, filled.unfilled
    return expanded(filled.data)


HANGING_AT: Path = ("reading", "hanging")  # where a hanging stands when it is written out in the study file


def shape_hanging(document: Document, report: Report) -> HangingProtocol | None:
    """The hanging of a file of its own; every fault is reported as it would be within the study file."""
    if not isinstance(document.value, dict) or not document.value:
        report.add("RL110", (), "There are no keys in this file.", expected="keys and values", example="hanging: 1")
        return None
    try:
        return HangingProtocol.model_validate(document.value)
    except ValidationError as error:
        faults = _faults(error, document.value)
    within = _Within(report.file, report.places, report.problems)
    for path, fault in faults.items():
        _report(fault, (*HANGING_AT, *path), {"reading": {"hanging": document.value}}, within)
    return None


class _Within(Report):
    """Reports on a part of the study file that stands in a file of its own."""

    def add(self, code: str, path: Path, what: str, **more: Any) -> None:
        super().add(code, path[len(HANGING_AT) :], what, **more)


def _faults(error: ValidationError, data: Any) -> dict[Path, ErrorDetails]:
    """One fault for each place; where several kinds of value are allowed, the most telling."""
    faults: dict[Path, ErrorDetails] = {}
    for detail in error.errors(include_url=False):
        if detail["type"] == "default_factory_not_called":  # a default that hangs on another key, which is at fault
            continue
        path = _path(detail, data)
        known = faults.get(path)
        if known is None or _telling(detail) > _telling(known):
            faults[path] = detail
    return {path: detail for path, detail in faults.items() if not _follows_from_another(path, detail, faults)}


def _follows_from_another(path: Path, detail: ErrorDetails, faults: Mapping[Path, ErrorDetails]) -> bool:
    """Items at fault are left out before a list is counted, so that it seems too short; and a section with a fault
    inside is held against the other kinds of value that could stand there, too."""
    kinds = ("too_short", "string_type", "literal_error", "float_type", "RL211")
    return detail["type"] in kinds and any(other != path and other[: len(path)] == path for other in faults)


def _telling(detail: ErrorDetails) -> int:
    return {"RL203": 0, "RL207": 1}.get(_code(detail), 2)


def _code(detail: ErrorDetails) -> str:
    kind = detail["type"]
    return kind if kind.startswith("RL") else _CODES.get(kind, "RL203")


def _path(detail: ErrorDetails, data: Any) -> Path:
    """The validator's location without the steps that are not in the file (kinds of a union, names of validators)."""
    path: list[str | int] = []
    location = detail["loc"]
    for at, part in enumerate(location):
        if _has(data, part):
            path.append(part)
            data = data[part]
        elif at == len(location) - 1 and detail["type"] == "missing":
            path.append(part)
    if detail["type"].startswith("union_tag"):
        path.append("answer")
    return tuple(path)


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def _mend(data: Any, path: Path, detail: ErrorDetails, report: Report) -> None:
    """Leave out what is at fault; put the language's own example where a key is missing that must be given."""
    examples = (keys.find(path, data) or {}).get("examples")
    if detail["type"] != "missing" or not examples or path in report.mended:
        _leave_out(data, path)
        return
    report.mended.add(path)
    holder = data
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = copy.deepcopy(examples[0])


def _leave_out(data: Any, path: Path) -> None:
    """Remove the value at `path`; for a missing key, the section that lacks it; for a list item, the list."""
    at = data
    trail: list[tuple[Any, str | int]] = []
    for part in path:
        if not _has(at, part):
            break
        trail.append((at, part))
        at = at[part]
    while trail and isinstance(trail[-1][0], list):
        trail.pop()
    if trail:
        holder, part = trail[-1]
        del holder[part]


def _report(detail: ErrorDetails, path: Path, data: Any, report: Report) -> None:
    code = _code(detail)
    node = keys.find(path, data)
    value, every = detail["input"], keys.every_kind(path, data)
    expected = keys.in_words(every) if every is not None else ""
    example = _example(path, node)
    last = str(path[-1]) if path else "the file"
    if code == "RL201":
        _report_unknown(path, last, _known(path[:-1], data), report)
    elif code == "RL202":
        report.add(code, path, f"The key {last} is missing.", expected=expected, example=example, at_key=True)
    elif "[key]" in detail["loc"]:
        report.add(
            "RL207",
            path,
            f"{last} cannot be a name here.",
            expected="letters, digits, _ and -, starting with a letter" + (_POINT if last.isdigit() else ""),
            at_key=True,
        )
    elif code in _SENTENCES and detail["type"] != code:  # ours come with a sentence of their own
        value = _value(detail, value)
        allowed = _allowed(node, path) if code == "RL204" else []
        suggestion = closest(str(value), allowed) or _as_share(code, value, every) or _as_list(value, node)
        expected = f"one of {listed(allowed)}" if len(allowed) > 1 else expected
        what = _SENTENCES[code].format(value=_shown(value))
        report.add(code, path, what, expected=expected, example=example, suggestion=suggestion)
    else:
        report.add(code, path, detail["msg"], example=example or _example(path, node, data))


def _report_unknown(path: Path, last: str, known: list[str], report: Report) -> None:
    """An unknown key; where only its unit is another one, in which unit the language has it."""
    stem, unit = _stem_and_unit(last)
    same = next((name for name in known if unit and name != last and _stem_and_unit(name)[0] == stem), "")
    if same:
        what = f"There is no key {last} here; {same} is in {_UNITS[_stem_and_unit(same)[1]]}."
        report.add("RL214", path, what, expected=f"{same}, in that unit", suggestion=same, at_key=True)
        return
    what = f"There is no key {last} here."
    expected = f"one of {listed(known, 20)}" if known else "no key"
    report.add("RL201", path, what, expected=expected, suggestion=closest(last, known), at_key=True)


_UNITS = {
    "s": "seconds",
    "ms": "milliseconds",
    "min": "minutes",
    "hours": "hours",
    "days": "days",
    "weeks": "weeks",
    "mm": "millimetres",
    "cm": "centimetres",
}
_SYNONYMS = {"sec": "s", "seconds": "s", "minutes": "min", "h": "hours", "hrs": "hours", "d": "days"}


def _stem_and_unit(name: str) -> tuple[str, str]:
    """`at_least` and `s` of `at_least_s`; the unit is empty where the name ends in none."""
    stem, _, end = name.rpartition("_")
    unit = _SYNONYMS.get(end, end)
    return (stem, unit) if stem and unit in _UNITS else (name, "")


def _as_share(code: str, value: Any, node: keys.Node | None) -> str:
    """A percentage as the share that belongs here: 50 or 50% → 0.5."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,2}\s?%", value):
        return f"{int(value.rstrip('% ')) / 100:g}" if _is_share(node) else ""
    is_percent = code == "RL205" and isinstance(value, (int, float)) and 1 < value <= 100
    return f"{value / 100:g}" if is_percent and _is_share(node) else ""


def _as_list(value: Any, node: keys.Node | None) -> str:
    """Names without the brackets of a list: `a, b` → `[a, b]`."""
    if not isinstance(value, str) or (node or {}).get("type") != "array":
        return ""
    names = re.split(r"\s*,\s*|\s+", value.strip())
    return f"[{', '.join(names)}]" if all(re.fullmatch(r"[A-Za-z][\w-]*", name) for name in names) else ""


def _is_share(node: keys.Node | None) -> bool:
    options = [node or {}, *(node or {}).get("anyOf", [])]
    return any((each.get("minimum"), each.get("maximum")) == (0, 1) for each in options)


_SENTENCES = {
    "RL203": "{value} is not what belongs here.",
    "RL204": "{value} is not one of the values allowed here.",
    "RL205": "{value} is out of range.",
    "RL206": "{value} is too short or too long.",
    "RL207": "{value} has characters that are not allowed here.",
}


def _value(detail: ErrorDetails, value: Any) -> Any:
    return value.get("answer") if detail["type"] == "union_tag_invalid" and isinstance(value, dict) else value


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "A section of keys"
    if value is None:
        return "An empty value"
    text = getattr(value, "written", None) or keys.flow(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _example(path: Path, node: keys.Node | None, data: Any = None) -> str:
    """An example of the key, or of the section around it where it has none of its own."""
    examples = (node or {}).get("examples") or []
    names = [part for part in path if isinstance(part, str)]
    if examples and names:
        return f"{names[-1]}: {keys.flow(examples[0])}"
    return _example(path[:-1], keys.find(path[:-1], data), data) if len(path) > 1 and data is not None else ""


def _known(path: Path, data: Any) -> list[str]:
    node = keys.find(path, data) or {}
    for part in path:
        data = data[part]
    return list(keys.variant(node, data).get("properties", {}))


def _allowed(node: keys.Node | None, path: Path) -> list[str]:
    if path and path[-1] == "answer" and path[0] == "questions":
        return list(keys.find(path[:-1], {})["discriminator"]["mapping"])  # type: ignore[index]
    node = keys.resolved(node or {})
    values = node.get("enum") or ([node["const"]] if "const" in node else [])
    return [str(value) for value in values]
