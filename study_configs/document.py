"""Writes docs/protocol.md and protocol.schema.json from the models: `python -m study_configs.document`.

What belongs here: the language as a page for people. What does not: the language itself (protocol and its rooms).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from study_configs import keys
from study_configs.editor_schema import published
from study_configs.keys import Node
from study_configs.problems import CODES, WARNINGS
from study_configs.study_texts import shipped_texts
from study_configs.yaml12 import MAX_BYTES, MAX_DEPTH

SCHEMA_FILE = Path(__file__).parent / "protocol.schema.json"
PAGE_FILE = Path(__file__).parent.parent / "docs" / "protocol.md"

_UNITS = {"_s": "s", "_ms": "ms", "_days": "days", "_mm": "mm"}

EXAMPLE = """\
readerlab: 1
protocol: {id: first-study, version: 1.0.0, mode: pilot, title: "Does the AI help?"}
cases: {reference: reference.csv}
ai:
  nodules: {model: models/nodules.onnx, shown_as: LungAid, thresholds: {balanced: 0.5}}
layers:
  box: {ai: nodules, draw: box, at: balanced}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no, measures: decision}
  suspicion: {ask: "How suspicious?", answer: slider, from: 0, to: 100, unit: "%", measures: rating}
conditions:
  unaided: {phases: [{answer: [nodule, suspicion]}]}
  with_ai: {phases: [{layers: [box], answer: [nodule, suspicion]}]}
design:
  split: {of: [unaided, with_ai], balance: [truth]}
  seed: 1
"""

_INTRODUCTION = f"""\
# The study file

<!-- Written by `python -m study_configs.document` from the models in study_configs. Change those, not this page. -->

One YAML file is one protocol. It lies in a folder of its own, the study folder, beside the tables, images and
models that it names; no path may leave that folder. `readerlab check protocol.yaml` reports everything that is
wrong with it at once, `readerlab plan protocol.yaml` shows who will read what, when and in which condition.

A small study, complete:

```yaml
{EXAMPLE}```

A longer one with a comment on every line is [demo.yaml](../study_configs/protocols/demo.yaml). For completion and
checks while you type, put this line on top of your file:

```yaml
# yaml-language-server: $schema=protocol.schema.json
```

## How the file is read

- Unknown keys are errors. Tags (`!x`), anchors (`&x`), aliases (`*x`), a key twice, and a second document are
  errors.
- Values follow the core schema of YAML 1.2: only `true` and `false` are true and false, so `no`, `NO` and `yes` are
  words; `012` is the number twelve; `12:30` and dates are text.
- Where text belongs, a number is kept as it is written: `version: 1.10` is `1.10`, a case `007` stays `007`. Keys
  are always text as written.
- Text with any of `: # ? , {{ }} [ ]` stands in quotes.
- A file has at most {MAX_BYTES // 1024} KiB and {MAX_DEPTH} levels.
- Units are part of a key's name: `_s` seconds, `_days` days, `_mm` millimetres.
"""

_MEETING = """\
## How cases meet conditions

**crossed** (fully crossed): every reader reads every case in every condition. Each condition is a session, which is
a sitting of its own, at least `washout_days` after the one before. With k conditions and n cases a reader reads k ×
n times.

**split**: every reader reads each case once. The cases are dealt into k sets of equal size (give or take one),
alike in what `balance` names; a Latin square turns the conditions over the sets from reader to reader. Over k
readers, each case is read exactly once in each condition. All in one sitting, one block for each condition.

In both, `order` says in which order a reader meets the conditions: `fixed` as written; `random`, drawn for each
reader; `latin_square`, the rows of a Williams square, so that each condition is as often first, second … as any
other and follows each other one equally often (for an odd number of conditions after 2 × k readers). Every k
readers in the order of enrolment make a Latin square; plan a multiple of k readers (crossed, odd k: 2 × k). In a
split design, which set is read at which place is balanced too, after k × k readers (odd k: 2 × k × k).

Practice cases come first, in the first sitting, once.

## How the order is drawn

The order of a reader follows from the file's `id` and `seed`, the cases, and the reader's number in the order of
enrolment, and from nothing else: not from the reader's name, the machine or the day. The generator is NumPy's
PCG64; each draw has a seed of its own, the SHA-256 of its scope (protocol, seed, reader, block). ReaderLab stores
the order when a reader is enrolled and never draws it again, so that cases added later change no order already
given.

`max_run` is kept by drawing whole orders until one fits (each allowed order is then equally likely), and after 30
of them by building one case by case. Planted errors are drawn for each reader among the cases that the reader sees
with that AI; in a crossed design a case that carries one carries it in every condition that shows the AI. If no
order keeps everything, you are told why, by `readerlab check`, before anybody reads.

## Comparisons

`show_if` and `practice` hold a comparison:

```
case.kind == phantom
answer.nodule == yes and answer.suspicion >= 50
not (answer.view == poor) or case.site != "Ward 7"
```

`==` and `!=` compare words and numbers, `<` `<=` `>` `>=` numbers; `and` binds tighter than `or`; brackets group.
Words with spaces stand in quotes. Names: `case.COLUMN`, `answer.QUESTION`, `condition`, `phase`. A comparison with
a question that has no answer yet does not hold.

## The tables

CSV in UTF-8 with commas or semicolons; numbers with a decimal point.

**cases.csv**, one row for each case: `case` (its name), `path` (folder or file, within the study folder), `history`
(shown to the reader, may be left out), and any columns of your own, which comparisons, `max_run` and `balance` may
use.

```
case,path,history,kind
case-01,cases/case-01,Cough for three weeks,phantom
```

**reference.csv**, one row for each lesion, or one row with an empty `lesion` for a case without: `case`, `positive`
(yes or no), `lesion` (its name), `x_mm`, `y_mm`, `z_mm` (centre, LPS; empty where the images have no patient
geometry), `diameter_mm`, `label`. It is sealed from readers until the feedback.

```
case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label
case-01,yes,n1,-62.5,14.0,-120.0,8.0,solid nodule
case-02,no,,,,,,
```

## Texts

A page names a text by its id. `texts/ID.md` in the study folder comes first, then the texts that ReaderLab ships:
{texts}. `welcome_v1` suits any study; the other two speak of the demo: put your own words in their place. Give a
changed text a new id (`instructions_v2`); which text was shown, with its SHA-256, is logged.
"""


def page() -> str:
    """docs/protocol.md, as Markdown."""
    texts = ", ".join(f"`{name}`" for name in shipped_texts())
    parts = [_INTRODUCTION, "## Keys\n", *_sections(), _MEETING.format(texts=texts), *_codes()]
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
