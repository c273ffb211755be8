"""docs/events.md against the events: current, complete, and no kind that nobody writes."""

from __future__ import annotations

from dataclasses import fields

import pytest

from app.tracking.events import KINDS, DenseEvent
from app.tracking.events.document import OLD, PAGE_FILE, emitters, page


def test_that_the_page_of_events_is_current() -> None:
    written = PAGE_FILE.read_text(encoding="utf-8")
    assert written == page(), "run: python -m app.tracking.events.document"


@pytest.mark.parametrize("kind", KINDS)
def test_that_each_kind_is_explained_with_all_its_fields(kind: str) -> None:
    start = page().split(f"\n### {kind}{'*' if KINDS[kind].acknowledged else ''}\n")
    assert len(start) == 2
    told = start[1].split("\n### ")[0].split("\n## ")[0]
    assert not told.lstrip().startswith("Written by"), "it has no docstring"
    for field in fields(KINDS[kind]):
        assert field.name == "at_ns" or f"| `{field.name}` |" in told
    if issubclass(KINDS[kind], DenseEvent):
        assert all(f"| `{column.name}` | {column.unit} |" in told for column in KINDS[kind].columns)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(OLD)))
def test_that_no_kind_is_without_somebody_who_writes_it(kind: str) -> None:
    assert emitters(kind)


@pytest.mark.parametrize("kind", sorted(OLD))
def test_that_kinds_of_old_logs_are_written_no_more(kind: str) -> None:
    assert not emitters(kind)
