"""docs/integrity.md names only what exists: files, tests, acts, events, options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.store.acts import KINDS as ACTS
from app.tracking.events import KINDS as EVENTS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "integrity.md").read_text(encoding="utf-8")
NAMED = re.findall(r"(?:app|tests|docs|benchmarks)/[\w./-]+\.(?:py|md|sql)(?:::\w+)?|\b[A-Z]+\.md\b", PAGE)
KINDS = re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", PAGE)
WORDS = {"ReaderLab"}  # two words in one that are no event


def test_that_the_page_names_files_and_tests() -> None:
    assert len([name for name in NAMED if name.startswith("tests/")]) > 20


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_that_every_file_and_test_that_is_named_exists(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).is_file()
    assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8") if test else True


@pytest.mark.parametrize("kind", sorted(set(KINDS) - WORDS))
def test_that_every_act_and_event_that_is_named_exists(kind: str) -> None:
    assert kind in ACTS or kind in EVENTS or kind == "SQLCipher"


def test_that_every_amendment_has_a_reason_and_is_a_coordinators() -> None:
    rows = PAGE.split("## Amendments")[1].split("\n\n")[1].splitlines()[2:]
    acts = [name for row in rows for name in re.findall(r"\b[A-Z]\w+\b", row.split("|")[2]) if name in ACTS]
    assert {"TrialVoided", "Unblinded", "WashoutOverridden"} <= set(acts)
    assert [name for name in acts if "reason" not in ACTS[name].__dataclass_fields__] == []


@pytest.mark.parametrize("claim", ["compliant", "certified", "tamper-proof", "unbreakable", "guarantee"])
def test_that_the_page_claims_no_more_than_is_true(claim: str) -> None:
    assert claim not in PAGE.lower()
    assert "designed to support" in PAGE
