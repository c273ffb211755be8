"""The published schema under an independent validator: it accepts what check accepts, and refuses wrong keys."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from study_configs.document import EXAMPLE, SCHEMA_FILE
from study_configs.yaml12 import load

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parents[1] / "study_configs" / "protocols").glob("*.yaml"))
BROKEN = [path for path in sorted((HERE / "broken").glob("*.yaml")) if load(path.read_bytes(), "").problems == []]
SHAPES = {"RL201", "RL202", "RL203", "RL204", "RL205", "RL206", "RL207", "RL214"}  # what a schema can know
BEYOND = {"RL110", "RL112"}  # no mapping at all; a newer language


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _plain(value: Any) -> Any:
    """The values as any JSON reader has them."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, (bool, str)) or value is None:
        return value
    return int(value) if isinstance(value, int) else float(value)


def _faults(validator: Draft202012Validator, source: bytes) -> list[str]:
    return [error.message for error in validator.iter_errors(_plain(load(source, "p").value))]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_that_a_shipped_protocol_is_accepted(validator, path: Path):
    assert _faults(validator, path.read_bytes()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("version: 1.0.0", "version: 1.10"),
        ("  box:", "  thin: {base: box, width: 1}\n  box:"),
        ("questions:", "questions:\n  sure: {base: suspicion, from: 1}"),
        ("  unaided:", "  quiet: {base: unaided, notice: Hush}\n  unaided:"),
        ("answer: yes_no", "answer: choice, options: [1, 2, 3]"),
    ],
)
def test_that_what_check_accepts_is_accepted(validator, old: str, new: str):
    assert _faults(validator, EXAMPLE.replace(old, new, 1).encode()) == []


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_that_a_broken_protocol_is_refused_where_a_schema_can_know(validator, path: Path):
    source = path.read_bytes()
    codes = set(re.findall(r"(RL\d+)@", source.decode().splitlines()[0]))
    if codes & BEYOND:
        return
    assert bool(_faults(validator, source)) == bool(codes & SHAPES)


def test_that_editors_are_told_what_each_key_means_and_what_it_can_be(validator):
    defs = validator.schema["$defs"]
    assert "inferno" in defs["Layer"]["properties"]["colours"]["enum"]
    assert defs["Slider"]["properties"]["step"]["examples"] == [5]
    assert validator.schema["properties"]["design"]["description"]
