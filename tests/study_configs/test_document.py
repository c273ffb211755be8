"""The committed page and schema are those that the models give, and cover every key."""

from __future__ import annotations

import json

from study_configs import keys
from study_configs.document import PAGE_FILE, SCHEMA_FILE, page, schema_text
from study_configs.problems import CODES
from study_configs.protocol import Protocol
from study_configs.yaml12 import load


def test_that_the_committed_schema_is_current():
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), "run python -m study_configs.document"


def test_that_the_committed_page_is_current():
    assert PAGE_FILE.read_text("utf-8") == page(), "run python -m study_configs.document"


def _every_key(node: object, name: str = ""):
    if isinstance(node, dict):
        for key, value in node.get("properties", {}).items():
            yield key, value
        for value in node.values():
            yield from _every_key(value)


def test_that_every_key_has_a_meaning_and_an_example():
    bare = [
        name
        for name, node in _every_key(json.loads(schema_text()))
        if name != "answer" and not (keys.resolved(node).get("description") and keys.resolved(node).get("examples"))
    ]
    assert bare == []


def test_that_the_page_names_every_key_and_every_code():
    text = page()
    named = {name for name, _ in _every_key(json.loads(schema_text())) if name not in Protocol.model_fields}
    missing = [name for name in named if f"{name}`" not in text and f"### {name}" not in text]
    assert missing == ["answer"] or missing == []
    assert all(code in text for code in CODES)


def test_that_values_in_errors_can_be_pasted_into_a_file():
    for value in ["plain words", "#ffb454", "{score:.0%}", "yes", "true", "1.0", "a: b", "1x2", "Help?", "- x", ""]:
        assert load(f"[{keys.flow(value)}]".encode(), "p").value == [value]
