"""Writes docs/protocol.md and protocol.schema.json from the models: `python -m study_configs.document`.

What belongs here: the language as a page for people. What does not: the language itself (protocol and its rooms).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from study_configs import keys
from study_configs.document_words import EXAMPLE as EXAMPLE
from study_configs.document_words import FIELDS, INTRODUCTION
from study_configs.editor_schema import published
from study_configs.instruments import shipped_instruments
from study_configs.keys import Node
from study_configs.problems import CODES, WARNINGS
from study_configs.study_texts import shipped_texts

SCHEMA_FILE = Path(__file__).parent / "protocol.schema.json"
PAGE_FILE = Path(__file__).parent.parent / "docs" / "protocol.md"

_UNITS = {"_s": "s", "_ms": "ms", "_min": "min", "_hours": "hours", "_days": "days", "_mm": "mm"}


def page() -> str:
    """docs/protocol.md, as Markdown."""
    texts = ", ".join(f"`{name}`" for name in shipped_texts())
    instruments = ", ".join(f"`{name}`" for name in shipped_instruments())
    parts = [INTRODUCTION, "## Keys\n", *_sections(), FIELDS.format(texts=texts, instruments=instruments), *_codes()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def schema_text() -> str:
    """protocol.schema.json, as text."""
    return json.dumps(published(), indent=2, ensure_ascii=False) + "\n"


def _sections() -> Iterator[str]:
    top = keys.whole_schema()
    for name, node in top["properties"].items():
        section = keys.without_null(keys.resolved(node))
        yield f"### {name}\n"
        yield f"{keys.resolved(node).get('description', '')} {_needed(name, top)}\n"
        yield from _section(name, section)


def _needed(name: str, holder: Node) -> str:
    return "Must be given." if name in holder.get("required", ()) else "May be left out."


def _section(name: str, section: Node) -> Iterator[str]:
    if name == "questions":
        yield from _questions(section)
        return
    rows = list(_rows("", section))
    if rows:
        yield _table(rows)
    else:
        yield f"{keys.in_words(section).capitalize()}. Example: `{name}: {_example(section)}`\n"


def _questions(section: Node) -> Iterator[str]:
    entries = keys.named(section) or {}
    kinds = {kind: keys.resolved({"$ref": ref}) for kind, ref in entries["discriminator"]["mapping"].items()}
    shared = [
        name
        for name in next(iter(kinds.values()))["properties"]
        if all(name in k["properties"] for k in kinds.values())
    ]
    first = next(iter(kinds.values()))
    yield "For each question, whatever its answer:\n"
    yield _table(
        [row for row in _rows("NAME.", first) if row[0].strip("`").split(".")[1] in shared and "answer" not in row[0]]
    )
    for kind, node in kinds.items():
        yield f"#### answer: {kind}\n"
        yield f"{node.get('description', '')}\n"
        own = [row for row in _rows("NAME.", node) if row[0].strip("`").split(".")[1] not in shared]
        changed = [row for row in _rows("NAME.", node) if row[0] == "`NAME.required`" and kind == "marks"]
        if own or changed:
            yield _table(own + changed)


def _rows(prefix: str, section: Node) -> Iterator[tuple[str, ...]]:
    """A row for each key of a section and of the sections within it."""
    section = keys.without_null(keys.resolved(section))
    entries = keys.named(section)
    if entries is not None and not section.get("properties"):
        inner = keys.resolved(entries)
        if "properties" in inner:
            yield from _rows(f"{prefix}NAME.", inner)
        return
    if section.get("type") == "array" and "properties" in _item(section):
        yield from _rows(f"{prefix}[].", _item(section))
        return
    for name, node in section.get("properties", {}).items():
        yield _row(f"{prefix}{name}", name, node, section)
        inner = keys.without_null(keys.resolved(node))
        yield from _rows(f"{prefix}{name}" + ("" if inner.get("type") == "array" else "."), inner)


def _item(node: Node) -> Node:
    items = node.get("items")
    return keys.without_null(keys.resolved(items)) if items else {}


def _row(path: str, name: str, node: Node, holder: Node) -> tuple[str, ...]:
    inner = keys.without_null(keys.resolved(node))
    return (
        f"`{path}`",
        keys.resolved(node).get("description", ""),
        _type(node, inner),
        next((unit for suffix, unit in _UNITS.items() if name.endswith(suffix)), ""),
        _default(name, node, holder),
        f"`{_example(node)}`",
    )


def _type(node: Node, inner: Node) -> str:
    if "properties" in inner:
        return "keys below"
    if "properties" in _item(inner):
        return "a list, each with the keys below"
    return keys.in_words(node)


def _default(name: str, node: Node, holder: Node) -> str:
    if name in holder.get("required", ()):
        return "must be given"
    if "default" not in node:
        return "see left" if node.get("type") in ("number", "string") else "none"
    value = node["default"]
    return "none" if value in (None, "", [], {}) else f"`{keys.flow(value)}`"


def _example(node: Node) -> str:
    examples = node.get("examples") or []
    return keys.flow(examples[0]) if examples else ""


def _table(rows: Sequence[Sequence[str]]) -> str:
    header = ("key", "what it means", "what it must be", "unit", "default", "example")
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def _codes() -> Iterator[str]:
    yield "## Errors and warnings\n"
    yield "Codes keep their meaning for ever. With an error a study cannot be read; with a warning it can.\n"
    rows = [f"| {code} | {'warning' if code in WARNINGS else 'error'} | {what} |" for code, what in CODES.items()]
    yield "\n".join(["| code | kind | what it says |", "| --- | --- | --- |", *rows])


def main() -> None:
    """Write both files."""
    SCHEMA_FILE.write_text(schema_text(), "utf-8")
    PAGE_FILE.parent.mkdir(exist_ok=True)
    PAGE_FILE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
