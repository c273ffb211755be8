"""The data package says what is in the tables, and Frictionless's own library agrees."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from frictionless import Package, Resource, Schema

from app.store.exports.blinded import blinded_export
from app.store.exports.datapackage import PRIMARY_KEYS
from app.store.exports.tidy import export
from app.store.projecting.study_tables import STUDY_TABLES
from app.store.projecting.tables import TABLES
from study_configs.study import Study

Done = tuple[Study, Path]
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


@pytest.fixture(scope="module")
def folder(read_on_paper: Done, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    export(read_on_paper[1], folder, {"csv", "parquet", "jsonl"}, {"pilot"})
    return folder


@pytest.fixture(scope="module")
def described(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def json_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def errors(report: Any) -> Iterator[str]:
    yield from (each.message for each in report.errors)
    yield from (f"{task.name}: {each.message}" for task in report.tasks for each in task.errors)


def test_that_frictionless_finds_the_csv_tables_valid_with_keys_and_hashes(
    folder: Path, described: dict[str, Any]
) -> None:
    only = {**described, "resources": [each for each in described["resources"] if each["format"] == "csv"]}
    (folder / "csv.json").write_text(json.dumps(only), "utf-8")
    report = Package(str(folder / "csv.json")).validate()
    assert report.valid, list(errors(report))
    assert report.stats["tasks"] == len(TABLES) + len(STUDY_TABLES)


def test_that_frictionless_finds_a_doubled_row(folder: Path, described: dict[str, Any], tmp_path: Path) -> None:
    for each in folder.glob("*.csv"):
        (tmp_path / each.name).write_bytes(each.read_bytes())
    kept = [each for each in described["resources"] if each["format"] == "csv"]
    unsealed = [{key: value for key, value in each.items() if key not in ("hash", "bytes")} for each in kept]
    lines = (tmp_path / "decisions.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "decisions.csv").write_text("".join([*lines, lines[1]]), "utf-8")
    for resources, found in ((kept, "hash"), (unsealed, "primary")):
        (tmp_path / "p.json").write_text(json.dumps({**described, "resources": resources}), "utf-8")
        report = Package(str(tmp_path / "p.json")).validate()
        assert any(found in each.lower() for each in errors(report)), (found, list(errors(report)))


@pytest.mark.parametrize("name", ["decisions", "trials", "marks", "sittings", "missing_reads"])
def test_that_the_schema_fits_json_lines_and_parquet_as_well(
    folder: Path, described: dict[str, Any], name: str
) -> None:
    schemas = {each["path"]: each["schema"] for each in described["resources"]}
    for kind, rows in (
        ("jsonl", json_rows(folder / f"{name}.jsonl")),
        ("parquet", pyarrow.parquet.read_table(folder / f"{name}.parquet").to_pylist()),
    ):
        schema = {key: value for key, value in schemas[f"{name}.{kind}"].items() if key != "foreignKeys"}
        if rows:
            report = Resource(data=rows, schema=Schema.from_descriptor(schema)).validate()
            assert report.valid, list(errors(report))
        kinds = {each["name"]: TYPES[each["type"]] for each in schema["fields"]}
        assert all(cell is None or isinstance(cell, kinds[key]) for row in rows for key, cell in row.items())


def test_that_all_three_formats_hold_the_same_rows(folder: Path) -> None:
    for form in (*TABLES, *STUDY_TABLES):
        rows = json_rows(folder / f"{form.name}.jsonl")
        assert rows == pyarrow.parquet.read_table(folder / f"{form.name}.parquet").to_pylist(), form.name
        with (folder / f"{form.name}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(rows), form.name


def test_that_every_file_is_told_with_its_bytes_and_hash(folder: Path, described: dict[str, Any]) -> None:
    told = {each["path"]: each for each in described["resources"]}
    tables = {form.name for form in (*TABLES, *STUDY_TABLES)}
    assert set(told) == {f"{name}.{kind}" for name in tables for kind in ("csv", "parquet", "jsonl")}
    for path, each in told.items():
        held = (folder / path).read_bytes()
        assert each["bytes"] == len(held)
        assert each["hash"] == f"sha256:{sha256(held).hexdigest()}"
    assert len({each["name"] for each in told.values()}) == len(told)


def test_that_units_permitted_values_and_meanings_are_told(described: dict[str, Any]) -> None:
    resources = described["resources"]
    fields = {(each["title"], field["name"]): field for each in resources for field in each["schema"]["fields"]}
    assert all(each["description"] for each in fields.values())
    assert fields["decisions", "time_ms"]["unit"] == "ms"
    assert fields["lesions", "x_mm"]["unit"] == "mm"
    assert fields["events", "at_ns"]["unit"] == "ns"
    assert fields["trials", "mode"]["constraints"] == {"enum": ["demo", "pilot", "study", "review"]}
    schemas = {each["name"]: each["schema"] for each in described["resources"]}
    assert all(each["missingValues"] == [""] for each in schemas.values())
    to_trials = {"fields": ["protocol_sha256", "reader", "trial"],
                 "reference": {"resource": "trials", "fields": ["protocol_sha256", "reader", "trial"]}}  # fmt: skip
    assert to_trials in schemas["decisions"]["foreignKeys"]
    assert set(PRIMARY_KEYS) <= {form.name for form in (*TABLES, *STUDY_TABLES)}


def test_that_a_blinded_export_has_a_valid_package_too(read_on_paper: Done, tmp_path: Path) -> None:
    blinded_export(read_on_paper[1], tmp_path, {"csv"}, {"pilot"})
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, list(errors(report))
