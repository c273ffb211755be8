"""A study file written anew in the newest version of the language, with its comments where they can be kept.

What belongs here: changing the text of a file as a migration changed its values. What does not: the steps (migrations).

Keys that were renamed and plain values that were changed are changed where they stand, so that comments, order and
layout stay. Whatever else a step does (sections moved, joined, split) cannot be done in place; then the values are
written out anew, without comments, and that is said. Either way the text is read again and must give the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from study_configs import keys
from study_configs.migrations import STEPS, Step, newest
from study_configs.yaml12 import Document, Path, load


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The new text; the sentences of what changed (none: nothing was to be done); whether comments are kept."""

    text: str
    changes: tuple[str, ...]
    keeps_comments: bool = True


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """Put `new` in place of `old` at a line and column, both from 0."""

    line: int
    column: int
    old: str
    new: str


def rewritten(source: bytes, steps: tuple[Step, ...] = STEPS) -> Rewritten:
    """The study file in the newest version of the language. The source must be sound YAML (Document.problems empty)."""
    text = source.decode("utf-8-sig")
    document = load(source, "")
    upgraded = newest(document.value, steps)
    if not upgraded.changes:
        return Rewritten(text, ())
    edits = list(_edits(document, document.value, upgraded.data, ()))
    if None not in edits:
        edited = _edited(text, sorted(edit for edit in edits if edit is not None))
        if edited is not None and load(edited.encode(), "").value == upgraded.data:
            return Rewritten(edited, upgraded.changes)
    return Rewritten(_written_out(upgraded.data), upgraded.changes, keeps_comments=False)


def _edits(document: Document, old: Any, new: Any, path: Path) -> Iterator[_Edit | None]:
    """What to change in the text; None where something cannot be changed in place."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and len(old) == len(new):
        for (key, value), (new_key, new_value) in zip(old.items(), new.items(), strict=True):
            place = document.places[(*path, key)]
            if key != new_key:
                yield _Edit(place.key_line - 1, place.key_column - 1, key, new_key)
            yield from _edits(document, value, new_value, (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for at, (value, new_value) in enumerate(zip(old, new, strict=True)):
            yield from _edits(document, value, new_value, (*path, at))
    elif old != new:
        yield _of_value(document, old, new, path)


def _of_value(document: Document, old: Any, new: Any, path: Path) -> _Edit | None:
    if isinstance(old, (Mapping, list)) or isinstance(new, (Mapping, list)):
        return None
    place = document.places[path]
    written = getattr(old, "written", None) or str(old)
    return _Edit(place.line - 1, place.column - 1, written, keys.flow(new))


def _edited(text: str, edits: list[_Edit]) -> str | None:
    """The text with all edits, from its end to its beginning; None where one finds something else in its place."""
    lines = text.splitlines(keepends=True)
    for edit in reversed(edits):
        line = lines[edit.line]
        start = edit.column + (1 if line[edit.column : edit.column + 1] in ("'", '"') else 0)
        if line[start : start + len(edit.old)] != edit.old:
            return None
        lines[edit.line] = line[:start] + edit.new + line[start + len(edit.old) :]
    return "".join(lines)


def _written_out(data: Mapping[str, Any], indent: str = "") -> str:
    """The values as block YAML, lists of plain values in flow."""
    return "".join(_entry(key, value, indent) for key, value in data.items())


def _entry(key: str, value: Any, indent: str) -> str:
    name = keys.flow(key)
    if isinstance(value, Mapping) and value:
        return f"{indent}{name}:\n{_written_out(value, indent + '  ')}"
    return f"{indent}{name}: {_scalar(value)}\n"


def _scalar(value: Any) -> str:
    """A value on one line; numbers as they were written."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{keys.flow(str(key))}: {_scalar(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(entry) for entry in value) + "]"
    return getattr(value, "written", None) or keys.flow(value)
