"""YAML for study files: a loader that refuses what can surprise, and keeps the line and column of everything.

What belongs here: text → plain values with positions, and back. What does not: what the keys mean (protocol).

Refused: tags, anchors and aliases, the same key twice, more than one document, depth and size without bound. Plain
scalars are read by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema): `NO`, `yes`, `12:30` and
dates stay text, `012` is twelve, `1.10` is a number. Numbers remember how they were written, so that a field that holds
text (a version, a case number) gets `1.10` and `012` exactly as they stand; keys are always text, as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from study_configs.problems import Problem
from study_configs.yaml_faults import fault_of

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_REFUSED = 20  # as many tags, anchors, aliases and second keys are told, then reading on makes no sense

Path = tuple[str | int, ...]

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MAX_DIGITS = 400  # int() of an endless row of digits is slow, and no protocol means it


class WrittenInt(int):
    """A whole number that remembers how it was written (`012`)."""

    written: str


class WrittenFloat(float):
    """A number that remembers how it was written (`1.10`)."""

    written: str


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, both from 1, of a key and of its value; list items have the value's place for both."""

    key_line: int
    key_column: int
    line: int
    column: int


@dataclass(slots=True)
class Document:
    """Plain values (dict, list, str, bool, None, WrittenInt, WrittenFloat), and where each was written."""

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)  # where an alias stood, so that a value is missing


class _Stop(Exception):
    """Reading on makes no sense; the reason is already in the document's problems."""


def load(source: bytes, file: str) -> Document:
    """Read one YAML document. Whatever is wrong stands in `problems`; nothing is raised."""
    document, text = Document(), ""
    try:
        text = _decoded(source, file, document)
        _compose(text, file, document)
    except _Stop:
        document.value = None
    except yaml.YAMLError as error:
        document.value = None
        document.problems.append(_syntax(error, text, file))
    return document


def _compose(text: str, file: str, document: Document) -> None:
    """By the C parser, ten times as quick, where there is one; what is wrong the other one says in better words."""
    quick = Document()
    try:
        _Composer(yaml.parse(text, Loader=_QUICK), file, quick).compose()
        is_sound = not quick.problems
    except (yaml.YAMLError, _Stop):
        is_sound = False
    if is_sound:
        document.value, document.places = quick.value, quick.places
    else:
        _Composer(yaml.parse(text, Loader=yaml.SafeLoader), file, document).compose()


_QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def scalar(text: str) -> Any:
    """The value of a plain scalar by the YAML 1.2 core schema; text where no rule matches."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return bool(_TRUE.fullmatch(text))
    if len(text) > _MAX_DIGITS:
        return text
    return _number(text)


def dumped(value: Any) -> str:
    """Plain values as YAML that `load` reads back the same: texts that YAML 1.2 takes for numbers stand in quotes."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True))


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # yaml comes without types
    """PyYAML knows YAML 1.1, in which `0E0` is a text."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if isinstance(scalar(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _quoted)


def _number(text: str) -> Any:
    number: WrittenInt | WrittenFloat
    if _INT.fullmatch(text):
        number = WrittenInt(text)
    elif _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        number = WrittenInt(text, 0)
    elif _FLOAT.fullmatch(text):
        number = WrittenFloat(text)
    elif _SPECIAL.fullmatch(text):
        number = WrittenFloat(text.lower().replace(".", ""))
    else:
        return text
    number.written = text
    return number


def _decoded(source: bytes, file: str, document: Document) -> str:
    if len(source) > MAX_BYTES:
        document.problems.append(
            Problem("RL103", file, what="The file is too large.", expected=f"at most {MAX_BYTES:,} bytes")
        )
        raise _Stop
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].split(b"\n")
        what = f"Byte {error.start} is not UTF-8 text."
        place = (len(before), len(before[-1]) + 1)
        document.problems.append(Problem("RL102", file, *place, what=what, expected="a file saved as UTF-8"))
        raise _Stop from None


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    fault = fault_of(error, text)
    return Problem("RL104", file, fault.line, fault.column, what=fault.what, expected=fault.expected)


class _Composer:
    """Builds values from parse events, so that nothing refused is ever constructed."""

    def __init__(self, events: Iterator[Any], file: str, document: Document) -> None:
        self._events = events
        self._file = file
        self._document = document

    def compose(self) -> None:
        start = next(self._events)  # stream start
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            return
        self._document.value = self._node(next(self._events), (), 0)
        next(self._events)  # document end
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse("RL109", after, "A second document starts here (---).", "one document in a file")

    def _refuse(self, code: str, event: Any, what: str, expected: str, key: str = "") -> None:
        mark = event.start_mark
        problem = Problem(code, self._file, mark.line + 1, mark.column + 1, key=key, what=what, expected=expected)
        self._document.problems.append(problem)
        if len(self._document.problems) >= MAX_REFUSED:  # an alias bomb, or no study file at all
            raise _Stop

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self._refuse("RL108", event, f"This is nested deeper than {MAX_DEPTH} levels.", "a flatter file")
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            self._refuse("RL106", event, f"*{event.anchor} refers to another place.", "the value itself, written out")
            self._document.refused.add(path)
            return None
        self._check_plain(event)
        self._document.places.setdefault(path, _place(event))
        if isinstance(event, yaml.ScalarEvent):
            return scalar(event.value) if not event.style else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth)
        return self._mapping(path, depth)

    def _check_plain(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(
                "RL106", event, f"&{event.anchor} names a value for use elsewhere.", "the value without a name"
            )
        if event.tag is not None:
            self._refuse("RL105", event, f"The tag {event.tag} asks for a type.", "plain text, numbers, lists and keys")

    def _list(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        event = next(self._events)
        while not isinstance(event, yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), depth + 1))
            event = next(self._events)
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        event = next(self._events)
        while not isinstance(event, yaml.MappingEndEvent):
            key = self._key(event, path)
            value_event = next(self._events)
            if key in values:
                self._refuse("RL107", event, f"The key {key} stands here a second time.", "each key once", key)
                self._node(value_event, (*path, key, "again"), depth + 1)
            else:
                self._document.places[(*path, key)] = _place(value_event, event)
                values[key] = self._node(value_event, (*path, key), depth + 1)
            event = next(self._events)
        return values

    def _key(self, event: Any, path: Path) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse("RL111", event, "A key must be plain text.", "a word before the colon")
            raise _Stop
        self._check_plain(event)
        return str(event.value)


def _place(value: Any, key: Any = None) -> Place:
    mark = value.start_mark
    key_mark = key.start_mark if key is not None else mark
    return Place(key_mark.line + 1, key_mark.column + 1, mark.line + 1, mark.column + 1)
