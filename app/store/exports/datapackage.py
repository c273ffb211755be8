"""datapackage.json: what the tables' columns are, in a form that programs read (Frictionless Data Package 1).

What belongs here: the descriptor: types, units, keys, permitted values, sha-256 and bytes of each file. What does not:
the tables' own description (projecting.tables, projecting.study_tables), from which all of it is derived.

Source: Data Package, Tabular Data Resource and Table Schema, specs.frictionlessdata.io, version 1.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

from app.store.exports.sinks import FORMATS, Format
from app.store.projecting.tables import Field, TableForm
from app.version import version

TYPES = {"text": "string", "whole": "integer", "number": "number", "flag": "boolean"}
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "jsonl": "application/x-ndjson"}
UNITS = {"ns": "ns", "ms": "ms", "s": "s", "mm": "mm", "px": "px", "deg": "deg"}  # by the end of a column's name
TRIAL = ("protocol_sha256", "reader", "trial")
PHASE = (*TRIAL, "phase")
PRIMARY_KEYS: Mapping[str, tuple[str, ...]] = {
    "sittings": ("uid",),
    "events": ("uid", "seq"),
    "trials": TRIAL,
    "decisions": (*PHASE, "question", "target"),
    "marks": (*PHASE, "question", "mark"),
    "skipped": PHASE,
    "reading_list": TRIAL,
    "cases": ("protocol_sha256", "case"),
    "lesions": ("protocol_sha256", "case", "lesion"),
    "questions": ("protocol_sha256", "question"),
    "phases": ("protocol_sha256", "condition", "phase"),
    "planted": ("protocol_sha256", "planted"),
    "readers": ("protocol_sha256", "reader"),
    "missing_reads": TRIAL,
}
PARENTS = ("trials", "sittings", "readers", "cases")  # a table with one's primary key among its columns refers to it
WITHOUT = {"reading_list": {"trials"}, "missing_reads": {"trials"}, "lesions": set[str]()}  # exams that nobody opened
REFERS_TO_CASES = frozenset({"lesions"})  # a case that was read need not be in the reference
PERMITTED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "mode"): ("demo", "pilot", "study", "review"),
    ("skipped", "why"): ("only_if", "no_reveal"),
    ("decisions", "about"): ("case", "side", "segment", "finding", "mark", "lesion", "sitting"),
    ("questions", "per"): ("case", "side", "segment", "finding", "mark", "lesion", "sitting"),
    ("questions", "measures"): ("decision", "rating"),
    ("missing_reads", "state"): ("not_begun", "begun", "voided"),
    ("reading_list", "priority"): ("routine", "urgent", "stat"),
    ("calls", "outcome"): ("answered", "missed"),
    ("pages", "watched"): ("to_the_end", "in_part", "could_not_be_shown"),
}


def write_datapackage(folder: Path, name: str, forms: Iterable[TableForm], formats: Collection[Format]) -> None:
    """Describe the tables that lie in a folder as `table.format`, in datapackage.json there."""
    there = list(forms)
    kinds = [kind for kind in FORMATS if kind in formats]
    descriptor = {
        "profile": "data-package",
        "name": name,
        "title": "What readers did, as tables",
        "description": "Exported by ReaderLab; README.md says how the tables join. Research use, not for diagnosis.",
        "version": version(),
        "resources": [_resource(folder, form, kind, kinds, there) for kind in kinds for form in there],
    }
    text = json.dumps(descriptor, indent=1, ensure_ascii=False)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _resource(
    folder: Path, form: TableForm, kind: Format, kinds: list[Format], there: list[TableForm]
) -> dict[str, Any]:
    file = folder / f"{form.name}.{kind}"
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256").hexdigest()
    suffix = "" if kind == kinds[0] else f"-{kind}"
    return {
        "name": f"{form.name}{suffix}".replace("_", "-"),
        "title": form.name,
        "description": f"One row for each {form.row_is}.",
        "path": file.name,
        "profile": "tabular-data-resource",
        "format": kind,
        "mediatype": MEDIA[kind],
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": table_schema(form, {each.name: f"{each.name}{suffix}".replace("_", "-") for each in there}),
    }


def table_schema(form: TableForm, resources: Mapping[str, str]) -> dict[str, Any]:
    """The Table Schema of one table; `resources` are the names that other tables of the package go by."""
    schema: dict[str, Any] = {"fields": [_field(form.name, each) for each in form.fields], "missingValues": [""]}
    names = {each.name for each in form.fields}
    if (key := PRIMARY_KEYS.get(form.name)) and names.issuperset(key):
        schema["primaryKey"] = list(key)
    parents = [name for name in PARENTS if name in resources and _refers(form, name)]
    if parents:
        schema["foreignKeys"] = [_foreign_key(PRIMARY_KEYS[name], resources[name]) for name in parents]
    return schema


def _refers(form: TableForm, parent: str) -> bool:
    if form.name == parent or parent in WITHOUT.get(form.name, ()):
        return False
    if parent == "cases" and form.name not in REFERS_TO_CASES:
        return False
    return {each.name for each in form.fields}.issuperset(PRIMARY_KEYS[parent])


def _foreign_key(fields: tuple[str, ...], resource: str) -> dict[str, Any]:
    return {"fields": list(fields), "reference": {"resource": resource, "fields": list(fields)}}


def _field(table: str, column: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": TYPES[column.kind], "description": column.meaning}
    if column.kind == "flag":
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.kind in ("whole", "number") and (unit := UNITS.get(column.name.rpartition("_")[2])):
        described["unit"] = unit
    if permitted := PERMITTED.get((table, column.name), PERMITTED.get(("", column.name))):
        described["constraints"] = {"enum": list(permitted)}
    return described
