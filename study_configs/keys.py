"""Every key of the study language as data, walked from the JSON Schema.

What belongs here: what a key expects, in words, for errors and for docs. What does not: validation (shape).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from study_configs.protocol import schema

Node = Mapping[str, Any]

_PLAIN = re.compile(r"[A-Za-z/][\w ./*-]*[\w/*.-]|[A-Za-z]")
_WORDS_WITH_MEANING = frozenset({"true", "false", "null"})
_PATTERNS = {
    r"^[A-Za-z][A-Za-z0-9_-]{0,63}$": "a name (letters, digits, _ and -, starting with a letter)",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$": "the name of a case (letters, digits, . _ and -)",
    r"^#[0-9a-fA-F]{6}$": "a colour such as #ffb454",
    r"^[0-9a-f]{64}$": "64 hexadecimal digits",
    r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$": "a version such as 1.0.0",
}


@cache
def whole_schema() -> Node:
    return schema()


def resolved(node: Node) -> Node:
    """The node that a `$ref` points to, with the referring key's own description and examples on top."""
    if "$ref" not in node:
        return node
    target = whole_schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return {**target, **{name: value for name, value in node.items() if name != "$ref"}}


def without_null(node: Node) -> Node:
    """An optional value's own schema; of a choice between a name and a section, the section."""
    options = [option for option in node.get("anyOf", []) if option.get("type") != "null"]
    if not options:
        return node
    sections = [option for option in options if "properties" in resolved(option)]
    if len(options) > 1 and not sections:
        return node
    chosen = resolved((sections or options)[0])
    return {**chosen, **{name: value for name, value in node.items() if name != "anyOf"}}


def find(path: Sequence[str | int], data: Any) -> Node | None:
    """The schema of the value at `path`; `data` decides which kind of question a question is. None for unknown keys."""
    node = every_kind(path, data)
    return without_null(node) if node is not None else None


def every_kind(path: Sequence[str | int], data: Any) -> Node | None:
    """As `find`, with every kind of value that may stand there, such as a name or a section."""
    node: Node = whole_schema()
    for part in path:
        step = _step(without_null(resolved(node)), part, data)
        if step is None:
            return None
        node = step
        data = _child(data, part)
    return resolved(node)


def _step(node: Node, part: str | int, data: Any) -> Node | None:
    node = variant(_section_or_list(node, part), data)
    if isinstance(part, int):
        prefix = node.get("prefixItems", ())
        found = prefix[part] if part < len(prefix) else node.get("items")
    else:
        found = node.get("properties", {}).get(part) or named(node)
    return found if isinstance(found, Mapping) else None


def _section_or_list(node: Node, part: str | int) -> Node:
    """Of a value that may be a section or a list, such as options, the kind that `part` leads into."""
    kind = "array" if isinstance(part, int) else "object"
    fitting = [found for each in node.get("anyOf", ()) if (found := resolved(each)).get("type") == kind]
    return fitting[0] if fitting else node


def variant(node: Node, data: Any) -> Node:
    """Of several kinds of section, the one that `data` says it is; the first without."""
    if "oneOf" not in node:
        return node
    kinds = node["discriminator"]["mapping"]
    said = data.get(node["discriminator"]["propertyName"]) if isinstance(data, Mapping) else None
    reference = kinds.get(said) if isinstance(said, str) else None
    return resolved({"$ref": reference or next(iter(kinds.values()))})


def named(node: Node) -> Node | None:
    """The schema of the entries of a section whose keys are names that the author chooses."""
    patterns = node.get("patternProperties")
    found = next(iter(patterns.values())) if patterns else node.get("additionalProperties")
    return found if isinstance(found, Mapping) else None


def _child(data: Any, part: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def in_words(node: Node) -> str:
    """What a value must be: `a number from 0 to 1`, `one of fixed, random`, `a list of names`."""
    node = resolved(node)
    options = [option for option in node.get("anyOf", []) if option.get("type") != "null"]
    if options:
        return " or ".join(dict.fromkeys(in_words(option) for option in options))
    if "const" in node:
        return flow(node["const"])
    if "enum" in node:
        return "one of " + ", ".join(flow(value) for value in node["enum"])
    return _TYPES.get(node.get("type", ""), _section)(node)


def _text(node: Node) -> str:
    if "pattern" in node:
        return _PATTERNS.get(node["pattern"], "text")
    longest = node.get("maxLength")
    return f"text of at most {longest} characters" if longest else "text"


def _number(node: Node) -> str:
    noun = "a whole number" if node["type"] == "integer" else "a number"
    if node.get("minimum") == node.get("maximum") is not None:
        return f"{node['minimum']:g}"
    low, above = node.get("minimum"), node.get("exclusiveMinimum")
    high = node.get("maximum")
    if low is not None and high is not None and high < 2**53:
        return f"{noun} from {low:g} to {high:g}"
    parts = [f"{low:g} or more" if low is not None else "", f"above {above:g}" if above is not None else ""]
    parts.append(f"at most {high:g}" if high is not None and high < 2**53 else "")
    return ", ".join([noun, *(part for part in parts if part)])


def _list(node: Node) -> str:
    if "prefixItems" in node:
        kinds = list(dict.fromkeys(in_words(item) for item in node["prefixItems"]))
        return f"[{len(node['prefixItems'])} values, each {' / '.join(kinds)}]"
    return f"a list, each {in_words(node['items'])}" if node.get("items") else "a list"


def _section(node: Node) -> str:
    if "oneOf" in node:
        return "a section whose answer is one of " + ", ".join(node["discriminator"]["mapping"])
    entries = named(node)
    if entries is None:
        return "a section of keys"
    return f"names, and for each {in_words(entries)}"


_TYPES: dict[str, Callable[[Node], str]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "array": _list,
    "object": _section,
    "boolean": lambda _node: "true or false",
}


def flow(value: Any) -> str:
    """A value as it can stand in a study file, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(name))}: {flow(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(entry) for entry in value) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_WITH_MEANING:
        return value
    return json.dumps(value, ensure_ascii=False)
