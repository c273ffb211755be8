"""The JSON Schema (2020-12) that editors complete and check study files by.

What belongs here: turning the models' own schema into one that says what `readerlab check` accepts before anything is
read by name or from files. What does not: the models' schema (protocol), what a key expects in words (keys).

Beside the models' schema, a file may take keys from a base, and may write a number where text belongs.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from study_configs.colour_names import NAMES as COLOUR_NAMES
from study_configs.protocol import schema

Node = dict[str, Any]

_INHERITING = ("Layer", "Condition")  # and every kind of question
_TEXT_PATTERNS = (None, r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", r"^[0-9a-f]{64}$", r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$")


def published() -> Node:
    """The schema of a study file, for editors."""
    made = copy.deepcopy(schema())
    kinds = _question_kinds(made)
    for name in (*_INHERITING, *(ref.rsplit("/", 1)[1] for ref in kinds.values())):
        _may_inherit(made["$defs"][name])
    _by_answer(made, kinds)
    made["$defs"]["Layer"]["properties"]["colours"]["enum"] = sorted(COLOUR_NAMES)
    for node in _nodes(made):
        _may_be_a_number(node)
        _has_no_other_names(node)
    return made


def _entries(made: Node) -> Node:
    """The schema of one entry of the section questions."""
    patterns: Node = made["properties"]["questions"]["patternProperties"]
    entry: Node = next(iter(patterns.values()))
    return entry


def _question_kinds(made: Node) -> dict[str, str]:
    kinds: dict[str, str] = _entries(made)["discriminator"]["mapping"]
    return kinds


def _may_inherit(node: Node) -> None:
    """What must be given may also come from the base."""
    needed = [name for name in node.pop("required", []) if name != "answer"]
    if needed:
        node["anyOf"] = [{"required": needed}, {"required": ["base"]}]


def _by_answer(made: Node, kinds: dict[str, str]) -> None:
    """A question is checked as its answer says; one without an answer has that of its base."""
    entry = _entries(made)
    defs = made["$defs"]
    names = sorted({name for ref in kinds.values() for name in defs[ref.rsplit("/", 1)[1]]["properties"]})
    by_kind = [
        {"if": {"properties": {"answer": {"const": kind}}, "required": ["answer"]}, "then": {"$ref": ref}}
        for kind, ref in kinds.items()
    ]
    inherited = {"required": ["base"], "propertyNames": {"enum": names}}
    entry.clear()
    entry["type"] = "object"
    entry["properties"] = {
        "answer": {"enum": list(kinds), "description": "How it is answered.", "examples": ["yes_no"]},
        "base": {"type": "string", "description": "Another question to take keys from.", "examples": ["suspicion"]},
    }
    entry["allOf"] = [*by_kind, {"if": {"required": ["answer"]}, "else": inherited}]


def _may_be_a_number(node: Node) -> None:
    """Numbers in a place for text are kept as they are written: `version: 1.10`."""
    if node.get("type") == "string" and not {"enum", "const"} & node.keys() and node.get("pattern") in _TEXT_PATTERNS:
        node["type"] = ["string", "number"]


def _has_no_other_names(node: Node) -> None:
    """Where names are the author's own, they are names."""
    if "patternProperties" in node:
        node["additionalProperties"] = False


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)
